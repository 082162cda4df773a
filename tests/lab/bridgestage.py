# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider behind a database of users (mod_authn_dbd), and its suppliers."""
import base64
import dataclasses
import hashlib
import html
import os
import re
import secrets
import sqlite3
import subprocess
import urllib.parse
import zlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

from .browser import Browser
from .pki import Pair
from .scene import Setting
from .signer import NS, SIGNATURE, instant

BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
COLUMNS = ("uid", "employeeNumber", "givenName", "sn", "mail", "eduPersonAffiliation")
PATH = "/saml/idp"

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity}"><md:SPSSODescriptor{wishes}
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo>
<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</md:KeyDescriptor>{logout}<md:AssertionConsumerService index="0" isDefault="true"
 Location="{consumer}" Binding="{bindings}HTTP-POST"/><md:AssertionConsumerService index="1"
 Location="{consumer}/two" Binding="{bindings}HTTP-POST"/><md:AssertionConsumerService index="2"
 Location="{consumer}/artifact" Binding="{bindings}HTTP-Artifact"/>
</md:SPSSODescriptor></md:EntityDescriptor>"""

REQUEST = """<samlp:{name} xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="{id}" \
Version="{version}" IssueInstant="{instant}"{destination}{attributes}>\
<saml:Issuer>{issuer}</saml:Issuer>{signature}{children}</samlp:{name}>"""


@dataclasses.dataclass
class Partner:
    """A supplier as a test plays it."""
    place: object
    name: str
    key: str = "rsa"
    wishes: str = ""  # attributes of its SPSSODescriptor
    logout: str = ""
    extra: str = ""  # more lines for its block
    release: str = "uid eduPersonAffiliation"

    def __post_init__(self):
        self.entity, self.consumer = f"https://{self.name}.example/saml", (
            f"https://{self.name}.example/acs")
        self.pair = Pair(self.place, f"partner-{self.name}", self.key)
        self.metadata = self.place.file(f"partners/{self.name}.xml", METADATA.format(
            entity=self.entity, wishes=self.wishes, certificate=self.pair.base64,
            logout=self.logout, consumer=self.consumer, bindings=BINDINGS))

    def block(self):
        return f"""
<EckidSupplier {self.entity}>
  EckidSupplierMetadata {self.metadata}
  EckidName eckId
  EckidRelease {self.release}
  {self.extra}
</EckidSupplier>
"""

    def request(self, destination, attributes="", children="", signature="", **more):
        """The XML of an AuthnRequest; destination None leaves it out."""
        values = {"name": "AuthnRequest", "id": f"_{secrets.token_hex(8)}", "version": "2.0",
                  "instant": instant(0), "issuer": self.entity, **more}
        return REQUEST.format(
            **NS, **values, attributes=attributes, children=children, signature=signature,
            destination=f' Destination="{destination}"' if destination else "")

    def signed(self, destination, pair=None, name="AuthnRequest", **more):
        """The same with a signature within, by xmlsec1."""
        pair, number = pair or self.pair, f"_{secrets.token_hex(8)}"
        method = MORE + ("rsa-sha256" if self.key == "rsa" else "ecdsa-sha256")
        template = SIGNATURE.format(method=method, id=number, certificate=pair.base64)
        path = self.place.file("partners/template.xml", self.request(
            destination, id=number, signature=template, name=name, **more))
        done = subprocess.run(
            ["xmlsec1", "--sign", "--id-attr:ID", f"{NS['samlp']}:{name}", "--privkey-pem",
             f"{pair.key_file},{pair.crt_file}", str(path)], capture_output=True, check=True)
        return done.stdout.decode().split("?>", 1)[1].strip()

    def signature(self, octets, pair=None):
        key = (pair or self.pair).key
        if self.key == "rsa":
            return key.sign(octets.encode(), padding.PKCS1v15(), hashes.SHA256())
        r, s = utils.decode_dss_signature(key.sign(octets.encode(), ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def query(self, xml, relay_state=None, sign=True, pair=None, quote=urllib.parse.quote_plus,
              parameter="SAMLRequest"):
        """The query of the HTTP-Redirect binding."""
        parts = [f"{parameter}={quote(deflated(xml))}"]
        if relay_state is not None:
            parts.append(f"RelayState={quote(relay_state)}")
        if sign:
            method = MORE + ("rsa-sha256" if self.key == "rsa" else "ecdsa-sha256")
            parts.append(f"SigAlg={quote(method)}")
            value = base64.b64encode(self.signature("&".join(parts), pair)).decode()
            parts.append(f"Signature={quote(value)}")
        return "&".join(parts)


def deflated(xml):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = xml.encode() if isinstance(xml, str) else xml
    return base64.b64encode(packer.compress(data) + packer.flush()).decode()


def hashed(password):
    return "{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()


class BridgeStage(Setting):
    """An httpd that is the identity provider, for the partners."""
    MODULES = ("dbd", "authn_dbd", "auth_basic")

    def __init__(self, place, partners=None, idp="", extra="", protected="", instead=None,
                 attributes=None, http2=False, **more):
        super().__init__(place, **more)
        self.partners = partners or [Partner(place, "books")]
        self.books = self.partners[0]
        self.users = place.path / "users.db"
        self.add_users(self.people)
        self.secret = place.file("nameid.secret", secrets.token_bytes(48), 0o600)
        self.gateway = self.httpd("idp", "", modules=[
            "authn_core", "authz_user", *self.MODULES, *(["http2"] if http2 else [])])
        self.base = f"http://login.localhost:{self.gateway.port}{PATH}"
        self.attributes = attributes or "\n".join(
            f"EckidIdpAttribute {name} {self.variable(name)}" + (
                " separator=;" if name == "eduPersonAffiliation" else "") for name in COLUMNS)
        blocks = "\n".join(partner.block() for partner in self.partners)
        conf = self.conf(None, blocks, extra=f"{self.idp_lines()}\n{idp}",
                         **{"EckidIdpMetadata": None, **(instead or {})})
        self.gateway.conf_file.write_text(self.gateway.text + f"""
{"Protocols h2c http/1.1" if http2 else ""}
{extra}
<Location {PATH}>
  SetHandler eckid-idp
  {conf}
