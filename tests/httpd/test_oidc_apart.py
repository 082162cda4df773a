# SPDX-License-Identifier: GPL-3.0-or-later
"""Two OpenID providers with suppliers of their own: their virtual host is guarded as a whole."""
import json

import pytest

from conftest import checked_place
from lab.oidcstage import as_json, fragment, payload
from lab.replay import answer, chunked
from lab.twoproviders import TwoProviders


class Apart(TwoProviders):
    """The first provider has the suppliers books and exercises, the second one has maps."""

    LINES = """<EckidSupplier urn:maps>
    EckidClient maps front-channel=on
    EckidName eckId
    EckidRelease uid
  </EckidSupplier>"""


@pytest.fixture(scope="module")
def pair():
    with checked_place("test_oidc_apart") as place:
        first = Apart(place)
        yield first, first.second


# What the first provider's location sends; @ is a token. A reply, and arguments for curl.
POST = ("-u", "canteen:s", "-d", "grant_type=x")
ANSWERS = {
    "a token response": (lambda t: as_json({"access_token": "a", "id_token": t}), POST),
    "another member": (lambda t: as_json({"access_token": "a", "x": [t]}), POST),
    "a JWT": (lambda t: answer(t, content_type="application/jwt"), POST),
    "a long one": (lambda t: chunked(json.dumps({"x": "lorem " * 200000, "t": t}), 5000,
                                     content_type="application/json"), POST),
    "a fragment": (lambda t: answer("", f"Location: https://c.example/#id_token={t}",
                                    status="302 Found"), ()),
    "a path": (lambda t: answer("", f"Location: https://c.example/x/{t}", status="302 Found"), ()),
    "a Refresh": (lambda t: answer("", f"Refresh: 0; url=/?x={t}"), ()),
    "a page": (lambda t: answer(f"<i>{t}</i>"), ()),
    "a long page": (lambda t: chunked("<p>lorem ipsum</p>" * 70000 + f"<i>{t}</i>", 5000), ()),
}


@pytest.mark.parametrize("path", ["/token", "/elsewhere"])
@pytest.mark.parametrize("name", ANSWERS)
def test_a_token_of_the_other_s_supplier_passes_nowhere(pair, name, path):
    first, second = pair
    make, arguments = ANSWERS[name]
    path = path if arguments else "/authorize"
    for client in ("maps", "canteen"):
        token = second.sign(second.claims(client))
        first.set(path, make(token))
        got = first.get(path, *arguments)
        shown = got.text + str(got.headers)
        assert (token[:-5] in shown) == (client == "canteen")


@pytest.mark.parametrize("number", [0, 1])
def test_each_one_s_own_are_filled(pair, number):
    one, client = pair[number], ("exercises", "maps")[number]
    got = one.token(one.sign(one.claims(client)), client)
    assert payload(json.loads(got.text)["id_token"])["eckId"] == one.student.eckid
    token = one.sign(one.claims(client))
    one.set("/authorize", answer("", f"Location: https://c.example/#id_token={token}",
                                 status="302 Found"))
    assert payload(fragment(one.get("/authorize"))["id_token"])["eckId"] == one.student.eckid
