#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# RFC 9421's @query-param is not portable. Its value is encoded anew by the set for
# application/x-www-form-urlencoded with spaces as %20, so that ! ' ( ) ~ become %21 %27 %28 %29
# %7E. JavaScript's encodeURIComponent leaves these five alone; http-message-signatures (npm) uses
# it, so a signature made by the standard gets a plain "false" for a name such as "O'Brien" and
# passes for everybody else. http-message-sig (npm) and http-message-signatures (PyPI) do not know
# the component at all: every signature over it is refused.
#
# Why it matters: bulk calls to a student information system carry their school in the query. Sign
# @target-uri (or @query), which all three take, and not the single parameters.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund http-message-signatures@1.0.6 http-message-sig@0.3.0
python3 -m venv venv
# typing_extensions is imported by the library on Python 3.11 but not declared by it.
venv/bin/pip install --quiet --disable-pip-version-check http-message-signatures==2.0.1 \
    requests==2.34.2 typing_extensions==4.16.0
cat > try.mjs <<'JS'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import older from 'http-message-signatures'
import { verifySignature } from 'http-message-sig'

for (const name of ['http-message-signatures', 'http-message-sig'])
  console.log(name, '(npm)', JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
writeFileSync('public.pem', publicKey.export({ type: 'spki', format: 'pem' }))
const check = async (data, signature) => verify(null, data, publicKey, signature)
const seen = {}
const kept = []

async function both(name, query, component, value) {
  const url = `https://las.example/students?${query}`
  const created = Math.floor(Date.now() / 1000)
  const input = `(${component});created=${created};keyid="test";alg="ed25519"`
  const base = `${component}: ${value}\n"@signature-params": ${input}`
  const signature = sign(null, Buffer.from(base), privateKey).toString('base64')
  const headers = { 'Signature-Input': `sig=${input}`, Signature: `sig=:${signature}:` }
  kept.push({ name, url, headers })
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
  console.log(`${name}:`, first, '|', second)
  seen[name] = `${first},${second}`
}

const no = '@query-param is not supported'
await both('space', 'name=van%20Dam', '"@query-param";name="name"', 'van%20Dam')
await both('apostrophe', "name=O'Brien", '"@query-param";name="name"', 'O%27Brien')
await both('tilde', 'name=a~b', '"@query-param";name="name"', 'a%7Eb')
await both('brackets', 'name=(x)!', '"@query-param";name="name"', '%28x%29%21')
await both('whole URI', "name=O'Brien", '"@target-uri"',
  "https://las.example/students?name=O'Brien")
writeFileSync('kept.json', JSON.stringify(kept))
const same = seen.space === `true,${no}` && seen['whole URI'] === 'true,true' &&
  ['apostrophe', 'tilde', 'brackets'].every(name => seen[name] === `false,${no}`)
console.log(same ? 'npm: still so' : 'npm: CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
cat > try.py <<'PY'
import importlib.metadata
import json
import sys
import requests
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

print("http-message-signatures (PyPI)", importlib.metadata.version("http-message-signatures"))


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id):
        return open("public.pem", "rb").read()

    def resolve_private_key(self, key_id):
        raise KeyError(key_id)


verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Keys())
same = True
for case in json.load(open("kept.json")):
    request = requests.Request("GET", case["url"], headers=case["headers"]).prepare()
    request.url = case["url"]
    try:
        said = "accepted" if verifier.verify(request) else "nothing verified"
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    print(f"{case['name']}: {said}")
    same &= said == "accepted" if case["name"] == "whole URI" else "@query-param" in said
print("PyPI: still so" if same else "PyPI: CHANGED")
sys.exit(not same)
PY
venv/bin/python try.py
