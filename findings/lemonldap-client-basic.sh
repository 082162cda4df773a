#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# LemonLDAP::NG reads client_secret_basic in three ways of its own. The base64 of the header ends
# for it at the first + or /, which RFC 4648 section 4 has beside letters and digits: a secret with ~
# or ? is refused if that character comes third, sixth, ninth ... in "id:secret", and taken
# elsewhere. What was decoded is not decoded as a form, as RFC 6749 section 2.3.1 demands, and
# openid-client encodes all that is no letter or digit: its "school-books" is "school%2Dbooks", a
# client that there is not. And a secret ends at its first colon, which RFC 7617 section 2 allows.
#
# Why it matters: the client gets invalid_client for the right secret, and the next secret that is
# made may work. Give clients of LemonLDAP::NG ids and secrets of letters and digits, or
# client_secret_post.
set -euo pipefail
for package in liblemonldap-ng-portal-perl libplack-perl libstring-random-perl libio-string-perl \
    curl; do
    dpkg-query -W -f '${Package} ${Version}\n' "$package" 2>/dev/null | grep -q ' .' ||
        apt-get install -y -qq --no-install-recommends "$package" > /dev/null
done
dpkg-query -W liblemonldap-ng-portal-perl
tmp=$(mktemp -d)
trap 'kill "$(cat "$tmp/pid" 2>/dev/null)" 2>/dev/null || :; rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund openid-client@6.9.0
mkdir -p conf cache sessions/lock lib/GD
# The portal does not start without a library that draws pictures, though it is to draw none.
echo 'package GD::SecurityImage; 1;' > lib/GD/SecurityImage.pm
cat > portal.ini <<INI
[all]
logLevel = error
[configuration]
type = File
dirName = $tmp/conf
localStorage = Cache::FileCache
localStorageOptions = {'namespace' => 'conf', 'cache_root' => '$tmp/cache', 'cache_depth' => 1}
[portal]
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
INI
cat > try.mjs <<'JS'
import { execFileSync, spawn } from 'node:child_process'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import * as client from 'openid-client'

const [here] = process.argv.slice(2)
console.log('openid-client',
  JSON.parse(readFileSync('node_modules/openid-client/package.json')).version)
const port = await new Promise(resolve => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})
const url = `http://127.0.0.1:${port}`
const rows = [ // client id, secret, how it is sent, what comes of it
  ['books', 'secret', 'openid-client, basic', 'accepted'],
  ['school-books', 'secret', 'openid-client, basic', 'refused'],
  ['school-books', 'secret', 'openid-client, post', 'accepted'],
  ['school-books', 'secret', 'curl, basic', 'accepted'],
  ['shelf', 'a~cd', 'curl, basic', 'accepted'],
  ['reader', 'a~cd', 'curl, basic', 'refused'],
  ['reader', 'a~cd', 'openid-client, post', 'accepted'],
  ['pupils', 'a?cd', 'curl, basic', 'refused'],
  ['colon', 'a:cd', 'curl, basic', 'refused']
]
const options = Object.fromEntries(rows.map(([id, secret]) => [id, {
  oidcRPMetaDataOptionsClientID: id, oidcRPMetaDataOptionsClientSecret: secret }]))
const storage = { Directory: `${here}/sessions`, LockDirectory: `${here}/sessions/lock` }
writeFileSync('conf/lmConf-1.json', JSON.stringify({
  cfgNum: 1, cfgAuthor: 'test', cfgDate: 1, portal: `${url}/`, domain: 'localhost',
  key: 'only for this test', authentication: 'Demo', userDB: 'Same', passwordDB: 'Null',
  registerDB: 'Null', locationRules: { 'nowhere.localhost': { default: 'deny' } },
  exportedHeaders: {}, exportedVars: {}, macros: {}, groups: {},
  globalStorage: 'Apache::Session::File', globalStorageOptions: storage,
  persistentStorage: 'Apache::Session::File', persistentStorageOptions: storage,
  localSessionStorage: 'Cache::FileCache',
  localSessionStorageOptions: {
    cache_root: `${here}/cache`, cache_depth: 1, namespace: 'sessions' },
  issuerDBOpenIDConnectActivation: 1, oidcRPMetaDataOptions: options,
  oidcRPMetaDataExportedVars: Object.fromEntries(Object.keys(options).map(id => [id, {}]))
}))
const log = openSync('log', 'w')
const portal = spawn('plackup', [`-I${here}/lib`, '-o', '127.0.0.1', '-p', port,
  '/usr/share/lemonldap-ng/portal/htdocs/index.psgi'], { stdio: ['ignore', log, log], env: {
  ...process.env, LLNG_DEFAULTCONFFILE: `${here}/portal.ini`,
  LLNG_DEFAULTLOGGER: 'Lemonldap::NG::Common::Logger::Std' } })
writeFileSync('pid', `${portal.pid}\n`)
for (let n = 0; n < 200; n++)
  if (await fetch(`${url}/.well-known/openid-configuration`).then(r => r.ok, () => false)) break
  else await pause(100)

// Introspection wants a client that has shown who it is, and knows no token "x".
async function byOpenidClient(id, secret, method) {
  const config = await client.discovery(new URL(url), id, {}, method(secret),
    { execute: [client.allowInsecureRequests] })
  return client.tokenIntrospection(config, 'x').then(answer => JSON.stringify(answer),
    error => error.status === 401 ? 'refused' : error.message)
}
const ways = {
  'openid-client, basic': (id, secret) => byOpenidClient(id, secret, client.ClientSecretBasic),
  'openid-client, post': (id, secret) => byOpenidClient(id, secret, client.ClientSecretPost),
  'curl, basic': (id, secret) => {
    const answer = execFileSync('curl', ['-s', '-u', `${id}:${secret}`, '-d', 'token=x',
      `${url}/oauth2/introspect`], { encoding: 'utf8' })
    return JSON.parse(answer).error === 'invalid_client' ? 'refused' : answer
  }
}
let same = true
for (const [id, secret, way, before] of rows) {
  const said = await ways[way](id, secret)
  const now = said === '{"active":false}' ? 'accepted' : said
  console.log(`${id}:${secret} (${btoa(`${id}:${secret}`)}) by ${way}: ${now}`)
  same &&= now === before
}
portal.kill()
console.log(same ? 'still so' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.mjs "$tmp" || { cat log; exit 1; }
