# SPDX-License-Identifier: GPL-3.0-or-later
"""Live logins over OpenID Connect: LemonLDAP::NG, mod_auth_openidc, and a verifier of our own."""
import functools
import hashlib
import json
import urllib.parse

import pytest
from jwcrypto import jwe, jwk, jws

from conftest import checked_place
from lab.browser import Browser
from lab.curl import fetch
from lab.op import Tap
from lab.school import Client, OidcScene, claims_of, personal, received

RELEASE = ("uid", "eduPersonAffiliation")


def clients():
    return [
        Client("RS256", "rs256", release=RELEASE),
        Client("ES256", "es256", alg="ES256", release=RELEASE),
        Client("PS256", "ps256", alg="PS256", release=RELEASE),
        Client("RS384 in", "rs384", alg_in="RS384", alg="ES256", release=RELEASE),
        Client("Userinfo only", "userinfo-only", userinfo_only=True, release=RELEASE),
        Client("HS256", "hs256", alg="HS256", alg_in="HS256", release=RELEASE,
               client_options=secret_file),
        Client("HS256 in", "hs256-in", alg_in="HS256", alg="ES256", release=RELEASE,
               client_options=secret_file),
        Client("Signed userinfo", "signed-userinfo", release=RELEASE,
               conf="OIDCUserInfoSignedResponseAlg RS256",
               options={"oidcRPMetaDataOptionsUserInfoSignAlg": "RS256"}),
        Client("Canteen", "canteen", is_supplier=False),
    ]


def encrypted():
    """Clients that mod_auth_openidc is not asked to be: their tokens are looked at by jwcrypto."""
    return [Client(f"Encrypted, {kind} {enc}", f"encrypted-{kind}-{enc}".lower(), release=RELEASE,
                   client_options=functools.partial(key_file, kind, enc))
            for kind in ("RSA", "EC") for enc in ("A256GCM", "A128CBC-HS256")]


def secret_file(place, client):
    return f"secret={place.file(f'{client.client_id}.secret', client.secret, 0o600)}"


def key_file(kind, enc, place, client):
    size = {"size": 2048} if kind == "RSA" else {"crv": "P-256"}
    client.key = jwk.JWK.generate(kty=kind, kid="theirs", use="enc", **size)
    jwks = json.dumps({"keys": [json.loads(client.key.export_public())]})
    return f"encrypt={place.file(f'{client.client_id}.json', jwks)},{enc}"


class Tapped(OidcScene):
    """What the provider answers is seen on its way to the gateway."""

    def front(self):
        self.tap = Tap(self.backend.port)
        self.place.at_end(self.tap.close)
        return f"ProxyPreserveHost On\nProxyPass / http://127.0.0.1:{self.tap.port}/\n"


@pytest.fixture(scope="module")
def scene():
    with checked_place("test_oidc_matrix") as place:
        yield Tapped(place, clients() + encrypted())


def keys(scene):
    """The JWKS as clients see it."""
    return jwk.JWKSet.from_json(scene.get_text("/oauth2/jwks"))


def verify(scene, token, alg, client):
    """The claims of a token that jwcrypto verifies with the published key of its kid, or with the
    secret of the client."""
    kid = json.loads(jws.base64url_decode(token.split(".")[0])).get("kid")
    key = keys(scene).get_key(kid) if alg != "HS256" else jwk.JWK(
        kty="oct", k=jws.base64url_encode(client.secret.encode()))
    checked = jws.JWS()
    checked.allowed_algs = [alg]
    checked.deserialize(token, key)
    return json.loads(checked.payload)


@pytest.mark.parametrize("who", ["student", "teacher"])
@pytest.mark.parametrize("client", [c.client_id for c in clients()])
def test_client_receives_what_it_should(scene, client, who):
    client = next(c for c in scene.clients if c.client_id == client)
    person = getattr(scene, who)
    got = received(scene.log_in(person, client))
    assert personal(got["id_token"]) == scene.expected(person, client, True)
    assert personal(got["userinfo"]) == scene.expected(person, client, False)
    assert got["id_token"]["sub"] == got["userinfo"]["sub"]


@pytest.mark.parametrize("client", [c.client_id for c in clients()])
def test_a_second_verifier_agrees(scene, client):
    client = next(c for c in scene.clients if c.client_id == client)
    tokens = scene.tokens(scene.student, client)
    alg = client.alg if client.is_supplier else client.alg_in
    claims = verify(scene, tokens["id_token"], alg, client)
    assert claims["iss"] == scene.issuer and client.client_id in claims["aud"]
    assert claims["nonce"] == "no+nce"
    digest = jws.base64url_encode(
        hashlib.sha256(tokens["access_token"].encode()).digest()[:16])
    assert claims["at_hash"] == digest


@pytest.mark.parametrize("client", [c.client_id for c in encrypted()])
def test_tokens_are_encrypted_to_the_client(scene, client):
    client = next(c for c in scene.clients if c.client_id == client)
    tokens = scene.tokens(scene.student, client)
    opened = jwe.JWE()
    opened.deserialize(tokens["id_token"], client.key)
    header = json.loads(opened.objects["protected"])
    assert header["cty"] == "JWT" and header["kid"] == "theirs"
    assert header["alg"] == ("RSA-OAEP" if "rsa" in client.client_id else "ECDH-ES")
    claims = verify(scene, opened.payload.decode(), "RS256", client)
    assert claims["eckId"] == scene.student.eckid


