# SPDX-License-Identifier: GPL-3.0-or-later
"""A school whose identity provider speaks OpenID Connect: LemonLDAP::NG, and mod_auth_openidc."""
import base64
import json
import urllib.parse

from . import php
from .browser import Browser
from .client import Client, Clients, received
from .httpd import Httpd
from .op import CLAIMS, MANY, Op
from .pki import Pair
from .scene import Setting
from .wait import PATIENT


def default_clients():
    return [
        Client("Webshop", "webshop"),
        Client("Practice", "practice", alg="ES256", userinfo_only=True,
               attribute="urn:mace:surf.nl:attribute-def:eckid", release=("eduPersonAffiliation",)),
        Client("Library", "library", is_supplier=False),
    ]


PROTOCOL = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash",
            "c_hash", "s_hash", "sid", "jti")


def claims_of(token):
    """The payload of a token, unverified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def personal(claims):
    """The claims without those of the protocol itself."""
    return {k: v for k, v in (claims or {}).items() if k not in PROTOCOL}


class OidcScene(Setting):
    """The whole scene, ended with its place: a gateway before an httpd with the provider."""

    def __init__(self, place, clients=None, say=lambda text: None, extra="", source="userinfo",
                 instead=None, path="", signing_ec=True, php_port=None, **more):
        super().__init__(place, **more)
        self.clients = default_clients() if clients is None else clients
        self.hosts = Clients(place, self.clients)
        for client in self.clients:
            if callable(client.client_options):
                client.client_options = client.client_options(place, client)
        self.gateway = self.httpd("oidc-gateway", "")
        self.issuer = f"http://op.localhost:{self.gateway.port}{path}"
        say("starting the OpenID provider: LemonLDAP::NG")
        self.op = Op(place, self.school, self.people, self.clients, self.issuer).start()
        self.backend = Httpd(place, "oidc-backend", self.op.conf()).start()
        self.second = None
        say("starting httpd with mod_eckid in front of it")
        self.gateway.conf_file.write_text(self.gateway.text + self.front() + self.oidc_conf(
            source, extra, instead or {}, signing_ec))
        self.gateway.start()
        names = ", ".join(client.name for client in self.clients)
        say(f"starting {names}: mod_auth_openidc in another httpd")
        self.hosts.start(self.issuer, php_port or php.start(place, "pages"))

    def front(self):
        return f"""
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:{self.backend.port}/
"""

    def oidc_conf(self, source, extra, instead, signing_ec):
        if signing_ec:
            self.second = Pair(self.place, "gateway-ec", "ec")
            extra += f"\nEckidSigningKey {self.second.key_file} {self.second.crt_file}"
        lines = {"EckidIdpMetadata": None,
                 "EckidProvider": f"{self.issuer} backend=http://127.0.0.1:{self.backend.port} "
                                  f"student={source} {PATIENT}", **instead}
        blocks = "\n".join(c.block() for c in self.clients if c.is_supplier)
        return self.conf(None, blocks, extra=extra, **lines)

    def log_in(self, person, client, browser=None):
        """Logs a person in at a client, as a browser would; returns the last page."""
        browser = browser or Browser(Accept="text/html")
        answer = browser.go(client.base + "/")
        answer = self.submit_login(browser, answer, person)
        while answer.forms and "state" in answer.forms[0]["fields"]:
            answer = browser.submit(answer)
        return answer

    def get_text(self, path):
        answer = Browser().go(f"http://op.localhost:{self.gateway.port}{path}")
        assert answer.status == 200, answer.text
        return answer.text

    @staticmethod
    def submit_login(browser, answer, person):
        if answer.forms and "password" in answer.forms[0]["fields"]:
            answer = browser.submit(answer, user=person.user, password=person.password)
        return answer

    def released(self, person, client):
        """What the provider has for a client: claims of ID token and userinfo, fetched behind the
        gateway's back."""
        tokens = self.tokens(person, client, port=self.backend.port)
        return claims_of(tokens["id_token"]), self.userinfo(tokens, port=self.backend.port).json()

    def authorize(self, person, client, browser=None, port=None, **more):
        """The provider's response to an authorization request, after the login."""
        browser = browser or Browser(Accept="text/html")
        query = urllib.parse.urlencode({
            "client_id": client.client_id, "redirect_uri": client.redirect_uri,
            "scope": "openid profile email offline_access", "response_type": "code",
            "state": "st&ate", "nonce": "no+nce", **more})
        host = f"op.localhost:{port or self.gateway.port}"
        answer = browser.once(f"http://{host}/oauth2/authorize?{query}")
        form = answer.forms[0]
        return browser.once(urllib.parse.urljoin(answer.url, form["action"]), {
            **form["fields"], "user": person.user, "password": person.password})

    def token_request(self, client, port=None, **form):
        basic = base64.b64encode(f"{client.client_id}:{client.secret}".encode()).decode()
        return Browser().once(f"http://op.localhost:{port or self.gateway.port}/oauth2/token", {
            **form}, headers={"Authorization": f"Basic {basic}"})

    def tokens(self, person, client, port=None):
        """The response of the token endpoint to a login by code."""
        answer = self.authorize(person, client, port=port)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
        return self.token_request(client, port, grant_type="authorization_code",
                                  code=query["code"][0], redirect_uri=client.redirect_uri).json()

    def userinfo(self, tokens, port=None):
        return Browser().once(f"http://op.localhost:{port or self.gateway.port}/oauth2/userinfo",
                              headers={"Authorization": f"Bearer {tokens['access_token']}"})

    def expected(self, person, client, in_id_token):
        """The claims about the person that a client should receive."""
        claims = {name: values if name in MANY else values[0]
                  for name, values in person.attributes(self.school).items() if name in CLAIMS}
        if in_id_token and client.userinfo_only:
            claims = {}
        if client.is_supplier:
            claims = {k: v for k, v in claims.items() if k in client.release}
            if person.eckid:
                claims[client.eckid_name] = person.eckid
        return claims

    def secrets(self):
        return super().secrets() + [client.secret for client in self.clients]


__all__ = ["Client", "OidcScene", "claims_of", "default_clients", "personal", "received"]
