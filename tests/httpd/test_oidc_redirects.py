# SPDX-License-Identifier: GPL-3.0-or-later
"""A token in a Location, whichever way httpd sends the redirect, and whoever asks for its head."""
import json
import pathlib
import shutil
import tempfile

import pytest

from conftest import checked_place
from lab.curl import stream
from lab.oidcstage import Held, OidcStage, as_json, fragment, payload
from lab.replay import answer

TARGET = "http://c.example/cb#state=x&id_token="

CONF = """
ScriptAlias /cgi/ {scripts}/
ProxyPass /cgi/ !
ProxyPass /by-server/ !
RedirectMatch 302 "^/by-server/(.*)$" "{target}$1"
<Location /by-location/>
  RedirectMatch 302 "^/by-location/(.*)$" "{target}$1"
</Location>
ProxyPass /by-location/ !
ProxyPass /by-error/ !
<Location /by-error/>
  ErrorDocument 404 "{target}%{{HTTP:X-Token}}"
</Location>
"""

SCRIPT = "#!/bin/sh\nprintf '{status}Location: {target}%s\\n\\n' \"$QUERY_STRING\"\n"

WAYS = {
    "a script": lambda token: [f"/cgi/plain?{token}"],
    "a script that names its status": lambda token: [f"/cgi/status?{token}"],
    "a directive of the server": lambda token: [f"/by-server/{token}"],
    "a directive of a location": lambda token: [f"/by-location/{token}"],
    "an error document": lambda token: ["/by-error/x", "-H", f"X-Token: {token}"],
}


class RedirectStage(OidcStage):
    def httpd(self, name, conf, **options):
        # workers run them, who need not be able to enter the place
        scripts = pathlib.Path(tempfile.mkdtemp())
        self.place.at_end(lambda: shutil.rmtree(scripts))
        scripts.chmod(0o755)
        for script, status in (("plain", ""), ("status", "Status: 302 Found\\n")):
            file = scripts / script
            file.write_text(SCRIPT.format(status=status, target=TARGET))
            file.chmod(0o755)
        conf += CONF.format(scripts=scripts, target=TARGET)
        return super().httpd(name, conf, modules=("cgi",), **options)


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_redirects") as place:
        yield RedirectStage(place)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("way", WAYS)
def test_a_redirect_by_httpd_itself_is_rewritten(stage, way, method):
    head = ["-I"] if method == "HEAD" else []
    for client, released in (("books", ["uid"]), ("canteen", ["employeeNumber", "uid"])):
        token = stage.sign(stage.claims(client))
        got = stage.get(*WAYS[way](token), *head)
        assert got.status == 302 and fragment(got)["state"] == "x"
        claims = payload(fragment(got)["id_token"])
        assert [name for name in ("employeeNumber", "uid") if name in claims] == released
        assert (fragment(got)["id_token"] == token) == (client == "canteen")
    assert stage.last_line("urn:books")


# How a provider may append a token to what a redirect URI has; @ is the token.
ROUTES = ("#id_token=@", "#/cb&id_token=@", "#/auth/id_token=@", "#/cb?id_token=@",
          "#/cb#id_token=@", "#!/cb;id_token=@", ";id_token=@", "?x=1;id_token=@", "/id_token/@",
          "#id%255Ftoken=@", "#a#id_token=@", "#ID_TOKEN=@", "?code=x&other=@")


