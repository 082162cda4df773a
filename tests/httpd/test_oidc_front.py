# SPDX-License-Identifier: GPL-3.0-or-later
"""Live logins by way of the browser: implicit, hybrid, fragment and form_post."""
import base64
import json
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from conftest import checked_place
from lab.browser import Browser
from lab.curl import fetch
from lab.people import make_person
from lab.school import Client, OidcScene, claims_of, personal, received

RELEASE = ("uid", "eduPersonAffiliation")


def secret_file(place, client):
    return f"secret={place.file(f'{client.client_id}.secret', client.secret, 0o600)}"


def clients():
    return [
        Client("Fragment", "fragment", release=RELEASE),
        Client("Open", "open", release=RELEASE, alg="ES256", client_options="front-channel=on"),
        Client("Hybrid", "hybrid", response="code id_token", mode="form_post", release=RELEASE),
        Client("Posted", "posted", response="id_token", mode="form_post", release=RELEASE,
               client_options="front-channel=on"),
        Client("Strict", "strict", release=RELEASE, client_options="front-channel=on",
               extra="EckidOn not-student deny"),
        Client("Forger", "forger", alg="HS256", alg_in="HS256", release=("uid",),
               client_options=secret_file),
        Client("Canteen", "canteen", is_supplier=False),
    ]


@pytest.fixture(scope="module")
def scene():
    with checked_place("test_oidc_front") as place:
        people = [make_person(), make_person(known=False), make_person(False)]
        yield OidcScene(place, clients(), source="id-token", people=people)


def client_of(scene, name):
    return next(c for c in scene.clients if c.client_id == name)


def redirected(scene, person, name, **more):
    """Parameters of the fragment to which the browser is sent."""
    answer = scene.authorize(person, client_of(scene, name), **more)
    assert answer.status == 302, answer.text
    assert answer.body == b"" or "id_token" not in answer.text
    url = urllib.parse.urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(client_of(scene, name).redirect_uri)
    return {k: v[0] for k, v in urllib.parse.parse_qs(url.fragment or url.query).items()}


def verified(scene, token, alg):
    keys = jwk.JWKSet.from_json(scene.get_text("/oauth2/jwks"))
    checked = jws.JWS()
    checked.allowed_algs = [alg]
    kid = json.loads(jws.base64url_decode(token.split(".")[0]))["kid"]
    checked.deserialize(token, keys.get_key(kid))
    return json.loads(checked.payload)


@pytest.mark.parametrize("response", ["id_token", "id_token token", "code id_token",
                                      "code id_token token"])
def test_the_fragment_shows_no_eckid(scene, response):
    got = redirected(scene, scene.student, "fragment", response_type=response)
    claims = verified(scene, got["id_token"], "RS256")
    assert personal(claims) == {k: v for k, v in scene.expected(
        scene.student, client_of(scene, "fragment"), True).items() if k != "eckId"}
    assert got["state"] == "st&ate" and claims["nonce"] == "no+nce"
    if "access_token" in got:
        assert scene.userinfo(got).json()["eckId"] == scene.student.eckid
    if "code" in got:
        client = client_of(scene, "fragment")
        tokens = scene.token_request(client, grant_type="authorization_code", code=got["code"],
                                     redirect_uri=client.redirect_uri).json()
        assert claims_of(tokens["id_token"])["eckId"] == scene.student.eckid


def test_the_fragment_shows_it_where_the_operator_says_so(scene):
    got = redirected(scene, scene.student, "open", response_type="id_token token")
    claims = verified(scene, got["id_token"], "ES256")
    assert claims["eckId"] == scene.student.eckid


