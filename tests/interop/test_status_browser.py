# SPDX-License-Identifier: GPL-3.0-or-later
"""The status page in a real browser, in both languages, at the width of a phone and of a desk."""
import pytest

from lab.checked import checked_place
from lab.chromium import Chromium
from lab.directory import Directory
from lab.stage import CANTEEN, CANTEEN_ACS, Stage

STATUS = """
<Location /status>
  SetHandler eckid-status
</Location>
ProxyPass /status !
"""
SIZES = {"phone": (360, 740), "desk": (1280, 900)}


@pytest.fixture(scope="module")
def stage():
    """With something of all that the page can show."""
    with checked_place("interop-status") as place:
        stage = Stage(place, before=Directory(place).conf() + STATUS,
                      instead={"EckidLookup": "directory las"},
                      extra='EckidPage "Voorbeeld College" color=#ffffff background=#005ea5')
        stage.answer_to()
        stage.answer_to(issuer="https://other.example")
        stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
        yield stage


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language, words", [("nl", "Hoe het gaat"), ("en", "The systems")])
def test_status_page(stage, seen, language, words, size):
    with Chromium(SIZES[size], language) as browser:
        browser.go(f"http://idp.localhost:{stage.gateway.port}/status")
        assert words in browser.text
        assert browser.run("return document.documentElement.lang") == language
        assert browser.run("return document.documentElement.scrollWidth") <= SIZES[size][0]
        seen(browser.axe(), "checks by axe")
        browser.picture(stage.place.path / f"status-{language}-{size}.png")
