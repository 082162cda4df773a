# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages in every form: only the value of the field changes, or nothing passes."""
import base64
import gzip
import re
import threading
import time
import urllib.parse

import pytest

from conftest import checked_place
from lab.curl import fetch, stream
from lab.replay import answer, chunked
from lab.signer import page as make_page
from lab.stage import (BOOKS, BOOKS_ACS, CANTEEN, CANTEEN_ACS, EXERCISES_ACS, Stage, response_in,
                       values_in)
from lab.wait import PATIENCE

MIB = 1024 * 1024


@pytest.fixture(scope="module", params=["event", "prefork", "h2"])
def stage(request):
    options = {"event": {}, "prefork": {"mpm": "prefork"}, "h2": {"http2": True}}[request.param]
    with checked_place(f"test_pages-{request.param}") as place:
        stage = Stage(place, before='Redirect 302 /redirected '
                      f'"{BOOKS_ACS}?SAMLart=x"\nErrorDocument 410 /page-410\nRedirect gone /gone\n'
                      "ErrorDocument 404 /static.html\n", **options)
        stage.canteen_page = stage.page(consumer=CANTEEN_ACS, audience=CANTEEN)
        stage.books_page = stage.page()
        yield stage


def change_free(before, after):
    """Both pages, without the value of the field."""
    pattern = (rb'(?is)(<input [^>]*?name=.?SAMLResponse.? [^>]*?value=|value=)'
               rb'(".*?"|\'.*?\'|[^ >]*)')
    return tuple(re.sub(pattern, rb"\1", page, count=1) for page in (before, after))


# the same page, written in other ways

def upper(text):
    return (text.replace('<input type="hidden" name=', '<INPUT TYPE="hidden" NAME=')
            .replace(" value=", " VALUE=").replace("<form method", "<FORM METHOD"))


def turned(text):
    return re.sub(r'name="SAMLResponse" value="([^"]*)"', r"value='\1' name='SAMLResponse'", text)


def unquoted(text):
    return re.sub(r'name="SAMLResponse" value="([^"]*)" />', r"name=SAMLResponse value=\1>", text)


def references(text):
    return re.sub(r'(SAMLResponse" value=")([^"]*)',
                  lambda m: m[1] + m[2].replace("+", "&#43;").replace("=", "&#x3D;")
                  .replace("/", "&sol;"), text)


def folded(text):
    return re.sub(r'(SAMLResponse" value=")([^"]*)',
                  lambda m: m[1] + "\r\n".join(re.findall(".{1,76}", m[2])), text)


def decoyed(text):
    decoy = '<input name="SAMLResponse" value="x">'
    return text.replace("<form ", f"<!-- {decoy} --><script>var x = '{decoy}';</script>"
                        f"<textarea>{decoy}</textarea><form ", 1)


def scripted(text):
    """A script says where the form goes."""
    action = re.search('action="([^"]*)"', text)[1]
    return text.replace(f'action="{action}"', 'action=""').replace(
        "</form>", f"</form><script>document.forms[0].action = '{action}'</script>")


WRITINGS = [str, upper, turned, unquoted, references, folded, decoyed, scripted]


@pytest.mark.parametrize("writing", WRITINGS, ids=lambda f: f.__name__)
def test_only_the_value_changes(stage, writing):
    page = writing(stage.books_page).encode()
    stage.set(answer(page, 'ETag: "x"', "Last-Modified: Mon, 31 Aug 2026 08:30:00 GMT",
                     "Accept-Ranges: bytes", "Digest: sha-256=x", "X-Kept: yes"))
    got = stage.get()
    assert got.status == 200 and got.whole
    before, after = change_free(page, got.body)
    assert before.split(b"SAMLResponse")[0] == after.split(b"SAMLResponse")[0]
    assert before.rsplit(b"RelayState", 1)[1] == after.rsplit(b"RelayState", 1)[1]
    assert stage.student.eckid.encode() in base64.b64decode(
        re.search(rb'(?i)value=["\'](PHNhbWxw[^"\']*)', got.body)[1])
    assert int(got.headers["content-length"]) == len(got.body)
    assert got.headers["x-kept"] == "yes"
    assert not {"etag", "last-modified", "accept-ranges", "digest"} & set(got.headers)


