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
  logoutUrl: task.sso.replace('/sso', '/slo'),
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
    const { nameID, nameIDFormat, nameQualifier, spNameQualifier, sessionIndex } = profile;
    return {
      errors: [], name: nameID, attributes: profile.attributes,
      session: { nameID, nameIDFormat, nameQualifier, spNameQualifier, sessionIndex },
    };
  } catch (error) {
    return { errors: [error.message] };
  }
}

// A message of logout that the browser brings.
async function take() {
  try {
    const query = Object.fromEntries(new URLSearchParams(task.query));
    const { profile } = await saml.validateRedirectAsync(query, task.query);
    return query.SAMLRequest
      ? { errors: [], url: await saml.getLogoutResponseUrlAsync(profile, undefined, {}, true) }
      : { errors: [] };
  } catch (error) {
    return { errors: [error.message] };
  }
}

async function leave() {
  return { url: await saml.getLogoutUrlAsync(task.logout, 'state', {}) };
}

const act = task.logout ? leave : task.query ? take : task.response ? accept : ask;
console.log(JSON.stringify(await act()));
