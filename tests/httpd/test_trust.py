# SPDX-License-Identifier: GPL-3.0-or-later
"""Which signatures are trusted, and how we sign: keys of every kind, in every place."""
import os
import re
import subprocess
import time

import pytest
from cryptography.hazmat.primitives import hashes

from conftest import checked_place
from lab.curl import fetch
from lab.pki import Pair
from lab.replay import answer
from lab.signer import Signer, page, verifies
from lab.stage import BOOKS_ACS, EXERCISES, EXERCISES_ACS, Stage, response_in, values_in

METADATA = "/metadata"

@pytest.mark.parametrize("ours", ["rsa", "ec"])
@pytest.mark.parametrize("theirs", ["rsa", "ec"])
def test_rsa_and_ec_in_and_out(theirs, ours):
    """Responses that xmlsec1 signed go in, and xmlsec1 verifies what comes out."""
    with checked_place(f"test_trust-{theirs}-{ours}") as place:
        stage = Stage(place, idp_key=theirs, signing_key=ours)
        for sign in ("assertion", "response", "both"):
            xml = response_in(stage.answer_to(sign=sign).text)
            assert values_in(xml, "eckId") == [stage.student.eckid]
            for element in ("Assertion", "Response"):
                signed = sign in ("both", element.lower())
                assert verifies(place, xml, stage.signing.crt_file, element) == signed
                assert not verifies(place, xml, stage.signer.pair.crt_file, element)
            assert ("ecdsa-sha256" in xml) == (ours == "ec")
            assert ("signature=ecdsa" in stage.last_line("outcome=found")) == (ours == "ec")


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_trust") as place:
        own = Pair(place, "exercises-own", "ec")
        second = Pair(place, "second")
        stage = Stage(place, exercises=f"EckidSigningKey {own.key_file} {own.crt_file}",
                      extra=f"EckidMetadataPath {METADATA}\n"
                            f"EckidSigningKey {second.key_file} {second.crt_file}")
        stage.own, stage.second = own, second
        yield stage


def test_a_supplier_may_have_a_key_of_its_own(stage):
    xml = response_in(stage.answer_to(consumer=EXERCISES_ACS, audience=EXERCISES).text)
    assert verifies(stage.place, xml, stage.own.crt_file, "Assertion")
    xml = response_in(stage.answer_to().text)
    assert verifies(stage.place, xml, stage.signing.crt_file, "Assertion")  # the first signs


def test_all_keys_are_published(stage):
    stage.set(answer(stage.signer.metadata(), 'ETag: "x"',
                     content_type="application/samlmetadata+xml"), METADATA)
    got = stage.get("-H", 'If-None-Match: "x"', path=METADATA)
    for pair in (stage.signing, stage.second, stage.own, stage.signer.pair):
        assert got.text.count(pair.base64) == 1
    assert "etag" not in got.headers and int(got.headers["content-length"]) == len(got.body)
    assert "if-none-match" not in stage.replay.last_headers


def test_metadata_elsewhere_and_of_others_is_left_alone(stage):
    text = stage.signer.metadata()
    stage.set(answer(text, content_type="application/samlmetadata+xml"), "/other")
    assert stage.get(path="/other").text == text
    other = text.replace("replay.school", "other.school")
    stage.set(answer(other, content_type="application/samlmetadata+xml"), METADATA)
    assert stage.get(path=METADATA).text == other


def test_metadata_that_cannot_be_rewritten_is_refused(stage):
    stage.set(answer("<md:Entity", content_type="application/samlmetadata+xml"), METADATA)
    assert stage.get(path=METADATA).status == 502


def test_metadata_that_is_longer_than_is_held_is_refused(stage):
    text = stage.signer.metadata()
    for length, status in ((1024 * 1024, 200), (1024 * 1024 + 1, 502)):
        stage.set(answer(text.ljust(length), content_type="application/samlmetadata+xml"), METADATA)
        assert stage.get(path=METADATA).status == status
    assert "ECK0205" in stage.last_line("refused with 502")


def test_an_html_page_at_the_metadata_path_is_a_page(stage):
    stage.set(answer("<h1>log in first</h1>"), METADATA)
    assert stage.get(path=METADATA).text == "<h1>log in first</h1>"


