# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets the ECK iD, who does not, and what each of them and the log are told."""
import re

import pytest

from conftest import checked_place
from lab.browser import Browser
from lab.people import make_person
from lab.replay import answer
from lab.scene import Scene, received
from lab.service import Service
from lab.stage import (BOOKS, EXERCISES, EXERCISES_ACS, Stage, response_in, values_in)

OUTCOMES = ("not-student", "unknown", "no-eckid", "las-failed")


def people():
    return [make_person(), make_person(known=False), make_person(eckid=None), make_person(False)]


@pytest.fixture(scope="module")
def stage():
    """books denies everything, exercises lets everything through."""
    with checked_place("test_outcomes") as place:
        stage = Stage(place, people=people(),
                      books="EckidOn not-student deny\nEckidRename eduPersonAffiliation role",
                      exercises="\n".join(f"EckidOn {o} omit" for o in OUTCOMES))
        stage.student, stage.stranger, stage.blank, stage.teacher = stage.people
        yield stage


def at_exercises(stage, person, **more):
    return stage.answer_to(person=person, consumer=EXERCISES_ACS, audience=EXERCISES, **more)


def happens(stage, outcome):
    """The person to whom it happens, after what makes it happen."""
    stage.las.behave = None
    if outcome == "las-failed":
        stage.las.behave = lambda handler: handler.send_json(503, {})
        person = make_person()
        stage.people.append(person)
        return person
    return {"not-student": stage.teacher, "unknown": stage.stranger,
            "no-eckid": stage.blank}[outcome]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_denied(stage, outcome):
    got = stage.answer_to(person=happens(stage, outcome))
    assert got.status == (503 if outcome == "las-failed" else 403)
    assert got.headers["cache-control"] == "no-store"
    reference = re.search("<code>(.*?)</code>", got.text)[1]
    line = stage.last_line(f"ref={reference}")
    assert f"outcome={outcome}" in line and BOOKS in line


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_let_through_without(stage, outcome):
    got = at_exercises(stage, happens(stage, outcome),
                       attributes={"urn:mace:surf.nl:attribute-def:eckid": ["forged"]})
    xml = response_in(got.text)
    assert values_in(xml, "urn:mace:surf.nl:attribute-def:eckid") == []
    assert values_in(xml, "uid")
    assert f"outcome={outcome}" in stage.last_line("goes on without")


def test_found_replaces_what_the_identity_provider_sent(stage):
    stage.las.behave = None
    got = at_exercises(stage, stage.student,
                       attributes={"urn:mace:surf.nl:attribute-def:eckid": ["forged", "twice"]})
    xml = response_in(got.text)
    assert values_in(xml, "urn:mace:surf.nl:attribute-def:eckid") == [stage.student.eckid]


def test_release_and_rename(stage):
    stage.las.behave = None
    xml = response_in(stage.answer_to().text)
    assert re.findall(r'<saml:Attribute Name="([^"]*)"', xml) == ["uid", "role", "eckId"]
    assert values_in(xml, "role") == ["student", "member"]
    line = stage.last_line("given the ECK iD", BOOKS)
    assert "attributes=uid,role,eckId" in line


def test_a_second_login_is_answered_from_the_cache(stage):
    stage.las.behave = None
    stage.answer_to()
    before = len(stage.las.calls)
    stage.answer_to()
    assert len(stage.las.calls) == before
    assert "cache=hit" in stage.last_line("given the ECK iD")


@pytest.mark.parametrize("language, word", [
    (None, "Opnieuw proberen helpt niet"), ("en", "Trying again will not help"),
    ("nl;q=0.5,en;q=0.9", "Trying again will not help"), ("fr", "Opnieuw proberen helpt niet")])
def test_the_page_speaks_the_student_s_language(stage, language, word):
    stage.set(answer(stage.page(person=stage.teacher)))
    got = stage.get(*(["-H", f"Accept-Language: {language}"] if language else []))
    assert got.status == 403 and word in got.text


KEYS = {
    "none": ({"employeeNumber": []}, "ECK0402"),
    "two": ({"employeeNumber": ["1", "2"]}, "ECK0403"),
    "no number": ({"employeeNumber": ["12a"]}, "ECK0404"),
    "a line feed": ({"employeeNumber": ["12\n"]}, "ECK0404"),
    "too long": ({"employeeNumber": ["1" * 257]}, "ECK0404"),
}


@pytest.mark.parametrize("name", KEYS)
def test_student_keys_that_cannot_be_asked_with(stage, name):
    attributes, code = KEYS[name]
    got = stage.answer_to(attributes=attributes)
    assert got.status == 403
    line = stage.last_line(code)
    assert "outcome=unknown" in line and "cache=not-asked" in line


def test_a_login_without_attributes(stage):
    got = stage.answer_to(attributes={k: [] for k in ("uid", "employeeNumber", "mail")} |
                          {"eduPersonAffiliation": ["employee"]}, consumer=EXERCISES_ACS,
                          audience=EXERCISES)
    assert got.status == 200


def test_observing_changes_nothing_and_tells_everything():
    with checked_place("test_observe") as place:
        stage = Stage(place, people=people(), instead={"EckidEngine": "observe"})
        for person in (stage.people[0], stage.people[3], stage.people[1]):
            page = stage.page(person=person)
            stage.set(answer(page, 'ETag: "x"'))
            got = stage.get()
            assert (got.status, got.text, got.headers["etag"]) == (200, page, '"x"')
        lines = stage.gateway.lines("(observed only)")
        assert ["given the ECK iD" in lines[0], "goes on without" in lines[1],
                "refused with 403" in lines[2]] == [True] * 3
        stage.set(answer(page + page))
        assert stage.get().text == page + page
        assert "ECK0204" in stage.last_line("(observed only)")


def test_a_supplier_can_be_told_by_a_status():
    """mod_auth_mellon gets a signed error response, and says what it says to its user."""
    with checked_place("test_status") as place:
        service = Service("Books", "https://books.example/saml", extra="EckidDenyBy status")
        scene = Scene(place, [service], people=[make_person(known=False)])
        page = scene.last_page(scene.people[0], service)
        xml = response_in(page.text)
        assert "status:Responder" in xml and "Assertion" not in xml
        assert "the LAS does not know the student (reference " in xml
        browser = Browser()  # another one: mellon knows to which request it was answered
        answer_ = browser.submit(scene.last_page(scene.people[0], service, browser))
        assert answer_.status in (400, 401, 403, 500) and received(answer_, service) is None
        assert "refused by a status to the supplier" in scene.gateway.log
        # mellon has verified it: it speaks of the status, not of a signature
        services_log = scene.hosts.httpd.log
        assert "signature" not in services_log.lower(), services_log
