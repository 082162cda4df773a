# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain in a real browser, from click to click, at the width of a desk and of a phone."""
import pytest
from selenium.common.exceptions import WebDriverException

from lab.chain.school import CONF, Chain
from lab.chain.suppliers import BOOKS
from lab.chain.texts import Words
from lab.checked import checked_place
from lab.chromium import Chromium
from lab.scene import Scene
from lab.wait import eventually

SIZES = {"nl": (360, 740), "en": (1280, 900)}


@pytest.fixture(scope="module")
def chain():
    with checked_place("interop-chain") as place:
        chain = Chain(place)
        yield chain.open(Scene(place, services=chain.services, frontend="proxy", extra=CONF))


class Visitor:
    """Looks at each page as it comes: its language and width, what axe says of it, and that it
    holds no value that is to be covered."""

    def __init__(self, chain, browser, language):
        self.chain, self.browser, self.language = chain, browser, language
        self.size, self.pages, self.passes = SIZES[language], 0, 0

    def arrived(self):
        """Whether the page is another than the last that was looked at, and is there."""
        try:
            return self.browser.run("return !window.left && document.readyState === 'complete'")
        except WebDriverException:  # the page is being replaced
            return False

    def look(self, title):
        eventually(self.arrived, lambda: self.browser.url)
        self.browser.find("h1", title)
        self.pages += 1
        browser, source = self.browser, self.browser.driver.page_source
        assert browser.run("return document.documentElement.lang") == self.language
        assert browser.run("return document.documentElement.scrollWidth") <= self.size[0]
        assert not [value for value in self.chain.covered() if value in source]
        self.passes += browser.axe()
        self.picture()
        browser.run("window.left = true")

    def picture(self):
        height = self.browser.run("return document.documentElement.scrollHeight")
        self.browser.resize(self.size[0], height)
        self.browser.picture(self.chain.place.path / f"{self.language}-{self.pages:02}.png")
        self.browser.resize(*self.size)

    def click(self, selector, title):
        self.browser.find(selector).click()
        self.look(title)

    def log_in(self):
        [*_, walk] = self.chain.walks.values()
        self.browser.enter(self.chain.scene.idp.credentials(walk.person))


@pytest.mark.parametrize("language", SIZES)
def test_chain(chain, seen, language):
    words = Words(language)
    shelf, shop = words("shelf.title"), words("shop.title")
    with Chromium(SIZES[language], language) as browser:
        visitor = Visitor(chain, browser, language)
        browser.go(chain.base)
        visitor.look(words("chain"))
        visitor.click("button", "1.")
        visitor.click("button", "2.")
        visitor.click("button", "3.")
        visitor.click("a.action", "4.")
        browser.find("#go").click()
        visitor.log_in()
        visitor.look(shelf)
        visitor.click("#back", "4.")
        visitor.click("a.action", "5.")
        visitor.click("#go", shop)
        visitor.click("button", shop)
        visitor.click("#back", "5.")
        visitor.click("#go", shelf)
        assert all(title in browser.text for title in BOOKS)
        assert [t for t in browser.troubles() if "/favicon.ico" not in t] == []
        seen(visitor.pages, "pages,", visitor.passes, "checks by axe")
