# SPDX-License-Identifier: GPL-3.0-or-later
"""A sealed token on its way in, whatever runs behind httpd and however the request comes."""
import json
import pathlib
import shutil
import tempfile

import pytest

from conftest import checked_place
from lab import php
from lab.httpd import Httpd
from lab.oidcstage import OidcStage, as_json, half, payload

# Behind every endpoint: it tells what it got, or answers what the request says.
PYTHON = """#!/usr/bin/python3
import json, os, sys
body = sys.stdin.buffer.read().decode()
got = {"sub": "%s", "body": body, "query": os.environ.get("QUERY_STRING", ""),
       **{name.lower(): os.environ.get(name) for name in
          ("CONTENT_LENGTH", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT")}}
open("%s", "w").write(json.dumps(got))
print("Content-Type: application/json\\nAccess-Control-Allow-Origin: https://app.example\\n")
print(os.environ.get("HTTP_X_ANSWER") or json.dumps(got), end="")
"""
PHP = """<?php
$got = ["sub" => "%s", "body" => file_get_contents("php://input"),
        "query" => $_SERVER["QUERY_STRING"]];
foreach (["CONTENT_LENGTH", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"] as $name)
    $got[strtolower($name)] = $_SERVER[$name] ?? null;
file_put_contents("%s", json_encode($got));
header("Content-Type: application/json");
header("Access-Control-Allow-Origin: https://app.example");
echo $_SERVER["HTTP_X_ANSWER"] ?? json_encode($got);
"""

PATHS = ("userinfo", "token", "introspect", "revoke", "logout")

MODULES = ("cgi", "http2", "rewrite", "slotmem_shm", "proxy_balancer", "lbmethod_byrequests")

# The ways in which mod_proxy_http can be asked, by path and backend.
BY_HTTP = {
    "http": "ProxyPass /{path} http://{to}/{path}\n",
    "nocanon": "ProxyPass /{path} http://{to}/{path} nocanon\n",
    "rewritten": "ProxyPass /{path} !\nRewriteEngine On\n"
                 "RewriteRule ^/{path}$ http://{to}/{path} [P]\n",
    "rewritten late": "ProxyPass /{path} !\n<Location /{path}>\nRewriteEngine On\n"
                      "RewriteRule .* http://{to}/{path} [P]\n</Location>\n",
    "balancer": "<Proxy balancer://{path}>\nBalancerMember http://{to}\n</Proxy>\n"
                "ProxyPass /{path} balancer://{path}/{path}\n",
}


class Sealed(OidcStage):
    """Every endpoint that takes tokens is a script: behind mod_proxy_http or mod_proxy_fcgi, or in
    the gateway itself, which may redirect to it within."""

    def __init__(self, place, kind):
        self.kind = kind
        self.dir = pathlib.Path(tempfile.mkdtemp())  # for workers, who may not enter the place
        place.at_end(lambda: shutil.rmtree(self.dir))
        self.dir.chmod(0o777)
        super().__init__(place)

    def script(self, text, name):
        file = self.dir / name
        file.write_text(text % (self.student.user, self.dir / "last"))
        file.chmod(0o755)
        return file

    def cgi(self):
        script = self.script(PYTHON, "echo.py")
        return "".join(f'<Location "/{path}">\nCGIPassAuth On\n</Location>\n'
                       f"ScriptAlias /{path} {script}\n" for path in PATHS)

    def redirected(self):
        """By another request within the server, to which the body must go on."""
        return "".join(f"""
<Location "/{path}">
  RewriteEngine On
  RewriteRule .* /real/{path} [PT]
</Location>
<Location "/real/{path}">
  CGIPassAuth On
</Location>
ProxyPass /real/{path} !
ScriptAlias /real/{path} {self.script(PYTHON, "echo.py")}
""" for path in PATHS)

    def fcgi(self):
        script = self.script(PHP, "echo.php")
        port = php.start(self.place, "pages")
        return "".join(f"""
<Location "/{path}">
  CGIPassAuth On
  SetHandler "proxy:fcgi://127.0.0.1:{port}"
  ProxyFCGISetEnvIf "true" SCRIPT_FILENAME "{script}"
</Location>
""" for path in PATHS)

    def httpd(self, name, conf, **options):
        conf += "\nProtocols h2c http/1.1\n"
        if self.kind in BY_HTTP:
            backend = Httpd(self.place, "backend", self.cgi(), modules=("cgi",)).start()
            conf += "".join(BY_HTTP[self.kind].format(path=path, to=f"127.0.0.1:{backend.port}")
                            for path in PATHS)
        else:
            conf += "".join(f"ProxyPass /{path} !\n" for path in PATHS)
            conf += getattr(self, self.kind)()
        return super().httpd(name, conf, modules=MODULES, **options)

    def publish(self, *keys):
        super().publish(*keys)
        self.set("/.well-known/openid-configuration", as_json({
            "issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks",
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "introspection_endpoint": f"{self.issuer}/introspect",
            "revocation_endpoint": f"{self.issuer}/revoke",
            "end_session_endpoint": f"{self.issuer}/logout"}))

    def log_in(self, client="exercises", *more):
        """What the client gets from the token endpoint."""
        self.own = self.sign(self.claims(client, at_hash=half("acc+ess")))
        body = {"access_token": "acc+ess", "refresh_token": "refresh", "expires_in": 300,
                "token_type": "Bearer", "scope": "openid", "id_token": self.own}
        got = self.get("/token", "-u", f"{client}:secret", "-d", "grant_type=x", "-H",
                       f"X-Answer: {json.dumps(body)}", *more)
        assert got.status == 200, got.text
        return json.loads(got.text)

    @property
    def last(self):
        return json.loads((self.dir / "last").read_text())

    def send(self, path, *arguments, tokens, http2=False):
        """What the provider gets, with tokens put in."""
        place = {"at": tokens["access_token"], "rt": tokens["refresh_token"],
                 "it": tokens["id_token"]}
        (self.dir / "last").unlink(missing_ok=True)
        self.answered = super().get(path.format(**place), *(a.format(**place) for a in arguments),
                                    http2=http2)
        return self.last if (self.dir / "last").exists() else None


