# SPDX-License-Identifier: GPL-3.0-or-later
"""The service provider of Shibboleth takes what becomes of a login in every shape in which it takes
the identity provider's own."""
import pathlib
import re
import sys

import pytest

from lab.checked import checked_place
from lab.pki import Pair
from lab.replay import answer
from lab.stage import BOOKS, Stage
from shibboleth import CONSUMER, Shibboleth
from test_readers import METADATA, SIGNED

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "httpd"))

from test_shapes import SHAPES, page_of  # noqa: E402

BASE = "https://books.example"


class Scene:
    """A gateway, and a supplier that believes both it and the identity provider."""

    def __init__(self, place, key="rsa", encryption="off"):
        self.pair = Pair(place, "supplier")
        metadata = place.file("supplier.xml", METADATA.format(
            entity=BOOKS, consumer=BASE + CONSUMER, certificate=self.pair.base64))
        self.stage = Stage(place, signing_key=key, books=f"EckidEncryption {encryption}\n"
                           f"  EckidSupplierMetadata {metadata}")
        believed = self.stage.signer.metadata()
        descriptor = re.search("<md:KeyDescriptor.*</md:KeyDescriptor>", believed, re.S)[0]
        ours = descriptor.replace(self.stage.signer.pair.base64, self.stage.signing.base64)
        self.supplier = Shibboleth(place, BOOKS, BASE, place.file(
            "believed.xml", believed.replace(descriptor, descriptor + ours)), self.pair)

    def read(self, shape, sign):
        """What it reads in the identity provider's own response, and in what becomes of it."""
        body = page_of(self.stage, shape, BASE + CONSUMER, BOOKS, sign)
        self.stage.set(answer(body))
        got = self.stage.get()
        assert got.status == 200, self.stage.last_line()
        return [self.supplier.read(re.search('name="SAMLResponse" value="([^"]*)"', text)[1])
                for text in (body, got.text)]


@pytest.fixture(scope="module", params=[("rsa", "off"), ("rsa", "on"), ("ec", "off")],
                ids=["clear", "encrypted", "ecdsa"])
def scene(request):
    with checked_place("interop-shibboleth") as place:
        yield Scene(place, *request.param)


@pytest.mark.parametrize("sign", SIGNED)
def test_shibboleth(scene, seen, sign):
    eckid = scene.stage.student.eckid
    answers = {name: scene.read(shape, sign) for name, shape in SHAPES.items()}
    worse = [name for name, (theirs, ours) in answers.items()
             if theirs is not None and ours != [eckid]]
    assert not worse
    read = [ours for _, ours in answers.values()].count([eckid])
    assert read > len(answers) / 2
    seen(f"{read} of {len(answers)}, of the identity provider's own",
         sum(theirs is not None for theirs, _ in answers.values()))


def test_shibboleth_refuses_what_was_changed(scene, seen):
    """That the rows above can fail."""
    page = page_of(scene.stage, SHAPES["the usual one"], BASE + CONSUMER, BOOKS, "both")
    value = re.search('name="SAMLResponse" value="([^"]*)"', page)[1]
    assert scene.supplier.read(value) is not None
    assert scene.supplier.read(value[:-400] + "A" * 40 + value[-360:]) is None
    seen("refused")
