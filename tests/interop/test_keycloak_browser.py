# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak behind the gateway in a real browser."""
import pytest

from kc import REALM
from lab.chromium import Chromium
from lab.wait import eventually


@pytest.fixture(scope="module")
def chromium():
    with Chromium() as chromium:
        yield chromium


def test_account_console(realm, seen, chromium):
    """A single page application of Keycloak's own, which talks to its API and logs out."""
    chromium.go(f"https://{realm.host}{REALM}/account/")
    chromium.log_in(realm.student)
    email = chromium.find("#email")
    eventually(lambda: email.get_attribute("value"), "the profile is there")
    assert email.get_attribute("value") == f"{realm.student.user}@school.example"
    assert realm.student.number not in chromium.driver.page_source
    chromium.find("[data-testid='options-toggle']").click()
    chromium.find("button, a", "Sign out").click()
    chromium.find("#kc-login")
    assert chromium.troubles() == []
    seen("profile shown, signed out, at", chromium.url.split("?")[0])


def test_login_and_logout_at_a_supplier(realm, seen, chromium):
    """mod_auth_openidc shows our ID token as a hint when it logs out."""
    chromium.go(realm.webshop.base + "/")
    chromium.log_in(realm.student)
    eventually(lambda: realm.student.eckid in chromium.text, lambda: chromium.text)
    where = chromium.url
    chromium.go(f"{realm.webshop.redirect_uri}?logout={realm.webshop.base}/")
    chromium.find("#kc-login")
    assert chromium.troubles() == []
    seen("the ECK iD is shown at", where, "then logged out")


PHONE = (360, 740)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_of_a_refusal(realm, seen, language):
    """At the width of a phone; nothing to scroll sideways, and axe finds nothing."""
    with Chromium(PHONE, language) as phone:
        phone.go(realm.books.base + "/")
        phone.log_in(realm.newcomer)
        eventually(lambda: "Helpdesk" in phone.text, lambda: phone.text)
        phone.picture(realm.place.path / f"refusal-{language}.png")
        assert phone.run("return document.documentElement.lang") == language
        assert phone.run("return document.documentElement.scrollWidth") == PHONE[0]
        seen(phone.axe(), "checks by axe |", phone.text.split("\n")[1])
