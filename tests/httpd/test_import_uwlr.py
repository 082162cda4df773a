# SPDX-License-Identifier: GPL-3.0-or-later
"""eckid-import from the LAS: HaalLeerlinggegevens of UWLR, by SOAP and mutual TLS."""
import itertools
import os
import re
import resource
import shlex
import signal
import subprocess
import threading

import pytest

from conftest import TESTS, checked_place
from lab import uwlr, uwlrservice
from lab.directory import Directory
from lab.people import School, make_eckid, make_person
from lab.pki import Authority
from lab.replay import answer
from lab.stage import Stage, response_in, values_in
from lab.uwlrservice import UwlrService
from lab.wait import eventually

KEY = "key ^([0-9]+)$ $1@1.school.example NEPPI"
NUMBERS = itertools.count()


class House:
    """A directory, and the web service of a LAS with the people of a school."""

    def __init__(self, place, stage=None):
        self.place = place
        self.directory = stage.directory if stage else Directory(place)
        self.authority = stage.authority if stage else Authority(place)
        self.school = stage.school if stage else School()
        self.people = stage.people if stage else [make_person() for _ in range(20)]
        self.las = UwlrService(place, self.authority, self.school, self.people)
        self.certificate = self.authority.issue(place, "uwlr-client", ["client.localhost"])
        self.key = place.file("uwlr/key", self.las.key + "\n", 0o600)

    def words(self, *arguments, key=None, code=None, name=None, certificate=None):
        proof = ["--las-certificate", certificate or self.certificate,
                 "--las-certificate-key", certificate or self.certificate]
        return ["--uwlr", self.las.url, "--autorisatiesleutel", key or self.key, "--klantcode",
                code or self.las.code, "--klantnaam", name or self.las.name, "--las-ca",
                self.authority.crt_file, *([] if certificate is False else proof), "--key", KEY,
                *arguments]

    def command(self, *arguments):
        return uwlr.command(self.directory, self.school, None, *self.words(*arguments))

    def run(self, *arguments, school=None, preexec_fn=None, **more):
        return uwlr.run(self.directory, school or self.school, None,
                        *self.words(*arguments, **more), preexec_fn=preexec_fn)

    def count(self):
        return int(self.directory.execute("select count(*) from eckid_person")[0][0])

    def staged(self):
        return int(self.directory.execute("select count(*) from eckid_staged")[0][0])


@pytest.fixture
def house():
    with checked_place(f"test_import_uwlr_{next(NUMBERS)}") as place:
        yield House(place)


def test_everybody_of_the_las_logs_in():
    employees = ("EckidPersonIf employee eduPersonAffiliation employee\n"
                 "EckidPersonKey employee employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI\n")
    with checked_place("test_import_uwlr_logins") as place:
        directory = Directory(place)
        people = [make_person(), make_person(False, eckid=make_eckid())]
        stage = Stage(place, people=people, before=directory.conf("timeout=30s"), extra=employees,
                      instead={"EckidLas": None, "EckidLasKey": None, "EckidLookup": "directory"})
        stage.directory = directory
        house = House(place, stage)
        done = house.run()
        assert done.returncode == 0, done.stderr
        assert "people in the file: 2" in done.stdout and "new 2" in done.stdout
        for person in people:
            stage.set(answer(stage.page(person=person)))
            assert values_in(response_in(stage.get().text), "eckId") == [person.eckid]
            assert "cache=directory" in stage.last_line("gets the ECK iD")


EXAMPLE = TESTS.parent / "conf/examples/uwlr.conf"


def test_the_command_of_the_example(house):
    """As it is written there, but for names and files. It brings in who logs in by that example."""
    text = re.search(r"^# (eckid-import .*?[^\\\\])\n#\n", EXAMPLE.read_text(), re.S | re.M)[1]
    words = shlex.split(text.replace("\\\n#", ""))
    assert words.pop(words.index("--dry-run"))
    house.las.code, house.las.name = "OV", "Overig"
    own = {"V_ID:11ZZ03": f"V_ID:{house.school.brin}", "/etc/apache2/eckid/uwlr.key": house.key,
           "https://las.example/services/v2/leerlinggegevens": house.las.url,
           "/etc/apache2/eckid/uwlr.pem": house.certificate}
    command, environment = uwlr.command(house.directory, house.school, None, "--las-ca",
                                        house.authority.crt_file,
                                        *(own.get(word, word) for word in words[1:]))
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "new 20" in done.stdout, done.stderr
    person, digest = house.people[0], house.directory.sealer.digest
    key = digest("directory key", f"V_ID:{house.school.brin}", "student", "NEPRI",
                 f"{person.user}@school.example")
    assert house.directory.execute("select count(*) from eckid_key where digest = ?",
                                   [key])[0][0] == 1


