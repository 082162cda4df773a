# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for Nummervoorziening, which turns the digest of a number into pseudonyms."""
import base64
import hashlib
import hmac
import secrets

from . import soap
from .wire import XML, Station

# the cost that Kennisnet's reference implementation has; the salt is that of this stand-in
N, R, P, LENGTH = 131072, 8, 4, 32
SALT = base64.b64decode("ZWVuIHp1aXZlciB6b3V0amUgdmFuIGRlIHN0YW5kLWlu")
CHAIN = "http://purl.edustandaard.nl/begrippenkader/00000000-0000-4000-8000-00000000c4a1"
SECTOR = "http://purl.edustandaard.nl/begrippenkader/00000000-0000-4000-8000-0000000005ec"
DIGEST = 2 * LENGTH  # digits of an HPGN


def hpgn_of(pgn):
    """The hashed PGN: takes 128 MiB and most of a second, so that nobody tries all numbers."""
    return hashlib.scrypt(pgn.lower().encode(), salt=SALT, n=N, r=R, p=P, dklen=LENGTH,
                          maxmem=2 * 128 * N * R).hex()


class Nummervoorziening:
    """Its pseudonyms are of the pilot label, and of this run only."""

    def __init__(self, place, authority):
        self.key, self.known = secrets.token_bytes(64), set()
        self.operations = {"retrieveStampseudonym": self.stampseudonym,
                           "retrieveEckId": self.eckid}
        self.station = Station(place, authority, "nummervoorziening", XML, self.answer)

    def pseudonym(self, label, *parts):
        digest = hmac.digest(self.key, "\n".join((label, *parts)).encode(), "sha512").hex()
        return f"https://ketenid.nl/{label}/{digest}"

    def stampseudonym(self, hpgn):
        if len(hpgn) != DIGEST:
            raise ValueError("no HPGN")
        value = self.pseudonym("sppilot", hpgn)
        self.known.add(value)
        return {"stampseudonym": value}

    def eckid(self, stampseudonym, chainId, sectorId):
        if stampseudonym not in self.known or (chainId, sectorId) != (CHAIN, SECTOR):
            raise ValueError("an unknown stampseudonym, chain or sector")
        return {"eckId": self.pseudonym("pilot", stampseudonym, chainId, sectorId)}

    def answer(self, caller, path, text):
        try:
            message = soap.read(text)
            if message.oin != caller:
                raise ValueError("the OIN is not that of the certificate")
            fields = self.operations[message.name](**message.fields)
        except (ValueError, KeyError, TypeError, SyntaxError) as reason:
            return 500, soap.fault(str(reason))
        return 200, soap.Message(f"{message.name}Response", fields, relates=message.number).text()
