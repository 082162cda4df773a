# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the school, chosen at random for each run."""
import dataclasses
import secrets

# words that are in no log by chance
GIVEN = "Anouk Bartholomeus Daniek Esmeralda Fatima Gijsbrecht Hannelore Ilham Jesse Kyra".split()
SCHOOLS = "Kruimeldief Petteflat Pluizebol Torteltuin Wiplala Zwaluwstaart".split()
LETTERS = "GHJKLMNPQRSTVWXYZ"  # not of a number in hex
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
        """The person's attributes at the identity provider."""
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
        """The values of this person that must not be in any log."""
        values = [self.user, self.number, self.given, self.family, self.password]
        return [value for value in values if value] + (
            [self.eckid.rsplit("/", 1)[1]] if self.eckid else [])


def make_brin():
    """The number of a school and branch, such as 11ZZ03."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(2))
    return f"{10 + secrets.randbelow(90)}{letters}{secrets.randbelow(100):02}"


@dataclasses.dataclass
class School:
    name: str = dataclasses.field(
        default_factory=lambda: f"{secrets.choice(SCHOOLS)} <College> & Zn.")
    domain: str = "school.example"
    brin: str = dataclasses.field(default_factory=make_brin)

    def secrets(self):
        """The values of all people that must not be in any log."""
        return [self.name.split()[0], self.brin]


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