</Location>
{self.authentication(protected)}
""")

    def add_users(self, people):
        with sqlite3.connect(self.users) as users:
            users.execute(f"CREATE TABLE IF NOT EXISTS users (user, password, "
                          f"{', '.join(COLUMNS)})")
            for person in people:
                values = person.attributes(self.school)
                users.execute(
                    f"INSERT INTO users VALUES ({','.join('?' * (len(COLUMNS) + 2))})",
                    [person.user, hashed(person.password),
                     *(";".join(values[name]) for name in COLUMNS)])
        os.chmod(self.users, 0o644)

    @staticmethod
    def variable(attribute):
        """Where the authentication module puts an attribute."""
        return f"AUTHENTICATE_{attribute.upper()}"

    def authentication(self, protected):
        """The lines of the authentication module."""
        return f"""
DBDriver sqlite3
DBDParams {self.users}
DBDPersist Off
<Location {PATH}/login>
  AuthType Basic
  AuthName school
  AuthBasicProvider dbd
  AuthDBDUserPWQuery "SELECT password, {', '.join(COLUMNS)} FROM users WHERE user = %s"
  Require valid-user
  {protected}
</Location>
"""

    def idp_lines(self):
        return f"""
EckidIdp {self.base}
EckidIdpNameIdSecret {self.secret}
{self.attributes}
"""

    def start(self):
        self.gateway.start()
        return self

    @property
    def sso(self):
        return f"{self.base}/sso"

    @property
    def slo(self):
        return f"{self.base}/slo"

    @staticmethod
    def browser(person=None, **headers):
        """A browser; of a person, it answers the question for a password at once."""
        if person:
            basic = base64.b64encode(f"{person.user}:{person.password}".encode()).decode()
            headers["Authorization"] = f"Basic {basic}"
        return Browser(**headers)

    def redirect(self, person, query, **headers):
        return self.browser(person, **headers).go(f"{self.sso}?{query}")

    def post(self, person, xml, relay_state=None):
        return self.browser(person).go(self.sso, posted(xml, relay_state))

    def log_in(self, person=None, partner=None, relay_state=None, **request):
        """A login by a signed request; the page that takes the answer to the supplier."""
        partner = partner or self.books
        xml = partner.request(self.sso, **request)
        return self.redirect(person or self.student, partner.query(xml, relay_state))

    def last_line(self, *words):
        lines = self.gateway.lines("ECK", *words)
        return lines[-1] if lines else ""


def posted(xml, relay_state=None, parameter="SAMLRequest"):
    """The fields of the HTTP-POST binding."""
    fields = {parameter: base64.b64encode(xml.encode()).decode()}
    return fields if relay_state is None else {**fields, "RelayState": relay_state}


def xml_in(answer):
    """The Response that a page posts."""
    return base64.b64decode(answer.forms[0]["fields"]["SAMLResponse"]).decode()


def status_in(xml):
    """The codes of a Response, without what they all begin with."""
    return re.findall('StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:([^"]*)"', xml)


def name_id_in(xml):
    found = re.search(r"<saml:NameID([^>]*)>([^<]*)<", xml)
    return (dict(re.findall('([^ =]+)="([^"]*)"', found[1])), html.unescape(found[2])) if found \
        else (None, None)
