# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's identity provider: SimpleSAMLphp under PHP-FPM, configured from scratch."""
import json
import os
import pathlib
import pwd

from .pki import Pair
from .place import as_server

NOBODY = '<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>'
WWW = pathlib.Path("/usr/share/simplesamlphp/www")
ENTITY = "https://idp.school.example/saml"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

FPM = """
[global]
error_log = {root}/fpm.log
daemonize = no
[idp]
{user}
listen = 127.0.0.1:{port}
pm = static
pm.max_children = 4
clear_env = yes
env[SIMPLESAMLPHP_CONFIG_DIR] = {root}/config
php_admin_value[error_log] = {root}/php.log
php_admin_value[session.save_path] = {root}/data
php_admin_value[opcache.enable] = 1
"""


def php(value):
    """A value as PHP source."""
    if isinstance(value, dict):
        return "[" + ", ".join(f"{php(k)} => {php(v)}" for k, v in value.items()) + "]"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(php(v) for v in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


class Idp:
    """One instance; an httpd reaches it through the lines of conf()."""

    def __init__(self, place, school, people, services, host="idp.localhost", **options):
        self.place, self.school, self.host, self.options = place, school, host, options
        self.root = place.dir("idp")
        self.pair = Pair(place, "idp")
        self.port = place.port()
        for name in ("config", "metadata", "data", "log", "tmp"):
            place.dir(f"idp/{name}").chmod(0o777)
        place.file("idp/cert/idp.key", self.pair.key_file.read_bytes(), 0o644)
        place.file("idp/cert/idp.crt", self.pair.crt_file.read_bytes())
        self.suppliers = place.file("idp/suppliers.xml", NOBODY)  # metadata that come later
        self.write_config(people)
        self.write_metadata(services)
        user = f"user = {pwd.getpwnam('www-data').pw_name}\ngroup = www-data" if (
            os.geteuid() == 0) else ""
        place.file("idp/fpm.conf", FPM.format(root=self.root, port=self.port, user=user))

    def start(self):
        command = ["php-fpm8.2", "-y", str(self.root / "fpm.conf"), "-F"]
        self.place.start(as_server(command, self.root), "fpm").wait_for_port(self.port)
        return self

    def write_php(self, name, text):
        self.place.file(f"idp/{name}", f"<?php\n{text}\n")

    def write_config(self, people):
        self.write_php("config/config.php", "$config = " + php({
            "baseurlpath": "simplesaml/", "certdir": f"{self.root}/cert/",
            "loggingdir": f"{self.root}/log/", "datadir": f"{self.root}/data/",
            "tempdir": f"{self.root}/tmp/", "metadatadir": f"{self.root}/metadata/",
            "metadata.sources": [{"type": "flatfile"}, {"type": "xml", "file": self.suppliers}],
            "secretsalt": os.urandom(16).hex(),
            "auth.adminpassword": os.urandom(16).hex(), "technicalcontact_email": "na@example.org",
            "timezone": "Europe/Amsterdam", "logging.handler": "file", "logging.level": 4,
            "enable.saml20-idp": True,
            "module.enable": {"exampleauth": True, "core": True, "saml": True},
            "session.cookie.secure": False, "session.cookie.samesite": None,
            "session.phpsession.cookiename": "IdpSession", "store.type": "phpsession",
            "trusted.url.domains": None, "language.default": "en",
        }) + ";")
        self.write_php("config/authsources.php", "$config = " + php({
            "school": {"0": "exampleauth:UserPass", **{
                f"{p.user}:{p.password}": p.attributes(self.school) for p in people}},
        }).replace("'0' =>", "") + ";")

    def write_metadata(self, services):
        hosted = {"host": "__DEFAULT__", "privatekey": "idp.key", "certificate": "idp.crt",
                  "auth": "school", "saml20.ecp": True,
                  "NameIDFormat": [UNSPECIFIED],
                  "authproc": {10: {"class": "saml:AttributeNameID", "attribute": "uid",
                                    "Format": UNSPECIFIED}}, **self.options}
        self.write_php("metadata/saml20-idp-hosted.php",
                       f"$metadata[{php(ENTITY)}] = {php(hosted)};")
        self.write_php("metadata/saml20-sp-remote.php", "\n".join(
            f"$metadata[{php(s.entity)}] = {php(s.idp_settings())};" for s in services))

    def conf(self):
        """The lines for an httpd that runs it as its own PHP."""
        return f"""
Alias /simplesaml {WWW}
<Directory {WWW}>
  Require all granted
  <FilesMatch "\\.php$">
    SetHandler "proxy:fcgi://127.0.0.1:{self.port}"
  </FilesMatch>
</Directory>
"""

    def metadata(self, base):
        """Its metadata at that URL."""
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ENTITY}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{self.pair.base64}\
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" \
Location="{base}/simplesaml/saml2/idp/SingleLogoutService.php"/>
<md:NameIDFormat>{UNSPECIFIED}</md:NameIDFormat>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" \
Location="{base}/simplesaml/saml2/idp/SSOService.php"/>
</md:IDPSSODescriptor></md:EntityDescriptor>
"""
