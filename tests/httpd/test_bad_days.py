# SPDX-License-Identifier: GPL-3.0-or-later
"""Half past eight: the LAS hangs, children are killed, httpd is reloaded, and logins go on."""
import os
import pathlib
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import checked_place
from lab.people import make_person
from lab.replay import answer
from lab.stage import CANTEEN, CANTEEN_ACS, Stage, response_in, values_in

CALLS = 4
FAILURES, PAUSE = 2, 1  # PAUSE in seconds


class Morning(Stage):
    def __init__(self, place, mpm):
        super().__init__(place, mpm=mpm, instead={"EckidLas": lambda _: self.las_line("10s")})
        self.pending, self.release, self.count = [], threading.Event(), 0

    def las_line(self, timeout, breaker="failures=1000"):
        return (f"{self.las.base} ca={self.authority.crt_file} timeout={timeout} calls={CALLS} "
                f"{breaker}")

    def conf(self, *arguments, **more):
        """Locations with limits by themselves: less patience, and a breaker that opens."""
        lines = {"brief": self.las_line("4s"),
                 "long-pause": self.las_line("10s", f"failures={FAILURES} pause=60s"),
                 "short-pause": self.las_line("30s", f"failures={FAILURES} pause={PAUSE}s")}
        more["extra"] += "".join(f"<Location /{name}>\nEckidLas {line}\n</Location>\n"
                                 for name, line in lines.items())
        return super().conf(*arguments, **more)

    def hang(self):
        """Until recover(); then connections end, so that a call is made anew."""
        self.pending.clear()
        self.release.clear()
        self.las.behave = self.wait

    def wait(self, handler):
        handler.close_connection = True
        self.pending.append(handler)
        self.release.wait(60)

    def fail(self):
        """Until recover(); what was asked meanwhile counts in asked. It takes so long for an answer
        that other children are busy too."""
        def behave(handler):
            self.asked.append(handler)
            time.sleep(0.2)
            handler.send_json(503, {})

        self.asked, self.las.behave = [], behave

    def recover(self):
        self.las.behave = None
        self.release.set()

    def newcomers(self, count):
        people = [make_person() for _ in range(count)]
        self.people.extend(people)
        return people

    def prepare(self, person, where="sso", **login):
        """The path at which the identity provider answers with that login."""
        self.count += 1
        self.set(answer(self.page(person=person, **login)), path := f"/{where}/{self.count}")
        return path

    def newcomers_at(self, where, count):
        return [self.prepare(person, where) for person in self.newcomers(count)]

    def statuses(self, paths):
        """Of logins that all begin at once."""
        with ThreadPoolExecutor(len(paths)) as pool:
            return [got.status for got in pool.map(lambda path: self.get(path=path), paths)]

    def told(self):
        """The children that told a login that the LAS is left alone, for each of those."""
        return [re.search(r"\[pid (\d+)", line)[1]
                for line in self.gateway.lines("login at", "ECK0311")]

    def got_eckid(self, path, person):
        got = self.get(path=path)
        return got.status == 200 and values_in(response_in(got.text), "eckId") == [person.eckid]

    def children(self):
        pid = self.gateway.process.pid
        return [int(child) for child in
                pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_bad_days-{request.param}") as place:
        yield Morning(place, request.param)


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_las_that_hangs_slows_nobody_else(stage):
    """Of 24 logins that need the LAS, few wait for it; before any of those is through, and long
    before the LAS answers, others have come and gone."""
    known, = stage.newcomers(1)
    assert stage.got_eckid(cached := stage.prepare(known), known)
    canteen = stage.prepare(known, consumer=CANTEEN_ACS, audience=CANTEEN)
    paths = [stage.prepare(person) for person in stage.newcomers(24)]
    stage.hang()
    with ThreadPoolExecutor(len(paths)) as pool:
        try:
            logins = [pool.submit(stage.get, path=path) for path in paths]
            wait_until(lambda: sum(login.done() for login in logins) == len(paths) - CALLS)
            waiting = [login for login in logins if not login.done()]
            for _ in range(3):
                assert stage.got_eckid(cached, known)
                assert stage.get(path=canteen).status == 200
            assert len(stage.pending) == CALLS and not any(login.done() for login in waiting)
        finally:
            stage.recover()
    assert all(login.result().status == (200 if login in waiting else 503) for login in logins)
    assert stage.gateway.lines("ECK0310")


def test_slots_of_children_that_were_killed_are_free_again(stage):
    people = stage.newcomers(CALLS + 1)
    *paths, one_more = [stage.prepare(person, "brief") for person in people]
    stage.hang()
    with ThreadPoolExecutor(CALLS) as pool:
        logins = [pool.submit(stage.get, path=path) for path in paths]
        wait_until(lambda: len(stage.pending) == CALLS)
        assert stage.get(path=one_more).status == 503
        assert "ECK0310" in stage.last_line("login at")
        for child in stage.children():
            os.kill(child, signal.SIGKILL)
        assert all(login.result().status == 0 for login in logins)
        stage.recover()
    wait_until(lambda: stage.got_eckid(one_more, people[-1]))
    again = [stage.prepare(person, "brief") for person in stage.newcomers(CALLS)]
    with ThreadPoolExecutor(CALLS) as pool:
        assert all(got.status == 200 for got in pool.map(lambda p: stage.get(path=p), again))


def test_a_las_that_fails_is_left_alone_by_all_children(stage):
    """When enough calls have failed, those under way are the last; there is a minute for this."""
    stage.fail()
    try:
        assert set(stage.statuses(stage.newcomers_at("long-pause", 24))) == {503}
        assert FAILURES <= len(stage.asked) < FAILURES + CALLS
        before, told = len(stage.asked), len(stage.told())
        wait_until(lambda: set(stage.statuses(stage.newcomers_at("long-pause", 8))) == {503} and
                   len(set(stage.told()[told:])) > 1)
        assert len(stage.asked) == before
    finally:
        stage.recover()


def test_after_the_pause_one_login_tries_the_las_for_all(stage):
    stage.fail()
    assert stage.statuses(stage.newcomers_at("short-pause", FAILURES)) == [503] * FAILURES
    time.sleep(PAUSE + 0.1)
    people = stage.newcomers(24)
    paths = [stage.prepare(person, "short-pause") for person in people]
    one_more, = stage.newcomers_at("short-pause", 1)
    stage.hang()
    with ThreadPoolExecutor(len(paths)) as pool:
        try:
            logins = [pool.submit(stage.got_eckid, *login) for login in zip(paths, people)]
            wait_until(lambda: sum(login.done() for login in logins) == len(paths) - 1)
            assert len(stage.pending) == 1
            assert stage.get(path=one_more).status == 503
            assert "ECK0311" in stage.last_line("login at") and len(stage.pending) == 1
        finally:
            stage.recover()
    assert sum(login.result() for login in logins) == 1
    assert set(stage.statuses(stage.newcomers_at("short-pause", CALLS))) == {200}


def test_a_reload_loses_no_login(stage):
    """While lookups are under way, some of which are longer than a reload."""
    people = stage.newcomers(40)
    logins = [(stage.prepare(person), person) for person in people]
    stage.las.delay = 0.1
    try:
        with ThreadPoolExecutor(CALLS) as pool:
            done = [pool.submit(stage.got_eckid, *login) for login in logins]
            for _ in range(3):
                stage.gateway.graceful()
            assert not all(login.done() for login in done)
            assert all(login.result() for login in done)
    finally:
        stage.las.delay = 0
