# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers, one secret: whose tokens are stands in them, so both know it, now and later."""
import copy
import json

import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage, payload
from lab.people import make_person

SECRETS = {name: f"{name}-".ljust(48, name[0]) + "\n" for name in ("first", "second", "third")}


class Nodes(OidcStage):
    """Nodes a and b in front of one provider, under one name, with nothing in common but a file."""

    def __init__(self, place):
        self.secret_files = {name: place.file(f"secrets/{name}", text, 0o600)
                             for name, text in SECRETS.items()}
        self.files = {"a": place.file("a.conf", ""), "b": place.file("b.conf", "")}
        for name in self.files:
            self.write(name, "first")
        super().__init__(place, servers=1)
        other = copy.copy(self)
        other.gateway = self.httpd(
            "other", f"ProxyPass / http://127.0.0.1:{self.replay.port}/\n"
                     f"Include {self.files['b']}\n{self.lines}").start()
        self.nodes = {"a": self, "b": other}

    def conf(self, *arguments, **more):
        self.lines = super().conf(*arguments, **more)
        return f"Include {self.files['a']}\n{self.lines}"

    def write(self, name, secrets):
        files = " ".join(str(self.secret_files[secret]) for secret in secrets.split())
        self.files[name].write_text(f"EckidSecretFile {files}\n")

    def set_secrets(self, name, secrets):
        self.write(name, secrets)
        self.nodes[name].gateway.graceful()

    def log_in(self, name, token):
        """Somebody new gets that access token at a node, and the ECK iD; who it is."""
        self.people.append(person := make_person())
        node = self.nodes[name]
        got = node.token(node.sign(node.claims(person=person)), access_token=token,
                         refresh_token=f"refresh-{token}")
        assert payload(json.loads(got.text)["id_token"])["eckId"] == person.eckid
        return person

    def opens(self, name, token, person):
        """Whether userinfo opens at a node, with the ECK iD."""
        got = self.nodes[name].userinfo({"sub": person.user}, token)
        assert got.status in (200, 401)
        assert got.status == 401 or json.loads(got.text)["eckId"] == person.eckid
        return got.status == 200

    def refreshed(self, name, token):
        """The status of a refresh at a node, by what came with a token."""
        form = f"grant_type=refresh_token&refresh_token={self.held[f'refresh-{token}']}"
        return self.nodes[name].token(None, access_token=f"new-{token}", form=form).status


@pytest.fixture(scope="module")
def nodes():
    with checked_place("test_oidc_nodes") as place:
        yield Nodes(place)


def test_a_token_of_one_node_opens_at_the_other(nodes):
    person = nodes.log_in("a", "shared")
    assert nodes.opens("b", "shared", person)
    assert nodes.refreshed("b", "shared") == 200
    assert nodes.opens("a", "new-shared", person)


def test_it_opens_after_a_reload_and_a_restart(nodes):
    person = nodes.log_in("a", "lasting")
    nodes.gateway.graceful()
    assert nodes.opens("a", "lasting", person)
    nodes.gateway.stop()
    nodes.gateway.start()
    assert nodes.opens("a", "lasting", person) and nodes.refreshed("a", "lasting") == 200


def test_nothing_of_it_can_be_read(nodes):
    person = nodes.log_in("a", "readable")
    words = ["readable", "books", "NEPPI", nodes.school.brin, *person.secrets(nodes.school)]
    for held in (nodes.held["readable"], nodes.held["refresh-readable"]):
        assert not [word for word in words if word in held]
        assert held.startswith("eckid_") and "." not in held


def test_a_node_with_another_secret_opens_nothing(nodes):
    person = nodes.log_in("a", "secret")
    nodes.set_secrets("b", "third")
    try:
        assert not nodes.opens("b", "secret", person)
        assert "another secret" in nodes.nodes["b"].last_line("ECK0245")
        assert nodes.refreshed("b", "secret") == 400
    finally:
        nodes.set_secrets("b", "first")
    assert nodes.opens("b", "secret", person)


def test_the_secret_is_changed_while_tokens_are_in_use(nodes):
    """One node after the other: new and old together, then the new one alone."""
    early = nodes.log_in("b", "early")
    nodes.set_secrets("a", "second first")
    assert nodes.opens("a", "early", early)  # sealed with the old one
    late = nodes.log_in("a", "late")
    assert not nodes.opens("b", "late", late)
    nodes.set_secrets("b", "second first")
    assert nodes.opens("b", "late", late)  # sealed with the new one
    for name in nodes.nodes:
        nodes.set_secrets(name, "second")
    assert all(nodes.opens(name, "late", late) for name in nodes.nodes)
    assert not any(nodes.opens(name, "early", early) for name in nodes.nodes)


def test_without_a_file_tokens_outlive_a_reload():
    with checked_place("test_oidc_nodes-alone") as place:
        stage = OidcStage(place)
        stage.token(stage.sign(stage.claims()))
        stage.gateway.graceful()
        got = stage.userinfo({"sub": stage.student.user})
        assert json.loads(got.text)["eckId"] == stage.student.eckid
