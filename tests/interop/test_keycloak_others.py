# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is no supplier, and everything else of Keycloak, is what it would be without us."""
import pytest

from kc import ENDPOINTS, REALM, decoded, header_of, parameters

OIDC = "/protocol/openid-connect"
CHANGING = {"date", "server", "via", "connection", "keep-alive", "set-cookie",
            "transfer-encoding", "content-length"}

# Paths whose answers are the same each time; with fields of the request, and a form.
SAME = {
    "front page": ("/", {}, None),
    "no such page": ("/nothing", {}, None),
    "no such realm": ("/realms/nowhere", {}, None),
    "the realm itself": (REALM, {}, None),
    "master realm, discovery": ("/realms/master/.well-known/openid-configuration", {}, None),
    "master realm, keys": (f"/realms/master{OIDC}/certs", {}, None),
    "other realm, discovery": ("/realms/other/.well-known/openid-configuration", {}, None),
    "other realm, keys": (f"/realms/other{OIDC}/certs", {}, None),
    "other realm, SAML metadata": ("/realms/other/protocol/saml/descriptor", {}, None),
    "other realm, wrong client": (f"/realms/other{OIDC}/token", {}, {
        "grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}),
    "admin console": ("/admin/master/console/", {}, None),
    "account console": (f"{REALM}/account/", {}, None),
    "UMA discovery": (f"{REALM}/.well-known/uma2-configuration", {}, None),
    "userinfo without token": (f"{ENDPOINTS}/userinfo", {}, None),
    "userinfo, wrong token": (f"{ENDPOINTS}/userinfo", {"Authorization": "Bearer x"}, None),
    "token, wrong secret": (f"{ENDPOINTS}/token", {}, {
        "grant_type": "client_credentials", "client_id": "canteen", "client_secret": "x"}),
    "token, no client": (f"{ENDPOINTS}/token", {}, {"grant_type": "client_credentials"}),
    "token, no form": (f"{ENDPOINTS}/token", {"Content-Type": "application/json"}, "{}"),
    "introspection, no client": (f"{ENDPOINTS}/token/introspect", {}, {"token": "x"}),
    "unknown client": (f"{ENDPOINTS}/auth?client_id=nobody&response_type=code", {}, None),
    "account API without token": (f"{REALM}/account/", {"Accept": "application/json"}, None),
}


def steady(answer):
    """An answer without the header fields of the moment and of the hop."""
    headers = sorted((k.lower(), v) for k, v in answer.headers.items()
                     if k.lower() not in CHANGING)
    return answer.status, headers, answer.body


@pytest.mark.parametrize("what", SAME)
def test_same(realm, seen, what):
    path, headers, form = SAME[what]
    answers = [realm.browser(behind).once(f"https://{realm.host}{path}", form, headers=headers)
               for behind in (True, False)]
    direct, through = map(steady, answers)
    assert through == direct
    seen(direct[0], len(answers[1].body), "bytes", answers[1].headers["Content-Type"])


def test_preflight(realm, seen):
    fields = {"Origin": "https://books.example", "Access-Control-Request-Method": "POST"}
    direct, through = [steady(realm.browser(behind).once(
        f"https://{realm.host}{ENDPOINTS}/token", None, "OPTIONS", fields))
        for behind in (True, False)]
    assert through == direct
    seen(through[0], *(name for name, _ in through[1]))


FLOWS = ["code", "id_token", "id_token token", "code id_token", "code token",
         "code id_token token", "client_credentials", "password", "refresh_token"]


def shape(realm, tokens):
    """What the tokens of an answer are, without what differs each time."""
    told = {}
    for name in ("id_token", "access_token"):
        if name in tokens:
            claims = realm.claims(tokens[name], behind=True)  # by Keycloak's own keys
            told[name] = {k: v for k, v in claims.items() if k not in (
                "exp", "iat", "auth_time", "jti", "sid", "at_hash", "c_hash", "s_hash")}
            told[f"{name} header"] = header_of(tokens[name])
    if "refresh_token" in tokens:
        told["refresh_token"] = sorted(decoded(tokens["refresh_token"].split(".")[1]))
    return sorted(tokens), told


def flow_of(realm, flow, behind):
    person, basics = realm.teacher, {"scope": "openid"}
    if flow == "password":
        basics |= {"username": person.user, "password": person.password}
    if flow == "refresh_token":
        tokens = realm.code_flow("canteen", person, behind=behind).json()
        basics |= {"refresh_token": tokens["refresh_token"]}
    if flow in ("client_credentials", "password", "refresh_token"):
        return realm.post("token", "canteen", behind, grant_type=flow, **basics).json()
    if flow == "code":
        return realm.code_flow("canteen", person, behind=behind).json()
    return parameters(realm.log_in("canteen", person, behind=behind, response_type=flow))


@pytest.mark.parametrize("flow", FLOWS)
def test_tokens_of_no_supplier(realm, seen, flow):
    direct, through = [shape(realm, flow_of(realm, flow, behind)) for behind in (True, False)]
    assert through == direct
    seen(*through[0])


def test_exchange_of_an_own_token(realm, seen):
    kind = "urn:ietf:params:oauth:token-type:access_token"
    tokens = realm.code_flow("canteen", realm.student).json()
    direct, through = [shape(realm, realm.post(
        "token", "canteen", behind, subject_token=tokens["access_token"], subject_token_type=kind,
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange").json())
        for behind in (True, False)]
    assert through == direct
    seen(*through[0])


def test_userinfo_introspection_and_account(realm, seen):
    token = realm.code_flow("canteen", realm.student).json()["access_token"]
    for answers in [[realm.userinfo(token, behind) for behind in (True, False)],
                    [realm.post("token/introspect", "canteen", behind, token=token)
                     for behind in (True, False)],
                    [realm.get(f"{REALM}/account/", behind, Authorization=f"Bearer {token}",
                               Accept="application/json") for behind in (True, False)]]:
        direct, through = map(steady, answers)
        assert direct[0] == 200 and through == direct
    seen("three answers, byte for byte")
