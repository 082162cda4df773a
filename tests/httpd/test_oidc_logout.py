# SPDX-License-Identifier: GPL-3.0-or-later
"""A client shows our ID token as a hint, to log out or to log in silently."""
import json

import pytest
from jwcrypto import jwk, jws

from conftest import checked_place
from lab.oidcstage import OidcStage
from lab.replay import answer

SECRET = "a client secret of thirty-two bytes"


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_logout") as place:
        secret = place.file("secret", SECRET, 0o600)
        yield OidcStage(place, extra=f"""
<EckidSupplier urn:forms>
  EckidClient forms secret={secret}
  EckidName eckId
  EckidRelease uid
</EckidSupplier>
""")


def log_in(stage, client="books"):
    """The provider's ID token, and ours that the client gets for it."""
    if client == "forms":
        key = jwk.JWK(kty="oct", k=jws.base64url_encode(SECRET), kid="x")
        own = stage.sign(stage.claims(client), key, "HS256")
    else:
        own = stage.sign(stage.claims(client))
    return own, json.loads(stage.token(own, client).text)["id_token"]


def shown(stage, path, hint, page="", *fields, **more):
    """The gateway's response to a hint, at a provider whose page is this one; and what it got."""
    stage.replay.answer = answer(page, *fields, **more)
    got = stage.get(f"{path}?state=x&id_token_hint={hint}")
    return got, stage.replay.requests[-1].split(" ")[1]


ENDPOINTS = ["/logout", "/authorize"]


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("client", ["books", "exercises", "forms"])
def test_the_provider_gets_its_own_back(stage, path, client):
    own, ours = log_in(stage, client)
    got, asked = shown(stage, path, ours)
    assert asked == f"{path}?state=x&id_token_hint={own}" and got.status == 200


@pytest.mark.parametrize("client", ["books", "forms"])
def test_a_page_that_repeats_the_hint_passes_with_ours(stage, client):
    own, ours = log_in(stage, client)
    page = "<form><input name=id_token_hint value='{0}'>{0}</form>"
    got, _ = shown(stage, "/logout", ours, page.format(own))
    assert got.status == 200 and got.text == page.format(ours)


def test_a_redirect_that_repeats_the_hint_has_ours(stage):
    own, ours = log_in(stage)
    got, _ = shown(stage, "/logout", ours, "", f"Location: /confirm?id_token_hint={own}",
                   status="302 Found")
    assert got.headers["location"] == f"/confirm?id_token_hint={ours}"


def test_another_supplier_s_token_on_the_page_is_refused_all_the_same(stage):
    _, ours = log_in(stage)
    other = stage.sign(stage.claims("exercises"))
    got, _ = shown(stage, "/logout", ours, f"<p>{ours} {other}")
    assert got.status == 502


@pytest.mark.parametrize("path", ENDPOINTS)
def test_the_hints_of_other_clients_stay(stage, path):
    own = stage.sign(stage.claims("canteen"))
    got, asked = shown(stage, path, own, f"<p>{own}")
    assert asked == f"{path}?state=x&id_token_hint={own}" and got.text == f"<p>{own}"


def test_a_hint_that_is_not_kept_any_more_is_dropped():
    with checked_place("test_oidc_logout-gone") as place:
        stage = OidcStage(place)
        _, ours = log_in(stage)
        stage.gateway.graceful()
        for path in ENDPOINTS:
            got, asked = shown(stage, path, ours, f"<p>{ours}")
            assert asked == f"{path}?state=x&client_id=books" and got.status == 200
