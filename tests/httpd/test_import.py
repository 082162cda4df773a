# SPDX-License-Identifier: GPL-3.0-or-later
"""eckid-import: a school from a file, all or nothing; and logins of those who came with it."""
import itertools
import json
import resource
import signal
import sqlite3
import subprocess

import pytest

from conftest import checked_place
from lab import uwlr
from lab.directory import Directory
from lab.people import School, make_eckid, make_person
from lab.postgres import Postgres
from lab.replay import answer
from lab.stage import Stage, response_in, values_in
from lab.tokens import Client
from lab.wait import eventually

KEY = "key ^([0-9]+)$ $1@1.school.example NEPPI"
EMPLOYEES = """
EckidPersonIf employee eduPersonAffiliation employee
EckidPersonKey employee employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI
"""


class House:
    """A school and its directory. Its people are in a file."""

    def __init__(self, place, postgres=None):
        self.place, self.school = place, School()
        self.directory = Directory(place, postgres)
        self.people = [make_person() for _ in range(20)]
        self.count = 0

    def file(self, people=None, name=None, text=None, **more):
        self.count += 1
        text = text or uwlr.document(self.school, self.people if people is None else people, **more)
        return self.place.file(name or f"school-{self.count}.xml", text)

    def run(self, *arguments, file=None, school=None, **more):
        return uwlr.run(self.directory, school or self.school, file or self.file(), "--key", KEY,
                        *arguments, **more)

    def status(self):
        return self.directory.command("status").stdout

    def count_of(self, table):
        return int(self.directory.execute(f"select count(*) from {table}")[0][0])


NUMBERS = itertools.count()


@pytest.fixture
def house():
    with checked_place(f"test_import_{next(NUMBERS)}") as place:
        yield House(place)


def postgres_or_none(place, kind):
    return Postgres(place) if kind == "postgresql" else None


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everybody_of_a_file_logs_in(kind):
    """Also a teacher, whom no LAS service knows yet."""
    with checked_place(f"test_import_{kind}") as place:
        directory = Directory(place, postgres_or_none(place, kind))
        people = [make_person(known=False), make_person(known=False, eckid=None),
                  make_person(False, eckid=make_eckid())]
        stage = Stage(place, people=people, before=directory.conf("timeout=30s"), extra=EMPLOYEES,
                      instead={"EckidLas": None, "EckidLasKey": None, "EckidLookup": "directory"})
        file = place.file("school.xml", uwlr.document(stage.school, people))
        done = uwlr.run(directory, stage.school, file, "--key", KEY)
        assert done.returncode == 0, done.stderr
        assert "people in the file: 3, of these without ECK iD: 1" in done.stdout
        assert "done: new 3, changed 0, gone 0, the same 0; before: 0; types of keys: NEPPI\n" in \
            done.stdout
        file.unlink()
        for person, outcome in zip(people, ("found", "no-eckid", "found")):
            stage.set(answer(stage.page(person=person)))
            got = stage.get()
            line = stage.last_line("login at")
            kind_of = "student" if person is not people[2] else "employee"
            assert f"outcome={outcome} cache=directory" in line and f"kind={kind_of}" in line
            if person.eckid:
                assert values_in(response_in(got.text), "eckId") == [person.eckid]


@pytest.fixture
def stage():
    """A LAS with three people, and a gateway that has them from the directory only."""
    with checked_place(f"test_import_{next(NUMBERS)}") as place:
        directory = Directory(place)
        people = [make_person(), make_person(eckid=None),
                  make_person(False, eckid=make_eckid(), known=True)]
        stage = Stage(place, people=people, before=directory.conf("timeout=30s"), extra=EMPLOYEES,
                      instead={"EckidLas": None, "EckidLasKey": None, "EckidLookup": "directory"})
        stage.directory = directory
        yield stage


def from_las(stage, *arguments, keyid="school-2026"):
    return uwlr.run(stage.directory, stage.school, None, "--las", stage.las.base, "--las-key",
                    stage.las_pair.key_file, "--keyid", keyid, "--las-ca",
                    stage.authority.crt_file, *arguments)


