# SPDX-License-Identifier: GPL-3.0-or-later
"""Metadata from a URL, the identity provider's and suppliers': a real server that misbehaves."""
import datetime
import threading

import pytest

from conftest import checked_place
from lab.pki import Authority, Pair, key_pem
from lab.replay import answer
from lab.signer import Signer
from lab.source import Source, sign_metadata
from lab.stage import (BOOKS, BOOKS_ACS, CANTEEN, CANTEEN_ACS, EXERCISES, EXERCISES_ACS, Stage,
                       page, response_in, values_in)
from lab.wait import PATIENT, eventually

URL = "https://idp.school.example/metadata"


def stage_with(place, options, text=None, pem=None, url=None, **more):
    """A gateway in which the identity provider is known from a source; one child, so that requests
    can be counted."""
    source = Source(place, pem)
    stage = Stage(place, servers=1, instead={"EckidIdpMetadata": f"{url or source.base + '/m'} "
                                             + options.format(base=source.base)}, **more)
    source.text = text(stage) if text else stage.signer.metadata()
    stage.source = source
    return stage


def status(stage, signer=None):
    stage.signer, mine = signer or stage.signer, stage.signer
    try:
        return stage.answer_to().status
    finally:
        stage.signer = mine


def test_a_backend_is_asked_with_the_host_of_the_url():
    with checked_place("test_metadata_url-backend") as place:
        stage = stage_with(place, "backend={base} " + PATIENT, url=URL)
        assert not stage.source.requests  # silent until there is a login for a supplier
        assert stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN).status == 200
        assert not stage.source.requests
        assert [status(stage) for _ in range(3)] == [200] * 3
        assert len(stage.source.requests) == 1
        fields = stage.source.requests[0]
        assert fields["host"] == fields["x-forwarded-host"] == "idp.school.example"
        assert fields["x-forwarded-proto"] == "https"


def test_a_new_key_costs_no_login_and_what_is_unchanged_is_not_sent_again():
    with checked_place("test_metadata_url-rollover") as place:
        stage = stage_with(place, "backend={base} " + PATIENT, url=URL)
        old, new = stage.signer, Signer(place, name="new-idp")
        assert status(stage) == 200
        stage.source.text = new.metadata()
        assert status(stage, new) == 200
        assert len(stage.source.requests) == 2
        assert "if-none-match" in stage.source.requests[1]
        # the window is not over
        assert (status(stage, old), status(stage, new)) == (502, 200)
        assert len(stage.source.requests) == 2
        line = stage.last_line("refused with 502")
        assert "ECK0215" in line and "does the identity provider publish the key" in line


def pinned(place, kind):
    """The server's PEM, and the certificate that is written behind ca=."""
    if kind == "by its authority":
        authority = Authority(place, "source-ca")
        return authority.issue(place, "source", ["127.0.0.1"]), authority.crt_file
    if kind == "itself":
        pair = Pair(place, "source", "ec", hosts=["127.0.0.1"])
        return place.file("source.pem", key_pem(pair.key) + pair.crt_file.read_bytes(),
                          0o600), pair.crt_file
    pem = Authority(place, "source-ca").issue(place, "source", ["127.0.0.1"])
    leaf = pem.read_bytes().split(b"-----BEGIN CERTIFICATE-----")[1]
    return pem, place.file("leaf.crt", b"-----BEGIN CERTIFICATE-----" + leaf)


@pytest.mark.parametrize("kind", ["by its authority", "itself", "without its authority"])
def test_a_server_is_believed_by_its_certificate(kind):
    with checked_place("test_metadata_url-pinned") as place:
        pem, certificate = pinned(place, kind)
        assert status(stage_with(place, f"ca={certificate} {PATIENT}", pem=pem)) == 200


def test_a_server_with_another_certificate_is_not_believed():
    with checked_place("test_metadata_url-tls") as place:
        pem, _ = pinned(place, "itself")
        stage = stage_with(place, f"ca={Pair(place, 'other', 'ec').crt_file} {PATIENT}", pem=pem)
        assert status(stage) == 503
        assert "ECK0104" in stage.last_line("refused with 503")
        assert stage.gateway.lines("certificate", "ECK0104", "is not used")
        assert not stage.gateway.lines("stays in use")


