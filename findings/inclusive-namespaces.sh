#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# An InclusiveNamespaces PrefixList (Exclusive XML Canonicalization section 3) keeps the namespaces
# that values use. minisaml takes no notice of it and refuses the login as forged: that of every
# identity provider on OpenSAML, such as Shibboleth, which lists xs where values are typed. In the
# list, #default stands for the default namespace; where that comes from above the Assertion,
# xml-crypto, and so node-saml, samlify and saml2-js, and signxml refuse the login too. What xmlsec
# (python3-saml) and Java verify is right.
#
# Why it matters: the supplier looks for a wrong certificate. A gateway that signs anew without a
# list, and declares at the Assertion what its values use, cures all of them.
set -euo pipefail
command -v javac > /dev/null || { echo "needs Java 17"; exit 2; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @node-saml/node-saml@5.1.0 samlify@2.13.1 \
    saml2-js@4.0.4 &
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check xmlsec==1.3.17 lxml==6.1.3 \
    python3-saml==1.16.0 minisaml==26.1 signxml==5.2.0
wait
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout idp.key -out idp.crt \
    2> /dev/null
openssl pkcs8 -topk8 -nocrypt -in idp.key -outform DER -out idp.der
cat > Sign.java <<'JAVA'
import java.io.*;
import java.nio.file.*;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.*;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.*;
import javax.xml.crypto.dsig.spec.*;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.*;

public class Sign {
    static final String SAML = "urn:oasis:names:tc:SAML:2.0", SP = "https://sp.example/";

    static String response() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant before = now.minusSeconds(300), after = now.plusSeconds(300);
        return String.format("""
            <Response xmlns="%1$s:protocol" xmlns:saml="%1$s:assertion" ID="_r" Version="2.0"
            IssueInstant="%3$s" Destination="%2$sacs"><saml:Issuer>https://idp.example/</saml:Issuer>
            <Status><StatusCode Value="%1$s:status:Success"/></Status><saml:Assertion
            xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_a" Version="2.0" IssueInstant="%3$s">
            <saml:Issuer>https://idp.example/</saml:Issuer><saml:Subject><saml:NameID
            >somebody</saml:NameID><saml:SubjectConfirmation Method="%1$s:cm:bearer">
            <saml:SubjectConfirmationData NotOnOrAfter="%5$s" Recipient="%2$sacs"/>
            </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="%4$s"
            NotOnOrAfter="%5$s"><saml:AudienceRestriction><saml:Audience>%2$s</saml:Audience>
            </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="%3$s"
            SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef
            >%1$s:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
            </saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="uid">
            <saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            xsi:type="xs:string">pupil</saml:AttributeValue></saml:Attribute>
            </saml:AttributeStatement></saml:Assertion></Response>""", SAML, SP, now, before, after);
    }

    static void sign(String file, List<String> prefixes) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(
            new ByteArrayInputStream(response().getBytes()));
        var key = KeyFactory.getInstance("RSA").generatePrivate(
            new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of("idp.der"))));
        var certificate = CertificateFactory.getInstance("X.509").generateCertificate(
            new FileInputStream("idp.crt"));
        var assertion = (Element) document.getElementsByTagNameNS("*", "Assertion").item(0);
        assertion.setIdAttribute("ID", true);

        var xml = XMLSignatureFactory.getInstance("DOM");
        var list = prefixes == null ? null : new ExcC14NParameterSpec(prefixes);
        var reference = xml.newReference("#_a", xml.newDigestMethod(DigestMethod.SHA256, null),
            List.of(xml.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
                xml.newTransform(CanonicalizationMethod.EXCLUSIVE, list)), null, null);
        var info = xml.newSignedInfo(xml.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE,
            (C14NMethodParameterSpec) null),
            xml.newSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", null),
            List.of(reference));
        var keys = xml.getKeyInfoFactory();
        var place = assertion.getElementsByTagNameNS("*", "Subject").item(0);
        xml.newXMLSignature(info, keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate)))))
            .sign(new DOMSignContext(key, assertion, place));
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document),
            new StreamResult(Files.newOutputStream(Path.of(file))));

        Document again = factory.newDocumentBuilder().parse(new File(file));
        ((Element) again.getElementsByTagNameNS("*", "Assertion").item(0)).setIdAttribute("ID", true);
        var context = new DOMValidateContext(certificate.getPublicKey(),
            again.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature").item(0));
        if (!xml.unmarshalXMLSignature(context).validate(context))
            throw new IllegalStateException("not even Java verifies " + file);
    }

    public static void main(String[] args) throws Exception {
        sign("1.xml", null);
        sign("2.xml", List.of("xs"));
        sign("3.xml", List.of("#default"));
    }
}
JAVA
java -version 2>&1 | sed -n 2p
java -Dcom.sun.org.apache.xml.internal.security.ignoreLineBreaks=true Sign.java
cat > try.py <<'PY'
import base64
import importlib.metadata
import json

