# SPDX-License-Identifier: GPL-3.0-or-later
"""A LAS that pushes by SCIM, and an authorization server that gives it access tokens."""
import base64
import hashlib
import json
import time

from jwcrypto import jwk, jws

from .curl import fetch
from .directory import Directory
from .replay import Replay, answer
from .stage import Stage

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
EXTENSION = "urn:eckid:scim:schemas:extension:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ISSUER, AUDIENCE, SCOPE = "https://as.example", "https://idp.school.example/scim", "eckid.push"
ALONE = {"EckidLas": None, "EckidLasKey": None, "EckidLookup": "directory"}

LINES = """
EckidScimKind student NEPPI
EckidScimClient las client_id=las
"""

LOCATION = """
<Location {path}>
  SetHandler eckid-scim
  {lines}
</Location>
ProxyPass {path} !
"""


def as_json(value, **more):
    return answer(json.dumps(value), content_type="application/json", **more)


class AuthorizationServer:
    """Publishes one key; introspects what it is told to."""

    def __init__(self, place):
        self.replay = Replay()
        place.at_end(self.replay.close)
        self.key = self.make_key("as-1")
        self.secret = place.file("introspection-secret", "s3cret-of-the-gateway", 0o600)
        self.publish(self.key)

    @staticmethod
    def make_key(kid):
        return jwk.JWK.generate(kty="EC", crv="P-256", kid=kid)

    def publish(self, *keys):
        self.replay.answers["/jwks"] = as_json(
            {"keys": [json.loads(key.export_public()) for key in keys]})

    def introspects(self, value, **more):
        self.replay.answers["/introspect"] = as_json(value, **more)

    @property
    def base(self):
        return f"http://127.0.0.1:{self.replay.port}"

    def calls(self, path):
        return sum(request.split(" ")[1] == path for request in self.replay.requests)

    def by_keys(self):
        return (f"EckidScimToken {ISSUER} audience={AUDIENCE} scope={SCOPE} "
                f"jwks={self.base}/jwks timeout=30s connect-timeout=30s")

    def by_asking(self):
        return (f"EckidScimToken {ISSUER} audience={AUDIENCE} scope={SCOPE} "
                f"introspection={self.base}/introspect client_id=gateway secret={self.secret} "
                "timeout=30s connect-timeout=30s")

    def claims(self, client="las", **changed):
        """Good claims; those changed to None are left out."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": now + 300, "iat": now, "jti": "j1",
                  "client_id": client, "sub": client, "scope": f"other {SCOPE}", **changed}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, claims=None, key=None, alg="ES256", **header):
        header = {"alg": alg, "typ": "at+jwt", "kid": "as-1", **header}
        made = jws.JWS(json.dumps(claims or self.claims()))
        made.add_signature(key or self.key, None, json.dumps(
            {name: value for name, value in header.items() if value is not None}))
        return made.serialize(compact=True)


def thumbprint(der):
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def resource(external_id, eckid=None, **more):
    user = {"schemas": [CORE], "externalId": external_id, **more}
    if eckid:
        user["schemas"].append(EXTENSION)
        user[EXTENSION] = {"eckId": eckid}
    return user


def operations(*all_of_them):
    return {"schemas": [PATCH], "Operations": list(all_of_them)}


class Pusher:
    """Sends requests to one location."""

    def __init__(self, base, token=None, http2=False, arguments=()):
        self.base, self.token, self.http2, self.arguments = base, token, http2, arguments

    def send(self, method, path, body=None, *fields, text=None, content_type=None):
        arguments = ["-X", method, *self.arguments]
        if self.token:
            arguments += ["-H", f"Authorization: Bearer {self.token}"]
        for field in fields:
            arguments += ["-H", field]
        if body is not None or text is not None:
            arguments += ["-H", f"Content-Type: {content_type or 'application/scim+json'}",
                          "--data-binary", json.dumps(body) if text is None else text]
        got = fetch(self.base + path, *arguments, http2=self.http2)
        got.json = json.loads(got.text) if got.body else None
        return got

    def push(self, external_id, eckid=None, **more):
        return self.send("POST", "/Users", resource(external_id, eckid, **more))


class Receiver(Stage):
    """A gateway that people are pushed to, and whose logins look into the directory alone."""

    def __init__(self, place, lines=LINES, path="/scim", before="", instead=None,
                 token=AuthorizationServer.by_keys, timeout="30s", postgres=None, **more):
        self.directory = Directory(place, postgres)
        self.server = AuthorizationServer(place)
        self.path = path
        lines += token(self.server)
        super().__init__(place, before=self.directory.conf(f"timeout={timeout}") + before
                         + LOCATION.format(path=path, lines=lines),
                         instead={**ALONE, **(instead or {})}, **more)

    def pusher(self, token="", school="", **more):
        """One with a good token, or with that one; or, for None, without."""
        token = self.server.token() if token == "" else token
        return Pusher(f"http://127.0.0.1:{self.gateway.port}{self.path}{school}", token,
                      http2=self.http2, **more)
