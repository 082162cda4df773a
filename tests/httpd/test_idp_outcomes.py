# SPDX-License-Identifier: GPL-3.0-or-later
"""The same policy as in front of an identity provider: each outcome, denied or let through, by our
own identity provider; and what observing means there."""
import base64
import re

import pytest

from conftest import checked_place
from lab.bridgestage import BridgeStage, Partner, status_in, xml_in
from lab.curl import fetch
from lab.people import make_person
from lab.stage import values_in
from lab.wait import eventually

OUTCOMES = ("not-student", "unknown", "no-eckid", "las-failed")


def people():
    return [make_person(), make_person(known=False), make_person(eckid=None), make_person(False)]


@pytest.fixture(scope="module")
def stage():
    """books denies everything, by a page; told by a status; exercises lets everything through."""
    with checked_place("test_idp_outcomes") as place:
        denied = "\n".join(f"EckidOn {outcome} deny" for outcome in OUTCOMES)
        stage = BridgeStage(place, [
            Partner(place, "books", extra=denied),
            Partner(place, "told", extra=f"{denied}\nEckidDenyBy status"),
            Partner(place, "exercises", extra=denied.replace("deny", "omit")),
            Partner(place, "renamed", release="none",
                    extra="EckidRename eduPersonAffiliation role"),
            Partner(place, "stale", extra="EckidOn las-failed deny stale=72h"),
        ], people=people(), idp="EckidCacheTime 1s 1s 72h",
            extra="<Location /status>\nSetHandler eckid-status\n</Location>").start()
        stage.student, stage.stranger, stage.blank, stage.teacher = stage.people
        yield stage


def happens(stage, outcome):
    """Causes the outcome; returns the person who gets it."""
    stage.las.behave = None
    if outcome == "las-failed":
        stage.las.behave = lambda handler: handler.send_json(503, {})
        person = make_person()
        stage.people.append(person)
        stage.add_users([person])
        return person
    return {"not-student": stage.teacher, "unknown": stage.stranger,
            "no-eckid": stage.blank}[outcome]


def partner(stage, name):
    return next(p for p in stage.partners if p.name == name)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_denied_by_a_page(stage, outcome):
    got = stage.log_in(happens(stage, outcome), partner(stage, "books"))
    assert got.status == (503 if outcome == "las-failed" else 403)
    reference = re.search("<code>(.*?)</code>", got.text)[1]
    line = stage.last_line(f"ref={reference}")
    assert f"outcome={outcome}" in line and "https://books.example/saml" in line
    assert not got.forms


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_denied_by_a_status(stage, outcome):
    xml = xml_in(stage.log_in(happens(stage, outcome), partner(stage, "told")))
    assert status_in(xml) == ["Responder", "RequestDenied"]
    assert f"outcome={outcome}" in stage.last_line("error status to the supplier")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_let_through_without(stage, outcome):
    xml = xml_in(stage.log_in(happens(stage, outcome), partner(stage, "exercises")))
    assert values_in(xml, "eckId") == [] and values_in(xml, "uid")
    assert f"outcome={outcome}" in stage.last_line("continues without")


def test_they_are_counted(stage):
    def counted():
        answer = stage.browser().go(f"http://login.localhost:{stage.gateway.port}/status?json")
        return {row["supplier"]: row["results"] for row in answer.json()["suppliers"]}

    stage.las.behave = None
    before = counted().get("https://exercises.example/saml", {})
    stage.log_in(stage.student, partner(stage, "exercises"))
    stage.log_in(stage.teacher, partner(stage, "exercises"))
    after = counted()["https://exercises.example/saml"]
    assert sum(after.values()) == sum(before.values()) + 2


def test_an_attribute_arrives_by_its_new_name(stage):
    stage.las.behave = None
    xml = xml_in(stage.log_in(stage.student, partner(stage, "renamed")))
    assert re.findall('<saml:Attribute Name="([^"]*)"', xml) == ["role", "eckId"]


def test_a_stale_one_serves_while_the_las_fails(stage):
    stage.las.behave = None
    assert values_in(xml_in(stage.log_in(stage.student, partner(stage, "stale"))), "eckId")
    stage.las.behave = lambda handler: handler.send_json(503, {})

    def is_stale():
        xml = xml_in(stage.log_in(stage.student, partner(stage, "stale")))
        assert values_in(xml, "eckId") == [stage.student.eckid]
        return "cache=stale" in stage.last_line("gets the ECK iD", "https://stale.example")

    eventually(is_stale)


@pytest.fixture(scope="module")
def observer():
    with checked_place("test_idp_outcomes-observe") as place:
        yield BridgeStage(place, instead={"EckidEngine": "observe"}, level="warn").start()


def test_where_we_only_observe_nothing_is_signed(observer):
    got = observer.log_in()
    assert got.status == 502 and not got.forms
    line = observer.last_line("(observed only)", "gets the ECK iD", ":notice]")
    assert re.search(r"ref=([^] ]+)", line)[1] in got.text
    assert "outcome=found" in line and "attributes=uid,eduPersonAffiliation,eckId" in line


@pytest.fixture(scope="module")
def two():
    with checked_place("test_idp_outcomes-two") as place:
        yield BridgeStage(place, http2=True).start()


@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_it_answers_over_http_2(two, binding):
    host, at = two.base.split("/")[2], f"http://127.0.0.1:{two.gateway.port}"
    page = fetch(f"{at}/saml/idp", http2=True, host=host)
    assert page.status == 200 and two.base in page.text
    if binding == "post":
        xml = base64.b64encode(two.books.signed(two.sso).encode()).decode()
        got = fetch(f"{at}/saml/idp/sso", "--data-urlencode", f"SAMLRequest={xml}", http2=True,
                    host=host)
    else:
        query = two.books.query(two.books.request(two.sso))
        got = fetch(f"{at}/saml/idp/sso?{query}", http2=True, host=host)
    assert got.status == 303 and got.headers["location"].startswith("/saml/idp/login?r=")
    got = fetch(f"{at}{got.headers['location']}", "-u",
                f"{two.student.user}:{two.student.password}", http2=True, host=host)
    assert got.status == 200 and "SAMLResponse" in got.text
