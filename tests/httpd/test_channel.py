# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to call the LAS and to authenticate there, through a real httpd."""
import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import TESTS, checked_place
from lab import httpsig
from lab.las import DEMANDED, Handler, Hold
from lab.people import make_person
from lab.pki import Pair, certificate_pem, key_pem, make_certificate, make_key, public_pem
from lab.replay import answer
from lab.stage import EXERCISES, EXERCISES_ACS, Stage, response_in, values_in
from lab.tokens import SCOPE, Client
from lab.wait import PATIENT, eventually

AUDIENCE = "https://las.localhost/issuer"
SECRET = "s3cr%t of a +client:"
JWT = {"jwt-es256": ("ec", "ES256"), "jwt-ps256": ("rsa", "PS256"), "jwt-rs256": ("rsa", "RS256")}


def client_pair(stage):
    """Certificate and key of the client, as files; the key is root's alone."""
    key = make_key("ec")
    certificate = make_certificate(key, "school", stage.authority.certificate, stage.authority.key)
    return (stage.place.file("pki/tls.crt", certificate_pem(certificate)),
            stage.place.file("pki/tls.key", key_pem(key), 0o600))


def token_line(stage, client_id, proof):
    return (f"EckidLasToken {stage.las.tokens.url} client_id={client_id} scope={SCOPE} {proof} "
            f"ca={stage.authority.crt_file}")


def jwt_lines(stage, way, more="", name=None):
    kind, algorithm = JWT[way]
    name = name or way
    pair = Pair(stage.place, name, kind)
    stage.las.tokens.clients[name] = Client({name: pair.key.public_key()}, algorithm)
    return (f"EckidLasSignature off\nEckidLasKey {pair.key_file} keyid={name}\n" +
            token_line(stage, name, f"keyid={name} alg={algorithm} {more}"))


def basic_lines(stage):
    stage.las.tokens.clients["basic"] = Client(secret=SECRET)
    secret = stage.place.file("client-secret", SECRET + "\n", 0o600)
    return "EckidLasSignature off\n" + token_line(stage, "basic", f"secret={secret}")


def tls_lines(stage):
    stage.las.tokens.clients["tls"] = Client(certificate=True)
    certificate, key = client_pair(stage)
    pair = f"certificate={certificate} key={key}"
    return (f"EckidLasSignature off\nEckidLas {stage.las.base} ca={stage.authority.crt_file} "
            f"{PATIENT} {pair}\n", token_line(stage, "tls", pair))


def blocks(stage):
    """A location for each way, all with the same students and suppliers."""
    tls, tls_token = tls_lines(stage)
    basic = basic_lines(stage)
    stage.answers = Pair(stage.place, "las-answers", "ec")
    answers = stage.place.file("pki/las-answers.pem", public_pem(stage.answers.key))
    stage.keys_file, stage.pairs = stage.place.file("keys.conf", ""), {}
    ways = {
        **{way: jwt_lines(stage, way) for way in JWT},
        "audience": jwt_lines(stage, "jwt-es256", f"audience={AUDIENCE}", "audience"),
        "basic": basic,
        "tls": tls,
        "tls-token": tls + tls_token,
        "both": basic.replace("EckidLasSignature off", "EckidLasSignature on"),
        "components": 'EckidLasSignature "@method @authority @path content-digest" '
                      '"created expires=30 nonce keyid tag=eckid"',
        "roll": f"Include {stage.keys_file}",
        "signed": f"EckidLasAnswerKey {answers} keyid=las-2026",
        "sem": f"EckidLasContract {TESTS.parent}/conf/contracts/sem.json\n"
               "EckidStudentKey employeeNumber ^([0-9]+)$ $1 Leerlingnummer",
        "other-school": "EckidSchool V_ID 99XX99",
        # who asks claims the record for as long as that may take; the test waits for its end
        "stale": "EckidCacheTime 1s 1s 1h\n"
                 f"EckidLas {stage.las.base} ca={stage.authority.crt_file} failures=1000 "
                 "timeout=5s connect-timeout=5s",
    }
    roll(stage, "first", "second")
    return "\n".join(f"<Location /{name}>\n{text}\n</Location>" for name, text in ways.items())


