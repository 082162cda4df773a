# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused over OpenID Connect and how that is told; keys that change, bad providers."""
import base64
import concurrent.futures
import gzip
import json
import re
import time

import pytest
from jwcrypto import jwk

from conftest import checked_place
from lab.oidcstage import Held, OidcStage, as_json, fragment, half, payload
from lab.people import make_person
from lab.replay import answer
from lab.wait import PATIENT, eventually

OUTCOMES = ("not-student", "unknown", "no-eckid", "las-failed")


def people():
    return [make_person(), make_person(known=False), make_person(eckid=None), make_person(False)]


@pytest.fixture(scope="module")
def stage():
    """books denies everything, exercises lets everything through."""
    with checked_place("test_oidc_outcomes") as place:
        yield OidcStage(place, people=people(), books="EckidOn not-student deny")


def happens(stage, outcome):
    stage.las.behave = None
    if outcome == "las-failed":
        stage.las.behave = lambda handler: handler.send_json(503, {})
        stage.people.append(make_person())
        return stage.people[-1]
    return stage.people[{"unknown": 1, "no-eckid": 2, "not-student": 3}[outcome]]


@pytest.fixture(autouse=True)
def healthy(request):
    yield
    stage = request.getfixturevalue("stage") if "stage" in request.fixturenames else None
    if stage and stage.las.behave:
        stage.las.behave = None
        stage.people.append(make_person())
        # an answer, so that failures do not add up until the LAS is left alone
        assert stage.token(stage.sign(stage.claims(person=stage.people[-1]))).status == 200


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_denied_at_the_token_endpoint(stage, outcome):
    person = happens(stage, outcome)
    got = stage.token(stage.sign(stage.claims(person=person)), access_token=outcome)
    body = json.loads(got.text)
    if outcome == "las-failed":
        assert got.status == 503 and got.headers["content-type"] == "application/problem+json"
        assert got.headers["retry-after"] == "60"
    else:
        assert got.status == 400 and body["error"] == "invalid_grant"
    assert got.headers["cache-control"] == "no-store"
    reference = re.search(r"reference ([0-9A-Z-]+)", got.text)[1]
    assert f"outcome={outcome}" in stage.last_line(f"ref={reference}")
    assert outcome not in got.text.replace("las-failed", "")
    assert outcome not in stage.held  # nothing was handed out


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_let_through_without(stage, outcome):
    person = happens(stage, outcome)
    got = stage.token(stage.sign(stage.claims("exercises", person, eckId="forged")), "exercises")
    claims = payload(json.loads(got.text)["id_token"])
    assert "eckId" not in claims and claims["uid"] == person.user
    got = stage.userinfo({"sub": person.user, "eckId": "forged"})
    assert json.loads(got.text) == {"sub": person.user}


def shown(stage, person, access_token):
    """Logs in by way of the browser, where the ECK iD stays away and no LAS is asked."""
    token = stage.sign(stage.claims(person=person, at_hash=half(access_token)))
    stage.set("/authorize", answer(
        "", f"Location: http://c.example/cb#id_token={token}&access_token={access_token}",
        status="302 Found"))
    got = stage.get("/authorize")
    assert "eckId" not in payload(fragment(got)["id_token"])
    stage.note({"access_token": access_token}, fragment(got))


@pytest.mark.parametrize("outcome", [name for name in OUTCOMES if name != "not-student"])
def test_denied_at_userinfo(stage, outcome):
    person, token = happens(stage, outcome), f"shown-{outcome}"
    shown(stage, person, token)
    got = stage.userinfo({"sub": person.user, "uid": person.user}, token)
    if outcome == "las-failed":
        assert got.status == 503 and got.headers["content-type"] == "application/problem+json"
        assert got.headers["retry-after"] == "60" and "www-authenticate" not in got.headers
    else:
        assert got.status == 403 and json.loads(got.text)["error"] == "insufficient_scope"
        assert 'Bearer error="insufficient_scope"' in got.headers["www-authenticate"]
    assert got.headers["cache-control"] == "no-store" and person.user not in got.text
    reference = re.search(r"reference ([0-9A-Z-]+)", got.text)[1]
    assert f"outcome={outcome}" in stage.last_line(f"ref={reference}", "token=userinfo")


