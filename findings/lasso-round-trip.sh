#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# lasso's round trip of valid SAML is not lossless, and every call succeeds. It reads an Assertion
# into objects and writes it again with an AttributeValue's xsi:nil="true" twice, under two prefixes
# for one namespace: no parser that knows namespaces reads that ("duplicate attribute"). An Advice
# with content of another namespace is dropped, and an AuthnRequest's Scoping goes as a whole as
# soon as it has two RequesterIDs, which hubs send when they are chained; with one it stays. For
# what it drops it logs that the input should follow the schema; the input does.
#
# Why it matters: a gateway that lets messages pass through lasso's objects signs something else
# than what it verified, a supplier sees a parse error in a document that was fine, and a policy
# on the requesting service never sees it. Edit the document tree; read Scoping from it, too.
set -euo pipefail
dpkg-query -W -f '${Package} ${Version}\n' python3-lasso 2>/dev/null | grep ' .' ||
    apt-get install -y -qq --no-install-recommends python3-lasso > /dev/null
dpkg-query -W liblasso3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat > "$tmp/try.py" <<'PY'
import sys
import xml.etree.ElementTree as tree
import lasso

SPACES = ('xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" '
          'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
          'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')
same = True


def trip(name, text, *marks):
    tree.fromstring(text)
    out = lasso.Node.newFromDump(text).dump()
    try:
        tree.fromstring(out)
        state = "well-formed"
    except tree.ParseError as error:
        state = str(error).split(":")[0]
    counts = [(text.count(mark), out.count(mark)) for mark in marks]
    print(f"{name}: {state};", ", ".join(
        f"{mark} {a} in, {b} out" for mark, (a, b) in zip(marks, counts)))
    return state, [b for _, b in counts]


def assertion(advice, value):
    return f"""<saml:Assertion {SPACES} ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
      <saml:Issuer>https://idp.example/</saml:Issuer>{advice}
      <saml:AttributeStatement><saml:Attribute Name="nlEduPersonUnit">{value}</saml:Attribute>
      </saml:AttributeStatement></saml:Assertion>"""


def request(*ids):
    many = "".join(f"<samlp:RequesterID>https://{a}.example/</samlp:RequesterID>" for a in ids)
    return f"""<samlp:AuthnRequest {SPACES} ID="_q" Version="2.0"
      IssueInstant="2026-01-01T00:00:00Z"><saml:Issuer>https://hub.example/</saml:Issuer>
      <samlp:Scoping>{many}</samlp:Scoping></samlp:AuthnRequest>"""


plain = "<saml:AttributeValue>3A</saml:AttributeValue>"
nil = '<saml:AttributeValue xsi:nil="true"/>'
advice = "<saml:Advice><saml:AssertionIDRef>_other</saml:AssertionIDRef></saml:Advice>"
foreign = '<saml:Advice><x:note xmlns:x="urn:example:note">seen</x:note></saml:Advice>'
results = [
    trip("a plain value", assertion("", plain), ">3A<"),
    trip("a nil value", assertion("", nil), 'nil="true"'),
    trip("advice, foreign", assertion(foreign, plain), "<saml:Advice>", "seen"),
    trip("one RequesterID", request("a"), "<samlp:RequesterID>"),
    trip("two RequesterIDs", request("a", "b"), "<samlp:RequesterID>", "<samlp:Scoping>"),
]
expected = [("well-formed", [1]), ("duplicate attribute", [2]), ("well-formed", [0, 0]),
            ("well-formed", [1]), ("well-formed", [0, 0])]
same = results == expected
print("still so" if same else f"CHANGED: {results}")
sys.exit(not same)
PY
/usr/bin/python3 "$tmp/try.py"
