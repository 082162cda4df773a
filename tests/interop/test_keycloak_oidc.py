# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak as OpenID provider: every flow, for suppliers and for a client that is none."""
import base64
import contextlib
import hashlib
import itertools
import json
import secrets
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from kc import ENDPOINTS, REALM, REDIRECT, half, header_of, parameters

WHO = ["student", "teacher"]
SUPPLIERS = {"books-webshop": ("RS256", ["given_name", "family_name"]),
             "exercises": ("ES256", ["given_name"]), "reader": ("RS256", [])}
PERSONAL = ("eckId", "given_name", "family_name", "name", "email", "preferred_username",
            "username", "employeeNumber", "Role", "email_verified")
PROOF_KEY = jwk.JWK.generate(kty="EC", crv="P-256")
FLOWS = ["id_token", "id_token token", "code id_token", "code token", "code id_token token"]


def personal(claims):
    return {name: claims[name] for name in PERSONAL if name in claims}


def expected(person, client, eckid=True):
    claims = {"given_name": person.given, "family_name": person.family}
    claims = {name: claims[name] for name in SUPPLIERS[client][1]}
    return {**claims, "eckId": person.eckid} if person.eckid and eckid else claims


def sealed(token):
    return token.startswith("eckid")


def check_tokens(realm, client, person, tokens):
    """What a supplier was given: nothing but what is released, and sealed tokens."""
    claims = realm.claims(tokens["id_token"])
    assert header_of(tokens["id_token"])["alg"] == SUPPLIERS[client][0]
    assert claims["aud"] == client
    assert personal(claims) == expected(person, client)
    assert claims["at_hash"] == half(tokens["access_token"])
    assert sealed(tokens["access_token"]) == (client != "reader")
    assert sealed(tokens["refresh_token"])
    return ", ".join(personal(claims))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("client", SUPPLIERS)
def test_code_flow_and_userinfo(realm, seen, client, who):
    person = getattr(realm, who)
    tokens = realm.code_flow(client, person).json()
    names = check_tokens(realm, client, person, tokens)
    assert personal(realm.userinfo(tokens["access_token"]).json()) == expected(person, client)
    seen(names, "| access token", len(tokens["access_token"]), "bytes")


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("client", ["books-webshop", "exercises"])
def test_front_channel(realm, seen, client, flow, who):
    person = getattr(realm, who)
    got = parameters(realm.log_in(client, person, response_type=flow))
    if "id_token" in got:
        claims = realm.claims(got["id_token"])
        assert personal(claims) == expected(person, client, eckid=client == "exercises")
        assert claims["nonce"] == "no+nce" and got["state"] == "st&ate"
        for name, hash_name in {"access_token": "at_hash", "code": "c_hash"}.items():
            assert name not in got or claims[hash_name] == half(got[name])
    if "access_token" in got:
        assert sealed(got["access_token"])
        assert personal(realm.userinfo(got["access_token"]).json()) == expected(person, client)
    if "code" in got:
        tokens = realm.post("token", client, grant_type="authorization_code", code=got["code"],
                            redirect_uri=REDIRECT).json()
        check_tokens(realm, client, person, tokens)
    seen(*(name for name in ("id_token", "access_token", "code") if name in got))


@pytest.mark.parametrize("mode", ["form_post", "fragment", "query"])
def test_response_mode(realm, seen, mode):
    flow = "code" if mode == "query" else "code id_token"
    answer = realm.log_in("exercises", realm.student, response_type=flow, response_mode=mode)
    got = parameters(answer)
    if "id_token" in got:
        assert personal(realm.claims(got["id_token"])) == expected(realm.student, "exercises")
    seen(answer.status, *got)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("client", SUPPLIERS)
def test_refresh(realm, seen, client, who):
    person = getattr(realm, who)
    tokens = realm.code_flow(client, person).json()
    again = realm.post("token", client, grant_type="refresh_token",
                       refresh_token=tokens["refresh_token"]).json()
    seen(check_tokens(realm, client, person, again))


def test_a_refresh_token_is_of_no_use_to_another_client(realm, seen):
    tokens = realm.code_flow("books-webshop", realm.student).json()
    for client in ("exercises", "canteen"):
        answer = realm.post("token", client, grant_type="refresh_token",
                            refresh_token=tokens["refresh_token"])
        assert answer.status == 400 and answer.json()["error"] == "invalid_grant"
        seen(client, answer.status, answer.json()["error"])


