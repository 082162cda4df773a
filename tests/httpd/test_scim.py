# SPDX-License-Identifier: GPL-3.0-or-later
"""People are pushed by SCIM, and log in with what was pushed."""
import json
import re
import sqlite3
import time

import jsonschema
import pytest

from conftest import TESTS, checked_place
from lab.people import make_eckid, make_person
from lab.replay import answer
from lab.scim import CORE, EXTENSION, AuthorizationServer, Receiver, operations, resource
from lab.stage import response_in, values_in
from lab.wait import eventually


@pytest.fixture(scope="module", params=["http1", "http2"])
def stage(request):
    with checked_place(f"test_scim_{request.param}") as place:
        yield Receiver(place, http2=request.param == "http2")


@pytest.fixture
def pupil(stage):
    person = make_person(known=False)
    stage.people.append(person)
    return person


def log_in(stage, person):
    """The ECK iDs that a supplier gets; None if the login is refused."""
    stage.set(answer(stage.page(person=person)))
    got = stage.get()
    return values_in(response_in(got.text), "eckId") if got.status == 200 else None


def test_a_pupil_is_pushed_and_logs_in(stage, pupil):
    las, key = stage.pusher(), pupil.neppi(stage.school)
    assert log_in(stage, pupil) is None
    made = las.push(key, pupil.eckid, name={"familyName": pupil.family}, userName=pupil.user)
    assert made.status == 201
    assert made.headers["content-type"] == "application/scim+json"
    assert made.headers["location"].endswith(f"/scim/Users/{made.json['id']}")
    assert log_in(stage, pupil) == [pupil.eckid]
    path = f"/Users/{made.json['id']}"
    read = las.send("GET", path)
    assert read.status == 200 and read.headers["etag"] == made.headers["etag"]
    assert read.json == made.json
    assert pupil.family not in read.text and "ketenid" not in read.text
    assert read.json["schemas"] == [CORE, EXTENSION]
    other = make_eckid()
    changed = las.send("PATCH", path, operations(
        {"op": "Replace", "path": f"{EXTENSION}:eckId", "value": other}))
    assert changed.status == 200 and changed.headers["etag"] != made.headers["etag"]
    assert log_in(stage, pupil) == [other]
    assert las.send("PUT", path, resource(key)).status == 200
    assert log_in(stage, pupil) is None
    assert "outcome=no-eckid" in stage.last_line("outcome=")
    assert las.send("DELETE", path, None, f"If-Match: {read.headers['etag']}").status == 412
    assert las.send("DELETE", path).status == 204
    assert log_in(stage, pupil) is None
    assert "outcome=unknown" in stage.last_line("outcome=")
    assert las.send("DELETE", path).status == 404


