// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 9421 between the library and two other implementations, in both directions.
import crypto from 'node:crypto';
import * as strict from 'http-message-sig';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import { flip, keys, library, now, row, sign, verify } from './peers.mjs';

const URL = 'https://las.example:8443/eduv/students?school=11ZZ03&a=b%20c';
const USUAL = ['@method', '@target-uri', 'content-type', 'content-digest', 'authorization'];

// A request that the library has signed.
function ask(algorithm, components, unique = crypto.randomBytes(8).toString('hex')) {
  const request = {
    method: 'POST',
    url: URL,
    headers: {
      'Content-Type': 'application/json', Authorization: 'Bearer t', 'X-School': '11ZZ03' },
    body: '{"school":"11ZZ03"}',
  };
  const parameters = `created expires=60 nonce alg=${algorithm} keyid tag=eckid`;
  const { headers } = library('sign', {
    request, components, parameters, unique, key: keys[algorithm].pem, keyid: 'school',
    now: now() });
  return { ...request, headers };
}

const list = (headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));

const described = (request) => ({
  kind: 'request', method: request.method, targetUri: request.url, fields: list(request.headers),
  requestTarget: request.url.replace(/^https:..[^/]*/, '') });

async function strictVerifier(algorithm) {
  const subtle = { ed25519: 'Ed25519', 'rsa-pss-sha512': { name: 'RSA-PSS', hash: 'SHA-512' } };
  if (!subtle[algorithm]) {
    return { algorithm, verify: (data, signature) => verify(algorithm, data, signature) };
  }
  const der = keys[algorithm].publicKey.export({ type: 'spki', format: 'der' });
  return strict.webcrypto.verifier(
    await crypto.subtle.importKey('spki', der, subtle[algorithm], true, ['verify']));
}

// What each of the two says about a request: true only if it is believed.
const verifiers = {
  'http-message-sig': (algorithm, covered) => async (request) => {
    try {
      const { label } = await strict.verifySignature(described(request), {
        policy: {
          algorithms: [algorithm], requiredComponents: covered, maxAge: 60, clockSkew: 5,
          requiredParameters: ['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'],
        },
        resolveVerifier: (candidate) => {
          if (candidate.parameters.keyid !== 'school') throw new Error('an unknown keyid');
          return strictVerifier(algorithm);
        },
      });
      return label === 'sig1';
    } catch {
      return false;
    }
  },
  'http-message-signatures': (algorithm, covered) => async (request) => {
    try {
      return await httpbis.verifyMessage({
        requiredFields: covered, requiredParams: ['created', 'expires', 'nonce', 'keyid'],
        maxAge: 60, tolerance: 5,
        keyLookup: async ({ keyid }) => keyid === 'school' && {
          id: keyid, algs: [algorithm],
          verify: createVerifier(keys[algorithm].publicPem, algorithm),
        },
      }, request);
    } catch {
      return false;
    }
  },
};

const changed = (request, name, value) => ({
  ...request, headers: { ...request.headers, [name]: value } });

