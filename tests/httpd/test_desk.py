# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk: eckid-check, eckid-warm, and the keys that the LAS may fetch."""
import json
import secrets
import subprocess

import pytest

from conftest import checked_place
from lab.people import make_person
from lab.scene import module_environment, module_file
from lab.stage import Stage

DESK = """
EckidSecretFile {secret}
<Location /desk>
  SetHandler eckid-desk
</Location>
<Location /las-keys>
  SetHandler eckid-las-keys
</Location>
ProxyPass /desk !
ProxyPass /las-keys !
"""


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_desk") as place:
        secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        stage = Stage(place, before=DESK.format(secret=secret))
        stage.secret = secret
        yield stage


def run(stage, command, lines, *arguments, secret=None):
    """One of the commands, as make built it beside the module."""
    program = module_file().parent.parent / command
    environment = module_environment(stage.place)
    return subprocess.run(
        [str(program), "--url", f"http://127.0.0.1:{stage.gateway.port}/desk",
         "--secret", str(secret or stage.secret), *map(str, arguments)],
        input="".join(f"{line}\n" for line in lines), capture_output=True, text=True,
        env=environment)


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
    assert done.returncode == 2 and "is it the same secret?" in done.stderr
    assert stage.get("-d", "{}", path="/desk").status == 403
    assert stage.get(path="/desk").status == 405
    assert "without the token" in stage.last_line("the desk was asked")


def test_the_keys_are_served_by_the_names_the_las_knows(stage):
    got = stage.get(path="/las-keys")
    [key] = json.loads(got.text)["keys"]
    assert got.status == 200 and got.headers["content-type"] == "application/json"
    assert key["kid"] == "school-2026" and key["kty"] == "EC" and "d" not in key
