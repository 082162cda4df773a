# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway in front of an OpenID provider whose responses a test defines."""
import base64
import hashlib
import json
import threading
import time
import urllib.parse

from jwcrypto import jwk, jws

from .curl import fetch
from .pki import Pair
from .replay import Replay, answer
from .scene import Setting
from .wait import PATIENT

BLOCKS = """
<EckidSupplier urn:books>
  EckidClient books
  EckidName eckId
  EckidRelease uid
  {books}
</EckidSupplier>
<EckidSupplier urn:exercises>
  EckidClient exercises alg=ES256 front-channel=on
  EckidName eckId
  EckidRelease *
  EckidOn unknown omit
  EckidOn no-eckid omit
  EckidOn las-failed omit
</EckidSupplier>
"""


def as_json(value, *fields, **more):
    return answer(json.dumps(value), *fields, content_type="application/json", **more)


class Held:
    """A response that begins with these bytes and continues only after release."""

    def __init__(self, begins=b"", ends=b""):
        self.begins, self.ends, self.released = begins, ends, threading.Event()

    def release(self):
        self.released.set()

    def __iter__(self):
        yield self.begins
        self.released.wait()
        yield self.ends


class OidcStage(Setting):
    """set() defines the next response; token() and userinfo() send a request to the gateway."""

    def __init__(self, place, path="", extra="", books="", options="", timing=PATIENT,
                 instead=None, **more):
        super().__init__(place, **more)
        self.replay = Replay()
        self.held = {}  # what a client holds in the place of the provider's token
        place.at_end(self.replay.close)
        self.gateway = self.httpd("gateway", "")
        self.path = path
        self.issuer = f"http://op.localhost:{self.gateway.port}{path}"
        self.key = self.make_key("first")
        self.publish(self.key)
        second = Pair(place, "gateway-ec", "ec")
        conf = self.conf(None, BLOCKS.format(books=books), extra=f"{extra}\n"
                         f"EckidSigningKey {second.key_file} {second.crt_file}", **{
                             "EckidIdpMetadata": None, "EckidProvider":
                             f"{self.issuer} backend=http://127.0.0.1:{self.replay.port}{path} "
                             f"{timing} {options}", **(instead or {})})
        self.gateway.conf_file.write_text(
            f"{self.gateway.text}\nProxyPass / http://127.0.0.1:{self.replay.port}/\n{conf}")
        self.gateway.start()

    @staticmethod
    def make_key(kid, **options):
        return jwk.JWK.generate(**{"kty": "RSA", "size": 2048, **options}, kid=kid, use="sig")

    def publish(self, *keys):
        self.set("/.well-known/openid-configuration", as_json({
            "issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks",
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout"}))
        self.set("/jwks", as_json({"keys": [json.loads(k.export_public()) for k in keys]}))

    def set(self, path, reply):
        self.replay.answers[self.path + path] = reply

    def claims(self, client="books", person=None, **more):
        person = person or self.student
        return {"iss": self.issuer, "aud": client, "sub": person.user, "iat": int(time.time()),
                "exp": int(time.time()) + 3600, "uid": person.user,
                "employeeNumber": person.number, "eduPersonAffiliation": person.affiliation, **more}

    def sign(self, claims, key=None, alg="RS256", **header):
        key = key or self.key
        token = jws.JWS(claims if isinstance(claims, bytes) else json.dumps(claims).encode())
        token.allowed_algs = [alg]
        token.add_signature(key, alg, json.dumps({"alg": alg, "kid": key.kid, **header}))
        return token.serialize(compact=True)

    def get(self, path, *arguments, **more):
        return fetch(f"http://127.0.0.1:{self.gateway.port}{self.path}{path}", *arguments,
                     host=f"op.localhost:{self.gateway.port}", **more)

    def token(self, id_token, client="books", access_token="access", form="", **more):
        """The gateway's response when the provider issues this token."""
        body = {"access_token": access_token, "expires_in": 3600, "refresh_token": "refresh",
                **more}
        if id_token:
            body["id_token"] = id_token
        self.set("/token", as_json(body))
        got = self.ask(client, form)
        if got.status == 200:
            self.note(body, json.loads(got.text))
        return got

    def note(self, sent, got):
        """Notes the tokens that the client holds in the place of those that the provider sent."""
        for name in ("access_token", "refresh_token"):
            if sent.get(name) and got.get(name):
                self.held[sent[name]] = got[name]

    def bearer(self, token="access"):
        """The arguments by which a client shows what it holds in the place of that token."""
        return "-H", f"Authorization: Bearer {self.held.get(token, token)}"

    def ask(self, client="books", form=""):
        return self.get("/token", "-u", f"{client}:secret", "-d",
                        f"grant_type=authorization_code&{form}")

    def userinfo(self, claims, token="access"):
        self.set("/userinfo", as_json(claims))
        return self.get("/userinfo", *self.bearer(token))

    def last_line(self, *words):
        lines = self.gateway.lines("ECK", *words)
        return lines[-1] if lines else ""


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def fragment(got):
    """The parameters in the fragment of a Location."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(got.headers["location"]).fragment))


def half(text, digest="sha256"):
    """The at_hash of an access token."""
    made = hashlib.new(digest, text.encode()).digest()
    return base64.urlsafe_b64encode(made[:len(made) // 2]).decode().rstrip("=")
