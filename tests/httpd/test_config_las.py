# SPDX-License-Identifier: GPL-3.0-or-later
"""What configtest says about the LAS, its tokens, contracts and schools."""
import re

import pytest

from conftest import TESTS
from lab.pki import Pair
from test_config import BOOKS, configtest, refused, setting  # noqa: F401 (a fixture)

TOKEN = "EckidLasToken https://las.example/token"
NAMED = "<EckidLasNamed other>\n{}\n</EckidLasNamed>"


def secret(setting, mode=0o600):
    return setting.place.file("client-secret", "geheim", mode)


def contract(setting, text):
    return f"EckidLasContract {setting.place.file('contract.json', text)}"


def schools(setting, text):
    return f"EckidSchoolMap {setting.place.file('schools.map', text)} uid"


def key_of_kind(setting, kind):
    return Pair(setting.place, f"las-{kind}", kind).key_file


MISTAKES = {
    "a LAS that must be faster than redis": (
        lambda s: f"EckidLas https://las.example timeout=200ms\nEckidCache redis:127.0.0.1\n"
                  f"EckidSecretFile {s.place.file('cache-secret', 'x' * 64, 0o600)}",
        ["timeout=200ms is too short for a redis as EckidCache"]),
    "a token by http": (lambda s: "EckidLasToken http://las.example/token",
                        ["beginning with https://"]),
    "a token for nobody": (lambda s: f"{TOKEN} keyid=school-2026", ["client_id= is missing"]),
    "a token without proof": (lambda s: f"{TOKEN} client_id=x", ["no way to authenticate"]),
    "a token with two proofs": (
        lambda s: f"{TOKEN} client_id=x keyid=school-2026 secret={secret(s)}",
        ["exclude each other"]),
    "a token by a key that is not there": (
        lambda s: f"{TOKEN} client_id=x keyid=other",
        ["there is no EckidLasKey with keyid=other above it"]),
    "a token by a key of another kind": (
        lambda s: f"{TOKEN} client_id=x keyid=school-2026 alg=PS256", ["ECK0102", "PS256"]),
    "a secret that others can read": (
        lambda s: f"{TOKEN} client_id=x secret={secret(s, 0o644)}", ["write: chmod 600"]),
    "a certificate without key": (
        lambda s: f"EckidLas https://las.example certificate={s.las_pair.crt_file}",
        ["certificate= and key= belong together"]),
    "a certificate and another key": (
        lambda s: f"EckidLas https://las.example certificate={s.signing.crt_file} "
                  f"key={s.las_pair.key_file}", ["ECK0102", "is not the key of"]),
    "a CA that is none": (lambda s: f"EckidLas https://las.example ca={s.las_pair.key_file}",
                          ["has no certificate in PEM"]),
    "a queue that outlasts the lookup": (
        lambda s: "EckidLas https://las.example timeout=500ms wait=500ms",
        ["wait= must be shorter"]),
    "a limit that is none": (lambda s: "EckidLas https://las.example calls=0",
                             ["calls=0 is not a number from 1 to 64"]),
    "a signature over what is not there": (lambda s: 'EckidLasSignature "@nothing"',
                                           ["ECK0105", "@nothing"]),
    "an algorithm that the key has not": (
        lambda s: 'EckidLasSignature "@method" "created alg=rsa-pss-sha512 keyid"',
        ["rsa-pss-sha512"]),
    "an answer key without calls that are signed": (
        lambda s: f"EckidLasAnswerKey {s.las_pair.crt_file} keyid=las\nEckidLasSignature off\n"
                  f"{TOKEN} client_id=x keyid=school-2026", ["needs signed calls"]),
    "a contract that is not there": (lambda s: "EckidLasContract /none.json", ["/none.json"]),
    "a contract that is no JSON": (lambda s: contract(s, '{\n"request": }'),
                                   ["ECK0110", "contract.json:2: it is not JSON"]),
    "a contract with a placeholder that does not exist": (
        lambda s: contract(s, (TESTS.parent / "conf/contracts/sem.json").read_text().replace(
            "{student}", "{pupil}")),
        ["ECK0110", "/request/body/studentReference", "does not begin a known placeholder"]),
    "a map with a double line": (
        lambda s: schools(s, "a V_ID 11ZZ03\nb V_ID 11ZZ04\na V_ID 11ZZ05\n"),
        ["ECK0111", "schools.map", "3"]),
    "a map with a LAS that is not there": (
        lambda s: schools(s, "a V_ID 11ZZ03\n\nb V_ID 11ZZ04 elsewhere\n"),
        ["schools.map:3: there is no <EckidLasNamed elsewhere>"]),
    "an OIN at a LAS that speaks Edu-V": (
        lambda s: schools(s, "a V_ID 11ZZ03\nb OIN 00000001234567890000\n"),
        ["the contract edu-v, by which this LAS is asked, has no type of school OIN",
         "EckidLasContract"]),
    "two keys of one name": (
        lambda s: f"EckidLasKey {key_of_kind(s, 'ec')} keyid=school-2026",
        ["two keys have keyid=school-2026"]),
    "two keys of one name for two LASes": (
        lambda s: NAMED.format("EckidLas https://las.example\n"
                               f"EckidLasKey {key_of_kind(s, 'ec')} keyid=school-2026"),
        ["two keys have keyid=school-2026"]),
    "a named LAS without proof": (lambda s: NAMED.format("EckidLas https://las.example"),
                                  ["calls to the LAS are not authenticated"]),
    "a named LAS without LAS": (lambda s: NAMED.format(""), ["there is no EckidLas"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(setting, name):  # noqa: F811
    extra, words = MISTAKES[name]
    text = extra(setting)
    instead = {"EckidLas": None} if text.startswith("EckidLas ") else {}
    refused(setting, *words, extra=text, **instead)


def test_a_token_key_cannot_be_a_las_key(setting):  # noqa: F811
    refused(setting, "also signs logins", extra=NAMED.format(
        f"EckidLas https://las.example\nEckidLasKey {setting.signing.key_file} keyid=x"))


def test_an_age_that_is_not_kept(setting):  # noqa: F811
    end = "</EckidSupplier>"
    blocks = BOOKS.replace(end, f"EckidOn las-failed deny stale=72h\n{end}")
    refused(setting, "accepts ECK iDs older than the cache keeps them", blocks=blocks)
    assert configtest(setting, blocks=blocks, extra="EckidCacheTime 12h 2min 72h")[0] == 0


def test_another_contract_knows_other_students(setting):  # noqa: F811
    key = "employeeNumber ^([0-9]+)$ $1 Leerlingnummer"
    text = refused(setting, "is not one of NEPPI", EckidStudentKey=key)
    assert re.search(r"EckidStudentKey on line \d+ of FILE:", text), text
    sem = TESTS.parent / "conf/contracts/sem.json"
    assert configtest(setting, EckidStudentKey=key, extra=f"EckidLasContract {sem}")[0] == 0


def test_a_default_las_is_spared_where_every_school_has_its_own(setting):  # noqa: F811
    extra = schools(setting, "a V_ID 11ZZ03 other\n") + "\n" + NAMED.format(
        f"EckidLas https://las.example\nEckidLasKey {setting.las_pair.key_file} keyid=x")
    assert configtest(setting, EckidLas=None, EckidLasKey=None, EckidSchool=None,
                      extra=extra) == (0, "Syntax OK\n")


def test_an_oin_names_a_school_where_another_contract_asks(setting):  # noqa: F811
    file = TESTS.parent / "conf/contracts/sem.json"
    assert configtest(setting, extra=f"EckidLasContract {file}",
                      EckidSchool="OIN 00000001234567890000") == (0, "Syntax OK\n")


def test_a_directory_that_no_lookup_asks(setting):  # noqa: F811
    secret = setting.place.file("directory-secret", "x" * 64, 0o600)
    refused(setting, "there is no EckidLas", "write: EckidLookup directory", EckidLas=None,
            EckidLasKey=None, extra=f"EckidSecretFile {secret}\n"
            "EckidDirectory sqlite:/nowhere/directory.db\n")
