# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain to click through: each step by real calls, in two languages, and nothing on a page that
nobody may see."""
import html
import re
import ssl
import urllib.error
import urllib.request

import pytest

from conftest import checked_place
from lab.browser import Browser
from lab.chain import nummervoorziening, soap
from lab.chain.school import CONF, Chain
from lab.chain.suppliers import BOOKS
from lab.chain.texts import TEXTS, Words
from lab.chain.visitor import Visitor
from lab.chain.wire import Journal
from lab.scene import Scene

LANGUAGES = ("nl", "en")
MARK = re.compile('</span>([^<]*) <span class="hidden">[^<]*</span><code>([0-9a-f]{6})</code>')


@pytest.fixture(scope="module")
def chain():
    with checked_place("test_chain") as place:
        chain = Chain(place)
        yield chain.open(Scene(place, services=chain.services, frontend="proxy", extra=CONF))


@pytest.fixture(scope="module", params=LANGUAGES)
def visitor(request, chain):
    """Who has gone along the whole chain."""
    visitor = Visitor(chain, request.param)
    visitor.go_along()
    visitor.steps = {n: visitor.browser.go(visitor.walk.url(n)).text for n in range(1, 6)}
    return visitor


def marks(text, label):
    """The marks of the values with that label, in order."""
    return [mark for name, mark in MARK.findall(text) if name == label]


def test_the_books_are_on_the_shelf(visitor):
    for title in BOOKS:
        assert html.escape(title) in visitor.page.text


def test_every_page_is_in_the_language_of_the_browser_and_offers_the_other(visitor):
    words = Words(visitor.language)
    other, name = words.others
    for page in visitor.pages:
        assert f'<html lang="{words.language}">' in page.text
        assert f'<a href="?lang={other}" lang="{other}" hreflang="{other}">{name}</a>' in page.text
        assert html.escape(words("stand-ins")) in page.text


def test_each_step_has_its_page(visitor):
    words = Words(visitor.language)
    for step, text in visitor.steps.items():
        assert f"<h1>{step}. {words(str(step))}</h1>" in text
        assert text.count('aria-current="step"') == 1


def test_no_page_loads_anything(visitor):
    for page in visitor.pages:
        assert not re.search(r"<(script|img|iframe|object|embed)\b|@import|url\(", page.text)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_nothing_is_on_a_page_that_nobody_may_see(visitor, chain):
    values = chain.covered()
    assert len(values) >= 4
    for page in [*visitor.pages, *visitor.steps.values()]:
        text = page if isinstance(page, str) else page.text
        assert not [value for value in values if value in text]
        assert not re.search("[0-9a-f]{64}", text)


@pytest.mark.parametrize("step, label, count", [
    (2, "PGN", 4), (3, "HPGN", 1), (3, "stampseudoniem", 2), (3, "ECK iD", 2), (4, "ECK iD", 2),
    (5, "ECK iD", 2)])
def test_what_is_covered_is_the_same_value_throughout_a_step(visitor, step, label, count):
    found = marks(visitor.steps[step], label)
    assert (len(set(found)), len(found)) == (1, count)


def test_the_eck_id_is_the_same_from_the_las_to_the_shelf(visitor):
    texts = [*(visitor.steps[n] for n in (3, 4, 5)), visitor.page.text]
    assert {mark for text in texts for mark in marks(text, "ECK iD")} == {
        visitor.chain.cover.mark(visitor.walk.person.eckid)}


def test_who_passes_what_to_whom(visitor):
    passed = [(e.step, e.sender, e.receiver, e.status) for e in visitor.walk.journal.exchanges]
    assert passed == [
        (2, "las", "duo", 200), (3, "las", "nummervoorziening", 200),
        (3, "las", "nummervoorziening", 200), (4, "gateway", "las", 200),
        (5, "webshop", "bookshelf", 201)]


def test_who_knows_what(visitor):
    assert {party: known & {"PGN", "HPGN", "stampseudoniem", "ECK iD"}
            for party, known in visitor.walk.knowledge().items()} == {
        "duo": {"PGN"}, "las": {"PGN", "HPGN", "stampseudoniem", "ECK iD"},
        "nummervoorziening": {"HPGN", "stampseudoniem", "ECK iD"},
        "gateway": {"ECK iD"}, "bookshelf": {"ECK iD"}, "webshop": {"ECK iD"}}


def test_a_supplier_receives_the_eck_id_under_its_own_name_and_what_is_released(visitor):
    assert {name: set(got) for name, got in visitor.walk.got.items()} == {
        "Bookshelf": {"givenName", "eduPersonAffiliation", "nlEduPersonHomeOrganization", "eckId"},
        "Webshop": {"eduPersonAffiliation", "urn:mace:surf.nl:attribute-def:eckid"}}


# what is not the way along the chain

def test_the_language_that_is_chosen_stays(chain):
    browser = Browser(Accept_Language="nl")
    assert '<html lang="en">' in browser.go(chain.base + "/?lang=en").text
    assert '<html lang="en">' in browser.go(chain.base + "/").text


@pytest.mark.parametrize("number", [0, 1])
def test_a_student_of_no_walk_is_known_by_the_eck_id_too(chain, number):
    student, service = chain.scene.student, chain.services[number]
    page = chain.scene.log_in(student, service)
    assert marks(page.text, "ECK iD") == [chain.cover.mark(student.eckid)]
    assert student.eckid not in page.text and chain.base not in page.text


def test_a_teacher_has_no_shelf(chain):
    page = chain.scene.log_in(chain.scene.teacher, chain.services[0])
    assert Words("nl")("unknown") in page.text


@pytest.mark.parametrize("accept, language", [
    ("", "nl"), ("de", "nl"), ("en-GB", "en"), ("nl;q=0.5, en;q=0.6", "en"), ("en;q=0, nl", "nl"),
    ("en;q=x", "nl")])
def test_the_language_that_a_browser_prefers(chain, accept, language):
    assert f'<html lang="{language}">' in Browser(Accept_Language=accept).go(chain.base).text


def test_every_text_is_there_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in TEXTS.values())


def test_a_number_with_a_typing_error_ends_at_duo(chain):
    visitor = Visitor(chain, "en")
    visitor.enrol(is_known=False)
    page = visitor.press()
    assert Words("en")("refused.duo") in page.text
    assert "404" in page.text and not page.forms
    visitor.browser.go(f"{chain.base}/{visitor.walk.number}/fetch", {})
    assert visitor.walk.person.eckid is None


def test_steps_that_were_not_reached_are_not_shown(chain):
    visitor = Visitor(chain)
    visitor.enrol()
    walk = visitor.walk
    for path in (walk.url(2), walk.url(5), walk.url(0), walk.url("x")):
        assert visitor.browser.once(path).headers["Location"] == walk.url(1)
    assert visitor.browser.once(f"{chain.base}/nowhere/1").headers["Location"] == "/"


def test_a_step_is_taken_once(chain):
    visitor = Visitor(chain)
    visitor.enrol()
    for _ in range(2):
        visitor.browser.go(f"{chain.base}/{visitor.walk.number}/verify", {})
    assert len(visitor.walk.journal.exchanges) == 1


def test_a_supplier_believes_its_own_httpd_only(chain):
    for supplier in (chain.bookshelf, chain.webshop):
        port = supplier.site.port
        answer = Browser(Got_0_0="Anouk", Got_3_0="x").go(f"http://127.0.0.1:{port}/")
        assert answer.status == 403


def test_a_field_of_the_browser_is_no_attribute(chain):
    """Neither of the ECK iD nor of what the pupil does not have."""
    visitor = Visitor(chain)
    visitor.browser.headers.update({"Got-0-1": "Mallory", "Got-1-1": "employee", "Got-3-0": "x"})
    visitor.go_along()
    assert "Mallory" not in str(visitor.walk.got) and "employee" not in str(visitor.walk.got)


def test_nobody_calls_without_a_certificate(chain):
    context = ssl._create_unverified_context()
    for station in (chain.duo.station, chain.bookshelf.station):
        with pytest.raises((urllib.error.URLError, OSError)):
            urllib.request.urlopen(f"https://127.0.0.1:{station.port}/", b"{}", context=context)


BOMB = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


@pytest.mark.parametrize("text", ["", "<x/>", BOMB, soap.Message("retrieveSecrets", {}).text(),
                                  soap.Message("retrieveStampseudonym", {"hpgn": "x"}).text(),
                                  soap.Message("retrieveEckId", {"hpgn": "x"}).text()])
def test_nummervoorziening_refuses_what_it_does_not_know(chain, text):
    caller = chain.administration.caller
    status, answer = chain.nummervoorziening.answer(caller.identity, "/eckid", text)
    assert status == 500 and "Fault" in answer


def test_nummervoorziening_knows_who_calls(chain):
    """A digest from another organisation than that of the certificate is refused."""
    hpgn = nummervoorziening.hpgn_of("999999990")
    message = soap.Message("retrieveStampseudonym", {"hpgn": hpgn}, "00000007000XXXX00000")
    status, _ = chain.administration.caller.call(
        Journal(chain.cover), chain.nummervoorziening.station, "/eckid", message.text())
    assert status == 500
