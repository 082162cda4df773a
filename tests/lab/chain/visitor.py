# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks the chain without a screen: follows its links, and submits its forms."""
import re
import urllib.parse

from ..browser import Browser


class Visitor:
    """pages are those that were seen, in order; walk is that of the pupil whom it enrolled."""

    def __init__(self, chain, language="nl"):
        self.chain, self.language = chain, language
        self.browser = Browser(Accept_Language=language)
        self.pages, self.page, self.walk = [], None, None

    def see(self, page):
        assert page.status == 200, page.text
        self.page = page
        self.pages.append(page)
        return page

    def open(self):
        return self.see(self.browser.go(self.chain.base + "/"))

    def press(self, **fields):
        """The button of the page's form."""
        return self.see(self.browser.submit(self.page, **fields))

    def follow(self, pattern):
        """The first link with that pattern in its tag, and whatever login lies behind it."""
        tag = re.search(rf"<a [^>]*{pattern}[^>]*>", self.page.text)[0]
        href = re.search('href="([^"]*)"', tag)[1]
        page = self.browser.go(urllib.parse.urljoin(self.page.url, href))
        if page.forms and "password" in page.forms[0]["fields"]:
            page = self.browser.submit(page, **self.chain.scene.idp.credentials(self.walk.person))
        if page.forms and "SAMLResponse" in page.forms[0]["fields"]:
            page = self.browser.submit(page)
        return self.see(page)

    def enrol(self, is_known=True):
        """The first child that DUO knows, or does not."""
        self.open()
        number = next(number for number, child in self.chain.intake.items()
                      if self.chain.duo.knows(child) == is_known)
        page = self.press(child=number)
        self.walk = self.chain.walks[urllib.parse.urlsplit(page.url).path.split("/")[1]]
        return page

    def go_along(self):
        """Every step in order; the last page is that of the bookshelf."""
        self.enrol()
        for _ in range(2):  # DUO, and Nummervoorziening
            self.press()
        self.follow('class="action"')
        self.follow('id="go"')
        self.follow('id="back"')
        self.follow('class="action"')
        self.follow('id="go"')
        self.press()  # orders
        self.follow('id="back"')
        return self.follow('id="go"')
