# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands eckid-check and eckid-warm, and the keys that the LAS may fetch."""
import json
import secrets
import threading

import pytest

from conftest import checked_place
from lab import command
from lab.las import Handler
from lab.people import make_eckid, make_person
from lab.pki import Authority, Pair, public_pem
from lab.stage import Stage, response_in
from lab.wait import PATIENT, eventually

DESK = """
EckidSecretFile {secret}
EckidPersonIf employee eduPersonAffiliation employee
EckidPersonKey employee employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI
<Location /desk>
  SetHandler eckid-desk
</Location>
<Location /las-keys>
  SetHandler eckid-las-keys
</Location>
ProxyPass /desk !
ProxyPass /las-keys !
ProxyPass /nothing !
"""


class Desk(Stage):
    """Below /desk and /las-keys there are more, with a LAS of their own each."""

    def conf(self, *arguments, **more):
        las, ca = self.las.base, self.authority.crt_file
        other = Authority(self.place, "other-ca").crt_file
        next_key = Pair(self.place, "next", "ec").key_file
        answers = self.place.file("answers.pem", public_pem(Pair(self.place, "answers", "ec").key))
        schools = self.place.file("schools.map", f"""first V_ID {self.school.brin}
other V_ID 99XX00
""")
        wrong = self.place.file("wrong", "another secret\n", 0o600)
        named = f"""<EckidLasNamed other>
  EckidLas {las} ca={ca} {PATIENT}
  EckidLasKey {self.las_pair.key_file} keyid=school-2026
  EckidLasKey {next_key} keyid=school-2027
</EckidLasNamed>"""
        places = {
            "desk/no-name": f"EckidLas https://{'a' * 64}.invalid/eduv ca={ca}",
            "desk/other-ca": f"EckidLas {las} ca={other} {PATIENT}",
            "desk/wrong-secret": f"EckidLasToken {self.las.tokens.url} client_id=school "
                                 f"secret={wrong} ca={ca}",
            "desk/answers-signed": f"EckidLasAnswerKey {answers} keyid=las",
            "desk/schools": f"EckidSchoolMap {schools} mail",
            "las-keys/all": named,
        }
        more["extra"] += "\n".join(f"<Location /{name}>\n{text}\n</Location>"
                                   for name, text in places.items())
        return super().conf(*arguments, **more)

    def url(self, path):
        return f"http://127.0.0.1:{self.gateway.port}{path}"


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_desk") as place:
        secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        # one child, whose lookups about one student are one call: see the run that is killed
        stage = Desk(place, before=DESK.format(secret=secret), servers=1)
        stage.secret = secret
        yield stage


def run(stage, name, lines, *arguments, secret=None, path="/desk"):
    return command.run(stage.place, name, stage.url(path), secret or stage.secret, lines,
                       *arguments)


def key_of(stage, person):
    return person.neppi(stage.school)


def join(stage, **about):
    stage.people.append(person := make_person(**about))
    return person


def test_a_check_that_goes_well_tells_each_step_and_no_value(stage):
    person = join(stage)
    done = run(stage, "eckid-check", [key_of(stage, person)])
    steps = {line[:24].strip(): line[24:].strip() for line in done.stdout.splitlines()}
    assert done.returncode == 0, done.stderr
    assert set(steps.values()) == {"well"}
    assert {"name of the LAS", "TLS", "clock", "shape of the answer", "ECK iD"} <= set(steps)
    assert person.eckid not in done.stdout and key_of(stage, person) not in done.stdout


def test_a_check_says_what_is_wrong_and_where(stage):
    done = run(stage, "eckid-check", ["1@1.school.example"])
    assert done.returncode == 1
    assert "student                  NOTE: the LAS does not know the student" in done.stdout
    stage.las.behave = lambda handler: handler.send_json(401, {})
    done = run(stage, "eckid-check", [key_of(stage, stage.student)])
    stage.las.behave = None
    assert done.returncode == 1
    assert "answer                   FAILED: the LAS refused or failed: status 401" in done.stdout
    assert "shape of the answer      (not reached)" in done.stdout


@pytest.mark.parametrize("path, step, words", [
    ("no-name", "name of the LAS", "the name of the LAS cannot be resolved"),
    ("other-ca", "TLS", "the LAS could not prove its identity"),
    ("wrong-secret", "access token", "status 401, invalid_client"),
    ("answers-signed", "signature of the answer", "is not signed as required")])