def test_head_on_metadata_announces_no_length(stage):
    stage.set(answer(b"", 'ETag: "x"', length=5000,
                     content_type="application/samlmetadata+xml"), METADATA)
    got = stage.get("--head", path=METADATA)
    assert got.status == 200 and not {"content-length", "etag"} & set(got.headers)


def test_an_unknown_key_is_named(stage):
    other = Signer(stage.place, name="unknown")
    stage.set(answer(page(BOOKS_ACS, other.response(stage.login()))))
    assert stage.get().status == 502
    fingerprint = other.pair.certificate.fingerprint(hashes.SHA256()).hex()
    assert fingerprint in stage.last_line("ECK0215")


def resigned(stage, change):
    """A response changed after it was signed."""
    stage.set(answer(page(BOOKS_ACS, change(stage.xml()))))
    return stage.get()


EVIL = ('<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_evil" '
        'Version="2.0"><saml:Issuer>x</saml:Issuer></saml:Assertion>')
CHANGES = {
    "unsigned": (lambda x: re.sub("<ds:Signature.*?</ds:Signature>", "", x, flags=re.S), "ECK0213"),
    "another value": (lambda x: x.replace(">member<", ">staff<"), "ECK0214"),
    "an assertion before": (lambda x: x.replace("<saml:Assertion", EVIL + "<saml:Assertion", 1),
                            "ECK0212"),
    "an assertion behind": (lambda x: x.replace("</samlp:Response>", EVIL + "</samlp:Response>"),
                            "ECK0212"),
    "wrapped in extensions": (
        lambda x: x.replace("<saml:Assertion", "<samlp:Extensions><saml:Assertion", 1).replace(
            "</saml:Assertion>", "</saml:Assertion></samlp:Extensions>" + EVIL), "ECK0212"),
    "the same ID twice": (lambda x: x.replace("<samlp:Status>", '<samlp:Extensions><x ID="_a1"/>'
                                              "</samlp:Extensions><samlp:Status>"), "ECK0212"),
    "a document type": (lambda x: "<!DOCTYPE x [<!ENTITY e 'v'>]>" + x, "ECK0210"),
    "an instruction": (lambda x: x.replace("<samlp:Status>", "<?x?><samlp:Status>"), "ECK0210"),
    "too deep": (lambda x: x.replace("<samlp:Status>", "<samlp:Extensions>" + "<x>" * 70 +
                                     "</x>" * 70 + "</samlp:Extensions><samlp:Status>"), "ECK0211"),
    "too large": (lambda x: x.replace("<samlp:Status>", "<samlp:Extensions><x>" + "y" * 270000 +
                                      "</x></samlp:Extensions><samlp:Status>"), "ECK0211"),
    "another algorithm": (lambda x: x.replace("rsa-sha256", "hmac-sha256"), "ECK0216"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_responses_are_refused(stage, name):
    change, code = CHANGES[name]
    got = resigned(stage, change)
    assert got.status == 502
    assert code in stage.last_line("refused with 502")


def test_a_response_of_another_issuer_or_time(stage):
    assert stage.answer_to(issuer="https://other.example").status == 502
    assert "ECK0217" in stage.last_line("refused")
    # the skew is 60 s, some of which pass on the way
    assert stage.answer_to(minutes=-1.1).status == 502
    assert "ECK0219" in stage.last_line("refused")
    assert stage.answer_to(minutes=-0.6).status == 200


def test_the_skew_of_clocks_can_be_less():
    with checked_place("test_trust-skew") as place:
        stage = Stage(place, extra="EckidClockSkew 1s")
        assert stage.answer_to().status == 200
        assert stage.answer_to(minutes=-0.5).status == 502
        assert "ECK0219" in stage.last_line("refused")


def test_the_metadata_file_is_read_again_and_the_last_good_one_kept():
    with checked_place("test_trust-reload") as place:
        own = Pair(place, "exercises-own")
        stage = Stage(place, servers=1,
                      exercises=f"EckidSigningKey {own.key_file} {own.crt_file}")
        old, new = stage.signer, Signer(place, name="new-idp")

        def write(text):
            path = place.file("next.xml", text)
            os.replace(path, stage.idp_metadata)
            time.sleep(2.1)  # longer than until the file is looked at again

        def status(signer):
            stage.signer = signer
            return stage.answer_to().status

        assert (status(old), status(new)) == (200, 502)
        write(new.metadata())
        assert (status(new), status(old)) == (200, 502)
        assert stage.gateway.lines("has changed and was read again")
        write("<html>")
        assert status(new) == 200
        assert len(stage.gateway.lines("the last good one stays in use")) == 1
        os.remove(stage.idp_metadata)
        time.sleep(2.1)
        assert status(new) == 200
        write(old.metadata())
        assert (status(old), status(new)) == (200, 502)
        # no certificate of ours is believed when it turns up in there later, nor a supplier's own
        ours = Signer(place, name="unused")
        for ours.pair in (stage.signing, own):
            write(ours.metadata())
            assert (status(ours), status(old)) == (502, 502)
        write(old.metadata())
        assert status(old) == 200


def test_a_new_key_of_the_identity_provider_costs_no_login():
    with checked_place("test_trust-rollover") as place:
        stage = Stage(place, servers=1)
        assert stage.answer_to().status == 200
        stage.signer = Signer(place, name="new-idp")
        os.replace(place.file("next.xml", stage.signer.metadata()), stage.idp_metadata)
        assert stage.answer_to().status == 200


def shared_key(stage):
    pair = stage.signer.pair
    return f"{pair.key_file} {pair.crt_file} shared"


def test_a_shared_key_signs_and_is_believed():
    with checked_place("test_trust-shared") as place:
        stage = Stage(place, instead={"EckidSigningKey": shared_key})
        xml = response_in(stage.answer_to().text)
        assert verifies(place, xml, stage.signer.pair.crt_file, "Assertion")


def test_metadata_can_be_signed_with_a_key_of_its_own():
    with checked_place("test_trust-signed") as place:
        pair = Pair(place, "metadata-signer")
        stage = Stage(place, extra=f"EckidMetadataPath {METADATA}\n"
                      f"EckidMetadataKey {pair.key_file} {pair.crt_file}")
        stage.set(answer(stage.signer.metadata(), content_type="text/xml"), METADATA)
        text = stage.get(path=METADATA).text
        path = place.file("signed.xml", text)
        done = subprocess.run(["xmlsec1", "--verify", "--id-attr:ID",
                               "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
                               "--pubkey-cert-pem", str(pair.crt_file), "--enabled-key-data", "rsa",
                               str(path)], capture_output=True)
        assert done.returncode == 0, done.stderr


def test_sha1_needs_an_explicit_wish():
    for wish, status in (("", 502), ("EckidAllowSha1 on", 200)):
        with checked_place("test_trust-sha1") as place:
            stage = Stage(place, extra=wish)
            template = stage.signer.template
            stage.signer.template = lambda element: template(element).replace(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2000/09/xmldsig#rsa-sha1").replace(
                "http://www.w3.org/2001/04/xmlenc#sha256",
                "http://www.w3.org/2000/09/xmldsig#sha1")
            assert stage.answer_to().status == status


def test_locations_with_identity_providers_of_their_own():
    """Two identity providers behind two paths of one server, each with its own trust."""
    with checked_place("test_trust-locations") as place:
        stage = Stage(place)
        other = Signer(place, name="other-idp")
        file = place.file("other.xml", other.metadata())
        conf = stage.front() + stage.conf(stage.idp_metadata, stage.blocks,
                                          EckidEngine="off") + f"""
<Location /one>
  EckidEngine on
</Location>
<Location /two>
  EckidEngine on
  EckidIdpMetadata {file}
</Location>
"""
        gateway = stage.httpd("locations", conf).start()
        pages = {signer: page(BOOKS_ACS, signer.response(stage.login()))
                 for signer in (stage.signer, other)}
        url = f"http://127.0.0.1:{gateway.port}"
        # at the third path the engine is off, which is no way around the others: see test_host.py
        for signer, path, status in ((stage.signer, "/one", 200), (other, "/one", 502),
                                     (stage.signer, "/two", 502), (other, "/two", 200),
                                     (stage.signer, "/three", 200), (other, "/three", 502)):
            stage.set(answer(pages[signer]))
            got = fetch(url + path)
            assert got.status == status and got.text != pages[signer]
