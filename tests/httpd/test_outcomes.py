# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets the ECK iD and who does not, and what the user and the log are told."""
import dataclasses
import re

import pytest

from conftest import checked_place
from lab.browser import Browser
from lab.people import make_person
from lab.replay import answer
from lab.scene import Scene, received
from lab.service import Service
from lab.signer import page as page_of
from lab.stage import (BOOKS, BOOKS_ACS, EXERCISES, EXERCISES_ACS, Stage, response_in, values_in)

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
    """Causes the outcome; returns the person who gets it."""
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
    assert f"outcome={outcome}" in stage.last_line("continues without")


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
    line = stage.last_line("gets the ECK iD", BOOKS)
    assert "attributes=uid,role,eckId" in line


NAME_IDS = {
    "a value that is withheld": (lambda s: s.student.number, ["employeeNumber"]),
    "the same before an @": (lambda s: f"{s.student.number}@x.example", ["employeeNumber"]),
    "the beginning of it": (lambda s: s.student.number[:3], []),
    "more than it": (lambda s: f"{s.student.number}0", []),
    "a value that is released too": (lambda s: f"{s.student.user}@{s.school.domain}", []),
}


@pytest.mark.parametrize("name", NAME_IDS)
def test_the_line_tells_what_the_name_id_shows(stage, name):
    value, told = NAME_IDS[name]
    stage.las.behave = None
    login = dataclasses.replace(stage.login(), name_id=value(stage))
    stage.set(answer(page_of(BOOKS_ACS, stage.signer.response(login))))
    assert stage.get().status == 200
    line = stage.last_line("gets the ECK iD", BOOKS)
    assert re.findall(" nameid-shows=([^] ]*)", line) == told


FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
NAMED = {
    "eckId": {"Name": "eckId", "NameFormat": FORMAT + "basic"},
    "urn:x:eckid": {"Name": "urn:x:eckid", "NameFormat": FORMAT + "uri"},
    "eckId format=unspecified": {"Name": "eckId", "NameFormat": FORMAT + "unspecified"},
    "eckId format=urn:y:format": {"Name": "eckId", "NameFormat": "urn:y:format"},
    "urn:x:eckid format=basic": {"Name": "urn:x:eckid", "NameFormat": FORMAT + "basic"},
    "eckId format=uri \"friendly=the <ECK iD\"": {
        "Name": "eckId", "NameFormat": FORMAT + "uri", "FriendlyName": "the &lt;ECK iD"},
}
RENAMED = {
    "role": {"Name": "role", "NameFormat": FORMAT + "basic"},
    "urn:x:role format=unspecified friendly=role": {
        "Name": "urn:x:role", "NameFormat": FORMAT + "unspecified", "FriendlyName": "role"},
}
NAMED_BLOCK = """
<EckidSupplier https://named{n}.example/saml>
  EckidConsumer https://named{n}.example/acs
  {lines}
  EckidRelease none
</EckidSupplier>
"""


@pytest.fixture(scope="module")
def named():
    """A supplier for each way to name the ECK iD, or another attribute."""
    lines = [f"EckidName {name}" for name in NAMED] + [
        f"EckidName eckId\n  EckidRename eduPersonAffiliation {name}" for name in RENAMED]
    with checked_place("test_outcomes-named") as place:
        yield Stage(place, extra="\n".join(
            NAMED_BLOCK.format(n=n, lines=line) for n, line in enumerate(lines)))


def start_tags(stage, n):
    """The XML attributes of each attribute that supplier gets."""
    got = stage.answer_to(consumer=f"https://named{n}.example/acs",
                          audience=f"https://named{n}.example/saml")
    tags = re.findall("<saml:Attribute ([^>]*)>", response_in(got.text))
    return [dict(re.findall('([^ =]+)="([^"]*)"', tag)) for tag in tags]


@pytest.mark.parametrize("n, name", enumerate(NAMED))
def test_the_eck_id_arrives_by_its_name_and_format(named, n, name):
    assert start_tags(named, n) == [NAMED[name]]


@pytest.mark.parametrize("n, name", enumerate(RENAMED, len(NAMED)))
def test_an_attribute_arrives_by_its_new_name_and_format(named, n, name):
    assert start_tags(named, n) == [RENAMED[name], NAMED["eckId"]]


SUPPLIER_METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 entityID="https://filed.example/saml"><md:SPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:AssertionConsumerService index="0" Location="https://filed.example/acs"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
<md:AssertionConsumerService index="1" Location="https://filed.example/acs?a=1&amp;b=2"
 ResponseLocation="https://filed.example/answers"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
</md:SPSSODescriptor></md:EntityDescriptor>"""


@pytest.fixture(scope="module")
def filed():
    """A supplier whose consumers are in a metadata file."""
    with checked_place("test_outcomes-filed") as place:
        file = place.file("filed.xml", SUPPLIER_METADATA)
        yield Stage(place, extra=f"""
<EckidSupplier https://filed.example/saml>
  EckidSupplierMetadata {file}
  EckidName eckId
  EckidRelease none
</EckidSupplier>
""")


@pytest.mark.parametrize("consumer", ["https://filed.example/acs",
                                      "https://filed.example/acs?a=1&amp;b=2",
                                      "https://filed.example/answers"])
@pytest.mark.parametrize("audience", ["https://filed.example/saml", "https://unknown.example/"])
def test_a_supplier_is_known_by_the_consumers_in_its_metadata(filed, consumer, audience):
    xml = filed.xml(consumer=consumer, audience=audience)
    filed.set(answer(page_of(consumer.replace("&amp;", "&"), xml)))
    got = filed.get()
    if audience.startswith("https://filed"):
        assert values_in(response_in(got.text), "eckId") == [filed.student.eckid]
    else:
        assert (got.status, "filed.example" in filed.last_line("refused")) == (502, True)


def test_a_second_login_is_answered_from_the_cache(stage):
    stage.las.behave = None
    stage.answer_to()
    before = len(stage.las.calls)
    stage.answer_to()
    assert len(stage.las.calls) == before
    assert "cache=hit" in stage.last_line("gets the ECK iD")


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
        assert ["gets the ECK iD" in lines[0], "continues without" in lines[1],
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
        assert "refused with an error status to the supplier" in scene.gateway.log
        # mellon has verified it: it speaks of the status, not of a signature
        services_log = scene.hosts.httpd.log
        assert "signature" not in services_log.lower(), services_log
