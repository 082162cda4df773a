# SPDX-License-Identifier: GPL-3.0-or-later
"""A school in the cloud, of real parts: LemonLDAP::NG, mod_auth_openidc, mod_auth_mellon."""
import concurrent.futures
import re
import time
import urllib.parse

import pytest

from conftest import checked_place
from lab.bridgescene import BridgeScene, default_services, hub, received
from lab.bridgestage import status_in, xml_in
from lab.browser import Browser
from lab.people import make_person
from lab.stage import values_in
from lab.wait import eventually

# whom the provider knows, and the school does not
STRANGER = make_person(False, affiliation=["alum"])
CLASSES = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
# what the provider says of a password is loa-1
CONTEXTS = f"""
EckidIdpAuthnContext {CLASSES}PasswordProtectedTransport OIDC_CLAIM_acr loa-[1-3]
EckidIdpAuthnContext {CLASSES}MobileTwoFactorContract OIDC_CLAIM_acr loa-[45]
"""


@pytest.fixture(scope="module")
def scene():
    with checked_place("test_idp_cloud") as place:
        people = [make_person(True), STRANGER, make_person(False)]
        yield BridgeScene(place, [*default_services(), hub()], people=people, partners=["played"],
                          idp=CONTEXTS)


@pytest.mark.parametrize("number", [0, 1, 2], ids=["both signatures", "encrypted", "hub"])
@pytest.mark.parametrize("who", ["student", "teacher"])
def test_service_receives_what_it_should(scene, number, who):
    service, person = scene.services[number], getattr(scene, who)
    page = scene.log_in(person, service)
    got = received(page, service)
    assert got, page.text
    expected = scene.expected(person, service)
    assert {name: got.get(name) for name in expected} == expected
    assert set(got) - set(expected) <= {"NAME_ID", "ASSERTION_ID"}


def test_a_hub_knows_the_user_by_the_name_that_it_wants(scene):
    service = scene.services[2]
    got = received(scene.log_in(scene.student, service), service)
    assert got["NAME_ID"] == [f"{scene.student.user}@entree.example"]


def test_the_session_serves_the_next_supplier(scene):
    browser = Browser(Accept="text/html")
    first, second, _ = scene.services
    assert received(scene.log_in(scene.student, first, browser), first)
    page = browser.submit(browser.go(second.base + "/"))
    assert received(page, second)[second.eckid_name] == [scene.student.eckid]


def test_eight_browsers_at_once_get_each_their_own(scene):
    service = scene.services[0]
    people = [scene.student, scene.teacher] * 4
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda person: scene.log_in(person, service), people))
    for person, page in zip(people, pages):
        assert received(page, service)["uid"] == person.attributes(scene.school)["uid"]


def passive(scene, browser, service):
    return browser.go(f"{service.base}/mellon/login?ReturnTo={service.base}/&IsPassive=true")


def test_a_passive_login_asks_nobody(scene):
    service, browser = scene.services[0], Browser(Accept="text/html")
    page = passive(scene, browser, service)
    assert page.forms[0]["action"] == service.consumer
    assert "ECK0263" in scene.gateway.lines("ECK", "error status to the supplier")[-1]
    browser = Browser(Accept="text/html")
    scene.log_in(scene.student, scene.services[1], browser)
    page = browser.submit(passive(scene, browser, service))
    assert received(page, service)["eckId"] == [scene.student.eckid]


def test_a_session_of_a_stranger_is_no_login(scene):
    service, browser = scene.services[0], Browser(Accept="text/html")
    assert scene.enter(STRANGER, browser).status == 404  # let in, and nothing is there
    for page in passive(scene, browser, service), scene.log_in(STRANGER, service, browser):
        assert page.status == 401 and not page.forms


def test_a_header_is_no_claim(scene):
    """Whatever a client calls its headers: claims are those of the provider."""
    forged = {name: "student" for name in (
        "OIDC_CLAIM_eduPersonAffiliation", "HTTP_OIDC_CLAIM_eduPersonAffiliation",
        "Oidc_Claim_edupersonaffiliation")}
    service, browser = scene.services[0], Browser(Accept="text/html", **forged)
    got = received(scene.log_in(scene.teacher, service, browser), service)
    assert got["eduPersonAffiliation"] == scene.teacher.affiliation and "eckId" not in got


def test_a_graceful_restart_costs_no_login(scene):
    scene.gateway.graceful()
    service = scene.services[0]
    assert received(scene.log_in(scene.student, service), service)


def ask(scene, browser, **request):
    """The played supplier asks for a login."""
    played, sso = scene.partners[0], f"{scene.base}/sso"
    return browser.go(f"{sso}?{played.query(played.request(sso, **request))}")


def enter_password(scene, browser, page):
    if "confirm" in page.forms[0]["fields"]:  # a session is there, and will be another one
        page = browser.submit(page)
    assert "password" in page.forms[0]["fields"], page.text
    return browser.submit(page, user=scene.student.user, password=scene.student.password)


def instant_in(page):
    return re.search('AuthnInstant="([^"]*)"', xml_in(page))[1]


def logged_in(scene):
    """A browser with a session, and a page with the answer; and the second of that is over."""
    browser = Browser(Accept="text/html")
    page = enter_password(scene, browser, ask(scene, browser))
    begun = int(time.time())
    eventually(lambda: int(time.time()) > begun, "another second has begun")
    return browser, page


FORCED = ' ForceAuthn="true"'


def test_the_time_of_authentication_is_that_of_the_password(scene):
    browser, page = logged_in(scene)
    assert instant_in(ask(scene, browser)) == instant_in(page)


def test_a_forced_login_asks_for_the_password_again(scene):
    browser, before = logged_in(scene)
    page = enter_password(scene, browser, ask(scene, browser, attributes=FORCED))
    assert values_in(xml_in(page), "eckId") == [scene.student.eckid]
    assert instant_in(page) > instant_in(before)


def test_a_forced_login_without_a_session_asks_once(scene):
    browser = Browser(Accept="text/html")
    page = enter_password(scene, browser, ask(scene, browser, attributes=FORCED))
    assert values_in(xml_in(page), "eckId") == [scene.student.eckid]


def test_a_forced_login_that_is_skipped_is_none(scene):
    """The URL to return to is in the browser, which opens it with the session that it has."""
    browser, _ = logged_in(scene)
    played, sso = scene.partners[0], f"{scene.base}/sso"
    url = f"{sso}?{played.query(played.request(sso, attributes=FORCED))}"
    for _ in range(2):
        url = urllib.parse.urljoin(url, browser.once(url).headers["Location"])
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
    page = browser.go(query["target_link_uri"][0])
    assert status_in(xml_in(page)) == ["Responder", "AuthnFailed"]


WANTED = """<samlp:RequestedAuthnContext{}><saml:AuthnContextClassRef>{}\
</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"""


@pytest.mark.parametrize("wanted, how, status", [
    ("PasswordProtectedTransport", "", None),
    ("PasswordProtectedTransport", ' Comparison="minimum"', None),
    ("MobileTwoFactorContract", "", ["Responder", "NoAuthnContext"]),
    ("PasswordProtectedTransport", ' Comparison="better"', ["Responder", "NoAuthnContext"]),
])
def test_only_a_context_that_the_provider_tells_is_stated(scene, wanted, how, status):
    browser, _ = logged_in(scene)
    xml = xml_in(ask(scene, browser, children=WANTED.format(how, CLASSES + wanted)))
    if status:
        assert status_in(xml) == status
    else:
        assert f"{CLASSES}PasswordProtectedTransport<" in xml and values_in(xml, "eckId")
