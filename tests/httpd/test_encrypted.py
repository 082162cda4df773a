# SPDX-License-Identifier: GPL-3.0-or-later
"""Live logins that are encrypted: how they come x what the block says x who."""
import base64
import re
import urllib.parse

import pytest

from conftest import checked_place
from lab import idp
from lab.browser import Browser
from lab.pki import Pair
from lab.scene import Scene, received
from lab.schema import faults
from lab.service import Service
from lab.signer import decrypted, verifies

LOCATION = "/eckid/supplier-metadata"
# how a login comes, what is signed, EckidEncryption, whether it goes out encrypted
ROWS = [
    ("clear", "both", "on", True),
    ("clear", "both", "off", False),
    ("clear", "both", "as-it-came", False),
    ("clear", "assertion", "on", True),
    ("clear", "response", "on", True),
    ("encrypted", "both", "on", True),
    ("encrypted", "both", "off", False),
    ("encrypted", "both", "as-it-came", True),
    ("encrypted", "assertion", "as-it-came", True),
    ("encrypted", "response", "as-it-came", True),
]
ROWS = [row for row in ROWS if row[1] in idp.kind().SIGNS]


def services(pair):
    for came, sign, encrypt, _ in ROWS:
        yield Service(f"{came}, {sign}, {encrypt}", f"https://{came}.{sign}.{encrypt}.example/saml",
                      sign=sign, encrypt=encrypt,
                      encrypt_to=pair if came == "encrypted" else None)


@pytest.fixture(scope="module")
def scene():
    with checked_place("test_encrypted") as place:
        pair, old = Pair(place, "decrypt"), Pair(place, "decrypt-old")
        keys = "\n".join(f"EckidDecryptionKey {p.key_file} {p.crt_file}" for p in (pair, old))
        scene = Scene(place, list(services(pair)), "proxy", extra=f"""{keys}
<Location {LOCATION}>
  SetHandler eckid-supplier-metadata
</Location>
ProxyPass {LOCATION} !
""")
        scene.pair = pair
        yield scene


def response_in(page):
    return base64.b64decode(page.forms[0]["fields"]["SAMLResponse"]).decode()


def service_of(scene, row):
    return scene.services[ROWS.index(row)]


@pytest.mark.parametrize("who", ["student", "teacher"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:3]))
def test_service_receives_what_it_should(scene, row, who):
    service = service_of(scene, row)
    person = scene.student if who == "student" else scene.teacher
    got = received(scene.log_in(person, service), service)
    expected = scene.expected(person, service)
    assert {name: got.get(name) for name in expected} == expected
    assert set(got) - set(expected) <= {"NAME_ID", "ASSERTION_ID"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:3]))
def test_a_second_reader_agrees(scene, row):
    service = service_of(scene, row)
    xml = response_in(scene.last_page(scene.student, service))
    assert ("EncryptedAssertion" in xml) == row[3]
    assert faults(xml) == []
    if row[1] in ("response", "both"):
        assert verifies(scene.place, xml, scene.signing.crt_file, "Response")
    if row[3]:
        assert scene.student.eckid not in xml and "eckId" not in xml
        assert decrypted(scene.place, xml, scene.pair) is None
        xml = decrypted(scene.place, xml, service.pair)
    assert scene.student.eckid in xml
    if row[1] in ("assertion", "both"):
        assert verifies(scene.place, xml, scene.signing.crt_file, "Assertion")


def metadata_of(scene, service):
    return scene.get(f"{LOCATION}?{urllib.parse.urlencode({'entityID': service.entity})}")


def test_metadata_for_the_identity_provider(scene):
    service = scene.services[0]
    answer = metadata_of(scene, service)
    assert answer.headers["Content-Type"] == "application/samlmetadata+xml"
    descriptors = re.findall(r'<md:KeyDescriptor use="(\w+)".*?<ds:X509Certificate>([^<]+)',
                             answer.text, re.S)
    assert descriptors == [("signing", service.pair.base64), ("encryption", scene.pair.base64)]
    assert service.consumer in answer.text and service.entity in answer.text


def test_metadata_of_nobody(scene):
    for query in ("", "?entityID=urn:nobody", "?entityID=", "?other=x"):
        answer = Browser().go(scene.url(LOCATION + query))
        assert answer.status == 404
        assert scene.services[0].entity in answer.text


def test_the_identity_provider_encrypts_by_that_metadata(scene):
    """As it is served, the identity provider reads it."""
    service = next(s for s in scene.services if s.encrypt_to)
    text = metadata_of(scene, service).text.replace(service.entity, "https://late.example/saml")
    scene.idp.add(text)
    page = scene.released(scene.student, Service("Late", "https://late.example/saml"))
    assert "EncryptedAssertion" in response_in(page)


def test_the_log_says_so(scene):
    encrypted = scene.services[0]
    scene.log_in(scene.student, encrypted)
    assert "encrypted=yes" in scene.gateway.lines("login at", encrypted.entity)[-1]
    clear = scene.services[1]
    scene.log_in(scene.student, clear)
    assert "encrypted=" not in scene.gateway.lines("login at", clear.entity)[-1]
