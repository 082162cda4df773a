# SPDX-License-Identifier: GPL-3.0-or-later
"""Who goes to this school, drawn at random for each run."""
import dataclasses
import secrets

GIVEN = "Anouk Bram Daan Esra Fatima Gijs Hanna Ilse Jesse Kyra Lars Mila Noah Otis Pim".split()
FAMILY = "Bakker Dijkstra El-Amrani Groot Hendriks Jansen Kaya Meijer Okafor Visser Yilmaz".split()


@dataclasses.dataclass
class Person:
    user: str
    password: str
    given: str
    family: str
    number: str
    affiliation: list
    eckid: str = None  # as the LAS has it; None where it has none
    known: bool = True  # to the LAS

    def attributes(self, school):
        """What the identity provider knows."""
        return {
            "uid": [f"{self.user}@{school.domain}"],
            "employeeNumber": [self.number],
            "givenName": [self.given],
            "sn": [self.family],
            "mail": [f"{self.user}@{school.domain}"],
            "eduPersonAffiliation": self.affiliation,
            "nlEduPersonHomeOrganizationId": [school.brin],
            "nlEduPersonHomeOrganization": [school.name],
        }

    def neppi(self, school):
        return f"{self.number}@1.{school.domain}"

    def secrets(self, school):
        """What must be in no log: nothing that names this person."""
        return [self.user, self.number, self.family, self.password] + (
            [self.eckid.rsplit("/", 1)[1]] if self.eckid else [])


@dataclasses.dataclass
class School:
    name: str = "Petteflat <College> & Zn."
    domain: str = "school.example"
    brin: str = "11ZZ03"


def make_eckid(label="201703"):
    return f"https://ketenid.nl/{label}/{secrets.token_hex(64)}"


def make_person(student=True, **more):
    given, family = secrets.choice(GIVEN), secrets.choice(FAMILY)
    person = Person(
        user=f"{given[0].lower()}.{family.lower()}.{secrets.token_hex(3)}",
        password=secrets.token_urlsafe(9), given=given, family=family,
        number=str(10**6 + secrets.randbelow(9 * 10**6)),
        affiliation=["student", "member"] if student else ["employee", "member"],
        eckid=make_eckid() if student else None, known=student)
    return dataclasses.replace(person, **more)
