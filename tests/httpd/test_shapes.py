# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid responses in the shapes that identity providers give them: a supplier's is rewritten, and
anyone else's passes byte for byte."""
import base64
import dataclasses
import re
import xml.etree.ElementTree as ET
from typing import Callable

import pytest

from conftest import checked_place
from lab.replay import answer
from lab.signer import NS, attribute, instant, page, verifies
from lab.stage import BOOKS, BOOKS_ACS, CANTEEN, CANTEEN_ACS, Stage

SAML = NS["saml"]
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
BEARER = re.compile("<saml:SubjectConfirmation .*?</saml:SubjectConfirmation>", re.S)


@dataclasses.dataclass
class Shape:
    """How a response differs from the usual one."""
    change: Callable[[str], str] = str
    change_signature: Callable[[str], str] = str
    encode: Callable[[str], bytes] = str.encode
    extra: str = ""


def swap(*pairs):
    def change(xml):
        for old, new in pairs:
            assert old in xml, old
            xml = xml.replace(old, new)
        return xml
    return change


def rebound(xml):
    """The statement calls SAML 2.0 by another prefix and binds the usual one to SAML 1.1."""
    def statement(match):
        inner = match[1].replace("<saml:", "<a:").replace("</saml:", "</a:")
        return (f'<a:AttributeStatement xmlns:a="{SAML}" xmlns:saml="urn:oasis:names:tc:SAML:1.0:'
                f'assertion">{inner}</a:AttributeStatement>')
    return re.sub("<saml:AttributeStatement>(.*)</saml:AttributeStatement>", statement, xml)


def second_confirmation(**changes):
    def change(xml):
        one = BEARER.search(xml)[0]
        other = one
        for name, value in changes.items():
            other = re.sub(f' {name}="[^"]*"', f' {name}="{value}"' if value else "", other)
        return xml.replace("</saml:Subject>", other + "</saml:Subject>")
    return change


def canonical(uri):
    return Shape(change_signature=swap((EXCLUSIVE, uri)))


def declared(encoding):
    return Shape(encode=lambda xml: f'<?xml version="1.0" encoding="{encoding}"?>\n{xml}'.encode(
        encoding), extra=attribute("givenName", ["Zo\u00eb"]))


def with_id(uuid):
    """The Assertion has that ID, and its signature, if there is one, refers to it."""
    return Shape(lambda xml: xml.replace('"_a1"', f'"{uuid}"').replace('"#_a1"', f'"#{uuid}"'))


def without_prefixes(xml):
    """Each namespace is the default where it begins."""
    xml = re.sub("(</?)samlp?:", r"\1", xml)
    return (xml.replace(f' xmlns:saml="{SAML}"', "", 1).replace("xmlns:samlp=", "xmlns=")
            .replace("<Issuer>", f'<Issuer xmlns="{SAML}">', 1).replace("xmlns:saml=", "xmlns="))


def key_info(inner):
    return Shape(change_signature=lambda xml: re.sub(
        "<ds:KeyInfo>.*</ds:KeyInfo>", f"<ds:KeyInfo>{inner}</ds:KeyInfo>" if inner else "", xml))


def prefixes(names):
    """Namespaces that the canonical form of the element has in any case."""
    return Shape(change_signature=swap((f'<ds:Transform Algorithm="{EXCLUSIVE}"/>', (
        f'<ds:Transform Algorithm="{EXCLUSIVE}"><ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" '
        f'PrefixList="{names}"/></ds:Transform>'))))


ADVICE = (f'<saml:Advice><saml:Assertion ID="_adv" Version="2.0" IssueInstant="{instant(-1)}">'
          "<saml:Issuer>https://broker.example</saml:Issuer><saml:Subject><saml:NameID>x"
          "</saml:NameID></saml:Subject></saml:Assertion></saml:Advice>")

ELSEWHERE = "<saml:Audience>https://elsewhere.example</saml:Audience>"