def test_the_request_is_what_the_wsdl_says(house):
    assert house.run().returncode == 0
    asked = {"schooljaar": uwlr.school_year(), "brincode": house.school.brin[:4],
             "dependancecode": house.school.brin[4:], "xsdversie": "2.3"}
    assert house.las.requests == [asked]
    done = house.run("--xsdversie", "2.2", "--gegevenssetid", "Smalle-set-VO")
    assert done.returncode == 0 and "the same 20" in done.stdout, done.stderr
    assert house.las.requests[1] == {**asked, "xsdversie": "2.2",
                                     "gegevenssetid": "Smalle-set-VO"}
    done = house.run("--in-file", house.las.schoolkey)
    assert done.returncode == 0 and "the same 20" in done.stdout, done.stderr
    assert house.las.requests[2]["schoolkey"] == house.las.schoolkey
    subject = dict(pair for part in house.las.certificates[0]["subject"] for pair in part)
    assert subject["commonName"] == "uwlr-client"


@pytest.fixture
def spool(house, monkeypatch):
    """The folder for temporary files."""
    folder = house.place.dir("spool")
    folder.chmod(0o777)
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_nothing_is_left_of_what_came(house, spool):
    """Neither a file nor a value in the output."""
    done = house.run()
    assert done.returncode == 0 and not [*spool.iterdir()]
    for person in house.people:
        assert not any(s in done.stdout + done.stderr for s in person.secrets(house.school))


def test_a_run_that_is_killed_while_it_fetches_leaves_nothing(house, spool):
    go_on = threading.Event()

    def behave(handler):
        handler.send_head(200, 10000000)
        handler.wfile.write(b" " * 1000000)
        go_on.wait(60)
    house.las.behave = behave
    words, environment = house.command()
    with subprocess.Popen(words, env=environment, start_new_session=True) as process:
        eventually(lambda: house.las.certificates)
        os.killpg(process.pid, signal.SIGKILL)
    go_on.set()
    assert not [*spool.iterdir()] and house.count() == 0
    house.las.behave = None
    assert house.run().returncode == 0 and house.count() == 20


def test_a_dry_run_and_the_guard_of_the_share(house):
    done = house.run("--dry-run")
    assert done.returncode == 0 and "would be: new 20" in done.stdout and house.count() == 0
    assert house.run().returncode == 0
    del house.people[:10]
    done = house.run()
    assert done.returncode == 3 and "stopped: more than 10%" in done.stdout
    assert house.count() == 20
    assert house.run("--yes").returncode == 0
    assert house.count() == 10


def wrong_key(house):
    return {"key": house.place.file("uwlr/wrong", "another", 0o600)}