def test_a_check_ends_at_the_step_that_fails(stage, path, step, words):
    done = run(stage, "eckid-check", [key_of(stage, stage.student)], path=f"/desk/{path}")
    lines = [(line[:24].strip(), line[25:]) for line in done.stdout.splitlines()]
    at = [name for name, _ in lines].index(step)
    assert done.returncode == 1 and lines[at][1].startswith("FAILED: "), done.stdout
    assert words in lines[at][1]
    assert {text for _, text in lines[:at]} <= {"well"}
    assert {text for _, text in lines[at + 1:]} == {"(not reached)"}


def test_a_check_of_an_employee(stage):
    person = join(stage, student=False, known=True, eckid=make_eckid())
    done = run(stage, "eckid-check", [key_of(stage, person)], "--kind", "employee")
    assert done.returncode == 0 and stage.las.asked[-1] == "/employees", done.stdout
    done = run(stage, "eckid-check", [key_of(stage, stage.student)], "--kind", "employee")
    assert "the LAS does not know the employee" in done.stdout and done.returncode == 1
    done = run(stage, "eckid-check", [key_of(stage, person)], "--kind", "trainee")
    assert done.returncode == 2 and "no EckidPersonKey has that kind" in done.stderr
    assert "no EckidPersonKey has that kind" in stage.last_line("the admin request")


def test_warming_fills_the_cache_for_employees(stage):
    person = join(stage, student=False, known=True, eckid=make_eckid())
    for cached in (0, 1):
        done = run(stage, "eckid-warm", [key_of(stage, person)], "--kind", "employee")
        assert done.stderr == ("1 lines: 1 found, 0 without ECK iD or unknown, 0 failed; "
                               f"{cached} were in the cache\n")
    got = stage.answer_to(person=person)
    assert "cache=hit" in stage.last_line("kind=employee") and person.eckid in response_in(got.text)


def test_a_check_asks_for_the_school_that_it_is_told(stage):
    def check(school):
        done = run(stage, "eckid-check", [key_of(stage, stage.student)], "--school", school,
                   path="/desk/schools")
        return done.returncode, done.stdout

    assert check("first")[0] == 0 and stage.las.calls[-1] == stage.student.user
    status, out = check("other")
    assert status == 1 and "status 401" in out and stage.las.refusals[-1] == "another school"
    calls = len(stage.las.calls) + len(stage.las.refusals)
    status, out = check("nowhere")
    assert status == 1 and "the map does not have this school" in out
    assert len(stage.las.calls) + len(stage.las.refusals) == calls


def test_a_warmed_student_costs_the_las_nothing_at_login(stage):
    people = [join(stage) for _ in range(5)]
    done = run(stage, "eckid-warm", [key_of(stage, p) for p in people], "--rate", 1000)
    assert done.returncode == 0 and "5 lines: 5 found" in done.stderr, done.stderr
    calls = len(stage.las.calls)
    assert all(stage.answer_to(person=person).status == 200 for person in people)
    assert len(stage.las.calls) == calls
    done = run(stage, "eckid-warm", [key_of(stage, p) for p in people], "--rate", 1000)
    assert "5 were in the cache" in done.stderr


def test_a_run_that_was_broken_off_goes_on_where_it_was(stage):
    people = [join(stage) for _ in range(4)]
    lines = [key_of(stage, p) for p in people]
    state = stage.place.file("state", "2\n")
    calls = len(stage.las.calls)
    done = run(stage, "eckid-warm", lines, "--rate", 1000, "--state", state)
    assert done.returncode == 0, done.stderr
    assert stage.las.calls[calls:] == [p.user for p in people[2:]]
    assert not state.exists()  # the next run begins at the beginning


class Blocked:
    """A LAS that keeps one call waiting until it is released."""

    def __init__(self, stage, number):
        self.stage, self.number = stage, number
        self.asked, self.release = [], threading.Event()

    def __enter__(self):
        self.stage.las.behave = self.behave
        return self

    def __exit__(self, *_):
        self.release.set()
        self.stage.las.behave = None

    def behave(self, handler):
        student = json.loads(handler.body)["student"]["userIds"][0]["userId"]
        self.asked.append(student)
        if len(self.asked) == self.number:
            self.release.wait(60)
        Handler.find_student(handler)


