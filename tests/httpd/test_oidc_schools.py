# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a student is over OpenID Connect: sub as the source of the key, and a map of schools."""
import dataclasses
import json

import pytest

from conftest import checked_place
from lab.las import Las
from lab.oidcstage import OidcStage, as_json, payload
from lab.people import make_eckid, make_person
from lab.wait import PATIENT

BLOCK = """
<EckidLasNamed other>
  EckidLas {base} ca={ca} {patient}
  EckidLasKey {key} keyid=school-2026
</EckidLasNamed>
EckidSchoolMap {map} mail ^[^@]*@([a-z]+)[.]example$ $1
"""


class Schools(OidcStage):
    """Two schools, each with a LAS, that give out the same numbers."""

    def conf(self, idp_metadata, blocks, extra="", **instead):
        self.other_people = []
        self.other = Las(self.place, self.authority, self.school, self.other_people,
                         host="other.localhost")
        self.place.at_end(self.other.close)
        self.other.trust("school-2026", self.las_pair.key)
        schools = self.place.file("schools.map", f"first V_ID {self.school.brin}\n"
                                                 f"second V_ID {self.school.brin} other\n")
        extra += BLOCK.format(base=self.other.base, ca=self.authority.crt_file, patient=PATIENT,
                              key=self.las_pair.key_file, map=schools)
        return super().conf(idp_metadata, blocks, extra=extra, EckidSchool=None, **instead)

    def log_in(self, school, person):
        """At that school, with tokens named after it; the claims that the client gets."""
        claims = self.claims(person=person, mail=f"x@{school}.example")
        got = self.token(self.sign(claims), access_token=f"access-{school}",
                         refresh_token=f"refresh-{school}")
        return payload(json.loads(got.text)["id_token"])


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_schools") as place:
        yield Schools(place)


@pytest.fixture(scope="module")
def people(stage):
    """By school: two students with the same number, who have logged in."""
    here = make_person()
    there = dataclasses.replace(here, eckid=make_eckid())
    stage.people.append(here)
    stage.other_people.append(there)
    people = {"first": here, "second": there}
    for school, person in people.items():
        assert stage.log_in(school, person)["eckId"] == person.eckid
    return people


def told(stage, token, person):
    """The ECK iD in userinfo that does not say which school it is about."""
    return json.loads(stage.userinfo({"sub": person.user}, token).text)["eckId"]


@pytest.mark.parametrize("school", ["first", "second"])
def test_the_school_is_remembered_for_userinfo(stage, people, school):
    assert told(stage, f"access-{school}", people[school]) == people[school].eckid


@pytest.mark.parametrize("school", ["first", "second"])
def test_the_school_is_remembered_for_what_is_refreshed(stage, people, school):
    for number in range(2):
        held = stage.held[f"refresh-{school}"]
        form = f"grant_type=refresh_token&refresh_token={held}"
        stage.token(None, access_token=f"fresh-{school}-{number}", form=form,
                    refresh_token=f"refresh-{school}")
        assert told(stage, f"fresh-{school}-{number}", people[school]) == people[school].eckid


def test_a_school_that_is_not_in_the_map_is_told(stage, people):
    claims = stage.claims(person=people["first"], mail="x@third.example")
    got = stage.token(stage.sign(claims), access_token="access-third")
    assert got.status == 400 and json.loads(got.text)["error"] == "invalid_grant"
    assert "ECK0407" in stage.last_line("outcome=unknown")
    assert "access-third" not in stage.held


def by_sub(**more):
    return {"EckidStudentKey": lambda s: f"NameID ^([0-9]+)$ $1@1.{s.school.domain} NEPPI", **more}


@pytest.mark.parametrize("source", ["id-token", "userinfo"])
def test_the_sub_can_be_the_source_of_the_key(source):
    with checked_place(f"test_oidc_schools-sub-{source}") as place:
        stage = OidcStage(place, options=f"student={source}", instead=by_sub())
        claims = stage.claims(sub=stage.student.number)
        del claims["employeeNumber"]
        stage.set("/userinfo", as_json(claims))  # what the gateway asks for
        got = stage.token(stage.sign(claims))
        assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid
        got = stage.userinfo({"sub": stage.student.number})
        assert json.loads(got.text)["eckId"] == stage.student.eckid


def test_a_sub_that_is_no_key_makes_the_student_unknown():
    with checked_place("test_oidc_schools-no-sub") as place:
        stage = OidcStage(place, instead=by_sub())
        assert stage.token(stage.sign(stage.claims())).status == 400
        assert "outcome=unknown" in stage.last_line("login at urn:books")
        assert not stage.las.calls
