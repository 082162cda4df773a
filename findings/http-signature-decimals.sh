#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A valid RFC 9421 signature over one member of a Dictionary field fails in two npm verifiers as
# soon as the member is a Decimal that ends in ".0". A component with ;key (or ;sf) is serialised
# again by the rules of Structured Fields, and "1.0" is the Decimal 1.0; JavaScript has one type of
# number, so both libraries write "1", which is an Integer, and build another signature base.
# 1.5 in the same place is accepted. Neither library says why: one answers false, the other
# "Signature verification failed", as for a forgery.
#
# Why it matters: whoever signs calls to a back office sees a signature that fails only for some
# values. Do not cover members or strictly serialised fields that may be Decimals; cover the
# whole field as it is.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund http-message-signatures@1.0.6 http-message-sig@0.3.0
cat > try.mjs <<'JS'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import older from 'http-message-signatures'
import { verifySignature } from 'http-message-sig'

for (const name of ['http-message-signatures', 'http-message-sig'])
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const check = async (data, signature) => verify(null, data, publicKey, signature)
const url = 'https://las.example/students'
const field = 'rate=1.0, share=1.5, burst=5'

async function both(member, serialised) {
  const created = Math.floor(Date.now() / 1000)
  const input = `("las-limits";key="${member}");created=${created};keyid="test";alg="ed25519"`
  const base = `"las-limits";key="${member}": ${serialised}\n"@signature-params": ${input}`
  const signature = sign(null, Buffer.from(base), privateKey).toString('base64')
  const headers = {
    'las-limits': field, 'signature-input': `sig=${input}`, signature: `sig=:${signature}:` }
  const first = await older.httpbis.verifyMessage(
    { keyLookup: async () => ({ id: 'test', algs: ['ed25519'], verify: check }) },
    { method: 'GET', url, headers }).catch(error => error.message)
  const second = await verifySignature(
    { kind: 'request', method: 'GET', targetUri: url,
      fields: Object.entries(headers).map(([name, value]) => ({ name, value })) },
    { policy: { algorithms: ['ed25519'], requiredComponents: [], requiredParameters: [],
        maxAge: 300, clockSkew: 5 },
      resolveVerifier: async () => ({ algorithm: 'ed25519', verify: check }) })
    .then(() => true, error => error.message)
  console.log(`${member}=${serialised}:`, first, '|', second)
  return [first, second].join()
}

const share = await both('share', '1.5')
const burst = await both('burst', '5')
const rate = await both('rate', '1.0')
const wrong = await both('rate', '1')
const same = share === 'true,true' && burst === 'true,true' &&
  rate === 'false,Signature verification failed' && wrong === 'true,true'
console.log(same ? 'still so: 1.0 is refused, and taken where it was signed as 1' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