@pytest.mark.parametrize("writing", WRITINGS, ids=lambda f: f.__name__)
def test_a_login_elsewhere_passes_byte_for_byte(stage, writing):
    page = writing(stage.canteen_page).encode()
    stage.set(answer(page, 'ETag: "x"', "Digest: sha-256=x"))
    got = stage.get()
    assert (got.status, got.body, got.whole) == (200, page, True)
    assert got.headers["etag"] == '"x"' and got.headers["digest"] == "sha-256=x"


@pytest.mark.parametrize("size", [1, 7, 1000, 100000])
def test_chunking_makes_no_difference(stage, size):
    text = stage.books_page if size > 1 else stage.books_page.replace("\n", "\n\n")
    stage.set(chunked(text, size) if size > 1 else [b for b in chunked(text, 61)])
    got = stage.get()
    assert got.status == 200
    assert values_in(response_in(got.text), "eckId") == [stage.student.eckid]
    stage.set(chunked(stage.canteen_page, max(size, 61)))
    assert stage.get().text == stage.canteen_page


def test_a_body_that_ends_with_the_connection(stage):
    stage.set(answer(stage.books_page, length=False))
    assert values_in(response_in(stage.get().text), "eckId") == [stage.student.eckid]


def test_gzip_is_read_and_what_is_rewritten_goes_plain(stage):
    packed = gzip.compress(stage.books_page.encode())
    stage.set(answer(packed, "Content-Encoding: gzip"))
    got = stage.get("-H", "Accept-Encoding: gzip, br")
    assert "content-encoding" not in got.headers
    assert values_in(response_in(got.text), "eckId") == [stage.student.eckid]


def test_gzip_of_another_service_stays_as_it_is(stage):
    packed = gzip.compress(stage.canteen_page.encode())
    stage.set(answer(packed, "Content-Encoding: gzip"))
    got = stage.get("-H", "Accept-Encoding: gzip")
    assert got.headers["content-encoding"] == "gzip" and got.body == packed


def test_a_page_without_a_type_is_read(stage):
    stage.set(answer(stage.books_page, content_type=None))
    assert values_in(response_in(stage.get().text), "eckId") == [stage.student.eckid]


@pytest.mark.parametrize("status", ["403 Forbidden", "500 Internal Server Error"])
def test_error_pages_are_read_too(stage, status):
    stage.set(answer(stage.books_page, status=status))
    got = stage.get()
    assert got.status == int(status[:3])
    assert values_in(response_in(got.text), "eckId") == [stage.student.eckid]


def test_a_page_by_way_of_an_error_document_is_read(stage):
    stage.set(answer(stage.books_page), "/page-410")
    got = stage.get(path="/gone")
    assert values_in(response_in(got.text), "eckId") == [stage.student.eckid]


def refused(stage, got, status, *words):
    """A refusal: the page for the student, nothing of what was there, one line with the reason."""
    assert got.status == status, got.text
    assert got.headers["cache-control"] == "no-store"
    assert b"SAMLResponse" not in got.body and b"RelayState" not in got.body
    assert "helpdesk@" in got.text and "&lt;helpdesk" in got.text
    reference = re.search("<code>(.*?)</code>", got.text)[1]
    lines = stage.gateway.lines(f"ref={reference}")
    assert len(lines) == 1 and all(word in lines[0] for word in words), lines
    return True


def passes(reply, got):
    """Status, body and header fields are those that the identity provider sent."""
    head, body = reply.split(b"\r\n\r\n", 1)
    assert got.body == body and got.whole
    assert got.status == int(head.split(b" ")[1])
    for line in head.decode().split("\r\n")[1:]:
        field, _, value = line.partition(": ")
        if field not in ("Connection", "Content-Length"):
            assert got.headers[field.lower()] == value


def packed(text, field):
    return answer(gzip.compress(text.encode()), f"Content-Encoding: {field}")


