#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# lasso, and so mod_auth_mellon, refuses each login whose Subject has two SubjectConfirmations, even
# twice the same, with the error "Missing subject". SAML core section 2.4.1 allows any number, and
# one that holds is enough. pysaml2 takes two of bearer, but fails if any of them is of another
# method: "No valid recipient" for holder-of-key, a Python error for sender-vouches. python3-saml
# takes them all.
#
# Why it matters: an identity provider that adds a confirmation for one service (holder-of-key, a
# second consumer, delegation) ends the logins at others, and what the log says points elsewhere. A
# gateway that signs anew can leave the one confirmation that holds there, and so cures it.
set -euo pipefail
dpkg-query -W -f '${Package} ${Version}\n' python3-lasso xmlsec1 2>/dev/null | grep -c ' .' |
    grep -q 2 || apt-get install -y -qq --no-install-recommends python3-lasso xmlsec1 > /dev/null
dpkg-query -W liblasso3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pysaml2==7.5.5 python3-saml==1.16.0
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout idp.key -out idp.crt \
    2> /dev/null
cat > make.py <<'PY'
import datetime
import json

import xmlsec
from lxml import etree

SAML = "urn:oasis:names:tc:SAML:2.0"
DS = "http://www.w3.org/2000/09/xmldsig#"


def at(minutes):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def confirmation(method, data=""):
    return (f'<saml:SubjectConfirmation Method="{SAML}:cm:{method}">{data}'
            "</saml:SubjectConfirmation>")


def bearer(recipient):
    return confirmation("bearer", f'<saml:SubjectConfirmationData NotOnOrAfter="{at(5)}" '
                                  f'Recipient="https://{recipient}/acs"/>')


here, elsewhere = bearer("sp.example"), bearer("other.example")
key = confirmation("holder-of-key", "<saml:SubjectConfirmationData><ds:KeyInfo "
                   f'xmlns:ds="{DS}"><ds:KeyName>k</ds:KeyName></ds:KeyInfo>'
                   "</saml:SubjectConfirmationData>")
cases = {
    "bearer": here,
    "bearer twice": here + here,
    "bearer, bearer for another": here + elsewhere,
    "bearer, holder-of-key": here + key,
    "bearer, sender-vouches": here + confirmation("sender-vouches"),
}
for number, confirmations in enumerate(cases.values()):
    root = etree.fromstring(f"""<samlp:Response xmlns:samlp="{SAML}:protocol" ID="_r"
 Version="2.0" IssueInstant="{at(0)}" Destination="https://sp.example/acs"><saml:Issuer
 xmlns:saml="{SAML}:assertion">https://idp.example/</saml:Issuer><samlp:Status><samlp:StatusCode
 Value="{SAML}:status:Success"/></samlp:Status><saml:Assertion xmlns:saml="{SAML}:assertion"
 ID="_a{number}" Version="2.0" IssueInstant="{at(0)}">
<saml:Issuer>https://idp.example/</saml:Issuer><saml:Subject>
<saml:NameID Format="{SAML}:nameid-format:transient">somebody</saml:NameID>
{confirmations}</saml:Subject><saml:Conditions NotBefore="{at(-5)}" NotOnOrAfter="{at(5)}">
<saml:AudienceRestriction><saml:Audience>https://sp.example/</saml:Audience>
</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at(0)}"
 SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>{SAML}:ac:classes:Password\
</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>
<saml:Attribute Name="unit"><saml:AttributeValue>3A</saml:AttributeValue></saml:Attribute>
</saml:AttributeStatement></saml:Assertion></samlp:Response>""")
    assertion = root[-1]
    signature = xmlsec.template.create(assertion, xmlsec.Transform.EXCL_C14N,
                                       xmlsec.Transform.RSA_SHA256)
    assertion.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256,
                                              uri=f"#_a{number}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file("idp.key", xmlsec.KeyFormat.PEM)
    context.register_id(assertion, "ID")
    context.sign(signature)
    open(f"{number}.xml", "wb").write(etree.tostring(root))
json.dump(list(cases), open("cases.json", "w"))

