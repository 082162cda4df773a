# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's SAML identity provider where the system has no SimpleSAMLphp: LemonLDAP::NG."""
import re
import urllib.parse

from . import php
from .lemon import Portal
from .pki import Pair, rsa_pem
from .saml import ENTITY, metadata

BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"


class LemonSaml(Portal):
    """One instance. It signs Assertions, and Responses as well where a service asks for it; none
    without its Assertion."""
    NAME = "LemonLDAP::NG"
    METADATA = "/saml/metadata"
    SIGNS = ("both",)
    PATH = "/"

    def __init__(self, place, school, people, services, base, instant=None):
        """instant: an attribute for the time at which the user logged in."""
        names = tuple(people[0].attributes(school))
        super().__init__(place, school, people, base, names, "idp")
        self.exported = {name: name for name in names} | (
            {"_lastAuthnUTime": instant} if instant else {})
        self.pair, self.services, self.late = Pair(place, "idp"), list(services), []
        self.php_port = None
        self.write(**self.role())

    def start(self):
        if not self.php_port:  # it runs no PHP itself, but pages of services are
            self.php_port = php.start(self.place, "pages")
        return super().start()

    def add(self, supplier):
        """One more service, by its metadata."""
        self.late.append(supplier)
        self.write(**self.role())
        self.process.stop()
        self.start()

    def role(self):
        known = {s.entity: (s.described_to_idp(), s.encrypt_to is not None) for s in self.services}
        late = {re.search('entityID="(.*?)"', text).group(1): (text, True) for text in self.late}
        every = {**known, **late}
        return {
            "issuerDBSAMLActivation": 1, "samlEntityID": ENTITY,
            "samlServicePrivateKeySig": rsa_pem(self.pair.key),
            "samlServicePublicKeySig": self.pair.crt_file.read_text(),
            "samlIDPSSODescriptorWantAuthnRequestsSigned": 0,
            "samlSPMetaDataXML": {self.key(entity): {"samlSPMetaDataXML": text}
                                  for entity, (text, _) in every.items()},
            "samlSPMetaDataOptions": {self.key(entity): self.options(encrypts)
                                      for entity, (_, encrypts) in every.items()},
            "samlSPMetaDataExportedAttributes": {self.key(entity): {
                name: f"0;{told};{BASIC}" for name, told in self.exported.items()}
                for entity in every},
        }

    @staticmethod
    def key(entity):
        """Its name for a service."""
        return re.sub("[^a-z0-9]", "-", entity)

    @staticmethod
    def options(encrypts):
        return {"samlSPMetaDataOptionsNameIDFormat": "unspecified",
                "samlSPMetaDataOptionsNameIDSessionKey": "uid",
                "samlSPMetaDataOptionsEnableIDPInitiatedURL": 1,
                "samlSPMetaDataOptionsSignSSOMessage": -1,
                "samlSPMetaDataOptionsCheckSSOMessageSignature": 0,
                "samlSPMetaDataOptionsCheckSLOMessageSignature": 0,
                "samlSPMetaDataOptionsNotOnOrAfterTimeout": 3600,
                "samlSPMetaDataOptionsSessionNotOnOrAfterTimeout": 3600,
                "samlSPMetaDataOptionsForceUTF8": 1,
                "samlSPMetaDataOptionsEncryptionMode": "assertion" if encrypts else "none"}

    def initiated(self, base, service):
        """The URL at which a login at a service begins without a request of its."""
        query = urllib.parse.urlencode({"IDPInitiated": 1, "sp": service.entity})
        return f"{base}/saml/singleSignOn?{query}"

    def metadata(self, base):
        """Its metadata at that URL."""
        return metadata(self.pair, f"{base}/saml/singleSignOn", f"{base}/saml/singleLogout")