def test_a_las_that_failed_at_userinfo_may_know_a_moment_later(stage):
    person = happens(stage, "las-failed")
    shown(stage, person, "later")
    assert stage.userinfo({"sub": person.user}, "later").status == 503
    stage.las.behave = None
    got = stage.userinfo({"sub": person.user}, "later")
    assert json.loads(got.text) == {"sub": person.user, "eckId": person.eckid}


BAD = {
    "tampered": (lambda s: tampered(s), "ECK0234"),
    "truncated": (lambda s: s.sign(s.claims())[:-200], "ECK023"),
    "over-long": (lambda s: s.sign(s.claims(x="y" * 65536)), "ECK0231"),
    "doubly encoded": (lambda s: s.sign(s.claims()).replace(".", "%2E"), "ECK0231"),
    "no algorithm": (lambda s: with_header(s, "", alg="none"), "ECK0232"),
    "a secret that is the public key": (lambda s: by_public_key(s), "ECK0232"),
    "an unknown key": (lambda s: s.sign(s.claims(), s.make_key("other")), "ECK0233"),
    "another key under the same kid": (lambda s: s.sign(s.claims(), s.make_key("first")),
                                       "ECK0234"),
    "critical": (lambda s: with_header(s, alg="RS256", crit=["exp"], exp=1), "ECK0231"),
    "expired": (lambda s: s.sign(s.claims(exp=int(time.time()) - 61)), "ECK0236"),
    "without end": (lambda s: s.sign(s.claims(exp=None)), "ECK0231"),
    "another issuer": (lambda s: s.sign(s.claims(iss="https://evil.example")), "ECK0235"),
    "another client": (lambda s: s.sign(s.claims("exercises")), "ECK0237"),
    "audiences without the client": (lambda s: s.sign(s.claims(["y", "x"])), "ECK0237"),
    "a member twice": (lambda s: s.sign(b'{"sub":"a",' + json.dumps(s.claims()).encode()[1:]),
                       "ECK0231"),
    "another access token": (lambda s: s.sign(s.claims(at_hash="AAAA")), "ECK0241"),
    "encrypted": (lambda s: "e30.e30.e30.e30.e30", "ECK0238"),
}


def tampered(stage):
    head, body, signature = stage.sign(stage.claims()).split(".")
    claims = json.dumps({**stage.claims(), "sub": "other"}).encode()
    return f"{head}.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{signature}"


def with_header(stage, signature="AAAA", **header):
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
             for part in (header, stage.claims()))
    return ".".join([*parts, signature])


def by_public_key(stage):
    """The old confusion of HS256 with RS256: the public key as a secret."""
    secret = base64.urlsafe_b64encode(stage.key.export_to_pem()).decode().rstrip("=")
    key = jwk.JWK(kty="oct", k=secret, kid="first")
    return stage.sign(stage.claims(), key, "HS256")


@pytest.mark.parametrize("name", BAD)
def test_tokens_that_are_refused(stage, name):
    make, code = BAD[name]
    before = len(stage.gateway.lines("ECK"))
    got = stage.token(make(stage), access_token=f"bad {name}")
    assert got.status == 502 and got.headers["content-type"] == "application/problem+json"
    lines = [line for line in stage.gateway.lines("ECK")[before:] if "ECK0000" not in line]
    assert len(lines) == 1 and code in lines[0] and "urn:books" in lines[0]


def test_a_supplier_s_token_for_another_client_is_refused(stage):
    got = stage.token(stage.sign(stage.claims("books")), "canteen")
    assert got.status == 502 and "ECK0237" in stage.last_line("urn:books")


@pytest.mark.parametrize("path", ["//token", "/token/", "/%74oken", "/other/token"])
def test_the_token_endpoint_under_another_name(stage, path):
    stage.token(stage.sign(stage.claims()))
    stage.set(path, stage.replay.answers["/token"])
    got = stage.get(path, "-u", "books:secret", "-d", "grant_type=x")
    assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid


