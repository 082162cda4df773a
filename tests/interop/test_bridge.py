# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider, and service providers by others that ask it and accept its answers."""
import json
import os
import pathlib
import subprocess

import pytest

from lab.bridgestage import BridgeStage, Partner
from lab.browser import Answer
from lab.checked import checked_place

BUILD = pathlib.Path(os.environ.get("ECKID_KEYCLOAK", "")).parent
PEERS = {"python3-saml": [BUILD / "venv/bin/python", pathlib.Path(__file__).parent /
                          "python3_saml.py"],
         "node-saml": ["node", BUILD / "node_saml.mjs"]}
# node-saml asks for an emailAddress, python3-saml for nothing certain; both for a password over TLS
NAMES = "EckidNameId persistent\n  EckidNameId emailAddress mail"
CONTEXT = "EckidIdpAuthnContext urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
KINDS = {f"{sign} {'encrypted' if encrypted else 'clear'}": (sign, encrypted)
         for sign in ("both", "assertion", "response") for encrypted in (False, True)}


@pytest.fixture(scope="module")
def stage():
    with checked_place("interop-bridge") as place:
        partners = [Partner(place, kind.replace(" ", "-"), extra=f"""{NAMES}
  EckidSign {sign}
  EckidEncryption {"on" if encrypted else "off"}""") for kind, (sign, encrypted) in KINDS.items()]
        yield BridgeStage(place, partners, idp=CONTEXT).start()


class Peer:
    """One implementation as the supplier that a partner describes."""

    def __init__(self, stage, name, kind, binding="HTTP-Redirect"):
        self.stage, self.command = stage, PEERS[name]
        self.partner, = [p for p in stage.partners if p.name == kind.replace(" ", "-")]
        sign, encrypted = KINDS[kind]
        self.task = {
            "metadata": stage.browser().go(stage.base).text, "sso": stage.sso,
            "entity": self.partner.entity, "consumer": self.partner.consumer,
            "key": self.partner.pair.key_file.read_text(), "binding": binding,
            "certificate": self.partner.pair.base64, "sign": sign, "encrypted": encrypted}

    def run(self, **more):
        done = subprocess.run(self.command, input=json.dumps({**self.task, **more}),
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def log_in(self, person):
        """What the implementation makes of our answer to its own request."""
        asked = self.run()
        browser = self.stage.browser(person)
        if "url" in asked:
            page = browser.go(asked["url"])
        else:
            form = Answer("", 200, {}, asked["form"].encode()).forms[0]
            page = browser.go(form["action"], form["fields"])
        assert page.forms, page.text
        fields = page.forms[0]["fields"]
        assert fields["RelayState"] == "state"
        return self.run(response=fields["SAMLResponse"], id=asked.get("id"))


def check(stage, got, person):
    assert got["errors"] == [], got
    values = {name: value if isinstance(value, list) else [value]
              for name, value in got["attributes"].items()}
    assert values.get("eckId", [None]) == [person.eckid]
    assert values["uid"] == person.attributes(stage.school)["uid"]
    assert set(values) <= {"eckId", "uid", "eduPersonAffiliation"}
    return ", ".join(values)


@pytest.mark.parametrize("who", ["student", "teacher"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("peer", PEERS)
def test_bridge(stage, seen, peer, kind, who):
    person = getattr(stage, who)
    got = Peer(stage, peer, kind).log_in(person)
    seen(check(stage, got, person), "| NameID of", len(got["name"]))


def test_bridge_by_post(stage, seen):
    got = Peer(stage, "node-saml", "both clear", "HTTP-POST").log_in(stage.student)
    seen(check(stage, got, stage.student))


@pytest.mark.parametrize("peer", PEERS)
def test_bridge_answer_that_was_changed(stage, seen, peer):
    """That the rows above can fail."""
    supplier = Peer(stage, peer, "both clear")
    other = Peer(stage, peer, "assertion clear")
    asked = other.run()
    fields = stage.browser(stage.student).go(asked["url"]).forms[0]["fields"]
    got = supplier.run(response=fields["SAMLResponse"], id=asked.get("id"))
    assert got["errors"]
    seen(*got["errors"])
