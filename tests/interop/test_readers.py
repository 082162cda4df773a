# SPDX-License-Identifier: GPL-3.0-or-later
"""Service providers by others read what becomes of a login in every shape in which they read the
identity provider's own."""
import base64
import functools
import os
import pathlib
import re
import subprocess
import sys

import pytest

from lab.checked import checked_place
from lab.pki import Pair
from lab.replay import answer
from lab.signer import ENTITY, page
from lab.stage import BOOKS, BOOKS_ACS, Stage

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "httpd"))

from test_shapes import SHAPES, page_of  # noqa: E402

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ.get("ECKID_KEYCLOAK", "")).parent
NODE = ["node", BUILD / "readers.mjs"]
READERS = {
    "OpenSAML": ["java", "-cp", BUILD / "opensaml/*", HERE / "OpenSamlReader.java"],
    "pysaml2": [BUILD / "saml/bin/python", HERE / "pysaml2_reader.py"],
    "samlify": [*NODE, "samlify"],
    "saml2-js": [*NODE, "saml2-js"],
    "saml20": [*NODE, "saml20"],
}
SIGNED = ["assertion", "response", "both"]
# the others know no ECDSA, of whomever it is
KNOW_ECDSA = ["OpenSAML", "pysaml2"]

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{entity}"><md:SPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
</ds:KeyInfo></md:KeyDescriptor><md:AssertionConsumerService index="0" Location="{consumer}"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/></md:SPSSODescriptor>
</md:EntityDescriptor>"""


class Desk:
    """A gateway, and readers of what it makes; own is the supplier's key if it is encrypted."""

    def __init__(self, place, encrypted=False, **stage):
        self.place, self.own = place, Pair(place, "supplier") if encrypted else None
        books = ""
        if encrypted:
            text = METADATA.format(entity=BOOKS, consumer=BOOKS_ACS, certificate=self.own.base64)
            books = ("EckidEncryption on\n  EckidSupplierMetadata "
                     f"{place.file('supplier.xml', text)}")
        self.stage = Stage(place, books=books, **stage)

    def rewritten(self, body):
        self.stage.set(answer(body))
        got = self.stage.get()
        assert got.status == 200, self.stage.last_line()
        return got.text

    def task(self, name, text, by, sign, own=None):
        """One line for a reader: a response, and whom it is by."""
        value = re.search('name="SAMLResponse" value="([^"]*)"', text)[1]
        path = self.place.file(f"read/{re.sub('[^a-z0-9]+', '-', name.lower())}.xml",
                               base64.b64decode(value))
        return "\t".join(map(str, [path, by.crt_file, own.key_file if own else "",
                                   own.crt_file if own else "", sign, BOOKS, BOOKS_ACS, ENTITY]))

    def read(self, reader, tasks):
        """What a reader says of each: "ok" and the ECK iD, or "error" and the reason."""
        done = subprocess.run(READERS[reader], input="\n".join(tasks), capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        answers = [line.split("\t") for line in done.stdout.splitlines()]
        assert len(answers) == len(tasks), done.stderr
        return answers

    @functools.cached_property
    def pairs(self):
        """For each shape what the identity provider sent, and what became of it."""
        return {(name, sign): list(self.tasks_of(name, shape, sign))
                for name, shape in SHAPES.items() for sign in SIGNED}

    def tasks_of(self, name, shape, sign):
        body = page_of(self.stage, shape, BOOKS_ACS, BOOKS, sign)
        yield self.task(f"{name} {sign} theirs", body, self.stage.signer.pair, sign)
        yield self.task(f"{name} {sign} ours", self.rewritten(body), self.stage.signing, sign)


@pytest.fixture(scope="module")
def desk():
    with checked_place("interop-readers") as place:
        yield Desk(place)


@pytest.fixture(scope="module")
def encrypting():
    with checked_place("interop-readers-encrypted") as place:
        yield Desk(place, encrypted=True)


@pytest.fixture(scope="module")
def curves():
    with checked_place("interop-readers-ecdsa") as place:
        yield Desk(place, signing_key="ec")


@pytest.mark.parametrize("reader", READERS)
def test_read_in_every_shape(desk, seen, reader):
    answers = desk.read(reader, [task for pair in desk.pairs.values() for task in pair])
    theirs, ours = answers[::2], answers[1::2]
    good = ["ok", desk.stage.student.eckid]
    worse = {name: own for name, their, own in zip(desk.pairs, theirs, ours)
             if their[0] == "ok" and own != good}
    assert not worse and ours.count(good) > len(ours) / 2
    seen(f"{ours.count(good)} of {len(ours)}, of the identity provider's own",
         [a[0] for a in theirs].count("ok"))


def read_usual(desk, reader, sign):
    body = page_of(desk.stage, SHAPES["the usual one"], BOOKS_ACS, BOOKS, sign)
    task = desk.task(f"usual {sign}", desk.rewritten(body), desk.stage.signing, sign, desk.own)
    return desk.read(reader, [task])[0]


@pytest.mark.parametrize("sign", SIGNED)
@pytest.mark.parametrize("reader", READERS)
def test_read_encrypted(encrypting, seen, reader, sign):
    assert read_usual(encrypting, reader, sign) == ["ok", encrypting.stage.student.eckid]
    seen("decrypted")


@pytest.mark.parametrize("sign", SIGNED)
@pytest.mark.parametrize("reader", KNOW_ECDSA)
def test_read_ecdsa(curves, seen, reader, sign):
    assert read_usual(curves, reader, sign) == ["ok", curves.stage.student.eckid]
    seen("by P-256")


@pytest.mark.parametrize("reader", READERS)
def test_read_what_was_changed(desk, seen, reader):
    """That the rows above can fail."""
    xml = desk.rewritten(page_of(desk.stage, SHAPES["the usual one"], BOOKS_ACS, BOOKS, "both"))
    value = re.search('name="SAMLResponse" value="([^"]*)"', xml)[1]
    changed = base64.b64decode(value).decode().replace(desk.stage.student.eckid,
                                                       desk.stage.student.eckid[:-1] + "0g")
    task = desk.task("changed", page(BOOKS_ACS, changed), desk.stage.signing, "both")
    (what, reason), = desk.read(reader, [task])
    assert what == "error"
    seen(reason[:60])