def test_other_json_passes(stage):
    stage.set("/api", answer('{"a": 1.50, "b":[ ]}', content_type="application/json"))
    assert stage.get("/api").text == '{"a": 1.50, "b":[ ]}'
    stage.set("/long", answer('{"a": "' + "x" * 1500000 + '"}', content_type="application/json"))
    assert len(stage.get("/long").body) == 1500009


OTHER_NAMES = ("/userinfo/x", "/userinfo/;x", "/userinfo;x=y", "/UserInfo", "/userinfo/%3b",
               "/userinfo/.x", "/userinfo/%20", "/quite/elsewhere")


@pytest.mark.parametrize("path", OTHER_NAMES)
def test_userinfo_under_another_name(stage, path):
    """A sealed token is put back at the published endpoint alone; a supplier's own are refused."""
    claims = stage.claims()
    stage.token(stage.sign(claims))
    own = stage.sign({"azp": "books"})
    for body in (as_json(claims), answer(stage.sign(claims), content_type="application/jwt")):
        # httpd decodes some of it on the way to the provider
        for spelling in (path, path.replace("%3b", ";")):
            stage.set(spelling, body)
        for token in (stage.held["access"], own, own + "="):
            got = stage.get(path, "-H", f"Authorization: Bearer {token}")
            assert got.status == 401 and json.loads(got.text)["error"] == "invalid_token"
            assert f"Bearer {token}" in stage.replay.requests[-1]
        assert stage.get(path, "-H", "Authorization: Bearer somebody-s").status == 200
        # as a form of another kind; in a body that is none, or where it is not seen
        assert stage.get(path, "-F", f"access_token={own}").status == 401
        assert stage.get(path, "-F", "access_token=somebody-s").status == 200
        assert stage.get(path, "-F", "access_token=access;type=a/b").status == 401
        assert stage.get(path, "-d", "access_token=access&access_token=access").status == 401


@pytest.mark.parametrize("path", ["/userinfo/x", "/UserInfo", "/userinfo;x", "/;x/userinfo",
                                  "/x/..;y/userinfo"])
def test_near_userinfo_an_access_token_need_not_be_seen(stage, path):
    stage.set(path, as_json(stage.claims()))
    assert stage.get(path, "-H", "X-Token: access").status == 401


def test_other_json_about_somebody_passes(stage):
    """What a provider's own pages ask for: by a cookie, without an access token."""
    text = json.dumps({"sub": "somebody", "n": 1.5, "employeeNumber": "7"}) + " "
    stage.set("/portal", answer(text, content_type="application/json"))
    for more in ((), ("-d", "a=b"), ("-F", "a=b"), ("-d", "{}", "-H", "Content-Type: a/json")):
        assert stage.get("/portal", "-H", "Cookie: session=1", *more).text == text
    stage.set("/api", answer('{"a": 1.50 }', content_type="application/json"))
    assert stage.get("/api", "-H", "Authorization: Bearer x").text == '{"a": 1.50 }'
    stage.set("/api", answer(text, content_type="application/json"))
    for scheme in ("Negotiate", "Token", "SSWS", "OAuth", "bearer"):
        assert stage.get("/api", "-H", f"Authorization: {scheme} YII=").text == text
    stage.set("/list", answer(" " + "[1]" * 500000, content_type="application/json"))
    assert len(stage.get("/list", "-H", "Authorization: Bearer x").body) == 1500001
    zipped = gzip.compress(b'{"a": "' + b"x" * 1500000 + b'"}')
    stage.set("/zip", answer(zipped, "Content-Encoding: gzip", content_type="application/json"))
    assert stage.get("/zip").body == zipped


@pytest.mark.parametrize("path", ["/token/x", "/token;x", "/TOKEN", "/quite/elsewhere"])
def test_a_token_answer_under_another_name(stage, path):
    body = {"access_token": "a", "id_token": stage.sign(stage.claims())}
    ask = (path, "-u", "books:secret", "-d", "grant_type=authorization_code")
    stage.set(path, answer(json.dumps(body), content_type="text/plain"))
    claims = payload(json.loads(stage.get(*ask).text)["id_token"])
    assert claims["eckId"] == stage.student.eckid and "employeeNumber" not in claims
    stage.set(path, as_json({**body, "pad": "x" * 1100000}))
    assert stage.get(*ask).status == 502 and "ECK0205" in stage.last_line("ECK0205")
    public = (path, "-d", "grant_type=authorization_code&client_id=books")
    assert stage.get(*public).status == 502
    stage.set(path, answer(json.dumps(body), length=9999, content_type="application/json"))
    assert stage.get(*ask).status == 502


