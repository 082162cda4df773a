# SPDX-License-Identifier: GPL-3.0-or-later
"""A virtual host is guarded as a whole: the backend may read a path that httpd does not."""
import json
import re
import threading

import pytest

from conftest import checked_place
from lab.curl import stream
from lab.oidcstage import OidcStage, as_json, payload
from lab.replay import answer
from lab.stage import (BLOCKS, BOOKS, CANTEEN, CANTEEN_ACS, EXERCISES, EXERCISES_ACS, Stage,
                       response_in, values_in)
from lab.wait import PATIENCE
from test_config import BOOKS as CONFIG_BOOKS, setting  # noqa: F401  (a fixture)
from test_config_warnings import silent, warned

LOCATION = "<Location {}>\n{}\n</Location>\n"


class Narrow(Stage):
    """The engine is on in a location; another one has none, or says what to do."""

    def __init__(self, place, inner="", outer="", engine="on", **more):
        self.inner, self.outer, self.engine = inner, outer, engine
        super().__init__(place, before="AllowEncodedSlashes NoDecode", **more)

    def conf(self, idp_metadata, blocks, extra="", **instead):
        lines = super().conf(idp_metadata, blocks if not self.inner else self.inner, extra,
                             EckidEngine=self.engine, **instead)
        return self.outer + LOCATION.format("/idp", lines) + LOCATION.format(
            "/off", "EckidEngine off")

    def fetch(self, path, *arguments):
        return self.get("--path-as-is", *arguments, path=path)


@pytest.fixture(scope="module")
def stage(place):
    return Narrow(place)


# how a path can be written that some servers read as one below /idp
PATHS = ["/idp/sso", "/idp;x/sso", "/IDP/sso", "/a/..;/idp/sso", "/idp%2fsso", "/idp\\sso",
         "/%69dp/sso", "//idp/sso", "/idp%3bx/sso", "/a/%2e%2e;/idp/sso", "/sso", "/off/sso",
         "/off/..;/idp/sso"]


@pytest.mark.parametrize("path", PATHS)
def test_a_supplier_s_login_never_passes_as_it_came(stage, path):
    stage.set(answer(stage.page()))
    got = stage.fetch(path)
    xml = response_in(got.text)
    assert values_in(xml, "eckId") == [stage.student.eckid]
    assert values_in(xml, "mail") == []
    assert stage.last_line("outcome=found", BOOKS)


@pytest.mark.parametrize("path", PATHS)
def test_who_is_no_supplier_notices_nothing(stage, path):
    page = stage.page(consumer=CANTEEN_ACS, audience=CANTEEN)
    stage.set(answer(page))
    assert stage.fetch(path).text == page


@pytest.mark.parametrize("path", ["/idp;x/sso", "/sso"])
def test_a_login_that_cannot_be_rewritten_is_refused_there_too(stage, path):
    for field in ("Location: https://books.example/acs?SAMLart=x",
                  "Refresh: 0; url=https://books.example/acs?SAMLart=x"):
        stage.set(answer("", field, status="302 Found"))
        assert stage.fetch(path).status == 502
    stage.set(answer(stage.page().replace("</form>", '<input name="SigAlg" value="x"></form>')))
    assert stage.fetch(path).status == 502


def test_json_of_other_services_comes_as_it_is_sent(stage):
    """Without a length it may have no end. With one, a login is refused there too."""
    gate, first = threading.Event(), b'[{"a":1},'

    def pieces():
        yield answer(b"", length=False, content_type="application/json")
        yield first
        gate.wait(PATIENCE)
        yield b'{"a":2}]'

    stage.set(pieces())
    with stream(f"http://127.0.0.1:{stage.gateway.port}/app/changes") as body:
        assert body.read(len(first)) == first
        gate.set()
        assert body.read() == b'{"a":2}]'
    value = re.search('SAMLResponse" value="([^"]*)"', stage.page())[1]
    stage.set(answer('{"SAMLResponse":"%s"}' % value, content_type="application/json"))
    assert stage.fetch("/app/api").status == 502