import minisaml.response
from cryptography import x509
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from signxml import XMLVerifier

IDP, SP = "https://idp.example/", "https://sp.example/"
CERTIFICATE = open("idp.crt").read()


def by_python3_saml(xml):
    settings = OneLogin_Saml2_Settings({
        "sp": {"entityId": SP, "assertionConsumerService": {"url": f"{SP}acs"}},
        "idp": {"entityId": IDP, "singleSignOnService": {"url": IDP}, "x509cert": CERTIFICATE},
        "security": {"wantAssertionsSigned": True}})
    request = {"http_host": "sp.example", "https": "on", "script_name": "/acs", "post_data": {}}
    OneLogin_Saml2_Response(settings, base64.b64encode(xml).decode()).is_valid(
        request, raise_exceptions=True)


def by_minisaml(xml):
    minisaml.response.validate_response(
        data=base64.b64encode(xml).decode(), expected_audience=SP, idp_issuer=IDP,
        certificate=x509.load_pem_x509_certificate(CERTIFICATE.encode()))


def said_by(read, xml):
    try:
        read(xml)
        return "accepted"
    except Exception as error:
        return f"{type(error).__name__} {error}"


for name in ("xmlsec", "python3-saml", "minisaml", "signxml"):
    print(name, importlib.metadata.version(name))
readers = {"python3-saml": by_python3_saml, "minisaml": by_minisaml,
           "signxml": lambda xml: XMLVerifier().verify(xml, x509_cert=CERTIFICATE)}
json.dump([{name: said_by(read, open(f"{n}.xml", "rb").read()) for name, read in readers.items()}
           for n in range(1, 4)], open("said.json", "w"))
PY
venv/bin/python try.py
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { SAML } from '@node-saml/node-saml'
import saml2 from 'saml2-js'
import * as samlify from 'samlify'

for (const name of ['@node-saml/node-saml', 'samlify', 'saml2-js', 'xml-crypto'])
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
    .validatePostResponseAsync({ SAMLResponse: message }),
  samlify: message => sp.parseLoginResponse(idp, 'post', { body: { SAMLResponse: message } }),
  'saml2-js': message => new Promise((resolve, reject) => other.post_assert(otherIdp,
    { request_body: { SAMLResponse: message } },
    (error, login) => error ? reject(error) : resolve(login)))
}
const names = ['no list', 'xs', '#default']
const before = ['', 'minisaml', 'minisaml signxml node-saml samlify saml2-js']
let same = true
for (const [n, said] of JSON.parse(readFileSync('said.json')).entries()) {
  const message = readFileSync(`${n + 1}.xml`).toString('base64')
  for (const [name, read] of Object.entries(readers))
    said[name] = await read(message).then(() => 'accepted', error => `${error.message ?? error}`)
  const not = Object.keys(said).filter(name => said[name] !== 'accepted')
  console.log(`${names[n]}: ${not.map(name => `${name}: ${said[name]}`).join('; ') ||
    'accepted by all'}`)
  same &&= not.join(' ') === before[n]
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
