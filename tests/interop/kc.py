# SPDX-License-Identifier: GPL-3.0-or-later
"""The example for Keycloak as it is shipped, file and realm, with a few clients more."""
import base64
import hashlib
import json
import pathlib
import secrets
import urllib.parse

from jwcrypto import jwk, jws

from lab import php
from lab.browser import Browser
from lab.client import Client, Clients
from lab.keycloak import Keycloak
from lab.people import make_person
from lab.pki import Pair
from lab.scene import Setting
from lab.service import Service, Services

EXAMPLES = pathlib.Path(__file__).parents[2] / "conf/examples"
REDIRECT = "https://books.example/callback"
REALM = "/realms/school"
ENDPOINTS = f"{REALM}/protocol/openid-connect"

# beside the two suppliers of the example
BLOCKS = """
EckidPage "Voorbeeld College" color=#ffffff background=#005ea5
EckidHelpdesk "Helpdesk: room 1.12, helpdesk@school.example"
EckidSigningKey eckid/second.key eckid/second.crt
EckidDecryptionKey eckid/decrypt.key eckid/decrypt.crt
<EckidSupplier exercises>
  EckidClient exercises alg=ES256 front-channel=on
  EckidName eckId
  EckidRelease given_name
</EckidSupplier>
<EckidSupplier reader>
  EckidClient reader access-token=as-is
  EckidName eckId
  EckidRelease none
</EckidSupplier>
"""