@pytest.fixture(scope="module", params=[*BY_HTTP, "fcgi", "cgi", "redirected"])
def stage(request):
    with checked_place(f"test_oidc_sealed-{request.param.replace(' ', '-')}") as place:
        yield Sealed(place, request.param)


@pytest.fixture(scope="module")
def tokens(stage):
    return stage.log_in()


BASIC = ("-u", "exercises:secret")

ROWS = {
    "userinfo, field": ("/userinfo", ["-H", "Authorization: Bearer {at}"],
                        {"http_authorization": "Bearer acc+ess"}),
    "userinfo, query": ("/userinfo?x=%41&access_token={at}&y", [],
                        {"query": "x=%41&access_token=acc%2Bess&y"}),
    "introspection, query": ("/introspect?token={at}", [*BASIC], {"query": "token=acc%2Bess"}),
    "logout, query": ("/logout?token={at}&x=y", [*BASIC], {"query": "token=acc%2Bess&x=y"}),
}

FORMS = {
    "userinfo": ("/userinfo", [], "access_token={at}", "access_token=acc%2Bess"),
    "refresh": ("/token", [*BASIC], "grant_type=refresh_token&refresh_token={rt}&x=y+z",
                "grant_type=refresh_token&refresh_token=refresh&x=y+z"),
    "exchange": ("/token", [*BASIC], "subject_token={at}&actor_token={rt}",
                 "subject_token=acc%2Bess&actor_token=refresh"),
    "introspection": ("/introspect", [*BASIC], "token={at}", "token=acc%2Bess"),
    "revocation": ("/revoke", [*BASIC], "token={rt}&token_type_hint=refresh_token",
                   "token=refresh&token_type_hint=refresh_token"),
    "logout": ("/logout", [], "client_id=exercises&refresh_token={rt}",
               "client_id=exercises&refresh_token=refresh"),
    "nothing sealed": ("/token", [*BASIC], "refresh_token=abc%2e", "refresh_token=abc%2e"),
}

WAYS = {
    "with a length": ([], False),
    "in chunks": (["-H", "Transfer-Encoding: chunked"], False),
    "after 100 Continue": (["-H", "Expect: 100-continue"], False),
    "over HTTP/2": ([], True),
}


def test_what_a_supplier_gets_is_sealed(stage, tokens):
    assert tokens["access_token"].startswith("eckid_at_")
    assert tokens["refresh_token"].startswith("eckid_rt_")
    kept = {"expires_in": 300, "token_type": "Bearer", "scope": "openid"}
    assert kept.items() <= tokens.items()
    assert payload(tokens["id_token"])["at_hash"] == half(tokens["access_token"])


@pytest.mark.parametrize("http2", [False, True])
@pytest.mark.parametrize("row", ROWS)
def test_the_provider_gets_its_own(stage, tokens, row, http2):
    path, arguments, expected = ROWS[row]
    got = stage.send(path, *arguments, tokens=tokens, http2=http2)
    assert expected.items() <= got.items()
    assert stage.answered.status == 200


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS)
def test_the_provider_gets_its_own_in_a_form(stage, tokens, form, way):
    path, arguments, body, expected = FORMS[form]
    more, http2 = WAYS[way]
    got = stage.send(path, *arguments, "-d", body, *more, tokens=tokens, http2=http2)
    assert got["body"] == expected and stage.answered.status == 200
    assert got["content_length"] in (None, str(len(expected)))


def test_a_form_that_is_longer_than_is_read_goes_on_as_it_came(stage, tokens):
    form = stage.place.file("long", f"refresh_token={tokens['refresh_token']}&x=" + "y" * 200000)
    # mod_proxy_fcgi by itself, without us, hands on no chunked body of that length
    for more in ([],) if stage.kind == "fcgi" else ([], ["-H", "Transfer-Encoding: chunked"]):
        got = stage.send("/token", *BASIC, "--data-binary", f"@{form}", *more, tokens=tokens)
        assert got["body"] == form.read_text() and stage.answered.status == 502


