# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's SAML identity provider: SimpleSAMLphp under PHP-FPM, configured from scratch."""
import json
import os
import pathlib
import urllib.parse

from . import php
from .pki import Pair
from .saml import ENTITY, UNSPECIFIED, metadata

EMPTY = '<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>'
WWW = pathlib.Path("/usr/share/simplesamlphp/www")

FPM = """
env[SIMPLESAMLPHP_CONFIG_DIR] = {root}/config
php_admin_value[error_log] = {root}/php.log
php_admin_value[session.save_path] = {root}/data
php_admin_value[opcache.enable] = 1
php_admin_value[opcache.revalidate_freq] = 0
"""


def php_source(value):
    """A value as PHP source."""
    if isinstance(value, dict):
        pairs = (f"{php_source(k)} => {php_source(v)}" for k, v in value.items())
        return "[" + ", ".join(pairs) + "]"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(php_source(v) for v in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


class SimpleSaml:
    """One instance; an httpd reaches it through the lines of conf(). It takes its URL from the
    requests."""
    NAME = "SimpleSAMLphp on PHP-FPM"
    METADATA = "/simplesaml/saml2/idp/metadata.php"
    SIGNS = ("assertion", "response", "both")
    PATH = "/simplesaml"

    def __init__(self, place, school, people, services, base, instant=None):
        """instant: an attribute for the time at which the user logged in."""
        self.place, self.school, self.base, self.instant = place, school, base, instant
        self.root = place.dir("idp")
        self.pair = Pair(place, "idp")
        self.php_port = None
        for name in ("config", "metadata", "data", "log", "tmp"):
            place.dir(f"idp/{name}").chmod(0o777)
        place.file("idp/cert/idp.key", self.pair.key_file.read_bytes(), 0o644)
        place.file("idp/cert/idp.crt", self.pair.crt_file.read_bytes())
        self.suppliers = place.file("idp/suppliers.xml", EMPTY)
        self.write_config()
        self.write_accounts(people)
        self.write_metadata(services)

    def start(self):
        self.php_port = php.start(self.place, "idp", FPM.format(root=self.root), children=4)
        return self

    def add(self, supplier):
        """One more service, by its metadata."""
        self.suppliers.write_text(supplier)

    def write_php(self, name, text):
        self.place.file(f"idp/{name}", f"<?php\n{text}\n")

    def write_accounts(self, people):
        """Who can log in from now on."""
        self.place.replace("idp/config/authsources.php", "<?php\n$config = " + php_source({
            "school": {"0": "exampleauth:UserPass", **{
                f"{p.user}:{p.password}": p.attributes(self.school) for p in people}},
        }).replace("'0' =>", "") + ";\n")

    def write_config(self):
        self.write_php("config/config.php", "$config = " + php_source({
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

    def write_metadata(self, services):
        """Services without settings of their own, which come later, get encrypted logins where
        their metadata has a key for that."""
        hosted = {"host": "__DEFAULT__", "privatekey": "idp.key", "certificate": "idp.crt",
                  "auth": "school", "saml20.ecp": True, "assertion.encryption": True,
                  "NameIDFormat": [UNSPECIFIED],
                  "sign.logout": True,
                  "authproc": {10: {"class": "saml:AttributeNameID", "attribute": "uid",
                                    "Format": UNSPECIFIED}}}
        if self.instant:
            hosted["authproc"][20] = {
                "class": "core:PHP",
                "code": f"$attributes['{self.instant}'] = [(string) \\SimpleSAML\\Session::"
                        "getSessionFromRequest()->getAuthData('school', 'AuthnInstant')];"}
        self.write_php("metadata/saml20-idp-hosted.php",
                       f"$metadata[{php_source(ENTITY)}] = {php_source(hosted)};")
        self.write_php("metadata/saml20-sp-remote.php", "\n".join(
            f"$metadata[{php_source(s.entity)}] = {php_source(self.settings(s))};"
            for s in services))

    @staticmethod
    def settings(service):
        to = service.encrypt_to
        keys = [{"type": "X509Certificate", "signing": False, "encryption": True,
                 "X509Certificate": to.base64}] if to else []
        return {"AssertionConsumerService": service.consumer, "NameIDFormat": UNSPECIFIED,
                "saml20.sign.response": service.sign in ("response", "both"),
                "saml20.sign.assertion": service.sign in ("assertion", "both"),
                "assertion.encryption": bool(to), "keys": keys}

    def conf(self):
        """The lines for an httpd that runs it as its own PHP."""
        return f"""
Alias /simplesaml {WWW}
<Directory {WWW}>
  Require all granted
  <FilesMatch "\\.php$">
    SetHandler "proxy:fcgi://127.0.0.1:{self.php_port}"
  </FilesMatch>
</Directory>
"""

    def initiated(self, base, service):
        """The URL at which a login at a service begins without a request of its."""
        query = urllib.parse.urlencode({"spentityid": service.entity})
        return f"{base}/simplesaml/saml2/idp/SSOService.php?{query}"

    @staticmethod
    def credentials(person):
        """The fields of its login form."""
        return {"username": person.user, "password": person.password}

    def metadata(self, base):
        """Its metadata at that URL."""
        path = f"{base}/simplesaml/saml2/idp"
        return metadata(self.pair, f"{path}/SSOService.php", f"{path}/SingleLogoutService.php")