@pytest.mark.parametrize("form", ["token=x", "token=x&token_type_hint=access_token",
                                  "token=my.access_token"])
def test_introspection_is_filtered_for_suppliers(stage, form):
    text = '{"active": true, "sub": "s", "uid": "u", "employeeNumber": "7"}'
    stage.set("/introspect", answer(text, content_type="application/json"))
    got = stage.get("/introspect", "-u", "books:secret", "-d", form)
    assert json.loads(got.text) == {"active": True, "sub": "s", "uid": "u"}
    got = stage.get("/introspect", "-u", "canteen:secret", "-d", form)
    assert got.text == text


def test_two_names_for_one_client(stage):
    got = stage.token(stage.sign(stage.claims()), form="client_id=exercises")
    assert got.status == 502 and "ECK0237" in stage.last_line("ECK0237")


FORM = "application/x-www-form-urlencoded"
READ_IN_TWO_WAYS = {
    "a charset": ("Content-Type: " + FORM + "; charset=IBM037", "client_id=%83%81&grant_type=x"),
    "a parameter": ("Content-Type: " + FORM + "; x=/json", '{"x":"&client_id=canteen&"}'),
    "another spelling": ("Accept: */*", "client_id=canteen&client.id=books&grant_type=x"),
}


@pytest.mark.parametrize("how", READ_IN_TWO_WAYS)
def test_an_answer_to_a_form_that_could_be_a_supplier_s_is_refused(stage, how):
    field, form = READ_IN_TWO_WAYS[how]
    stage.set("/token", as_json({"access_token": "opaque"}))
    assert stage.get("/token", "-H", field, "-d", form).status == 502


def test_a_body_in_another_charset_could_hold_a_token(stage):
    stage.set("/quite/elsewhere", as_json(stage.claims()))
    ask = ("/quite/elsewhere", "-d", "%81%83%83%85%A2%A2", "-H", f"Content-Type: {FORM}; charset=")
    assert stage.get(*ask[:-1], ask[-1] + "ISO-8859-1").status == 200
    assert stage.get(*ask[:-1], ask[-1] + "IBM037").status == 401


@pytest.mark.parametrize("field", ["Authorization", "Content-Type"])
def test_what_says_who_calls_is_not_left_out(stage, field):
    stage.set("/userinfo", as_json({"sub": "s"}))
    assert stage.get("/userinfo", "-H", f"Connection: {field}").status == 400


def test_userinfo_for_another_subject(stage):
    stage.token(stage.sign(stage.claims()))
    got = stage.userinfo({"sub": "other"})
    assert got.status == 502 and "ECK0239" in stage.last_line("userinfo")
    assert "other" not in got.text


@pytest.mark.parametrize("body", ["<html>", "[]", "", '{"sub":"a","sub":"b"}'])
def test_userinfo_that_is_none(stage, body):
    stage.token(stage.sign(stage.claims()))
    stage.set("/userinfo", answer(body, content_type="application/json"))
    got = stage.get("/userinfo", *stage.bearer())
    assert (got.status, got.text) == ((200, "") if not body else (502, got.text))


def test_numbers_and_all_else_stay_as_they_were(stage):
    stage.token(stage.sign(stage.claims("exercises")), "exercises")
    text = '{ "sub":"%s", "n":1.50, "big":123456789012345678901234567890,\n"a":[ 1 ] }'
    stage.set("/userinfo", answer(text % stage.student.user, content_type="application/json"))
    got = stage.get("/userinfo", *stage.bearer())
    assert got.text == ('{"sub":"%s","n":1.50,"big":123456789012345678901234567890,"a":[ 1 ],'
                        '"eckId":"%s"}' % (stage.student.user, stage.student.eckid))


