# SPDX-License-Identifier: GPL-3.0-or-later
"""Single logout of real parts: suppliers and a hub on mod_auth_mellon, our identity provider behind
mod_auth_openidc, LemonLDAP::NG in the cloud."""
import urllib.parse

import pytest

from conftest import checked_place
from lab.bridgescene import BridgeScene, default_services, hub, received
from lab.browser import Browser
from lab.service import SITE, Service


def services():
    return [*default_services(),
            Service("Museum", "https://museum.example/saml", release=("uid",), encrypt="on"), hub()]


@pytest.fixture(scope="module", params=["event", "prefork"])
def scene(request):
    with checked_place(f"test_idp_logout-{request.param}") as place:
        yield BridgeScene(place, services(), mpm=request.param)


def logged_in(scene, *numbers):
    """A browser that is logged in at these services."""
    browser = Browser(Accept="text/html")
    for number in numbers:
        service = scene.services[number]
        assert received(scene.log_in(scene.student, service, browser), service)
    return browser


def asks_for_a_password(page):
    return bool(page.forms) and "password" in page.forms[0]["fields"]


def sessions(browser):
    return [name for name in browser.cookies[f"login.{SITE}"] if name.startswith("eckid-")]


@pytest.mark.parametrize("first, second", [(0, 1), (1, 0)])
def test_a_logout_at_one_service_is_a_logout_everywhere(scene, first, second):
    browser = logged_in(scene, first, second)
    assert len(sessions(browser)) == 2
    page = scene.log_out(browser, scene.services[first])
    # the service wants a login again, and nothing on the way there has a session left
    assert asks_for_a_password(page), page.text
    assert not scene.is_logged_in(browser, scene.services[second])
    assert asks_for_a_password(browser.go(scene.services[second].base + "/"))
    assert sessions(browser) == []
    line = scene.gateway.lines("ECK", "logout at")[-1]
    assert f"ECK0000: logout at {scene.services[first].entity} is done [ended=1 " in line


@pytest.mark.parametrize("first", [0, 3])
def test_each_service_is_asked_by_the_name_that_it_knows(scene, first):
    """A hub knows the user by one name, and the others by another one in each session."""
    numbers = [0, 1, 3]
    browser = logged_in(scene, *numbers)
    page = scene.log_out(browser, scene.services[first])
    assert asks_for_a_password(page), page.text
    assert not any(scene.is_logged_in(browser, scene.services[number]) for number in numbers)
    line = scene.gateway.lines("ECK", "logout at")[-1]
    assert f"ECK0000: logout at {scene.services[first].entity} is done [ended=2 " in line


def test_a_service_without_endpoint_makes_it_partial(scene):
    browser = logged_in(scene, 0, 2)
    page = scene.log_out(browser, scene.services[0])
    line = scene.gateway.lines("ECK", "logout at")[-1]
    assert "ECK0265" in line and "https://museum.example/saml has no SingleLogoutService" in line
    assert asks_for_a_password(page)  # mod_auth_mellon takes the answer, and is logged out
    assert scene.is_logged_in(browser, scene.services[2])


def test_a_service_whose_session_was_over_is_told_to_be(scene):
    browser = logged_in(scene, 1)
    scene.hosts.httpd.graceful()  # mod_auth_mellon forgets its sessions
    page = browser.submit(browser.go(scene.base + "/logout"))
    assert "<h1>Je bent niet overal uitgelogd</h1>" in page.text
    assert "exercises.example/saml answered with an error status" in scene.gateway.lines(
        "ECK0265")[-1]


def test_the_user_logs_out_at_our_page(scene):
    browser = logged_in(scene, 0, 1)
    browser.headers["Accept-Language"] = "en"
    page = browser.go(scene.base + "/logout")
    assert "<h1>Log out</h1>" in page.text
    assert scene.is_logged_in(browser, scene.services[0])
    page = browser.submit(page)
    assert page.status == 200 and "<h1>You are logged out</h1>" in page.text
    for service in scene.services[:2]:
        assert asks_for_a_password(browser.go(service.base + "/"))
    assert "logout by the user is done [ended=2 " in scene.gateway.lines("ECK", "logout by")[-1]


def test_a_service_that_does_not_answer_is_left_behind(scene):
    browser = logged_in(scene, 0, 1)
    url = f"{scene.services[0].base}/mellon/logout?ReturnTo={scene.services[0].base}/"
    while f"service1.{SITE}" not in url:
        url = browser.once(url).headers["Location"]
    page = browser.go(scene.base + "/logout")  # where the user goes instead
    assert asks_for_a_password(page)
    assert "exercises.example/saml did not answer" in scene.gateway.lines("ECK0265")[-1]


def test_a_session_of_the_module_that_is_still_there_is_told(scene):
    """The user comes back from the provider without having logged out."""
    browser = logged_in(scene, 0)
    page = browser.go(scene.base + "/logout")
    url, data = scene.base + "/logout", page.forms[0]["fields"]
    while "/saml/callback?logout=" not in url:
        url = urllib.parse.urljoin(url, browser.once(url, data).headers["Location"])
        data = None
    page = browser.go(scene.base + "/logout")
    assert "<h1>Je bent niet overal uitgelogd</h1>" in page.text
    assert "the authentication module still has its session" in scene.gateway.lines("ECK0265")[-1]


def test_a_restart_in_the_middle_costs_nothing(scene):
    browser = logged_in(scene, 0, 1)
    url = f"{scene.services[0].base}/mellon/logout?ReturnTo={scene.services[0].base}/"
    while f"service1.{SITE}" not in url:
        url = browser.once(url).headers["Location"]
    scene.gateway.graceful()
    page = browser.go(url)
    assert asks_for_a_password(page), (page.status, page.url, page.text)
    assert "is done [ended=1 " in scene.gateway.lines("ECK", "logout at")[-1]
    assert sessions(browser) == []


def test_another_browser_of_the_same_student_stays_logged_in(scene):
    one, other = logged_in(scene, 0, 1), logged_in(scene, 0, 1)
    page = scene.log_out(one, scene.services[0])
    assert asks_for_a_password(page), page.text
    for service in scene.services[:2]:
        assert scene.is_logged_in(other, service)