def roll(stage, *names):
    """Writes the keys of one location; the LAS trusts those that it was told of."""
    for name in set(names) - set(stage.pairs):
        stage.pairs[name] = Pair(stage.place, name, "ec")
    pairs = {name: stage.pairs[name] for name in names}
    stage.keys_file.write_text("".join(f"EckidLasKey {pair.key_file} keyid={name}\n"
                                       for name, pair in pairs.items()))
    return pairs


class Channel(Stage):
    def conf(self, *arguments, **more):
        more["extra"] += blocks(self)
        return super().conf(*arguments, **more)

    def at(self, way, person=None, **login):
        """The response to a login of a new person in that location."""
        if not person:
            self.people.append(person := make_person())
        self.set(answer(self.page(person=person, **login)))
        got = self.get(path=f"/{way}")
        return person, got, self.last_line("login at")

    def succeeds(self, way, **login):
        person, got, line = self.at(way, **login)
        assert got.status == 200, (line, self.las.refusals, self.las.tokens.refusals)
        name = "eckId" if "consumer" not in login else "urn:mace:surf.nl:attribute-def:eckid"
        assert values_in(response_in(got.text), name) == [person.eckid]
        return person, line

    def fails(self, way, code, **login):
        _, got, line = self.at(way, **login)
        assert got.status == 503 and code in line, line
        return line


@pytest.fixture(scope="module")
def stage():
    """A server with one child, so that calls per child can be counted."""
    with checked_place("test_channel") as place:
        yield Channel(place, servers=1, books="EckidOn las-failed deny stale=1h", instead={
            "EckidLas": lambda stage: f"{stage.las.base} ca={stage.authority.crt_file} {PATIENT} "
                                      "failures=1000"})


@contextlib.contextmanager
def las_that(stage, **wants):
    """Changes the requirements of the LAS temporarily."""
    before = {name: getattr(stage.las, name) for name in wants}
    stage.las.__dict__.update(wants)
    try:
        yield stage.las
    finally:
        stage.las.__dict__.update(before)


@contextlib.contextmanager
def seen_fields(las):
    """The fields of each call, names in lower case."""
    seen, original = [], las.answer

    def listen(method, url, fields, body):
        fields = list(fields)
        seen.append({name.lower(): value for name, value in fields})
        return original(method, url, fields, body)

    las.answer = listen
    try:
        yield seen
    finally:
        las.answer = original


# Who asks

@pytest.mark.parametrize("way", JWT)
def test_private_key_jwt(stage, way):
    with las_that(stage, proofs={"token"}) as las:
        stage.succeeds(way)
        assert las.tokens.calls[-1] == (way, "private_key_jwt") and not las.tokens.refusals


def test_an_assertion_is_for_the_audience_that_was_configured(stage):
    """A URL for the token endpoint where no server listens."""
    with las_that(stage, proofs={"token"}) as las:
        las.tokens.audience = AUDIENCE
        try:
            stage.succeeds("audience")
            assert las.tokens.calls[-1] == ("audience", "private_key_jwt")
        finally:
            las.tokens.audience = las.tokens.url
        las.tokens.revoke()
        stage.gateway.graceful()
        stage.fails("audience", "ECK0313")
        assert las.tokens.refusals.pop() == "aud is another server"


def test_client_secret_basic(stage):
    with las_that(stage, proofs={"token"}) as las:
        stage.succeeds("basic")
        assert las.tokens.calls[-1] == ("basic", "client_secret_basic")


def test_a_token_alone_goes_unsigned(stage):
    with las_that(stage, proofs={"token"}) as las, seen_fields(las) as seen:
        stage.succeeds("basic")
    assert "signature" not in seen[0] and "signature-input" not in seen[0]


def test_mutual_tls_with_a_key_that_only_root_can_read(stage):
    with las_that(stage, proofs={"certificate"}) as las:
        stage.succeeds("tls")
        assert las.certificates[-1]["subject"] == ((("commonName", "school"),),)
        stage.fails("", "ECK0304")
        assert las.refusals.pop() == "no certificate of the client"


