# SPDX-License-Identifier: GPL-3.0-or-later
"""Two servers with one redis: sharing, changing the secret, and failures of redis."""
import re
import signal

import pytest

from conftest import checked_place
from lab import command
from lab.curl import fetch
from lab.people import make_person
from lab.redis import Drip, Redis
from lab.replay import answer
from lab.stage import Stage, response_in, values_in
from lab.wait import eventually

SECRETS = {name: f"{name}-".ljust(48, name[0]) + "\n" for name in ("first", "second", "third")}

DESK = """
<Location /desk>
  SetHandler eckid-desk
</Location>
ProxyPass /desk !"""


class Nodes(Stage):
    """Nodes a and b, whose cache can be configured apart."""

    def __init__(self, place):
        self.redis = Redis(place)
        self.secret_files = {name: place.file(f"secrets/{name}", text, 0o600)
                             for name, text in SECRETS.items()}
        self.files = {"a": place.file("a.conf", ""), "b": place.file("b.conf", "")}
        for name in self.files:
            self.write(name, "first")
        super().__init__(place, servers=1, before=f"Include {self.files['a']}\n{DESK}")
        other = (f"Include {self.files['b']}\n{DESK}\n"
                 f"ProxyPass / http://127.0.0.1:{self.replay.port}/\n")
        self.nodes = {"a": self.gateway, "b": self.httpd("other", other + self.conf(
            self.idp_metadata, self.blocks)).start()}

    def write(self, name, secrets, generation=""):
        files = " ".join(str(self.secret_files[secret]) for secret in secrets.split())
        more = f"EckidCacheGeneration {generation}\n" if generation else ""
        self.files[name].write_text(f"EckidCache redis:127.0.0.1:{self.redis.port}\n"
                                    f"EckidSecretFile {files}\n{more}")

    def set_secrets(self, name, secrets, generation=""):
        self.write(name, secrets, generation)
        self.nodes[name].graceful()

    def log_in(self, name, person):
        """Where the ECK iD came from: miss or hit. It must come."""
        self.set(answer(self.page(person=person)))
        got = fetch(f"http://127.0.0.1:{self.nodes[name].port}/sso")
        line = self.nodes[name].lines("login at")[-1]
        assert got.status == 200, line
        assert values_in(response_in(got.text), "eckId") == [person.eckid]
        return re.search(r"cache=(\S+)", line)[1]

    def wait_until_back(self, name, person):
        """Waits until a login at that node is answered from redis."""
        eventually(lambda: self.log_in(name, person) == "hit")

    def told(self):
        """How often each node logged that redis does not answer, and that it is back."""
        return [(len(node.lines("ECK0503")), len(node.lines("the cache is back")))
                for node in self.nodes.values()]

    def newcomer(self):
        self.people.append(person := make_person())
        return person


@pytest.fixture(scope="module")
def nodes():
    with checked_place("test_nodes") as place:
        yield Nodes(place)


def test_what_one_node_learned_the_other_knows(nodes):
    person = nodes.newcomer()
    assert [nodes.log_in("a", person), nodes.log_in("b", person)] == ["miss", "hit"]
    assert nodes.las.calls.count(person.user) == 1


def test_a_node_with_another_secret_knows_nothing_of_it(nodes):
    person = nodes.newcomer()
    nodes.log_in("a", person)
    nodes.set_secrets("b", "third")
    try:
        assert nodes.log_in("b", person) == "miss"
    finally:
        nodes.set_secrets("b", "first")


def test_the_secret_is_changed_while_both_are_in_use(nodes):
    """One node after the other: new and old together, then the new one alone."""
    early, late = nodes.newcomer(), nodes.newcomer()
    nodes.log_in("b", early)
    nodes.set_secrets("a", "second first")
    assert nodes.log_in("a", early) == "hit"  # kept by the old one
    assert [nodes.log_in("a", late), nodes.log_in("a", late)] == ["miss", "hit"]
    nodes.set_secrets("b", "second first")
    assert nodes.log_in("b", late) == "hit"  # kept by the new one
    for name in nodes.nodes:
        nodes.set_secrets(name, "second")
    assert [nodes.log_in("a", late), nodes.log_in("b", late)] == ["hit", "hit"]
    assert [nodes.log_in("a", early), nodes.log_in("b", early)] == ["miss", "hit"]


def test_a_new_generation_forgets_everything(nodes):
    person = nodes.newcomer()
    nodes.log_in("a", person)
    for name in nodes.nodes:
        nodes.set_secrets(name, "second", "2")
    assert [nodes.log_in("a", person), nodes.log_in("b", person)] == ["miss", "hit"]


def test_a_student_that_one_node_forgets_the_other_does_not_know(nodes):
    """Other students are not forgotten."""
    person, another = nodes.newcomer(), nodes.newcomer()
    assert [nodes.log_in("b", who) for who in (person, another)] == ["miss"] * 2
    done = command.run(nodes.place, "eckid-warm", f"http://127.0.0.1:{nodes.nodes['a'].port}/desk",
                       nodes.secret_files["second"], [person.neppi(nodes.school)], "--forget")
    assert done.returncode == 0, done.stderr
    assert [nodes.log_in("b", person), nodes.log_in("b", another)] == ["miss", "hit"]


def test_logins_go_on_without_redis(nodes):
    """Each of these logins ends while redis hangs, or is gone: none of them waits for it."""
    known, process = nodes.newcomer(), nodes.redis.process
    nodes.log_in("a", known)
    for name in "ab":
        nodes.wait_until_back(name, known)
    before = nodes.told()
    process.signal(signal.SIGSTOP)
    try:
        assert [nodes.log_in(name, person) for name in "ab"
                for person in (known, nodes.newcomer())] == ["miss"] * 4
        assert nodes.told() == [(away + 1, back) for away, back in before]
    finally:
        process.signal(signal.SIGCONT)
    for name in "ab":
        nodes.wait_until_back(name, known)
    assert all(after > back for (_, back), (_, after) in zip(before, nodes.told()))
    process.stop()
    assert [nodes.log_in(name, known) for name in "ab"] == ["miss"] * 2


def test_logins_go_on_while_redis_drips():
    with checked_place("test_nodes_drip") as place:
        drip = Drip()
        place.at_end(drip.close)
        secret = place.file("secret", SECRETS["first"], 0o600)
        stage = Stage(place, before=f"EckidCache redis:127.0.0.1:{drip.port}\n"
                                    f"EckidSecretFile {secret}")
        stage.set(answer(stage.page()))
        got = stage.get()
        assert values_in(response_in(got.text), "eckId") == [stage.student.eckid]
        line, = stage.gateway.lines("ECK0503")
        assert "it did not reply in time" in line
