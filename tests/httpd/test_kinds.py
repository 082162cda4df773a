# SPDX-License-Identifier: GPL-3.0-or-later
"""Employees and other people than students: who they are, and what is asked and told about them."""
import json
import re

import pytest

from conftest import TESTS, checked_place
from lab.oidcstage import OidcStage, payload
from lab.people import make_eckid, make_person
from lab.stage import BOOKS, EXERCISES, EXERCISES_ACS, Stage, response_in, values_in

KINDS = """
EckidPersonIf employee eduPersonAffiliation employee
EckidPersonKey employee employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI
EckidPersonIf volunteer eduPersonAffiliation affiliate
EckidPersonKey volunteer employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI
EckidLasContract {} volunteer
"""
LENIENT = "EckidOn no-eckid omit kind=employee"
OUTCOMES = {"unknown": "the LAS does not know the employee",
            "no-eckid": "the LAS knows the employee but has no ECK iD"}


def make_teacher(**more):
    return make_person(False, **{"eckid": make_eckid(), "known": True, **more})


def make_people():
    return [make_person(), make_teacher(), make_teacher(known=False), make_teacher(eckid=None),
            make_teacher(affiliation=["student", "employee"]),
            make_teacher(affiliation=["affiliate"]), make_teacher(affiliation=["alum"])]


def name_people(stage):
    (stage.student, stage.teacher, stage.stranger, stage.blank, stage.both, stage.volunteer,
     stage.nobody) = stage.people
    return stage


def contract():
    return TESTS / "data" / "volunteers.json"


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_kinds") as place:
        yield name_people(Stage(place, people=make_people(), extra=KINDS.format(contract()),
                                exercises=LENIENT))


@pytest.fixture(scope="module")
def oidc():
    with checked_place("test_kinds_oidc") as place:
        yield name_people(OidcStage(place, people=make_people(), extra=KINDS.format(contract()),
                                    books=LENIENT))


def eckids(got):
    return values_in(response_in(got.text), "eckId")


def test_a_teacher_gets_hers_from_the_employees_service(stage):
    assert eckids(stage.answer_to(person=stage.teacher)) == [stage.teacher.eckid]
    assert "kind=employee" in stage.last_line("outcome=found cache=miss", BOOKS)
    assert stage.las.asked[-1] == "/employees"
    assert eckids(stage.answer_to(person=stage.teacher)) == [stage.teacher.eckid]
    assert "kind=employee" in stage.last_line("outcome=found cache=hit", BOOKS)


def test_a_student_is_asked_for_as_ever(stage):
    assert eckids(stage.answer_to()) == [stage.student.eckid]
    assert stage.las.asked[-1] == "/students"
    assert "kind=student" in stage.last_line("gets the ECK iD", BOOKS)


def test_another_kind_by_a_contract_of_its_own(stage):
    assert eckids(stage.answer_to(person=stage.volunteer)) == [stage.volunteer.eckid]
    assert stage.las.asked[-1] == "/volunteers"
    assert "kind=volunteer" in stage.last_line("gets the ECK iD", BOOKS)


def test_who_is_of_two_kinds_is_of_the_first(stage):
    assert eckids(stage.answer_to(person=stage.both)) == [stage.both.eckid]
    assert stage.las.asked[-1] == "/students"
    assert "kind=student" in stage.last_line("gets the ECK iD", BOOKS)


def test_the_cache_keeps_kinds_apart(stage):
    """The same key is a student's at one login, and an employee's at the next."""
    teacher = make_teacher()
    stage.people.append(teacher)
    assert eckids(stage.answer_to(person=teacher)) == [teacher.eckid]
    stage.answer_to(person=teacher, attributes={"eduPersonAffiliation": ["student"]})
    assert "cache=miss" in stage.last_line("kind=student", BOOKS)
    assert stage.las.asked[-2:] == ["/employees", "/students"]


def test_who_is_of_no_kind_is_no_student(stage):
    got = stage.answer_to(person=stage.nobody)
    assert eckids(got) == []
    line = stage.last_line("outcome=not-student", BOOKS)
    assert "ECK0401" in line and "kind=" not in line
    assert "employee: no value of eduPersonAffiliation matches" in line


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_refusal_speaks_of_the_employee(stage, outcome):
    person = {"unknown": stage.stranger, "no-eckid": stage.blank}[outcome]
    got = stage.answer_to(person=person)
    assert got.status == 403
    assert "In de personeelsadministratie van de school ontbreekt" in got.text
    assert "leerling" not in got.text
    line = stage.last_line(f"outcome={outcome}", BOOKS)
    assert OUTCOMES[outcome] in line and "kind=employee" in line and "EckidStudent" not in line


def test_a_supplier_may_let_employees_through_and_not_students(stage):
    blank = make_person(eckid=None)
    stage.people.append(blank)

    def at_exercises(person):
        return stage.answer_to(person=person, consumer=EXERCISES_ACS, audience=EXERCISES).status
    assert at_exercises(stage.blank) == 200
    assert at_exercises(blank) == 403


def claims_of(oidc, person, **more):
    got = oidc.token(oidc.sign(oidc.claims(person=person)), **more)
    return payload(json.loads(got.text)["id_token"]) if got.status == 200 else got


def test_over_openid_connect(oidc):
    teacher = oidc.teacher
    assert claims_of(oidc, teacher, access_token="t1")["eckId"] == teacher.eckid
    assert "kind=employee" in oidc.last_line("outcome=found cache=miss", "token=id_token")
    assert oidc.las.asked[-1] == "/employees"
    got = oidc.userinfo({"sub": teacher.user}, "t1")
    assert json.loads(got.text)["eckId"] == teacher.eckid
    assert "kind=employee" in oidc.last_line("outcome=found cache=hit", "token=userinfo")


def test_over_openid_connect_who_has_no_key_stays_an_employee(oidc):
    """At userinfo too, where only the sealed token says so."""
    person = make_teacher(number="none")
    got = claims_of(oidc, person, access_token="t2")
    assert got.status == 400
    assert "ECK0404" in oidc.last_line("kind=employee", "outcome=unknown")


def test_over_openid_connect_a_kind_has_its_own_action(oidc):
    assert "eckId" not in claims_of(oidc, oidc.blank, access_token="t3")
    assert oidc.userinfo({"sub": oidc.blank.user}, "t3").status == 200
    assert "kind=employee" in oidc.last_line("outcome=no-eckid", "token=userinfo")
    blank = make_person(eckid=None)
    oidc.people.append(blank)
    assert claims_of(oidc, blank, access_token="t4").status == 400


def test_over_openid_connect_of_no_kind(oidc):
    assert "eckId" not in claims_of(oidc, oidc.nobody, access_token="t5")
    line = oidc.last_line("outcome=not-student", "token=id_token")
    assert not re.search(r"kind=\w", line)
