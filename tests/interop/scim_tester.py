# SPDX-License-Identifier: GPL-3.0-or-later
"""scim2-tester (PyPI) against a receiver: python scim_tester.py BASE, the token in SCIM_TOKEN.

It fills attributes with words by chance, of which none is an ECK iD. So each is made one on its
way."""
import hashlib
import json
import os
import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

# An extension of which every attribute is "returned": "never" is still looked for in the answer.
NEVER = ("modify() returned unexpected value for 'urn:eckid:scim:schemas:extension:2.0:User'",
         "Returned value: None")


def is_bad(result):
    if result.status in (Status.SUCCESS, Status.SKIPPED):
        return False
    return not all(words in str(result.reason) for words in NEVER)


def with_eck_ids(value, name=None):
    if isinstance(value, dict):
        at = str(value.get("path", "")).endswith("eckId")
        return {k: with_eck_ids(v, "eckId" if at and k == "value" else k)
                for k, v in value.items()}
    if isinstance(value, list):
        return [with_eck_ids(each, name) for each in value]
    if name == "eckId" and isinstance(value, str):
        return "https://ketenid.nl/201703/" + hashlib.sha512(value.encode()).hexdigest()
    return value


class EckIds(httpx2.HTTPTransport):
    def handle_request(self, request):
        body = request.read()
        if body:
            body = json.dumps(with_eck_ids(json.loads(body))).encode()
            fields = {**request.headers, "content-length": str(len(body))}
            request = httpx2.Request(request.method, request.url, headers=fields, content=body,
                                    extensions=request.extensions)
        return super().handle_request(request)


def main():
    client = httpx2.Client(base_url=sys.argv[1], transport=EckIds(),
                          headers={"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"})
    results = check_server(SyncSCIMClient(client), raise_exceptions=False)
    bad = [each for each in results if is_bad(each)]
    for each in bad:
        print(each.status.name, each.title, each.reason)
    print(f"{len(results) - len(bad)} passed, {len(bad)} failed")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
