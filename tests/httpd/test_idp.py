# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider: a supplier asks, the user logs in elsewhere, the supplier is
answered."""
import base64
import concurrent.futures
import re
import urllib.parse

import pytest

from conftest import checked_place
from lab.bridgestage import BridgeStage, Partner, deflated, name_id_in, status_in, xml_in
from lab.people import make_person
from lab.schema import faults
from lab.signer import NS, decrypted, instant, verifies
from lab.stage import values_in

UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_idp-{request.param}") as place:
        yield BridgeStage(place, [
            Partner(place, "books", wishes=' AuthnRequestsSigned="true"'),
            Partner(place, "elliptic", key="ec", extra="EckidSign assertion"),
            Partner(place, "entree", release="uid",
                    extra='EckidSign response\nEckidNameId unspecified uid "([^@]+)@.*" '
                          '"$1@entree.example"'),
            Partner(place, "secret", extra="EckidEncryption on"),
            Partner(place, "status", extra="EckidOn not-student deny\nEckidDenyBy status"),
        ], mpm=request.param).start()


def partner(stage, name):
    return next(p for p in stage.partners if p.name == name)


def test_a_student_gets_the_eck_id(stage):
    answer = stage.log_in(relay_state="https://books.example/shelf?a=1&b=<2>")
    assert answer.status == 200
    assert answer.forms[0]["action"] == stage.books.consumer
    assert answer.forms[0]["fields"]["RelayState"] == "https://books.example/shelf?a=1&b=<2>"
    xml = xml_in(answer)
    assert values_in(xml, "eckId") == [stage.student.eckid]
    assert values_in(xml, "uid") == [f"{stage.student.user}@{stage.school.domain}"]
    assert values_in(xml, "eduPersonAffiliation") == ["student", "member"]
    assert re.findall('<saml:Attribute Name="([^"]*)"', xml) == [
        "uid", "eduPersonAffiliation", "eckId"]
    line = stage.last_line("gets the ECK iD", stage.books.entity)
    assert "outcome=found" in line and "attributes=uid,eduPersonAffiliation,eckId" in line


SIGNED = {"books": ["Response", "Assertion"], "elliptic": ["Assertion"], "entree": ["Response"]}


@pytest.mark.parametrize("name", SIGNED)
def test_a_second_verifier_agrees_about_who_signed(stage, name):
    xml = xml_in(stage.log_in(partner=partner(stage, name)))
    assert len(re.findall("<ds:Signature[ >]", xml)) == len(SIGNED[name])
    for element in SIGNED[name]:
        assert verifies(stage.place, xml, stage.signing.crt_file, element)
        assert not verifies(stage.place, xml, stage.books.pair.crt_file, element)


@pytest.mark.parametrize("name", [*SIGNED, "secret", "status"])
@pytest.mark.parametrize("who", ["student", "teacher"])
def test_an_answer_is_valid_by_the_schemas(stage, name, who):
    """Signed and encrypted in each way, with and without an ECK iD, and a refusal."""
    xml = xml_in(stage.log_in(getattr(stage, who), partner(stage, name)))
    assert faults(xml) == []
    assert faults(xml.replace("<samlp:Status>", "<samlp:Extra/><samlp:Status>"))


@pytest.mark.parametrize("name", ["books", "elliptic"])
def test_a_request_by_post_is_verified_too(stage, name):
    who = partner(stage, name)
    answer = stage.post(stage.student, who.signed(stage.sso), "state")
    assert values_in(xml_in(answer), "eckId") == [stage.student.eckid]
    assert answer.forms[0]["fields"]["RelayState"] == "state"


def test_an_answer_fits_its_request(stage):
    who = partner(stage, "elliptic")
    xml = xml_in(stage.redirect(stage.student, who.query(who.request(stage.sso, id="_the-one"))))
    assert re.findall('InResponseTo="([^"]*)"', xml) == ["_the-one", "_the-one"]
    assert set(re.findall('(?:Destination|Recipient)="([^"]*)"', xml)) == {who.consumer}
    assert re.findall("<saml:Audience>([^<]*)<", xml) == [who.entity]
    assert set(re.findall("<saml:Issuer>([^<]*)<", xml)) == {stage.base}
    ids = re.findall(' ID="([^"]*)"', xml)
    assert len(ids) == 2 and len(set(ids)) == 2 and "SessionIndex=" in xml


def test_a_teacher_gets_no_eck_id(stage):
    xml = xml_in(stage.log_in(stage.teacher))
    assert values_in(xml, "eckId") == []
    assert values_in(xml, "eduPersonAffiliation") == ["employee", "member"]
    assert "outcome=not-student" in stage.last_line("continues without", stage.books.entity)


def test_a_refusal_by_status_reaches_the_supplier(stage):
    xml = xml_in(stage.log_in(stage.teacher, partner(stage, "status")))
    assert status_in(xml) == ["Responder", "RequestDenied"]
    assert verifies(stage.place, xml, stage.signing.crt_file, "Response")
    assert "<saml:Assertion" not in xml


def test_an_encrypted_login_opens_with_the_supplier_s_key(stage):
    who = partner(stage, "secret")
    xml = xml_in(stage.log_in(partner=who))
    assert "<saml:Assertion" not in xml and stage.student.eckid not in xml
    plain = decrypted(stage.place, xml, who.pair)
    assert values_in(plain, "eckId") == [stage.student.eckid]
    assert verifies(stage.place, plain, stage.signing.crt_file, "Assertion")
    assert "encrypted=yes" in stage.last_line("gets the ECK iD", who.entity)


def test_a_persistent_name_id_stays_and_is_another_elsewhere(stage):
    first, second = (name_id_in(xml_in(stage.log_in())) for _ in range(2))
    other = name_id_in(xml_in(stage.log_in(partner=partner(stage, "elliptic"))))
    teacher = name_id_in(xml_in(stage.log_in(stage.teacher)))
    assert first == second and first[0]["Format"] == PERSISTENT
    assert first[0]["SPNameQualifier"] == stage.books.entity
    assert len({first[1], other[1], teacher[1]}) == 3


def test_a_transient_name_id_is_another_each_time(stage):
    policy = f'<samlp:NameIDPolicy Format="{TRANSIENT}" AllowCreate="true"/>'
    found = [name_id_in(xml_in(stage.log_in(children=policy))) for _ in range(2)]
    assert found[0][0]["Format"] == TRANSIENT and found[0][1] != found[1][1]


def test_entree_gets_the_name_that_it_wants(stage):
    attributes, value = name_id_in(xml_in(stage.log_in(partner=partner(stage, "entree"))))
    assert attributes == {"Format": UNSPECIFIED}
    assert value == f"{stage.student.user}@entree.example"


def test_a_hub_s_scoping_is_accepted(stage):
    scoping = ('<samlp:Scoping ProxyCount="2"><samlp:RequesterID>one</samlp:RequesterID>'
               "<samlp:RequesterID>two</samlp:RequesterID></samlp:Scoping>")
    assert values_in(xml_in(stage.log_in(children=scoping)), "eckId")


def test_a_login_begins_at_a_link(stage):
    query = urllib.parse.urlencode({"supplier": stage.books.entity, "RelayState": "/shelf"})
    answer = stage.redirect(stage.student, query)
    assert "InResponseTo" not in xml_in(answer)
    assert values_in(xml_in(answer), "eckId") == [stage.student.eckid]
    assert answer.forms[0]["fields"]["RelayState"] == "/shelf"


def test_eight_browsers_at_once_get_each_their_own(stage):
    people = [make_person() for _ in range(8)]
    stage.add_users(people)
    stage.people.extend(people)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(stage.log_in, people))
    for person, page in zip(people, pages):
        assert values_in(xml_in(page), "eckId") == [person.eckid]
    assert len({name_id_in(xml_in(page))[1] for page in pages}) == 8


def test_without_a_password_there_is_no_answer(stage):
    answer = stage.redirect(None, stage.books.query(stage.books.request(stage.sso)))
    assert answer.status == 401


def test_the_answer_is_for_one_browser_alone(stage):
    answer = stage.log_in()
    assert "no-store" in answer.headers["Cache-Control"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy


def test_a_header_is_no_attribute(stage):
    """AUTHENTICATE_* come from the database, whatever the client calls its headers."""
    answer = stage.redirect(
        stage.teacher, stage.books.query(stage.books.request(stage.sso)),
        AUTHENTICATE_EDUPERSONAFFILIATION="student", Remote_User=stage.student.user)
    assert values_in(xml_in(answer), "eckId") == []


def test_metadata_tell_suppliers_all(stage):
    answer = stage.browser().go(stage.base)
    assert answer.headers["Content-Type"].startswith("application/samlmetadata+xml")
    assert f'entityID="{stage.base}"' in answer.text
    assert stage.signing.base64 in answer.text
    assert re.findall('<md:SingleSignOnService Binding="[^"]*:([^":]*)" Location="([^"]*)"',
                      answer.text) == [("HTTP-Redirect", stage.sso), ("HTTP-POST", stage.sso)]
    assert UNSPECIFIED in answer.text and PERSISTENT in answer.text
    assert "SingleLogoutService" not in answer.text
    assert faults(answer.text) == []


def test_without_a_logout_there_are_no_cookies(stage):
    browser = stage.browser(stage.student)
    browser.go(f"{stage.sso}?{stage.books.query(stage.books.request(stage.sso))}")
    assert not any(browser.cookies.values())


# Bad input: what of the request is bad, what the browser gets, and what the line says.

def two_signatures(stage):
    xml = stage.books.signed(stage.sso)
    signature = re.search("<ds:Signature.*</ds:Signature>", xml, re.S)[0]
    return {"xml": xml.replace(signature, signature + signature)}


def tampered(stage):
    return {"xml": stage.books.signed(stage.sso).replace("<saml:Issuer>", "<saml:Issuer> ")}


def replayed(stage):
    query = stage.books.query(stage.books.request(stage.sso))
    assert stage.redirect(stage.student, query).status == 200
    return {"query": query}


def request(stage, pair=None, **more):
    xml = stage.books.request(**{"destination": stage.sso, **more})
    return {"query": stage.books.query(xml, pair=pair)}


def wrapped(stage, apart=False):
    """A signed request in one that says something else; its signature in either of them."""
    inner, signature = stage.books.signed(stage.sso), ""
    if apart:
        signature = re.search("<ds:Signature.*</ds:Signature>", inner, re.S)[0]
        inner = inner.replace(signature, "")
    return {"xml": stage.books.request(
        stage.sso, attributes=' AssertionConsumerServiceIndex="1"', signature=signature,
        children=f"<samlp:Extensions>{inner}</samlp:Extensions>")}


def twin(stage):
    """Two elements have the ID that is signed."""
    xml = stage.books.signed(stage.sso)
    number = re.search(' ID="([^"]*)"', xml)[1]
    return {"xml": xml.replace("</samlp:AuthnRequest>",
                               f'<samlp:Extensions ID="{number}"/></samlp:AuthnRequest>')}


def elliptic(stage, value):
    """A query with that for its signature."""
    who = partner(stage, "elliptic")
    query = who.query(who.request(stage.sso)).rsplit("=", 1)[0]
    return {"query": f"{query}={urllib.parse.quote(base64.b64encode(value).decode(), '')}"}


def unsigned(stage, change, **more):
    """XML of a supplier that need not sign, after some change."""
    return {"xml": change(partner(stage, "status").request(stage.sso, **more))}


def link(**fields):
    return {"query": urllib.parse.urlencode(fields, doseq=True)}


def contexts(*names):
    classes = "".join(f"<saml:AuthnContextClassRef>{name}</saml:AuthnContextClassRef>"
                      for name in names)
    return f"<samlp:RequestedAuthnContext>{classes}</samlp:RequestedAuthnContext>"


DEEP = "<samlp:Extensions>" + "<a>" * 1000 + "</a>" * 1000 + "</samlp:Extensions>"
BAD = {
    "a consumer URL that is not in the metadata": (
        lambda s: request(s, attributes=' AssertionConsumerServiceURL="https://evil.example/"'),
        "ECK0254"),
    "an index that is not in the metadata": (
        lambda s: request(s, attributes=' AssertionConsumerServiceIndex="7"'), "ECK0254"),
    "a request that has expired": (lambda s: request(s, instant=instant(-30)), "ECK0256"),
    "a request of the future": (lambda s: request(s, instant=instant(30)), "ECK0256"),
    "a request that was answered": (replayed, "ECK0257"),
    "another destination": (
        lambda s: request(s, destination="https://other.example/sso"), "ECK0255"),
    "a signed request without destination": (lambda s: request(s, destination=None), "ECK0255"),
    "no signature where there must be one": (
        lambda s: {"query": s.books.query(s.books.request(s.sso), sign=False)}, "ECK0252"),
    "no signature in a form": (lambda s: {"xml": s.books.request(s.sso)}, "ECK0252"),
    "the signature of another key": (lambda s: request(s, pair=s.signing), "ECK0253"),
    "two signatures": (two_signatures, "ECK0253"),
    "XML that was changed after it was signed": (tampered, "ECK0253"),
    "an entity ID that is not configured": (
        lambda s: request(s, issuer="https://stranger.example"), "ECK0251"),
    "twice the same parameter": (
        lambda s: {"query": s.books.query(s.books.request(s.sso)) + "&SAMLRequest=x"}, "ECK0250"),
    "base64 that does not end": (lambda s: {"query": "SAMLRequest=PHg%2BP"}, "ECK0250"),
    "deflate that does not end": (
        lambda s: {"query": "SAMLRequest=" + s.books.query(s.books.request(s.sso))[12:80]},
        "ECK0250"),
    "XML with a document type": (
        lambda s: {"xml": "<!DOCTYPE a><a/>"}, "ECK0250"),
    "a RelayState of 1 MiB": (
        lambda s: {"xml": s.books.signed(s.sso), "state": "x" * 1048576}, "ECK0250"),
    "a RelayState of 2 kB": (
        lambda s: {"xml": s.books.signed(s.sso), "state": "x" * 2048}, "ECK0250"),
    "a logout request": (lambda s: request(s, name="LogoutRequest"), "ECK0250"),
    "nothing at all": (lambda s: {"query": ""}, "ECK0250"),
    # what else a supplier, a browser, or who sends it a link can do
    "a signed request in another one": (wrapped, "ECK0253"),
    "the signature of a request in it": (lambda s: wrapped(s, True), "ECK0253"),
    "two elements of the ID that is signed": (twin, "ECK0253"),
    "another key, whose certificate is with it": (
        lambda s: {"xml": s.books.signed(s.sso, pair=s.signing)}, "ECK0253"),
    "an empty signature": (lambda s: elliptic(s, b""), "ECK0253"),
    "a signature of zeros": (lambda s: elliptic(s, bytes(64)), "ECK0253"),
    "a signature of half the length": (lambda s: elliptic(s, b"1" * 32), "ECK0253"),
    "a signature without its algorithm": (
        lambda s: {"query": re.sub("&SigAlg=[^&]*", "", request(s)["query"])}, "ECK0250"),
    "a NUL in the message": (lambda s: {"query": "SAMLRequest=%00"}, "ECK0250"),
    "a deflated message in a form": (lambda s: {"fields": {
        "SAMLRequest": deflated(s.books.request(s.sso))}}, "ECK0250"),
    "a form whose message is in the query": (
        lambda s: {"fields": {}, "in": "?" + request(s)["query"]}, "ECK0250"),
    "XML that is deep": (lambda s: unsigned(s, str, children=DEEP), "ECK0250"),
    "XML of 65 kB": (lambda s: unsigned(s, str, children=" " * 2 ** 16), "ECK0250"),
    "XML with an instruction": (lambda s: unsigned(s, str, children="<?a?>"), "ECK0250"),
    "XML with a character that is none": (
        lambda s: unsigned(s, str, children="&#1;"), "ECK0250"),
    "an entity ID with markup": (lambda s: unsigned(
        s, str, issuer="&lt;script&gt;&#10;ECK0000: login at x"), "ECK0251"),
    "two issuers": (lambda s: unsigned(
        s, lambda xml: xml.replace("<saml:Issuer>", "<saml:Issuer>x</saml:Issuer><saml:Issuer>")),
                    "ECK0250"),
    "no ID": (lambda s: unsigned(s, lambda xml: re.sub(' ID="[^"]*"', "", xml)), "ECK0250"),
    "an ID with a space": (lambda s: unsigned(s, str, id="_a b"), "ECK0250"),
    "an ID of 300 characters": (lambda s: unsigned(s, str, id="_" * 300), "ECK0250"),
    "a time that is none": (lambda s: unsigned(s, str, instant="now"), "ECK0250"),
    "nine contexts": (lambda s: unsigned(s, str, children=contexts(*"abcdefghi")), "ECK0250"),
    "a context that fits into no URL": (
        lambda s: unsigned(s, str, children=contexts("x" * 8192)), "ECK0250"),
    "a RelayState that fits into no URL": (
        lambda s: {"xml": s.books.signed(s.sso), "state": "\x01" * 1024}, "ECK0250"),
    "a RelayState that is no UTF-8": (
        lambda s: {"query": request(s)["query"] + "&RelayState=%FF"}, "ECK0250"),
    "a link to a supplier that is not configured": (
        lambda s: link(supplier="https://stranger.example"), "ECK0251"),
    "a link to two suppliers": (
        lambda s: link(supplier=[s.books.entity, s.books.entity]), "ECK0250"),
    "a link with two RelayStates": (
        lambda s: link(supplier=s.books.entity, RelayState=["a", "b"]), "ECK0250"),
    "a link with a long RelayState": (
        lambda s: link(supplier=s.books.entity, RelayState="x" * 2048), "ECK0250"),
}


def bring(stage, made):
    """A browser brings it: a query, a message in a form, or other fields of a form."""
    if "query" in made:
        return stage.redirect(stage.student, made["query"])
    if "xml" in made:
        return stage.post(stage.student, made["xml"], made.get("state"))
    return stage.browser(stage.student).go(stage.sso + made.get("in", ""), made["fields"])


@pytest.mark.parametrize("what", BAD)
def test_bad_input_gets_a_page_and_a_line(stage, what):
    make, code = BAD[what]
    answer = bring(stage, make(stage))
    assert answer.status == 400
    assert not answer.forms and "script" not in answer.text
    reference = re.search("<code>(.*?)</code>", answer.text)[1]
    line, = stage.gateway.lines("ECK", f"ref={reference}")
    assert code in line and "script>" not in line


POLICY = "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos"
UNFIT = {
    "another version": ({"version": "1.1"}, ["VersionMismatch"]),
    "another binding": ({"attributes": f' ProtocolBinding="{NS["samlp"]}:x"'},
                        ["Responder", "UnsupportedBinding"]),
    "another NameID format": ({"children": f'<samlp:NameIDPolicy Format="{POLICY}"/>'},
                              ["Requester", "InvalidNameIDPolicy"]),
    "ForceAuthn": ({"attributes": ' ForceAuthn="true"'}, ["Responder", "RequestUnsupported"]),
    "another context": ({"children": "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>"
                                     "urn:x:mfa</saml:AuthnContextClassRef>"
                                     "</samlp:RequestedAuthnContext>"},
                        ["Responder", "NoAuthnContext"]),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_cannot_be_given_is_told_by_a_status(stage, what):
    more, status = UNFIT[what]
    answer = stage.log_in(relay_state="state", **more)
    xml = xml_in(answer)
    assert status_in(xml) == status
    assert answer.forms[0]["fields"]["RelayState"] == "state"
    assert verifies(stage.place, xml, stage.signing.crt_file, "Response")
    assert "ECK0258" in stage.last_line("error status to the supplier")


def on_the_way(stage):
    """The parameter by which a request is on its way to the login."""
    query = stage.books.query(stage.books.request(stage.sso))
    location = stage.browser().once(f"{stage.sso}?{query}").headers["Location"]
    return location.partition("r=")[2]


# Where the browser comes back to, by what: another one than it was given.
LINKS = {
    "made up": lambda s: "/login?r=AAAA", "empty": lambda s: "/login?r=",
    "none": lambda s: "/login", "another parameter": lambda s: "/login?x=1",
    "two": lambda s: f"/login?r={on_the_way(s)}&r={on_the_way(s)}",
    "cut off": lambda s: f"/login?r={on_the_way(s)[:-4]}",
    "changed": lambda s: f"/login?r=A{on_the_way(s)}",
    "for a passive login": lambda s: f"/passive?r={on_the_way(s)}",
    "for a forced login": lambda s: f"/again?r={on_the_way(s)}",
}


@pytest.mark.parametrize("what", LINKS)
def test_a_link_that_was_not_given_is_refused(stage, what):
    answer = stage.browser(stage.student).go(stage.base + LINKS[what](stage))
    assert answer.status == 400 and not answer.forms
    reference = re.search("<code>(.*?)</code>", answer.text)[1]
    assert "ECK0259" in stage.last_line(f"ref={reference}")


def test_a_link_serves_once(stage):
    url = f"{stage.base}/login?r={on_the_way(stage)}"
    browser = stage.browser(stage.student)
    assert values_in(xml_in(browser.go(url)), "eckId") == [stage.student.eckid]
    for other in browser, stage.browser(stage.teacher):
        answer = other.go(url)
        assert answer.status == 400 and not answer.forms
        assert "ECK0257" in stage.last_line("refused with 400")


@pytest.mark.parametrize("method, metadata", [("HEAD", 200), ("PUT", 405), ("OPTIONS", 405)])
def test_other_methods_have_no_effect(stage, method, metadata):
    browser, url = stage.browser(stage.student), f"{stage.base}/login?r={on_the_way(stage)}"
    assert browser.once(stage.base, method=method).status == metadata
    for place in url, f"{stage.sso}?{stage.books.query(stage.books.request(stage.sso))}":
        assert browser.once(place, method=method).status == 405
    assert values_in(xml_in(browser.go(url)), "eckId") == [stage.student.eckid]


def test_paths_beside_the_endpoints_are_not_there(stage):
    # without EckidIdpLogout there is no single logout
    for path in "/logins", "/login/x", "/sso/", "x", "/slo", "/logout":
        assert stage.browser(stage.student).go(stage.base + path).status in (400, 404)


def test_a_las_that_fails_gives_a_page(stage):
    person = make_person()
    stage.add_users([person])
    stage.people.append(person)
    stage.las.behave = lambda handler: handler.send_json(503, {})
    try:
        answer = stage.log_in(person)
    finally:
        stage.las.behave = None
    assert answer.status == 503
    assert "outcome=las-failed" in stage.last_line("refused with 503")