FAULTS = {
    "a wrong key": (wrong_key, "SOAP fault Client.AutorisatieOngeldig",
                    "the autorisatiesleutel is wrong, or does not give access to this school"),
    "a wrong name": (lambda h: {"name": "Somebody"},
                     "SOAP fault Client.OngeldigeKlantIdentificatie", "klantcode and klantnaam"),
    "an unknown school": (lambda h: {"school": School(brin="99XX00")},
                          "SOAP fault Client.OngeldigeKlantIdentificatie", "BRIN and branch"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_what_to_do(house, name):
    make, fault, hint = FAULTS[name]
    assert house.run().returncode == 0
    done = house.run(**make(house))
    assert done.returncode == 2 and "ECK0304" in done.stderr, done.stderr
    assert fault in done.stderr and hint in done.stderr, done.stderr
    assert house.las.key not in done.stderr and house.count() == 20


def test_a_version_that_the_las_does_not_know(house):
    done = house.run("--xsdversie", "2.9")
    assert done.returncode == 2
    assert "SOAP fault Client.XsdVersieOngeldig" in done.stderr and "try xsdversie" in done.stderr


def text_of(house, **more):
    return uwlrservice.envelope(uwlr.document(house.school, house.people, **more).partition(
        "?>")[2])


def twice(house):
    house.people.append(house.people[3])
    return text_of(house).replace(house.people[3].eckid, make_eckid(), 1)


# what comes: status and type, the text; exit status, and what is told
ANSWERS = {
    "a fault with status 200": (200, "text/xml", lambda h: uwlrservice.envelope(
        uwlrservice.fault("Server.InterneFout", h.people[0].family)), 2, "Server.InterneFout"),
    "a fault that is no fault": (500, "text/xml", text_of, 2, "status 500"),
    "a page": (200, "text/html", lambda h: "<html/>", 2, "status 200, but not XML"),
    "a fault behind a MiB": (500, "text/xml", lambda h: " " * 2**20 + uwlrservice.envelope(
        uwlrservice.fault("Server.InterneFout", "x")), 2, "status 500"),
    "a page that refuses": (403, "text/html", lambda h: "<html><body>x<p></html>", 2,
                            "status 403"),
    "a redirect": (302, "text/html", lambda h: "", 2, "status 302"),
    "another school": (200, "text/xml", lambda h: uwlrservice.envelope(uwlr.document(
        School(brin="99XX00"), h.people).partition("?>")[2]), 1, "it is about another school"),
    "last year": (200, "text/xml", lambda h: text_of(h, year="2020-2021"), 1,
                  "it is not about the school year"),
    "a cut answer": (200, "text/xml", lambda h: text_of(h)[:-300], 1, "was it cut off?"),
    "a document type": (200, "text/xml", lambda h: "<!DOCTYPE x []>" + text_of(h), 1,
                        "it has a document type"),
    "a doubled pupil": (200, "text/xml", twice, 1, "the same key"),
    "something else for an ECK iD": (
        200, "text/xml", lambda h: text_of(h).replace("/201703/", "/sp201703/", 1), 1,
        "a value that is not an ECK iD"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_las_answers(house, name):
    status, kind, make, code, words = ANSWERS[name]
    assert house.run().returncode == 0
    house.las.status, house.las.type, house.las.text = status, kind, make(house)
    done = house.run("--yes")
    assert done.returncode == code and words in done.stderr, done.stdout + done.stderr
    assert house.count() == 20 and house.staged() == 0
    for person in house.people:
        assert not any(s in done.stderr for s in person.secrets(house.school))


def test_a_year_of_which_the_las_has_nothing(house):
    done = house.run("--year", "2020-2021")
    assert done.returncode == 1
    assert "the LAS has nothing about this school and year" in done.stderr


@pytest.mark.parametrize("option, words", [
    (["--klantcode", "x" * 300], "klantcode must have 1 to"),
    (["--klantnaam", "a\nb"], "klantnaam must have 1 to"), (["--year", "-"], "- is neither")])
def test_an_option_that_cannot_be_is_told_with_where_it_is_explained(house, option, words):
    done = house.run(*option)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "(eckid-import(8) explains each option)" in done.stderr
    assert not house.las.requests


def test_without_a_certificate_the_las_does_not_talk(house):
    done = house.run(certificate=False)
    assert done.returncode == 2 and "--las-certificate" in done.stderr, done.stderr
    other = Authority(house.place, "other").issue(house.place, "stranger", ["x.localhost"])
    done = house.run(certificate=other)
    assert done.returncode == 2 and "--las-certificate" in done.stderr, done.stderr
    assert not house.las.requests


def test_a_las_that_cannot_prove_who_it_is(house):
    other = Authority(house.place, "other")
    done = house.run("--las-ca", other.crt_file)
    assert done.returncode == 2 and "ECK0303" in done.stderr and "--las-ca" in done.stderr


def test_nothing_is_said_in_the_clear(house):
    house.las.url = house.las.url.replace("https:", "http:")
    done = house.run()
    assert done.returncode == 2 and "ECK0301" in done.stderr, done.stderr
    assert not house.las.requests and not house.las.certificates


def test_a_las_that_hangs_has_a_deadline(house):
    go_on = threading.Event()
    house.las.behave = lambda handler: go_on.wait(60)
    done = house.run("--timeout", "1")
    go_on.set()
    assert done.returncode == 2 and "ECK0302" in done.stderr and "--timeout" in done.stderr


def test_no_folder_has_room_for_what_comes(house):
    """The limit on files stands for a full disk; the database is not reached."""
    house.people.extend(make_person(number=str(10**8 + i)) for i in range(2000))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    done = house.run(preexec_fn=limit)
    assert done.returncode == 2 and "ECK0506" in done.stderr, done.stderr
    assert house.count() == 0


@pytest.mark.parametrize("missing", ["--autorisatiesleutel", "--klantcode", "--klantnaam"])
def test_what_the_las_must_know_is_demanded(house, missing):
    words, environment = house.command()
    at = words.index(missing)
    done = subprocess.run(words[:at] + words[at + 2:], capture_output=True, text=True,
                          env=environment)
    assert done.returncode == 2 and "--uwlr needs" in done.stderr


@pytest.mark.parametrize("arguments, words", [
    (["--year", "-"], "one school and one year"), (["--in-file", "-"], "one school and one year"),
    (["--year", "2026"], "a school year such as"), (["--klantcode", ""], "klantcode must have"),
    (["--timeout", "0"], "--timeout is a number"), (["--las", "https://las.example"], "usage:")])
def test_options(house, arguments, words):
    done = house.run(*arguments)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert not house.las.requests
