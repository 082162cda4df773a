# SPDX-License-Identifier: GPL-3.0-or-later
"""Half past eight: the LAS hangs, children are killed, httpd is reloaded, and logins go on."""
import contextlib
import os
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import checked_place
from lab.las import Hold
from lab.people import make_person
from lab.replay import answer
from lab.stage import CANTEEN, CANTEEN_ACS, Stage, response_in, values_in
from lab.wait import PATIENT, eventually

CALLS = 4
FAILURES, PAUSE = 2, 1  # PAUSE in seconds
# How long a call may take, and so a slot be taken: until then a killed child's slots are not free.
BRIEF = "timeout=10s connect-timeout=10s"


class Morning(Stage):
    def __init__(self, place, mpm):
        super().__init__(place, mpm=mpm, instead={"EckidLas": lambda _: self.las_line()})
        self.pending, self.released, self.count = [], threading.Event(), 0

    def las_line(self, limits=PATIENT, breaker="failures=1000"):
        return f"{self.las.base} ca={self.authority.crt_file} {limits} calls={CALLS} {breaker}"

    def conf(self, *arguments, **more):
        """Locations with limits by themselves: less patience, and a breaker that opens."""
        lines = {"brief": self.las_line(BRIEF),
                 "long-pause": self.las_line(breaker=f"failures={FAILURES} pause=60s"),
                 "short-pause": self.las_line(breaker=f"failures={FAILURES} pause={PAUSE}s")}
        more["extra"] += "".join(f"<Location /{name}>\nEckidLas {line}\n</Location>\n"
                                 for name, line in lines.items())
        return super().conf(*arguments, **more)

    def hang(self):
        """Until recover(); then connections end, so that a call is made anew."""
        self.pending, self.released = [], threading.Event()
        self.las.behave = self.wait

    def wait(self, handler):
        pending, released = self.pending, self.released
        handler.close_connection = True
        pending.append(handler)
        released.wait(60)

    def fail(self):
        """Until recover(); what was asked meanwhile is in asked. An answer takes some time, so that
        other children are busy too."""
        def behave(handler):
            self.asked.append(handler)
            time.sleep(0.2)
            handler.send_json(503, {})

        self.asked, self.las.behave = [], behave

    def recover(self):
        self.las.behave = None
        self.released.set()

    @contextlib.contextmanager
    def held(self, paths):
        """Logins at these paths, once each of them is answered or waits for the LAS, which hangs.
        It recovers in the end, and they are all done."""
        self.hang()
        with ThreadPoolExecutor(len(paths)) as pool:
            try:
                logins = [pool.submit(self.at, path) for path in paths]
                eventually(lambda: len(self.pending) + sum(login.done() for login in logins) >=
                           len(paths), "each is answered, or waits")
                yield logins
            finally:
                self.recover()

    def newcomers(self, count):
        people = [make_person() for _ in range(count)]
        self.people.extend(people)
        return people

    def prepare(self, person, where="sso", **login):
        """The path where the identity provider sends that login."""
        self.count += 1
        self.set(answer(self.page(person=person, **login)), path := f"/{where}/{self.count}")
        return path

    def newcomers_at(self, where, count):
        return [self.prepare(person, where) for person in self.newcomers(count)]

    def statuses(self, paths):
        """The responses to logins that begin at the same time."""
        with ThreadPoolExecutor(len(paths)) as pool:
            return [got.status for got in pool.map(self.at, paths)]

    def told(self):
        """The children that told a login that the LAS is left alone, for each of those."""
        return [re.search(r"\[pid (\d+)", line)[1]
                for line in self.gateway.lines("login at", "ECK0311")]

    def at(self, path):
        return self.get(path=path)

    def got_eckid(self, path, person):
        return has_eckid(self.at(path), person)

    def takes_all_calls(self, where):
        """Whether as many logins as there may be calls get to the LAS at once."""
        with self.held(self.newcomers_at(where, CALLS)):
            return len(self.pending) == CALLS


