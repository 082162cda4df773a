# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a stand-in for a LAS that enrols pupils and gets their ECK iD."""
import dataclasses
import json
import secrets

from ..people import make_person
from . import soap
from .nummervoorziening import CHAIN, SECTOR, hpgn_of
from .wire import Caller


class Refused(Exception):
    """A server said no."""


class Administration:
    """enrol is called with each new person. What must not be known elsewhere is in secrets."""

    def __init__(self, place, authority, school, duo, nummervoorziening, enrol):
        self.oin = f"00000007000{school.brin[:4]}00000"
        self.caller = Caller(place, authority, "las", self.oin)
        self.duo, self.nummervoorziening, self.enrol_person = duo, nummervoorziening, enrol
        self.secrets = []

    def enrol(self, child):
        """The person at the school; there is an account from now on, but no ECK iD."""
        person = dataclasses.replace(
            make_person(), given=child.givenName, family=child.familyName, eckid=None,
            user=f"{child.givenName.lower()}{secrets.randbelow(900) + 100}",
            password=secrets.token_hex(4))
        self.secrets.append(child.number)
        self.enrol_person(person)
        return person

    def verify(self, child, journal):
        """The PGN."""
        status, text = self.caller.call(journal, self.duo.station, "/verify",
                                        json.dumps(dataclasses.asdict(child)))
        if status != 200:
            raise Refused("duo")
        return json.loads(text)["pgn"]

    def fetch(self, pgn, journal):
        """The ECK iD. The stampseudoniem stays in the LAS, and the HPGN nowhere."""
        hpgn = hpgn_of(pgn)
        stampseudonym = self.ask(journal, "retrieveStampseudonym", hpgn=hpgn)["stampseudonym"]
        self.secrets += [hpgn, stampseudonym]
        return self.ask(journal, "retrieveEckId", stampseudonym=stampseudonym, chainId=CHAIN,
                        sectorId=SECTOR)["eckId"]

    def ask(self, journal, operation, **fields):
        request = soap.Message(operation, fields, self.oin)
        status, text = self.caller.call(journal, self.nummervoorziening.station, "/eckid",
                                        request.text())
        if status != 200 or (answer := soap.read(text)).relates != request.number:
            raise Refused("nummervoorziening")
        return answer.fields
