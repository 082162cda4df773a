#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# scim2-filter-parser (PyPI) reads a SCIM filter's value, which RFC 7644 defines as JSON, as
# something else: null becomes the text 'NULL' and true the text 'TRUE' as SQL parameters, an
# escape such as \u0026 stays six characters, and a value with an escaped quotation mark or a
# negative number is no filter at all. The first three are silent: the query runs and finds
# nobody, which a provisioning client takes for "not there yet" and so creates the person anew.
#
# Why it matters: clients look a person up by externalId or userName before they push. JSON writers
# of several languages escape & and ' by default, so the same client finds some people and
# doubles others. Decode the value as JSON, and test filters with \u escapes.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0
cat > try.py <<'PY'
import importlib.metadata
import sys
from scim2_filter_parser.queries import SQLQuery

print("scim2-filter-parser", importlib.metadata.version("scim2-filter-parser"))
columns = {(name, None, None): f"people.{name}" for name in ("externalId", "active", "level")}
expected = {
    'externalId eq "95312@1.school.example"': ["95312@1.school.example"],
    r'externalId eq "R\u0026D"': [r"R\u0026D"],
    "externalId eq null": ["NULL"],
    "active eq true": ["TRUE"],
    r'externalId eq "a\"b"': "SCIMParserError",
    "level gt -1": "ValueError",
}
same = True
for text, before in expected.items():
    try:
        query = SQLQuery(text, "people", columns)
        now = list(query.params)
        print(f"{text}  =>  {query.where_sql} {now}")
    except Exception as error:
        now = type(error).__name__
        print(f"{text}  =>  {now}: {error}")
    same &= now == before
print("still so" if same else "CHANGED")
sys.exit(not same)
PY
venv/bin/python try.py