@pytest.mark.parametrize("name", ["Location", "Refresh"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_token_behind_a_route(stage, route, name):
    for client in ("books", "canteen"):
        token = stage.sign(stage.claims(client, nonce="n", secret_of_the_school="x"))
        url = f"https://app.example/{route.replace('@', token)}&state=1"
        value = url if name == "Location" else f"0; url={url}"
        stage.set(f"/authorize?client_id={client}", answer(
            "", f"{name}: {value}", status="302 Found" if name == "Location" else "200 OK"))
        got = stage.get(f"/authorize?client_id={client}")
        sent = got.headers.get(name.lower(), "")
        if client == "canteen":
            assert sent == value
        else:
            assert token not in sent and token not in got.text
            assert "secret_of_the_school" not in payload(sent.split("id_token=")[1]
                                                         if "id_token=eyJ" in sent else ".e30.")


# What a supplier gets for its credentials; @ is an ID token of its own.
ANSWERS = {
    "a script": ("text/javascript", "200 OK", 'callback({"t":"@"})'),
    "JSON as a page": ("text/html", "200 OK", '{"id_token":"@"}'),
    "JSON with another status": ("application/json", "300 Choices", '{"id_token":"@"}'),
    "an error with a token": ("application/json", "400 Bad", '{"error":"x","id_token":"@"}'),
    "a token within an error": ("application/json", "400 Bad", '{"error":{"t":"@"}}'),
    "text": ("text/plain", "200 OK", "id_token=@"),
}


# What must not show; some readers of JSON stumble over it.
CLAIMS = ({"secret_of_the_school": "x"}, {"secret_of_the_school": "\ud800\0"})


@pytest.mark.parametrize("path", ["/token", "/quite/elsewhere"])
@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("claims", CLAIMS)
def test_a_token_in_an_unusual_answer(stage, claims, name, path):
    kind, status, body = ANSWERS[name]
    token = stage.sign(stage.claims("books", **claims))
    stage.set(path, answer(body.replace("@", token), content_type=kind, status=status))
    got = stage.get(path, "-u", "books:s", "-d", "grant_type=authorization_code&code=x")
    assert token not in got.text
    token = stage.sign(stage.claims("canteen", **claims))
    reply = answer(body.replace("@", token), content_type=kind, status=status)
    stage.set(path, reply)
    got = stage.get(path, "-u", "canteen:s", "-d", "grant_type=authorization_code&code=x")
    assert got.body == reply.split(b"\r\n\r\n", 1)[1]
    assert got.status == int(status.split()[0])


# Fields that scripts follow, or that a program has.
FIELDS = {
    "Link": "<https://app.example/cb#id_token=@>; rel=prerender",
    "X-Redirect": "/cb?id_token=@",
    "HX-Redirect": "https://app.example/#id%5Ftoken=@",
    "Content-Location": "/cb?id_token=@",
    "X-Id-Token": "@",
    "Set-Cookie": "id_token=@; Path=/",
}
# What is asked for; and whether by a program, which has cookies too.
ASKED = {
    "/token": (("-u", "%s:s", "-d", "grant_type=x"), True),
    "/userinfo": (("-H", "Authorization: Bearer opaque"), True),
    "/authorize": ((), False),
    "/quite/elsewhere": ((), False),
}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("path", ASKED)
def test_a_token_in_a_field(stage, path, name):
    arguments, by_program = ASKED[path]
    for client in ("books", "canteen"):
        value = FIELDS[name].replace("@", stage.sign(stage.claims(client)))
        stage.set(path, answer("{}", f"{name}: {value}", content_type="application/json"))
        got = stage.get(path, *(word.replace("%s", client) for word in arguments))
        if client == "canteen" or (name == "Set-Cookie" and not by_program):
            assert got.status == 200 and got.headers[name.lower()] == value
        else:
            assert got.status == 502 and value not in got.headers.values()
            assert f"in the field {name}" in stage.last_line("ECK0242", "urn:books")


def test_a_redirect_with_a_token_in_another_field_too(stage):
    token = stage.sign(stage.claims())
    stage.set("/authorize", answer("", f"Location: {TARGET}{token}", f"X-Redirect: /?t={token}",
                                   status="302 Found"))
    got = stage.get("/authorize")
    assert got.status == 502 and token not in str(got.headers)


FORM = '<form method="post" action="https://app.example/cb">'
# What a provider's page may hold; @ is an ID token.
PAGES = {
    "a text area": FORM + "<textarea name=id_token>@</textarea></form>",
    "a button": FORM + "<button name=id_token value=@>on</button></form>",
    "a choice": FORM + "<select name=id_token><option value=@></select></form>",
    "two fields": FORM + "<input name=id_token value=@><input name=id_token value=@></form>",
    "another field": FORM + '<input name="x[id_token]" value=@></form>',
    "an empty text area beside": FORM + "<textarea name=id_token></textarea></form><p>@",
    "a script": "<script>parent.postMessage({id_token: '@'}, '*')</script>",
}
# How encoders write it there, whose dots and hyphens are no letters.
WRITERS = {
    "as it is": lambda token: token,
    "in a script": lambda token: token.replace(".", "\\u002e").replace("-", "\\u002D"),
    "in markup": lambda token: token.replace(".", "&#46;").replace("-", "&#x2d;"),
    "in a URL": lambda token: token.replace(".", "%2e").replace("-", "%2D"),
}


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", PAGES)
def test_a_token_in_an_unusual_page(stage, name, writer, kind):
    for client in ("books", "canteen"):
        token = WRITERS[writer](stage.sign(stage.claims(client)))
        reply = answer(PAGES[name].replace("@", token), content_type=kind)
        stage.set(f"/authorize?client_id={client}", reply)
        got = stage.get(f"/authorize?client_id={client}")
        if client == "canteen":
            assert got.status == 200 and got.body == reply.split(b"\r\n\r\n", 1)[1]
        else:
            assert token not in got.text


# Pages of which nobody can tell which token counts; @ is a supplier's, ~ is of one who is none.
AMBIGUOUS = {
    "a supplier's first": "<input name=id_token value=@><input name=id_token value=~>",
    "a supplier's last": "<input name=id_token value=~><input name=id_token value=@>",
    "an empty text area": "<input name=id_token value=@><textarea name=id_token></textarea>",
    "a text area with another's":
        "<input name=id_token value=@><textarea name=id_token>~</textarea>",
    "an access token beside": "<input name=id_token value=@><textarea name=id_token></textarea>"
                              "<input name=access_token value=a>",
    "an empty one between": "<input name=id_token value=~><input name=id_token value=''>"
                            "<input name=id_token value=@>",
    "a text area before": "<textarea name=id_token></textarea><input name=id_token value=@>",
    "two forms": f"<input name=id_token value=@></form>{FORM}<input name=id_token value=~>",
}


@pytest.mark.parametrize("client", ["", "books", "canteen"])
@pytest.mark.parametrize("name", AMBIGUOUS)
def test_an_ambiguous_page_with_a_supplier_s_token_is_refused(stage, name, client):
    token = stage.sign(stage.claims("books"))
    body = AMBIGUOUS[name].replace("@", token).replace("~", stage.sign(stage.claims("canteen")))
    path = f"/login?client_id={client}" if client else "/login"
    stage.set(path, answer(f"{FORM}{body}</form>"))
    got = stage.get(path, "-d", "user=x")
    assert got.status == 502 and token not in got.text


# How an opaque access token may stand in what a browser or a program gets; @ is the token.
OPAQUE = "3f1a9d2c77b04d0f9a5566aa77bb88cc"
HANDED_ON = {
    "web_message": """<script>(function(w){var a={"type":"authorization_response","response":{
        "access_token":"@","token_type":"Bearer","state":"s"}};
        (w.opener||w.parent).postMessage(a,"https://app.example")})(this)</script>""",
    "okta_post_message": "<script>d.access_token = '@'; parent.postMessage(d, '*')</script>",
    "escapes": "<script>d.access_token = '\\x33@'; parent.postMessage(d, '*')</script>",
    "a URL in a script": "<script>location='https:\\/\\/app.example\\/#access_token=@'</script>",
    "coded": "<script>go('https%3A%2F%2Fapp.example%2F%23access_token%3D@')</script>",
    "a template": """<template data-x='{"access_token":"@"}'></template>""",
    "markup": '<div data-x="{&quot;access_token&quot;:&quot;@&quot;}"></div>',
    "a link": '<a href="https://app.example/#access_token=@&amp;token_type=Bearer">on</a>',
    "a frame": '<iframe src="https://app.example/#access_token=@"></iframe>',
    "a meta refresh": '<meta http-equiv=refresh content="0;url=https://a.example/#access_token=@">',
    "a refresh token": """<script>go({"refresh_token": "@"})</script>""",
}


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
@pytest.mark.parametrize("name", HANDED_ON)
def test_an_access_token_in_a_page(stage, name, kind):
    """It is sealed in fields and redirects alone."""
    reply = answer(HANDED_ON[name].replace("@", OPAQUE), content_type=kind)
    for client in ("books", "exercises", "canteen"):
        stage.set(f"/authorize?client_id={client}", reply)
        got = stage.get(f"/authorize?client_id={client}")
        if client == "canteen":
            assert got.status == 200 and got.body == reply.split(b"\r\n\r\n", 1)[1]
        else:
            assert got.status == 502 and OPAQUE not in got.text
            assert "an access token" in stage.last_line("ECK0242") or "link" in stage.last_line()


# A redirect to a supplier; the last word tells whether the token is sealed, taken out, or refused.
URLS = {
    "#access_token=@&token_type=Bearer": "sealed",
    "?access_token=@": "sealed",
    "?refreshToken=@&code=c": "taken out",
    "#refresh_token=@&code=c": "taken out",
    "#accessToken=@&code=c": "taken out",
    "#access_token=@&access_token=@": "told",
    "#ACCESS_TOKEN=@": "refused",
    "#accessToken=@": "refused",
    "?refreshToken=@": "refused",
    "#x=access_token%3D@": "refused",
    "#x=access_token%253D@": "refused",
}


@pytest.mark.parametrize("url", URLS)
def test_an_access_token_in_a_redirect(stage, url):
    value = f"https://app.example/cb{url.replace('@', OPAQUE)}"
    for client in ("books", "exercises", "canteen"):
        path = f"/authorize?client_id={client}"
        stage.set(path, answer("", f"Location: {value}", status="302 Found"))
        got = stage.get(path)
        sent = got.headers.get("location", "")
        if client == "canteen":
            assert sent == value
            continue
        assert OPAQUE not in sent and (got.status == 502) == (URLS[url] == "refused")
        assert ("eckid_at_" in sent) == (URLS[url] == "sealed")
        assert ("error=server_error" in sent) == (URLS[url] == "told")


def test_an_access_token_in_a_refresh(stage):
    value = f"0; url=https://app.example/#access_token={OPAQUE}&token_type=Bearer"
    for client in ("books", "canteen"):
        stage.set(f"/authorize?client_id={client}", answer("", f"Refresh: {value}"))
        got = stage.get(f"/authorize?client_id={client}")
        assert got.headers.get("refresh") == (value if client == "canteen" else None)


def test_an_access_token_from_an_api_of_the_provider(stage):
    """A login that is no grant of OAuth."""
    reply = as_json({"data": {"access_token": OPAQUE, "expires_in": 60}})
    stage.set("/api/login", reply)
    for client in ("books", "canteen"):
        got = stage.get("/api/login", "-d", f"client_id={client}&username=u&password=p")
        if client == "canteen":
            assert got.body == reply.split(b"\r\n\r\n", 1)[1]
        else:
            assert got.status == 502 and "urn:books" in stage.last_line("ECK0242")
    reply = as_json({"registration_access_token": OPAQUE, "client_id": "books"})
    stage.set("/register", reply)
    got = stage.get("/register", "-u", "books:s")
    assert got.body == reply.split(b"\r\n\r\n", 1)[1]


TYPED = FORM + "<input name=access_token value=@><input name=token_type value=Bearer></form>"


def test_an_access_token_alone_is_an_answer_where_its_type_is_beside_it(stage):
    """Here nothing but the token can tell for which client it is."""
    for token, passes in (("opaque", False), (stage.sign({"azp": "books"}), False),
                          (stage.sign({"azp": "canteen"}), True)):
        page = TYPED.replace("@", token)
        stage.set("/login", answer(page))
        got = stage.get("/login", "-d", "user=x")
        assert (got.text == page) == passes and (token in got.text) == passes
    stage.set("/login", answer(TYPED.replace("token_type", "x")))
    assert stage.get("/login").text == TYPED.replace("token_type", "x")


# Pages by which developers try a provider.
TO_BE_FILLED_IN = {
    "a text area": "<textarea name=id_token></textarea>",
    "two": "<textarea rows=9 name='access_token'></textarea><TEXTAREA name=id_token></TEXTAREA>",
    "an input beside": "<input name=access_token><textarea name=id_token></textarea>",
}


@pytest.mark.parametrize("client", ["", "books", "canteen"])
@pytest.mark.parametrize("name", TO_BE_FILLED_IN)
def test_a_form_to_be_filled_in_is_a_page(stage, name, client):
    path = f"/tools?client_id={client}" if client else "/tools"
    reply = answer(FORM + TO_BE_FILLED_IN[name] + "</form>")
    stage.set(path, reply)
    got = stage.get(path)
    assert got.status == 200 and got.body == reply.split(b"\r\n\r\n", 1)[1]
    for text in ("x", f"<!--{stage.sign(stage.claims('books'))}-->"):
        stage.set(path, answer(FORM + TO_BE_FILLED_IN[name].replace("</", text + "</", 1)))
        assert stage.get(path).status == (200 if client == "canteen" and text == "x" else 502)


# What programs do not read, by its type alone.
TYPES = ("image/png", "text/css", "font/woff2", "text/event-stream")


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_alone_makes_nothing_pass(stage, kind):
    token = stage.sign(stage.claims("books"))
    for body in (json.dumps({"access_token": "own", "id_token": token}),
                 json.dumps({"access_token": "own"}).encode("utf-16")):
        stage.set("/quite/elsewhere", answer(body, content_type=kind))
        got = stage.get("/quite/elsewhere", "-u", "books:s", "-d", "grant_type=x")
        text = got.body.replace(b"\0", b"")
        assert token.encode() not in text and b"own" not in text


@pytest.mark.parametrize("kind", TYPES)
def test_such_a_type_does_not_wait_for_its_end(stage, kind):
    held = Held(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind.encode() + b"\r\n\r\ndata: x\n\n")
    stage.set("/stream?access_token=x", held)
    with stream(f"http://127.0.0.1:{stage.gateway.port}/stream?access_token=x") as body:
        assert body.read(7) == b"data: x"  # while the rest is not there yet
        held.release()


@pytest.mark.parametrize("kind", ["application/json", "text/html", "text/javascript"])
@pytest.mark.parametrize("status", ["200 OK", "300 Choices", "400 Bad"])
def test_userinfo_in_an_unusual_answer(stage, kind, status):
    stage.token(stage.sign(stage.claims()))
    stage.set("/userinfo", answer(json.dumps(stage.claims()), content_type=kind, status=status))
    got = stage.get("/userinfo", *stage.bearer())
    assert "employeeNumber" not in got.text
    stage.set("/userinfo", answer('{"error":"x"}', content_type=kind, status="401 No"))
    got = stage.get("/userinfo", *stage.bearer())
    assert got.status == 401 and got.text == '{"error":"x"}'
