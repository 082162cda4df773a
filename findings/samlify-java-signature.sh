#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# samlify refuses every SAML login that Java's own XML signature (javax.xml.crypto, as it is set by
# default) has signed. Java breaks the lines of SignatureValue by CR LF, and so writes the CR as
# "&#13;", as XML 1.0 section 2.11 demands of a CR that is to stay. samlify parses the login, writes
# it out again with a bare CR, which the next parser must read as a line feed, and then looks for
# the signature by its text. The error is that of a forgery: FAILED_TO_VERIFY_SIGNATURE. For the same
# reason samlify and saml2-js refuse a login with a CR in any value that is signed.
#
# Why it matters: an identity provider in Java on its own library looks as if it had the wrong key.
# Start it with -Dcom.sun.org.apache.xml.internal.security.ignoreLineBreaks=true. A gateway that
# signs anew should write its signature without CR, and so cures it.
set -euo pipefail
command -v javac > /dev/null || { echo "needs Java 17"; exit 2; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund samlify@2.13.1 @node-saml/node-saml@5.1.0 saml2-js@4.0.4
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=idp -keyout idp.key -out idp.crt \
    2> /dev/null
openssl pkcs8 -topk8 -nocrypt -in idp.key -outform DER -out idp.der
cat > Sign.java <<'JAVA'
import java.io.FileInputStream;
import java.nio.file.*;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.*;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.*;

public class Sign {
    static final String EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";

    public static void main(String[] args) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(args[0]);
        var key = KeyFactory.getInstance("RSA").generatePrivate(
            new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of("idp.der"))));
        var certificate = CertificateFactory.getInstance("X.509").generateCertificate(
            new FileInputStream("idp.crt"));
        var assertion = (Element) document.getElementsByTagNameNS("*", "Assertion").item(0);
        assertion.setIdAttribute("ID", true);

        var xml = XMLSignatureFactory.getInstance("DOM");
        var reference = xml.newReference("#" + assertion.getAttribute("ID"),
            xml.newDigestMethod(DigestMethod.SHA256, null), List.of(
                xml.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
                xml.newTransform(EXCLUSIVE, (TransformParameterSpec) null)), null, null);
        var info = xml.newSignedInfo(
            xml.newCanonicalizationMethod(EXCLUSIVE, (C14NMethodParameterSpec) null),
            xml.newSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", null),
            List.of(reference));
        var keys = xml.getKeyInfoFactory();
        var place = assertion.getElementsByTagNameNS("*", "Subject").item(0);
        xml.newXMLSignature(info, keys.newKeyInfo(List.of(keys.newX509Data(List.of(certificate)))))
            .sign(new DOMSignContext(key, assertion, place));
        TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document),
            new StreamResult(Files.newOutputStream(Path.of(args[1]))));
    }
}
JAVA
cat > make.mjs <<'JS'
import { writeFileSync } from 'node:fs'

const at = minutes => new Date(Date.now() + minutes * 60000).toISOString()
const status = 'urn:oasis:names:tc:SAML:2.0:status:Success'
for (const [name, value] of [['plain', '3A'], ['cr', 'Dorpsstraat 1&#13;&#10;Dorp']])
  writeFileSync(`${name}.xml`, `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" IssueInstant="${at(0)}"
 Destination="https://sp.example/acs"><saml:Issuer>https://idp.example/</saml:Issuer><samlp:Status
><samlp:StatusCode Value="${status}"/></samlp:Status><saml:Assertion ID="_a" Version="2.0"
 IssueInstant="${at(0)}"><saml:Issuer>https://idp.example/</saml:Issuer><saml:Subject><saml:NameID
>somebody</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"
><saml:SubjectConfirmationData NotOnOrAfter="${at(5)}" Recipient="https://sp.example/acs"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(-5)}"
 NotOnOrAfter="${at(5)}"><saml:AudienceRestriction><saml:Audience>https://sp.example/</saml:Audience
></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}"
 SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef
>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="place"><saml:AttributeValue
>${value}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>
</samlp:Response>`)
JS
node make.mjs
java -version 2>&1 | sed -n 2p
short=-Dcom.sun.org.apache.xml.internal.security.ignoreLineBreaks=true
java Sign.java plain.xml default.signed
java $short Sign.java plain.xml short.signed
java $short Sign.java cr.xml value.signed
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { SAML } from '@node-saml/node-saml'
import saml2 from 'saml2-js'
import * as samlify from 'samlify'

for (const name of ['samlify', '@node-saml/node-saml', 'saml2-js', 'xml-crypto'])
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)
const cert = readFileSync('idp.crt', 'utf8')
samlify.setSchemaValidator({ validate: async () => 'not looked at' })
const binding = name => `urn:oasis:names:tc:SAML:2.0:bindings:${name}`
const post = [{ Binding: binding('HTTP-POST'), Location: 'https://sp.example/acs' }]
const redirect = [{ Binding: binding('HTTP-Redirect'), Location: 'https://idp.example/' }]
const idp = samlify.IdentityProvider({ entityID: 'https://idp.example/', signingCert: cert,
  singleSignOnService: redirect, singleLogoutService: redirect })
const sp = samlify.ServiceProvider({ entityID: 'https://sp.example/', wantAssertionsSigned: true,
  assertionConsumerService: post })
const other = new saml2.ServiceProvider({ entity_id: 'https://sp.example/',
  private_key: readFileSync('idp.key', 'utf8'), certificate: cert,
  assert_endpoint: 'https://sp.example/acs', allow_unencrypted_assertion: true })
const otherIdp = new saml2.IdentityProvider({
  sso_login_url: 'https://idp.example/sso', certificates: [cert] })
const readers = {
  samlify: response => sp.parseLoginResponse(idp, 'post', { body: { SAMLResponse: response } })
    .then(login => login.extract.attributes.place),
  'node-saml': response => new SAML({ idpCert: cert, issuer: 'https://sp.example/',
    audience: 'https://sp.example/', callbackUrl: 'https://sp.example/acs',
    entryPoint: 'https://idp.example/sso', wantAuthnResponseSigned: false })
    .validatePostResponseAsync({ SAMLResponse: response }).then(login => login.profile.place),
  'saml2-js': response => new Promise((resolve, reject) =>
    other.post_assert(otherIdp, { request_body: { SAMLResponse: response } }, (error, login) =>
      error ? reject(error) : resolve(login.user.attributes.place[0])))
}
const expected = {
  default: ['FAILED_TO_VERIFY_SIGNATURE', '3A', '3A'],
  short: ['3A', '3A', '3A'],
  value: ['FAILED_TO_VERIFY_SIGNATURE', 'Dorpsstraat 1\r\nDorp',
    'SAML Assertion signature check failed!']
}
const names = { default: "Java's signature", short: "Java's signature on one line",
  value: 'the same, with a CR in a value' }
let same = true
for (const [file, before] of Object.entries(expected)) {
  const xml = readFileSync(`${file}.signed`)
  console.log(`${names[file]} (${xml.toString().split('&#13;').length - 1} times &#13;)`)
  for (const [n, [name, read]] of Object.entries(readers).entries()) {
    const now = await read(xml.toString('base64')).catch(error => String(error?.message ?? error))
    console.log(`  ${name}: ${JSON.stringify(now)}`)
    same &&= now.startsWith(before[n])
  }
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
