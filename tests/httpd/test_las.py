# SPDX-License-Identifier: GPL-3.0-or-later
"""The call to the LAS: how it is signed, and which servers are not called."""
import http.server
import json
import threading
import time

import pytest

from conftest import TESTS, checked_place
from lab import httpsig
from lab.curl import fetch
from lab.las import DEMANDED
from lab.people import make_eckid, make_person
from lab.pki import Authority, make_key
from lab.stage import Stage, response_in, values_in
from lab.wait import PATIENT

PEM_KEYS = ("ec", "rsa", "ed25519")


@pytest.fixture(scope="module", params=PEM_KEYS)
def stage(request):
    with checked_place(f"test_las-{request.param}") as place:
        yield Stage(place, las_key=request.param)


def test_the_signature_is_accepted(stage):
    stage.people.append(person := make_person())
    xml = response_in(stage.answer_to(person=person).text)
    assert values_in(xml, "eckId") == [person.eckid]
    assert stage.las.calls[-1] == person.user and not stage.las.refusals


def test_connections_are_kept(stage):
    for _ in range(5):
        stage.people.append(person := make_person())
        assert stage.answer_to(person=person).status == 200
    assert stage.las.connections <= 3  # one for each child that served


# What our own LAS refuses: if it did not, the tests above would prove nothing.

def capture(stage):
    """A call as it came, before it was judged."""
    seen = []
    original = stage.las.answer
    stage.las.answer = lambda *call: seen.append(call) or original(*call)
    stage.people.append(person := make_person())
    stage.answer_to(person=person)
    stage.las.answer = original
    return seen[0]


def judged(stage, method, url, fields, body, fresh_nonce=True):
    if fresh_nonce:
        stage.las.seen.clear()
    before = len(stage.las.refusals)
    status, _ = stage.las.answer(method, url, fields, body)
    return status, stage.las.refusals[before:]


def test_our_las_accepts_the_call_and_refuses_it_replayed(stage):
    call = capture(stage)
    assert judged(stage, *call)[0] == 200
    assert judged(stage, *call, fresh_nonce=False) == (
        401, ["a nonce that was seen before, or none"])


@pytest.mark.parametrize("field, why", [
    ("Signature", "no field signature"), ("Signature-Input", "no field signature-input"),
    ("Content-Digest", "no field content-digest")])
def test_our_las_refuses_an_unsigned_call(stage, field, why):
    method, url, fields, body = capture(stage)
    fields = [(k, v) for k, v in fields if k != field]
    assert judged(stage, method, url, fields, body) == (401, [why])


def test_our_las_refuses_a_wrong_digest(stage):
    method, url, fields, body = capture(stage)
    assert judged(stage, method, url, fields, body.replace(b"NEPPI", b"NEPRI")) == (
        401, ["Content-Digest does not match the body"])


def test_our_las_refuses_a_changed_digest(stage):
    method, url, fields, body = capture(stage)
    other = httpsig.base64.b64encode(httpsig.hashlib.sha256(b"{}").digest()).decode()
    fields = [(k, f"sha-256=:{other}:" if k == "Content-Digest" else v) for k, v in fields]
    assert judged(stage, method, url, fields, b"{}") == (401, ["the signature does not hold"])


def test_our_las_refuses_a_misdirected_call(stage):
    method, url, fields, body = capture(stage)
    other = url.replace("las.localhost", "other.localhost")
    assert judged(stage, method, other, fields, body) == (401, ["it is not for this LAS"])
    base = stage.las.base
    stage.las.base = base.replace("las.localhost", "other.localhost")
    try:
        assert judged(stage, method, other, fields, body) == (401, ["the signature does not hold"])
    finally:
        stage.las.base = base


def test_our_las_refuses_an_old_call(stage):
    method, url, fields, body = capture(stage)
    message = {"method": method, "url": url, "fields": fields}
    with pytest.raises(httpsig.Refused, match="expired"):
        httpsig.verify_request(message, body, stage.las.keys, time.time() + 61, set(), DEMANDED)


def test_our_las_refuses_an_unknown_key(stage):
    call = capture(stage)
    keys, stage.las.keys = stage.las.keys, {}
    try:
        assert judged(stage, *call) == (401, ["an unknown keyid"])
    finally:
        stage.las.keys = keys


def listed(message):
    """A message of the vectors, and the one it answers, with their fields as lists."""
    request = {"request": listed(message["request"])} if "request" in message else {}
    return {**message, "fields": list(message["fields"].items()), **request}


