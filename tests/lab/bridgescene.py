# SPDX-License-Identifier: GPL-3.0-or-later
"""A school in the cloud: an OpenID provider, our identity provider behind mod_auth_openidc, and
suppliers on mod_auth_mellon."""
import dataclasses
import secrets
import urllib.parse

from . import php
from .bridgestage import Partner
from .browser import Browser
from .client import Client
from .httpd import Httpd
from .op import CLAIMS, MANY, Op
from .scene import Setting, received
from .service import SITE, Service, Services

PATH = "/saml/idp"
FOR_ALL = "/for-all"  # gives a session to everybody whom the provider knows
ADMITTED = "\n  ".join(f"Require claim eduPersonAffiliation:{kind}" for kind in (
    "student", "employee"))


def default_services():
    """mod_auth_mellon finds the session that is to end by its NameID, and refuses if it is that of
    another browser of the same student; so each login has another NameID."""
    return [Service("Digital books", "https://books.example/saml", extra="EckidNameId transient",
                    logout=True),
            Service("Exercises", "https://exercises.example/saml", sign="assertion",
                    attribute='"urn:mace:surf.nl:attribute-def:eckid" format=uri friendly=eckid',
                    release=("eduPersonAffiliation",), encrypt="on",
                    extra="EckidNameId transient", logout=True)]


@dataclasses.dataclass
class Hub(Service):
    """One like Entree, which asks for the suppliers behind it and knows users as uid@realm. That
    NameID is the same in all browsers of a student, so they can log out at it in one of them."""
    realm: str = "entree.example"

    def __post_init__(self):
        self.extra = f'EckidNameId unspecified uid "([^@]+)@.*" "$1@{self.realm}"'


def hub():
    return Hub("Hub", "https://entree.example/saml", release=("uid",), logout=True)


