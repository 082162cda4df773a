// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 7523: our client assertions at the token endpoint of oidc-provider.
import crypto from 'node:crypto';
import http from 'node:http';
import { Provider } from 'oidc-provider';
import { flip, keys, library, now, row } from './peers.mjs';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const KEY_OF = {
  ES256: keys['ecdsa-p256-sha256'],
  ES384: keys['ecdsa-p384-sha384'],
  PS256: keys['rsa-pss-sha512'],
  RS256: keys['rsa-pss-sha512'],
  EdDSA: keys.ed25519,
};

const client = ([alg, key]) => ({
  client_id: `school-${alg}`,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: alg,
  jwks: { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: '2026', use: 'sig', alg }] },
});

// The issuer is known only when there is a port.
async function serve() {
  const server = http.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const algorithms = Object.keys(KEY_OF);
  const provider = new Provider(issuer, {
    clients: Object.entries(KEY_OF).map(client),
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: algorithms },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: ['eduv.student.basic'],
    ttl: { ClientCredentials: 60 },
  });
  server.on('request', provider.callback());
  return { server, issuer };
}

function assertion(alg, audience, changes = {}) {
  return library('assertion', {
    client: `school-${alg}`, audience, algorithm: alg, key: KEY_OF[alg].pem, kid: '2026',
    now: now(), unique: crypto.randomBytes(8).toString('hex'), ...changes,
  }).assertion;
}

// True if a token came.
async function granted(issuer, text) {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials', scope: 'eduv.student.basic', client_assertion: text,
      client_assertion_type: TYPE }),
  });
  const got = await answer.json();
  return answer.status === 200 && got.token_type === 'Bearer' && !!got.access_token;
}

function edited(text, part, change) {
  const parts = text.split('.');
  const object = JSON.parse(Buffer.from(parts[part], 'base64url'));
  parts[part] = Buffer.from(JSON.stringify({ ...object, ...change })).toString('base64url');
  return parts.join('.');
}

const badOnes = (alg, issuer, used) => ({
  'one that was used': used,
  signature: flip(assertion(alg, issuer), assertion(alg, issuer).lastIndexOf('.') + 9),
  'no signature': assertion(alg, issuer).replace(/[^.]*$/, ''),
  'another client': edited(assertion(alg, issuer), 1, { sub: 'school', iss: 'school' }),
  'a longer life': edited(assertion(alg, issuer), 1, { exp: now() + 3600 }),
  'alg none': edited(assertion(alg, issuer), 0, { alg: 'none' }),
  'another audience': assertion(alg, 'https://other.example'),
  'an old one': assertion(alg, issuer, { now: now() - 3600 }),
  'another key': assertion(alg, issuer, {
    key: crypto.generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    algorithm: 'EdDSA' }),
});

export default async function assertions() {
  const { server, issuer } = await serve();
  for (const alg of Object.keys(KEY_OF)) {
    const used = assertion(alg, issuer);
    const good = {
      'for the issuer': () => granted(issuer, used),
      'for the token endpoint': () => granted(issuer, assertion(alg, `${issuer}/token`)),
    };
    const bad = Object.entries(badOnes(alg, issuer, used)).map(
      ([name, text]) => [name, () => granted(issuer, text)]);
    await row('our client assertion', 'oidc-provider', alg, good, Object.fromEntries(bad));
  }
  server.close();
}
