# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own token endpoint refuses bad requests; otherwise test_channel would prove nothing."""
import base64
import json
import time
import urllib.parse

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from lab.httpsig import Refused
from lab.pki import make_key
from lab.tokens import JWT_BEARER, SCOPE, Client, Tokens

URL = "https://las.localhost/token"
KEYS = {"ES256": make_key("ec"), "PS256": make_key("rsa"), "RS256": make_key("rsa")}


def encode(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign(algorithm, key, data):
    if algorithm == "ES256":
        halves = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return b"".join(half.to_bytes(32, "big") for half in halves)
    pad = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if algorithm == "PS256" else (
        padding.PKCS1v15())
    return key.sign(data, pad, hashes.SHA256())


def assertion(algorithm="ES256", key=None, header=(), damage=lambda text: text, **claims):
    now = int(time.time())
    head = {"alg": algorithm, "kid": "one", **dict(header)}
    claims = {"iss": "school", "sub": "school", "aud": URL, "jti": "a", "iat": now, "nbf": now,
              "exp": now + 60, **claims}
    text = f"{encode(head)}.{encode({k: v for k, v in claims.items() if v is not None})}"
    return damage(f"{text}.{encode(sign(algorithm, key or KEYS[algorithm], text.encode()))}")


def endpoint(algorithm="ES256"):
    tokens = Tokens(URL)
    tokens.clients["school"] = Client({"one": KEYS[algorithm].public_key()}, algorithm)
    tokens.clients["basic"] = Client(secret="a+b c%")
    tokens.clients["tls"] = Client(certificate=True)
    return tokens


def asked(tokens, fields=(), certificate=None, body=None, **form):
    form = {"grant_type": "client_credentials", "scope": SCOPE, **form}
    return tokens.answer(fields, body or urllib.parse.urlencode(form).encode(), certificate)


def by_assertion(tokens, text, **form):
    return asked(tokens, client_id="school", **{
        "client_assertion_type": JWT_BEARER, "client_assertion": text, **form})


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_good_assertion_is_worth_a_token(algorithm):
    tokens = endpoint(algorithm)
    status, answer = by_assertion(tokens, assertion(algorithm))
    assert status == 200 and tokens.calls == [("school", "private_key_jwt")]
    tokens.check_bearer([("Authorization", f"Bearer {answer['access_token']}")])


DAY = 24 * 3600  # longer than any run of the tests, at whose beginning the table is made
ASSERTIONS = {
    "the signature of the assertion does not hold": {"key": make_key("ec")},
    "another algorithm than the one that was registered": {"header": {"alg": "none"}},
    "an unknown kid": {"header": {"kid": "two"}},
    "aud is another server": {"aud": "https://other.example/token"},
    "iss and sub are not the client": {"sub": "another"},
    "an unknown client": {"iss": "another"},
    "the assertion has expired": {"exp": int(time.time()) - 1},
    "the assertion is valid for too long": {"exp": int(time.time()) + DAY},
    "the assertion is not valid yet": {"nbf": int(time.time()) + DAY},
    "a jti that was seen before, or none": {"jti": None},
    "the assertion has not three parts": {"damage": lambda text: text + ".x"},
    "a part of the assertion is not base64url": {"damage": lambda text: text + "="},
    "an ES256 signature that is not 64 bytes": {"damage": lambda text: text[:-4]},
}


@pytest.mark.parametrize("why", ASSERTIONS)
def test_it_refuses_an_assertion(why):
    tokens = endpoint()
    status, answer = by_assertion(tokens, assertion(**ASSERTIONS[why]))
    assert (status, tokens.refusals) == (401, [why]) and "access_token" not in answer


def test_it_refuses_another_kind_of_signature():
    tokens = endpoint("RS256")
    assert by_assertion(tokens, assertion("PS256", KEYS["RS256"], {"alg": "RS256"}))[0] == 401
    tokens.clients["school"].algorithm = "ES256"
    assert by_assertion(tokens, assertion("RS256", header={"alg": "ES256"}))[0] == 401
    assert tokens.refusals == ["the signature of the assertion does not hold",
                               "the key is not for that algorithm"]


def test_it_refuses_an_assertion_replayed():
    tokens, text = endpoint(), assertion()
    assert [by_assertion(tokens, text)[0], by_assertion(tokens, text)[0]] == [200, 401]
    assert tokens.refusals == ["a jti that was seen before, or none"]


def basic(name, secret):
    pair = f"{urllib.parse.quote_plus(name)}:{urllib.parse.quote_plus(secret)}"
    return [("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")]


OTHERS = {
    "a wrong secret, or an unknown client": {"fields": basic("basic", "b")},
    "nothing proves who asks": {"client_id": "basic"},
    "no certificate of the client": {"client_id": "tls"},
    "another grant": {"grant_type": "password"},
    "another type of assertion": {"client_assertion_type": "x", "client_assertion": "x"},
    "a parameter that stands there twice": {"body": b"grant_type=a&grant_type=b"},
    "two ways to prove one thing": {"fields": basic("basic", "a+b c%"), "client_assertion": "x"},
}


@pytest.mark.parametrize("why", OTHERS)
def test_it_refuses_who_does_not_prove_it(why):
    tokens = endpoint()
    assert asked(tokens, **OTHERS[why])[0] == 401
    assert tokens.refusals == [why] and not tokens.issued


def test_it_accepts_a_secret_and_a_certificate():
    tokens = endpoint()
    assert asked(tokens, basic("basic", "a+b c%"))[0] == 200
    assert asked(tokens, certificate={"subject": ()}, client_id="tls")[0] == 200
    assert [way for _, way in tokens.calls] == ["client_secret_basic", "tls_client_auth"]


def test_it_refuses_another_scope():
    tokens = endpoint()
    status, answer = by_assertion(tokens, assertion(), scope="eduv.student.demographics")
    assert (status, answer["error"]) == (400, "invalid_scope") and not tokens.issued


BEARERS = {
    "no token": lambda tokens, token: [],
    "a token that was not issued here": lambda tokens, token: [("Authorization", "Bearer x")],
    "a token that has ended": lambda tokens, token: tokens.revoke() or [
        ("Authorization", f"Bearer {token}")],
    "a token without the scope": lambda tokens, token: tokens.issued.update({
        token: (time.time() + 60, "other")}) or [("Authorization", f"Bearer {token}")],
}


@pytest.mark.parametrize("why", BEARERS)
def test_our_las_refuses_a_call_without_a_good_token(why):
    tokens = endpoint()
    token = by_assertion(tokens, assertion())[1]["access_token"]
    with pytest.raises(Refused, match=why):
        tokens.check_bearer(BEARERS[why](tokens, token))