const tampered = (request) => ({
  method: { ...request, method: 'PUT' },
  path: { ...request, url: URL.replace('students', 'teachers') },
  query: { ...request, url: URL.replace('11ZZ03', '11ZZ04') },
  host: { ...request, url: URL.replace('las.', 'other.') },
  type: changed(request, 'Content-Type', 'text/plain'),
  digest: changed(request, 'Content-Digest', flip(request.headers['Content-Digest'], 12)),
  authorization: changed(request, 'Authorization', 'Bearer u'),
  'a stripped field': changed(request, 'Authorization', undefined),
  signature: changed(request, 'Signature', flip(request.headers.Signature, 12)),
  nonce: changed(request, 'Signature-Input',
    request.headers['Signature-Input'].replace(/nonce="./, 'nonce="-')),
  time: changed(request, 'Signature-Input',
    request.headers['Signature-Input'].replace(/expires=1/, 'expires=2')),
  components: changed(request, 'Signature-Input',
    request.headers['Signature-Input'].replace('"content-digest" ', '')),
});

// Without what is undefined, which is no field at all.
const clean = (request) => ({
  ...request, headers: Object.fromEntries(
    Object.entries(request.headers).filter(([, value]) => value !== undefined)) });

async function ours() {
  for (const peer of Object.keys(verifiers)) {
    for (const algorithm of Object.keys(keys)) {
      const believed = verifiers[peer](algorithm, USUAL);
      const request = ask(algorithm);
      const bad = Object.entries(tampered(request)).map(
        ([name, other]) => [name, () => believed(clean(other))]);
      await row('our signed request', peer, algorithm,
        { request: () => believed(request) }, Object.fromEntries(bad));
    }
  }
}

// Lists of an operator's, and what of them may be changed in vain.
const LISTS = [
  ['@method @authority @path @query x-school', (r) => changed(r, 'X-School', '11ZZ04')],
  ['content-digest;key="sha-256" @scheme @request-target', (r) => ({
    ...r, url: r.url.replace('11ZZ03', '11ZZ04') })],
];
const QUERY = ['@query-param;name="school" @method', (r) => ({
  ...r, url: r.url.replace('11ZZ03', '11ZZ04') })];

async function settable() {
  const rows = [...LISTS.map((list) => ['http-message-sig', ...list]),
    ...[...LISTS.slice(0, 1), QUERY].map((list) => ['http-message-signatures', ...list])];
  for (const [peer, words, change] of rows) {
    const believed = verifiers[peer]('ecdsa-p256-sha256', []);
    const request = ask('ecdsa-p256-sha256', words);
    await row('components of our choice', peer, 'ecdsa-p256-sha256',
      { [words]: () => believed(request) }, { 'what is covered': () => believed(change(request)) });
  }
}

// An answer to sign: as each of the two makes one over what we demand.
const BODY = '{"userMasterIdentifier":null}';
const DIGEST = `sha-256=:${crypto.createHash('sha256').update(BODY).digest('base64')}:`;
const blank = () => ({
  status: 200, headers: { 'Content-Type': 'application/json', 'Content-Digest': DIGEST },
  body: BODY });

const COVERED = ['@status', 'content-digest', 'content-type'];

const signers = {
  'http-message-sig': async (algorithm, request, { created = now(), bound = true } = {}) => {
    const answer = blank();
    const fields = await strict.createSignature({
      kind: 'response', status: answer.status, fields: list(answer.headers),
      request: described(request),
    }, {
      label: 'las',
      components: [...COVERED,
        ...(bound ? [strict.component('signature', { req: true, key: 'sig1' })] : [])],
      parameters: { created, keyid: 'las', alg: algorithm },
      signer: { algorithm, sign: (data) => sign(algorithm, data) },
    });
    answer.headers['Signature-Input'] = fields.signatureInput;
    answer.headers.Signature = fields.signature;
    return answer;
  },
  'http-message-signatures': async (algorithm, request,
    { created = now(), bound = true, own = algorithm !== 'rsa-pss-sha512' } = {}) => {
    const key = own ? createSigner(keys[algorithm].pem, algorithm, 'las') : {
      id: 'las', alg: algorithm, sign: async (data) => sign(algorithm, data) };
    return httpbis.signMessage({
      key, name: 'las', params: ['created', 'keyid', 'alg'],
      paramValues: { created: new Date(created * 1000) },
      fields: [...COVERED, ...(bound ? ['"signature";req;key="sig1"'] : [])],
    }, blank(), request);
  },
};

// What the library says about an answer.
const judged = (algorithm, request, answer, trusted = {}) => () => library('verify', {
  request, answer, algorithm, key: keys[algorithm].publicPem, keyid: 'las', now: now(), ...trusted,
}).good;

const badAnswers = (answer) => ({
  status: { ...answer, status: 404 },
  body: { ...answer, body: BODY.replace('null', 'true') },
  type: changed(answer, 'Content-Type', 'text/html'),
  digest: changed(answer, 'Content-Digest', flip(DIGEST, 12)),
  signature: changed(answer, 'Signature', flip(answer.headers.Signature, 12)),
  parameter: changed(answer, 'Signature-Input',
    answer.headers['Signature-Input'].replace('created=1', 'created=2')),
  'no signature': clean(changed(answer, 'Signature', undefined)),
});

async function theirs() {
  for (const [peer, signed] of Object.entries(signers)) {
    for (const algorithm of Object.keys(keys)) {
      const request = ask(algorithm);
      const answer = await signed(algorithm, request);
      const bad = Object.entries(badAnswers(answer)).map(
        ([name, other]) => [name, judged(algorithm, request, other)]);
      await row('their signed answer', peer, algorithm,
        { answer: judged(algorithm, request, answer) }, {
          ...Object.fromEntries(bad),
          'the answer to another request': judged(algorithm, ask(algorithm), answer),
          'one bound to no request':
            judged(algorithm, request, await signed(algorithm, request, { bound: false })),
          'an old one': judged(algorithm, request,
            await signed(algorithm, request, { created: now() - 600 })),
          'another keyid': judged(algorithm, request, answer, { keyid: 'other' }),
          'another key': judged(algorithm, request, answer,
            { key: keys[algorithm === 'ed25519' ? 'rsa-pss-sha512' : 'ed25519'].publicPem }),
        });
    }
  }
}

// RFC 9421 section 3.3.1 has a salt of 64 bytes; this signer takes the longest that fits.
async function salt() {
  const request = ask('rsa-pss-sha512');
  const signed = signers['http-message-signatures'];
  await row('their own PSS signer', 'http-message-signatures', 'rsa-pss-sha512', {},
    { 'another salt': judged('rsa-pss-sha512', request,
      await signed('rsa-pss-sha512', request, { own: true })) });
}

export default async function signatures() {
  await ours();
  await settable();
  await theirs();
  await salt();
}
