# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of single logout at our own identity provider: good ones by both bindings, and bad ones.
"""
import base64
import json
import re
import secrets
import urllib.parse
import zlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from conftest import checked_place
from lab.bridgestage import BINDINGS, PATH, BridgeStage, Partner, posted, status_in, xml_in
from lab.schema import faults
from lab.signer import instant, verifies


def endpoint(name, binding):
    return (f'<md:SingleLogoutService Location="https://{name}.example/slo" '
            f'ResponseLocation="https://{name}.example/answers" Binding="{BINDINGS}{binding}"/>')


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_idp_logout_messages-{request.param}") as place:
        yield BridgeStage(place, [
            Partner(place, "books", logout=endpoint("books", "HTTP-Redirect")),
            Partner(place, "elliptic", key="ec", logout=endpoint("elliptic", "HTTP-POST")),
            Partner(place, "mute")],
            # there is no session of httpd's own module to be ended
            idp="EckidIdpLogout /saml/idp/logout?from=", mpm=request.param,
            extra="<Location /status>\nSetHandler eckid-status\n</Location>").start()


class Visit:
    """A browser that is logged in at some suppliers, and stops at every one of them."""

    def __init__(self, stage, *names):
        self.stage = stage
        self.browser = stage.browser(stage.student)
        self.sessions = {}
        for name in names:
            who = self.partner(name)
            page = self.browser.go(f"{stage.sso}?{who.query(who.request(stage.sso))}")
            xml = xml_in(page)
            self.sessions[name] = (re.search("<saml:NameID.*?</saml:NameID>", xml)[0],
                                   re.search('SessionIndex="([^"]*)"', xml)[1])

    def partner(self, name):
        return next(p for p in self.stage.partners if p.name == name)

    def children(self, name):
        name_id, index = self.sessions[name]
        return f"{name_id}<samlp:SessionIndex>{index}</samlp:SessionIndex>"

    def request(self, name, /, **more):
        """The XML of the LogoutRequest of a supplier."""
        return self.partner(name).request(**{
            "destination": self.stage.slo, "name": "LogoutRequest",
            "children": self.children(name), **more})

    def answer(self, name, request, status="Success", /, **more):
        """Of its LogoutResponse to a request of ours."""
        number = re.search(' ID="([^"]*)"', request)[1]
        return self.partner(name).request(**{
            "destination": self.stage.slo, "name": "LogoutResponse",
            "attributes": f' InResponseTo="{number}"',
            "children": '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:'
                        f'status:{status}"/></samlp:Status>', **more})

    def redirect(self, query):
        return self.follow(self.browser.once(f"{self.stage.slo}?{query}"))

    def post(self, *fields):
        return self.follow(self.browser.once(self.stage.slo, posted(*fields)))

    def follow(self, answer):
        """As far as it stays with us."""
        while answer.status == 303:
            url = urllib.parse.urljoin(answer.url, answer.headers["Location"])
            if not url.startswith(self.stage.base):
                break
            answer = self.browser.once(url)
        return answer

    def cookies(self):
        return sorted(name for name in self.browser.cookies["login.localhost"])


def taken(stage, answer, parameter):
    """The XML that a browser takes on, signed and by the schema; its URL; and all parameters."""
    xml, url, fields = unpacked(stage, answer, parameter)
    assert faults(xml) == []
    return xml, url, fields


def unpacked(stage, answer, parameter):
    if answer.status == 200:
        form = answer.forms[0]
        xml = base64.b64decode(form["fields"][parameter]).decode()
        name = re.match("<[^>]*?(Logout[A-Za-z]*)", xml.split("?>")[-1].strip())[1]
        assert verifies(stage.place, xml, stage.signing.crt_file, name)
        return xml, form["action"], form["fields"]
    url, query = answer.headers["Location"].split("?", 1)
    signed, signature = query.split("&Signature=")
    key = stage.signing.key.public_key()
    key.verify(base64.b64decode(urllib.parse.unquote(signature)), signed.encode(),
               padding.PKCS1v15(), hashes.SHA256())
    fields = dict(urllib.parse.parse_qsl(query))
    return zlib.decompress(base64.b64decode(fields[parameter]), -15).decode(), url, fields


def test_a_logout_by_redirect_asks_by_post_and_is_answered(stage):
    visit = Visit(stage, "books", "elliptic")
    who = visit.partner("books")
    answer = visit.redirect(who.query(visit.request("books", id="_theirs"), "state & <more>"))
    xml, url, fields = taken(stage, answer, "SAMLRequest")
    assert url == "https://elliptic.example/slo" and f'Destination="{url}"' in xml
    name_id, index = visit.sessions["elliptic"]
    assert re.sub(" *xmlns:saml=[^ >]*", "", name_id) in xml and f">{index}</samlp:Sess" in xml
    assert "RelayState" not in fields
    answer = visit.post(visit.partner("elliptic").signed(
        stage.slo, name="LogoutResponse", **signing(visit.answer("elliptic", xml))),
        None, "SAMLResponse")
    xml, url, fields = taken(stage, answer, "SAMLResponse")
    assert url == "https://books.example/answers" and f'Destination="{url}"' in xml
    assert 'InResponseTo="_theirs"' in xml and status_in(xml) == ["Success"]
    assert fields["RelayState"] == "state & <more>"
    assert visit.cookies() == []
    assert "is done [ended=1 " in stage.last_line("logout at", who.entity)


def logouts(stage, name):
    """How many there were, by the status page; name is that of who began them."""
    rows = json.loads(stage.browser().go(f"{stage.base.removesuffix(PATH)}/status?json").text)
    return next(row["logouts"] for row in rows["suppliers"] if row["supplier"] == name)


def more(before, after):
    return {step: after[step] - before.get(step, 0) for step in after
            if after[step] != before.get(step, 0)}


def test_the_way_of_a_logout_is_told_and_counted(stage):
    who = next(p for p in stage.partners if p.name == "books")
    before = logouts(stage, who.entity)
    visit = Visit(stage, "books", "elliptic", "mute")
    visit.redirect(who.query(visit.request("books")))
    line = stage.last_line("logout at", who.entity)  # all there is of one that is given up
    begun = re.search(r"has begun \[others=2 ref=(.{9})\]", line)[1]
    assert more(before, logouts(stage, who.entity)) == {"begun": 1}
    visit.follow(visit.browser.once(stage.base + "/logout"))
    assert f"begun={begun}" in stage.last_line("is partial", who.entity)
    visit.redirect(who.query(visit.request("books"), sign=False))
    assert more(before, logouts(stage, who.entity)) == {"begun": 1, "partial": 1, "refused": 1}


def test_a_logout_by_the_user_is_told_and_counted(stage):
    before, visit = logouts(stage, ""), Visit(stage, "mute")
    page = visit.browser.go(stage.base + "/logout")
    visit.follow(visit.browser.once(stage.base + "/logout", page.forms[0]["fields"]))
    ref = re.search(" begun=(.{9})", stage.last_line("logout by the user is partial"))[1]
    assert f" has begun [others=1 ref={ref}]" in stage.last_line("logout by the user has begun")
    assert more(before, logouts(stage, "")) == {"begun": 1, "partial": 1}


def signing(xml):
    """The arguments by which Partner.signed makes the same message."""
    return {"attributes": re.search(' InResponseTo="[^"]*"', xml)[0],
            "children": xml.split("</saml:Issuer>")[1].rsplit("</", 1)[0]}


def test_a_logout_by_post_is_answered_by_post(stage):
    visit = Visit(stage, "elliptic")
    answer = visit.post(visit.partner("elliptic").signed(
        stage.slo, name="LogoutRequest", children=visit.children("elliptic")), "state")
    xml, url, fields = taken(stage, answer, "SAMLResponse")
    assert url == "https://elliptic.example/answers" and status_in(xml) == ["Success"]
    assert fields["RelayState"] == "state"


@pytest.mark.parametrize("other, status", [("mute", None), ("elliptic", "Responder")])
def test_what_was_not_confirmed_is_told(stage, other, status):
    visit = Visit(stage, "books", other)
    answer = visit.redirect(visit.partner("books").query(visit.request("books")))
    if status:
        who, (asked, *_) = visit.partner(other), taken(stage, answer, "SAMLRequest")
        answer = visit.redirect(who.query(visit.answer(other, asked, status),
                                          parameter="SAMLResponse"))
    xml, *_ = taken(stage, answer, "SAMLResponse")
    assert status_in(xml) == ["Success", "PartialLogout"]
    assert "is partial" in stage.last_line("ECK0265", other)


def test_a_supplier_without_endpoint_may_ask_and_the_user_gets_a_page(stage):
    visit = Visit(stage, "mute")
    answer = visit.redirect(visit.partner("mute").query(visit.request("mute")))
    assert answer.status == 200 and "<h1>Je bent uitgelogd</h1>" in answer.text
    assert "is done" in stage.last_line("ECK0267")


UNKNOWN = {
    "another user": {"children": "<saml:NameID>somebody</saml:NameID>"},
    "another session": {"index": "_x"},
    "another browser": {},
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_session_is_told(stage, what):
    visit = Visit(stage, "books", "elliptic")
    more = dict(UNKNOWN[what])
    name_id, index = visit.sessions["books"]
    if "index" in more:
        more = {"children": f"{name_id}<samlp:SessionIndex>{more['index']}</samlp:SessionIndex>"}
    if what == "another browser":
        visit.browser.cookies.clear()
    answer = visit.redirect(visit.partner("books").query(visit.request("books", **more)))
    xml, *_ = taken(stage, answer, "SAMLResponse")
    assert status_in(xml) == ["Requester", "UnknownPrincipal"]
    assert "ECK0264" in stage.last_line("logout at")
    assert len(visit.cookies()) == (0 if what == "another browser" else 2)


# Bad input: the parameters that a browser brings, and what the line says.

def query(visit, pair=None, sign=True, **more):
    who = visit.partner("books")
    return {"query": who.query(visit.request("books", **more), pair=pair, sign=sign)}


def within(visit, change):
    xml = visit.partner("books").signed(visit.stage.slo, name="LogoutRequest",
                                        children=visit.children("books"))
    return {"xml": change(xml)}


def twice(xml):
    signature = re.search("<ds:Signature.*</ds:Signature>", xml, re.S)[0]
    return xml.replace(signature, signature + signature)


def replayed(visit):
    again = query(visit)
    visit.redirect(again["query"])
    return again


def stray(visit):
    xml = visit.answer("books", f'<x ID="_{secrets.token_hex(8)}"/>')
    return {"query": visit.partner("books").query(xml, parameter="SAMLResponse")}


def wrapped(visit):
    """A signed request in one for another session."""
    return {"xml": visit.request("books", children=visit.children("elliptic") + (
        f"<samlp:Extensions>{within(visit, str)['xml']}</samlp:Extensions>"))}


def answered(visit, change):
    """What the supplier that was asked answers, after some change before it is signed."""
    asked, *_ = taken(visit.stage, visit.redirect(query(visit)["query"]), "SAMLRequest")
    return {"query": visit.partner("elliptic").query(
        change(visit.answer("elliptic", asked)), parameter="SAMLResponse")}


BAD = {
    "a signed request in another one": (wrapped, "ECK0253"),
    "an empty signature": (lambda v: {"query": re.sub(
        "&Signature=.*", "&Signature=", query(v)["query"])}, "ECK0253"),
    "a NUL in the message": (lambda v: {"query": "SAMLRequest=%00"}, "ECK0250"),
    "33 sessions": (lambda v: query(v, children=v.children("books") + (
        "<samlp:SessionIndex>x</samlp:SessionIndex>" * 32)), "ECK0250"),
    "a RelayState that fits into no cookie": (
        lambda v: {**within(v, str), "state": "\x01" * 1024}, "ECK0250"),
    "a response to no request": (lambda v: answered(
        v, lambda xml: re.sub(' InResponseTo="[^"]*"', "", xml)), "ECK0250"),
    "a response to another request": (lambda v: answered(
        v, lambda xml: xml.replace('InResponseTo="', 'InResponseTo="x')), "ECK0266"),
    "a response with two statuses": (lambda v: answered(
        v, lambda xml: re.sub("(<samlp:Status>.*</samlp:Status>)", r"\1\1", xml)), "ECK0250"),
    "a response of another supplier": (lambda v: {"query": v.partner("books").query(
        v.answer("books", re.search("<.*>", taken(v.stage, v.redirect(query(v)["query"]),
                                                  "SAMLRequest")[0], re.S)[0]),
        parameter="SAMLResponse")}, "ECK0266"),
    "no signature": (lambda v: query(v, sign=False), "ECK0252"),
    "no signature in a form": (lambda v: {"xml": v.request("books")}, "ECK0252"),
    "the signature of another key": (lambda v: query(v, pair=v.stage.signing), "ECK0253"),
    "two signatures": (lambda v: within(v, twice), "ECK0253"),
    "XML that was changed after it was signed": (
        lambda v: within(v, lambda xml: xml.replace("<saml:Issuer>", "<saml:Issuer> ")),
        "ECK0253"),
    "a request that has expired": (lambda v: query(v, instant=instant(-30)), "ECK0256"),
    "a request of the future": (lambda v: query(v, instant=instant(30)), "ECK0256"),
    "a NotOnOrAfter that is over": (
        lambda v: query(v, attributes=f' NotOnOrAfter="{instant(-5)}"'), "ECK0256"),
    "a NotOnOrAfter that is no time": (
        lambda v: query(v, attributes=' NotOnOrAfter="soon"'), "ECK0250"),
    "a request that was answered": (replayed, "ECK0257"),
    "another destination": (lambda v: query(v, destination=v.stage.sso), "ECK0255"),
    "no destination": (lambda v: query(v, destination=None), "ECK0255"),
    "an entity ID that is not configured": (
        lambda v: query(v, issuer="https://stranger.example"), "ECK0251"),
    "another supplier's key": (
        lambda v: query(v, issuer="https://mute.example/saml"), "ECK0253"),
    "twice the same parameter": (
        lambda v: {"query": query(v)["query"] + "&SAMLRequest=x"}, "ECK0250"),
    "a request and a response": (
        lambda v: {"query": query(v)["query"] + "&SAMLResponse=x"}, "ECK0250"),
    "base64 that does not end": (lambda v: {"query": "SAMLRequest=PHg%2BP"}, "ECK0250"),
    "deflate that does not end": (lambda v: {"query": query(v)["query"][:80]}, "ECK0250"),
    "XML with a document type": (lambda v: {"xml": "<!DOCTYPE a><a/>"}, "ECK0250"),
    "a RelayState of 1 MiB": (
        lambda v: {**within(v, str), "state": "x" * 1048576}, "ECK0250"),
    "a RelayState of 2 kB": (lambda v: {**within(v, str), "state": "x" * 2048}, "ECK0250"),
    "a NameID with markup": (
        lambda v: query(v, children="<saml:NameID>&lt;b&gt;</saml:NameID><saml:NameID/>"),
        "ECK0250"),
    "no NameID": (lambda v: query(v, children=""), "ECK0250"),
    "a login request": (lambda v: query(v, name="AuthnRequest"), "ECK0250"),
    "nothing at all": (lambda v: {"query": ""}, "ECK0250"),
    "a response to nothing": (stray, "ECK0266"),
    "a response without signature": (
        lambda v: {"query": v.partner("books").query(
            v.answer("books", '<x ID="_x"/>'), parameter="SAMLResponse", sign=False)}, "ECK0252"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_gets_a_page_and_a_line(stage, what):
    visit = Visit(stage, "books", "elliptic")
    make, code = BAD[what]
    made = make(visit)
    before = visit.cookies()
    answer = visit.redirect(made["query"]) if "query" in made else (
        visit.post(made["xml"], made.get("state")))
    assert answer.status == 400 and not answer.forms
    assert "<h1>Uitloggen is niet gelukt</h1>" in answer.text
    reference = re.search("<code>(.*?)</code>", answer.text)[1]
    assert code in stage.last_line(f"ref={reference}")
    assert visit.cookies() == before


def test_a_cookie_is_for_our_endpoints_and_says_nothing(stage):
    browser = stage.browser(stage.student)
    who = stage.books
    answer = browser.once(f"{stage.sso}?{who.query(who.request(stage.sso))}")
    answer = browser.once(urllib.parse.urljoin(stage.base, answer.headers["Location"]))
    line = answer.headers["Set-Cookie"]
    assert re.fullmatch("eckid-session-[0-9a-f]{16}=[A-Za-z0-9_-]+; Path=/saml/idp; HttpOnly",
                        line)


def test_a_cookie_that_is_not_ours_is_none(stage):
    visit = Visit(stage, "books")
    jar, (name,) = visit.browser.cookies["login.localhost"], visit.cookies()
    jar["eckid-logout"] = jar[name]  # ours, and for something else
    assert "<h1>Uitloggen</h1>" in visit.browser.go(stage.base + "/logout").text
    for value in jar["eckid-logout"], "AAAA", jar[name][:-4], "":
        jar[name] = value
        answer = visit.redirect(visit.partner("books").query(visit.request("books")))
        assert status_in(taken(stage, answer, "SAMLResponse")[0])[1] == "UnknownPrincipal"


def test_a_page_of_another_site_cannot_log_out(stage):
    visit = Visit(stage, "books")
    for data in ({}, {"token": "x"}):
        answer = visit.follow(visit.browser.once(stage.base + "/logout", data))
        assert "<h1>Uitloggen</h1>" in answer.text
    assert len(visit.cookies()) == 2  # the session, and that the page was shown


def test_metadata_tell_where_logouts_go(stage):
    text = stage.browser().go(stage.base).text
    assert re.findall('<md:SingleLogoutService Binding="[^"]*:([^":]*)" Location="([^"]*)"',
                      text) == [("HTTP-POST", stage.slo), ("HTTP-Redirect", stage.slo)]
    assert faults(text) == []


def test_where_we_only_observe_nobody_is_logged_out():
    with checked_place("test_idp_logout_observed") as place:
        stage = BridgeStage(place, [
            Partner(place, "books", logout=endpoint("books", "HTTP-Redirect"))],
            idp="EckidIdpLogout /saml/idp/logout?from=", instead={"EckidEngine": "observe"}).start()
        visit = Visit(stage)
        visit.sessions["books"] = ("<saml:NameID>x</saml:NameID>", "_x")
        answer = visit.redirect(stage.books.query(visit.request("books")))
        assert answer.status == 502 and "Location" not in answer.headers and not answer.forms
        assert "(observed only) logout at" in stage.last_line("ECK0264")