def test_userinfo_as_a_token(scene):
    client = next(c for c in scene.clients if c.client_id == "signed-userinfo")
    answer = scene.userinfo(scene.tokens(scene.student, client))
    assert answer.headers["Content-Type"].startswith("application/jwt")
    claims = verify(scene, answer.text, "RS256", client)
    assert personal(claims) == scene.expected(scene.student, client, False)


@pytest.mark.parametrize("path", ["/x", "/;x", "/%3b", "/.x", "/%20"])
def test_endpoints_under_other_names(scene, path):
    """LemonLDAP::NG does not mind what follows the name of an endpoint, where no sealed token opens
    anything."""
    for client, status in ((scene.clients[0], 401), (scene.clients[8], 200)):
        token = scene.tokens(scene.student, client)["access_token"]
        answer = fetch(f"http://127.0.0.1:{scene.gateway.port}/oauth2/userinfo{path}",
                       "--path-as-is", "-H", f"Authorization: Bearer {token}",
                       host=f"op.localhost:{scene.gateway.port}")
        assert answer.status == status


def test_a_refresh_gives_the_same(scene):
    client = scene.clients[0]
    first = scene.tokens(scene.student, client)
    answer = scene.token_request(client, grant_type="refresh_token",
                                 refresh_token=first["refresh_token"])
    second = answer.json()
    assert second["access_token"] != first["access_token"]
    assert personal(claims_of(second["id_token"])) == scene.expected(scene.student, client, True)
    assert claims_of(second["id_token"])["eckId"] == scene.student.eckid
    assert scene.userinfo(second).json()["eckId"] == scene.student.eckid
    assert scene.userinfo(first).json()["eckId"] == scene.student.eckid


@pytest.mark.parametrize("client", ["rs256", "es256", "hs256", "canteen"])
def test_logout_with_a_hint(scene, client):
    """LemonLDAP::NG repeats the hint in the page that asks whether to log out."""
    client = next(c for c in scene.clients if c.client_id == client)
    browser = Browser(Accept="text/html")
    answer = scene.authorize(scene.student, client, browser=browser)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)["code"]
    tokens = scene.token_request(client, grant_type="authorization_code", code=code[0],
                                 redirect_uri=client.redirect_uri).json()
    query = urllib.parse.urlencode({"id_token_hint": tokens["id_token"]})
    page = browser.once(f"http://op.localhost:{scene.gateway.port}/oauth2/logout?{query}")
    assert page.status == 200 and page.forms, page.text
    assert scene.student.number not in page.text
    assert browser.submit(page).status == 200


def test_discovery_and_keys(scene):
    document = json.loads(scene.get_text("/.well-known/openid-configuration"))
    assert document["issuer"] == scene.issuer
    assert "eckId" in document["claims_supported"]
    assert {"RS256", "ES256", "PS256"} <= set(document["id_token_signing_alg_values_supported"])
    kids = [key["kid"] for key in json.loads(scene.get_text("/oauth2/jwks"))["keys"]]
    assert kids[0] == "op-key-1" and len(set(kids)) == 4


def bodies(scene, client):
    """What the gateway answers at the token endpoint and for userinfo."""
    answer = scene.authorize(scene.student, client)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)["code"]
    tokens = scene.token_request(client, grant_type="authorization_code", code=code[0],
                                 redirect_uri=client.redirect_uri)
    return [tokens.body, scene.userinfo(tokens.json()).body]


def test_what_is_no_supplier_s_passes_byte_for_byte(scene):
    canteen = next(c for c in scene.clients if not c.is_supplier)
    passing = bodies(scene, canteen)
    assert [body in scene.tap.answered for body in passing] == [True, True]
    assert json.loads(passing[1])["employeeNumber"] == scene.student.number
    changed = bodies(scene, scene.clients[0])
    assert [body in scene.tap.answered for body in changed] == [False, False]


def test_errors_of_the_provider_pass_as_they_came(scene):
    client = scene.clients[0]
    ours = scene.token_request(client, grant_type="authorization_code", code="wrong",
                               redirect_uri=client.redirect_uri)
    theirs = scene.token_request(client, scene.backend.port, grant_type="authorization_code",
                                 code="wrong", redirect_uri=client.redirect_uri)
    assert (ours.status, ours.body) == (theirs.status, theirs.body)
    assert ours.status == 400
    assert scene.userinfo({"access_token": "wrong"}).status == 401


def test_whose_a_token_is_can_be_asked():
    """Tokens that the provider handed out behind the gateway's back."""
    with checked_place("test_oidc_matrix-introspection") as place:
        asker = Client("Gateway", "gateway", is_supplier=False)
        secret = place.file("gateway.secret", asker.secret, 0o600)
        scene = OidcScene(place, [Client("Books", "books", release=RELEASE), asker],
                          extra=f"EckidIntrospection gateway {secret}")
        tokens = scene.tokens(scene.student, scene.clients[0], port=scene.backend.port)
        assert scene.userinfo(tokens).json()["eckId"] == scene.student.eckid
        tokens = scene.tokens(scene.student, asker, port=scene.backend.port)
        assert scene.userinfo(tokens).json()["employeeNumber"] == scene.student.number
        assert scene.userinfo({"access_token": "wrong"}).status == 401


def test_one_line_for_each_token(scene):
    client = scene.clients[0]
    before = len(scene.gateway.lines("login at", "urn:rs256"))
    scene.userinfo(scene.tokens(scene.student, client))
    lines = scene.gateway.lines("login at", "urn:rs256")[before:]
    assert ["token=id_token" in lines[0], "token=userinfo" in lines[1]] == [True, True]
    assert all("outcome=found cache=hit" in line and "eckId" in line for line in lines)
