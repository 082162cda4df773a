# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted logins that xmlsec1 makes: every cipher, keys that change, and hostile ones."""
import base64
import re
import subprocess

import pytest

from conftest import checked_place
from lab.pki import Pair
from lab.replay import answer
from lab.scene import module_file
from lab.signer import decrypted, encrypted, verifies
from lab.stage import BOOKS, BOOKS_ACS, EXERCISES, EXERCISES_ACS, Stage, response_in, values_in

METADATA = """<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">
<md:EntityDescriptor xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity}">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}\
</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{methods}</md:KeyDescriptor>
<md:AssertionConsumerService index="0" Location="{consumer}"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
</md:SPSSODescriptor></md:EntityDescriptor></md:EntitiesDescriptor>
"""
METHOD = '<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_ciphertexts") as place:
        ours, old, books, exercises = (Pair(place, name) for name in (
            "ours", "old", "books", "exercises"))
        known = [place.file(f"{pair.key_file.stem}.xml", METADATA.format(
            entity=entity, consumer=consumer, certificate=pair.base64, methods=methods))
            for pair, entity, consumer, methods in (
                (books, BOOKS, BOOKS_ACS, ""), (exercises, EXERCISES, EXERCISES_ACS, METHOD))]
        stage = Stage(place, books=f"EckidSupplierMetadata {known[0]}",
                      exercises=f"EckidSupplierMetadata {known[1]}", extra="\n".join(
                          f"EckidDecryptionKey {p.key_file} {p.crt_file}" for p in (ours, old)))
        stage.ours, stage.old, stage.books, stage.exercises = ours, old, books, exercises
        stage.books_metadata = known[0]
        yield stage


def to(stage, pair=None, **how):
    return lambda xml: encrypted(stage.place, pair or stage.ours, xml, **how)


def opened(stage, got, pair):
    """What the supplier reads."""
    assert got.status == 200, got.text
    xml = response_in(got.text)
    assert stage.student.eckid not in xml
    return decrypted(stage.place, xml, pair)


CIPHERS = [("2001/04/xmlenc#aes128-cbc", 128), ("2001/04/xmlenc#aes192-cbc", 192),
           ("2001/04/xmlenc#aes256-cbc", 256), ("2009/xmlenc11#aes128-gcm", 128),
           ("2009/xmlenc11#aes192-gcm", 192), ("2009/xmlenc11#aes256-gcm", 256)]


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
@pytest.mark.parametrize("cipher", CIPHERS, ids=lambda c: c[0].split("#")[1])
def test_every_cipher(stage, cipher, sign):
    got = stage.answer_to(sign=sign, encrypt=to(stage, cipher=cipher[0], bits=cipher[1]))
    xml = opened(stage, got, stage.books)
    assert values_in(xml, "eckId") == [stage.student.eckid]
    for element in ("Assertion", "Response"):
        source = xml if element == "Assertion" else response_in(got.text)
        signed = sign in ("both", element.lower())
        assert verifies(stage.place, source, stage.signing.crt_file, element) == signed


def test_the_old_key_decrypts_too(stage):
    assert opened(stage, stage.answer_to(encrypt=to(stage, stage.old)), stage.books)


def test_methods_of_a_supplier_count(stage):
    got = stage.answer_to(consumer=EXERCISES_ACS, audience=EXERCISES, encrypt=to(stage))
    assert "aes128-cbc" in response_in(got.text)
    assert opened(stage, got, stage.exercises)


def test_each_login_has_a_key_of_its_own(stage):
    found = set()
    for _ in range(3):
        stage.answer_to(encrypt=to(stage))
        xml = response_in(stage.get().text)
        found.update(re.findall("<xenc:CipherValue>(.*?)</xenc:CipherValue>", xml))
    assert len(found) == 6


def with_data(xml, change):
    """The bytes of the data, which stand behind those of the key, changed."""
    head, value = xml.rsplit("<xenc:CipherValue>", 1)
    value, tail = value.split("<", 1)
    data = base64.b64encode(change(base64.b64decode(value))).decode()
    return f"{head}<xenc:CipherValue>{data}<{tail}"


def data_of(xml):
    return base64.b64decode(xml.rsplit("<xenc:CipherValue>", 1)[1].split("<", 1)[0])


def cut(xml):
    return with_data(xml, lambda data: data[:-16])


def swapped(stage):
    """The data of one message behind the key of another."""
    return lambda xml: with_data(to(stage)(xml), lambda data: data_of(to(stage)(xml)))


def deep(xml):
    return xml.replace("</saml:AttributeStatement>", "</saml:AttributeStatement>" + "<a>" * 80 +
                       "</a>" * 80)


# what is encrypted, and the code in the log
HOSTILE = {
    "cut": (lambda s: lambda xml: cut(to(s)(xml)), "ECK0222"),
    "cut, by CBC": (lambda s: lambda xml: cut(to(s, cipher=CIPHERS[0][0], bits=128)(xml)),
                    "ECK0222"),
    "swapped": (swapped, "ECK0222"),
    "to another key": (lambda s: to(s, s.books), "ECK0222"),
    "nested twice": (lambda s: lambda xml: to(s)(to(s)(xml)), "ECK0222"),
    "deep": (lambda s: lambda xml: to(s)(deep(xml)), "ECK0222"),
    "two": (lambda s: lambda xml: to(s)(xml) * 2, "ECK0212"),
    "one beside a plain one": (lambda s: lambda xml: to(s)(xml) + xml, "ECK0212"),
    "by 3DES": (lambda s: to(s, cipher="2001/04/xmlenc#tripledes-cbc", bits=192), "ECK0223"),
    "by RSA 1.5": (lambda s: to(s, transport="2001/04/xmlenc#rsa-1_5"), "ECK0223"),
}


@pytest.mark.parametrize("sign", ["assertion", "response"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_ones_are_refused(stage, name, sign):
    make, code = HOSTILE[name]
    before = len(stage.gateway.lines("login at"))
    got = stage.answer_to(sign=sign, encrypt=make(stage))
    assert got.status == 502
    lines = stage.gateway.lines("login at")[before:]
    assert len(lines) == 1 and code in lines[0], lines


def test_all_that_cannot_be_decrypted_looks_the_same(stage):
    """But for the reference code and the length of the ciphertext."""
    pages = set()
    for name, (make, code) in HOSTILE.items():
        if code == "ECK0222":
            got = stage.answer_to(encrypt=make(stage))
            pages.add((got.status, re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "", got.text)))
    assert len(pages) == 1


def test_what_names_no_supplier_passes(stage):
    page = stage.page(consumer="https://canteen.example/acs", audience="https://canteen.example/",
                      encrypt=to(stage, stage.books))
    stage.set(answer(page))
    assert stage.get().text == page


def run(*arguments):
    program = module_file().parent.parent / "eckid-metadata"
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True,
                          env={"ASAN_OPTIONS": "detect_leaks=0"})


def test_the_command_prints_what_is_served(stage):
    done = run(stage.books_metadata, BOOKS, stage.ours.crt_file)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert stage.ours.base64 in done.stdout and stage.books.base64 not in done.stdout
    assert BOOKS_ACS in done.stdout
    assert run().returncode == 2
    assert run(stage.books_metadata, "urn:nobody", stage.ours.crt_file).returncode == 1
    assert run(stage.books_metadata, BOOKS, "/none.crt").returncode == 1
