# SPDX-License-Identifier: GPL-3.0-or-later
"""Two OpenID providers on one httpd: a token of one is not valid for the other."""
import json

import pytest

from conftest import checked_place
from lab.oidcstage import payload
from lab.people import make_person
from lab.twoproviders import TwoProviders


@pytest.fixture(scope="module")
def pair():
    with checked_place("test_oidc_two") as place:
        first = TwoProviders(place)
        yield first, first.second


@pytest.fixture(params=["the first one", "the second one"])
def providers(pair, request):
    """Both providers, in both orders."""
    return pair if request.param == "the first one" else pair[::-1]


def test_each_one_s_tokens_are_believed(providers):
    one, _ = providers
    got = one.token(one.sign(one.claims()), access_token="own")
    claims = payload(json.loads(got.text)["id_token"])
    assert (claims["iss"], claims["eckId"]) == (one.issuer, one.student.eckid)
    got = one.userinfo({"sub": one.student.user}, "own")
    assert json.loads(got.text)["eckId"] == one.student.eckid


FOREIGN = {
    "all of it": (lambda one, other: other.sign(other.claims()), "ECK0234"),
    "in its name": (lambda one, other: other.sign(one.claims()), "ECK0234"),
    "by its key": (lambda one, other: one.sign(other.claims()), "ECK0235"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_the_other_one_s_tokens_are_refused(providers, what):
    make, code = FOREIGN[what]
    one, other = providers
    assert one.token(make(one, other)).status == 502
    assert code in one.last_line("login at urn:books")


def test_the_other_one_s_access_token_is_refused(providers):
    one, other = providers
    token = f"of{other.path.replace('/', '-')}"
    assert other.token(other.sign(other.claims()), access_token=token).status == 200
    assert one.userinfo({"sub": one.student.user}, other.held[token]).status == 401
    assert "another provider" in one.last_line("ECK0245")
    assert other.userinfo({"sub": one.student.user}, token).status == 200


def test_one_access_token_of_both_is_two_tokens(pair):
    """The owner of a token depends on its issuer."""
    people = [make_person(), make_person()]
    pair[0].people.extend(people)
    for one, person in zip(pair, people):
        one.token(one.sign(one.claims(person=person)), access_token="same")
        got = one.userinfo({"sub": person.user}, "same")
        assert json.loads(got.text)["eckId"] == person.eckid


def test_the_other_one_s_refresh_token_is_refused(providers):
    one, other = providers
    token = f"refresh-of{other.path.replace('/', '-')}"
    other.token(other.sign(other.claims()), refresh_token=token)
    form = f"grant_type=refresh_token&refresh_token={other.held[token]}"
    assert one.token(None, access_token=f"new-{token}", form=form).status == 400
    assert other.token(None, access_token=f"new-{token}", form=form).status == 200
    assert other.userinfo({"sub": one.student.user}, f"new-{token}").status == 200


def test_each_one_s_keys_are_published_with_ours(pair):
    sets = [json.loads(one.get("/jwks").text)["keys"] for one in pair]
    assert [len(keys) for keys in sets] == [3, 3]
    assert sets[0][0] != sets[1][0] and sets[0][1:] == sets[1][1:]
