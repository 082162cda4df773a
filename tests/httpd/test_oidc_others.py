# SPDX-License-Identifier: GPL-3.0-or-later
"""Other clients get every byte unchanged; a supplier's tokens are filled or refused."""
import base64
import gzip
import json
import time

import pytest
from jwcrypto import jwk, jws

from conftest import checked_place
from lab.oidcstage import OidcStage, as_json, payload
from lab.replay import answer, chunked

FORM = "grant_type=authorization_code&code=c1"
URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_others") as place:
        yield OidcStage(place, servers=1)  # as each child learns by itself what is published


def typed(parameters):
    return (f"Content-Type: {URLENCODED}{parameters}",)


# What clients send: more arguments of curl, the body, and whether a supplier is filled.
REQUESTS = {
    "as usual": ((), FORM, True),
    **{f"charset {c}": (typed(f"; charset={c}"), FORM, True)
       for c in ("UTF-8", '"utf-8"', "utf8", "ISO-8859-1", "us-ascii", "windows-1252", "")},
    "a parameter of the type": (typed("; version=1"), FORM, True),
    "ASCII in an unknown charset": (typed("; charset=UTF-16"), FORM, True),
    "a CR LF at the end": ((), FORM + "\r\n", True),
    "a space": ((), FORM + "&scope=openid profile", True),
    "a password in Latin-1": ((), FORM.encode() + b"&password=\xe9", True),
    "a stray percent": ((), FORM + "&password=100%", True),
    "a parameter twice": ((), FORM + "&resource=a&resource=b", True),
    "parameters without a value": (
        (), FORM + "&client_id=&client_assertion=&client_assertion_type=", True),
    "an access token of before": (("Authorization: Bearer x",), FORM + "&client_id=%s", True),
    "Basic without padding": (("Authorization: Basic %b",), FORM, True),
    "Basic in base64url": (("Authorization: Basic %u",), FORM, True),
    "JSON": (("Content-Type: application/json",),
             '{"grant_type":"authorization_code","code":"c1"}', True),
    "JSON that names the client": (("Content-Type: application/json",),
                                   '{"grant_type":"x","client_id":"%s"}', True),
    "JSON of another kind": (("Content-Type: application/json",), '["grant_type"]', True),
    "multipart": (
        ("Content-Type: multipart/form-data; boundary=b",),
        '--b\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n%s\r\n--b--\r\n', True),
    "text": (("Content-Type: text/plain",), "grant_type=x", True),
    "no type": (("Content-Type;",), FORM, True),
    "a scope in the URL": ((), FORM, True),
    "names of the client in the URL": ((), FORM, True),
    "percent-coding in another charset": (typed("; charset=IBM037"), FORM + "&x=%83", False),
    "a coding": (("Content-Encoding: gzip",), gzip.compress(FORM.encode(), mtime=0), False),
    "a form beyond the bound": ((), FORM + "&x=" + "y" * 140000, False),
}


def ask(stage, name, client):
    fields, body, _ = REQUESTS[name]
    body = body.replace("%s", client) if isinstance(body, str) and "%s" in body else body
    path = {"a scope in the URL": "/token?scope=openid",
            "names of the client in the URL": f"/token?client_id={client}"}.get(name, "/token")
    stage.set(path, stage.replay.answers["/token"])
    file = stage.place.file("body", body)
    basic = base64.b64encode(f"{client}:s".encode()).decode().rstrip("=")
    url = base64.urlsafe_b64encode(f"{client}:???>>>???>>>".encode()).decode()
    who = () if any("Authorization" in field for field in fields) else ("-u", f"{client}:s")
    fields = [f.replace("%b", basic).replace("%u", url) for f in fields]
    return stage.get(path, *who, *[w for f in fields for w in ("-H", f)], "--data-binary",
                     f"@{file}")


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_in_an_odd_shape(stage, name):
    for client in ("canteen", "books"):
        reply = as_json({"access_token": "a", "id_token": stage.sign(stage.claims(client))})
        stage.set("/token", reply)
        got = ask(stage, name, client)
        if client == "canteen":
            assert got.status == 200 and got.body == reply.split(b"\r\n\r\n", 1)[1]
        elif REQUESTS[name][2]:
            assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid
        else:
            assert got.status == 502 and "ECK0237" in stage.last_line("ECK0237")


# An access token in the request may be another client's, so it leaves open who asks.
CERTAIN = [name for name, row in REQUESTS.items() if row[2] and "access token" not in name]


