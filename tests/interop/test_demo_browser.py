# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of the demo in a real browser, which refuses cookies that others take."""
import pytest

from lab.bridgescene import BridgeScene
from lab.checked import checked_place
from lab.chromium import Chromium
from lab.scene import Scene
from lab.school import OidcScene


def saml(place):
    scene = Scene(place, frontend="proxy")
    return scene, scene.services, scene.idp.credentials(scene.student)


def oidc(place):
    school = OidcScene(place)
    return school, school.clients, school.op.credentials(school.student)


def cloud(place):
    school = BridgeScene(place)
    return school, school.services, school.op.credentials(school.student)


@pytest.mark.parametrize("make", [saml, oidc, cloud])
def test_demo(seen, make):
    with checked_place(f"interop-demo-{make.__name__}") as place:
        scene, services, credentials = make(place)
        for service in services:
            with Chromium() as browser:
                browser.go(service.base + "/")
                browser.enter(credentials)
                browser.find("h1", service.name)
                assert (scene.student.eckid in browser.text) == service.is_supplier
        seen("logged in at", ", ".join(service.name for service in services))


def test_demo_logout(seen):
    """At a service, and at our own page: the browser is logged in nowhere after that."""
    with checked_place("interop-demo-logout") as place, Chromium() as browser:
        scene, (first, second), credentials = cloud(place)
        for url, button in ((f"{first.base}/mellon/logout?ReturnTo={first.base}/", None),
                            (scene.base + "/logout", "button")):
            browser.go(first.base + "/")
            browser.enter(credentials)
            browser.find("h1", first.name)
            browser.go(second.base + "/")
            browser.find("h1", second.name)
            browser.go(url)
            if button:
                browser.find(button).click()
                browser.find("h1", "You are logged out")
            browser.go(second.base + "/")
            browser.find("[name=password]")
        seen("logged out at", first.name, "and", second.name)
