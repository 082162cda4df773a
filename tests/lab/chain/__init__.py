# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole chain of the ECK iD, to click through: small servers, and a guide that shows what
passes between them. DUO, Nummervoorziening and LAS are stand-ins."""
