#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pysaml2 turns SAML attribute values that carry an xsi:type into Python values and back while it
# reads them. A boolean written "1", which XML Schema allows beside "true", raises a ValueError
# that says "Type and value do not match", and with it the whole response cannot be read. Numbers
# come out rewritten without a word: xs:integer "0012345" is "12345", xs:float "1" is "1.0". What
# looks like a lossless reading of text is a conversion, also with another prefix than xs.
#
# Why it matters: student numbers have leading zeros. A gateway that adds attributes should type
# them xs:string or not at all, and should not "improve" an identity provider's types.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pysaml2==7.5.5
cat > try.py <<'PY'
import importlib.metadata
import sys
from saml2 import samlp

print("pysaml2", importlib.metadata.version("pysaml2"))


def read(prefix, kind, text):
    document = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
      xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
      xmlns:{prefix}="http://www.w3.org/2001/XMLSchema"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      ID="_r" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
      <samlp:Status>
        <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
      </samlp:Status>
      <saml:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z">
        <saml:Issuer>https://idp.example/</saml:Issuer>
        <saml:AttributeStatement><saml:Attribute Name="value">
          <saml:AttributeValue xsi:type="{prefix}:{kind}">{text}</saml:AttributeValue>
        </saml:Attribute></saml:AttributeStatement>
      </saml:Assertion></samlp:Response>"""
    try:
        response = samlp.response_from_string(document)
        return response.assertion[0].attribute_statement[0].attribute[0].attribute_value[0].text
    except ValueError as error:
        return f"ValueError: {error}"


same = True
for prefix, kind, text, before in (
        ("xs", "string", "0012345", "0012345"),
        ("xs", "integer", "0012345", "12345"),
        ("xs", "float", "1", "1.0"),
        ("xs", "boolean", "true", "true"),
        ("xs", "boolean", "1", "ValueError: Type and value do not match"),
        ("x", "integer", "0012345", "12345"),
        ("x", "boolean", "1", "ValueError: Type and value do not match")):
    now = read(prefix, kind, text)
    print(f"{prefix}:{kind} {text!r}  =>  {now!r}")
    same &= now == before or before.startswith("ValueError") and now.startswith(before)
print("still so" if same else "CHANGED")
sys.exit(not same)
PY
venv/bin/python try.py
