// SPDX-License-Identifier: GPL-3.0-or-later
// The library by its driver, keys for every algorithm, and the table of what was checked.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';

export const now = () => Math.floor(Date.now() / 1000);

// What the library does with JSON; an error of its own is thrown.
export function library(command, input) {
  return JSON.parse(execFileSync(process.env.ECKID_DRIVER, [command],
    { input: JSON.stringify(input), stdio: ['pipe', 'pipe', 'pipe'] }));
}

function pair(type, options) {
  const { privateKey, publicKey } = crypto.generateKeyPairSync(type, options);
  return {
    privateKey,
    publicKey,
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }),
  };
}

const rsa = pair('rsa', { modulusLength: 2048 });
export const keys = {
  'rsa-pss-sha512': rsa,
  'rsa-v1_5-sha256': rsa,
  'ecdsa-p256-sha256': pair('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384-sha384': pair('ec', { namedCurve: 'P-384' }),
  ed25519: pair('ed25519'),
};

// RFC 9421 section 3.3 as node's own crypto is told.
const OPTIONS = {
  'rsa-pss-sha512': ['sha512', {
    padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }],
  'rsa-v1_5-sha256': ['sha256', {}],
  'ecdsa-p256-sha256': ['sha256', { dsaEncoding: 'ieee-p1363' }],
  'ecdsa-p384-sha384': ['sha384', { dsaEncoding: 'ieee-p1363' }],
  ed25519: [null, {}],
};

export function sign(algorithm, data) {
  const [digest, options] = OPTIONS[algorithm];
  return crypto.sign(digest, data, { key: keys[algorithm].privateKey, ...options });
}

export function verify(algorithm, data, signature) {
  const [digest, options] = OPTIONS[algorithm];
  return crypto.verify(digest, data, { key: keys[algorithm].publicKey, ...options }, signature);
}

// A character of the text replaced by another one of base64.
export function flip(text, at) {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

let rows = 0;
let failures = 0;

// One row: what must be accepted and was, what must be refused and was; each as name: promise.
export async function row(what, peer, algorithm, good, bad) {
  const wrong = [];
  for (const [name, accepted] of Object.entries(good)) {
    if (await accepted() !== true) wrong.push(`${name} is refused`);
  }
  for (const [name, accepted] of Object.entries(bad)) {
    if (await accepted() === true) wrong.push(`${name} is accepted`);
  }
  rows += 1;
  failures += wrong.length ? 1 : 0;
  console.log([what.padEnd(28), peer.padEnd(24), algorithm.padEnd(18),
    `${Object.keys(good).length} accepted`, `${Object.keys(bad).length} refused`.padStart(11),
    wrong.length ? `WRONG: ${wrong.join(', ')}` : 'all well'].join('  '));
}

export function finish() {
  console.log(`${rows - failures} passed, ${failures} failed`);
  process.exit(failures ? 1 : 0);
}
