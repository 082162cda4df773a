# SPDX-License-Identifier: GPL-3.0-or-later
"""Live logins: what is signed x where the student key comes from x at whom x who."""
import base64
import re

import pytest

from conftest import checked_place
from lab import idp
from lab.browser import Browser
from lab.scene import Scene, received
from lab.service import Service
from lab.signer import verifies

SIGNED = idp.kind().SIGNS


def services():
    for sign in SIGNED:
        yield Service(f"Supplier, {sign}", f"https://{sign}.supplier.example/saml", sign=sign)
        yield Service(f"Other, {sign}", f"https://{sign}.other.example/saml", sign=sign,
                      is_supplier=False)


@pytest.fixture(scope="module", params=["attribute", "NameID"])
def scene(request):
    key = {"attribute": None, "NameID": {"EckidStudentKey": None}}[request.param]
    extra = "" if not key else 'EckidStudentKey NameID "^([^@]+)@school\\.example$" "$1" NEPRI'
    with checked_place(f"test_matrix-{request.param}") as place:
        scene = Scene(place, list(services()), "proxy", instead=key, extra=extra)
        if key:  # the LAS then knows students by the name they log in with
            scene.las.id_type = "NEPRI"
        yield scene


def response_in(page):
    return base64.b64decode(page.forms[0]["fields"]["SAMLResponse"]).decode()


@pytest.mark.parametrize("sign", SIGNED)
@pytest.mark.parametrize("kind", ["supplier", "other"])
@pytest.mark.parametrize("who", ["student", "teacher"])
def test_service_receives_what_it_should(scene, sign, kind, who):
    service = next(s for s in scene.services if s.sign == sign and
                   s.is_supplier == (kind == "supplier"))
    person = scene.student if who == "student" else scene.teacher
    got = received(scene.log_in(person, service), service)
    expected = scene.expected(person, service)
    assert {name: got.get(name) for name in expected} == expected
    assert set(got) - set(expected) <= {"NAME_ID", "ASSERTION_ID"}
    assert got["NAME_ID"] == [f"{person.user}@{scene.school.domain}"]


@pytest.mark.parametrize("sign", SIGNED)
@pytest.mark.parametrize("kind", ["supplier", "other"])
def test_a_second_verifier_agrees_about_who_signed(scene, sign, kind):
    service = next(s for s in scene.services if s.sign == sign and
                   s.is_supplier == (kind == "supplier"))
    page = scene.last_page(scene.student, service)
    xml = response_in(page)
    ours, theirs = scene.signing.crt_file, scene.idp.pair.crt_file
    right, wrong = (ours, theirs) if service.is_supplier else (theirs, ours)
    elements = {"assertion": ["Assertion"], "response": ["Response"],
                "both": ["Assertion", "Response"]}[sign]
    assert len(re.findall(r"<(?:\w+:)?Signature[ >]", xml)) == len(elements)
    for element in elements:
        assert verifies(scene.place, xml, right, element)
        assert not verifies(scene.place, xml, wrong, element)


def test_the_gateway_s_metadata_lists_both_certificates(scene):
    text = scene.get(scene.idp.METADATA).text
    assert scene.signing.base64 in text
    assert scene.idp.pair.base64 in re.sub(r"\s", "", text)
    assert "bindings:SOAP" not in text.split("SingleSignOnService", 1)[1].split(">", 1)[0]
    assert "Signature>" not in text


def test_one_line_for_each_login_at_a_supplier(scene):
    service = next(s for s in scene.services if s.is_supplier)
    before = len(scene.gateway.lines("login at", service.entity))
    scene.log_in(scene.student, service)
    lines = scene.gateway.lines("login at", service.entity)[before:]
    assert len(lines) == 1
    assert "outcome=found" in lines[0] and "cache=hit" in lines[0] and "eckId" in lines[0]


def test_logout_passes(scene):
    service = next(s for s in scene.services if s.is_supplier)
    browser = Browser()
    scene.log_in(scene.student, service, browser)
    answer = browser.go(f"{service.base}/mellon/logout?ReturnTo={service.base}/")
    assert answer.status == 200
