#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A token whose times have a fraction, which RFC 7519 section 2 allows, is from the future to jose,
# jsonwebtoken, Authlib and joserfc in the second in which it was made: they cut the fraction off
# their own clock, and not off the token's nbf; Authlib and joserfc not off iat either. So a token that
# is used at once is refused, and the same token a moment later is not. PyJWT, jwcrypto and
# python-jose accept it. All five of Python write such times as they are given: Authlib and joserfc
# refuse what they have just written.
#
# Why it matters: Python's time.time() has a fraction, and so have the tokens of PHP's lcobucci/jwt,
# and so of Laravel Passport, by default. Calls with them fail by chance, and more often the faster
# the network is. Write whole seconds, and give verifiers a second of tolerance.
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
cat > try.py <<'PY'
import importlib.metadata
import json
import time
from unittest import mock

import authlib.jose
import jose.jwt
import joserfc.jwk
import joserfc.jwt
import jwcrypto.jwk
import jwcrypto.jwt
import jwt

SECRET = "a key only for this test, 32 byte"
HEADER = {"alg": "HS256"}
JOSERFC_KEY = joserfc.jwk.OctKey.import_key(SECRET)
JWCRYPTO_KEY = jwcrypto.jwk.JWK.from_password(SECRET)


def write_by_jwcrypto(claims):
    token = jwcrypto.jwt.JWT(header=HEADER, claims=claims)
    token.make_signed_token(JWCRYPTO_KEY)
    return token.serialize()


def read_by_joserfc(token):
    joserfc.jwt.JWTClaimsRegistry().validate(joserfc.jwt.decode(token, JOSERFC_KEY).claims)


WRITERS = {
    "Authlib": lambda claims: authlib.jose.jwt.encode(HEADER, claims, SECRET).decode(),
    "joserfc": lambda claims: joserfc.jwt.encode(HEADER, claims, JOSERFC_KEY),
    "jwcrypto": write_by_jwcrypto,
    "PyJWT": lambda claims: jwt.encode(claims, SECRET),
    "python-jose": lambda claims: jose.jwt.encode(claims, SECRET),
}
READERS = {
    "Authlib": lambda token: authlib.jose.jwt.decode(token, SECRET).validate(),
    "joserfc": read_by_joserfc,
    "jwcrypto": lambda token: jwcrypto.jwt.JWT(jwt=token, key=JWCRYPTO_KEY, algs=["HS256"]),
    "PyJWT": lambda token: jwt.decode(token, SECRET, ["HS256"]),
    "python-jose": lambda token: jose.jwt.decode(token, SECRET, "HS256"),
}


def said_by(read, token, now):
    try:
        with mock.patch("time.time", return_value=now):
            read(token)
        return "accepted"
    except Exception as error:
        return str(error)


second = int(time.time())
claims = {"iat": second + 0.5, "nbf": second + 0.5, "exp": second + 600.5}
cases = []
for writer, write in WRITERS.items():
    print(writer, importlib.metadata.version(writer))
    token = write(dict(claims))
    for now in (second + 0.6, second + 1):
        cases.append({"token": token, "writer": writer, "age": round(now - second - 0.5, 1),
                      "now": now, "said": {reader: said_by(read, token, now)
                                           for reader, read in READERS.items()}})
json.dump({"secret": SECRET, "cases": cases}, open("cases.json", "w"))
PY
venv/bin/python -W ignore try.py 2> /dev/null # Authlib warns of its own module
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'

for (const name of ['jose', 'jsonwebtoken'])
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)
const { secret, cases } = JSON.parse(readFileSync('cases.json'))
let same = true
for (const { token, writer, age, now, said } of cases) {
  Date.now = () => now * 1000
  said.jose = await jwtVerify(token, Buffer.from(secret), { currentDate: new Date(now * 1000) })
    .then(() => 'accepted', error => error.message)
  try {
    jsonwebtoken.verify(token, secret)
    said.jsonwebtoken = 'accepted'
  } catch (error) {
    said.jsonwebtoken = error.message
  }
  const not = Object.keys(said).filter(reader => said[reader] !== 'accepted')
  console.log(`${writer}'s, ${age} s old: ${not.map(reader => `${reader}: ${said[reader]}`)
    .join('; ') || 'accepted by all'}`)
  same &&= not.join(' ') === (age < 0.5 ? 'Authlib joserfc jose jsonwebtoken' : '')
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
