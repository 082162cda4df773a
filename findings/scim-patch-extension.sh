#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# scim-patch (npm) files a SCIM extension under a wrong name when a PATCH brings the extension as
# one object, and reports success. RFC 7644 lets a client name it by its URN, as path or as a
# member of a value without path. The version in the URN ("...:2.0:User") has a dot, and the
# library takes the dot for the one between attribute and sub-attribute: what comes out is a new
# member "...:2.0" with a "User" inside it, beside the old extension, which keeps its old values.
# A path that goes down to one attribute ("...:2.0:User:department") is put in the right place.
#
# Why it matters: the Dutch ECK iD travels in such an extension, too. A receiver on this library
# says 200 and goes on serving the old pseudonym. Push single attributes, and as receiver test
# with the whole object.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund scim-patch@0.8.3
cat > try.cjs <<'JS'
const { readFileSync } = require('node:fs')
const { scimPatch } = require('scim-patch')
console.log('scim-patch', JSON.parse(readFileSync('node_modules/scim-patch/package.json')).version)

const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const cut = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0'
function patched(operation) {
  const user = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', urn], id: '1', userName: 'test',
    meta: { resourceType: 'User', created: new Date(0), lastModified: new Date(0) },
    [urn]: { department: 'old' } }
  const { [urn]: right, [cut]: wrong } = scimPatch(user, [operation])
  console.log(JSON.stringify(operation), '\n  in its place:', JSON.stringify(right),
    'elsewhere:', JSON.stringify(wrong))
  return { right: right?.department, wrong: wrong?.User?.department }
}

const one = patched({ op: 'replace', path: `${urn}:department`, value: 'new' })
const byPath = patched({ op: 'replace', path: urn, value: { department: 'new' } })
const noPath = patched({ op: 'replace', value: { [urn]: { department: 'new' } } })
const added = patched({ op: 'add', value: { [urn]: { department: 'new' } } })
const same = one.right === 'new' && one.wrong === undefined &&
  [byPath, noPath, added].every(a => a.right === 'old' && a.wrong === 'new')
console.log(same ? 'still so: the whole extension lands elsewhere' : 'CHANGED')
process.exit(same ? 0 : 1)
JS
node try.cjs
