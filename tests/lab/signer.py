# SPDX-License-Identifier: GPL-3.0-or-later
"""Login responses as an identity provider would make them, signed and verified by xmlsec1."""
import base64
import dataclasses
import datetime
import html
import re
import subprocess
from typing import Callable

from .pki import Pair

NS = {"samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
      "saml": "urn:oasis:names:tc:SAML:2.0:assertion"}
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
ENTITY = "https://replay.school.example/saml"

SIGNATURE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>\
<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="#{id}"><ds:Transforms>\
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>\
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>\
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/>\
</ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data>\
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"""

RESPONSE = """<samlp:Response xmlns:samlp="{samlp}" xmlns:saml="{saml}" ID="_r{n}" Version="2.0" \
IssueInstant="{now}" Destination="{consumer}" InResponseTo="_q{n}">\
<saml:Issuer>{issuer}</saml:Issuer>\
{outer}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/>\
</samlp:Status>{assertion}</samlp:Response>"""

ASSERTION = """<saml:Assertion xmlns:saml="{saml}" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_a{n}" Version="2.0" \
IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>{inner}<saml:Subject>\
<saml:NameID>{name_id}</saml:NameID><saml:SubjectConfirmation \
Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData \
NotOnOrAfter="{end}" Recipient="{consumer}" InResponseTo="_q{n}"/></saml:SubjectConfirmation>\
</saml:Subject><saml:Conditions NotBefore="{start}" NotOnOrAfter="{end}"><saml:AudienceRestriction>\
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
<saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext><saml:AuthnContextClassRef>\
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>\
</saml:AuthnStatement>{statement}</saml:Assertion>"""


def attribute(name, values):
    inner = "".join(f'<saml:AttributeValue xsi:type="xs:string">{html.escape(v)}'
                    "</saml:AttributeValue>" for v in values)
    return f'<saml:Attribute Name="{name}">{inner}</saml:Attribute>'


def instant(minutes):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclasses.dataclass
class Login:
    """The content of a response."""
    consumer: str
    audience: str
    attributes: dict
    name_id: str = "somebody@school.example"
    sign: str = "assertion"
    status: str = "Success"
    issuer: str = ENTITY
    minutes: int = 60  # until it ends
    extra: str = ""  # XML behind the attributes
    change: Callable[[str], str] = str  # of the XML, before it is signed
    encrypt: Callable[[str], str] = str  # the signed Assertion, before the Response is signed
    change_signature: Callable[[str], str] = str  # of each signature, before it is made
    n: int = 1


class Signer:
    """An identity provider's key."""

    def __init__(self, place, kind="rsa", name="replay-idp"):
        self.place, self.kind, self.calls = place, kind, 0
        self.pair = Pair(place, name, kind)

    def template(self, element):
        method = MORE + ("ecdsa-sha256" if self.kind == "ec" else "rsa-sha256")
        return SIGNATURE.format(method=method, id=element, certificate=self.pair.base64)

    def response(self, login):
        """The signed XML."""
        self.calls += 1
        outer, inner = login.sign in ("response", "both"), login.sign in ("assertion", "both")
        values = dict(NS, n=login.n, now=instant(0), start=instant(-1), end=instant(login.minutes),
                      consumer=login.consumer, issuer=login.issuer, name_id=login.name_id,
                      audience=login.audience, status=login.status)
        attributes = "".join(attribute(*item) for item in login.attributes.items()) + login.extra
        def template(wanted, element):
            return login.change_signature(self.template(element)) if wanted else ""

        assertion = ASSERTION.format(
            inner=template(inner, f"_a{login.n}"), **values,
            statement=f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>"
            if attributes else "")
        xml = login.change(RESPONSE.format(outer=template(outer, f"_r{login.n}"),
                                           assertion=assertion, **values))
        if inner:
            xml = self.sign(xml, "//*[local-name()='Assertion']/*[local-name()='Signature']")
        xml = re.sub("<saml:Assertion.*</saml:Assertion>",
                     lambda found: login.encrypt(found[0]), xml, flags=re.S)
        if outer:
            xml = self.sign(xml, "/*/*[local-name()='Signature']")
        return xml

    def sign(self, xml, xpath):
        path = self.place.file(f"signer/{self.pair.key_file.stem}-{self.calls}.xml", xml)
        done = subprocess.run(
            ["xmlsec1", "--sign", "--id-attr:ID", f"{NS['saml']}:Assertion", "--id-attr:ID",
             f"{NS['samlp']}:Response", "--node-xpath", xpath, "--privkey-pem",
             str(self.pair.key_file), str(path)], capture_output=True, check=True)
        return done.stdout.decode().split("\n", 1)[1]

    def metadata(self):
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ENTITY}"><md:IDPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{self.pair.base64}</ds:X509Certificate></ds:X509Data>
</ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="http://idp.localhost/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""


