# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of the OpenID provider: mod_auth_openidc in an httpd of their own."""
import dataclasses
import json
import pathlib
import re
import secrets
import shlex

from .httpd import Httpd

SHOW = pathlib.Path(__file__).with_name("claims.php")
RELEASE = ("uid", "givenName", "eduPersonAffiliation")


@dataclasses.dataclass
class Client:
    name: str
    client_id: str
    is_supplier: bool = True
    attribute: str = "eckId"
    release: tuple = RELEASE
    alg: str = "RS256"  # by which its tokens are signed for it
    alg_in: str = "RS256"  # and by which the provider signs them
    userinfo_only: bool = False  # whether the provider has claims in userinfo alone
    client_options: str = ""  # more behind EckidClient; may be a function of place and client
    extra: str = ""  # more lines for the supplier's block
    conf: str = ""  # more lines for mod_auth_openidc
    response: str = "code"
    mode: str = None  # response_mode
    options: dict = dataclasses.field(default_factory=dict)  # more at the provider
    secret: str = dataclasses.field(default_factory=lambda: secrets.token_hex(24))
    base: str = None  # its URL, once its httpd has a port

    @property
    def eckid_name(self):
        return shlex.split(self.attribute)[0]

    @property
    def redirect_uri(self):
        return f"{self.base}/callback"

    def block(self):
        """The <EckidSupplier> of the client."""
        release = " ".join(f'"{name}"' for name in self.release) or "none"
        alg = f" alg={self.alg}" if self.alg != "RS256" else ""
        return f"""
<EckidSupplier urn:{self.client_id}>
  EckidClient {self.client_id}{alg} {self.client_options}
  EckidName {self.attribute}
  EckidRelease {release}
  {self.extra}
</EckidSupplier>
"""


class Clients:
    """All clients in one httpd, each with its own host name."""

    def __init__(self, place, clients, name="clients"):
        self.place, self.clients = place, clients
        self.httpd = Httpd(place, name, "", modules=["authn_core", "authz_user", "auth_openidc"])
        for number, client in enumerate(clients):
            client.base = f"http://client{number}.localhost:{self.httpd.port}"

    def start(self, issuer, fcgi_port):
        conf = "\n".join(self.host(client, issuer, fcgi_port) for client in self.clients)
        self.httpd.conf_file.write_text(self.httpd.text + conf)
        self.httpd.start()
        return self

    def host(self, client, issuer, fcgi_port):
        mode = f"OIDCResponseMode {client.mode}" if client.mode else ""
        return f"""
<VirtualHost 127.0.0.1:{self.httpd.port}>
  ServerName {client.base.split('//')[1].split(':')[0]}
  UseCanonicalName Off
  ProxyPass /callback !
  ProxyPass / fcgi://127.0.0.1:{fcgi_port}{SHOW}/
  SetEnv SERVICE_NAME "{client.name}"
  OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
  OIDCClientID {client.client_id}
  OIDCClientSecret {client.secret}
  OIDCRedirectURI {client.redirect_uri}
  OIDCCryptoPassphrase {secrets.token_hex(16)}
  OIDCScope "openid profile email offline_access"
  OIDCResponseType "{client.response}"
  {mode}
  {client.conf}
  OIDCIDTokenSignedResponseAlg {client.alg}
  OIDCCookieSameSite Off
  OIDCPassIDTokenAs payload
  OIDCPassUserInfoAs json
  OIDCPassClaimsAs environment
  OIDCPassRefreshToken On
  OIDCUserInfoRefreshInterval 3600
  OIDCHTTPTimeoutShort 60
  OIDCHTTPTimeoutLong 60
  <Location />
    AuthType openid-connect
    Require valid-user
  </Location>
</VirtualHost>
"""


def received(answer):
    """What a client's page says it received: claims of the ID token and of userinfo, or None."""
    match = re.search(r'id="received">(.*?)</script>', answer.text, re.S)
    return json.loads(match.group(1)) if match else None