def test_mutual_tls_at_the_token_endpoint_too(stage):
    with las_that(stage, proofs={"certificate", "token"}) as las:
        stage.succeeds("tls-token")
        assert las.tokens.calls[-1] == ("tls", "tls_client_auth")


def test_a_signature_covers_the_token(stage):
    """Our LAS refuses a call whose token is not covered, once it asks for tokens."""
    with las_that(stage, proofs={"token", "signature"}) as las, seen_fields(las) as seen:
        stage.succeeds("both")
    assert '"authorization"' in seen[0]["signature-input"]


def test_the_las_says_what_is_signed(stage):
    with las_that(stage, demanded=("@method", "@authority", "@path", "content-digest")) as las:
        with seen_fields(las) as seen:
            stage.succeeds("components")
        assert 'tag="eckid"' in seen[0]["signature-input"]
    with las_that(stage, demanded=DEMANDED) as las:
        stage.fails("components", "ECK0304")
        assert las.refusals.pop() == "not covered: @target-uri, content-type"


def test_a_key_is_rolled_over_by_a_reload(stage):
    """Two keys: the first signs; once the LAS knows the second one as well, they change places."""
    pairs = roll(stage, "first", "second")
    stage.las.trust("first", pairs["first"].key)
    stage.succeeds("roll")
    stage.las.trust("second", pairs["second"].key)
    roll(stage, "second", "first")
    stage.gateway.graceful()
    del stage.las.keys["first"]
    with seen_fields(stage.las) as seen:
        stage.succeeds("roll")
    assert 'keyid="second"' in seen[0]["signature-input"]


# Tokens

def test_one_token_serves_many_logins(stage):
    with las_that(stage, proofs={"token"}) as las:
        stage.succeeds("jwt-es256")
        before = len(las.tokens.calls)
        for _ in range(5):
            stage.succeeds("jwt-es256")
        assert len(las.tokens.calls) == before


def test_many_logins_at_once_fetch_one_token(stage):
    with las_that(stage, proofs={"token"}) as las:
        stage.gateway.graceful()  # so that there is none
        before = len(las.tokens.calls)
        # not for longer, as no option changes that a login waits 1.5 s for a token
        hold = las.tokens.behave = Hold(Handler.give_token, 0.7)
        try:
            logins = together(stage, "jwt-ps256", 4, hold)
        finally:
            las.tokens.behave = None
        assert all(login.status == 200 for login in logins)
        assert len(hold.calls) == 1 and len(las.tokens.calls) == before + 1


def test_a_token_that_ended_early_is_replaced_within_the_login(stage):
    with las_that(stage, proofs={"token"}) as las:
        stage.succeeds("basic")
        time.sleep(1.1)  # a token that is younger is not suspected
        las.tokens.revoke()
        before = len(las.tokens.calls)
        stage.succeeds("basic")
        assert las.refusals.pop() == "a token that has ended"
        assert len(las.tokens.calls) == before + 1 and not las.refusals


def test_a_token_with_a_short_life_is_renewed(stage):
    with las_that(stage, proofs={"token"}) as las:
        las.tokens.lifetime, las.tokens.grace = 1, 60  # what is told, and more, by the LAS alone
        las.tokens.revoke()
        time.sleep(1.1)
        try:
            stage.succeeds("basic")
            las.refusals.clear()  # the token before, which was revoked
            time.sleep(1.1)
            before = len(las.tokens.calls)
            with seen_fields(las) as seen:
                stage.succeeds("basic")
        finally:
            las.tokens.lifetime, las.tokens.grace = 300, 0
        assert len(las.tokens.calls) == before + 1 and not las.refusals
        assert [fields["authorization"] for fields in seen] == [
            f"Bearer {[*las.tokens.issued][-1]}"]


def test_a_token_endpoint_that_fails_is_a_failed_lookup(stage):
    with las_that(stage, proofs={"token"}) as las:
        client = las.tokens.clients.pop("jwt-rs256")
        las.tokens.revoke()
        stage.gateway.graceful()
        line = stage.fails("jwt-rs256", "ECK0313")
        las.tokens.clients["jwt-rs256"] = client
        assert "invalid_client" in line and las.tokens.refusals.pop() == "an unknown client"
        stage.succeeds("jwt-rs256")