def test_everybody_of_an_edu_v_las_by_signed_calls(stage):
    done = from_las(stage)
    assert done.returncode == 0, done.stderr
    assert "people in the file: 2, of these without ECK iD: 1" in done.stdout
    done = from_las(stage, "--kind", "employee")
    assert "new 1, changed 0, gone 0" in done.stdout, done.stdout + done.stderr
    assert stage.las.asked == ["/students/school", "/employees/school"]
    for person in (stage.people[0], stage.people[2]):
        stage.set(answer(stage.page(person=person)))
        assert values_in(response_in(stage.get().text), "eckId") == [person.eckid]
        assert "cache=directory" in stage.last_line("gets the ECK iD")


def test_a_las_that_wants_a_token(stage):
    stage.las.tokens.clients["client"] = Client(
        keys={"school-2026": stage.las_pair.key.public_key()})
    stage.las.proofs = {"token"}
    token = ["--las-token", stage.las.tokens.url, "--client-id", "client", "--unsigned"]
    assert from_las(stage).returncode == 2
    done = from_las(stage, *token, "--scope", "eduv.student.basic")
    assert done.returncode == 0 and "new 2" in done.stdout, done.stderr


@pytest.mark.parametrize("brin", ["11ZZ", "11zz03", "11ZZ030"])
def test_a_school_whose_v_id_is_none_is_not_made(house, brin):
    before = house.status()
    done = house.run(school=School(brin=brin))
    assert done.returncode == 2 and "a V_ID is a vestigingscode" in done.stderr
    assert house.status() == before


def test_a_las_that_refuses_changes_nothing(stage):
    assert from_las(stage).returncode == 0
    done = from_las(stage, keyid="another")
    assert done.returncode == 2 and "ECK0304" in done.stderr and "status 401" in done.stderr
    assert "same 2" in from_las(stage).stdout


def test_a_list_of_edu_v_in_a_file(house):
    text = json.dumps([{"userMasterIdentifier": p.eckid, "givenName": p.given,
                        "userIds": [{"userId": p.neppi(house.school), "userIdType": "NEPPI"}]}
                       for p in house.people])
    file = house.file(name="students.json", text=text)
    done = uwlr.run(house.directory, house.school, file)
    assert done.returncode == 0 and "new 20" in done.stdout, done.stderr


def test_a_dry_run_counts_and_does_nothing(house):
    assert house.run().returncode == 0
    before = house.directory.execute("select id, version, confirmed from eckid_person order by id")
    changed = [*house.people[2:], make_person()]
    changed[0].eckid = make_eckid()
    done = house.run("--dry-run", file=house.file(changed))
    assert done.returncode == 0
    assert "would be: new 1, changed 1, gone 2, the same 17; before: 20" in done.stdout
    assert house.directory.execute(
        "select id, version, confirmed from eckid_person order by id") == before
    assert house.count_of("eckid_staged") == 0


def test_too_much_change_stops_and_asks(house):
    assert house.run().returncode == 0
    file = house.file(house.people[:10])
    done = house.run(file=file)
    assert done.returncode == 3
    assert "stopped: more than 10% of those known would change or be gone" in done.stdout
    assert house.count_of("eckid_person") == 20
    assert house.run("--share", "50", file=file).returncode == 0
    assert house.count_of("eckid_person") == 10
    done = house.run("--yes", file=house.file([make_person()]))
    assert done.returncode == 0 and "gone 10" in done.stdout


def test_a_kind_that_the_file_does_not_tell_of_stays(house):
    teacher = make_person(False, eckid=make_eckid())
    assert house.run(file=house.file([*house.people, teacher])).returncode == 0
    text = uwlr.document(house.school, house.people)
    students_only = text[:text.index("<leerkrachten>")] + text[text.index("</leerkrachten>") + 15:]
    done = house.run(file=house.file(text=students_only))
    assert "gone 0, the same 20; before: 20" in done.stdout, done.stdout + done.stderr
    assert house.count_of("eckid_person") == 21


def crowd(count):
    """People of whom no two have the same number by chance."""
    return [make_person(number=str(10**8 + i)) for i in range(count)]


def doubled(house):
    return uwlr.document(house.school, [*house.people, house.people[3]]).replace(
        house.people[3].eckid, make_eckid(), 1)