def test_gzip_is_read(stage):
    body = {"access_token": "zipped", "id_token": stage.sign(stage.claims())}
    stage.set("/token", answer(gzip.compress(json.dumps(body).encode()), "Content-Encoding: gzip",
                               content_type="application/json"))
    got = stage.ask()
    assert "content-encoding" not in got.headers
    assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid


def test_an_answer_cut_short_is_refused(stage):
    stage.set("/token", answer('{"access_token":"x"', length=100,
                               content_type="application/json"))
    assert stage.ask().status == 502


def test_a_form_that_is_too_long(stage):
    stage.token(stage.sign(stage.claims()))
    form = stage.place.file("long-form", "x=" + "y" * 140000)
    got = stage.get("/token", "-u", "books:secret", "--data-binary", f"@{form}")
    assert got.status == 502 and "ECK0205" in stage.last_line("ECK0205")


def test_refusals_of_the_front_channel_go_to_the_client(stage):
    token = stage.sign(stage.claims("exercises", exp=1))
    stage.set("/authorize?client_id=exercises", answer(
        f"<a href=http://c.example/#id_token={token}>on</a>",
        f"Location: http://c.example/cb?k=1#id_token={token}&state=s%26t&code=abc",
        status="302 Found"))
    got = stage.get("/authorize?client_id=exercises")
    assert got.headers["location"].startswith("http://c.example/cb?k=1#") and got.body == b""
    assert fragment(got)["error"] == "server_error" and fragment(got)["state"] == "s&t"
    assert "code" not in fragment(got) and "ECK0236" in stage.last_line("urn:exercises")


def test_a_client_may_be_asked_for_by_another_than_it_gets(stage):
    token = stage.sign(stage.claims("exercises"))
    stage.set("/authorize?client_id=canteen", answer(
        "", f"Location: http://c.example/cb#id_token={token}", status="303 See Other"))
    assert fragment(stage.get("/authorize?client_id=canteen"))["error"] == "server_error"


def test_a_link_with_a_token_is_refused(stage):
    token = stage.sign(stage.claims())
    stage.set("/page", answer(f'<a href="http://c.example/#id_token={token}">go</a>'))
    assert stage.get("/page").status == 502 and "ECK0242" in stage.last_line("ECK0242")
    stage.set("/page", answer("", f"Refresh: 0; url=http://c.example/#id_token={token}",
                              content_type="text/plain"))
    assert stage.get("/page").status == 502


def place_of(name):
    return checked_place(f"test_oidc_outcomes-{name}")


def asked(stage, path):
    """The requests for a path that reached the provider."""
    return [request for request in stage.replay.requests if request.split(" ")[1] == path]


WINDOW = 30  # in seconds


def test_a_new_key_is_fetched_once_in_a_window():
    with place_of("keys") as place:
        stage = OidcStage(place)
        begin = time.monotonic()
        assert stage.token(stage.sign(stage.claims())).status == 200
        new, flood = stage.make_key("second"), stage.make_key("flood")
        stage.publish(stage.key, new)
        for _ in range(20):
            assert stage.token(stage.sign(stage.claims(), new)).status == 200
            assert stage.token(stage.sign(stage.claims(), flood)).status == 502
        windows = 1 + int((time.monotonic() - begin) / WINDOW)
        # in each of two processes: at first, and once in each window
        assert len(asked(stage, "/jwks")) <= 2 * (1 + windows)


def test_logins_at_once_by_a_new_key_all_go_well():
    with place_of("rush") as place:
        stage = OidcStage(place, servers=1)
        assert stage.token(stage.sign(stage.claims())).status == 200
        new = stage.make_key("second")
        stage.publish(stage.key, new)
        held = Held(ends=stage.replay.answers["/jwks"])
        stage.set("/jwks", held)
        stage.set("/token", as_json({"id_token": stage.sign(stage.claims(), new)}))
        taken = stage.replay.taken
        before = taken.count("/token")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            logins = [pool.submit(stage.ask) for _ in range(8)]
            try:  # each has its token and waits for the keys: one for the answer, the others for it
                eventually(lambda: taken.count("/token") == before + 8
                           and stage.gateway.is_asleep())
            finally:
                held.release()
        assert [login.result().status for login in logins] == [200] * 8
        assert len(asked(stage, "/jwks")) == 2


