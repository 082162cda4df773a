# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint of the LAS of the tests (OAuth2 client_credentials): checks every client."""
import base64
import binascii
import dataclasses
import json
import secrets
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .httpsig import Refused

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "eduv.student.basic"


@dataclasses.dataclass
class Client:
    """A client, which authenticates with a key, a secret or a certificate."""
    keys: dict = dataclasses.field(default_factory=dict)  # public ones, by kid
    algorithm: str = "ES256"  # the one that was registered
    secret: str = None
    certificate: bool = False
    scope: str = SCOPE


def decode(part):
    """base64url without padding (RFC 7515 section 2)."""
    try:
        if not part or "=" in part:
            raise ValueError
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (ValueError, binascii.Error):
        raise Refused("a part of the assertion is not base64url") from None


def check_signature(algorithm, key, signature, data):
    """RFC 7518 sections 3.3 to 3.5."""
    try:
        if algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey):
            if len(signature) != 64:
                raise Refused("an ES256 signature that is not 64 bytes")
            halves = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            key.verify(encode_dss_signature(*halves), data, ec.ECDSA(hashes.SHA256()))
        elif algorithm == "PS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PSS(padding.MGF1(hashes.SHA256()), 32),
                       hashes.SHA256())
        elif algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise Refused("the key is not for that algorithm")
    except InvalidSignature:
        raise Refused("the signature of the assertion does not hold") from None


def check_claims(claims, client_id, audience, seen, now):
    """RFC 7523 section 3."""
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Refused("iss and sub are not the client")
    if claims.get("aud") != audience:
        raise Refused("aud is another server")
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= now:
        raise Refused("the assertion has expired")
    if claims["exp"] > now + 300:
        raise Refused("the assertion is valid for too long")
    if claims.get("nbf", 0) > now + 5 or claims.get("iat", 0) > now + 5:
        raise Refused("the assertion is not valid yet")
    if not claims.get("jti") or claims["jti"] in seen:
        raise Refused("a jti that was seen before, or none")
    seen.add(claims["jti"])


class Tokens:
    """Gives out tokens that are said to be good for lifetime seconds, and are so for grace more;
    revoke() ends them all early.

    behave, if set, is called with the request handler instead of answering: for bad days."""

    def __init__(self, url):
        self.url = self.audience = url
        self.clients, self.seen = {}, set()
        self.issued = {}  # token to its end and scope
        self.calls, self.refusals, self.confidential = [], [], set()
        self.lifetime, self.grace, self.behave = 300, 0, None

    def revoke(self):
        self.issued = {token: (0, scope) for token, (_, scope) in self.issued.items()}

    def secrets(self):
        """Values that must not be in any log."""
        return [*self.issued, *self.confidential, *(
            client.secret for client in self.clients.values() if client.secret)]

    def answer(self, fields, body, certificate=None):
        """Status and JSON for a request; the reason of a refusal is recorded."""
        try:
            form = self.read_form(body)
            client_id, way = self.authenticate(fields, form, certificate)
            scope = form.get("scope")
            if scope != self.clients[client_id].scope:
                self.refusals.append("another scope than the client's")
                return 400, {"error": "invalid_scope"}
        except Refused as reason:
            self.refusals.append(str(reason))
            return 401, {"error": "invalid_client"}
        token = secrets.token_urlsafe(32)
        self.issued[token] = (time.time() + self.lifetime + self.grace, scope)
        self.calls.append((client_id, way))
        return 200, {"access_token": token, "token_type": "Bearer", "scope": scope,
                     "expires_in": self.lifetime}

    def read_form(self, body):
        pairs = urllib.parse.parse_qsl(body.decode(), strict_parsing=True)
        if len(dict(pairs)) != len(pairs):
            raise Refused("a parameter that stands there twice")
        form = dict(pairs)
        if form.get("grant_type") != "client_credentials":
            raise Refused("another grant")
        return form

    def authenticate(self, fields, form, certificate):
        """The client and how it authenticated (RFC 6749 2.3, RFC 7523, RFC 8705)."""
        fields = {name.lower(): value for name, value in fields}
        if "authorization" in fields:
            return self.by_secret(fields["authorization"], form), "client_secret_basic"
        if "client_assertion" in form:
            return self.by_assertion(form), "private_key_jwt"
        client = self.clients.get(form.get("client_id"))
        if not client or not client.certificate:
            raise Refused("nothing proves who asks")
        if not certificate:
            raise Refused("no certificate of the client")
        return form["client_id"], "tls_client_auth"

    def by_secret(self, field, form):
        kind, _, value = field.partition(" ")
        self.confidential.add(value)
        name, _, secret = base64.b64decode(value).decode().partition(":")
        client_id, secret = (urllib.parse.unquote_plus(part) for part in (name, secret))
        client = self.clients.get(client_id)
        if kind != "Basic" or not client or not client.secret or client.secret != secret:
            raise Refused("a wrong secret, or an unknown client")
        if "client_assertion" in form:
            raise Refused("two ways to prove one thing")
        return client_id

    def by_assertion(self, form):
        assertion = form["client_assertion"]
        self.confidential.add(assertion)
        if form.get("client_assertion_type") != JWT_BEARER:
            raise Refused("another type of assertion")
        parts = assertion.split(".")
        if len(parts) != 3:
            raise Refused("the assertion has not three parts")
        header, claims, signature = (decode(part) for part in parts)
        header, claims = json.loads(header), json.loads(claims)
        client_id = claims.get("iss")
        client = self.clients.get(client_id)
        if not client or form.get("client_id", client_id) != client_id:
            raise Refused("an unknown client")
        if header.get("alg") != client.algorithm:
            raise Refused("another algorithm than the one that was registered")
        if header.get("kid") not in client.keys:
            raise Refused("an unknown kid")
        check_signature(header["alg"], client.keys[header["kid"]], signature,
                        ".".join(parts[:2]).encode())
        check_claims(claims, client_id, self.audience, self.seen, time.time())
        return client_id

    def check_bearer(self, fields, scope=SCOPE):
        """RFC 6750: whether a call has a token that is valid now."""
        values = [value for name, value in fields if name.lower() == "authorization"]
        if len(values) != 1 or not values[0].startswith("Bearer "):
            raise Refused("no token")
        end, granted = self.issued.get(values[0][7:], (None, None))
        if end is None:
            raise Refused("a token that was not issued here")
        if end <= time.time():
            raise Refused("a token that has ended")
        if scope not in (granted or "").split():
            raise Refused("a token without the scope")
