# SPDX-License-Identifier: GPL-3.0-or-later
"""./run demo: what its lines for programs say, and that nothing of it outlives it."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import typing

import pytest

from conftest import TESTS, checked_place
from lab.browser import Browser
from lab.wait import PATIENCE, eventually

ECKID = re.compile("https://ketenid.nl/201703/[0-9a-f]{128}")
ATTRIBUTE = "urn:mace:surf.nl:attribute-def:eckid"


class Demo:
    """The demo as it is started from a terminal, which ignores no signal."""

    def __init__(self, place, *arguments):
        self.err = place.path / "demo.err"
        with open(self.err, "wb") as err:
            self.popen = subprocess.Popen(
                ["env", "--default-signal", sys.executable, TESTS / "demo.py", *arguments],
                stdout=subprocess.PIPE, stderr=err)

    def wait_for(self, condition):
        def running():
            assert self.popen.poll() is None, self.err.read_text()
            return condition()

        eventually(running, self.err.read_text, 300)

    def wait_for_words(self, words):
        self.wait_for(lambda: words in self.err.read_text())

    def sessions(self):
        """Those of what it has started: each server has one of its own."""
        return {process.session for process in processes() if process.parent == self.popen.pid}

    def end(self, number):
        """Stops it, so that it starts nothing more, and has that signal end it. Returns its exit
        status, once nothing is left of the processes that it had started; they may need a moment.
        """
        self.popen.send_signal(signal.SIGSTOP)
        self.wait_for(lambda: state_of(self.popen.pid) == "T")
        sessions = self.sessions()
        assert sessions
        self.popen.send_signal(number)
        self.popen.send_signal(signal.SIGCONT)
        self.popen.communicate(timeout=2 * PATIENCE)
        eventually(lambda: not left_of(sessions), lambda: f"{left_of(sessions)} end")
        return self.popen.returncode


class Process(typing.NamedTuple):
    pid: int
    state: str
    parent: int
    session: int


def processes():
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, _, session = stat.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        yield Process(int(stat.parent.name), state, int(parent), int(session))


def state_of(pid):
    return next((process.state for process in processes() if process.pid == pid), None)


def left_of(sessions):
    return [process for process in processes()
            if process.session in sessions and process.state != "Z"]


SERVICES = {("saml", "Digital books"), ("saml", "Exercises"), ("saml", "School canteen"),
            ("oidc", "Webshop"), ("oidc", "Practice"), ("oidc", "Library"),
            ("cloud", "Digital books"), ("cloud", "Exercises"), ("cloud", "Hub")}


@pytest.fixture(scope="module")
def demo():
    with checked_place("test_demo") as place:
        demo = Demo(place, "--json")
        lines = (demo.popen.stdout.readline() for _ in range(2 * len(SERVICES)))
        demo.rows = [json.loads(line or "null") for line in lines]
        yield demo
        demo.popen.kill()


def values_of(row):
    """All that a service got, of either protocol."""
    return row["attributes"] if row["protocol"] != "oidc" else {**row["id_token"],
                                                                 **row["userinfo"]}


def test_a_line_for_each_login_with_what_the_service_got(demo):
    for row in demo.rows:
        got = {"id_token", "userinfo"} if row["protocol"] == "oidc" else {"attributes"}
        assert set(row) == {"service", "protocol", "user", *got}
        assert all(isinstance(row[name], dict) for name in got)
    logins = {(row["protocol"], row["service"], row["user"]) for row in demo.rows}
    users = {user for *_, user in logins}
    assert len(users) == 2 and len(logins) == len(demo.rows)
    assert {(protocol, service) for protocol, service, _ in logins} == SERVICES


@pytest.mark.parametrize("service, name", [
    ("Digital books", "eckId"), ("Exercises", ATTRIBUTE), ("School canteen", None),
    ("Webshop", "eckId"), ("Practice", ATTRIBUTE), ("Library", None)])
def test_the_lines_show_the_eck_ids_at_a_supplier_only(demo, service, name):
    """Those of students; and of teachers, whom the school with OpenID Connect has imported."""
    rows = [row for row in demo.rows if row["service"] == service]
    for row in rows:
        values = values_of(row)
        has_one = "student" in values["eduPersonAffiliation"] or row["protocol"] == "oidc"
        assert (name in values) == (name is not None and has_one)
        assert bool(ECKID.search(json.dumps(row))) == (name is not None and has_one)


def test_one_school_has_its_people_by_scim_and_uwlr_before_the_first_login(demo):
    said = demo.err.read_text()
    assert -1 < said.index("by SCIM") < said.index("from a file of UWLR") < said.index("logging in")


def test_the_whole_chain_has_a_start_page(demo):
    demo.wait_for_words("the whole chain, step by step")
    url = re.search("(http://chain[^ ]*) ", demo.err.read_text())[1]
    assert "The chain of the ECK iD" in Browser(Accept_Language="en").go(url).text


def test_a_terminal_that_is_closed_leaves_nothing_behind(demo):
    demo.wait_for_words("Ctrl-C ends it all")
    assert len(demo.sessions()) > 12  # three schools with their servers
    assert demo.end(signal.SIGHUP) == 129


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_ended_while_it_starts_leaves_nothing_behind(place, number):
    demo = Demo(place, "--once")
    demo.wait_for(lambda: len(demo.sessions()) > 2)
    assert demo.end(number) == 128 + number