@pytest.mark.parametrize("name", CERTAIN)
def test_who_asks_is_certain_without_an_id_token_too(stage, name):
    reply = as_json({"access_token": "opaque"})
    for client in ("canteen", "books"):
        stage.set("/token", reply)
        got = ask(stage, name, client)
        if client == "canteen":
            assert got.status == 200 and got.body == reply.split(b"\r\n\r\n", 1)[1]
        else:
            assert json.loads(got.text)["access_token"].startswith("eckid_at_")


# Client assertions (RFC 7523): the claims, and whether client_id stands beside them.
ASSERTIONS = {
    "its own": ({"iss": "%s", "sub": "%s"}, False),
    "its own, named too": ({"iss": "%s", "sub": "%s"}, True),
    "a cluster's": ({"iss": "https://cluster.local", "sub": "system:serviceaccount:x:%s"}, False),
    "a cluster's, named": ({"iss": "https://cluster.local", "sub": "system:pod:%s"}, True),
    "SPIFFE's": ({"sub": "spiffe://school.example/%s"}, False),
    "SPIFFE's, named": ({"sub": "spiffe://school.example/%s"}, True),
}


def asserted(claims):
    parts = ({"alg": "RS256"}, claims, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                    for part in parts)


@pytest.mark.parametrize("with_id_token", [False, True])
@pytest.mark.parametrize("name", ASSERTIONS)
def test_an_assertion_by_somebody_else_leaves_open_who_asks(stage, name, with_id_token):
    """The provider knows for which client it is; here only an ID token could tell."""
    claims, named = ASSERTIONS[name]
    for client in ("canteen", "books"):
        body = {"access_token": "the-provider-s"}
        if with_id_token:
            body["id_token"] = stage.sign(stage.claims(client))
        reply = as_json(body)
        stage.set("/token", reply)
        made = asserted({name: value.replace("%s", client) for name, value in claims.items()})
        got = stage.get("/token", "-d", f"grant_type=x&client_assertion={made}"
                        + (f"&client_id={client}" if named else ""))
        if client == "books":
            assert "the-provider-s" not in got.text
            assert got.status == (200 if named or "own" in name else 502)
        else:
            told = with_id_token or "own" in name
            assert (got.body == reply.split(b"\r\n\r\n", 1)[1]) == told


