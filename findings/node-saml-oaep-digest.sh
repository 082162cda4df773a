#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The three SAML libraries of npm decrypt RSA-OAEP with SHA-1 only. node-saml and saml2-js (by
# xml-encryption 3.1.0) do know SHA-256, but under http://www.w3.org/2000/09/xmldsig#sha256, a name
# that no standard has (XML Encryption 1.1 section 5.8: http://www.w3.org/2001/04/xmlenc#sha256),
# and with MGF1-SHA-256, though that of rsa-oaep-mgf1p is fixed to MGF1-SHA-1 (section 5.5.2). So a
# valid message is refused and an invalid one read, which no other library can. None of the three
# knows the rsa-oaep of XML Encryption 1.1. xml-encryption 6.0.1 reads all that is valid, and is not
# what they use.
#
# Why it matters: if nothing is set, Keycloak encrypts by that rsa-oaep, and with SHA-256 also by
# rsa-oaep-mgf1p. To suppliers on Node.js, encrypt by rsa-oaep-mgf1p without DigestMethod or with
# SHA-1, which is no weakness in OAEP.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund samlify@2.13.1 @node-saml/node-saml@5.1.0 saml2-js@4.0.4 \
    xml-crypto@6.3.2 newer@npm:xml-encryption@6.0.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check xmlsec==1.3.17 lxml==6.1.3
for who in idp sp; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$who" -keyout $who.key \
        -out $who.crt 2> /dev/null
done
cat > make.mjs <<'JS'
import { execFileSync } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { SignedXml } from 'xml-crypto'

const XMLENC = 'http://www.w3.org/2001/04/xmlenc#'
const XMLENC11 = 'http://www.w3.org/2009/xmlenc11#'
const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const at = minutes => new Date(Date.now() + minutes * 60000).toISOString()
const issuer = '<saml:Issuer>https://idp.example/</saml:Issuer>'
const assertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a"
 Version="2.0" IssueInstant="${at(0)}">${issuer}<saml:Subject><saml:NameID>somebody</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"
><saml:SubjectConfirmationData NotOnOrAfter="${at(5)}" Recipient="https://sp.example/acs"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(-5)}"
 NotOnOrAfter="${at(5)}"><saml:AudienceRestriction><saml:Audience>https://sp.example/</saml:Audience
></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}"
 SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef
>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement></saml:Assertion>`
const signer = new SignedXml({ privateKey: readFileSync('idp.key'),
  publicCert: readFileSync('idp.crt'), canonicalizationAlgorithm: EXCLUSIVE,
  signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' })
signer.addReference({ xpath: "//*[@ID='_a']", digestAlgorithm: `${XMLENC}sha256`,
  transforms: [`${XMLDSIG}enveloped-signature`, EXCLUSIVE] })
signer.computeSignature(assertion, {
  location: { reference: "//*[local-name(.)='Issuer']", action: 'after' } })
const signed = signer.getSignedXml()

function make(file, algorithm, parameters, digest, mask) {
  const key = randomBytes(16)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-128-gcm', key, iv)
  const text = Buffer.concat([iv, cipher.update(signed), cipher.final(), cipher.getAuthTag()])
    .toString('base64')
  const sealed = execFileSync('openssl', ['pkeyutl', '-encrypt', '-certin', '-inkey', 'sp.crt',
    ...['rsa_padding_mode:oaep', `rsa_oaep_md:${digest}`, `rsa_mgf1_md:${mask}`]
      .flatMap(option => ['-pkeyopt', option])], { input: key }).toString('base64')
  writeFileSync(file, `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" IssueInstant="${at(0)}"
 Destination="https://sp.example/acs">${issuer}<samlp:Status><samlp:StatusCode
 Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:EncryptedAssertion
><xenc:EncryptedData xmlns:xenc="${XMLENC}" Type="${XMLENC}Element"><xenc:EncryptionMethod
 Algorithm="${XMLENC11}aes128-gcm"/><ds:KeyInfo xmlns:ds="${XMLDSIG}"><xenc:EncryptedKey