SHAPES = {
    "the usual one": Shape(),
    "a prefix bound anew": Shape(rebound),
    "a second confirmation elsewhere": Shape(second_confirmation(
        Recipient="https://idp.school.example/token")),
    "a second confirmation that has ended": Shape(second_confirmation(NotOnOrAfter=instant(-90))),
    "a second confirmation without end": Shape(second_confirmation(NotOnOrAfter=None)),
    "a second confirmation of another request": Shape(second_confirmation(InResponseTo="_q0")),
    "a holder-of-key confirmation beside it": Shape(second_confirmation(
        Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")),
    "exclusive with comments": canonical(EXCLUSIVE + "WithComments"),
    "Canonical XML 1.0": canonical("http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
    "Canonical XML 1.1": canonical("http://www.w3.org/2006/12/xml-c14n11"),
    "Canonical XML 1.1 with comments": canonical(
        "http://www.w3.org/2006/12/xml-c14n11#WithComments"),
    "ISO-8859-1": declared("ISO-8859-1"),
    "windows-1252": declared("windows-1252"),
    "UTF-16": declared("UTF-16"),
    "UTF-8 that is called UTF-16": Shape(encode=lambda xml: (
        f'<?xml version="1.0" encoding="utf-16"?>{xml}'.encode())),
    "a byte order mark": Shape(encode=lambda xml: b"\xef\xbb\xbf" + xml.encode()),
    "a stylesheet instruction": Shape(encode=lambda xml: (
        b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?>' + xml.encode())),
    "an ID that begins with a digit": with_id("28a1c0de-1111-4222-8333-444455556666"),
    "an ID that begins with a letter": with_id("e5a1c0de-1111-4222-8333-444455556666"),
    "an ID in braces": with_id("{28a1c0de-1111-4222-8333-444455556666}"),
    "an Advice": Shape(swap(("</saml:Conditions>", "</saml:Conditions>" + ADVICE))),
    "another audience": Shape(swap(("</saml:AudienceRestriction>", ELSEWHERE +
                                    "</saml:AudienceRestriction>"))),
    "an audience for others that it is shown to": Shape(swap(
        ("</saml:Conditions>", f'<saml:OneTimeUse/><saml:ProxyRestriction Count="1">{ELSEWHERE}'
         "</saml:ProxyRestriction></saml:Conditions>"))),
    "a reference to the whole document": Shape(
        change_signature=lambda xml: xml.replace('URI="#_r1"', 'URI=""')),
    "times with an offset": Shape(lambda xml: re.sub(r'(:\d\d)Z"', r'\1.0000000+00:00"', xml)),
    "white space around the audience": Shape(swap(
        ("<saml:Audience>", "<saml:Audience>\n  "), ("</saml:Audience>", "\n</saml:Audience>"))),
    "white space around the issuer": Shape(swap(
        ("<saml:Issuer>", "<saml:Issuer>\n  "), ("</saml:Issuer>", "\n</saml:Issuer>"))),
    "white space around URIs, times and references": Shape(lambda xml: re.sub(
        r' (Destination|Recipient|Method|Value|NotBefore|NotOnOrAfter|InResponseTo)="([^"]*)"',
        r' \1=" \2 "', xml)),
    "white space around one of two InResponseTo": Shape(swap(
        ('InResponseTo="_q1"/>', 'InResponseTo=" _q1"/>'))),
    "white space around a value": Shape(swap(('xs:string">student<', 'xs:string">\n student <'))),
    "the same value twice": Shape(lambda xml: re.sub(
        r'(Name="employeeNumber">)(<saml:AttributeValue.*?</saml:AttributeValue>)', r"\1\2\2",
        xml)),
    "a comment in a value": Shape(swap(('xs:string">student<', 'xs:string">stu<!-- -->dent<'))),
    "CDATA": Shape(swap(('xs:string">student<', 'xs:string"><![CDATA[student]]><'))),
    "times as .NET begins them, and a day that ends at 24": Shape(lambda xml: re.sub(
        ' NotBefore="[^"]*"', ' NotBefore="0001-01-01T00:00:00Z"',
        xml.replace(instant(60), instant(2880)[:11] + "24:00:00Z"))),
    "an empty Destination": Shape(lambda xml: re.sub(' Destination="[^"]*"', ' Destination=""',
                                                     xml)),
    "a Destination of white space": Shape(lambda xml: re.sub(
        ' Destination="[^"]*"', ' Destination="\n "', xml)),
    "a second confirmation for nobody": Shape(second_confirmation(Recipient=" ")),
    "an empty audience beside it": Shape(swap(("</saml:AudienceRestriction>", "<saml:Audience/>"
                                               "</saml:AudienceRestriction>"))),
    "an empty value of the key beside it": Shape(lambda xml: re.sub(
        '(Name="employeeNumber">)', r'\1<saml:AttributeValue/>', xml)),
    "a nil value of the key beside it": Shape(lambda xml: re.sub(
        '(Name="employeeNumber">.*?</saml:AttributeValue>)',
        r'\1<saml:AttributeValue xsi:nil="true"/>', xml)),
    "no prefixes": Shape(without_prefixes),
    "no prefixes in the signature": Shape(change_signature=lambda xml: re.sub(
        "(</?)ds:", r"\1", xml).replace("xmlns:ds=", "xmlns=")),
    "no KeyInfo": key_info(""),
    "a key by its name": key_info("<ds:KeyName>signing</ds:KeyName>"),
    "a key by issuer, number and identifier": key_info(
        "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName>"
        "<ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial><ds:X509SKI>AAAA"
        "</ds:X509SKI></ds:X509Data>"),
    "inclusive prefixes": prefixes("xs xsi nowhere"),
    "the default namespace inclusive": prefixes(" #default  saml\n"),
    "SHA-512": Shape(change_signature=swap(
        ("rsa-sha256", "rsa-sha512"), ("xmlenc#sha256", "xmlenc#sha512"))),
    "unsolicited": Shape(lambda xml: re.sub(' InResponseTo="[^"]*"', "", xml)),
    "several statements, and empty ones": Shape(swap(
        ("<saml:AttributeStatement>", "<saml:AttributeStatement/><saml:AttributeStatement>"),
        ('<saml:Attribute Name="employeeNumber">', "</saml:AttributeStatement>"
         '<saml:AttributeStatement><saml:Attribute Name="employeeNumber">'))),
    "attributes before the AuthnStatement": Shape(lambda xml: re.sub(
        "(<saml:AuthnStatement .*</saml:AuthnStatement>)"
        "(<saml:AttributeStatement>.*</saml:AttributeStatement>)", r"\2\1", xml)),
    "the key in a NameID": Shape(lambda xml: re.sub(
        '(Name="employeeNumber"><saml:AttributeValue)[^>]*>([^<]*)',
        r"\1><saml:NameID>\2</saml:NameID>", xml)),
    "an empty attribute": Shape(extra='<saml:Attribute Name="empty"/>'),
    "a nil value": Shape(extra='<saml:Attribute Name="nil"><saml:AttributeValue xsi:nil="true"/>'
                         "</saml:Attribute>"),
}


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_shapes") as place:
        yield Stage(place)


def page_of(stage, shape, consumer, audience, sign):
    xml = stage.xml(consumer=consumer, audience=audience, sign=sign, extra=shape.extra,
                    change=shape.change, change_signature=shape.change_signature)
    return page(consumer, None, base64.b64encode(shape.encode(xml)).decode())


def ecks_in(xml):
    """What a reader that knows namespaces finds."""
    return [value.text for each in ET.fromstring(xml).iter(f"{{{SAML}}}Attribute")
            if each.get("Name") == "eckId" for value in each.iter(f"{{{SAML}}}AttributeValue")]


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_supplier_s_login_is_rewritten(stage, name, sign):
    stage.set(answer(page_of(stage, SHAPES[name], BOOKS_ACS, BOOKS, sign)))
    got = stage.get()
    assert got.status == 200, stage.last_line()
    value = re.search('name="SAMLResponse" value="([^"]*)"', got.text)[1]
    xml = base64.b64decode(value).decode()
    assert ecks_in(xml) == [stage.student.eckid]
    for element in {"both": ["Assertion", "Response"]}.get(sign, [sign.capitalize()]):
        assert verifies(stage.place, xml, stage.signing.crt_file, element)


@pytest.mark.parametrize("name", SHAPES)
def test_anyone_else_s_login_passes_byte_for_byte(stage, name):
    body = page_of(stage, SHAPES[name], CANTEEN_ACS, CANTEEN, "both").encode()
    stage.set(answer(body))
    got = stage.get()
    assert (got.status, got.body, got.whole) == (200, body, True)
