// SPDX-License-Identifier: GPL-3.0-or-later
// What service providers of Node read in responses: a task in each line, an answer in each line.
import { readFileSync } from 'node:fs';
import boxyhq from '@boxyhq/saml20';
import saml2js from 'saml2-js';
import samlify from 'samlify';

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

const base64 = (pem) => pem.replace(/-----[^-]*-----/g, '').replace(/\s/g, '');
const list = (values) => (values === undefined ? [] : [values].flat());

function identityProvider(task) {
  return samlify.IdentityProvider({
    isAssertionEncrypted: Boolean(task.key),
    messageSigningOrder: 'encrypt-then-sign', // as the standard has it
    metadata: `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${task.issuer}"><md:IDPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64(task.certificate)}</ds:X509Certificate>
</ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="${POST}"
 Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
  });
}

async function readBySamlify(task) {
  samlify.setSchemaValidator({ validate: async () => 'not validated here' });
  const supplier = samlify.ServiceProvider({
    entityID: task.entity,
    wantAssertionsSigned: task.sign !== 'response',
    wantMessageSigned: task.sign === 'response',
    encPrivateKey: task.key,
    assertionConsumerService: [{ Binding: POST, Location: task.consumer }],
  });
  const { extract } = await supplier.parseLoginResponse(identityProvider(task), 'post', {
    body: { SAMLResponse: task.response.toString('base64') },
  });
  return extract.attributes.eckId;
}

async function readBySaml2js(task) {
  const supplier = new saml2js.ServiceProvider({
    entity_id: task.entity,
    assert_endpoint: task.consumer,
    private_key: task.key,
    certificate: task.own,
    allow_unencrypted_assertion: !task.key,
  });
  const provider = new saml2js.IdentityProvider({
    sso_login_url: 'https://idp.example/sso', certificates: [task.certificate],
  });
  const answer = await new Promise((resolve, reject) => {
    supplier.post_assert(provider, {
      request_body: { SAMLResponse: task.response.toString('base64') },
      require_session_index: false,
    }, (error, read) => (error ? reject(error) : resolve(read)));
  });
  return answer.user.attributes.eckId;
}

async function readBySaml20(task) {
  const { claims } = await boxyhq.default.validate(task.response.toString('utf8'), {
    publicKey: base64(task.certificate), privateKey: task.key, audience: task.entity,
  });
  if (claims.uid === undefined) { // as of several statements
    throw new Error('no attributes were read');
  }
  return claims.eckId;
}

const READERS = {
  samlify: readBySamlify, 'saml2-js': readBySaml2js, saml20: readBySaml20,
};

function taskOf(line) {
  const [response, certificate, key, own, sign, entity, consumer, issuer] = line.split('\t');
  const text = (path) => (path ? readFileSync(path, 'utf8') : undefined);
  return {
    response: readFileSync(response), certificate: text(certificate), key: text(key),
    own: text(own), sign, entity, consumer, issuer,
  };
}

const say = process.stdout.write.bind(process.stdout);
console.log = console.error; // what the libraries say
const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
for (const line of lines) {
  try {
    const values = list(await READERS[process.argv[2]](taskOf(line)));
    say(`ok\t${values.join(' ')}\n`);
  } catch (error) {
    say(`error\t${String(error?.message ?? error).replace(/\s+/g, ' ')}\n`);
  }
}
