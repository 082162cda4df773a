# SPDX-License-Identifier: GPL-3.0-or-later
"""A database in trouble, while a LAS pushes, a school is imported and people log in."""
import contextlib
import itertools
import os
import pty
import resource
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import checked_place
from lab import uwlr
from lab.people import make_eckid, make_person
from lab.postgres import Postgres
from lab.replay import answer
from lab.scim import ALONE, Receiver
from lab.stage import response_in, values_in
from lab.wait import eventually

KEY = ["--key", "key ^([0-9]+)$ $1@1.school.example NEPPI"]
NUMBERS = itertools.count()


class House(Receiver):
    """A school whose LAS pushes, and which imports others, of another source."""

    def add(self):
        """The answer to a push of somebody new."""
        person = make_person(known=False)
        self.people.append(person)
        got = self.pusher().push(person.neppi(self.school), person.eckid)
        return person, got

    def document(self, count=5):
        people = [make_person(number=str(10**8 + i)) for i in range(count)]
        self.people.extend(people)
        return self.place.file(f"school-{next(NUMBERS)}.xml", uwlr.document(self.school, people))

    def bring_in(self, file, *arguments):
        return uwlr.run(self.directory, self.school, file, *KEY, "--yes", *arguments)

    def get_eckids(self, person):
        self.set(answer(self.page(person=person)))
        got = self.get()
        return values_in(response_in(got.text), "eckId") if got.status == 200 else got.status

    def count(self, table="eckid_person"):
        return int(self.directory.scalar(f"select count(*) from {table}"))


@contextlib.contextmanager
def newer(house):
    """Another server was upgraded first."""
    change = "update eckid_meta set value = '{}' where name = 'schema'"
    house.directory.execute(change.format(99))
    yield
    house.directory.execute(change.format(1))


@contextlib.contextmanager
def read_only(house):
    house.directory.path.chmod(0o400)
    yield
    house.directory.path.chmod(0o600)


@contextlib.contextmanager
def standby(house):
    """PostgreSQL has become the one that only follows another."""
    def set_to(value):
        house.directory.execute("set default_transaction_read_only = off; alter role eckid set "
                                f"default_transaction_read_only = {value}; select "
                                "pg_terminate_backend(pid, 60000) from pg_stat_activity where "
                                "backend_type = 'client backend' and pid <> pg_backend_pid()")
    set_to("on")
    yield
    set_to("off")


@contextlib.contextmanager
def full(house):
    """The kernel's limit on files stands for a disk; new children have it."""
    pid, here = house.gateway.process.pid, resource.getrlimit(resource.RLIMIT_FSIZE)
    size = house.directory.path.stat().st_size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, here[1]))
    house.gateway.graceful()
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, here)
    house.gateway.graceful()


@contextlib.contextmanager
def locked(house):
    with sqlite3.connect(house.directory.path, isolation_level=None) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")
    other.close()


TROUBLES = {
    newer: ("ECK0505", "version 99, and this program knows version 1"),
    read_only: ("ECK0504", "readonly"),
    standby: ("ECK0504", "read-only"),
    full: ("ECK0504", ""),
    locked: ("ECK0504", "locked"),
}


def make_house(place, trouble):
    """What waits for nothing may take as long as this machine needs."""
    return House(place, timeout="300ms" if trouble is locked else "30s", level="info", servers=1,
                 postgres=Postgres(place) if trouble is standby else None)


@pytest.fixture
def house():
    with checked_place(f"test_directory_trouble_{next(NUMBERS)}") as place:
        yield make_house(place, None)


def by_name(trouble):
    return trouble.__name__


@pytest.mark.parametrize("trouble", [newer, standby, full, locked], ids=by_name)
def test_a_push_is_told_and_nothing_is_half_done(trouble):
    code, words = TROUBLES[trouble]
    with checked_place(f"test_directory_trouble_{next(NUMBERS)}") as place:
        house = make_house(place, trouble)
        person, got = house.add()
        assert got.status == 201
        with trouble(house):
            before, pushes = house.count(), 0
            while got.status == 201 and pushes < 500:  # a full disk has a little room left
                got = house.add()[1]
                pushes += got.status == 201
            assert got.status == 503 and got.json["status"] == "503", got.text
            assert got.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
            lines = house.gateway.lines("push by las refused")
            assert len(lines) == 1 and code in lines[0] and words in lines[0], lines
            assert house.count() == before + pushes
            assert house.get_eckids(person) == [person.eckid]
        last, got = house.add()
        assert got.status == 201, got.text
        assert house.get_eckids(last) == [last.eckid]


@pytest.mark.parametrize("trouble", [newer, read_only, locked], ids=by_name)
def test_an_import_is_told_and_nothing_is_half_done(house, trouble):
    """A full disk is in test_import.py. Who imports waits minutes for a lock, not a second."""
    code, words = TROUBLES[trouble]
    person, file = house.add()[0], house.document()
    with trouble(house):
        if trouble is locked:
            words_of, environment = uwlr.command(house.directory, house.school, file, *KEY)
            with subprocess.Popen(words_of, env=environment) as process:
                assert house.get_eckids(person) == [person.eckid]
                process.kill()
        else:
            done = house.bring_in(file)
            assert done.returncode == 2 and code in done.stderr and words in done.stderr
        assert house.get_eckids(person) == [person.eckid]
    assert house.count() == 1
    done = house.bring_in(file)
    assert done.returncode == 0 and "new 5" in done.stdout, done.stderr
    assert house.count() == 6


@pytest.fixture
def shared():
    with checked_place(f"test_directory_trouble_{next(NUMBERS)}") as place:
        yield House(place, postgres=Postgres(place), servers=1)