def test_introspection(realm, seen):
    tokens = realm.code_flow("books-webshop", realm.student).json()
    told = realm.post("token/introspect", "books-webshop", token=tokens["access_token"]).json()
    assert told["active"] is True
    assert set(personal(told)) <= set(expected(realm.student, "books-webshop"))
    seen(*told)


def test_introspection_by_another_client(realm, seen):
    tokens = realm.code_flow("books-webshop", realm.student).json()
    told = realm.post("token/introspect", "canteen", token=tokens["access_token"])
    assert told.status == 200 and told.json() == {"active": False}
    seen(told.status, told.text)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revocation(realm, seen, kind):
    tokens = realm.code_flow("books-webshop", realm.student).json()
    answer = realm.post("revoke", "books-webshop", token=tokens[kind])
    after = realm.userinfo(tokens["access_token"])
    assert (answer.status, after.status) == (200, 401)
    seen(answer.status, "then userinfo:", after.status)


def test_the_account_api_is_closed_to_suppliers(realm, seen):
    tokens = realm.code_flow("books-webshop", realm.student).json()
    answer = realm.account(tokens["access_token"])
    assert answer.status == 401 and realm.student.number not in answer.text
    other = realm.account(realm.code_flow("canteen", realm.student).json()["access_token"])
    assert other.status == 200 and other.json()["username"] == realm.student.user
    seen("supplier", answer.status, "| no supplier", other.status, *other.json())


def test_a_student_cannot_change_the_number(realm, seen):
    tokens = realm.code_flow("canteen", realm.student).json()
    assert "employeeNumber" not in realm.account(tokens["access_token"]).json().get(
        "attributes", {})
    seen("employeeNumber is not in the account API")


def exchange(realm, client, tokens, wanted):
    kind = "urn:ietf:params:oauth:token-type:"
    return realm.post("token", client, scope="openid", requested_token_type=f"{kind}{wanted}",
                      grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
                      subject_token=tokens["access_token"],
                      subject_token_type=f"{kind}access_token")


@pytest.mark.parametrize("wanted", ["access_token", "id_token", "refresh_token"])
def test_token_exchange(realm, seen, wanted):
    tokens = realm.code_flow("books-webshop", realm.student).json()
    answer = exchange(realm, "books-webshop", tokens, wanted)
    got = answer.json()
    if wanted == "refresh_token":  # a client must be allowed to
        assert (answer.status, got["error"]) == (400, "invalid_request")
    else:
        id_token = got["id_token" if wanted == "access_token" else "access_token"]
        assert personal(realm.claims(id_token)) == expected(realm.student, "books-webshop")
    assert wanted != "access_token" or sealed(got["access_token"])
    seen(answer.status, *got)


def test_token_exchange_by_another_client(realm, seen):
    """It was not shown the token, which is sealed for its client alone."""
    tokens = realm.code_flow("books-webshop", realm.student).json()
    answer = exchange(realm, "canteen", tokens, "access_token")
    assert answer.status == 400
    seen(answer.status, answer.text)


@pytest.mark.parametrize("client", ["books-webshop", "canteen"])
def test_client_credentials(realm, seen, client):
    tokens = realm.post("token", client, grant_type="client_credentials").json()
    assert sealed(tokens["access_token"]) == (client != "canteen")
    seen(*tokens)


@pytest.mark.parametrize("who", WHO)
def test_password_grant(realm, seen, who):
    person = getattr(realm, who)
    tokens = realm.post("token", "books-webshop", grant_type="password", username=person.user,
                        password=person.password, scope="openid").json()
    seen(check_tokens(realm, "books-webshop", person, tokens))


def log_out(realm, browser, **form):
    query = urllib.parse.urlencode({"post_logout_redirect_uri": REDIRECT, **form})
    return browser.once(f"https://{realm.host}{ENDPOINTS}/logout?{query}")


@pytest.mark.parametrize("client", [*SUPPLIERS, "canteen"])
def test_logout_with_a_hint(realm, seen, client):
    browser = realm.browser()
    tokens = realm.code_flow(client, realm.student, browser).json()
    silent = parameters(realm.authorize(client, browser, prompt="none",
                                        id_token_hint=tokens["id_token"]))
    assert "code" in silent
    answer = log_out(realm, browser, id_token_hint=tokens["id_token"])
    assert answer.status == 302 and answer.headers["Location"].startswith(REDIRECT), answer.text
    after = parameters(realm.authorize(client, browser, prompt="none"))
    assert after["error"] == "login_required"
    seen("silent login, then logout", answer.status, "then", after["error"])