def test_the_search_of_the_logs_knows_what_it_looks_for(stage):
    """That tokens, secrets and assertions are in no log is checked when the place is left."""
    needles = stage.secrets()
    assert SECRET in needles and set(stage.las.tokens.issued) < set(needles)
    assert any(needle.count(".") == 2 and len(needle) > 300 for needle in needles)


# Who answers

def test_a_signed_answer_is_believed(stage):
    with las_that(stage, answer_key=("las-2026", stage.answers.key)):
        stage.succeeds("signed")


@pytest.mark.parametrize("fault", httpsig.FAULTS)
def test_an_answer_that_is_badly_signed_is_not(stage, fault):
    with las_that(stage, answer_key=("las-2026", stage.answers.key), answer_fault=fault):
        stage.fails("signed", "ECK0308", consumer=EXERCISES_ACS, audience=EXERCISES)


@pytest.mark.parametrize("minutes", [5, -5])
def test_clocks_that_differ_are_in_the_log(stage, minutes):
    with las_that(stage, clock=60 * minutes):
        _, line = stage.succeeds("")
    seconds = int(re.search(r"las-clock=([+-]\d+)s", line)[1])
    assert abs(seconds - 60 * minutes) < 30
    # where it is right, a busy machine may make its Date look old once, not each time
    eventually(lambda: "las-clock" not in stage.succeeds("")[1])


# Contracts, schools

def test_a_las_that_speaks_sem(stage):
    identifier = {"identifier": lambda person: {"userId": person.number,
                                                "userIdType": "Leerlingnummer"}}
    with las_that(stage, speaks="sem", **identifier):
        stage.succeeds("sem")
        _, got, line = stage.at("sem", person=make_person(eckid=None))
        assert got.status == 403 and "outcome=unknown" in line
        stage.people.append(person := make_person(eckid=None))
        assert "outcome=no-eckid" in stage.at("sem", person=person)[2]


def test_a_403_is_remembered_for_that_school_alone(stage):
    calls = []

    def refuse(handler):
        calls.append(handler)
        handler.send_json(403, {"title": "Forbidden"})

    with las_that(stage, behave=refuse):
        stage.fails("other-school", "ECK0304")
    assert "a short time ago" in stage.fails("other-school", "ECK0304") and len(calls) == 1
    stage.succeeds("")


# One flight, stale answers

def together(stage, way, count, hold, person=None):
    """The answers to as many logins at once: what is held is released when all of them wait."""
    def get(n):
        return stage.get(path=f"/{way}?{n}")

    for n in range(count):
        stage.people.append(who := person or make_person())
        stage.set(answer(stage.page(person=who)), f"/{way}?{n}")
    taken = stage.replay.taken
    before = len(taken)
    with ThreadPoolExecutor(count) as pool:
        logins = [pool.submit(get, n) for n in range(count)]
        try:
            eventually(lambda: len(taken) >= before + count and stage.gateway.is_asleep())
        finally:
            hold.release()
        return [login.result() for login in logins]


def test_one_student_many_times_at_once_is_one_call(stage):
    person = make_person()
    hold = Hold()
    with las_that(stage, behave=hold) as las:
        pages = together(stage, "", 15, hold, person)
        assert len(hold.calls) == 1 and las.calls.count(person.user) == 1
    assert all(values_in(response_in(page.text), "eckId") == [person.eckid] for page in pages)


def test_a_stale_eck_id_serves_only_where_it_may(stage):
    person, _ = stage.succeeds("stale")
    time.sleep(1.1)
    with las_that(stage, behave=lambda handler: handler.send_json(503, {})):
        person, line = stage.succeeds("stale", person=person)
        assert "cache=stale" in line and "ECK0304" in line
        stage.fails("stale", "ECK0304", person=person, consumer=EXERCISES_ACS, audience=EXERCISES)
    # somebody asks again when the claim has ended; who comes meanwhile gets the old one
    eventually(lambda: "cache=miss" in stage.succeeds("stale", person=person)[1])