class Realm(Setting):
    """Keycloak with the realm of the example, and the gateway with its file."""

    def __init__(self, place, home):
        super().__init__(place, people=[make_person(True), make_person(
            True, known=False, eckid=None), make_person(False)])
        self.newcomer = self.people[1]  # a student whom the LAS does not know yet
        self.decrypt = Pair(place, "decrypt")
        self.books = Service("Books", "https://books.example/saml")
        self.exercises = Service("Exercises", "https://exercises.example/saml", release=("Role",),
                                 encrypt="as-it-came", encrypt_to=self.decrypt)
        self.canteen = Service("Canteen", "https://canteen.example/saml", is_supplier=False)
        self.services = [self.books, self.exercises, self.canteen]
        self.hosts = Services(place, self.services)
        self.webshop = Client("Webshop", "books-webshop", conf="OIDCSSLValidateServer Off")
        self.clients = Clients(place, [self.webshop])
        self.gateway = self.httpd("gateway", "", modules=["ssl", "authz_host"])
        self.host = f"idp.localhost:{self.gateway.port}"
        self.keycloak = Keycloak(place, home, f"https://{self.host}")
        self.gateway.conf_file.write_text(self.gateway.text + self.example())
        self.keycloak.wait()
        self.make_realm()
        self.gateway.start()
        pages = php.start(place, "pages")
        self.hosts.start(self.get(f"{REALM}/protocol/saml/descriptor").text, pages)
        self.clients.start(f"https://{self.host}{REALM}", pages)

    def example(self):
        """The file, with the names and ports of this place and the blocks of more suppliers."""
        pairs = {"sign": self.signing, "second": Pair(self.place, "second", "ec"),
                 "las": self.las_pair, "decrypt": self.decrypt}
        files = {"tls.pem": self.authority.issue(self.place, "tls", ["idp.localhost"])}
        for name, pair in pairs.items():
            files |= {f"{name}.key": pair.key_file, f"{name}.crt": pair.crt_file}
        for name, file in files.items():
            self.place.file(f"gateway/eckid/{name}", file.read_bytes(), 0o600)
        self.place.file("gateway/eckid/secret", secrets.token_hex(32), 0o600)
        text = (EXAMPLES / "keycloak.conf").read_text()
        for ours, here in {
                "*:443": f"127.0.0.1:{self.gateway.port}",
                "ServerName          idp.school.example": "ServerName idp.localhost",
                "//idp.school.example": f"//{self.host}",
                "127.0.0.1:8080": f"127.0.0.1:{self.keycloak.port}",
                "https://las.example/eduv/v1":
                    f"{self.las.base} ca={self.authority.crt_file}",
                "11ZZ03": self.school.brin,
                "https://books.example/saml/acs": self.books.consumer,
                "        </EckidSupplier>\n    </Location>": "        </EckidSupplier>\n" + BLOCKS +
                self.exercises.block() + "    </Location>"}.items():
            assert ours in text, ours
            text = text.replace(ours, here)
        return text

    def make_realm(self):
        realm = json.loads((EXAMPLES / "keycloak-realm.json").read_text())
        self.keycloak.admin("POST", "", realm)
        self.keycloak.admin("POST", "", {"realm": "other", "enabled": True})
        for person in self.people:
            roles = ["student"] if "student" in person.affiliation else []
            self.keycloak.add_person("school", person, roles)
        self.make_oidc_clients(realm["clients"][0])
        self.make_saml_clients(realm["clients"][1])
        self.make_keys()

    def make_oidc_clients(self, example):
        """Those beside that of the example have the same settings; and all may use every flow."""
        audience = {"name": "audience", "protocol": "openid-connect",
                    "protocolMapper": "oidc-audience-mapper"}
        self.keycloak.change_client("school", "books-webshop", secret=self.webshop.secret,
                                    redirectUris=[REDIRECT, f"{self.webshop.base}/*"])
        for client in ("exercises", "reader", "canteen"):
            self.keycloak.admin("POST", "/school/clients", {**example, "clientId": client})
        for client in ("books-webshop", "exercises", "reader", "canteen"):
            now = self.keycloak.client("school", client)
            # without it, Keycloak tells a client that its own token is not active
            told = {**audience, "config": {"included.client.audience": client,
                                           "access.token.claim": "true"}}
            self.keycloak.change_client(
                "school", client, implicitFlowEnabled=True, serviceAccountsEnabled=True,
                directAccessGrantsEnabled=True,
                attributes={"standard.token.exchange.enabled": "true"})
            self.keycloak.admin(
                "POST", f"/school/clients/{now['id']}/protocol-mappers/models", told)

    def make_saml_clients(self, example):
        for service in self.services:
            settings = {"redirectUris": [service.consumer]}
            if service is not self.books:
                self.keycloak.admin("POST", "/school/clients", {
                    **example, **settings, "clientId": service.entity})
            self.keycloak.change_client(
                "school", service.entity, **settings,
                attributes={"saml_assertion_consumer_url_post": service.consumer,
                            "saml_single_logout_service_url_redirect":
                                f"{service.base}/mellon/logout",
                            "saml.client.signature": "true",
                            "saml.signing.certificate": service.pair.base64,
                            "saml.encryption.certificate":
                                (service.encrypt_to or service.pair).base64})

    def make_keys(self):
        """Keys for each algorithm, which Keycloak would else make at the first login by it."""
        for provider, settings in [
                ("ecdsa-generated", {"ecdsaEllipticCurveKey": "P-256"}),
                ("ecdsa-generated", {"ecdsaEllipticCurveKey": "P-521"}),
                ("eddsa-generated", {"eddsaEllipticCurveKey": "Ed25519"}),
                ("rsa-generated", {"algorithm": "PS256"}),
                ("rsa-generated", {"algorithm": "RS512"})]:
            self.keycloak.admin("POST", "/school/components", {
                "name": provider, "providerId": provider,
                "providerType": "org.keycloak.keys.KeyProvider",
                "config": {name: [value] for name, value in settings.items()}})

    # --- what a client and its browser do -------------------------------------------------------

    def browser(self, behind=False):
        """One that comes through the gateway, or behind its back."""
        return self.keycloak.browser() if behind else Browser()

    def get(self, path, behind=False, **headers):
        return self.browser(behind).once(f"https://{self.host}{path}", headers=headers)

    def post(self, endpoint, client=None, behind=False, headers=None, **form):
        """A form to an endpoint of OpenID Connect, from a client that authenticates itself."""
        if client:
            secret = self.keycloak.client("school", client)["secret"]
            basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
            headers = {"Authorization": f"Basic {basic}", **(headers or {})}
        return self.browser(behind).once(f"https://{self.host}{ENDPOINTS}/{endpoint}", form,
                                         headers=headers)

    def authorize(self, client, browser, **more):
        """The answer to an authorization request."""
        query = urllib.parse.urlencode({
            "client_id": client, "redirect_uri": REDIRECT, "scope": "openid",
            "response_type": "code", "state": "st&ate", "nonce": "no+nce", **more})
        return browser.once(f"https://{self.host}{ENDPOINTS}/auth?{query}")

    @staticmethod
    def sign_in(browser, page, person):
        """The answer to the login form; redirects are not followed."""
        form = page.forms[0]
        return browser.once(form["action"], {
            **form["fields"], "username": person.user, "password": person.password})

    def log_in(self, client, person, browser=None, behind=False, **more):
        """The authorization response to a login."""
        browser = browser or self.browser(behind)
        return self.sign_in(browser, self.authorize(client, browser, **more), person)

    def code_flow(self, client, person, browser=None, behind=False, **more):
        """The answer of the token endpoint to a login by code."""
        code = parameters(self.log_in(client, person, browser, behind, **more))["code"]
        return self.post("token", client, behind, grant_type="authorization_code", code=code,
                         redirect_uri=REDIRECT)

    def userinfo(self, token, behind=False):
        return self.get(f"{ENDPOINTS}/userinfo", behind, Authorization=f"Bearer {token}")

    def account(self, token):
        """The account API, which shows the whole profile to who has an access token."""
        return self.get(f"{REALM}/account/", Authorization=f"Bearer {token}",
                        Accept="application/json")

    def claims(self, token, behind=False):
        """The claims of a token, which verifies by the keys that clients find."""
        header = header_of(token)
        keys = self.get(f"{ENDPOINTS}/certs", behind).json()["keys"]
        key, = [key for key in keys if key["kid"] == header["kid"]]
        assert key["alg"] == header["alg"]
        signed = jws.JWS()
        signed.allowed_algs = [header["alg"]]
        signed.deserialize(token, jwk.JWK(**key))
        return json.loads(signed.payload)


def parameters(answer):
    """The parameters of an authorization response, from query, fragment or form."""
    if answer.status == 200:
        return answer.forms[0]["fields"]
    parts = urllib.parse.urlsplit(answer.headers["Location"])
    return dict(urllib.parse.parse_qsl(parts.fragment or parts.query))


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def header_of(token):
    return decoded(token.split(".")[0])


def half(text):
    """The at_hash or c_hash of a text, for an algorithm with SHA-256."""
    made = hashlib.sha256(text.encode()).digest()[:16]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
