# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for DUO, whose register knows the children that may come to the school."""
import dataclasses
import datetime
import json
import secrets

from ..people import FAMILY, GIVEN
from .wire import JSON, Station


def fails_the_test(number):
    """Whether a number of nine digits is no BSN, by the test of eleven that every BSN passes."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(digit) for w, digit in zip(weights, number)) % 11 != 0


def make_number():
    """The number of a person. Nobody has it, as it fails the test of eleven."""
    while not fails_the_test(number := str(10**8 + secrets.randbelow(9 * 10**8))):
        pass
    return number


@dataclasses.dataclass(frozen=True)
class Child:
    givenName: str
    familyName: str
    birthDate: str
    number: str


def make_child(given):
    born = datetime.date(datetime.date.today().year - 13, 1, 1) + datetime.timedelta(
        secrets.randbelow(365))
    return Child(given, secrets.choice(FAMILY), born.isoformat(), make_number())


class Duo:
    """Verifies a number: name and date of birth must be those in the register."""

    def __init__(self, place, authority):
        self.children = []
        self.station = Station(place, authority, "duo", JSON, self.answer)

    def register(self):
        """One more child, of another given name than the last."""
        self.children.append(make_child(GIVEN[len(self.children) % len(GIVEN)]))
        return self.children[-1]

    def knows(self, child):
        return child in self.children

    def answer(self, caller, path, text):
        if not self.knows(Child(**json.loads(text))):
            return 404, json.dumps({"verified": False})
        return 200, json.dumps({"verified": True, "pgn": json.loads(text)["number"]})