def page(consumer, xml, value=None):
    """The page with which an identity provider sends a response."""
    value = value or base64.b64encode(xml.encode()).decode()
    return f"""<!DOCTYPE html>
<html><head><title>Bezig met inloggen</title></head>
<body onload="document.forms[0].submit()">
<form method="post" action="{html.escape(consumer)}">
<input type="hidden" name="SAMLResponse" value="{value}" />
<input type="hidden" name="RelayState" value="a&amp;b" />
<noscript><button type="submit">Verder</button></noscript>
</form></body></html>
"""


def verifies(place, xml, certificate, element):
    """Whether xmlsec1 verifies the signature in that element with that certificate."""
    path = place.file("signer/verify.xml", xml)
    protocol = "Response" if element == "Assertion" else element
    done = subprocess.run(
        ["xmlsec1", "--verify", "--id-attr:ID", f"{NS['saml']}:Assertion", "--id-attr:ID",
         f"{NS['samlp']}:{protocol}", "--id-attr:ID",
         "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor", "--node-xpath",
         f"//*[local-name()='{element}']/*[local-name()='Signature']", "--pubkey-cert-pem",
         str(certificate), "--enabled-key-data", "rsa,ecdsa", str(path)], capture_output=True)
    return done.returncode == 0


def decrypted(place, xml, pair):
    """What xmlsec1 makes of an EncryptedAssertion with that key; None if it cannot."""
    path = place.file("signer/decrypt.xml", xml)
    done = subprocess.run(["xmlsec1", "--decrypt", "--privkey-pem", str(pair.key_file), str(path)],
                          capture_output=True)
    return done.stdout.decode() if done.returncode == 0 else None


ENCRYPTED = """<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" \
Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod \
Algorithm="http://www.w3.org/{cipher}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\
<xenc:EncryptedKey{recipient}><xenc:EncryptionMethod Algorithm="http://www.w3.org/{transport}"/>\
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>\
</ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey>\
</ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"""


def encrypted(place, pair, xml, cipher="2009/xmlenc11#aes256-gcm", bits=256, recipient=None,
              transport="2001/04/xmlenc#rsa-oaep-mgf1p"):
    """An EncryptedAssertion that xmlsec1 makes of an element."""
    template = place.file("signer/template.xml", ENCRYPTED.format(
        cipher=cipher, transport=transport, certificate=pair.base64,
        recipient=f' Recipient="{recipient}"' if recipient else ""))
    plain = place.file("signer/plain.xml", xml)
    kind = "des" if "des" in cipher else "aes"
    done = subprocess.run(
        ["xmlsec1", "--encrypt", "--pubkey-cert-pem", str(pair.crt_file), "--session-key",
         f"{kind}-{bits}", "--xml-data", str(plain), str(template)],
        capture_output=True, check=True)
    data = done.stdout.decode().split("\n", 1)[1]
    return f'<saml:EncryptedAssertion xmlns:saml="{NS["saml"]}">{data}</saml:EncryptedAssertion>'
