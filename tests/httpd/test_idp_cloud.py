# SPDX-License-Identifier: GPL-3.0-or-later
"""A school in the cloud, of real parts: LemonLDAP::NG, mod_auth_openidc, mod_auth_mellon."""
import concurrent.futures

import pytest

from conftest import checked_place
from lab.bridgescene import BridgeScene, received
from lab.browser import Browser
from lab.people import make_person

# whom the provider knows, and the school does not
STRANGER = make_person(False, affiliation=["alum"])


@pytest.fixture(scope="module")
def scene():
    with checked_place("test_idp_cloud") as place:
        yield BridgeScene(place, people=[make_person(True), STRANGER, make_person(False)])


@pytest.mark.parametrize("number", [0, 1], ids=["both signatures", "encrypted"])
@pytest.mark.parametrize("who", ["student", "teacher"])
def test_service_receives_what_it_should(scene, number, who):
    service, person = scene.services[number], getattr(scene, who)
    page = scene.log_in(person, service)
    got = received(page, service)
    assert got, page.text
    expected = scene.expected(person, service)
    assert {name: got.get(name) for name in expected} == expected
    assert set(got) - set(expected) <= {"NAME_ID", "ASSERTION_ID"}


def test_the_session_serves_the_next_supplier(scene):
    browser = Browser(Accept="text/html")
    first, second = scene.services
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


def test_a_graceful_restart_costs_no_login(scene):
    scene.gateway.graceful()
    service = scene.services[0]
    assert received(scene.log_in(scene.student, service), service)