certificate = "".join(open("idp.crt").read().splitlines()[1:-1])
MD = f'xmlns="{SAML}:metadata" xmlns:ds="{DS}"'
PROTOCOL = f'protocolSupportEnumeration="{SAML}:protocol"'
open("idp-metadata.xml", "w").write(
    f'<EntityDescriptor {MD} entityID="https://idp.example/"><IDPSSODescriptor {PROTOCOL}>'
    '<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
    f"{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
    f'<SingleSignOnService Binding="{SAML}:bindings:HTTP-Redirect" '
    'Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>')
open("sp-metadata.xml", "w").write(
    f'<EntityDescriptor {MD} entityID="https://sp.example/"><SPSSODescriptor {PROTOCOL}>'
    f'<AssertionConsumerService index="0" isDefault="true" Binding="{SAML}:bindings:HTTP-POST" '
    'Location="https://sp.example/acs"/></SPSSODescriptor></EntityDescriptor>')
PY
venv/bin/python make.py
cat > readers.py <<'PY'
"""What one library makes of each case, as a list of JSON; the library is the argument."""
import base64
import json
import logging
import sys

logging.disable(logging.CRITICAL)


def by_lasso(message):
    import lasso
    server = lasso.Server.newFromBuffers(open("sp-metadata.xml").read(), open("idp.key").read())
    server.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, open("idp-metadata.xml").read())
    login = lasso.Login(server)
    login.processAuthnResponseMsg(message)
    login.acceptSso()
    return login.nameIdentifier.content


def by_pysaml2(message):
    from saml2 import BINDING_HTTP_POST
    from saml2.client import Saml2Client
    from saml2.config import SPConfig
    config = SPConfig().load({
        "entityid": "https://sp.example/", "metadata": {"local": ["idp-metadata.xml"]},
        "service": {"sp": {"allow_unsolicited": True, "want_response_signed": False, "endpoints": {
            "assertion_consumer_service": [("https://sp.example/acs", BINDING_HTTP_POST)]}}}})
    return Saml2Client(config).parse_authn_request_response(message, BINDING_HTTP_POST).name_id.text


def by_python3_saml(message):
    from onelogin.saml2.auth import OneLogin_Saml2_Auth
    login = OneLogin_Saml2_Auth(
        {"https": "on", "http_host": "sp.example", "script_name": "/acs", "get_data": {},
         "post_data": {"SAMLResponse": message}},
        {"strict": True, "sp": {"entityId": "https://sp.example/", "assertionConsumerService": {
            "url": "https://sp.example/acs"}},
         "idp": {"entityId": "https://idp.example/", "x509cert": open("idp.crt").read(),
                 "singleSignOnService": {"url": "https://idp.example/sso"}}})
    login.process_response()
    if login.get_errors():
        raise ValueError(login.get_last_error_reason())
    return login.get_nameid()


def read(number):
    message = base64.b64encode(open(f"{number}.xml", "rb").read()).decode()
    try:
        return {"lasso": by_lasso, "pysaml2": by_pysaml2,
                "python3-saml": by_python3_saml}[sys.argv[1]](message)
    except Exception as error:
        return str(error)


print(json.dumps([read(number) for number in range(len(json.load(open("cases.json"))))]))
PY
/usr/bin/python3 readers.py lasso > lasso.json 2> /dev/null
for name in pysaml2 python3-saml; do
    venv/bin/pip list 2> /dev/null | grep "^$name " | tr -s ' '
    venv/bin/python readers.py $name > $name.json 2> /dev/null
done
cat > judge.py <<'PY'
import json
import sys

expected = {
    "lasso": ["somebody", *["Missing subject"] * 4],
    "pysaml2": [*["somebody"] * 3, "No valid recipient", "no attribute 'recipient'"],
    "python3-saml": ["somebody"] * 5,
}
same = True
for number, case in enumerate(json.load(open("cases.json"))):
    print(case)
    for name, before in expected.items():
        now = json.load(open(f"{name}.json"))[number]
        print(f"  {name}: {now}")
        same &= before[number] in now
print("still so" if same else "CHANGED")
sys.exit(not same)
PY
python3 judge.py
