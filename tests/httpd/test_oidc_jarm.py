# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorization responses as one JWT (JARM): signed again for suppliers, untouched for others."""
import json
import re
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from conftest import checked_place
from lab.oidcstage import OidcStage, as_json, half, payload
from lab.replay import answer

# Keycloak has iss twice, once for each standard.
TWICE = b'{"exp":%d,"iss":"%s","aud":"books","state":"s","iss":"%s","code":"c"}'


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_jarm") as place:
        yield OidcStage(place)


@pytest.fixture(scope="module")
def keys(stage):
    """What a client verifies by, through the gateway."""
    return jwk.JWKSet.from_json(stage.get("/jwks").text)


def jarm(stage, client="books", **more):
    return {"iss": stage.issuer, "aud": client, "exp": int(time.time()) + 300, "state": "s", **more}


def by_url(sign):
    def send(stage, client, response):
        url = f"https://{client}.example/cb{sign}response={response}"
        stage.set(f"/authorize?client_id={client}",
                  answer("", f"Location: {url}", status="302 Found"))
        got = stage.get(f"/authorize?client_id={client}")
        sent = got.headers["location"]
        found = urllib.parse.parse_qs(re.split("[?#]", sent)[-1])
        return found, sent == url
    return send


def by_form(stage, client, response):
    page = (f'<form method="post" action="https://{client}.example/cb"><input type="hidden" '
            f'name="response" value="{response}"></form>')
    stage.set(f"/authorize?client_id={client}", answer(page, content_type="text/html"))
    got = stage.get(f"/authorize?client_id={client}")
    return {name: [value] for name, value in
            re.findall(r'name="(\w+)"\s+value="([^"]*)"', got.text)}, got.text == page


MODES = {"query.jwt": by_url("?"), "fragment.jwt": by_url("#"), "form_post.jwt": by_form}


def opened(keys, text):
    """The claims, which one key of the set signed, by its kid and its alg."""
    token = jws.JWS()
    token.deserialize(text)
    header = token.jose_header
    key = keys.get_key(header["kid"])
    assert key and key.get("alg") == header["alg"]
    token.allowed_algs = [header["alg"]]
    token.verify(key)
    return payload(text)


@pytest.mark.parametrize("mode", MODES)
def test_a_code(stage, keys, mode):
    made = TWICE.replace(b"%s", stage.issuer.encode()) % (int(time.time()) + 300)
    response = stage.sign(made)
    found, _ = MODES[mode](stage, "books", response)
    assert found["response"][0] != response
    assert opened(keys, found["response"][0]) == payload(response)
    response = stage.sign(made.replace(b'"books"', b'"canteen"'))
    assert MODES[mode](stage, "canteen", response)[1]


@pytest.mark.parametrize("mode", ["fragment.jwt", "form_post.jwt"])
def test_tokens(stage, keys, mode):
    tokens = {"access_token": "a", "token_type": "Bearer", "expires_in": 3600}
    id_token = stage.sign(stage.claims("exercises", nonce="n", at_hash=half("a")))
    response = stage.sign(jarm(stage, "exercises", id_token=id_token, **tokens))
    found, _ = MODES[mode](stage, "exercises", response)
    got = opened(keys, found["response"][0])
    claims = opened(keys, got["id_token"])
    assert got["access_token"].startswith("eckid_at_") and got["expires_in"] == 3600
    assert claims["eckId"] == stage.student.eckid
    assert claims["at_hash"] == half(got["access_token"])
    stage.held["a"] = got["access_token"]
    assert f'"{stage.student.eckid}"' in stage.userinfo(stage.claims("exercises"), "a").text
    response = stage.sign(jarm(stage, "canteen", id_token=stage.sign(stage.claims("canteen")),
                               **tokens))
    assert MODES[mode](stage, "canteen", response)[1]


BAD = {
    "another client": (lambda s: s.sign(jarm(s, "canteen", code="c")), "ECK0237"),
    "another supplier": (lambda s: s.sign(jarm(s, "exercises", code="c")), "ECK0237"),
    "ended": (lambda s: s.sign(jarm(s, code="c", exp=int(time.time()) - 3600)), "ECK0236"),
    "another issuer": (lambda s: s.sign(jarm(s, code="c", iss="https://x.example")), "ECK0235"),
    "by another key": (lambda s: s.sign(jarm(s, code="c"), s.make_key("first")), "ECK0234"),
    "by an unknown key": (lambda s: s.sign(jarm(s, code="c"), s.make_key("other")), "ECK0233"),
    "encrypted": (lambda s: "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.a.a.a", "ECK0238"),
    "two codes": (lambda s: s.sign(b'{"aud":"books","code":"a","code":"b"}'), "ECK0231"),
    "an ID token": (lambda s: s.sign(s.claims()), "ECK0231"),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", BAD)
def test_a_bad_one_is_refused_with_one_line(stage, name, mode):
    make, code = BAD[name]
    before = len(stage.gateway.lines("ECK02"))
    found, _ = MODES[mode](stage, "books", make(stage))
    lines = stage.gateway.lines("ECK02")[before:]
    assert found["error"] == ["server_error"] and "response" not in found and "code" not in found
    assert len(lines) == 1 and code in lines[0]
    assert "refused with an error status to the supplier" in lines[0]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("response", ["no", "www.school.example", "1.2.3", "e30.e30.e30.e30.e30"])
def test_who_is_no_supplier_gets_any(stage, response, mode):
    assert MODES[mode](stage, "canteen", response)[1]


def test_a_refusal_is_told_within(stage, keys):
    nobody = {**stage.claims("books", nonce="n"), "uid": "x", "employeeNumber": "none"}
    claims = jarm(stage, id_token=stage.sign({**nobody, "at_hash": "x"}), access_token="a")
    found, _ = by_url("#")(stage, "books", stage.sign(claims))
    got = opened(keys, found["response"][0])
    assert got["error"] == "server_error" and got["state"] == "s" and got["aud"] == "books"
    assert not {"id_token", "access_token"} & got.keys()


def test_discovery_names_our_algorithms(stage):
    name = "authorization_signing_alg_values_supported"
    found = json.loads(stage.get("/.well-known/openid-configuration").text)
    assert name not in found
    before = stage.replay.answers["/.well-known/openid-configuration"]
    stage.set("/.well-known/openid-configuration", as_json({**found, name: ["RS256"]}))
    found = json.loads(stage.get("/.well-known/openid-configuration").text)
    assert found[name] == ["RS256", "ES256"]
    stage.replay.answers["/.well-known/openid-configuration"] = before