KINDS = {
    "RS384": ({}, "sha384"), "RS512": ({}, "sha512"), "PS256": ({}, "sha256"),
    "PS384": ({}, "sha384"), "PS512": ({}, "sha512"),
    "ES256": ({"kty": "EC", "crv": "P-256"}, "sha256"),
    "ES384": ({"kty": "EC", "crv": "P-384"}, "sha384"),
    "ES512": ({"kty": "EC", "crv": "P-521"}, "sha512"),
    "EdDSA": ({"kty": "OKP", "crv": "Ed25519"}, "sha512"),
}


def test_every_algorithm_of_a_provider():
    """Tokens that jwcrypto makes, as other providers would; and their hashes in another digest."""
    with place_of("algorithms") as place:
        stage = OidcStage(place)
        keys = {alg: jwk.JWK.generate(**{"kty": "RSA", "size": 2048, **kind} if not kind else kind,
                                      kid=alg, use="sig", alg=alg)
                for alg, (kind, _) in KINDS.items()}
        stage.publish(stage.key, *keys.values())
        for alg, (_, digest) in KINDS.items():
            token = stage.sign(stage.claims(at_hash=half("access", digest)), keys[alg], alg)
            claims = payload(json.loads(stage.token(token).text)["id_token"])
            assert claims["eckId"] == stage.student.eckid, alg
            assert claims["at_hash"] == half(stage.held["access"])
            other = stage.sign(stage.claims(), keys[alg], alg, kid="first")
            assert stage.token(other).status == 502, alg


def test_a_provider_behind_a_path():
    with place_of("path") as place:
        stage = OidcStage(place, path="/auth/realms/school")
        got = stage.token(stage.sign(stage.claims()))
        assert payload(json.loads(got.text)["id_token"])["eckId"] == stage.student.eckid
        assert len(json.loads(stage.get("/jwks").text)["keys"]) == 3


# Enough for each request but the one that hangs, which fails after it.
BRIEF = "timeout=3s"