def test_a_run_that_is_killed_goes_on_with_the_line_it_was_at(stage):
    """Each line waits for the response to the line before it, and is asked about once."""
    people = [join(stage) for _ in range(5)]
    lines, state = [key_of(stage, p) for p in people], stage.place.path / "killed"
    with Blocked(stage, 3) as las:
        killed = command.start(stage.place, "eckid-warm", stage.url("/desk"), stage.secret,
                               "--rate", 1000, "--state", state)
        killed.stdin.write("".join(f"{line}\n" for line in lines))
        killed.stdin.flush()
        eventually(lambda: len(las.asked) == 3)
        killed.kill()
        killed.communicate()
        assert las.asked == lines[:3] and state.read_text() == "2\n"
        las.release.set()
        done = run(stage, "eckid-warm", lines, "--rate", 1000, "--state", state)
        assert done.returncode == 0 and "5 lines: 3 found" in done.stderr, done.stderr
        assert las.asked == lines


def test_a_run_on_a_terminal_tells_how_far_it_is_after_each_line(stage):
    with_one, without = join(stage), join(stage, eckid=None)
    lines = [key_of(stage, with_one), key_of(stage, without), "1@1.school.example",
             key_of(stage, with_one)]
    done = command.run_on_terminal(stage.place, "eckid-warm", stage.url("/desk"), stage.secret,
                                   lines, "--rate", 1000)
    *progress, total = done.stderr.strip().split("\r")
    assert done.returncode == 0 and done.stdout == ""
    assert progress == [
        f"{number} lines: {found} found, {none} without ECK iD or unknown, 0 failed; "
        f"{cached} were in the cache" for number, found, none, cached in (
            (1, 1, 0, 0), (2, 1, 1, 0), (3, 1, 2, 0), (4, 2, 2, 1))]
    assert total == progress[-1]


def test_a_run_tells_for_which_lines_the_las_failed(stage):
    person = join(stage)
    stage.las.behave = lambda handler: handler.send_json(400, {})
    done = run(stage, "eckid-warm", [key_of(stage, person)])
    stage.las.behave = None
    assert done.returncode == 1
    assert "line 1: the LAS refused or failed: status 400" in done.stderr
    assert key_of(stage, person) not in done.stderr


def test_a_student_can_be_forgotten(stage):
    person = join(stage)
    assert stage.answer_to(person=person).status == 200
    assert run(stage, "eckid-warm", [key_of(stage, person)], "--forget").returncode == 0
    calls = len(stage.las.calls)
    assert stage.answer_to(person=person).status == 200
    assert len(stage.las.calls) == calls + 1


def test_the_desk_serves_nobody_without_the_secret(stage):
    other = stage.place.file("other-secret", secrets.token_urlsafe(48), 0o600)
    done = run(stage, "eckid-check", [key_of(stage, stage.student)], secret=other)
    assert done.returncode == 2 and "the same secret (EckidSecretFile" in done.stderr
    assert done.stderr.startswith("httpd answered 403 at ") and "Require" in done.stderr
    assert stage.get("-d", "{}", path="/desk").status == 403
    assert stage.get(path="/desk").status == 405
    assert "without the token" in stage.last_line("an admin request")


def test_the_keys_are_served_by_the_names_the_las_knows(stage):
    got = stage.get(path="/las-keys")
    [key] = json.loads(got.text)["keys"]
    assert got.status == 200 and got.headers["content-type"] == "application/json"
    assert key["kid"] == "school-2026" and key["kty"] == "EC" and "d" not in key


def test_a_key_for_several_lases_is_served_once(stage):
    keys = json.loads(stage.get(path="/las-keys/all").text)["keys"]
    assert sorted(key["kid"] for key in keys) == ["school-2026", "school-2027"]
    assert keys[0]["x"] != keys[1]["x"]


def test_a_url_without_a_path(stage):
    done = run(stage, "eckid-check", [key_of(stage, stage.student)], path="/")
    assert "the path is missing: --url names the location" in done.stderr, done.stderr


@pytest.mark.parametrize("command_name", ["eckid-check", "eckid-warm", "eckid-explain"])
@pytest.mark.parametrize("path,status", [("/las-keys", 405), ("/nothing", 404)])
def test_httpd_that_answers_where_no_desk_is(stage, command_name, path, status):
    """A file that is not there, and another handler of ours."""
    line = '{"uid": "x"}' if command_name == "eckid-explain" else key_of(stage, stage.student)
    done = run(stage, command_name, [line], path=path)
    assert f"httpd answered {status} at " in done.stderr, done.stderr
    assert f'is SetHandler eckid-desk at {path}, and is "ProxyPass {path} !"' in done.stderr
    assert "no answer" not in done.stderr