def test_our_las_passes_the_vectors_of_the_rfc():
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    vectors = json.loads((TESTS / "data/rfc9421.json").read_text())
    for vector in vectors["vectors"]:
        text = vectors["keys"][vector["key"]]
        key = httpsig.base64.b64decode(text) if vector["algorithm"] == "hmac-sha256" else (
            load_pem_public_key(text.encode()))
        message = listed(vector["message"])
        _, components, inner, _ = httpsig.parse_input("x=" + vector["input"])
        base = httpsig.base(message, components, inner)
        assert base.decode() == vector["base"], vector["section"]
        signature = httpsig.base64.b64decode(vector["signature"])
        httpsig.check(vector["algorithm"], key, signature, base)
        with pytest.raises(httpsig.Refused):
            httpsig.check(vector["algorithm"], key, signature, base + b" ")


def signed_answer(kind, fault=None):
    """What verify_answer takes: a signed answer, its body, the request, keys and the time."""
    key = make_key(kind)
    request = {"method": "POST", "url": "https://las.localhost/students",
               "fields": [("Signature", "sig1=:AQID:")]}
    answer = {"status": 200, "fields": [("Content-Type", "application/json")]}
    answer["fields"] += httpsig.sign_answer(answer, b"{}", request, "las", key, 1000, fault)
    return answer, b"{}", request, {"las": (httpsig.algorithm_of(key), key.public_key())}, 1000


@pytest.mark.parametrize("kind", ["rsa", "ec", "ed25519"])
def test_our_las_signs_its_answers(kind):
    answer, body, request, keys, now = signed_answer(kind)
    httpsig.verify_answer(answer, body, request, keys, now)
    for wrong in ({**answer, "status": 404}, body, request, keys, now), (
            answer, b"[]", request, keys, now), (
            answer, body, httpsig.other(request), keys, now):
        with pytest.raises(httpsig.Refused):
            httpsig.verify_answer(*wrong)


@pytest.mark.parametrize("fault", httpsig.FAULTS)
def test_our_las_signs_badly_when_told(fault):
    with pytest.raises(httpsig.Refused):
        httpsig.verify_answer(*signed_answer("ec", fault))


def test_our_las_sends_what_it_signs(stage):
    url, key = f"{stage.las.base}/students", make_key("ec")
    fields = [("Content-Type", "application/json"), ("Signature", "sig1=:AQID:")]
    stage.las.answer_key = ("las", key)
    headers = [part for name, value in fields for part in ("-H", f"{name}: {value}")]
    try:
        got = fetch(url, "--cacert", stage.authority.crt_file, *headers, "-d", "{}")
    finally:
        stage.las.answer_key = None
    answer = {"status": got.status, "fields": got.headers.items()}
    keys = {"las": ("ecdsa-p256-sha256", key.public_key())}
    httpsig.verify_answer(answer, got.body, {"method": "POST", "url": url, "fields": fields},
                          keys, time.time())


# A LAS that cannot be had; how it can misbehave is in ../las-trouble.

def ca_of_somebody_else(stage):
    other = Authority(stage.place, "other-ca")
    return f"{stage.las.base} ca={other.crt_file} {PATIENT}"


def another_host(stage):
    return f"{stage.las.base.replace('las.', 'other.')} ca={stage.authority.crt_file} {PATIENT}"


def nobody(stage):
    return f"https://las.localhost:{stage.place.port()}/eduv ca={stage.authority.crt_file}"


class Plain(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass


def without_tls(stage):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    stage.place.at_end(server.shutdown)
    return f"https://127.0.0.1:{server.server_port}/eduv ca={stage.authority.crt_file} {PATIENT}"


def no_such_name(stage):
    """Its first part is too long for DNS, so no resolver is asked."""
    return f"https://{'a' * 64}.invalid/eduv ca={stage.authority.crt_file}"


@pytest.mark.parametrize("las, code", [
    (ca_of_somebody_else, "ECK0303"), (another_host, "ECK0303"), (nobody, "ECK0301"),
    (no_such_name, "ECK0309"), (without_tls, "answers without TLS")])
def test_a_las_that_cannot_be_reached_or_believed(las, code):
    with checked_place(f"test_las-{las.__name__}") as place:
        stage = Stage(place, instead={"EckidLas": las})
        assert stage.answer_to().status == 503
        assert code in stage.last_line("outcome=las-failed")
        assert not stage.las.calls


def test_pilot_values_where_they_are_allowed():
    with checked_place("test_las-pilot") as place:
        stage = Stage(place, people=[make_person(eckid=make_eckid("pilot"))],
                      extra="EckidPilot on")
        assert values_in(response_in(stage.answer_to().text), "eckId") == [stage.student.eckid]