def has_eckid(got, person):
    return got.status == 200 and values_in(response_in(got.text), "eckId") == [person.eckid]


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_bad_days-{request.param}") as place:
        yield Morning(place, request.param)


def test_a_las_that_hangs_slows_nobody_else(stage):
    """Of 24 logins that need the LAS, few wait for it; before any of those is through, and long
    before the LAS answers, others have come and gone."""
    known, = stage.newcomers(1)
    assert stage.got_eckid(cached := stage.prepare(known), known)
    canteen = stage.prepare(known, consumer=CANTEEN_ACS, audience=CANTEEN)
    paths = [stage.prepare(person) for person in stage.newcomers(24)]
    with stage.held(paths) as logins:
        waiting = [login for login in logins if not login.done()]
        assert len(stage.pending) == len(waiting) == CALLS
        for _ in range(3):
            assert stage.got_eckid(cached, known)
            assert stage.at(canteen).status == 200
        assert len(stage.pending) == CALLS and not any(login.done() for login in waiting)
    assert all(login.result().status == (200 if login in waiting else 503) for login in logins)
    assert stage.gateway.lines("ECK0310")


def test_slots_of_children_that_were_killed_are_free_again(stage):
    people = stage.newcomers(CALLS + 1)
    *paths, one_more = [stage.prepare(person, "brief") for person in people]
    with stage.held(paths) as logins:
        assert len(stage.pending) == CALLS
        assert stage.at(one_more).status == 503
        assert "ECK0310" in stage.last_line("login at")
        for child in stage.gateway.children():
            os.kill(child, signal.SIGKILL)
        assert all(login.result().status == 0 for login in logins)
    eventually(lambda: stage.got_eckid(one_more, people[-1]))
    # slots were taken one after the other, so they are not all free at one time
    eventually(lambda: stage.takes_all_calls("brief"))


def test_a_las_that_fails_is_left_alone_by_all_children(stage):
    """When enough calls have failed, those under way are the last; there is a minute for this."""
    stage.fail()
    try:
        assert set(stage.statuses(stage.newcomers_at("long-pause", 24))) == {503}
        assert FAILURES <= len(stage.asked) < FAILURES + CALLS
        before, told = len(stage.asked), len(stage.told())
        eventually(lambda: set(stage.statuses(stage.newcomers_at("long-pause", 8))) == {503} and
                   len(set(stage.told()[told:])) > 1, "two children tell it", 30)
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
    with stage.held(paths) as logins:
        assert len(stage.pending) == 1
        assert stage.at(one_more).status == 503
        assert "ECK0311" in stage.last_line("login at") and len(stage.pending) == 1
    got = [has_eckid(login.result(), person) for login, person in zip(logins, people)]
    assert sum(got) == 1
    assert set(stage.statuses(stage.newcomers_at("short-pause", CALLS))) == {200}


def test_a_reload_loses_no_login(stage):
    """Not those whose lookup is under way then, nor those that come right after it. Together they
    are no more than the LAS takes, as an old child may still take some of the latter."""
    half = CALLS // 2
    for _ in range(3):
        logins = [(stage.prepare(person), person) for person in stage.newcomers(CALLS)]
        hold = stage.las.behave = Hold()
        with ThreadPoolExecutor(len(logins)) as pool:
            try:
                done = [pool.submit(stage.got_eckid, *login) for login in logins[:half]]
                eventually(lambda: len(hold.calls) == half)
                stage.gateway.graceful(drained=False)
                done += [pool.submit(stage.got_eckid, *login) for login in logins[half:]]
                assert not any(login.done() for login in done[:half])
            finally:
                hold.release()
                stage.las.behave = None
            assert all(login.result() for login in done)
        person, = stage.newcomers(1)
        eventually(lambda: stage.got_eckid(stage.prepare(person), person))  # the new children serve
