// SPDX-License-Identifier: GPL-3.0-or-later
// What node-saml asks and accepts, by its usual settings; JSON in, JSON out.
import { readFileSync } from 'node:fs';
import { SAML } from '@node-saml/node-saml';

const task = JSON.parse(readFileSync(0, 'utf8'));
const certificates = [...task.metadata.matchAll(/<(?:\w+:)?X509Certificate>([^<]*)</g)]
  .map((m) => m[1]);
const saml = new SAML({
  issuer: task.entity,
  callbackUrl: task.consumer,
  entryPoint: task.sso,
  idpCert: certificates,
  privateKey: task.key,
  decryptionPvk: task.encrypted ? task.key : undefined,
  signatureAlgorithm: 'sha256',
  digestAlgorithm: 'sha256', // or it is SHA-1
  audience: task.entity,
  wantAuthnResponseSigned: task.sign !== 'assertion',
  wantAssertionsSigned: task.sign !== 'response',
  authnRequestBinding: task.binding,
  skipRequestCompression: task.binding === 'HTTP-POST', // or it deflates there too
});

async function ask() {
  return task.binding === 'HTTP-POST'
    ? { form: await saml.getAuthorizeFormAsync('state', undefined) }
    : { url: await saml.getAuthorizeUrlAsync('state', undefined, {}) };
}

async function accept() {
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: task.response });
    return { errors: [], name: profile.nameID, attributes: profile.attributes };
  } catch (error) {
    return { errors: [error.message] };
  }
}

console.log(JSON.stringify(await (task.response ? accept() : ask())));
