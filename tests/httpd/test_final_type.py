# SPDX-License-Identifier: GPL-3.0-or-later
"""The type of an answer that the operator's own directives change last is the one that counts."""
import pytest

from conftest import checked_place
from lab.replay import answer
from lab.stage import CANTEEN, CANTEEN_ACS, Stage, response_in, values_in

# What makes a page of text, and the type that the identity provider sends.
LINES = {
    "set": ("Header set Content-Type text/html", "text/plain"),
    "always set": ("Header always set Content-Type text/html", "text/plain"),
    "setifempty": ("Header setifempty Content-Type text/html", None),
    "edit": ("Header edit Content-Type ^text/plain text/html", "text/plain; charset=utf-8"),
    "edit*": ("Header edit* Content-Type p.ain html", "text/plain"),
    "by a condition": ('Header set Content-Type text/html "expr=%{REQUEST_URI} =~ m#sso#"',
                       "image/png"),
    "to XHTML": ("Header set Content-Type application/xhtml+xml", "text/plain"),
    "to what is sniffed": ("Header set Content-Type unknown/unknown", "text/plain"),
    "a filter by type": ("AddOutputFilterByType DEFLATE text/plain\n"
                         "Header set Content-Type text/html", "text/plain"),
    "a filter for all": ("SetOutputFilter DEFLATE\nHeader set Content-Type text/html",
                         "text/plain"),
    "ForceType": ("ForceType text/html", "text/plain"),
    "RemoveType": ("RemoveType html\nHeader set Content-Type text/html", "text/plain"),
    "the operator's filter": ("FilterDeclare late CONTENT_SET\nFilterProvider late DEFLATE true\n"
                              "FilterChain +late\nHeader set Content-Type text/html",
                              "text/plain"),
}


@pytest.fixture(scope="module", params=LINES)
def stage(request):
    name = "".join(c for c in request.param if c.isalnum())
    with checked_place(f"test_final_type-{name}") as place:
        lines, kind = LINES[request.param]
        made = Stage(place, modules=["headers", "filter", "deflate", "mime"],
                     before=f"<Location /sso>\n{lines}\n</Location>")
        made.kind = kind
        yield made


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_login_is_rewritten_or_refused(stage, coding):
    page = stage.page()
    stage.set(answer(page, content_type=stage.kind))
    got = stage.get("-H", f"Accept-Encoding: {coding}", "--compressed")
    if got.headers["content-type"].startswith("text/plain"):  # to the end: no browser reads a page
        assert got.status == 200 and got.text == page
    else:
        assert (got.status == 502 or
                values_in(response_in(got.text), "eckId") == [stage.student.eckid])


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_who_is_no_supplier_notices_nothing(stage, coding):
    page = stage.page(consumer=CANTEEN_ACS, audience=CANTEEN)
    stage.set(answer(page, content_type=stage.kind))
    got = stage.get("-H", f"Accept-Encoding: {coding}", "--compressed")
    assert got.status == 200 and got.text == page
