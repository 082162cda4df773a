# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens that we encrypt to a client, and those that the provider encrypts, unreadable here."""
import json

import pytest
from jwcrypto import jwe, jwk, jws

from conftest import checked_place
from lab.oidcstage import OidcStage, fragment
from lab.replay import answer

LINES = """
EckidClient locked encrypt={file}
EckidClient open encrypt={file} front-channel=on
"""


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_encrypted") as place:
        key = jwk.JWK.generate(kty="EC", crv="P-256", kid="theirs", use="enc")
        file = place.file("client.json", json.dumps({"keys": [json.loads(key.export_public())]}))
        stage = OidcStage(place, books=LINES.format(file=file))
        stage.client_key = key
        yield stage


def opened(stage, text):
    """The claims of a token that is signed by a key of ours and encrypted to the client."""
    box = jwe.JWE()
    box.deserialize(text, stage.client_key)
    header = json.loads(box.objects["protected"])
    assert (header["alg"], header["cty"], header["kid"]) == ("ECDH-ES", "JWT", "theirs")
    token = jws.JWS()
    token.deserialize(box.payload.decode())
    keys = jwk.JWKSet.from_json(stage.get("/jwks").text)
    token.verify(keys.get_key(token.jose_header["kid"]))
    assert token.jose_header["kid"] != stage.key.kid
    return json.loads(token.payload)


def locked(stage, text):
    """A token as a provider makes it that encrypts to the client."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT", "kid": "theirs"}
    box = jwe.JWE(text.encode(), json.dumps(header))
    box.add_recipient(stage.client_key)
    return box.serialize(compact=True)


def log_in(stage, access_token):
    got = stage.token(stage.sign(stage.claims("locked")), "locked", access_token)
    claims = opened(stage, json.loads(got.text)["id_token"])
    assert claims["eckId"] == stage.student.eckid and "employeeNumber" not in claims


def userinfo(stage, access_token, text):
    stage.set("/userinfo", answer(text, content_type="application/jwt"))
    return stage.get("/userinfo", *stage.bearer(access_token))


def test_signed_userinfo_is_encrypted_to_the_client(stage):
    log_in(stage, "signed")
    got = userinfo(stage, "signed", stage.sign(stage.claims("locked")))
    assert got.status == 200 and got.headers["content-type"] == "application/jwt"
    claims = opened(stage, got.text)
    assert claims["eckId"] == stage.student.eckid and "employeeNumber" not in claims


def test_userinfo_in_json_stays_json(stage):
    log_in(stage, "json")
    got = stage.userinfo(stage.claims("locked"), "json")
    claims = json.loads(got.text)
    assert claims["eckId"] == stage.student.eckid and "employeeNumber" not in claims


def test_userinfo_that_the_provider_encrypts_is_refused(stage):
    log_in(stage, "both")
    got = userinfo(stage, "both", locked(stage, stage.sign(stage.claims("locked"))))
    assert got.status == 502 and got.headers["content-type"] == "application/problem+json"
    assert "ECK0238" in stage.last_line("token=userinfo")


def redirected(stage, client, token):
    """The gateway's answer when the provider sends the browser to a client with that token."""
    stage.set(f"/authorize?client_id={client}", answer(
        "", f"Location: http://c.example/cb#id_token={token}&state=s", status="302 Found"))
    return fragment(stage.get(f"/authorize?client_id={client}"))


@pytest.mark.parametrize("client", ["locked", "open"])
def test_a_token_by_way_of_the_browser_is_encrypted_too(stage, client):
    got = redirected(stage, client, stage.sign(stage.claims(client)))
    claims = opened(stage, got["id_token"])
    assert got["state"] == "s" and claims["uid"] == stage.student.user
    assert claims.get("eckId") == (stage.student.eckid if client == "open" else None)
    assert "employeeNumber" not in claims


def test_a_posted_token_is_encrypted_too(stage):
    token = stage.sign(stage.claims("open"))
    stage.set("/authorize", answer(
        '<form method="post" action="http://c.example/cb"><input type="hidden" name="id_token" '
        f'value="{token}"></form><script>document.forms[0].submit()</script>'))
    page = stage.get("/authorize").text
    assert token not in page
    claims = opened(stage, page.split('name="id_token" value="')[1].split('"')[0])
    assert claims["eckId"] == stage.student.eckid


@pytest.mark.parametrize("client", ["locked", "open", "books"])
def test_a_token_that_the_provider_encrypts_does_not_go_by_way_of_the_browser(stage, client):
    before = len(stage.gateway.lines("ECK0238"))
    got = redirected(stage, client, locked(stage, stage.sign(stage.claims(client))))
    assert got["error"] == "server_error" and "id_token" not in got
    assert len(stage.gateway.lines("ECK0238")) == before + 1


@pytest.mark.parametrize("is_decrypted", [True, False])
@pytest.mark.parametrize("path", ["/logout", "/authorize"])
def test_the_provider_gets_its_own_hint_back(stage, path, is_decrypted):
    """RP-Initiated Logout section 2 has the client decrypt it; mod_auth_openidc does not."""
    own = stage.sign(stage.claims("locked"))
    ours = json.loads(stage.token(own, "locked").text)["id_token"]
    if is_decrypted:
        box = jwe.JWE()
        box.deserialize(ours, stage.client_key)
        ours = box.payload.decode()
    stage.replay.answer = answer(f"<input name=id_token_hint value={own}>")
    got = stage.get(f"{path}?id_token_hint={ours}&state=x")
    assert stage.replay.requests[-1].split(" ")[1] == f"{path}?id_token_hint={own}&state=x"
    assert got.status == 200 and got.text == f"<input name=id_token_hint value={ours}>"


def test_discovery_lists_how_we_encrypt(stage):
    published = json.loads(stage.get("/.well-known/openid-configuration").text)
    assert published["id_token_encryption_alg_values_supported"] == ["ECDH-ES"]
    assert published["id_token_encryption_enc_values_supported"] == ["A256GCM"]