REFUSED = {
    "cut off": lambda s: (answer(s.books_page, length=len(s.books_page) + 10), "ECK0203"),
    "a chunk missing": lambda s: (chunked(s.books_page, 500, end=False), "ECK0203"),
    "cut within the field": lambda s: (answer(s.books_page.split("/>")[0][:-60]), "ECK0203"),
    "brotli": lambda s: (answer(b"x", "Content-Encoding: br"), "ECK0201"),
    "deflate": lambda s: (packed(s.books_page, "deflate"), "ECK0201"),
    "two codings": lambda s: (packed(s.books_page, "gzip, gzip"), "ECK0201"),
    "gzip cut off": lambda s: (answer(gzip.compress(s.books_page.encode())[:-4],
                                      "Content-Encoding: gzip"), "ECK0201"),
    "utf-16": lambda s: (answer(s.books_page.encode("utf-16"),
                                content_type="text/html; charset=utf-16"), "ECK0201"),
    "a byte order mark": lambda s: (answer(s.books_page.encode("utf-16")), "ECK0201"),
    "two fields": lambda s: (answer(s.books_page + s.canteen_page), "ECK0204"),
    "another action": lambda s: (answer(make_page(CANTEEN_ACS, s.xml())), "ECK0220"),
    "another supplier's action": lambda s: (answer(make_page(EXERCISES_ACS, s.xml())), "ECK0220"),
    "another audience": lambda s: (answer(s.page(audience=CANTEEN)), "ECK0220"),
    "another destination": lambda s: (answer(make_page(BOOKS_ACS, s.xml(
        consumer=CANTEEN_ACS, audience=CANTEEN))), "ECK0220"),
    "encrypted": lambda s: (answer(make_page(BOOKS_ACS, s.xml().replace(
        "</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>"))), "ECK0221"),
    "SimpleSign": lambda s: (answer(s.books_page.replace(
        "</form>", '<input name="SigAlg" value="x"></form>')), "ECK0206"),
    "an artifact": lambda s: (answer(f'<form action="{BOOKS_ACS}"><input name="SAMLart" '
                                     'value="x"></form>'), "ECK0206"),
    "SAML 1.1": lambda s: (answer(make_page(
        BOOKS_ACS, '<p:Response xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol"><a:Assertion '
        'xmlns:a="urn:oasis:names:tc:SAML:1.0:assertion"/></p:Response>')), "ECK0206"),
    "WS-Federation": lambda s: (answer(
        f'<form action="{BOOKS_ACS}"><input name="wresult" value="'
        '&lt;t:RequestSecurityTokenResponse xmlns:t=&quot;urn:t&quot;>&lt;a:Assertion '
        'xmlns:a=&quot;urn:oasis:names:tc:SAML:1.0:assertion&quot;/>'
        '&lt;/t:RequestSecurityTokenResponse>"></form>'), "ECK0206"),
    "a meta refresh": lambda s: (answer(
        f'<meta http-equiv="refresh" content="0;url={BOOKS_ACS}?SAMLart=x">'), "ECK0206"),
    "a link": lambda s: (answer(f'<a href="{BOOKS_ACS}?SAMLart=x">on</a>'), "ECK0206"),
    "ECP": lambda s: (answer(
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>' + s.xml() +
        "</S:Body></S:Envelope>", content_type="application/vnd.paos+xml"), "ECK0206"),
    "SOAP in gzip": lambda s: (answer(gzip.compress((
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>' + s.xml() +
        "</S:Body></S:Envelope>").encode()), "Content-Encoding: gzip",
        content_type="text/xml"), "ECK0206"),
    "a form that an echo in a script swallows": lambda s: (answer(
        '<script>var relay = "<!--<script>";</script>' + s.books_page), "ECK0203"),
    "a form that one browser sees": lambda s: (answer(
        "<noscript><!-- </noscript>" + s.books_page + "<!-- -->"), "ECK0206"),
    "a login in a script": lambda s: (answer(
        f"<script>send('{base64.b64encode(s.xml().encode()).decode()}')</script>"), "ECK0206"),
    "a copy of what is rewritten": lambda s: (answer(
        s.books_page + f"<!-- {s.xml()} -->"), "ECK0206"),
    "XHTML": lambda s: (answer(s.books_page, content_type="application/xhtml+xml"), "ECK0206"),
    "a picture with a form": lambda s: (answer(
        f"<svg><foreignObject>{s.books_page}</foreignObject></svg>",
        content_type="image/svg+xml"), "ECK0206"),
    "no type at all": lambda s: (answer(s.books_page * 2, content_type="html"), "ECK0204"),
    "several parts": lambda s: (answer(
        s.books_page, content_type="multipart/x-mixed-replace; boundary=b"), "ECK0206"),
    "SOAP by the name of HTML": lambda s: (answer(
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>' + s.xml() +
        "</S:Body></S:Envelope>"), "ECK0206"),
    "SOAP that cannot be read": lambda s: (answer(
        '\n<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">'
        "<S:Body>" + s.xml() + "</S:Body></S:Envelope>", content_type="text/xml"), "ECK0206"),
    "encrypted, to another URL of the host": lambda s: (answer(make_page(
        BOOKS_ACS + "?x=1", '<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><a:'
        'EncryptedAssertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/></p:Response>')),
        "ECK0221"),
    "an artifact in the URL of a form": lambda s: (answer(
        f'<form action="{BOOKS_ACS};x?SAMLart=x" method="post"></form>'), "ECK0206"),
    "an artifact in a frame": lambda s: (answer(
        f'<iframe src="{BOOKS_ACS}?SAMLart=x"></iframe>'), "ECK0206"),
    "a refresh beside a redirect": lambda s: (answer(
        b"", "Location: /x", f"Refresh: 0; url={BOOKS_ACS}?SAMLart=x", status="302 Found"),
        "ECK0206"),
    "two redirects": lambda s: (answer(
        b"", "Location: https://x.example/", f"Location: {BOOKS_ACS}?SAMLart=x",
        status="302 Found"), "ECK0206"),
    "a redirect with an artifact": lambda s: (answer(
        b"", f"Location: {BOOKS_ACS}?SAMLart=x", status="302 Found"), "ECK0206"),
    "a refresh with an artifact": lambda s: (answer(
        b"x", f"Refresh: 0; url={BOOKS_ACS}?SAMLart=x", content_type="image/png"), "ECK0206"),
}


