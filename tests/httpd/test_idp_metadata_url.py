# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider, and suppliers that publish their metadata at a URL."""
import urllib.parse

import pytest

from conftest import checked_place
from lab.bridgestage import BridgeStage, Partner, xml_in
from lab.pki import Pair
from lab.signer import decrypted
from lab.source import Source, sign_metadata
from lab.stage import values_in
from lab.wait import PATIENT, eventually


class Published(Partner):
    """Its metadata are at a source, signed by a federation."""

    timeouts = PATIENT

    def __post_init__(self):
        super().__post_init__()
        self.text, self.federation = self.metadata.read_text(), (
            Pair(self.place, f"federation-{self.name}"))
        self.source = Source(self.place)
        self.publish(self.text)
        self.metadata = (f"{self.source.base}/{self.name} signed-by={self.federation.crt_file} "
                         f"{self.timeouts}")

    def publish(self, text):
        self.source.text = sign_metadata(self.place, self.federation, text)


@pytest.fixture
def stage(request):
    """One child, so that requests can be counted."""
    with checked_place(f"test_idp_metadata_url-{request.node.name}") as place:
        yield BridgeStage(place, [
            Published(place, "books", wishes=' AuthnRequestsSigned="true"',
                      extra="EckidEncryption on"),
            Partner(place, "known")], servers=1).start()


class Hurried(Published):
    """Nobody waits long for its metadata."""
    timeouts = "timeout=2s connect-timeout=2s"


def logs_in(stage, answer, partner=None):
    partner = partner or stage.books
    assert answer.status == 200 and answer.forms[0]["action"].startswith(partner.consumer)
    return True


def test_they_are_fetched_for_the_first_login_of_the_supplier(stage):
    logs_in(stage, stage.log_in(partner=stage.partners[1]), stage.partners[1])
    assert not stage.books.source.requests  # others do not wait for it
    for _ in range(3):
        xml = xml_in(stage.log_in())
        assert "<saml:Assertion" not in xml  # encrypted to the key that was fetched
        plain = decrypted(stage.place, xml, stage.books.pair)
        assert values_in(plain, "eckId") == [stage.student.eckid]
    assert len(stage.books.source.requests) == 1


def test_they_say_whose_requests_count(stage):
    request = stage.books.request(stage.sso)
    answer = stage.redirect(stage.student, stage.books.query(request, sign=False))
    assert answer.status == 400 and "ECK0252" in stage.last_line()
    answer = stage.redirect(stage.student, stage.books.query(request, pair=stage.signing))
    assert answer.status == 400 and "ECK0253" in stage.last_line()
    logs_in(stage, stage.log_in())


def test_a_new_key_costs_no_login(stage):
    logs_in(stage, stage.log_in())
    old, stage.books.pair = stage.books.pair, Pair(stage.place, "new")
    stage.books.publish(stage.books.text.replace(old.base64, stage.books.pair.base64))
    xml = xml_in(stage.log_in())
    assert values_in(decrypted(stage.place, xml, stage.books.pair), "eckId")
    assert len(stage.books.source.requests) == 2
    stage.books.pair = old
    assert stage.log_in().status == 400 and "ECK0253" in stage.last_line()
    assert len(stage.books.source.requests) == 2  # the window is not over


def test_a_new_consumer_costs_no_login(stage):
    logs_in(stage, stage.log_in())
    newer = f"{stage.books.consumer}/newer"
    stage.books.publish(stage.books.text.replace(f"{stage.books.consumer}/two", newer))
    at = ' AssertionConsumerServiceURL="{}"'.format
    assert stage.log_in(attributes=at(newer)).forms[0]["action"] == newer
    answer = stage.log_in(attributes=at(f"{stage.books.consumer}/two"))
    assert answer.status == 400 and "ECK0254" in stage.last_line()


def test_while_nothing_is_known_only_that_supplier_waits(stage):
    stage.books.source.status = 503
    assert stage.log_in().status == 503
    assert "ECK0104" in stage.last_line("refused with 503", stage.books.entity)
    logs_in(stage, stage.log_in(partner=stage.partners[1]), stage.partners[1])
    stage.books.source.status = 200
    eventually(lambda: stage.log_in().status == 200, "it is fetched soon")


def test_what_is_good_stays_in_use(stage):
    logs_in(stage, stage.log_in())
    stage.books.source.text = stage.books.text  # unsigned
    answer = stage.redirect(stage.student, stage.books.query(
        stage.books.request(stage.sso), pair=stage.signing))  # by which it is fetched again
    assert answer.status == 400 and len(stage.books.source.requests) == 2
    logs_in(stage, stage.log_in())


def test_a_reload_fetches_them_anew(stage):
    logs_in(stage, stage.log_in())
    stage.gateway.graceful()
    logs_in(stage, stage.log_in())
    assert len(stage.books.source.requests) == 2


def test_a_logout_waits_for_the_metadata_of_each_supplier_in_a_request_of_its_own():
    with checked_place("test_idp_metadata_url-logout") as place:
        stage = BridgeStage(place, [Hurried(place, "one"), Hurried(place, "two")],
                            idp="EckidIdpLogout /saml/idp/logout?from=", servers=1).start()
        browser = stage.browser(stage.student)
        for partner in stage.partners:  # more than once where the machine is busy
            eventually(lambda: browser.go(
                f"{stage.sso}?{partner.query(partner.request(stage.sso))}").status == 200)
        stage.gateway.graceful()  # after which nothing is known of them
        for partner in stage.partners:
            partner.source.hangs.set()
            partner.source.requests.clear()
        url, places = stage.base + "/logout", []
        answer = browser.once(url, browser.go(url).forms[0]["fields"])
        while answer.status == 303:
            places.append(urllib.parse.urljoin(url, answer.headers["Location"]))
            answer = browser.once(places[-1])
        assert places[0] == url  # for the second
        assert [len(partner.source.requests) for partner in stage.partners] == [1, 1]
        line = stage.last_line("ECK0265")
        assert all(f"{partner.entity} is not known now" in line for partner in stage.partners), line
