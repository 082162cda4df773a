# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers with one redis: both know the owner of a token, and redis sees only ciphertext."""
import copy
import json

import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage, payload
from lab.people import make_person
from lab.redis import Redis

SECRETS = {name: f"{name}-".ljust(48, name[0]) + "\n" for name in ("first", "second", "third")}


class Nodes(OidcStage):
    """Nodes a and b in front of one provider, under one name."""

    def __init__(self, place):
        self.redis = Redis(place)
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
        self.files[name].write_text(f"EckidTokenCache redis:127.0.0.1:{self.redis.port}\n"
                                    f"EckidSecretFile {files}\n")

    def set_secrets(self, name, secrets):
        self.write(name, secrets)
        self.nodes[name].gateway.graceful()

    def log_in(self, name, token):
        """A new person gets that access token and the ECK iD at a node; returns the person."""
        self.people.append(person := make_person())
        node = self.nodes[name]
        got = node.token(node.sign(node.claims(person=person)), access_token=token,
                         refresh_token=f"refresh-{token}")
        assert payload(json.loads(got.text)["id_token"])["eckId"] == person.eckid
        return person

    def knows(self, name, token, person):
        """Whether a node knows the owner of an access token."""
        got = self.nodes[name].userinfo({"sub": person.user}, token)
        assert got.status in (200, 401)
        assert got.status == 401 or json.loads(got.text)["eckId"] == person.eckid
        return got.status == 200


@pytest.fixture(scope="module")
def nodes():
    with checked_place("test_oidc_nodes") as place:
        yield Nodes(place)


def test_nothing_in_redis_can_be_read(nodes):
    person = nodes.log_in("a", "readable")
    contents = nodes.redis.contents()
    assert len(contents) == 2  # the access token and the refresh token
    words = ["readable", "books", nodes.issuer, "NEPPI", nodes.school.brin,
             *person.secrets(nodes.school)]
    for key, value in contents.items():
        found = [word for word in words if word.encode() in key + value]
        assert not found, (key, found)
        assert 0 < nodes.redis.command("PTTL", key) <= 30 * 24 * 3600 * 1000


def test_a_token_handed_out_at_one_node_is_known_at_the_other(nodes):
    person = nodes.log_in("a", "shared")
    assert nodes.knows("b", "shared", person)
    assert not nodes.knows("b", "shared-not", person)
    form = "grant_type=refresh_token&refresh_token=refresh-shared"
    nodes.nodes["b"].token(None, access_token="refreshed", form=form)
    assert nodes.knows("a", "refreshed", person)


def test_a_node_with_another_secret_knows_nothing_of_it(nodes):
    person = nodes.log_in("a", "secret")
    nodes.set_secrets("b", "third")
    try:
        assert not nodes.knows("b", "secret", person)
    finally:
        nodes.set_secrets("b", "first")
    assert nodes.knows("b", "secret", person)


def test_what_was_changed_in_redis_is_not_believed(nodes):
    before = set(nodes.redis.contents())
    person = nodes.log_in("a", "changed")
    for key in set(nodes.redis.contents()) - before:
        value = nodes.redis.command("GET", key)
        nodes.redis.command("SET", key, value[:-1] + bytes([value[-1] ^ 1]))
    assert not nodes.knows("a", "changed", person)


def test_the_secret_is_changed_while_tokens_are_in_use(nodes):
    """One node after the other: new and old together, then the new one alone."""
    early = nodes.log_in("b", "early")
    nodes.set_secrets("a", "second first")
    assert nodes.knows("a", "early", early)  # kept by the old one
    late = nodes.log_in("a", "late")
    assert not nodes.knows("b", "late", late)
    nodes.set_secrets("b", "second first")
    assert nodes.knows("b", "late", late)  # kept by the new one
    for name in nodes.nodes:
        nodes.set_secrets(name, "second")
    assert all(nodes.knows(name, "late", late) for name in nodes.nodes)
    assert not any(nodes.knows(name, "early", early) for name in nodes.nodes)


def test_logins_by_code_go_on_without_redis(nodes):
    person = nodes.log_in("a", "before")
    assert all(nodes.knows(name, "before", person) for name in nodes.nodes)
    nodes.redis.process.stop()
    for name in nodes.nodes:
        before = len(nodes.nodes[name].gateway.lines("ECK0503"))
        got = nodes.nodes[name].userinfo({"sub": person.user}, "before")
        assert got.status == 401 and json.loads(got.text)["error"] == "invalid_token"
        person = nodes.log_in(name, "after")
        assert not nodes.knows(name, "after", person)
        assert len(nodes.nodes[name].gateway.lines("ECK0503")) == before + 1