><xenc:EncryptionMethod Algorithm="${algorithm}">${parameters}</xenc:EncryptionMethod
><xenc:CipherData><xenc:CipherValue>${sealed}</xenc:CipherValue></xenc:CipherData>
</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>${text}</xenc:CipherValue>
</xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion></samlp:Response>`)
}

const old = `${XMLENC}rsa-oaep-mgf1p`
const method = name => `<ds:DigestMethod Algorithm="${name}"/>`
const mask = `<e:MGF xmlns:e="${XMLENC11}" Algorithm="${XMLENC11}mgf1sha256"/>`
make('1.xml', old, '', 'sha1', 'sha1')
make('2.xml', old, method(`${XMLENC}sha256`), 'sha256', 'sha1')
make('3.xml', `${XMLENC11}rsa-oaep`, method(`${XMLENC}sha256`) + mask, 'sha256', 'sha256')
make('4.xml', old, method(`${XMLDSIG}sha256`), 'sha256', 'sha256')
JS
node make.mjs
cat > try.py <<'PY'
import json
import xmlsec
from lxml import etree


def read(file):
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_file("sp.key", xmlsec.KeyFormat.PEM))
    data = etree.parse(file).find(".//{*}EncryptedData")
    try:
        xmlsec.EncryptionContext(manager).decrypt(data)
        return True
    except xmlsec.Error:
        return False


json.dump([read(f"{n}.xml") for n in range(1, 5)], open("xmlsec.json", "w"))
print("xmlsec", ".".join(str(part) for part in xmlsec.get_libxmlsec_version()), "(PyPI)")
PY
venv/bin/python try.py 2> /dev/null
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { SAML } from '@node-saml/node-saml'
import * as newer from 'newer'
import saml2 from 'saml2-js'
import * as samlify from 'samlify'

for (const name of ['@node-saml/node-saml', 'saml2-js', 'samlify', 'xml-encryption', 'newer']) {
  const about = JSON.parse(readFileSync(`node_modules/${name}/package.json`))
  console.log(about.name, about.version)
}
const [key, cert, own] = ['sp.key', 'idp.crt', 'sp.crt'].map(file => readFileSync(file, 'utf8'))
samlify.setSchemaValidator({ validate: async () => 'not looked at' })
const binding = name => `urn:oasis:names:tc:SAML:2.0:bindings:${name}`
const redirect = [{ Binding: binding('HTTP-Redirect'), Location: 'https://idp.example/' }]
const idp = samlify.IdentityProvider({ entityID: 'https://idp.example/', signingCert: cert,
  isAssertionEncrypted: true, singleSignOnService: redirect, singleLogoutService: redirect })
const sp = samlify.ServiceProvider({ entityID: 'https://sp.example/', wantAssertionsSigned: true,
  encPrivateKey: key, encryptCert: own, assertionConsumerService: [
    { Binding: binding('HTTP-POST'), Location: 'https://sp.example/acs' }] })
const other = new saml2.ServiceProvider({ entity_id: 'https://sp.example/', private_key: key,
  certificate: own, assert_endpoint: 'https://sp.example/acs' })
const otherIdp = new saml2.IdentityProvider({
  sso_login_url: 'https://idp.example/', certificates: [cert] })
console.error = () => {} // samlify prints the error that it throws
const readers = {
  'node-saml': xml => new SAML({ idpCert: cert, issuer: 'https://sp.example/',
    audience: 'https://sp.example/', callbackUrl: 'https://sp.example/acs', decryptionPvk: key,
    entryPoint: 'https://idp.example/', wantAuthnResponseSigned: false })
    .validatePostResponseAsync({ SAMLResponse: xml.toString('base64') }),
  'saml2-js': xml => new Promise((resolve, reject) => other.post_assert(otherIdp,
    { request_body: { SAMLResponse: xml.toString('base64') } },
    (error, login) => error ? reject(error) : resolve(login))),
  samlify: xml => sp.parseLoginResponse(idp, 'post',
    { body: { SAMLResponse: xml.toString('base64') } }),
  'xml-encryption 6': xml => promisify(newer.decrypt)(xml.toString(), { key })
}
const rows = {
  '1.xml': ['rsa-oaep-mgf1p, no DigestMethod', [true, true, true, true, true]],
  '2.xml': ['rsa-oaep-mgf1p, xmlenc#sha256', [false, false, false, true, true]],
  '3.xml': ["XML Encryption 1.1's rsa-oaep, SHA-256", [false, false, false, true, true]],
  '4.xml': ['invalid: xmldsig#sha256, MGF1-SHA-256', [true, true, false, false, false]]
}
const xmlsec = JSON.parse(readFileSync('xmlsec.json'))
let same = true
for (const [n, [file, [name, before]]] of Object.entries(rows).entries()) {
  const now = []
  for (const read of Object.values(readers))
    now.push(await Promise.resolve(readFileSync(file)).then(read).then(() => true, () => false))
  now.push(xmlsec[n])
  const said = [...Object.keys(readers), 'xmlsec'].filter((reader, n) => now[n])
  console.log(`${name}: read by ${said.join(', ')}`)
  same &&= now.every((read, n) => read === before[n])
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