# shapes that cannot be read, sent to a consumer: refused for a supplier, passed for anyone else

def field_page(consumer, value):
    return make_page(consumer, "", base64.b64encode(value).decode())


UNREAD = {
    "a part of a page": (lambda acs: answer(make_page(acs, "x"), "Content-Range: bytes 0-9/10",
                                            status="206 Partial Content"), "ECK0202"),
    "a textarea": (lambda acs: answer(
        f'<form action="{acs}"><textarea name="SAMLResponse">x</textarea>'), "ECK0204"),
    "two fields": (lambda acs: answer(make_page(acs, "x") * 2), "ECK0204"),
    "not base64": (lambda acs: answer(make_page(acs, "", "***")), "ECK0210"),
    "not XML": (lambda acs: answer(make_page(acs, "hello")), "ECK0210"),
    "XML cut off": (lambda acs: answer(make_page(acs, "<samlp:Response")), "ECK0210"),
    "a document type": (lambda acs: answer(make_page(acs, "<!DOCTYPE x><x/>")), "ECK0210"),
    "an entity": (lambda acs: answer(make_page(
        acs, "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")), "ECK0210"),
    "an unknown encoding": (lambda acs: answer(make_page(
        acs, "<?xml version='1.0' encoding='x-nosuch'?><x/>")), "ECK0210"),
    "an encoding that libxml2 would speak of": (lambda acs: answer(field_page(
        acs, b"<?xml version='1.0' encoding='EUC-JP'?><s:Assertion >x\xffjan@school")), "ECK0210"),
    "a prefix without a namespace": (lambda acs: answer(make_page(acs, "<samlp:Response/>")),
                                     "ECK0210"),
    "WS-Federation cut off": (lambda acs: answer(
        f'<form action="{acs}"><input name="wresult" value="&lt;t:x">'), "ECK0210"),
    "UTF-16": (lambda acs: answer(f'<form action="{acs}">'.encode("utf-16"),
                                  content_type="text/html; charset=utf-16"), "ECK0201"),
    "UTF-16 by its byte order mark": (lambda acs: answer(
        f'<form action="{acs}">'.encode("utf-16")), "ECK0201"),
    "UTF-7": (lambda acs: answer(f'<form action="{acs}">',
                                 content_type="text/html; charset=utf-7"), "ECK0201"),
    "cut off within a tag": (lambda acs: answer(
        f'<form action="{acs}"><input name="SAMLResponse'), "ECK0203"),
    "cut off within a comment": (lambda acs: answer(f'<!-- SAMLResponse to {acs}'), "ECK0203"),
    "gzip cut off": (lambda acs: answer(gzip.compress(f'<form action="{acs}">'.encode())[:-4],
                                        "Content-Encoding: gzip"), "ECK0201"),
    "a redirect": (lambda acs: answer(b"", f"Location: {acs}?SAMLResponse=x", status="302 Found"),
                   "ECK0206"),
    "a redirect with two": (lambda acs: answer(
        b"", f"Location: {acs}?SAMLResponse=eA&SAMLResponse=eA", status="302 Found"), "ECK0204"),
    "SOAP cut off": (lambda acs: answer(
        f'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><a to="{acs}">',
        content_type="text/xml"), "ECK0210"),
    "several parts": (lambda acs: answer(
        f'--b\r\n\r\n<saml:Assertion Destination="{acs}"></saml:Assertion>\r\n--b--',
        content_type="multipart/x-mixed-replace; boundary=b"), "ECK0206"),
    "an assertion in a script": (lambda acs: answer(
        f'<script>send("{acs}", "<saml:Assertion></saml:Assertion>")</script>'), "ECK0206"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_refused_for_a_supplier(stage, name):
    make, code = UNREAD[name]
    stage.set(make(BOOKS_ACS))
    assert refused(stage, stage.get(), 502, code)


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_passes_for_anyone_else(stage, name):
    reply = UNREAD[name][0](CANTEEN_ACS)
    stage.set(reply)
    passes(reply, stage.get("-H", "Accept-Encoding: gzip"))


BROKEN = {
    "shorter than announced": lambda text: answer(text, length=len(text) + 10),
    "a chunk missing": lambda text: chunked(text, 500, end=False),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_off_for_anyone_else_is_left_to_httpd(stage, name):
    stage.set(BROKEN[name](stage.canteen_page))
    got = stage.get()
    assert got.status == 502 or not got.whole
    assert "<code>" not in got.text and "helpdesk" not in got.text


def test_what_the_request_names_is_refused_unread(stage):
    stage.set(answer(make_page("/relative", "hello")))
    got = stage.get(path="/sso?spentityid=" + urllib.parse.quote(BOOKS, safe=""))
    assert refused(stage, got, 502, "ECK0210", "is named")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(stage, name):
    reply, code = REFUSED[name](stage)
    stage.set(reply)
    assert refused(stage, stage.get(), 502, code)


def test_a_redirect_by_httpd_itself_is_looked_at(stage):
    assert refused(stage, stage.get(path="/redirected"), 502, "ECK0206")


def test_after_a_refusal_cookies_stay_and_nothing_else(stage):
    stage.set(answer(stage.books_page + stage.books_page, "Set-Cookie: a=b", "X-Token: secret",
                     'ETag: "x"', "Location: /x", "Link: </x>"))
    got = stage.get()
    assert got.status == 502 and got.headers["set-cookie"] == "a=b"
    assert not {"x-token", "etag", "location", "link"} & set(got.headers)


MANUAL = "<h1>Handleiding</h1><pre>&lt;saml:Assertion ID=&quot;_x&quot;&gt; ... </pre>"

PASSING = {
    "a part of a picture": answer(b"x", "Content-Range: bytes 0-0/9", status="206 Partial Content",
                                  content_type="image/png"),
    "a manual about SAML": answer(MANUAL),
    "a manual about SAML that names a supplier": answer(MANUAL + BOOKS_ACS),
    "a form to paste a response into": answer(
        '<form action="/debug" method="post"><textarea name="SAMLResponse"></textarea></form>' +
        BOOKS_ACS),
    "an empty field": answer(f'<form action="{BOOKS_ACS}"><input name="SAMLResponse"></form>'),
    "a picture": answer(b"\x89PNG" * 1000, 'ETag: "x"', content_type="image/png"),
    "JSON in brotli": answer(b"\x00br", "Content-Encoding: br", content_type="application/json"),
    "an ordinary page": answer("<html><form action=/login><input name=user></form></html>"),
    "an empty page": answer(""),
    "a logout": answer(make_page(BOOKS_ACS, '<p:LogoutResponse Destination="' + BOOKS_ACS +
                                 '" xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>')),
    "an error status": answer(make_page(
        BOOKS_ACS, '<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><p:Status>'
        '<p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"/></p:Status>'
        "</p:Response>")),
    "an ordinary redirect": answer(b"", "Location: /login?AuthState=x", status="303 See Other"),
    "a feed": answer("<rss><unclosed>", content_type="application/xml"),
    "an artifact elsewhere": answer(f'<form action="{CANTEEN_ACS}"><input name="SAMLart">'),
    "scripts that speak of logins": answer(
        "<script>if (a<b) { form.SAMLResponse.value = assertion; /* <!-- Assertion --> */ }"
        "</script><svg><style>a { b: c }</style><title>Assertion</title></svg><p>SAMLResponse"),
    "a request to another identity provider": answer(make_page(
        "https://idp.other.example/", '<p:AuthnRequest AssertionConsumerServiceURL="' + BOOKS_ACS +
        '" xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>').replace("SAMLResponse",
                                                                      "SAMLRequest")),
    "a picture in SVG": answer("<!DOCTYPE svg><svg><script/><style/></svg>",
                               content_type="image/svg+xml"),
    "XHTML": answer('<!DOCTYPE html><html><script src="a.js"/><p>&nbsp;</p></html>',
                    content_type="application/xhtml+xml"),
    "SOAP elsewhere": answer('<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"/>',
                             content_type="text/xml"),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_byte_for_byte(stage, name):
    stage.set(PASSING[name])
    passes(PASSING[name], stage.get())


def test_requests_are_made_readable(stage):
    stage.set(answer("x"))
    stage.get("-H", "Range: bytes=0-5", "-H", 'If-Range: "x"', "-H",
              "Accept-Encoding: br;q=1.0, gzip;q=0.8")
    sent = stage.replay.last_headers
    assert "range" not in sent and "if-range" not in sent
    assert sent["accept-encoding"] == "gzip"
    for refusing in ("br", "gzip;q=0", "identity"):
        stage.get("-H", f"Accept-Encoding: {refusing}")
        assert "accept-encoding" not in stage.replay.last_headers


def test_head_has_no_body_and_does_not_hang(stage):
    stage.set(answer(b"", length=5000))
    got = stage.get("--head")
    assert (got.status, got.whole, got.headers["content-length"]) == (200, True, "5000")


# pages that are longer than is held

FILLER = "<p>" + "lorem ipsum dolor sit amet " * 40 + "</p>\n"


def long_page(before="", after=""):
    return before + FILLER * (MIB // len(FILLER) + 100) + after


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_long_page_streams(stage, coding):
    text = long_page(after="<!-- SAMLResponse --><input name=RelayState>").encode()
    body = gzip.compress(text, 0) if coding == "gzip" else text
    stage.set(answer(body, *(["Content-Encoding: gzip"] if coding == "gzip" else [])))
    got = stage.get("-H", "Accept-Encoding: gzip")
    assert got.whole and got.body == body


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_field_in_a_streaming_page_breaks_it_off(stage, coding, framing):
    text = long_page(after=stage.books_page + FILLER * 100).encode()
    body = gzip.compress(text, 0) if coding == "gzip" else text
    fields = ["Content-Encoding: gzip"] if coding == "gzip" else []
    stage.set(answer(body, *fields) if framing == "length" else chunked(body, 5000, *fields))
    got = stage.get("-H", "Accept-Encoding: gzip")
    assert not got.whole
    assert b"SAMLResponse" not in got.body
    if coding == "identity":
        assert text.startswith(got.body) and len(got.body) > MIB
    assert "ECK0205" in stage.last_line()


def test_a_field_before_the_limit_of_a_long_page_is_refused(stage):
    stage.set(answer(long_page(before=stage.books_page)))
    assert refused(stage, stage.get(), 502, "ECK0205")


def test_a_small_gzip_that_becomes_a_long_page(stage):
    small = gzip.compress(long_page().encode())
    stage.set(answer(small, "Content-Encoding: gzip"))
    assert stage.get("-H", "Accept-Encoding: gzip").body == small
    stage.set(answer(gzip.compress(long_page(after=stage.books_page).encode()),
                     "Content-Encoding: gzip"))
    assert refused(stage, stage.get(), 502, "ECK0205")


LIMIT = 16384


@pytest.fixture(scope="module")
def small():
    """A gateway that holds and reads little."""
    with checked_place("test_pages-small") as place:
        yield Stage(place, extra=f"<Location /page>\nEckidPageLimit {LIMIT}\n</Location>\n"
                    f"<Location /response>\nEckidResponseLimit {LIMIT}\n</Location>\n")


@pytest.mark.parametrize("more", [0, 1])
def test_a_page_as_long_as_is_held_is_rewritten_and_a_longer_one_refused(small, more):
    small.set(answer(small.page().ljust(LIMIT + more)))
    got = small.get(path="/page")
    if more:
        assert refused(small, got, 502, "ECK0205")
    else:
        assert values_in(response_in(got.text), "eckId") == [small.student.eckid]
    assert small.get(path="/response").status == 200


@pytest.mark.parametrize("more", [0, 1])
def test_a_response_as_long_as_is_read_is_rewritten_and_a_longer_one_refused(small, more):
    missing = LIMIT + more + 1 - len(small.xml(attributes={"x": ["y"]}))
    xml = small.xml(attributes={"x": ["y" * missing]})
    assert len(xml) == LIMIT + more
    small.set(answer(make_page(BOOKS_ACS, xml)))
    got = small.get(path="/response")
    if more:
        assert refused(small, got, 502, "ECK0211")
    else:
        assert values_in(response_in(got.text), "eckId") == [small.student.eckid]
    assert small.get(path="/").status == 200


def test_a_long_soap_message_is_refused(stage):
    envelope = '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">'
    stage.set(answer(envelope + " " * 2 * MIB, content_type="text/xml"))
    assert refused(stage, stage.get(), 502, "ECK0205")
    feed = ("<rss>" + " " * 2 * MIB).encode()
    stage.set(answer(feed, content_type="text/xml"))
    assert stage.get().body == feed


def test_a_login_in_long_xml_breaks_it_off(stage):
    feed = ("<rss>" + " " * 2 * MIB).encode()
    stage.set(answer(feed + stage.xml().encode(), content_type="application/rss+xml"))
    got = stage.get()
    assert not got.whole and feed.startswith(got.body[:2 * MIB])
    assert b"AttributeValue" not in got.body and "ECK0205" in stage.last_line()


def test_a_login_for_nobody_passes_where_no_field_is(stage):
    xml = stage.xml(consumer=CANTEEN_ACS, audience=CANTEEN)
    text = f"<script>send('{base64.b64encode(xml.encode()).decode()}')</script>"
    stage.set(answer(text))
    assert stage.get().body == text.encode()


# JSON with which a script of the identity provider makes a form; @ is the response.
FOR_SCRIPTS = {
    "a form to be made": '{"url":"%s","attrs":{"SAMLResponse":"@","RelayState":""}}',
    "a page": '{"html":"<form action=%s><input name=SAMLResponse value=@>"}',
    "escaped": lambda acs: '{"url":"%s","data":"@"}' % acs.replace("/", "\\/"),
}


@pytest.mark.parametrize("method", [(), ("-d", "a=b")], ids=["GET", "POST"])
@pytest.mark.parametrize("name", FOR_SCRIPTS)
def test_a_login_that_a_script_is_to_send(stage, name, method):
    make = FOR_SCRIPTS[name]

    def body_for(acs, page):
        text = make(acs) if callable(make) else make % acs
        value = re.search('SAMLResponse" value="([^"]*)"', page)[1]
        return text.replace("@", value.replace("/", "\\/") if callable(make) else value)

    body = body_for(CANTEEN_ACS, stage.canteen_page)
    reply = answer(body, content_type="application/json")
    stage.set(reply)
    passes(reply, stage.get(*method))
    stage.set(answer(body_for(BOOKS_ACS, stage.books_page), content_type="application/json"))
    assert refused(stage, stage.get(*method), 502, "ECK0206", "what a script sends")


# JSON of which httpd gets the lines one by one; @ is the response.
IN_LINES = {
    "the first of two": ('{"SAMLResponse":"@"}\n', "{}\n"),
    "the second of two": ('{"url":"x",\n', '"SAMLResponse":"@"}\n'),
    "in a list": ("[\n", '{"SAMLResponse":"@"}]\n'),
    "a value that is no object": ('"a"\n', '{"SAMLResponse":"@"}\n'),
}


@pytest.mark.parametrize("name", IN_LINES)
def test_a_login_for_a_script_that_comes_in_lines(stage, name):
    """It is judged as if it came at once: passed to whom it is for, and no supplier gets it."""
    def pieces(lines):
        yield answer(b"", length=False, content_type="application/json")
        for line in lines:
            yield line.encode()
            time.sleep(0.1)  # long enough for httpd to see a pause; the outcome is the same without

    for page, status in ((stage.canteen_page, 200), (stage.books_page, 502)):
        value = re.search('SAMLResponse" value="([^"]*)"', page)[1]
        lines = [line.replace("@", value) for line in IN_LINES[name]]
        stage.set(pieces(lines))
        got = stage.get()
        assert got.status == status
        assert (got.body == "".join(lines).encode()) == (status == 200)


def test_lines_in_another_charset_are_no_feed(stage):
    """Who reads them as UTF-16 finds other names in them than we do."""
    def pieces():
        yield answer(b"", length=False, content_type="application/json; charset=utf-16")
        yield b'{"to":"%s"}\n' % BOOKS_ACS.encode()
        time.sleep(0.1)
        yield b"{}\n"

    stage.set(pieces())
    assert refused(stage, stage.get(), 502, "ECK0201", "books.example")


def test_a_login_for_a_script_beside_an_openid_provider():
    """The answers of that one are read in another filter, for tokens."""
    with checked_place("test_pages-both") as place:
        both = Stage(place, extra="EckidProvider https://op.school.example backend=http://"
                     f"127.0.0.1:{place.port()}")
        for method in ((), ("-d", "a=b")):
            for login, status in (({}, 502), ({"consumer": CANTEEN_ACS, "audience": CANTEEN}, 200)):
                value = base64.b64encode(both.xml(**login).encode()).decode()
                both.set(answer('{"SAMLResponse":"%s"}' % value, content_type="application/json"))
                assert both.get(*method).status == status, both.last_line()


STREAMS = {"text/event-stream": b"a" * 1000, "application/json": b'{"added":"a"}\n'}


@pytest.mark.parametrize("content_type", STREAMS)
def test_other_types_stream_at_once(stage, content_type):
    """The first piece arrives before the last one is sent. JSON does so line by line."""
    gate, first, last = threading.Event(), STREAMS[content_type], []

    def pieces():
        yield answer(b"", length=False, content_type=content_type)
        yield first
        gate.wait(PATIENCE)
        last.append(b"b")
        yield b"b"

    stage.set(pieces())
    with stream(f"http://127.0.0.1:{stage.gateway.port}/sso", http2=stage.http2) as body:
        assert body.read(len(first)) == first and not last
        gate.set()
        assert body.read() == b"b"


def test_the_connection_goes_on_after_a_refusal(stage):
    stage.set(answer(stage.books_page + stage.books_page), "/bad")
    stage.set(answer("fine"), "/good")
    url = f"http://127.0.0.1:{stage.gateway.port}"
    got = fetch(f"{url}/bad", f"{url}/good", "-w", "%{num_connects}", http2=stage.http2)
    assert got.body.endswith(b"fine")


def test_only_one_who_is_named_by_all_is_rewritten(stage):
    got = stage.answer_to(consumer=EXERCISES_ACS, audience="https://exercises.example/saml")
    xml = response_in(got.text)
    assert values_in(xml, "urn:mace:surf.nl:attribute-def:eckid") == [stage.student.eckid]
    assert values_in(xml, "employeeNumber") == [stage.student.number]
    assert BOOKS not in xml