BROKEN = {
    "html": ("/jwks", answer("<html></html>"), "/jwks: it is not JSON"),
    "huge": ("/jwks", answer("x" * 300000, content_type="application/json"), "larger than"),
    "another issuer": ("/.well-known/openid-configuration",
                       as_json({"issuer": "https://evil.example"}), ", not that of"),
    "userinfo elsewhere": ("/.well-known/openid-configuration", "userinfo_endpoint",
                           "not at the issuer"),
    "an error": ("/.well-known/openid-configuration", answer("", status="500 No"), "answered 500"),
    "hanging": ("/.well-known/openid-configuration", Held(b"HTTP/1.1 200 OK\r\n"),
                "/.well-known/openid-configuration: Operation timed out"),
    "hanging at its keys": ("/jwks", Held(), "/jwks: Operation timed out"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_providers_that_cannot_be_used(name):
    path, reply, words = BROKEN[name]
    with place_of("broken") as place:
        stage = OidcStage(place, timing=BRIEF if isinstance(reply, Held) else PATIENT)
        if reply == "userinfo_endpoint":
            reply = as_json({"issuer": stage.issuer, "jwks_uri": f"{stage.issuer}/jwks",
                             reply: stage.issuer.replace("op.", "op2.") + "/userinfo"})
        good = stage.replay.answers[path]
        stage.set(path, reply)
        got = stage.token(stage.sign(stage.claims()))
        assert got.status == 503 and "ECK0243" in stage.last_line(words)
        if isinstance(reply, Held):
            reply.release()  # not before there was an answer
        stage.set("/page", answer("<p>"))
        assert stage.get("/page").status == 200  # all that is no token passes
        if name == "an error":
            stage.set(path, good)
            time.sleep(5.5)  # longer than a failure stands
            assert stage.token(stage.sign(stage.claims())).status == 200


def test_a_provider_that_is_gone():
    with place_of("gone") as place:
        stage = OidcStage(place, instead={"EckidProvider": lambda s: (
            f"{s.issuer} backend=http://127.0.0.1:{s.place.port()}")})
        got = stage.token(stage.sign(stage.claims()))
        assert got.status == 503 and got.headers["content-type"] == "application/problem+json"
        assert "ECK0243" in stage.last_line("/.well-known/openid-configuration: Failed to connect")


def test_userinfo_that_the_gateway_asks_for_may_hang():
    with place_of("userinfo") as place:
        stage = OidcStage(place, options="student=userinfo", timing=BRIEF)
        held = Held()
        stage.set("/userinfo", held)
        got = stage.token(stage.sign(stage.claims()))
        held.release()  # not before there was an answer
        assert got.status == 503 and got.headers["content-type"] == "application/problem+json"
        assert stage.student.user not in got.text
        lines = stage.gateway.lines("login at urn:books")
        assert len(lines) == 1 and "outcome=provider-failed" in lines[0]
        assert "/userinfo: Operation timed out" in lines[0]


def test_a_backend_that_is_this_very_server():
    with place_of("loop") as place:
        stage = OidcStage(place, instead={"EckidProvider": lambda s: (
            f"{s.issuer} backend=http://127.0.0.1:{s.gateway.port} {PATIENT}")})
        assert stage.token(stage.sign(stage.claims())).status == 503
        assert "ECK0244" in stage.last_line("ECK0244")


def test_what_is_not_sealed_is_no_supplier_s(stage):
    got = stage.userinfo({"sub": "a", "n": 1.5}, "never-seen")
    assert (got.status, got.text) == (200, '{"sub": "a", "n": 1.5}')
    stage.token(stage.sign(stage.claims()))
    for spelling in ("access,", "access x", "", stage.held["access"] + "=",
                     stage.sign({"azp": "books"})):
        assert stage.userinfo(stage.claims(), spelling).status == 401, spelling


def test_observing_changes_nothing_and_tells_everything():
    with place_of("observe") as place:
        stage = OidcStage(place, instead={"EckidEngine": "observe"})
        token = stage.sign(stage.claims())
        assert json.loads(stage.token(token).text)["id_token"] == token
        assert "gets the ECK iD" in stage.last_line("(observed only)")
        assert stage.token(tampered(stage)).status == 200
        assert "refused with 502" in stage.last_line("(observed only)", "ECK0234")


CORS = ("Access-Control-Allow-Origin: https://app.example",
        "Access-Control-Allow-Credentials: true", "Access-Control-Expose-Headers: DPoP-Nonce",
        "Vary: Origin", "DPoP-Nonce: n")


def test_a_program_can_read_a_refusal(stage):
    """A script in a browser may read what CORS allows it, and no more than the provider did."""
    token = stage.sign(stage.claims(exp=1))
    reply = as_json({"access_token": "a", "id_token": token}, *CORS, "Server-Timing: x")
    stage.set("/token", reply)
    got = stage.ask("books")
    assert got.status == 502 and "server-timing" not in got.headers
    for field in CORS:
        name, value = field.lower().split(": ")
        assert value in got.headers[name].lower()
    stage.set("/userinfo", answer("{", "WWW-Authenticate: DPoP algs=ES256", *CORS,
                                  content_type="application/json"))
    stage.token(stage.sign(stage.claims()))
    got = stage.get("/userinfo", *stage.bearer())
    assert got.status == 502 and got.headers["www-authenticate"] == "DPoP algs=ES256"


def test_the_status_in_the_log_is_the_one_that_was_sent(stage):
    got = stage.token(stage.sign(stage.claims(person=happens(stage, "unknown"))))
    assert got.status == 400
    assert "refused with 400" in stage.last_line("urn:books")


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/quite/elsewhere"])
def test_a_preflight_passes(stage, path):
    reply = answer("POST, OPTIONS", *CORS, content_type="text/plain")
    stage.set(path, reply)
    got = stage.get(path, "-X", "OPTIONS", "-H", "Origin: https://app.example",
                    "-H", "Access-Control-Request-Method: POST")
    assert got.status == 200 and got.text == "POST, OPTIONS"
    assert got.headers["access-control-allow-origin"] == "https://app.example"
    if path != "/token":
        stage.set(path, as_json(stage.claims()))
        got = stage.get(path, "-X", "OPTIONS", "-H", "Authorization: DPoP x, Bearer y")
        assert got.status in (401, 502)