# What providers answer: bytes, and the status that a supplier gets (whose answer may be another).
ANSWERS = {
    "an ID token that is null": (as_json({"access_token": "a", "id_token": None}), 200),
    "an ID token that is empty": (as_json({"access_token": "a", "id_token": ""}), 200),
    "an ID token that is none": (as_json({"access_token": "a", "id_token": "x"}), 502),
    "an ID token that is a number": (as_json({"access_token": "a", "id_token": 7}), 502),
    "an access token in an object": (as_json({"access_token": {"value": "a"}}), 502),
    "an access token that is a number": (as_json({"access_token": 7}), 502),
    "a refresh token in a list": (as_json({"access_token": "a", "refresh_token": ["b"]}), 502),
    "tokens that are null": (as_json({"access_token": None, "refresh_token": None}), 200),
    "a kind that is null": (as_json({"access_token": "a", "issued_token_type": None}), 200),
    "an encrypted ID token": (as_json({"id_token": "e30.e30.e30.e30.e30"}), 502),
    "no ID token": (as_json({"access_token": "a", "scope": None}), 200),
    "a member twice": (answer('{"a":1,"a":2}', content_type=JSON), 502),
    "NUL in a string": (answer('{"a":"\\u0000"}', content_type=JSON), 200),
    "a number out of range": (answer('{"a":1e400}', content_type=JSON), 200),
    "a list": (answer("[1]", content_type=JSON), 502),
    "nothing": (answer("", content_type=JSON), 200),
    "a page": (answer("<html>", status="200 OK"), 502),
    "a page with an error": (answer("<html>", status="500 No"), 500),
    "an error": (answer('{"error":"x"}', status="400 Bad", content_type=JSON), 400),
    "a part": (answer('{"access_token":"a"}', status="206 Part", content_type=JSON), 206),
    "a created status": (answer('{"access_token":"a"}', status="201 Made", content_type=JSON), 201),
    "an unusual coding": (answer("br?", "Content-Encoding: br", content_type=JSON), 502),
    "a broken coding": (answer("gz?", "Content-Encoding: gzip", content_type=JSON), 502),
    "beyond the bound": (as_json({"a": "x" * 1500000}), 502),
    "shorter than announced": (answer("{}", length=9, content_type=JSON), 502),
    "broken off": (chunked("{}", 1, content_type=JSON, end=False), 502),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_an_odd_shape(stage, name):
    reply, status = ANSWERS[name]
    stage.set("/token", reply)
    whole = reply if isinstance(reply, bytes) else b"".join(reply)
    got = stage.ask("canteen")
    assert got.status == int(whole.split(b" ", 2)[1])
    if isinstance(reply, bytes):
        assert got.body == whole.split(b"\r\n\r\n", 1)[1]
    else:
        assert got.body == b"{}" and not got.whole
    assert stage.ask("books").status == status


# Answers in which no client could find tokens, to a request that names no client.
WITHOUT_TOKENS = {
    "a page": answer("<!doctype html><p>access_token"),
    "XHTML": answer('<?xml version="1.0"?><html/>', content_type="application/xhtml+xml"),
    "text": answer("up", content_type="text/plain"),
    "JSON": answer('{"status":"up"}', content_type=JSON),
    "nothing": answer(""),
    "a page with an error": answer("<html>", status="500 No"),
}


@pytest.mark.parametrize("name", WITHOUT_TOKENS)
@pytest.mark.parametrize("how", [(), ("-d", "x=1"), ("-H", "Authorization: Negotiate x")])
def test_who_does_not_say_who_it_is_gets_what_holds_no_tokens(stage, name, how):
    reply = WITHOUT_TOKENS[name]
    stage.set("/token", reply)
    got = stage.get("/token", *how)
    assert got.status == int(reply.split(b" ", 2)[1])
    assert got.body == reply.split(b"\r\n\r\n", 1)[1]


PICTURE = (b'--b\r\nContent-Disposition: form-data; name="photo"; filename="my photo.png"\r\n'
           b"Content-Type: image/png\r\n\r\n\x89PNG\xff\r\n--b--\r\n")
# What programs send to a provider's APIs, with an access token of their own: method, type, body.
RECORDS = {
    "a form": ("POST", URLENCODED, b"note=my+access_token&name=J%C3%BCrgen"),
    "JSON": ("POST", JSON, b'{"note":"my access_token","name":"J\xc3\xbcrgen"}'),
    "JSON within": ("POST", JSON, b'{"emails":[{"value":"J\\u00fcrgen"}]}'),
    "SCIM": ("PUT", "application/scim+json", b'{"userName":"J\xc3\xbcrgen","note":"\\n"}'),
    "a patch": ("PATCH", "application/json-patch+json", b'[{"op":"add","value":"J\xc3\xbc"}]'),
    "a picture": ("POST", "multipart/form-data; boundary=b", PICTURE),
}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("who", ["Bearer somebody-s", "DPoP somebody-s", "Negotiate YII="])
def test_a_program_may_change_records(stage, name, who):
    method, kind, body = RECORDS[name]
    text = '{"sub": "somebody", "active": true}'
    stage.set("/scim/Users/1", answer(text, content_type=JSON))
    got = stage.get("/scim/Users/1", "-X", method, "-H", f"Authorization: {who}", "-H",
                    f"Content-Type: {kind}", "--data-binary",
                    f"@{stage.place.file('record', body)}")
    assert got.status == 200 and got.text == text


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/api"])
def test_a_head_is_as_it_came(stage, path):
    reply = answer("{}", 'ETag: "a"', content_type=JSON)
    stage.set(path, reply)
    who = ("-u", "canteen:s") if path == "/token" else ("-H", "Authorization: Bearer opaque")
    got = stage.get(path, "-I", *who)
    assert got.headers["etag"] == '"a"' and got.headers["content-length"] == "2"
    stage.set(path, answer("", 'ETag: "a"', status="304 Not Modified", length=False))
    got = stage.get(path, *who, "-H", 'If-None-Match: "a"')
    assert got.status == 304 and got.headers["etag"] == '"a"'


# What a provider publishes, as other clients may be able to read it.
PUBLISHED = {
    "a member twice": answer('{"keys":[],"keys":[1]}', content_type=JSON),
    "Latin-1": answer(b'{"keys":[],"x":"\xe9"}', content_type=JSON),
    "a page": answer("<html>"),
    "beyond the bound": answer("{" + " " * 1500000 + "}", content_type=JSON),
    "a coding": answer("br?", "Content-Encoding: br", content_type=JSON),
}


@pytest.mark.parametrize("path", ["/jwks", "/.well-known/openid-configuration"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_passes_where_it_cannot_be_read(stage, name, path):
    before = stage.replay.answers[path]
    stage.token(stage.sign(stage.claims()))  # so that the provider is known
    stage.set(path, PUBLISHED[name])
    try:
        got = stage.get(path)
    finally:
        stage.set(path, before)
    assert got.status == 200 and got.body == PUBLISHED[name].split(b"\r\n\r\n", 1)[1]


UNREACHABLE = {
    "no discovery": lambda s: s.set("/.well-known/openid-configuration",
                                    answer("", status="503 Later")),
    "no keys": lambda s: s.set("/jwks", as_json({"keys": []})),
    "a token endpoint elsewhere": lambda s: s.set("/.well-known/openid-configuration", as_json(
        {"issuer": s.issuer, "jwks_uri": f"{s.issuer}/jwks",
         "token_endpoint": "https://elsewhere.example/token"})),
}


@pytest.mark.parametrize("how", UNREACHABLE)
def test_only_a_supplier_s_answer_waits_for_the_provider(how):
    with checked_place(f"test_oidc_others_{list(UNREACHABLE).index(how)}") as place:
        stage = OidcStage(place)
        UNREACHABLE[how](stage)
        reply = as_json({"access_token": "a", "id_token": stage.sign(stage.claims("canteen"))})
        stage.set("/token", reply)
        got = stage.ask("canteen")
        assert got.status == 200 and got.body == reply.split(b"\r\n\r\n", 1)[1]
        got = stage.token(stage.sign(stage.claims("books")))
        assert got.status == 503 and got.headers["retry-after"] == "60"
        assert "ECK0243" in stage.last_line("urn:books")
        # what clients must know of us does not wait either
        stage.set("/jwks", as_json({"keys": [json.loads(stage.key.export_public())]}))
        assert len(json.loads(stage.get("/jwks").text)["keys"]) > 1
        for text in ('{"a": 1.0 }', "[]"):
            stage.set("/api", answer(text, content_type=JSON))
            assert stage.get("/api").text == text


def jwk_of(stage, **members):
    return {**json.loads(stage.key.export_public()), **members}


def padded(members, digits=b"-_"):
    """Its numbers in base64 with padding."""
    def write(text):
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return base64.b64encode(raw, digits).decode()
    return {**members, **{name: write(members[name]) for name in ("n", "e")}}


# Key sets as providers publish them.
KEY_SETS = {
    "one kid for each algorithm": lambda s: [jwk_of(s, alg=a) for a in ("RS256", "RS384", "PS256")],
    "a key twice": lambda s: [jwk_of(s), jwk_of(s)],
    "another key of that kid": lambda s: [
        json.loads(s.make_key("first").export_public()), jwk_of(s)],
    "members that are null": lambda s: [jwk_of(s, use=None, alg=None, key_ops=None, x5c=None)],
    "a kid that is null": lambda s: [jwk_of(s, kid=None)],
    "unusable keys beside": lambda s: [{"kty": "AKP", "kid": "pq"}, {"kty": "oct", "k": "AA"}, None,
                                       {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, jwk_of(s),
                                       jwk_of(s, use="enc", alg="RSA-OAEP")],
    "NUL and a number out of range": lambda s: [{**jwk_of(s), "x": "\0", "y": float("inf")}],
    "padded numbers": lambda s: [padded(jwk_of(s))],
    "numbers in base64": lambda s: [padded(jwk_of(s), b"+/")],
    "empty lists": lambda s: [jwk_of(s, key_ops=[], x5c=[], oth=[])],
    "121 keys": lambda s: [jwk_of(s, kid=f"old{i}") for i in range(120)] + [jwk_of(s)],
}


@pytest.mark.parametrize("name", KEY_SETS)
def test_a_key_set_in_an_odd_shape(name):
    with checked_place(f"test_oidc_others_keys_{list(KEY_SETS).index(name)}") as place:
        stage = OidcStage(place)
        stage.set("/jwks", answer(json.dumps({"keys": KEY_SETS[name](stage)})
                                  .replace("Infinity", "1e400"), content_type=JSON))
        got = stage.token(stage.sign(stage.claims()))
        assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid


def test_a_discovery_document_with_aliases_elsewhere():
    with checked_place("test_oidc_others_aliases") as place:
        stage = OidcStage(place)
        document = json.loads(stage.replay.answers["/.well-known/openid-configuration"]
                              .split(b"\r\n\r\n", 1)[1])
        stage.set("/.well-known/openid-configuration", as_json({
            **document, "introspection_endpoint": None, "claims_supported": None,
            "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example/token"}}))
        got = stage.token(stage.sign(stage.claims()))
        assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid
        assert "token_endpoint of mtls_endpoint_aliases" in stage.last_line("ECK0243")
        published = json.loads(stage.get("/.well-known/openid-configuration").text)
        assert "eckId" in published["claims_supported"]


# ID tokens that are valid: claims, and members of the header.
TOKENS = {
    "jku": ({}, {"jku": "https://evil.example/"}),
    "x5u": ({}, {"x5u": "https://evil.example/"}),
    "x5c": ({}, {"x5c": ["MIIB"]}),
    "jwk": ({}, {"jwk": {"kty": "oct"}}),
    "two audiences": ({"aud": ["books", "https://api.example/"]}, {}),
    **{f"{name} is null": ({name: None}, {})
       for name in ("azp", "nbf", "iat", "at_hash", "c_hash", "auth_time", "nonce")},
    "fractions of a second": (lambda: {"iat": time.time() - .5, "exp": time.time() + 300.5}, {}),
    "NUL in a claim": ({"uid": "a\0b"}, {}),
    "60 kB": ({"uid": "x" * 30000, "groups": "y" * 14000}, {}),
}


@pytest.mark.parametrize("name", TOKENS)
def test_an_id_token_in_an_odd_shape(stage, name):
    claims, header = TOKENS[name]
    claims = claims() if callable(claims) else claims
    got = stage.token(stage.sign(stage.claims(**claims), **header))
    shown = payload(json.loads(got.text)["id_token"])
    assert shown["eckId"] == stage.student.eckid and "employeeNumber" not in shown
    assert shown["uid"] == claims.get("uid", stage.student.user)


MARK = b"\xef\xbb\xbf"


def test_a_byte_order_mark_is_left_out():
    """Everywhere: what is published, what the token endpoint and userinfo answer."""
    with checked_place("test_oidc_others_mark") as place:
        stage = OidcStage(place)
        for path in ("/.well-known/openid-configuration", "/jwks"):
            head, body = stage.replay.answers[path].split(b"\r\n\r\n", 1)
            stage.set(path, answer(MARK + body, content_type=JSON))
        assert len(json.loads(stage.get("/jwks").text)["keys"]) == 3
        claims = json.dumps({"access_token": "access", "id_token": stage.sign(stage.claims())})
        stage.set("/token", answer(MARK + claims.encode(), content_type=JSON))
        got = json.loads(stage.ask().text)
        assert payload(got["id_token"])["eckId"] == stage.student.eckid
        stage.note({"access_token": "access"}, got)
        claims = json.dumps({"sub": stage.student.user, "mail": "a@b"}).encode()
        stage.set("/userinfo", answer(MARK + claims, content_type=JSON))
        assert json.loads(stage.get("/userinfo", *stage.bearer()).text) == {
            "sub": stage.student.user, "eckId": stage.student.eckid}


def test_what_stands_beside_the_tokens_is_released_as_claims_are():
    with checked_place("test_oidc_others_beside") as place:
        stage = OidcStage(place, books="EckidRelease uid campus")
        kept = {"token_type": "bearer", "expires_in": "3600", "scope": ["openid"],
                "session_state": "s", "not-before-policy": 0, "ext_expires_in": 1, "campus": "x"}
        about = {"user": {"name": "Jan"}, "profile_info": "eyJuYW1lIjoiSmFuIn0", "userId": 7,
                 "authorization_details": [{"type": "account", "identifier": "jan"}]}
        for token in (stage.sign(stage.claims()), None):
            got = json.loads(stage.token(token, **kept, **about).text)
            assert {name: got[name] for name in kept} == kept and not set(about) & set(got)
        reply = as_json({"access_token": "a", **about})
        stage.set("/token", reply)
        assert stage.ask("canteen").body == reply.split(b"\r\n\r\n", 1)[1]
        for alone in ({}, {"error": "invalid_grant"}):
            stage.set("/token", as_json({**alone, **about}))
            assert json.loads(stage.ask().text) == alone


# What products put beside the tokens, or into claims, with other tokens in it: Globus, Slack, ...
OTHER_TOKENS = {
    "a list": {"other_tokens": [{"access_token": "the-provider-s", "token_type": "Bearer"}]},
    "an object": {"authed_user": {"id": "u", "access_token": "the-provider-s"}},
    "deeper": {"x": [{"y": {"refresh_token": "the-provider-s"}}]},
    "another spelling": {"accessToken": "the-provider-s"},
    "other letters": {"Refresh_Token": "the-provider-s"},
    "text": {"extra": '{"access_token":"the-provider-s-0123456789abcdef"}'},
}


@pytest.mark.parametrize("client", ["books", "exercises"])
@pytest.mark.parametrize("name", OTHER_TOKENS)
def test_no_other_token_goes_to_a_supplier_as_it_is(stage, name, client):
    """Not to one that gets all, either: it would not be sealed."""
    for token in (stage.sign(stage.claims(client)), None):
        got = stage.token(token, client, **OTHER_TOKENS[name])
        assert got.status == 200 and "the-provider-s" not in got.text
    reply = as_json({"access_token": "a", **OTHER_TOKENS[name]})
    stage.set("/token", reply)
    assert stage.ask("canteen").body == reply.split(b"\r\n\r\n", 1)[1]


def test_a_claim_that_opens_more_is_released_by_name_only(stage):
    claims = stage.claims("exercises", access_token="the-provider-s")
    shown = payload(json.loads(stage.token(stage.sign(claims), "exercises").text)["id_token"])
    assert "access_token" not in shown and "employeeNumber" in shown
    assert "the-provider-s" not in stage.userinfo(claims).text


# What a client is told before there is a token, beside a grant_type too.
BEFORE = {"device_code": "d", "user_code": "U", "verification_uri": "https://x.example/",
          "verification_uri_complete": "https://x.example/?u=U", "auth_req_id": "a",
          "request_uri": "urn:x", "expires_in": 5, "interval": 5}


@pytest.mark.parametrize("form", ["scope=openid", "scope=openid&grant_type=device_code"])
def test_what_comes_before_tokens_is_the_same(stage, form):
    reply = as_json(BEFORE)
    stage.set("/device", reply)
    for client in ("books", "canteen"):
        got = stage.get("/device", "-u", f"{client}:s", "-d", form)
        assert got.body == reply.split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize("around", ["\n", "\r\n", " \t"])
def test_white_space_around_an_id_token(stage, around):
    got = stage.token(f"{around}{stage.sign(stage.claims())}{around}")
    token = json.loads(got.text)["id_token"]
    assert token == token.strip() and payload(token)["eckId"] == stage.student.eckid


def test_a_token_for_two_suppliers_is_for_neither(stage):
    got = stage.token(stage.sign(stage.claims(aud=["books", "exercises"])))
    assert got.status == 502 and "ECK0237" in stage.last_line("urn:books")


def test_several_audiences_by_way_of_the_browser(stage):
    token = stage.sign(stage.claims(aud=["https://api.example/", "books"]))
    for client, filled in (("books", True), ("canteen", False)):
        path = f"/authorize?client_id={client}"
        stage.set(path, answer("", f"Location: https://b.example/#id_token={token}",
                               status="302 Found"))
        got = stage.get(path).headers["location"]
        assert ("error=" not in got) == filled and token not in got


def test_every_token_names_the_one_key_that_is_for_its_algorithm():
    """Some libraries take no key without alg, others none whose kid is there twice."""
    with checked_place("test_oidc_others_algorithms") as place:
        algorithms = {"rs": "RS256", "ps": "PS256", "es": "ES256"}
        stage = OidcStage(place, books="\n".join(f"EckidClient {client} alg={alg}"
                                                 for client, alg in algorithms.items()))
        keys = json.loads(stage.get("/jwks").text)["keys"]
        kids = [key["kid"] for key in keys]
        assert len(set(kids)) == len(kids) and all(key["use"] == "sig" for key in keys)
        for client, alg in algorithms.items():
            got = stage.token(stage.sign(stage.claims(client)), client)
            token = jws.JWS()
            token.deserialize(json.loads(got.text)["id_token"])
            key, = [key for key in keys if key["kid"] == token.jose_header["kid"]]
            assert key["alg"] == token.jose_header["alg"] == alg
            token.verify(jwk.JWK(**key), alg)
