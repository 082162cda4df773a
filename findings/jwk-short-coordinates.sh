#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Authlib (its own authlib.jose) and cryptojwt leave out zeros in front of an EC key's numbers when
# they write it as a JWK, cryptojwt for P-521 only. RFC 7518 section 6.2.1.2 wants the full length.
# With P-256 one key in 128 comes out short, so tests never see it; with P-521, whose first byte has
# one bit, three in four. PyJWT, node-jose and Debian's cjose, which is mod_auth_openidc's, cannot read such
# a key; Authlib, joserfc, jwcrypto, python-jose, cryptojwt and jose can, so what its own makers try
# works. node-jose says only that it found no key.
#
# Why it matters: a key roll-over of a provider on Authlib ends the logins of some clients, by
# chance and until the next one. Look at the lengths of x and y in the JWKS: 43 characters for P-256,
# 64 for P-384 and 88 for P-521. A key that came out short is best replaced by another.
set -euo pipefail
dpkg-query -W -f '${Status}' libcjose0 2> /dev/null | grep -q '^install ok installed' ||
    apt-get install -y -qq --no-install-recommends libcjose0 > /dev/null
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund jose@6.2.18 node-jose@2.2.0 &
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 cryptojwt==1.11.0 \
    joserfc==1.8.0 jwcrypto==1.6.1 PyJWT==2.15.1 python-jose==3.5.0 cryptography==50.0.2
wait
cat > try.py <<'PY'
import base64
import ctypes
import importlib.metadata
import json

import authlib.jose
import jose.jwt
import joserfc.jwk
import joserfc.jwt
import jwcrypto.jwk
import jwcrypto.jwt
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptojwt.jwk.ec import ECKey
from cryptojwt.jws.jws import JWS


def by_authlib(key):
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return authlib.jose.JsonWebKey.import_key(pem, {"kty": "EC"}).as_dict()


def by_cryptojwt(key):
    return ECKey().load_key(key).serialize()


def by_joserfc(key):
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return joserfc.jwk.ECKey.import_key(pem).as_dict()


class Cjose:
    class Error(ctypes.Structure):
        _fields_ = [("code", ctypes.c_int), ("message", ctypes.c_char_p),
                    ("function", ctypes.c_char_p), ("file", ctypes.c_char_p),
                    ("line", ctypes.c_ulong)]

    def __init__(self):
        self.library = ctypes.CDLL("libcjose.so.0")
        self.library.cjose_jwk_import.restype = ctypes.c_void_p
        self.library.cjose_jws_import.restype = ctypes.c_void_p
        self.library.cjose_jws_verify.argtypes = [ctypes.c_void_p] * 3

    def __call__(self, token, jwk, alg):
        text, error = json.dumps(jwk).encode(), self.Error()
        key = self.library.cjose_jwk_import(text, len(text), ctypes.byref(error))
        if not key:
            raise ValueError(error.message.decode())
        jws = self.library.cjose_jws_import(token.encode(), len(token), ctypes.byref(error))
        assert self.library.cjose_jws_verify(jws, key, ctypes.addressof(error))


READERS = {
    "Authlib": lambda token, jwk, alg: authlib.jose.JsonWebToken([alg]).decode(
        token, authlib.jose.JsonWebKey.import_key(jwk)),
    "cjose": Cjose(),
    "cryptojwt": lambda token, jwk, alg: JWS(alg=alg).verify_compact(token, [ECKey(**jwk)]),
    "joserfc": lambda token, jwk, alg: joserfc.jwt.decode(
        token, joserfc.jwk.ECKey.import_key(jwk), algorithms=[alg]),
    "jwcrypto": lambda token, jwk, alg: jwcrypto.jwt.JWT(
        jwt=token, key=jwcrypto.jwk.JWK(**jwk), algs=[alg]),
    "PyJWT": lambda token, jwk, alg: jwt.decode(token, jwt.PyJWK(jwk), [alg]),
    "python-jose": lambda token, jwk, alg: jose.jwt.decode(token, jwk, alg),
}


def said_by(read, *args):
    try:
        read(*args)
        return "accepted"
    except Exception as error:
        return str(error)


cases = []
for name in ("Authlib", "cryptojwt", "joserfc", "jwcrypto", "PyJWT", "python-jose"):
    print(name, importlib.metadata.version(name))
for alg, curve, size, writers in (
        ("ES256", ec.SECP256R1(), 32, {"Authlib": by_authlib, "joserfc": by_joserfc}),
        ("ES512", ec.SECP521R1(), 66, {"Authlib": by_authlib, "cryptojwt": by_cryptojwt,
                                       "joserfc": by_joserfc})):
    tried = 0
    while True:
        key = ec.generate_private_key(curve)
        tried += 1
        if key.public_key().public_numbers().x.bit_length() <= 8 * (size - 1):
            break
    token = jwt.encode({"sub": "somebody"}, key, alg, {"kid": "k"})
    for writer, write in writers.items():
        jwk = {member: value.decode() if isinstance(value, bytes) else value
               for member, value in write(key.public_key()).items()} | {"kid": "k"}
        length = len(base64.urlsafe_b64decode(jwk["x"] + "=="))
        case = f"{alg} by {writer}"
        print(f"{case}: key {tried} has an x of {length} bytes of {size}")
        cases.append({"case": case, "short": length < size, "token": token, "jwk": jwk,
                      "said": {reader: said_by(read, token, jwk, alg)
                               for reader, read in READERS.items()}})
json.dump(cases, open("cases.json", "w"))
PY
venv/bin/python -W ignore try.py 2> /dev/null # Authlib warns of its own module
dpkg-query -W libcjose0
cat > try.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { createLocalJWKSet, jwtVerify } from 'jose'
import nodeJose from 'node-jose'

for (const name of ['jose', 'node-jose'])
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)
const readers = {
  jose: (token, set) => jwtVerify(token, createLocalJWKSet(set)),
  'node-jose': async (token, set) =>
    nodeJose.JWS.createVerify(await nodeJose.JWK.asKeyStore(set)).verify(token)
}
const short = ['ES256 by Authlib', 'ES512 by Authlib', 'ES512 by cryptojwt']
const refused = 'PyJWT cjose node-jose'
let same = true
for (const { case: name, short: isShort, token, jwk, said } of
  JSON.parse(readFileSync('cases.json'))) {
  for (const [reader, read] of Object.entries(readers))
    said[reader] = await read(token, { keys: [jwk] }).then(() => 'accepted', error => error.message)
  const not = Object.keys(said).filter(reader => said[reader] !== 'accepted').sort()
  console.log(`${name}: ${not.map(reader => `${reader}: ${said[reader]}`).join('; ') ||
    'accepted by all'}`)
  same &&= isShort === short.includes(name) && not.join(' ') === (isShort ? refused : '')
}
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs
