#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# node-saml (npm) signs its AuthnRequests for HTTP-POST with SHA-1, though it was told
# signatureAlgorithm: 'sha256': the digest within the signature has an option of its own,
# digestAlgorithm, and that is SHA-1 without it. And it compresses the request, as only HTTP-Redirect
# does (SAML 2.0 Bindings, section 3.5.4 has base64 alone), unless skipRequestCompression is set.
# By HTTP-Redirect, with the same options, both are right.
#
# Why it matters: an identity provider that refuses SHA-1, or expects XML in base64, refuses every
# login of such a supplier, and only its own log can tell why.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund @node-saml/node-saml@5.1.0
cat > try.js <<'JS'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { SAML } from '@node-saml/node-saml'

console.log('node-saml', JSON.parse(
  readFileSync('node_modules/@node-saml/node-saml/package.json')).version)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const options = {
  issuer: 'https://sp.example', callbackUrl: 'https://sp.example/acs',
  entryPoint: 'https://idp.example/sso', idpCert: 'MIIB',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }), signatureAlgorithm: 'sha256' }

const query = new URL(await new SAML(options).getAuthorizeUrlAsync('', undefined, {})).searchParams
console.log('HTTP-Redirect: SigAlg', query.get('SigAlg'))

const form = await new SAML({ ...options, authnRequestBinding: 'HTTP-POST' })
  .getAuthorizeFormAsync('')
const sent = Buffer.from(form.match(/name="SAMLRequest" value="([^"]*)"/)[1], 'base64')
const compressed = sent[0] !== '<'.charCodeAt(0)
const xml = (compressed ? inflateRawSync(sent) : sent).toString()
const algorithm = (name) => xml.match(new RegExp(`<${name} Algorithm="([^"]*)"`))[1]
console.log('HTTP-POST: compressed', compressed,
  '\n  SignatureMethod', algorithm('SignatureMethod'), '\n  DigestMethod', algorithm('DigestMethod'))

const same = query.get('SigAlg').endsWith('rsa-sha256') && compressed &&
  algorithm('SignatureMethod').endsWith('rsa-sha256') && algorithm('DigestMethod').endsWith('#sha1')
console.log(same ? 'still so: compressed, and signed over a SHA-1 digest' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.js