def test_a_killed_import_goes_on_with_postgresql(shared):
    file = shared.document(6000)
    words, environment = uwlr.command(shared.directory, shared.school, file, *KEY)
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL,
                          start_new_session=True) as process:
        eventually(lambda: shared.count("eckid_staged") >= 1000)
        os.killpg(process.pid, signal.SIGKILL)
    assert shared.count() == 0
    done = shared.bring_in(file)
    assert done.returncode == 0 and "new 6000" in done.stdout, done.stderr
    assert "continued behind the first " in done.stdout
    assert shared.count() == 6000 and shared.count("eckid_staged") == 0


def test_an_import_whose_database_goes_away_goes_on(shared):
    file = shared.document(6000)
    words, environment = uwlr.command(shared.directory, shared.school, file, *KEY)
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        eventually(lambda: shared.count("eckid_staged") >= 1000)
        shared.directory.postgres.stop(signal.SIGINT)  # waits for nobody
        error = process.communicate()[1]
    assert process.returncode == 2 and "ECK0504" in error, error
    shared.directory.postgres.start()
    assert shared.count() == 0
    done = shared.bring_in(file)
    assert done.returncode == 0 and "continued behind the first " in done.stdout, done.stderr
    assert shared.count() == 6000


def test_two_nodes_are_pushed_to(shared):
    """Somebody who is pushed at both at once is created by one of them."""
    other = shared.httpd("other", shared.front() + shared.conf(
        shared.idp_metadata, shared.blocks, **ALONE)).start()
    person = make_person(known=False)
    shared.people.append(person)
    here, there = shared.pusher(), shared.pusher()
    there.base = there.base.replace(str(shared.gateway.port), str(other.port))
    made = []
    pushes = [threading.Thread(target=lambda las=las: made.append(
        las.push(person.neppi(shared.school), person.eckid))) for las in (here, there) * 4]
    for push in pushes:
        push.start()
    for push in pushes:
        push.join()
    assert sorted(got.status for got in made) == [201] + [409] * 7
    path = next(f"/Users/{got.json['id']}" for got in made if got.status == 201)
    assert shared.get_eckids(person) == [person.eckid]
    assert there.send("DELETE", path).status == 204
    assert here.send("GET", path).status == 404


def test_who_was_not_confirmed_is_reported_then_removed(house):
    old, young = house.add()[0], house.add()[0]
    long_ago = int((time.time() - 401 * 86400) * 1e6)
    key = house.directory.sealer.digest("directory key", f"V_ID:{house.school.brin}", "student",
                                        "NEPPI", old.neppi(house.school))
    house.directory.execute("update eckid_person set confirmed = ? where first = ?",
                            [long_ago, key])
    done = house.directory.command("--days", "400", "purge")
    assert done.returncode == 0 and house.count() == 2, done.stderr
    assert house.get_eckids(old) == [old.eckid]
    done = house.directory.command("--days", "400", "purge", "--remove")
    assert done.returncode == 0 and house.count() == 1, done.stdout + done.stderr
    assert house.get_eckids(young) == [young.eckid] and house.get_eckids(old) != [old.eckid]
    done = house.directory.command("remove-school", "V_ID", house.school.brin)
    assert done.returncode == 0 and house.count() == 0, done.stderr


def sealings(house):
    """By how many secrets the records are sealed."""
    return int(house.directory.scalar("select count(distinct secret) from eckid_person"))


def is_free(house):
    """Whether nobody writes to the database."""
    with contextlib.closing(sqlite3.connect(house.directory.path, timeout=0,
                                            isolation_level=None)) as other:
        try:
            other.execute("begin immediate")
            other.execute("rollback")
            return True
        except sqlite3.OperationalError:
            return False


def stop_between_batches(house, process):
    """Lets the command run a little at a time, until some records are sealed anew, and some not."""
    def is_between():
        process.send_signal(signal.SIGSTOP)
        if sealings(house) == 2 and is_free(house):
            return True
        process.send_signal(signal.SIGCONT)
        return False
    eventually(is_between, "the command is between two batches")


def test_people_are_pushed_and_log_in_while_records_are_sealed_anew(house):
    file = house.document(6000)
    assert house.bring_in(file).returncode == 0
    person, old = house.add()[0], house.directory.secret
    new = house.place.file("new-secret", "a new secret ".ljust(48, "n"), 0o600)
    conf = house.gateway.conf_file
    conf.write_text(conf.read_text().replace(f"EckidSecretFile {old}",
                                             f"EckidSecretFile {new} {old}"))
    house.gateway.graceful()
    house.directory.secret = new
    words, environment = house.directory.words("--previous", old, "reseal")
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            stop_between_batches(house, process)
            another, got = house.add()
            assert got.status == 201 and house.get_eckids(another) == [another.eckid]
            for earlier in (house.people[-6002], house.people[-3], person):  # first and last
                assert house.get_eckids(earlier) == [earlier.eckid]
            assert sealings(house) == 2 and process.poll() is None
        finally:
            process.send_signal(signal.SIGCONT)
        assert "sealed anew" in process.communicate()[0] and process.returncode == 0
    assert house.count() == 6002 and sealings(house) == 1


def test_progress_is_shown_on_a_terminal(house):
    words, environment = uwlr.command(house.directory, house.school, house.document(3000), *KEY)
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL,
                          stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while more := os.read(ours, 65536):
                shown += more
    os.close(ours)
    assert process.returncode == 0
    assert b"checked 3000 people" in shown and b"brought in 3000 people" in shown