@pytest.mark.parametrize("whole", [False, True], ids=["by its ID", "as a document"])
def test_metadata_is_believed_by_its_signature(whole):
    with checked_place("test_metadata_url-signed") as place:
        federation = Pair(place, "federation")
        stage = stage_with(place, f"signed-by={federation.crt_file} {PATIENT}",
                           lambda s: sign_metadata(place, federation, s.signer.metadata(), whole))
        assert status(stage) == 200


def valid_for(text, days):
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return text.replace("entityID=", f'validUntil="{until:%Y-%m-%dT%H:%M:%SZ}" entityID=', 1)


def sealed(stage, text, days=60, pair=None):
    return sign_metadata(stage.place, pair or stage.federation, valid_for(text, days))


# what the source does after it was good once, what it serves by then, and the check that refuses it
TROUBLES = {
    "huge": (lambda s, text: setattr(s.source, "text", sealed(s, text) + "\n" * 2 ** 20),
             "larger than 1048576 bytes"),
    "slow": (lambda s, text: s.source.hangs.set(), "Operation timed out"),
    "gone": (lambda s, text: setattr(s.source, "status", 404), "it answered 404"),
    "not XML": (lambda s, text: setattr(s.source, "text", "<html><p>"), "is a web page"),
    "unsigned": (lambda s, text: setattr(s.source, "text", valid_for(text, 60)),
                 "its signature is not accepted: its root is not"),
    "signed by another": (lambda s, text: setattr(s.source, "text", sealed(
        s, text, pair=Pair(s.place, "another"))), "its signature is not accepted"),
    "changed": (lambda s, text: setattr(s.source, "text", sealed(s, text).replace("/sso", "/x")),
                "its signature is not accepted"),
    "older": (lambda s, text: setattr(s.source, "text", sealed(s, text, 30)),
              "it is older than what is in use: its validUntil"),
    "past": (lambda s, text: setattr(s.source, "text", sealed(s, text, -1)), "is past"),
    "another entity": (lambda s, text: setattr(s.source, "text", sealed(
        s, text.replace("replay.school", "other.school"))), "holds no IDPSSODescriptor"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_is_bad_leaves_the_last_good_one(name):
    with checked_place("test_metadata_url-trouble") as place:
        federation, new = Pair(place, "federation"), Signer(place, name="new-idp")
        stage = stage_with(
            place, f"https://replay.school.example/saml signed-by={federation.crt_file} "
            f"connect-timeout=10s timeout={'1s' if name == 'slow' else '10s'}",
            lambda s: sign_metadata(place, federation, valid_for(s.signer.metadata(), 50)))
        stage.federation = federation
        old = stage.signer
        assert status(stage) == 200
        trouble, words = TROUBLES[name]
        trouble(stage, new.metadata())
        assert status(stage, new) == 502  # its unknown key has the source asked
        assert len(stage.source.requests) == 2
        assert status(stage, old) == 200
        lines = stage.gateway.lines("ECK0104")
        assert len(lines) == 1 and words in lines[0] and "stays in use" in lines[0], lines


def test_a_source_that_hangs_holds_up_no_other_login():
    with checked_place("test_metadata_url-hangs") as place:
        stage = stage_with(place, "backend={base} connect-timeout=30s timeout=30s", url=URL)
        assert status(stage) == 200
        good = answer(stage.page())
        stage.set(answer(page(BOOKS_ACS, Signer(place, name="unknown").response(stage.login()))),
                  path="/unknown")
        stage.source.hangs.set()
        waiting = threading.Thread(target=lambda: stage.get(path="/unknown"))
        waiting.start()
        eventually(lambda: len(stage.source.requests) == 2, "the source is asked")
        stage.set(good)
        assert [stage.get().status for _ in range(5)] == [200] * 5
        assert waiting.is_alive()
        stage.source.go_on.set()
        waiting.join()


def test_while_nothing_is_known_suppliers_wait_and_no_others():
    with checked_place("test_metadata_url-nothing") as place:
        stage = stage_with(place, "backend={base} " + PATIENT, url=URL)
        stage.source.status = 503
        assert stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN).status == 200
        assert status(stage) == 503
        assert "ECK0104" in stage.last_line("refused with 503")
        line, *_ = stage.gateway.lines("ECK0104", "there is no metadata yet")
        assert "backend=" in line and "the path" in line
        stage.source.status = 200
        eventually(lambda: status(stage) == 200, "it is fetched soon")
        assert stage.gateway.lines("was read for the first time")
        assert not stage.gateway.lines("stays in use") + stage.gateway.lines("has changed")


def test_a_url_that_leads_back_here_is_noticed():
    with checked_place("test_metadata_url-loop") as place:
        stage = stage_with(place, "backend={base} " + PATIENT, url=URL)
        stage.gateway.process.stop()
        conf = stage.gateway.text.replace(f"backend={stage.source.base}",
                                          f"backend=http://127.0.0.1:{stage.gateway.port}")
        stage.gateway.conf_file.write_text(conf)
        stage.gateway.start()
        assert status(stage) == 503
        assert "it is this server itself that answers" in stage.last_line("refused with 503")


@pytest.mark.parametrize("mpm", ["event", "prefork"])
def test_a_reload_forgets_what_was_fetched(mpm):
    with checked_place("test_metadata_url-reload") as place:
        stage = stage_with(place, "backend={base} " + PATIENT, url=URL, mpm=mpm)
        assert status(stage) == 200
        before = len(stage.source.requests)
        stage.gateway.graceful()
        assert len(stage.source.requests) == before  # silent until there is a login
        assert status(stage) == 200
        assert len(stage.source.requests) == before + 1
        assert "if-none-match" not in stage.source.requests[-1]


# Suppliers

NEW_ACS = "https://books.example/new"


def supplier_text(*consumers):
    services = "".join(
        f'<md:AssertionConsumerService index="{i}" Location="{url}" '
        'Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>'
        for i, url in enumerate(consumers))
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 entityID="{BOOKS}"><md:SPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{services}</md:SPSSODescriptor>
</md:EntityDescriptor>"""


def supplier_stage(place, **more):
    source = Source(place)
    federation = Pair(place, "federation")
    stage = Stage(place, servers=1, books=f"EckidSupplierMetadata {source.base}/books "
                  f"signed-by={federation.crt_file} {more.pop('options', PATIENT)}", **more)
    stage.source, stage.federation = source, federation
    publish(stage, NEW_ACS)
    return stage


def publish(stage, *consumers):
    stage.source.text = sign_metadata(stage.place, stage.federation, supplier_text(*consumers))


def at_new(stage, consumer=NEW_ACS):
    return stage.answer_to(consumer=consumer, audience=BOOKS)


def test_a_supplier_is_known_by_the_metadata_that_it_publishes():
    with checked_place("test_metadata_url-supplier") as place:
        stage = supplier_stage(place)
        for consumer, audience in ((CANTEEN_ACS, CANTEEN), (EXERCISES_ACS, EXERCISES)):
            assert stage.answer_to(consumer=consumer, audience=audience).status == 200
        assert not stage.source.requests  # others do not wait for it
        for _ in range(3):
            xml = response_in(at_new(stage).text)
            assert values_in(xml, "eckId") == [stage.student.eckid]
        assert stage.answer_to().status == 200  # what is configured counts too
        assert len(stage.source.requests) == 1


def test_a_consumer_that_a_supplier_added_costs_no_login():
    with checked_place("test_metadata_url-consumer") as place:
        stage = supplier_stage(place)
        newer = "https://books.example/newer"
        assert at_new(stage).status == 200
        publish(stage, NEW_ACS, newer)
        assert at_new(stage, newer).status == 200
        assert len(stage.source.requests) == 2
        assert at_new(stage, "https://books.example/unknown").status == 502
        assert len(stage.source.requests) == 2  # the window is not over


def test_a_supplier_of_which_nothing_is_known_yet_is_refused_and_no_other():
    with checked_place("test_metadata_url-unknown") as place:
        stage = supplier_stage(place)
        stage.source.text = supplier_text(NEW_ACS)  # unsigned
        assert at_new(stage).status == 503
        assert "ECK0104" in stage.last_line("refused with 503")
        # without its Audience it is told by the host of its entity ID
        assert stage.answer_to(consumer=NEW_ACS, audience=CANTEEN).status in (502, 503)
        for consumer, audience in ((CANTEEN_ACS, CANTEEN), (EXERCISES_ACS, EXERCISES)):
            assert stage.answer_to(consumer=consumer, audience=audience).status == 200