@pytest.mark.parametrize("body", ["application/json", "text/plain"])
def test_what_is_no_form_goes_on_as_it_came(stage, tokens, body):
    got = stage.send("/token", *BASIC, "-H", f"Content-Type: {body}", "-d", "refresh_token={rt}",
                     tokens=tokens)
    assert got["body"] == f"refresh_token={tokens['refresh_token']}"


def test_userinfo_is_filtered_and_filled(stage, tokens):
    claims = json.dumps(stage.claims("exercises"))
    got = stage.get("/userinfo", "-H", f"Authorization: Bearer {tokens['access_token']}", "-H",
                    f"X-Answer: {claims}")
    assert json.loads(got.text)["eckId"] == stage.student.eckid


@pytest.mark.parametrize("way", WAYS)
def test_the_provider_gets_its_own_id_token_as_a_hint(stage, tokens, way):
    more, http2 = WAYS[way]
    got = stage.send("/logout?x=%41&id_token_hint={it}", tokens=tokens, http2=http2)
    assert got["query"] == f"x=%41&id_token_hint={stage.own}"
    got = stage.send("/logout", "-d", "id_token_hint={it}&state=a+b", *more, tokens=tokens,
                     http2=http2)
    assert got["body"] == f"id_token_hint={stage.own}&state=a+b"


CANTEEN = ("-u", "canteen:secret")

BAD = {
    "cut": ("/userinfo", ["-H", "Authorization: Bearer {cut}"], 401),
    "changed": ("/userinfo?access_token={changed}", [], 401),
    "of the other kind": ("/userinfo", ["-d", "access_token={rt}"], 401),
    "twice": ("/userinfo?access_token={at}&access_token={at}", [], 401),
    "within another": ("/userinfo", ["-H", "Authorization: Bearer eckid_at_{at}"], 401),
    "a refresh token that is cut": ("/token", [*BASIC, "-d", "refresh_token={cut}"], 400),
    "an access token to refresh by": ("/token", [*BASIC, "-d", "refresh_token={at}"], 400),
    "another client's": ("/token", [*CANTEEN, "-d", "refresh_token={rt}"], 400),
    "another supplier's": ("/token", ["-u", "books:x", "-d", "refresh_token={rt}"], 400),
    "nobody's": ("/token", ["-d", "refresh_token={rt}"], 400),
    "exchanged by another": ("/token", [*CANTEEN, "-d", "subject_token={at}"], 400),
    "revoked by another": ("/revoke", [*CANTEEN, "-d", "token={rt}"], 400),
    "asked by another": ("/introspect", [*CANTEEN, "-d", "token={at}"], 200),
}


# The advice, by a word of the cause; otherwise that of the code.
HINTS = {"another kind": "or the other way round", "not of the client": "may be an attack",
         "another token": "two places", "there twice": "two places"}
SECRET = "EckidSecretFile"


@pytest.mark.parametrize("row", BAD)
def test_what_is_not_accepted(stage, tokens, row):
    path, arguments, status = BAD[row]
    before = len(stage.gateway.lines("ECK"))
    changed = tokens["access_token"][:-1] + ("A" if tokens["access_token"][-1] != "A" else "B")
    words = {"cut": tokens["access_token"][:-9], "changed": changed}
    place = {"{" + name + "}": value for name, value in words.items()}
    for name, value in place.items():
        path, arguments = path.replace(name, value), [a.replace(name, value) for a in arguments]
    at_provider = json.dumps(stage.send(path, *arguments, tokens=tokens))
    assert "acc+ess" not in at_provider and "refresh" not in at_provider.replace("refresh_", "")
    got = stage.answered
    assert got.status == status and got.headers["cache-control"] == "no-store"
    assert got.headers["access-control-allow-origin"] == "https://app.example"
    body = json.loads(got.text)
    assert body == {"active": False} if status == 200 else body["error"] in (
        "invalid_token", "invalid_grant", "invalid_request")
    assert ("www-authenticate" in got.headers) == (status == 401)
    lines = [line for line in stage.gateway.lines("ECK")[before:] if "ECK0000" not in line]
    assert len(lines) == 1 and "ECK0245" in lines[0] and f"refused with {status}" in lines[0]
    assert "eckid_" not in lines[0]
    assert next((hint for word, hint in HINTS.items() if word in lines[0]), SECRET) in lines[0]


def test_elsewhere_it_is_left_alone_and_opens_nothing(stage, tokens):
    stage.set("/account", as_json({"sub": stage.student.user, "name": "x"}))
    got = stage.get("/account", "-H", f"Authorization: Bearer {tokens['access_token']}")
    assert f"Bearer {tokens['access_token']}" in stage.replay.requests[-1]
    assert got.status == 401 and "name" not in got.text


@pytest.mark.parametrize("who", [("-u", "books:x"), ("-d", "client_id=books")])
def test_the_introspection_endpoint_tells_of_tokens_only(stage, who):
    text = '{"user_name": "n","uid":"u" }'
    ask = ("-d", "token=x&token_type_hint=access_token", "-H", f"X-Answer: {text}")
    assert json.loads(stage.get("/introspect", *who, *ask).text) == {"uid": "u"}
    assert stage.get("/introspect", *CANTEEN, *ask).text == text