@pytest.mark.parametrize("name", ["fragment", "open", "forger"])
def test_a_refresh_gives_the_same(scene, name):
    """The ID token of a refresh is what the student is known by, as at first."""
    client = client_of(scene, name)
    first = scene.tokens(scene.student, client)
    second = scene.token_request(client, grant_type="refresh_token",
                                 refresh_token=first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    for tokens in (first, second):
        assert personal(claims_of(tokens["id_token"])) == scene.expected(
            scene.student, client, True)
        assert scene.userinfo(tokens).json()["eckId"] == scene.student.eckid


@pytest.mark.parametrize("client", ["posted", "canteen"])
def test_mod_auth_openidc_takes_what_is_posted(scene, client):
    client = client_of(scene, client)
    got = received(scene.log_in(scene.student, client))
    assert personal(got["id_token"]) == scene.expected(scene.student, client, True)


def test_mod_auth_openidc_in_the_hybrid_flow(scene):
    """It shows the ID token that the browser brought, and userinfo of the back channel."""
    client = client_of(scene, "hybrid")
    got = received(scene.log_in(scene.student, client))
    expected = scene.expected(scene.student, client, True)
    assert personal(got["userinfo"]) == expected
    del expected["eckId"]
    assert personal(got["id_token"]) == expected


def test_a_refusal_goes_to_the_client_as_an_error(scene):
    got = redirected(scene, scene.people[1], "open", response_type="id_token token")
    assert got["error"] == "access_denied" and got["state"] == "st&ate"
    assert "id_token" not in got and "access_token" not in got
    reference = got["error_description"].split("reference ")[1].rstrip(")")
    assert "outcome=unknown" in scene.gateway.lines(f"ref={reference}")[0]
    got = redirected(scene, scene.teacher, "strict", response_type="code id_token")
    assert got["error"] == "access_denied" and "code" not in got


def test_a_refusal_is_posted_to_the_client(scene):
    page = scene.authorize(scene.people[1], client_of(scene, "posted"), response_type="id_token",
                           response_mode="form_post")
    assert page.status == 200
    fields = page.forms[0]["fields"]
    assert page.forms[0]["action"] == client_of(scene, "posted").redirect_uri
    assert fields["error"] == "access_denied" and fields["state"] == "st&ate"
    assert "id_token" not in fields and "sha256-" in page.headers["Content-Security-Policy"]


def test_what_is_no_supplier_s_passes(scene):
    got = redirected(scene, scene.student, "canteen", response_type="id_token token")
    assert claims_of(got["id_token"])["employeeNumber"] == scene.student.number
    assert scene.userinfo(got).json()["employeeNumber"] == scene.student.number


def test_the_code_flow_passes_untouched(scene):
    got = redirected(scene, scene.student, "fragment")
    assert set(got) >= {"code", "state"} and "id_token" not in got


def test_the_query_does_not_say_whose_an_access_token_is(scene):
    """The provider goes by the body of a POST, whatever stands in the query."""
    client, browser = client_of(scene, "fragment"), Browser(Accept="text/html")
    scene.authorize(scene.student, client, browser=browser)
    answer = browser.once(
        f"http://op.localhost:{scene.gateway.port}/oauth2/authorize?client_id=canteen",
        {"client_id": client.client_id, "redirect_uri": client.redirect_uri, "nonce": "n",
         "scope": "openid profile email", "response_type": "code token", "state": "s"})
    url = urllib.parse.urlsplit(answer.headers["Location"])
    got = dict(urllib.parse.parse_qsl(url.fragment or url.query))
    assert got["error"] == "server_error" and "access_token" not in got


@pytest.mark.parametrize("hidden", [
    ("-d", "access_token={0}&access_token={0}"), ("-d", "access_token={0}&z=;access_token=x"),
    ("-F", "access_token={0}"), ("-H", "Authorization: Bearer {0},"),
    ("-X", "GET", "-d", "access_token={0}"),
    ("-d", "access_token={0}", "-H", "Content-Type: text/plain")],
    ids=["twice", "semicolon", "multipart", "comma", "get", "plain"])
def test_no_other_s_token_covers_a_supplier_s(scene, hidden):
    own = scene.tokens(scene.student, client_of(scene, "fragment"))["access_token"]
    other = scene.tokens(scene.student, client_of(scene, "canteen"))["access_token"]
    answer = fetch(
        f"http://127.0.0.1:{scene.gateway.port}/oauth2/userinfo?access_token={other}",
        *(part.format(own) for part in hidden), host=f"op.localhost:{scene.gateway.port}")
    assert answer.status in (400, 401)
    assert scene.student.number not in answer.text


def redirect_to(scene, browser, query):
    """Has the provider send the browser to a page of its own with that query."""
    host = f"op.localhost:{scene.gateway.port}"
    url = base64.b64encode(f"http://{host}/x?{query}".encode()).decode()
    return browser.once(f"http://{host}/?{urllib.parse.urlencode({'url': url})}")


def test_who_has_the_secret_makes_no_login(scene):
    client, victim, browser = client_of(scene, "forger"), scene.teacher, Browser(Accept="text/html")
    scene.authorize(scene.student, client, browser=browser)
    tokens = scene.tokens(scene.student, client)
    before = scene.userinfo(tokens).json()
    assert before["eckId"] == scene.student.eckid
    claims = {"iss": scene.issuer, "aud": client.client_id, "sub": before["sub"],
              "exp": int(time.time()) + 300, "employeeNumber": victim.number,
              "eduPersonAffiliation": "student"}
    forged = jws.JWS(json.dumps(claims).encode())
    forged.add_signature(jwk.JWK(kty="oct", k=jws.base64url_encode(client.secret.encode())),
                         "HS256", json.dumps({"alg": "HS256"}))
    answer = redirect_to(scene, browser, f"id_token={forged.serialize(compact=True)}"
                                         f"&access_token={tokens['access_token']}")
    assert "id_token=" not in answer.headers["Location"]
    assert "error=server_error" in answer.headers["Location"]
    assert scene.userinfo(tokens).json() == before


def test_an_access_token_without_id_token_shows_no_eckid(scene):
    """Nothing but a URL says that this access token is the client's."""
    got = redirected(scene, scene.student, "fragment", response_type="code token")
    assert "id_token" not in got and got["access_token"].startswith("eckid_at_")
    expected = scene.expected(scene.student, client_of(scene, "fragment"), False)
    del expected["eckId"]
    assert personal(scene.userinfo(got).json()) == expected
    got = redirected(scene, scene.student, "canteen", response_type="code token")
    assert scene.userinfo(got).json()["employeeNumber"] == scene.student.number


def test_a_redirect_does_not_make_a_token_another_s(scene):
    client, browser = client_of(scene, "fragment"), Browser(Accept="text/html")
    scene.authorize(scene.student, client, browser=browser)
    tokens = scene.tokens(scene.student, client)
    before = scene.userinfo(tokens).json()
    other = redirected(scene, scene.student, "canteen", response_type="id_token")
    answer = redirect_to(scene, browser, f"id_token={other['id_token']}"
                                         f"&access_token={tokens['access_token']}")
    assert other["id_token"] in answer.headers["Location"]
    assert scene.userinfo(tokens).json() == before
