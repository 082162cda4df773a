#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pysaml2 refuses a login in which an untyped value has an XML attribute, such as xml:lang, though
# the SAML schema allows any there (anyType). It validates not what it received but what it writes of
# it itself, and for that it has made the value an xs:string, which allows none. A value of type
# xs:anyType that holds elements fails too, because the declaration of the prefix is lost. The message is
# "Signature verification failed. Invalid document format." The signature is right, and python3-saml
# accepts the same logins.
#
# Why it matters: nobody looks at a name in two languages when a signature is said to be wrong. Leave
# XML attributes out of values, or give a supplier on pysaml2 only the values that it needs.
set -euo pipefail
command -v xmlsec1 > /dev/null ||
    apt-get install -y -qq --no-install-recommends xmlsec1 > /dev/null
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pysaml2==7.5.5 xmlsec==1.3.17 \
    lxml==6.1.3 python3-saml==1.16.0
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout idp.key -out idp.crt \
    2> /dev/null
cat > try.py <<'PY'
import base64
import datetime
import importlib.metadata
import logging
import sys

import xmlsec
from lxml import etree
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig

SAML = "urn:oasis:names:tc:SAML:2.0"
IDP, SP = "https://idp.example/", "https://sp.example/"
CERTIFICATE = open("idp.crt").read()
METADATA = f"""<md:EntityDescriptor xmlns:md="{SAML}:metadata" entityID="{IDP}"><md:IDPSSODescriptor
 protocolSupportEnumeration="{SAML}:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{
    "".join(CERTIFICATE.splitlines()[1:-1])}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</md:KeyDescriptor><md:SingleSignOnService Binding="{SAML}:bindings:HTTP-Redirect"
 Location="{IDP}"/></md:IDPSSODescriptor></md:EntityDescriptor>"""
logging.disable(logging.CRITICAL)


def at(minutes):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def response(value):
    return f"""<samlp:Response xmlns:samlp="{SAML}:protocol" xmlns:saml="{SAML}:assertion" ID="_r"
 Version="2.0" IssueInstant="{at(0)}" Destination="{SP}acs"><saml:Issuer>{IDP}</saml:Issuer
><samlp:Status><samlp:StatusCode Value="{SAML}:status:Success"/></samlp:Status><saml:Assertion
 ID="_a" Version="2.0" IssueInstant="{at(0)}"><saml:Issuer>{IDP}</saml:Issuer><saml:Subject
><saml:NameID>somebody</saml:NameID><saml:SubjectConfirmation Method="{SAML}:cm:bearer"
><saml:SubjectConfirmationData NotOnOrAfter="{at(5)}" Recipient="{SP}acs"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{at(-5)}"
 NotOnOrAfter="{at(5)}"><saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at(0)}"
 SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef
>{SAML}:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="name"
>{value}</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"""


def sign(text):
    document = etree.fromstring(text)
    assertion = document.find("{*}Assertion")
    xmlsec.tree.add_ids(assertion, ["ID"])
    signature = xmlsec.template.create(assertion, xmlsec.Transform.EXCL_C14N,
                                       xmlsec.Transform.RSA_SHA256, ns="ds")
    assertion.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri="#_a")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file("idp.key", xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return base64.b64encode(etree.tostring(document)).decode()


def by_pysaml2(message):
    config = SPConfig()
    config.load({"entityid": SP, "metadata": {"inline": [METADATA]}, "service": {"sp": {
        "endpoints": {"assertion_consumer_service": [(f"{SP}acs", BINDING_HTTP_POST)]},
        "allow_unsolicited": True, "want_response_signed": False,
        "want_assertions_signed": True}}, "allow_unknown_attributes": True})
    Saml2Client(config).parse_authn_request_response(message, BINDING_HTTP_POST)


def by_python3_saml(message):
    settings = OneLogin_Saml2_Settings({
        "sp": {"entityId": SP, "assertionConsumerService": {"url": f"{SP}acs"}},
        "idp": {"entityId": IDP, "singleSignOnService": {"url": IDP}, "x509cert": CERTIFICATE},
        "security": {"wantAssertionsSigned": True}})
    request = {"http_host": "sp.example", "https": "on", "script_name": "/acs", "post_data": {}}
    OneLogin_Saml2_Response(settings, message).is_valid(request, raise_exceptions=True)


def said_by(read, message):
    try:
        read(message)
        return "accepted"
    except Exception as error:
        about = error.args[0] if error.args else error
        return about["message"] if isinstance(about, dict) else str(error)


for name in ("pysaml2", "python3-saml"):
    print(name, importlib.metadata.version(name))
refused = "Signature verification failed. Invalid document format."
types = ('xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
         'xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:anyType"')
same = True
for value, before in (
        ("<saml:AttributeValue>Jan</saml:AttributeValue>", "accepted"),
        ('<saml:AttributeValue xml:lang="nl">Jan</saml:AttributeValue>', refused),
        ('<saml:AttributeValue xmlns:q="urn:q" q:by="LAS">Jan</saml:AttributeValue>', refused),
        ('<saml:AttributeValue><q:name xmlns:q="urn:q">Jan</q:name></saml:AttributeValue>',
         "accepted"),
        (f'<saml:AttributeValue {types}><q:name xmlns:q="urn:q">Jan</q:name>'
         "</saml:AttributeValue>", refused)):
    message = sign(response(value))
    said = [said_by(read, message) for read in (by_pysaml2, by_python3_saml)]
    print(f"{value}\n    pysaml2: {said[0]}\n    python3-saml: {said[1]}")
    same &= said == [before, "accepted"]
print("still so" if same else "CHANGED")
sys.exit(not same)
PY
venv/bin/python -W ignore try.py
