// SPDX-License-Identifier: GPL-3.0-or-later
// What we sign is believed elsewhere, what others sign here, and neither when it was changed.
import assertions from './assertions.mjs';
import { finish } from './peers.mjs';
import signatures from './signatures.mjs';

await signatures();
await assertions();
finish();
