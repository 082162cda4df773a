# SPDX-License-Identifier: GPL-3.0-or-later
"""The services where people of the school log in: mod_auth_mellon in an httpd of their own."""
import dataclasses
import json
import pathlib
import re
import shlex

from .httpd import Httpd
from .pki import Pair
from .saml import UNSPECIFIED

SHOW = pathlib.Path(__file__).with_name("show.php")
# One site to a browser, identity provider and services: their cookies have no SameSite, so that a
# browser would send them along with a login from another site within two minutes only.
SITE = "school.localhost"


def describe(service, signs, decrypts):
    """Metadata of a service with those pairs' certificates; None leaves one out."""
    keys = "".join(f"""
<md:KeyDescriptor use="{use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{pair.base64}\
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"""
                   for use, pair in (("signing", signs), ("encryption", decrypts)) if pair)
    return f"""
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{service.entity}">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}
{service.single_logout}<md:NameIDFormat>{UNSPECIFIED}</md:NameIDFormat>
<md:AssertionConsumerService index="0" isDefault="true" Location="{service.consumer}"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
</md:SPSSODescriptor></md:EntityDescriptor>
"""


@dataclasses.dataclass
class Service:
    name: str
    entity: str
    is_supplier: bool = True
    sign: str = "both"  # what the identity provider signs: assertion, response or both
    attribute: str = "eckId"
    release: tuple = ("uid", "givenName", "eduPersonAffiliation", "nlEduPersonHomeOrganization")
    encrypt: str = None  # its EckidEncryption; then EckidSupplierMetadata is written, too
    extra: str = ""  # more lines for the supplier's block
    pages: str = ""  # lines for httpd: where its pages come from, if it does not only show itself
    encrypt_to: Pair = None  # whose key the identity provider encrypts to, where it does
    logout: bool = False  # whether its metadata have a SingleLogoutService
    base: str = None  # its URL, once its httpd has a port
    pair: Pair = None  # its key and certificate, for both uses
    metadata: pathlib.Path = None

    @property
    def eckid_name(self):
        return shlex.split(self.attribute)[0]

    @property
    def consumer(self):
        return f"{self.base}/mellon/postResponse"

    @property
    def single_logout(self):
        return f"""<md:SingleLogoutService Location="{self.base}/mellon/logout"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/>
""" if self.logout else ""

    def described_to_idp(self):
        """Its metadata as the identity provider is given them."""
        return describe(self, self.pair, self.encrypt_to)

    def block(self):
        """The <EckidSupplier> of the service."""
        release = " ".join(f'"{name}"' for name in self.release) or "none"
        known = f"EckidSupplierMetadata {self.metadata}\n  EckidEncryption {self.encrypt}" if (
            self.encrypt) else f"EckidConsumer {self.consumer}"
        return f"""
<EckidSupplier {self.entity}>
  {known}
  EckidName {self.attribute}
  EckidRelease {release}
  {self.extra}
</EckidSupplier>
"""


class Services:
    """All services in one httpd, each with its own host name."""

    def __init__(self, place, services, **at):
        self.place, self.services = place, services
        self.httpd = Httpd(place, "services", "", env=self.small_ca(place),
                           modules=["authn_core", "authz_user", "auth_mellon"], **at)
        for number, service in enumerate(services):
            service.base = f"http://service{number}.{SITE}:{self.httpd.port}"
            service.pair = Pair(place, f"service{number}")
            service.metadata = place.file(f"services/service{number}.xml",
                                           describe(service, service.pair, service.pair))

    @staticmethod
    def small_ca(place):
        # lasso reads the whole CA bundle at each login; it has no use for it
        path = place.file("no-ca.pem", Pair(place, "unused", "ec").crt_file.read_bytes())
        return {"SSL_CERT_FILE": str(path), "SSL_CERT_DIR": str(place.dir("no-ca"))}

    def start(self, idp_metadata, fcgi_port):
        self.place.file("services/idp.xml", idp_metadata)
        conf = "\n".join(self.host(service, fcgi_port) for service in self.services)
        self.httpd.conf_file.write_text(self.httpd.text + conf)
        self.httpd.start()
        return self

    def host(self, service, fcgi_port):
        pair, metadata = service.pair, service.metadata
        pages = service.pages or f"ProxyPass / fcgi://127.0.0.1:{fcgi_port}{SHOW}/"
        return f"""
<VirtualHost *:{self.httpd.port}>
  ServerName {service.base.split('//')[1].split(':')[0]}
  UseCanonicalName Off
  ProxyPass /mellon !
  {pages}
  SetEnv SERVICE_NAME "{service.name}"
  # browsers refuse SameSite=None without https
  SetEnv MELLON_DISABLE_SAMESITE 1
  <Location />
    Require valid-user
    AuthType Mellon
    MellonEnable auth
    MellonEndpointPath /mellon
    MellonSPMetadataFile {metadata}
    MellonSPPrivateKeyFile {pair.key_file}
    MellonSPCertFile {pair.crt_file}
    MellonIdPMetadataFile {self.place.path}/services/idp.xml
    MellonSignatureMethod rsa-sha256
    MellonSecureCookie Off
    MellonEnvVarsSetCount On
    MellonVariable mellon{pair.key_file.stem}
  </Location>
</VirtualHost>
"""


def received(answer, service):
    """What a service's page says it received; None when it is no such page.

    In PHP's hands a dot in a name has become an underscore; the one name with dots is mended."""
    match = re.search(r'id="received">(.*?)</script>', answer.text)
    if not match:
        return None
    mended = {service.eckid_name.replace(".", "_"): service.eckid_name}
    return {mended.get(name, name): values for name, values in json.loads(match.group(1)).items()}