@contextlib.contextmanager
def signed_by(realm, client, alg):
    """While Keycloak signs the client's ID tokens by another algorithm."""
    name = "id.token.signed.response.alg"
    realm.keycloak.change_client("school", client, attributes={name: alg})
    yield
    realm.keycloak.change_client("school", client, attributes={name: "RS256"})


@pytest.mark.parametrize("alg", ["RS512", "PS256", "ES256", "ES512", "EdDSA"])
def test_algorithm_of_keycloak(realm, seen, alg):
    with signed_by(realm, "exercises", alg):
        tokens = realm.code_flow("exercises", realm.student).json()
    seen(check_tokens(realm, "exercises", realm.student, tokens))


def test_hs256_of_keycloak(realm, seen):
    """By a key of the realm, which no client has: so nobody can verify it, and nor can we."""
    with signed_by(realm, "exercises", "HS256"):
        answer = realm.code_flow("exercises", realm.student)
    assert answer.status == 502
    seen(answer.status, answer.json()["title"])


JARM = [("query.jwt", "code"), *itertools.product(
    ["jwt", "fragment.jwt", "form_post.jwt"], ["code", "id_token", "code id_token token"])]


@pytest.mark.parametrize("mode, flow", JARM)
def test_jarm(realm, seen, mode, flow):
    answer = realm.log_in("exercises", realm.student, response_type=flow, response_mode=mode)
    response = parameters(answer)["response"]
    got = realm.claims(response)
    assert got["aud"] == "exercises" and got["state"] == "st&ate"
    if "id_token" in got:
        assert personal(realm.claims(got["id_token"])) == expected(realm.student, "exercises")
    assert "access_token" not in got or sealed(got["access_token"])
    if "code" in got:
        tokens = realm.post("token", "exercises", grant_type="authorization_code",
                            code=got["code"], redirect_uri=REDIRECT).json()
        check_tokens(realm, "exercises", realm.student, tokens)
    seen(answer.status, header_of(response)["alg"], *got)


@pytest.mark.parametrize("mode", ["jwt", "form_post.jwt"])
def test_jarm_of_no_supplier(realm, seen, mode):
    answer = realm.log_in("canteen", realm.student, response_type="code id_token",
                          response_mode=mode)
    got = realm.claims(parameters(answer)["response"], behind=True)
    assert realm.claims(got["id_token"], behind=True)["employeeNumber"] == realm.student.number
    seen(*got)


def test_pushed_request(realm, seen):
    answer = realm.post("ext/par/request", "books-webshop", response_type="code", scope="openid",
                        redirect_uri=REDIRECT, nonce="n")
    browser = realm.browser()
    page = browser.go(f"https://{realm.host}{ENDPOINTS}/auth?" + urllib.parse.urlencode({
        "client_id": "books-webshop", "request_uri": answer.json()["request_uri"]}))
    code = parameters(realm.sign_in(browser, page, realm.student))["code"]
    tokens = realm.post("token", "books-webshop", grant_type="authorization_code", code=code,
                        redirect_uri=REDIRECT).json()
    seen(answer.status, check_tokens(realm, "books-webshop", realm.student, tokens))


def test_userinfo_as_jwt(realm, seen):
    realm.keycloak.change_client("school", "exercises", attributes={
        "user.info.response.signature.alg": "PS256"})
    tokens = realm.code_flow("exercises", realm.student).json()
    answer = realm.userinfo(tokens["access_token"])
    realm.keycloak.change_client("school", "exercises", attributes={
        "user.info.response.signature.alg": None})
    claims = realm.claims(answer.text)
    assert personal(claims) == expected(realm.student, "exercises")
    seen(answer.headers["Content-Type"], header_of(answer.text)["alg"], *claims)


