# SPDX-License-Identifier: GPL-3.0-or-later
"""./run demo: what its lines for programs say, and that nothing of it outlives it."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

from conftest import TESTS, checked_place

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

    def wait_for(self, words, seconds=120):
        end = time.monotonic() + seconds
        while words not in self.err.read_text():
            assert self.popen.poll() is None and time.monotonic() < end, self.err.read_text()
            time.sleep(0.02)

    def end(self, number):
        """Its exit status, and what is left of the processes that it had started."""
        before = {session for _, parent, session in processes() if parent == self.popen.pid}
        assert len(before) > 2
        self.popen.send_signal(number)
        self.popen.stdout.read()
        return self.popen.wait(60), [p for p, _, session in processes() if session in before]


def processes():
    """Process ID, parent and session of each; what a place starts has a session of its own."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, _, session = stat.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if state != "Z":
            yield int(stat.parent.name), int(parent), int(session)


@pytest.fixture(scope="module")
def demo():
    with checked_place("test_demo") as place:
        demo = Demo(place, "--json")
        demo.rows = [json.loads(demo.popen.stdout.readline() or "null") for _ in range(12)]
        yield demo
        demo.popen.kill()


def values_of(row):
    """All that a service got, of either protocol."""
    return row["attributes"] if row["protocol"] == "saml" else {**row["id_token"],
                                                                 **row["userinfo"]}


def test_a_line_for_each_login_with_what_the_service_got(demo):
    for row in demo.rows:
        got = {"saml": {"attributes"}, "oidc": {"id_token", "userinfo"}}[row["protocol"]]
        assert set(row) == {"service", "protocol", "user", *got}
        assert all(isinstance(row[name], dict) for name in got)
    logins = {(row["protocol"], row["service"], row["user"]) for row in demo.rows}
    users = {user for *_, user in logins}
    assert (len(logins), len(users)) == (12, 2)
    assert {(protocol, service) for protocol, service, _ in logins} == {
        ("saml", "Digital books"), ("saml", "Exercises"), ("saml", "School canteen"),
        ("oidc", "Webshop"), ("oidc", "Practice"), ("oidc", "Library")}


@pytest.mark.parametrize("service, name", [
    ("Digital books", "eckId"), ("Exercises", ATTRIBUTE), ("School canteen", None),
    ("Webshop", "eckId"), ("Practice", ATTRIBUTE), ("Library", None)])
def test_the_lines_show_the_eck_id_of_a_student_at_a_supplier_only(demo, service, name):
    rows = [row for row in demo.rows if row["service"] == service]
    assert sum(bool(ECKID.search(json.dumps(row))) for row in rows) == (1 if name else 0)
    for row in rows:
        values = values_of(row)
        is_student = "student" in values["eduPersonAffiliation"]
        assert (name in values) == (name is not None and is_student)


def test_a_terminal_that_is_closed_leaves_nothing_behind(demo):
    demo.wait_for("Ctrl-C ends it all")
    assert demo.end(signal.SIGHUP) == (129, [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_demo_that_is_ended_while_it_starts_leaves_nothing_behind(place, number):
    demo = Demo(place, "--once")
    demo.wait_for("starting httpd with mod_eckid")
    assert demo.end(number) == (128 + number, [])
