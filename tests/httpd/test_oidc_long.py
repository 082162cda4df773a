# SPDX-License-Identifier: GPL-3.0-or-later
"""ID tokens in pages that are longer than is held: searched for while they stream."""
import gzip

import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage
from lab.replay import answer, chunked

MIB = 1048576
FILLER = "<p>" + "lorem ipsum e.g. dolor www.school.example sit amet " * 20 + "</p>\n"
LONG = FILLER * (MIB // len(FILLER) + 100)


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_long") as place:
        yield OidcStage(place)


def parts(body, at, size):
    """The body with one border at that place, and others around it."""
    return [body[:at], *(body[i:i + size] for i in range(at, len(body), size))]


def sent(pieces, *fields, kind):
    head = answer(b"", *fields, content_type=kind, length=False)
    return [head, *pieces]


def is_shown(token, text):
    """Whether enough of it for a claim."""
    return token[:token.index(".") + 40] in text


@pytest.mark.parametrize("kind", ["text/html", "application/xml"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("border", ["before", "in the header", "in the payload", "at a dot"])
def test_a_token_in_a_streaming_page_breaks_it_off(stage, border, coding, kind):
    for client in ("books", "canteen"):
        token = stage.sign(stage.claims(client))
        text = f"{LONG}<!-- {token} -->{FILLER * 50}".encode()
        at = text.index(token.encode()) + {"before": 0, "in the header": 5, "in the payload": 300,
                                           "at a dot": token.index(".")}[border]
        fields = []
        if coding == "gzip":
            text, at, fields = gzip.compress(text, 0), at + 100, ["Content-Encoding: gzip"]
        stage.set("/page", sent(parts(text, at, 700), *fields, kind=kind))
        got = stage.get("/page", "-H", "Accept-Encoding: gzip")
        if client == "canteen":
            assert got.whole and got.body == text
        else:
            assert text.startswith(got.body) and len(got.body) > MIB
            assert not is_shown(token, got.body.decode("latin-1"))
            assert "ECK0242" in stage.last_line()


def test_a_token_before_the_limit_is_refused(stage):
    token = stage.sign(stage.claims())
    stage.set("/page", answer(f"<i>{token}</i>{LONG}"))
    got = stage.get("/page")
    assert got.status == 502 and "ECK0242" in stage.last_line()


def test_a_small_gzip_that_becomes_a_long_page(stage):
    for client, status in (("canteen", 200), ("books", 502)):
        body = gzip.compress(f"{LONG}<i>{stage.sign(stage.claims(client))}</i>".encode())
        stage.set("/page", answer(body, "Content-Encoding: gzip"))
        got = stage.get("/page", "-H", "Accept-Encoding: gzip")
        assert got.status == status and (got.body == body) == (client == "canteen")


def test_a_picture_in_base64_streams(stage):
    text = f'<img src="data:image/png;base64,{"eyJhbGciOiJSUzI1NiJ9" * 60000}">'.encode()
    text = b"<script>x='" + text[32:-2] + b"'</script>" + LONG.encode()
    stage.set("/page", chunked(text, 5000))
    got = stage.get("/page")
    assert got.whole and got.body == text