def test_lightweight_access_tokens(realm, seen):
    """Keycloak does not take them at userinfo, from nobody."""
    for value in ("true", "false"):
        realm.keycloak.change_client("school", "books-webshop", attributes={
            "client.use.lightweight.access.token.enabled": value})
        tokens = realm.code_flow("books-webshop", realm.student).json()
        names = check_tokens(realm, "books-webshop", realm.student, tokens)
        answer = realm.userinfo(tokens["access_token"])
        assert answer.status == (401 if value == "true" else 200)
        seen(names, "| access token", len(tokens["access_token"]), "bytes | userinfo",
             answer.status, answer.headers.get("WWW-Authenticate", ""))


def proof(realm, method, path, token=None):
    """A DPoP proof (RFC 9449)."""
    claims = {"htm": method, "htu": f"https://{realm.host}{path}", "iat": int(time.time()),
              "jti": secrets.token_hex(8)}
    if token:
        claims["ath"] = base64.urlsafe_b64encode(
            hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
    signed = jws.JWS(json.dumps(claims))
    signed.add_signature(PROOF_KEY, "ES256", json.dumps({
        "alg": "ES256", "typ": "dpop+jwt", "jwk": PROOF_KEY.export_public(as_dict=True)}))
    return signed.serialize(compact=True)


def test_dpop(realm, seen):
    """The proof covers the token, so the token goes as it is."""
    code = parameters(realm.log_in("books-webshop", realm.student))["code"]
    tokens = realm.post("token", "books-webshop", grant_type="authorization_code", code=code,
                        redirect_uri=REDIRECT, headers={
                            "DPoP": proof(realm, "POST", f"{ENDPOINTS}/token")}).json()
    token = tokens["access_token"]
    assert tokens["token_type"] == "DPoP" and not sealed(token)
    claims = realm.claims(tokens["id_token"])
    assert claims["at_hash"] == half(token)
    answer = realm.get(f"{ENDPOINTS}/userinfo", Authorization=f"DPoP {token}",
                       DPoP=proof(realm, "GET", f"{ENDPOINTS}/userinfo", token))
    assert personal(answer.json()) == expected(realm.student, "books-webshop")
    seen(tokens["token_type"], answer.status, *answer.json())


def test_device_flow(realm, seen):
    """Its codes are shown at another endpoint; the token endpoint is the same."""
    realm.keycloak.change_client("school", "books-webshop", attributes={
        "oauth2.device.authorization.grant.enabled": "true"})
    got = realm.post("auth/device", "books-webshop", scope="openid").json()
    browser = realm.browser()
    page = browser.go(got["verification_uri_complete"])
    page = browser.submit(page, username=realm.student.user, password=realm.student.password)
    browser.submit(page, accept="Yes")
    tokens = realm.post("token", "books-webshop", device_code=got["device_code"],
                        grant_type="urn:ietf:params:oauth:grant-type:device_code").json()
    seen(check_tokens(realm, "books-webshop", realm.student, tokens))


def test_keys_and_discovery(realm, seen):
    through, direct = [realm.get(f"{ENDPOINTS}/certs", behind).json()["keys"]
                       for behind in (False, True)]
    assert [key for key in through if key in direct] == direct
    ours = [key for key in through if key not in direct]
    assert all(key["alg"] and key["use"] == "sig" and key["kid"] for key in ours)
    told = realm.get(f"{REALM}/.well-known/openid-configuration").json()
    assert told["issuer"] == f"https://{realm.host}{REALM}"
    assert "eckId" in told["claims_supported"]
    seen(len(direct), "keys of Keycloak |", *(key["alg"] for key in ours))


@pytest.mark.parametrize("who", WHO)
def test_a_page_of_another_site_may_read_the_answers(realm, seen, who):
    """Keycloak's CORS fields stay, with what is filled and with what is refused."""
    fields = {"Origin": "https://books.example"}
    realm.keycloak.change_client("school", "books-webshop", webOrigins=["https://books.example"])
    tokens = realm.code_flow("books-webshop", getattr(realm, who)).json()
    token = tokens["access_token"]
    answers = [realm.get(f"{ENDPOINTS}/userinfo", Authorization=f"Bearer {shown}", **fields)
               for shown in (token, token[:-1])]
    assert [answer.status for answer in answers] == [200, 401]
    assert answers[0].headers["Access-Control-Allow-Origin"] == fields["Origin"]
    assert "invalid_token" in answers[1].headers["WWW-Authenticate"]
    seen(*(answer.headers["Access-Control-Allow-Origin"] for answer in answers),
         answers[1].headers["WWW-Authenticate"])
