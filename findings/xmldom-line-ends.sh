#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The SAML libraries of npm (node-saml, samlify, saml2-js) refuse every login that has the character
# U+2028 or U+0085 in any signed value, as if it were forged. Their parser, xmldom 0.8, takes both for
# ends of lines, which is the rule of XML 1.1 (section 2.11), in XML 1.0 too, and so the digest is of
# another text. xmldom 0.9 does it with U+2029 as well. python3-saml and minisaml, on
# libxml2, accept the same logins. Written as a character reference (&#x2028;) node-saml accepts it,
# and makes of it the line feed that it reads otherwise; the other two write the login out anew first.
#
# Why it matters: U+2028 comes with text that was pasted from a web page or a PDF, and U+0085 is the
# ellipsis of Windows-1252 read as ISO-8859-1. One such name in the LAS, and one pupil cannot log in
# at some suppliers, with an error that blames the certificate. Look for them where names come from.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund samlify@2.13.1 @node-saml/node-saml@5.1.0 \
    saml2-js@4.0.4 &
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check xmlsec==1.3.17 lxml==6.1.3 \
    python3-saml==1.16.0 minisaml==26.1
wait
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout idp.key -out idp.crt \
    2> /dev/null
cat > make.py <<'PY'
import base64
import datetime
import importlib.metadata
import json

import minisaml.response
import xmlsec
from cryptography import x509
from lxml import etree
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

SAML = "urn:oasis:names:tc:SAML:2.0"
IDP, SP = "https://idp.example/", "https://sp.example/"
CERTIFICATE = open("idp.crt").read()


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
</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="name"><saml:AttributeValue
>{value}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>
</samlp:Response>"""


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
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file("idp.key", xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_file("idp.crt", xmlsec.KeyFormat.PEM)
    context.sign(signature)
    return etree.tostring(document, encoding="utf-8").decode()


def by_python3_saml(message):
    settings = OneLogin_Saml2_Settings({
        "sp": {"entityId": SP, "assertionConsumerService": {"url": f"{SP}acs"}},
        "idp": {"entityId": IDP, "singleSignOnService": {"url": IDP}, "x509cert": CERTIFICATE},
        "security": {"wantAssertionsSigned": True}})
    response = OneLogin_Saml2_Response(settings, message)
    request = {"http_host": "sp.example", "https": "on", "script_name": "/acs", "post_data": {}}
    response.is_valid(request, raise_exceptions=True)
    return response.get_attributes()["name"][0]


def by_minisaml(message):
    return minisaml.response.validate_response(
        data=message, certificate=x509.load_pem_x509_certificate(CERTIFICATE.encode()),
        expected_audience=SP, idp_issuer=IDP).attributes[0].value


cases = []
for name in ("xmlsec", "python3-saml", "minisaml"):
    print(name, importlib.metadata.version(name))
for name, text in {"plain": "Jan", "U+2028": "Jan\u2028Piet", "U+0085": "Jan\u0085Piet"}.items():
    signed = sign(response(text))
    forms = {name: signed}
    if name != "plain":
        forms[f"{name} as a reference"] = signed.replace(text[3], f"&#{ord(text[3])};")
    for form, xml in forms.items():
        message = base64.b64encode(xml.encode()).decode()
        cases.append({"form": form, "message": message, "value": text,
                      "read": {"python3-saml": by_python3_saml(message),
                               "minisaml": by_minisaml(message)}})
json.dump(cases, open("cases.json", "w"))
PY
venv/bin/python make.py
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { SAML } from '@node-saml/node-saml'
import saml2 from 'saml2-js'
import * as samlify from 'samlify'

for (const name of ['@node-saml/node-saml', 'samlify', 'saml2-js', '@xmldom/xmldom'])
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)
const cert = readFileSync('idp.crt', 'utf8')
samlify.setSchemaValidator({ validate: async () => 'not looked at' })
const binding = name => `urn:oasis:names:tc:SAML:2.0:bindings:${name}`
const redirect = [{ Binding: binding('HTTP-Redirect'), Location: 'https://idp.example/' }]
const idp = samlify.IdentityProvider({ entityID: 'https://idp.example/', signingCert: cert,
  singleSignOnService: redirect, singleLogoutService: redirect })
const sp = samlify.ServiceProvider({ entityID: 'https://sp.example/', wantAssertionsSigned: true,
  assertionConsumerService: [{ Binding: binding('HTTP-POST'), Location: 'https://sp.example/acs' }] })
const other = new saml2.ServiceProvider({ entity_id: 'https://sp.example/', private_key: '',
  certificate: cert, assert_endpoint: 'https://sp.example/acs', allow_unencrypted_assertion: true })
const otherIdp = new saml2.IdentityProvider({ sso_login_url: 'https://idp.example/',
  certificates: [cert], allow_unencrypted_assertion: true })
console.error = () => {} // samlify prints the error that it throws
const readers = {
  'node-saml': message => new SAML({ idpCert: cert, issuer: 'https://sp.example/',
    audience: 'https://sp.example/', callbackUrl: 'https://sp.example/acs',
    entryPoint: 'https://idp.example/', wantAuthnResponseSigned: false })
    .validatePostResponseAsync({ SAMLResponse: message })
    .then(({ profile }) => profile.attributes.name),
  samlify: message => sp.parseLoginResponse(idp, 'post', { body: { SAMLResponse: message } })
    .then(({ extract }) => extract.attributes.name),
  'saml2-js': message => new Promise((resolve, reject) => other.post_assert(otherIdp,
    { request_body: { SAMLResponse: message } },
    (error, login) => error ? reject(error) : resolve(login.user.attributes.name[0])))
}
const before = {
  plain: '', 'U+2028': 'node-saml samlify saml2-js', 'U+0085': 'node-saml samlify saml2-js',
  'U+2028 as a reference': 'samlify saml2-js', 'U+0085 as a reference': 'samlify saml2-js'
}
let same = true
for (const { form, message, value, read } of JSON.parse(readFileSync('cases.json'))) {
  const refused = []
  for (const [name, reader] of Object.entries(readers))
    await reader(message).then(text => { read[name] = text },
      error => { refused.push(name); read[name] = error.message ?? error })
  console.log(form, JSON.stringify(read))
  same &&= refused.join(' ') === before[form] && read['python3-saml'] === value &&
    read.minisaml === value
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