def test_a_pupil_is_found_by_either_name(stage, pupil):
    las, key = stage.pusher(), pupil.neppi(stage.school)
    made = las.push(key, pupil.eckid, userName=pupil.user)
    for name, value in (("externalId", key), ("userName", pupil.user)):
        found = las.send("GET", f"/Users?filter={name}%20eq%20%22{value}%22")
        assert found.json["totalResults"] == 1
        assert found.json["Resources"] == [made.json]
    assert las.send("GET", "/Users?filter=name%20pr").json["scimType"] == "invalidFilter"
    searched = las.send("POST", "/.search", {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": f'externalId eq "{key}"', "attributes": ["userName"]})
    assert searched.json["Resources"][0]["userName"] == pupil.user
    assert "externalId" not in searched.json["Resources"][0]


def test_who_is_pushed_twice_is_a_conflict(stage, pupil):
    las, key = stage.pusher(), pupil.neppi(stage.school)
    assert las.push(key, pupil.eckid).status == 201
    twice = las.push(key, make_eckid())
    assert twice.status == 409 and twice.json["scimType"] == "uniqueness"
    assert log_in(stage, pupil) == [pupil.eckid]
    same = las.push("somebody-else@school.example", pupil.eckid)
    assert same.status == 409 and same.json["scimType"] == "uniqueness"


@pytest.mark.parametrize("value, words", [
    ("https://ketenid.nl/sppilot/" + "a" * 128, "stampseudoniem"),
    ("https://ketenid.nl/pilot/" + "a" * 128, "malformed"),
    ("https://ketenid.nl/201703/" + "A" * 128, "malformed"), (7, "malformed")])
def test_what_is_no_eck_id_is_refused(stage, pupil, value, words):
    refused = stage.pusher().push(pupil.neppi(stage.school), value)
    assert refused.status == 400 and refused.json["scimType"] == "invalidValue"
    assert words in stage.last_line("push by las refused", "ECK0602")
    assert log_in(stage, pupil) is None


@pytest.mark.parametrize("name, text, status", [
    ("empty", "", 400), ("cut", "{", 400), ("deep", "[" * 50000, 400),
    ("twins", '{"schemas":["' + CORE + '"],"externalId":"a","EXTERNALID":"b"}', 400),
    ("long", '{"a":"' + "x" * 70000 + '"}', 413), ("huge", "x" * 10_000_000, 413)],
    ids=lambda value: value if str(value).isalpha() and len(value) < 9 else "")
def test_bodies_that_are_no_scim(stage, name, text, status):
    path = stage.place.file(f"body-{name}", text)
    refused = stage.pusher().send("POST", "/Users", text=f"@{path}")
    assert refused.status == status and refused.json["status"] == str(status)
    assert stage.pusher().send("GET", "/ServiceProviderConfig").status == 200


def test_bodies_of_other_types_and_chunked_ones(stage, pupil):
    las, user = stage.pusher(), resource(pupil.neppi(stage.school))
    assert las.send("POST", "/Users", user, content_type="text/plain").status == 415
    made = las.send("POST", "/Users", user, "Transfer-Encoding: chunked",
                    content_type="application/json") if not stage.http2 else las.send(
                        "POST", "/Users", user, content_type="application/json")
    assert made.status == 201


def test_methods_and_endpoints_that_are_not_offered(stage):
    las = stage.pusher()
    put = las.send("PUT", "/Users", {})
    assert put.status == 405 and put.headers["allow"] == "GET, POST"
    assert las.send("POST", "/Bulk", {}).status == 501
    for method, path in (("GET", "/Groups"), ("POST", "/EduUsers"), ("POST", "")):
        got = las.send(method, path, {} if method == "POST" else None)
        assert got.status == 404
        assert got.json["detail"] == "there is no such endpoint: people are pushed to /scim/Users"
        line = stage.last_line("push by las refused")
        assert ":warn]" in line and "people are pushed to /scim/Users" in line
        assert "Groups" not in line and "EduUsers" not in line
    assert las.send("OPTIONS", "/Users").status in (200, 405)
    assert las.send("GET", "//Users").status in (200, 404)
    assert las.send("GET", "/ServiceProviderConfig").json["bulk"]["supported"] is False


def bad_tokens(server):
    """Each token that is not accepted, with what the log says of it."""
    now, claims = int(time.time()), server.claims
    return {
        "expired": (server.token(claims(exp=now - 120)), "exp is over"),
        "endless": (server.token(claims(exp=None)), "exp is absent"),
        "exp as text": (server.token(claims(exp=str(now + 300))), "exp is no time"),
        "issuer": (server.token(claims(iss="https://other.example")), "iss is another"),
        "no issuer": (server.token(claims(iss=None)), "iss is another"),
        "audience": (server.token(claims(aud="https://other.example")), "aud is another"),
        "no audience": (server.token(claims(aud=None)), "aud is absent"),
        "early": (server.token(claims(nbf=now + 300)), "nbf is still to come"),
        "no client": (server.token(claims(client_id=None)), "names no client"),
        "id token": (server.token(claims(nonce="n")), "ID token"),
        "dpop": (server.token(claims(cnf={"jkt": "x"})), "cnf"),
        "certificate": (server.token(claims(cnf={"x5t#S256": "x"})), "another certificate"),
        "type": (server.token(typ="logout+jwt"), "typ"),
        "forged": (server.token(key=server.make_key("as-1")), "signature of the token is wrong"),
        "none": ("eyJhbGciOiJub25lIn0.e30.", "algorithm"),
        "opaque": ("opaque", "three parts"),
    }


def test_tokens_that_are_not_accepted(stage):
    for name, (token, words) in bad_tokens(stage.server).items():
        got = stage.pusher(token).push("somebody@school.example")
        assert got.status == 401, name
        assert got.headers["www-authenticate"] == 'Bearer realm="scim", error="invalid_token"'
        assert words in stage.last_line("push by nobody known refused", "ECK0612"), name
        assert words not in got.text
    assert stage.server.calls("/jwks") <= 4  # one each process, and one for an unknown key


def test_without_a_token_the_challenge_names_no_error(stage):
    got = stage.pusher(None).push("somebody@school.example")
    assert got.status == 401 and got.headers["www-authenticate"] == 'Bearer realm="scim"'
    assert stage.pusher(None).send("GET", "/ServiceProviderConfig").status == 401


def test_a_scope_and_a_client_are_needed(stage):
    server = stage.server
    got = stage.pusher(server.token(server.claims(scope="other"))).push("a@school.example")
    assert got.status == 403 and 'error="insufficient_scope"' in got.headers["www-authenticate"]
    got = stage.pusher(server.token(server.claims("unknown"))).push("a@school.example")
    assert got.status == 403
    assert "client_id=unknown" in stage.last_line("ECK0614")


def test_a_new_key_is_fetched(stage):
    server = stage.server
    fresh = server.make_key("as-2")
    server.publish(server.key, fresh)
    assert stage.pusher(server.token(key=fresh, kid="as-2")).send("GET", "/Users").status == 200


def test_no_line_holds_a_token_or_a_person(stage, pupil):
    las, key = stage.pusher(), pupil.neppi(stage.school)
    las.push(key, pupil.eckid, userName=pupil.user)
    las.send("GET", f"/Users?filter=externalId%20eq%20%22{key}%22")
    las.push(key, pupil.eckid)
    lines = "\n".join(stage.gateway.lines("ECK"))
    for value in (key, pupil.user, pupil.eckid, las.token, las.token.split(".")[2]):
        assert value not in lines
    assert "push by las kept [status=201" in lines


def test_the_access_log_of_the_example_holds_no_key():
    example = (TESTS.parent / "conf/examples/magister.conf").read_text()
    form = re.search(r'^ *CustomLog +\S+ (".+")$', example, re.M)[1]
    with checked_place("test_scim_access_log") as place:
        stage = Receiver(place, before=f"CustomLog {place.path}/access.log {form}\n")
        las, key = stage.pusher(), "somebody@school.example"
        made = las.push(key)
        found = las.send("GET", f"/Users?filter=externalId%20eq%20%22{key}%22")
        assert found.json["totalResults"] == 1
        las.send("DELETE", f"/Users/{made.json['id']}")
        log = place.path / "access.log"
        eventually(lambda: "DELETE /scim/Users/" in log.read_text(), "the last request is logged")
        assert '"GET /scim/Users HTTP/' in log.read_text() and "somebody" not in log.read_text()


def test_a_database_that_is_locked_is_said_so(place):
    stage = Receiver(place, timeout="300ms")
    las = stage.pusher()
    assert las.push("a@school.example").status == 201
    with sqlite3.connect(stage.directory.path) as other:
        other.execute("begin exclusive")
        got = las.push("b@school.example")
        assert got.status == 503 and got.headers["retry-after"] == "5"
        assert "ECK0504" in stage.last_line("push by las refused")
        other.rollback()
    assert las.push("b@school.example").status == 201


# The description of what is served, conf/scim.openapi.json

CALLS = [
    ("POST", "/Users", "/Users", resource("p@x", "https://ketenid.nl/201703/" + "a" * 128)),
    ("POST", "/Users", "/Users", resource("p@x")), ("POST", "/Users", "/Users", {}),
    ("GET", "/Users", "/Users", None), ("GET", "/Users?filter=x", "/Users", None),
    ("GET", "/Users/{id}", "/Users/{id}", None), ("GET", "/Users/x", "/Users/{id}", None),
    ("PUT", "/Users/{id}", "/Users/{id}", resource("q@x")),
    ("PATCH", "/Users/{id}", "/Users/{id}", operations({"op": "remove", "path": "eckId"})),
    ("PATCH", "/Users/{id}", "/Users/{id}", operations({"op": "remove"})),
    ("POST", "/.search", "/.search", {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1}),
    ("GET", "/ServiceProviderConfig", "/ServiceProviderConfig", None),
    ("GET", "/ResourceTypes", "/ResourceTypes", None), ("GET", "/Schemas", "/Schemas", None),
    ("POST", "/Bulk", "/Bulk", {}), ("DELETE", "/Users/{id}", "/Users/{id}", None)]


def test_what_is_served_is_as_it_is_described():
    described = json.loads((TESTS.parent / "conf/scim.openapi.json").read_text())
    schemas = described["components"]["schemas"]
    with checked_place("test_scim_openapi") as place:
        stage, person = Receiver(place), None
        for method, path, template, body in CALLS:
            known = {"id": person} if person else {}
            got = stage.pusher().send(method, path.format(**known) if known else path, body)
            response = described["paths"][template][method.lower()]["responses"][str(got.status)]
            if got.json is None:
                assert "content" not in response
                continue
            wanted, = response["content"].values()
            jsonschema.validate(got.json, {**wanted["schema"], "components": {"schemas": schemas}})
            person = person or got.json.get("id")


MAP = "11ZZ V_ID 11ZZ03\n22YY V_ID 22YY00\n"
SCHOOLS = """
EckidScimKind student NEPPI
EckidScimClient one client_id=one school=11ZZ
EckidScimClient two client_id=two school=11ZZ,22YY
"""


def test_a_client_pushes_for_its_schools_only():
    with checked_place("test_scim_schools") as place:
        schools = place.file("schools.map", MAP)
        stage = Receiver(place, SCHOOLS, instead={
            "EckidSchool": None, "EckidSchoolMap": f"{schools} nlEduPersonHomeOrganizationId"})
        check_schools(stage, stage.server)


def check_schools(stage, made):
    one, two = (stage.pusher(made.token(made.claims(name))) for name in ("one", "two"))
    eckid = make_eckid()
    assert one.push("a@school.example", eckid).status == 201
    assert one.send("POST", "/11ZZ/Users", resource("b@school.example")).status == 201
    foreign = one.send("POST", "/22YY/Users", resource("c@school.example"))
    assert foreign.status == 403 and "ECK0615" in stage.last_line("push by one refused")
    assert two.push("c@school.example").status == 403  # for which of the two?
    moved = two.send("POST", "/22YY/Users", resource("a@school.example", eckid))
    assert moved.status == 201
    assert moved.headers["location"].endswith(f"/scim/22YY/Users/{moved.json['id']}")
    assert one.send("GET", f"/Users/{moved.json['id']}").status == 404
    assert one.send("GET", "/Users").json["totalResults"] == 2
    assert two.send("GET", "/22YY/Users").json["totalResults"] == 1


def test_introspection_decides():
    with checked_place("test_scim_introspection") as place:
        stage = Receiver(place, token=AuthorizationServer.by_asking, servers=1)
        check_introspection(stage, stage.server)


def check_introspection(stage, server):
    server.introspects({"active": True, **server.claims()})
    assert stage.pusher("good").send("GET", "/Users").status == 200
    assert stage.pusher("good").send("GET", "/Users").status == 200
    assert server.calls("/introspect") == 1
    request = server.replay.requests[-1]
    assert "Authorization: Basic Z2F0ZXdheTpzM2NyZXQtb2YtdGhlLWdhdGV3YXk=" in request
    for number, (claims, status) in enumerate([
            ({"active": False}, 401), ({"active": True, **server.claims(aud="x")}, 401),
            ({"active": True, **server.claims(iss="x")}, 401),
            ({"active": True, **server.claims(scope="x")}, 403),
            ({"active": True, **server.claims(aud=None, iss=None, exp=None)}, 200)]):
        server.introspects(claims)
        assert stage.pusher(f"token{number}").send("GET", "/Users").status == status, claims
    server.introspects({"error": "invalid_request"}, status="400 Bad")
    assert stage.pusher("odd").send("GET", "/Users").status == 401
    assert "status 400" in stage.last_line("refused", "ECK0612")
    server.introspects({}, status="500 Oh")
    got = stage.pusher("another").send("GET", "/Users")
    assert got.status == 503 and "ECK0616" in stage.last_line("refused")
