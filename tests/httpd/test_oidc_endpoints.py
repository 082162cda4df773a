# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints beside the usual ones: for clients with a certificate, for requests, for discovery."""
import json
import urllib.parse

import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage, as_json, payload
from lab.replay import answer

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_endpoints") as place:
        stage = OidcStage(place)
        document = json.loads(stage.replay.answers[DISCOVERY].split(b"\r\n\r\n", 1)[1])
        stage.set(DISCOVERY, as_json({
            **document, "pushed_authorization_request_endpoint": f"{stage.issuer}/par",
            "backchannel_authentication_endpoint": f"{stage.issuer}/ciba",
            "mtls_endpoint_aliases": {
                "token_endpoint": f"{stage.issuer}/mtls/token",
                "userinfo_endpoint": f"{stage.issuer}/mtls/userinfo",
                "introspection_endpoint": f"{stage.issuer}/mtls/introspect",
                "revocation_endpoint": f"{stage.issuer}/mtls/revoke",
                "pushed_authorization_request_endpoint": f"{stage.issuer}/mtls/par",
                "backchannel_authentication_endpoint": f"{stage.issuer}/mtls/ciba"}}))
        yield stage


def log_in(stage, client="books"):
    own = stage.sign(stage.claims(client))
    return own, json.loads(stage.token(own, client).text)


def posted(stage, path, **form):
    """The response to a form of a client that has a certificate, and what the provider got."""
    got = stage.get(path, "-d", urllib.parse.urlencode(form))
    request = [each for each in stage.replay.requests if each.startswith(f"POST {path} ")][-1]
    return got, dict(urllib.parse.parse_qsl(request.split("\r\n\r\n", 1)[1]))


REQUESTS = ["/par", "/ciba", "/mtls/par", "/mtls/ciba"]


@pytest.mark.parametrize("path", REQUESTS)
def test_the_provider_gets_its_own_hint_back(stage, path):
    reply = as_json({"request_uri": "urn:x", "auth_req_id": "x", "expires_in": 60},
                    status="201 Created")
    stage.set(path, reply)
    for client in ("books", "exercises", "canteen"):
        own, tokens = log_in(stage, client)
        assert (own == tokens["id_token"]) == (client == "canteen")
        got, sent = posted(stage, path, client_id=client, id_token_hint=tokens["id_token"])
        assert sent == {"client_id": client, "id_token_hint": own}
        assert got.status == 201 and got.body == reply.split(b"\r\n\r\n", 1)[1]


def test_an_id_token_may_be_exchanged(stage):
    """As Native SSO has it: with a device_secret, whose hash stays in the ID token."""
    for client in ("books", "canteen"):
        own = stage.sign(stage.claims(client, ds_hash="x"))
        shown = json.loads(stage.token(own, client, device_secret="d").text)
        assert payload(shown["id_token"])["ds_hash"] == "x" and shown["device_secret"] == "d"
        stage.set("/token", as_json({"access_token": "a"}))
        _, sent = posted(stage, "/token", client_id=client, subject_token=shown["id_token"],
                         actor_token="d")
        assert sent == {"client_id": client, "subject_token": own, "actor_token": "d"}


def test_sealed_tokens_are_opened_at_aliases(stage):
    own, tokens = log_in(stage)
    at, rt = tokens["access_token"], tokens["refresh_token"]
    stage.set("/mtls/token", as_json({"access_token": "next", "id_token": own}))
    got, sent = posted(stage, "/mtls/token", client_id="books", refresh_token=rt)
    assert sent["refresh_token"] == "refresh"
    assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid
    for path, form in (("/mtls/introspect", {"token": at}), ("/mtls/revoke", {"token": at})):
        stage.set(path, as_json({"active": True, "name": "x"}))
        got, sent = posted(stage, path, client_id="books", **form)
        assert sent["token"] == "access"
        assert path == "/mtls/revoke" or json.loads(got.text) == {"active": True}
    stage.set("/mtls/userinfo", as_json(stage.claims()))
    got = stage.get("/mtls/userinfo", "-H", f"Authorization: Bearer {at}")
    claims = json.loads(got.text)
    assert claims["eckId"] == stage.student.eckid and "employeeNumber" not in claims
    assert "Authorization: Bearer access\r\n" in stage.replay.requests[-1]


@pytest.mark.parametrize("path", [DISCOVERY, "/.well-known/oauth-authorization-server"])
def test_what_the_provider_publishes_names_us(stage, path):
    stage.set(path, stage.replay.answers[DISCOVERY])
    got = json.loads(stage.get(path).text)
    assert "eckId" in got["claims_supported"]
    assert "ES256" in got["id_token_signing_alg_values_supported"]
    other = as_json({"issuer": "https://other.example", "n": 1.50})
    before = stage.replay.answers[DISCOVERY]
    stage.set(path, other)
    try:
        assert stage.get(path).body == other.split(b"\r\n\r\n", 1)[1]
    finally:
        stage.set(DISCOVERY, before)


@pytest.mark.parametrize("query", ["grant_type=refresh_token&refresh_token=x&client_id=books",
                                   "client_id=books&client_secret=s", "access_token=x", "token=x"])
def test_what_carries_more_is_no_preflight(stage, query):
    own, _ = log_in(stage)
    stage.set(f"/token?{query}", as_json({"id_token": own, "access_token": "opaque"}))
    got = stage.get(f"/token?{query}", "-X", "OPTIONS", "-H", "Origin: https://app.example")
    assert got.status in (200, 502) and own not in got.text and "opaque" not in got.text


@pytest.mark.parametrize("path", ["/userinfo?schema=openid", "/token?p=policy", "/mtls/token?x"])
def test_a_preflight_with_parameters_passes(stage, path):
    stage.set(path, answer("POST, OPTIONS", "Access-Control-Allow-Origin: https://app.example",
                           content_type="text/plain"))
    got = stage.get(path, "-X", "OPTIONS", "-H", "Origin: https://app.example",
                    "-H", "Access-Control-Request-Method: POST")
    assert got.status == 200 and got.text == "POST, OPTIONS"
