// SPDX-License-Identifier: GPL-3.0-or-later
// Makes recorded.json: node record.mjs > recorded.json, where npm has installed tests/interop.
import crypto from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';
import { Provider } from 'oidc-provider';

const { version } = createRequire(import.meta.url)('oidc-provider/package.json');
const ISSUER = 'https://recorded.school.example';
const REDIRECT = 'https://books.example/callback';
const STUDENT = { sub: 's1', uid: 'p.pukkelen', number: 95312, role: ['student', 'member'] };
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

// Private keys live as long as this script.
const KEYS = [
  ['rsa', crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ec', crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ed25519', crypto.generateKeyPairSync('ed25519')],
].map(([name, { privateKey }]) => (
  { ...privateKey.export({ format: 'jwk' }), kid: `test-only-${name}`, use: 'sig' }));

const client = (alg) => ({
  client_id: alg, client_secret: 'secret', redirect_uris: [REDIRECT],
  id_token_signed_response_alg: alg, userinfo_signed_response_alg: alg,
});

const provider = new Provider(ISSUER, {
  clients: ALGORITHMS.map(client),
  claims: { openid: Object.keys(STUDENT) },
  conformIdTokenClaims: false,
  cookies: { keys: [crypto.randomBytes(16).toString('hex')] },
  enabledJWA: {
    idTokenSigningAlgValues: ALGORITHMS, userinfoSigningAlgValues: ALGORITHMS },
  features: { jwtUserinfo: { enabled: true }, devInteractions: { enabled: false } },
  findAccount: (_, id) => ({ accountId: id, claims: () => STUDENT }),
  jwks: { keys: KEYS },
  pkce: { required: () => false },
});

// As if the student had logged in, and agreed.
async function codeFor(clientId) {
  const grant = new provider.Grant({ accountId: STUDENT.sub, clientId });
  grant.addOIDCScope('openid');
  const code = new provider.AuthorizationCode({
    accountId: STUDENT.sub, client: await provider.Client.find(clientId), gty: 'authorization_code',
    grantId: await grant.save(), redirectUri: REDIRECT, scope: 'openid', nonce: 'no+nce' });
  return code.save();
}

async function record(base, alg) {
  const answer = await fetch(`${base}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${alg}:secret`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code', code: await codeFor(alg), redirect_uri: REDIRECT }),
  });
  const { id_token, access_token } = await answer.json();
  const headers = { Authorization: `Bearer ${access_token}` };
  const userinfo = await (await fetch(`${base}/me`, { headers })).text();
  return { alg, client: alg, access_token, id_token, userinfo };
}

const server = http.createServer(provider.callback());
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;
const now = Math.floor(Date.now() / 1000);
const tokens = [];
for (const alg of ALGORITHMS) {
  tokens.push(await record(base, alg));
}
console.log(JSON.stringify({
  made: `by oidc-provider ${version} and record.mjs; the keys were made for it and thrown away`,
  issuer: ISSUER, now, jwks: await (await fetch(`${base}/jwks`)).json(), tokens }, null, 2));
server.close();
