#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# joserfc refuses a token whose header is longer than 512 characters: one with a certificate (x5c),
# or an RSA-3072 key (jwk), both of RFC 7515 sections 4.1.6 and 4.1.3. Authlib's OpenID Connect
# client, which reads ID tokens by joserfc since 1.7, refuses such logins with it; Authlib's older
# authlib.jose in the same release does not, nor does any other library here. By default joserfc also
# refuses each header parameter that it does not know, which section 4 says to ignore; there
# Authlib's client asks it not to.
#
# Why it matters: a provider that puts its certificate into the header, as iSHARE demands of all
# parties, cannot be used from Python's most used client after an update. The limit can be raised by
# joserfc.jws.JWSRegistry.max_header_length, for the whole process. Leave x5c out of tokens: the
# JWKS can hold it.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund jose@6.2.18 jsonwebtoken@9.0.3 &
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 joserfc==1.8.0 \
    jwcrypto==1.6.1 PyJWT==2.15.1 python-jose==3.5.0 cryptography==50.0.2
wait
openssl req -x509 -newkey rsa:3072 -nodes -days 2 -subj /CN=op.example -keyout key.pem \
    -out cert.pem 2> /dev/null
cat > try.py <<'PY'
import base64
import importlib.metadata
import json
import ssl
import time

import authlib.jose
import jose.jwt
import joserfc.jwk
import joserfc.jws
import joserfc.jwt
import jwcrypto.jwk
import jwcrypto.jwt
import jwt
from authlib.integrations.base_client.sync_openid import OpenIDMixin

KEY = open("key.pem").read()
PUBLIC = {"kid": "k", **{member: value for member, value in json.loads(
    jwcrypto.jwk.JWK.from_pem(KEY.encode()).export_public()).items() if member in ("kty", "n", "e")}}
CERTIFICATE = base64.b64encode(ssl.PEM_cert_to_DER_cert(open("cert.pem").read())).decode()


class Client(OpenIDMixin):
    """Authlib's OpenID Connect client, with what it would fetch from the provider."""
    client_id = "books"

    def load_server_metadata(self):
        return {"issuer": "https://op.example", "id_token_signing_alg_values_supported": ["RS256"]}

    def fetch_jwk_set(self, force=False):
        return {"keys": [PUBLIC]}


READERS = {
    "Authlib's OIDC client": lambda token: Client().parse_id_token({"id_token": token}, nonce="n"),
    "authlib.jose": lambda token: authlib.jose.JsonWebToken(["RS256"]).decode(
        token, authlib.jose.JsonWebKey.import_key(PUBLIC)),
    "joserfc": lambda token: joserfc.jwt.decode(
        token, joserfc.jwk.RSAKey.import_key(PUBLIC), algorithms=["RS256"]),
    "jwcrypto": lambda token: jwcrypto.jwt.JWT(
        jwt=token, key=jwcrypto.jwk.JWK(**PUBLIC), algs=["RS256"]),
    "PyJWT": lambda token: jwt.decode(token, jwt.PyJWK(PUBLIC), ["RS256"], audience="books"),
    "python-jose": lambda token: jose.jwt.decode(token, PUBLIC, "RS256", audience="books"),
}


def said_by(read, token):
    try:
        read(token)
        return "accepted"
    except Exception as error:
        return str(error)


now = int(time.time())
claims = {"iss": "https://op.example", "aud": "books", "sub": "somebody", "nonce": "n",
          "iat": now, "exp": now + 600}
cases = []
for name in ("Authlib", "joserfc", "jwcrypto", "PyJWT", "python-jose"):
    print(name, importlib.metadata.version(name))
for name, more in {"plain": {}, "x5c": {"x5c": [CERTIFICATE]},
                   "jwk": {"jwk": {member: PUBLIC[member] for member in ("kty", "n", "e")}},
                   "unknown": {"tenant": "x"}}.items():
    token = jwt.encode(claims, KEY, "RS256", {"kid": "k", **more})
    cases.append({"name": name, "token": token,
                  "said": {reader: said_by(read, token) for reader, read in READERS.items()}})
joserfc.jws.JWSRegistry.max_header_length = 4096
cases.append({"name": "x5c, raised limit", "token": cases[1]["token"],
              "said": {reader: said_by(read, cases[1]["token"])
                       for reader, read in READERS.items()}})
json.dump({"public": PUBLIC, "cases": cases}, open("cases.json", "w"))
PY
venv/bin/python -W ignore try.py 2> /dev/null # Authlib warns of its own module
cat > try.mjs <<'JS'
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'

for (const name of ['jose', 'jsonwebtoken'])
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)
const { public: key, cases } = JSON.parse(readFileSync('cases.json'))
const readers = {
  jose: token => jwtVerify(token, createLocalJWKSet({ keys: [key] }), { audience: 'books' }),
  jsonwebtoken: async token => jsonwebtoken.verify(token, createPublicKey({ format: 'jwk', key }))
}
const long = "Authlib's OIDC client joserfc"
const before = { plain: '', x5c: long, jwk: long, unknown: 'joserfc', 'x5c, raised limit': '' }
let same = true
for (const { name, token, said } of cases) {
  for (const [reader, read] of Object.entries(readers))
    said[reader] = await read(token).then(() => 'accepted', error => error.message)
  const not = Object.keys(said).filter(reader => said[reader] !== 'accepted')
  console.log(`${name}, ${token.indexOf('.')} characters: ${
    not.map(reader => `${reader}: ${said[reader]}`).join('; ') || 'accepted by all'}`)
  same &&= not.join(' ') === before[name]
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