def test_other_services_stream_and_send_parts(stage):
    stage.set(answer("data: 1\n\n", content_type="text/event-stream", length=False))
    assert stage.fetch("/app/events").text == "data: 1\n\n"
    stage.set(answer("abc", "Content-Range: bytes 0-2/9", status="206 Partial Content",
                     content_type="video/mp4"))
    got = stage.fetch("/app/video", "-H", "Range: bytes=0-2")
    assert (got.status, got.body) == (206, b"abc")
    assert stage.replay.last_headers["range"] == "bytes=0-2"
    stage.fetch("/app/video", "-H", "Range: bytes=0-2,4-5")
    assert "range" not in stage.replay.last_headers
    stage.set(answer("abc", "Content-Range: bytes 0-2/9", status="206 Partial Content"))
    assert stage.fetch("/app/page", "-H", "Range: bytes=0-2").status == 502


@pytest.fixture
def another(request):
    with checked_place(f"test_host_{request.function.__name__}") as place:
        yield place


def test_what_is_observed_passes_and_is_logged(another):
    stage = Narrow(another, engine="observe")
    page = stage.page()
    stage.set(answer(page))
    assert stage.fetch("/idp;x/sso").text == page
    assert stage.last_line("observed", "outcome=found")


def test_suppliers_of_an_inner_location_are_added_to_those_around_it(another):
    books, exercises = BLOCKS.format(books="", exercises="").split("</EckidSupplier>")[:2]
    stage = Narrow(another, inner=books + "</EckidSupplier>",
                   outer=exercises + "</EckidSupplier>\n")
    for path in ("/idp/sso", "/idp;x/sso"):
        stage.set(answer(stage.page()))
        assert values_in(response_in(stage.fetch(path).text), "eckId") == [stage.student.eckid]
        stage.set(answer(stage.page(consumer=EXERCISES_ACS, audience=EXERCISES)))
        xml = response_in(stage.fetch(path).text)
        assert values_in(xml, "urn:mace:surf.nl:attribute-def:eckid") == [stage.student.eckid]


class TokenEndpoint(OidcStage):
    """Of an OpenID provider, the location of the token endpoint alone has the engine."""

    def conf(self, *arguments, **more):
        return LOCATION.format("/token", super().conf(*arguments, **more))

    def post(self, path, client="books", **more):
        self.set(path, as_json({"access_token": "a", "id_token": self.sign(self.claims(client))}))
        return self.get(path, "--path-as-is", "-u", f"{client}:secret",
                        "-d", "grant_type=authorization_code", **more)


@pytest.fixture(scope="module")
def provider():
    with checked_place("test_host_oidc") as place:
        yield TokenEndpoint(place)


def test_the_token_endpoint_itself_is_as_ever(provider):
    got = provider.token(provider.sign(provider.claims()))
    assert payload(json.loads(got.text)["id_token"])["eckId"] == provider.student.eckid


@pytest.mark.parametrize("path", ["/TOKEN", "/a/..;/token", "/oauth/token"])
def test_a_supplier_s_id_token_passes_nowhere_else(provider, path):
    assert provider.post(path).status == 502
    got = provider.post(path, client="canteen")
    assert got.status == 200
    assert payload(json.loads(got.text)["id_token"])["aud"] == "canteen"


@pytest.mark.parametrize("client, status", [("books", 502), ("canteen", 302)])
def test_nor_by_a_redirect(provider, client, status):
    token = provider.sign(provider.claims(client))
    provider.set("/authorize", answer("", f"Location: https://c.example/cb#id_token={token}",
                                      status="302 Found"))
    assert provider.get("/authorize").status == status


def test_an_api_of_another_service_is_left_alone(provider):
    provider.set("/api", as_json({"sub": "x", "name": "y"}))
    got = provider.get("/api", "-H", "Authorization: Bearer abc", "-d", "x=1")
    assert (got.status, json.loads(got.text)) == (200, {"sub": "x", "name": "y"})


def test_a_block_that_hides_another_is_told(setting):  # noqa: F811
    inner = LOCATION.format("/idp", f"EckidEngine on\n{CONFIG_BOOKS}")
    warned(setting, "hides that of urn:books", extra=inner)
    silent(setting, extra=inner.replace("urn:books", "urn:b").replace("books.", "b."))
