# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider, and service providers by others that ask it and accept its answers."""
import json
import os
import pathlib
import subprocess
import urllib.parse

import pytest

from lab.bridgestage import BINDINGS, BridgeStage, Partner
from lab.browser import Answer
from lab.checked import checked_place

BUILD = pathlib.Path(os.environ.get("ECKID_KEYCLOAK", "")).parent
PEERS = {"python3-saml": [BUILD / "saml/bin/python", pathlib.Path(__file__).parent /
                          "python3_saml.py"],
         "node-saml": ["node", BUILD / "node_saml.mjs"]}
# node-saml asks for an emailAddress, python3-saml for nothing certain; both for a password over TLS
NAMES = "EckidNameId persistent\n  EckidNameId emailAddress mail"
CONTEXT = "EckidIdpAuthnContext urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
KINDS = {f"{sign} {'encrypted' if encrypted else 'clear'}": (sign, encrypted)
         for sign in ("both", "assertion", "response") for encrypted in (False, True)}


# where there is no session of a module that must end
LOGOUT = "EckidIdpLogout /saml/idp/logout?from="


def logout_of(kind):
    return (f'<md:SingleLogoutService Location="https://{kind.replace(" ", "-")}.example/slo" '
            f'Binding="{BINDINGS}HTTP-Redirect"/>')


@pytest.fixture(scope="module")
def stage():
    with checked_place("interop-bridge") as place:
        partners = [Partner(place, kind.replace(" ", "-"), logout=logout_of(kind), extra=f"""{NAMES}
  EckidSign {sign}
  EckidEncryption {"on" if encrypted else "off"}""") for kind, (sign, encrypted) in KINDS.items()]
        yield BridgeStage(place, partners, idp=f"{CONTEXT}\n{LOGOUT}").start()


class Peer:
    """One implementation as the supplier that a partner describes."""

    def __init__(self, stage, name, kind, binding="HTTP-Redirect"):
        self.stage, self.command = stage, PEERS[name]
        self.partner, = [p for p in stage.partners if p.name == kind.replace(" ", "-")]
        sign, encrypted = KINDS[kind]
        self.task = {
            "metadata": stage.browser().go(stage.base).text, "sso": stage.sso,
            "entity": self.partner.entity, "consumer": self.partner.consumer,
            "slo": self.partner.consumer.replace("/acs", "/slo"),
            "key": self.partner.pair.key_file.read_text(), "binding": binding,
            "certificate": self.partner.pair.base64, "sign": sign, "encrypted": encrypted}

    def run(self, **more):
        done = subprocess.run(self.command, input=json.dumps({**self.task, **more}),
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def log_in(self, person, browser=None):
        """What the implementation makes of our answer to its own request."""
        asked = self.run()
        browser = browser or self.stage.browser(person)
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


def onward(stage, browser, url):
    """The query by which a browser comes to a supplier, once we have had it."""
    while url.startswith(stage.base):
        url = urllib.parse.urljoin(url, browser.once(url).headers["Location"])
    return url.split("?", 1)[1]


@pytest.mark.parametrize("peer, other", [(a, b) for a in PEERS for b in PEERS])
def test_bridge_logout(stage, seen, peer, other):
    """One asks for it and accepts the answer; the other one confirms it."""
    browser = stage.browser(stage.student)
    first, second = Peer(stage, peer, "both clear"), Peer(stage, other, "both encrypted")
    session = first.log_in(stage.student, browser)["session"]
    second.log_in(stage.student, browser)
    asked = first.run(logout=session)
    confirmed = second.run(query=onward(stage, browser, asked["url"]))
    assert confirmed["errors"] == [], confirmed
    got = first.run(query=onward(stage, browser, confirmed["url"]), id=asked.get("id"))
    assert got["errors"] == [], got
    assert "is done [ended=1 " in stage.last_line("logout at", first.partner.entity)
    seen("asked, confirmed, accepted")