class BridgeScene(Setting):
    """The whole of it, ended with its place."""

    def __init__(self, place, services=None, say=lambda text: None, idp="", partners=(), **more):
        """idp: more lines for it. partners: suppliers that a test plays, by name."""
        super().__init__(place, **more)
        self.idp_lines = idp
        self.partners = [Partner(place, name) for name in partners]
        self.services = default_services() if services is None else services
        self.hosts = Services(place, self.services)
        self.gateway = self.httpd("idp", "", modules=["authn_core", "authz_user", "auth_openidc"])
        self.base = f"http://login.{SITE}:{self.gateway.port}{PATH}"
        self.client = Client("The identity provider", "bridge", release=CLAIMS)
        self.client.base = f"http://login.{SITE}:{self.gateway.port}/saml"
        self.client.options = {
            "oidcRPMetaDataOptionsPostLogoutRedirectUris": f"{self.base}/logout",
            "oidcRPMetaDataOptionsLogoutBypassConfirm": 1}
        say("starting the OpenID provider in the cloud: LemonLDAP::NG")
        cloud = Httpd(place, "cloud", "")
        self.issuer = f"http://op.localhost:{cloud.port}"
        self.op = Op(place, self.school, self.people, [self.client], self.issuer).start()
        cloud.conf_file.write_text(cloud.text + self.op.conf())
        cloud.start()
        say("starting httpd with mod_auth_openidc and mod_eckid, the identity provider")
        self.sessions = place.dir("sessions")  # in shared memory a restart would end them
        self.sessions.chmod(0o777)
        self.gateway.conf_file.write_text(self.gateway.text + self.idp_conf())
        self.gateway.start()
        names = ", ".join(service.name for service in self.services)
        say(f"starting {names}: mod_auth_mellon in another httpd")
        metadata = Browser().go(self.base).text
        self.hosts.start(metadata, php.start(place, "pages"))

    def renew(self):
        """Where mod_auth_openidc sends a user to log in anew, whatever session there is."""
        return (f"/saml/callback?iss={urllib.parse.quote(self.issuer, '')}"
                "&auth_request_params=prompt%3Dlogin&target_link_uri=")

    def blocks(self):
        return "\n".join(service.block().replace(
            f"EckidConsumer {service.consumer}", f"EckidSupplierMetadata {service.metadata}")
                         for service in self.services) + "".join(
                             partner.block() for partner in self.partners)

    def idp_conf(self):
        secret = self.place.file("nameid.secret", secrets.token_bytes(48), 0o600)
        mapping = "\n".join(f"EckidIdpAttribute {name} OIDC_CLAIM_{name}" + (
            " separator=;" if name in MANY else "") for name in CLAIMS)
        conf = self.conf(None, self.blocks(), EckidIdpMetadata=None, extra=f"""
EckidIdp {self.base}
EckidIdpNameIdSecret {secret} uid
EckidIdpAuthnInstant OIDC_CLAIM_auth_time
EckidIdpRenew {self.renew()}
EckidIdpLogout /saml/callback?logout=
{self.idp_lines}
{mapping}
""")
        return f"""
OIDCProviderMetadataURL {self.issuer}/.well-known/openid-configuration
OIDCClientID {self.client.client_id}
OIDCClientSecret {self.client.secret}
OIDCRedirectURI {self.client.redirect_uri}
OIDCCryptoPassphrase {secrets.token_hex(16)}
OIDCScope "openid profile email"
OIDCCookieSameSite Off
OIDCCacheType file
OIDCCacheDir {self.sessions}
OIDCPassClaimsAs environment
OIDCClaimDelimiter ;
OIDCHTTPTimeoutShort 60
OIDCHTTPTimeoutLong 60
<Location {PATH}>
  LogLevel authz_core:crit
  SetHandler eckid-idp
  {conf}
</Location>
<Location {PATH}/login>
  AuthType openid-connect
  OIDCPathAuthRequestParams max_age=36000
  {ADMITTED}
</Location>
<Location {PATH}/passive>
  AuthType openid-connect
  OIDCUnAuthAction pass
  {ADMITTED}
</Location>
<Location {PATH}/again>
  AuthType openid-connect
  OIDCPathAuthRequestParams prompt=login
  {ADMITTED}
</Location>
<Location /saml/callback>
  AuthType openid-connect
  Require valid-user
</Location>
<Location {FOR_ALL}>
  AuthType openid-connect
  Require valid-user
</Location>
"""

    def log_in(self, person, service, browser=None):
        """Logs a person in at a service, as a browser would; returns the last page."""
        browser = browser or Browser(Accept="text/html")
        page = browser.go(service.base + "/")
        if page.forms and "password" in page.forms[0]["fields"]:
            page = browser.submit(page, user=person.user, password=person.password)
        return browser.submit(page) if page.forms else page

    @staticmethod
    def log_out(browser, service):
        """Logs out at a service; the page on which the browser ends."""
        return browser.go(f"{service.base}/mellon/logout?ReturnTo={service.base}/")

    def is_logged_in(self, browser, service):
        """Whether the service serves the browser without asking anybody."""
        return browser.once(service.base + "/").status == 200

    def enter(self, person, browser):
        """Gives the browser a session where everybody is admitted."""
        page = browser.go(self.base.removesuffix(PATH) + FOR_ALL)
        return browser.submit(page, user=person.user, password=person.password)

    def known(self, person):
        """What the cloud knows about a person; our identity provider is told all of it."""
        return {k: v for k, v in person.attributes(self.school).items() if k in CLAIMS}

    def expected(self, person, service):
        """The attributes that a service should receive."""
        attributes = {k: v for k, v in self.known(person).items() if k in service.release}
        if person.eckid:
            attributes[service.eckid_name] = [person.eckid]
        if isinstance(service, Hub):
            attributes["NAME_ID"] = [f"{person.user}@{service.realm}"]
        return attributes


__all__ = ["BridgeScene", "received"]