def cut(house):
    return uwlr.document(house.school, house.people)[:-200]


BAD = {
    "cut": (cut, ":", "it is not well-formed XML; was it cut off?"),
    "of last year": (lambda h: uwlr.document(h.school, h.people, year="2020-2021"), ":4: ",
                     "it is not about the school year"),
    "of another school": (lambda h: uwlr.document(School(brin="99XX00"), h.people), ":4: ",
                          "it is about another school"),
    "with a document type": (
        lambda h: cut(h).replace("<leerlinggegevens_antwoord",
                                 "<!DOCTYPE x [<!ENTITY a 'a'>]>\n<leerlinggegevens_antwoord", 1),
        ":2: ", "it has a document type"),
    "of another schema": (lambda h: "<people/>", ":1: ", "the root is not one of UWLR 2 or EDEX"),
    "that is no XML": (lambda h: "key,eckid\n", ":1: ", "it is not well-formed XML"),
    "with a doubled pupil": (doubled, "lines 10 and 27", "the same key"),
    "with something else for an ECK iD": (
        lambda h: uwlr.document(h.school, h.people).replace("/201703/", "/sp201703/", 1), ":7: ",
        "a value that is not an ECK iD"),
    "too deep": (lambda h: "<EDEX>" + "<a>" * 100, ":1: ", "nested too deep"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file(house, name):
    make, where, words = BAD[name]
    assert house.run(file=house.file(house.people[:2])).returncode == 0
    file = house.file(text=make(house))
    done = house.run(file=file)
    assert done.returncode == 1
    assert words in done.stderr and where in done.stderr, done.stderr
    assert name == "with a doubled pupil" or f"{file}:" in done.stderr
    assert house.count_of("eckid_person") == 2 and house.count_of("eckid_staged") == 0
    for person in house.people:
        assert not any(secret in done.stdout + done.stderr for secret in person.secrets(
            house.school))


def test_csv(house):
    rows = "".join(f"{p.number};{p.eckid};\"{p.given}\"\n" for p in house.people)
    file = house.file(name="school.csv", text=f"number;eckid;name\n{rows}")
    words, environment = uwlr.command(house.directory, house.school, file, "--separator", ";",
                                      "--key", KEY.replace("key", "number", 1))
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "new 20" in done.stdout


def test_a_run_that_is_killed_leaves_nothing_half_done(house):
    """And the next one goes on where it was."""
    assert house.run(file=house.file(house.people[:2])).returncode == 0
    file = house.file(crowd(6000) + house.people[:2])
    words, environment = uwlr.command(house.directory, house.school, file, "--key", KEY, "--yes")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment) as process:
        eventually(lambda: house.count_of("eckid_staged") >= 1000)
        process.send_signal(signal.SIGKILL)
    assert house.count_of("eckid_person") == 2
    done = house.run("--yes", file=file)
    assert done.returncode == 0, done.stderr
    assert "continued behind the first " in done.stdout and "new 6000" in done.stdout
    assert house.count_of("eckid_person") == 6002 and house.count_of("eckid_staged") == 0


def test_a_full_disk_changes_nothing(house):
    assert house.run(file=house.file(house.people[:2])).returncode == 0

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000))
    file = house.file(crowd(3000))
    done = house.run("--yes", file=file, preexec_fn=limit)
    assert done.returncode == 2 and "ECK0504" in done.stderr, done.stderr
    assert house.count_of("eckid_person") == 2
    done = house.run("--yes", file=file)
    assert done.returncode == 0, done.stderr
    assert house.count_of("eckid_person") == 3000


def test_a_database_that_was_not_made(house):
    house.directory.path.unlink()
    sqlite3.connect(house.directory.path).close()
    done = house.run()
    assert done.returncode == 2 and "ECK0505" in done.stderr


@pytest.mark.parametrize("arguments, words", [
    (["--key", "key (.* $1 ASI"], "an expression cannot be used"),
    (["--key", "key .* $1"], "are expected"),
    (["--share", "101"], "from 0 to 100"),
    (["--separator", "ab"], "one character"),
    (["--nonsense"], "usage:")])
def test_options(house, arguments, words):
    done = house.run(*arguments)
    assert done.returncode == 2 and words in done.stderr
