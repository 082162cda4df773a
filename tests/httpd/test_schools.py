# SPDX-License-Identifier: GPL-3.0-or-later
"""Many schools in one httpd: a map tells them apart, each with its own LAS if it wants."""
import pytest

from conftest import checked_place
from lab.las import Las
from lab.people import make_person
from lab.stage import Stage, response_in, values_in
from lab.wait import PATIENT

BLOCK = """
<EckidLasNamed other>
  EckidLas {base} ca={ca} {patient}
  EckidLasKey {key} keyid=school-2026
</EckidLasNamed>
EckidSchoolMap {map} mail ^[^@]*@([a-z]+)[.]example$ $1
"""


class Schools(Stage):
    """Two schools at the usual LAS, one of which it refuses, and one at a LAS of its own."""

    def conf(self, idp_metadata, blocks, extra="", **instead):
        self.other_people = []
        self.other = Las(self.place, self.authority, self.school, self.other_people,
                         host="other.localhost")
        self.place.at_end(self.other.close)
        self.other.trust("school-2026", self.las_pair.key)
        schools = self.place.file("schools.map", f"""# one school to a line
first   V_ID {self.school.brin}
second  V_ID {self.school.brin} other
third   V_ID 99XX00
""")
        extra += BLOCK.format(base=self.other.base, ca=self.authority.crt_file, patient=PATIENT,
                              key=self.las_pair.key_file, map=schools)
        return super().conf(idp_metadata, blocks, extra=extra, EckidSchool=None, **instead)

    def login_from(self, school, person):
        return self.answer_to(person=person, attributes={"mail": [f"x@{school}.example"]})


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_schools") as place:
        yield Schools(place)


def test_the_map_tells_the_school_and_its_las(stage):
    stage.people.append(here := make_person())
    stage.other_people.append(there := make_person())
    assert values_in(response_in(stage.login_from("first", here).text), "eckId") == [here.eckid]
    assert values_in(response_in(stage.login_from("second", there).text), "eckId") == [there.eckid]
    assert stage.las.calls[-1] == here.user and stage.other.calls[-1] == there.user


def test_one_key_at_two_schools_is_two_students(stage):
    """The same number at another school is another person there, or unknown."""
    stage.people.append(person := make_person())
    assert stage.login_from("first", person).status == 200
    assert stage.login_from("second", person).status == 403
    assert "outcome=unknown" in stage.last_line("outcome=")


def test_a_school_that_is_not_in_the_map_is_told(stage):
    stage.people.append(person := make_person())
    assert stage.login_from("fourth", person).status == 403
    line = stage.last_line("outcome=unknown")
    assert "ECK0407" in line and "fourth" not in line


def test_a_school_that_is_refused_does_not_stop_the_others(stage):
    """The LAS does not know the third school; nor does the answer count for the first."""
    stage.people.append(person := make_person())
    stage.las.behave = lambda handler: handler.send_json(403, {})
    assert stage.login_from("third", person).status == 503
    stage.las.behave = None
    assert stage.login_from("third", person).status == 503
    assert "a short time ago" in stage.last_line("outcome=las-failed")
    assert stage.login_from("first", person).status == 200
