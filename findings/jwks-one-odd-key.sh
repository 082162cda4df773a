#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One key that a client does not know can take all others of a JWKS with it. RFC 7517 section 5
# says that such keys should be ignored, and libraries disagree about which those are: Nimbus skips
# a kty that it does not know, but for a crv that it does not know it refuses the whole set, as
# joserfc does; with Authlib it is the other way round; node-jose refuses every set with an OKP key,
# X25519 and Ed25519 too. python-jose looks at no kid: it tries key by key, and the first of another
# kind than the token's ends it, so an ordinary EC key before the RSA key fails every login by
# RS256.
#
# Why it matters: a provider that adds a key for one client (Ed25519, ML-DSA, a curve of its own
# sector) ends the logins of others, whose own key did not change. List RSA keys first, and new
# kinds of keys only when a client needs them.
set -euo pipefail
for tool in javac mvn; do
    command -v $tool > /dev/null || { echo "needs Java 17 and Maven"; exit 2; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund jose@6.2.18 node-jose@2.2.0 &
{
    python3 -m venv venv
    venv/bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 joserfc==1.8.0 \
        python-jose==3.5.0 PyJWT==2.15.1 cryptography==50.0.2
} &
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>try</groupId><artifactId>try</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.nimbusds</groupId><artifactId>nimbus-jose-jwt</artifactId>
      <version>10.9.1</version></dependency>
    <dependency><groupId>org.bitbucket.b_c</groupId><artifactId>jose4j</artifactId>
      <version>0.9.7</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B -Dmaven.repo.local="$tmp/m2" dependency:copy-dependencies -DoutputDirectory=lib \
    > mvn.log 2>&1 || { cat mvn.log; exit 2; }
wait
cat > make.mjs <<'JS'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = key => key.export({ format: 'jwk' })
const part = object => Buffer.from(JSON.stringify(object)).toString('base64url')
const text = `${part({ alg: 'RS256', kid: 'a' })}.${part({ iss: 'https://op.example', aud: 'books',
  exp: Math.floor(Date.now() / 1000) + 600 })}`
const signature = sign('sha256', Buffer.from(text), pair.privateKey).toString('base64url')
writeFileSync('token', `${text}.${signature}`)

const ours = { ...jwk(pair.publicKey), kid: 'a', use: 'sig', alg: 'RS256' }
const named = (key, kid, use) => ({ ...key, kid, use })
const ec = named(jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), 'b', 'sig')
const random = length => randomBytes(length).toString('base64url')
const sets = {
  alone: [ours],
  'P-256 first': [ec, ours],
  'P-256 behind': [ours, ec],
  X25519: [ours, named(jwk(generateKeyPairSync('x25519').publicKey), 'b', 'enc')],
  'ML-DSA': [ours, named({ kty: 'AKP', alg: 'ML-DSA-65', pub: random(1952) }, 'b', 'sig')],
  'BP-256': [ours, named({ kty: 'EC', crv: 'BP-256', x: random(32), y: random(32) }, 'b', 'sig')]
}
mkdirSync('sets')
for (const [name, keys] of Object.entries(sets))
  writeFileSync(`sets/${name}`, JSON.stringify({ keys }))
JS
node make.mjs
cat > try.mjs <<'JS'
import { readFileSync, readdirSync } from 'node:fs'
import { createLocalJWKSet, jwtVerify } from 'jose'
import nodeJose from 'node-jose'

const token = readFileSync('token', 'utf8')
const readers = {
  jose: set => jwtVerify(token, createLocalJWKSet(set), { audience: 'books' }),
  'node-jose': async set =>
    nodeJose.JWS.createVerify(await nodeJose.JWK.asKeyStore(set)).verify(token)
}
for (const set of readdirSync('sets'))
  for (const [name, read] of Object.entries(readers)) {
    const said = await read(JSON.parse(readFileSync(`sets/${set}`)))
      .then(() => 'accepted', error => error.message)
    console.log(`${set}\t${name}\t${said}`)
  }
JS
cat > try.py <<'PY'
import json
import os

import jose.jwt
import jwt
from authlib.jose import JsonWebKey, JsonWebToken
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

token = open("token").read()
kid = jwt.get_unverified_header(token)["kid"]
readers = {
    "PyJWT": lambda keys: jwt.decode(token, jwt.PyJWKSet.from_dict(keys)[kid], ["RS256"],
                                     audience="books"),
    "Authlib": lambda keys: JsonWebToken(["RS256"]).decode(token, JsonWebKey.import_key_set(keys)),
    "joserfc": lambda keys: joserfc_jwt.decode(token, KeySet.import_key_set(keys),
                                               algorithms=["RS256"]),
    "python-jose": lambda keys: jose.jwt.decode(token, keys, "RS256", audience="books"),
}
for name in os.listdir("sets"):
    for reader, read in readers.items():
        try:
            read(json.load(open(f"sets/{name}")))
            said = "accepted"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        print(f"{name}\t{reader}\t{said}")
PY
cat > Try.java <<'JAVA'
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.*;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.file.*;
import java.util.Map;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;

public class Try {
    interface Reader {
        Object read(String keys) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        String token = Files.readString(Path.of("token"));
        Map<String, Reader> readers = Map.of("Nimbus", keys -> {
            var processor = new DefaultJWTProcessor<SecurityContext>();
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256,
                new ImmutableJWKSet<>(JWKSet.parse(keys))));
            return processor.process(token, null);
        }, "jose4j", keys -> new JwtConsumerBuilder().setExpectedAudience("books")
            .setVerificationKeyResolver(
                new JwksVerificationKeyResolver(new JsonWebKeySet(keys).getJsonWebKeys()))
            .build().processToClaims(token));
        for (Path set : Files.list(Path.of("sets")).toList()) {
            for (var reader : readers.entrySet()) {
                String said = "accepted";
                try {
                    reader.getValue().read(Files.readString(set));
                } catch (Exception error) {
                    said = error.getMessage();
                }
                System.out.printf("%s\t%s\t%s%n", set.getFileName(), reader.getKey(), said);
            }
        }
    }
}
JAVA
{
    node try.mjs
    venv/bin/python try.py 2> /dev/null # Authlib warns of its own module
    java -cp 'lib/*' Try.java 2> /dev/null
} | sort > all
for name in jose node-jose; do
    echo "$name $(node -p "require('./node_modules/$name/package.json').version")"
done
venv/bin/pip list 2> /dev/null | grep -iE '^(authlib|joserfc|pyjwt|python-jose) ' | tr -s ' '
basename -a -s .jar lib/nimbus-jose-jwt-*.jar lib/jose4j-*.jar
echo "of $(cut -f 2 all | sort -u | wc -l) libraries, refused by:"
grep -v 'accepted$' all
if grep -v 'accepted$' all | cut -f 1,2 | diff - <(sort <<'OUT'
BP-256	Nimbus
BP-256	joserfc
ML-DSA	Authlib
ML-DSA	node-jose
P-256 first	python-jose
X25519	node-jose
OUT
)
then
    echo "still so"
else
    echo CHANGED
    exit 1
fi
