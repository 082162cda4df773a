# SPDX-License-Identifier: GPL-3.0-or-later
"""eckid-explain: what it says would become of a login is what becomes of it."""
import json
import secrets

import pytest

from conftest import checked_place
from lab import command
from lab.stage import BOOKS, EXERCISES, EXERCISES_ACS, Stage, response_in

DESK = """
EckidSecretFile {secret}
<Location /desk>
  SetHandler eckid-desk
</Location>
ProxyPass /desk !
"""


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_explain-{request.param}") as place:
        secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        stage = Stage(place, before=DESK.format(secret=secret), mpm=request.param,
                      books="EckidRename mail email\n  EckidOn not-student omit")
        stage.secret = secret
        yield stage


def explain(stage, supplier, attributes, *arguments):
    text = attributes if isinstance(attributes, str) else json.dumps(attributes)
    return command.run(stage.place, "eckid-explain",
                       f"http://127.0.0.1:{stage.gateway.port}/desk", stage.secret, [text],
                       "--supplier", supplier, *arguments)


def attributes_of(stage, person):
    return dict(stage.login(person).attributes)


def line_of(stage, *words):
    lines = stage.gateway.conf_file.read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if all(word in line for word in words))


def test_it_tells_each_step_by_its_line_and_no_value(stage):
    done = explain(stage, BOOKS, attributes_of(stage, stage.student))
    assert done.returncode == 0, done.stdout + done.stderr
    file = stage.gateway.conf_file
    for words in ("over SAML: eck-id", "there is one",
                  f"[{file}:{line_of(stage, 'EckidName eckId')}]",
                  f"[{file}:{line_of(stage, 'EckidRelease uid')}]",
                  f"[{file}:{line_of(stage, 'EckidStudentKey')}]",
                  f"[{file}:{line_of(stage, 'EckidRename mail')}]", "mail as email: 1 value: "):
        assert words in done.stdout, f"{words}: {done.stdout}"
    shown = [secret for secret in stage.secrets() if secret in done.stdout]
    assert not shown


@pytest.mark.parametrize("supplier, consumer", [(BOOKS, "https://books.example/acs"),
                                                (EXERCISES, EXERCISES_ACS)])
def test_what_it_says_is_released_is_what_the_supplier_gets(stage, supplier, consumer):
    login = {"consumer": consumer, "audience": supplier}
    xml = response_in(stage.answer_to(**login).text)
    done = explain(stage, supplier, attributes_of(stage, stage.student))
    told = set()
    for line in done.stdout.splitlines():
        step, text = line[2:26].strip(), line[27:]
        if step in ("released", "set"):
            name = text.split("  [")[0]
            name = name.split(": ")[0] if step == "released" else name
            told.add(name.split(" as ")[-1])
    got = {part.split('"')[0] for part in xml.split('Name="')[1:]}
    assert told == got, done.stdout


def test_a_teacher_goes_on_without_and_is_refused_elsewhere(stage):
    attributes = {**attributes_of(stage, stage.teacher), "eduPersonAffiliation": ["employee"]}
    done = explain(stage, BOOKS, attributes)
    assert done.returncode == 1 and "over SAML: without" in done.stdout, done.stdout
    assert f":{line_of(stage, 'EckidOn not-student')}]" in done.stdout
    done = explain(stage, EXERCISES, {"eduPersonAffiliation": ["student"], "employeeNumber": ["x"]})
    assert "over SAML: refused" in done.stdout and "with 403" in done.stdout, done.stdout
    assert "Je kunt hier nog niet inloggen" in done.stdout
    assert "You cannot log in here yet" in done.stdout


def test_a_person_s_key_is_enough(stage):
    done = explain(stage, BOOKS, stage.student.neppi(stage.school), "--key")
    assert done.returncode == 0 and "over SAML: eck-id" in done.stdout, done.stdout + done.stderr
    assert stage.student.neppi(stage.school) not in done.stdout


def test_values_are_for_a_terminal_only(stage):
    done = explain(stage, BOOKS, attributes_of(stage, stage.student), "--values")
    assert done.returncode == 2 and "must be a terminal" in done.stderr


def test_it_is_told_what_is_wrong_with_the_question(stage):
    assert explain(stage, BOOKS, "no json").returncode == 2
    done = explain(stage, "https://nobody.example", {"uid": "x"})
    assert done.returncode == 2 and "no <EckidSupplier> has that name" in done.stderr, done
    assert "no answer" not in done.stderr
    assert stage.gateway.lines("ECK0112", "no <EckidSupplier> has that name")


def test_an_explanation_is_neither_logged_nor_counted_as_a_login(stage):
    before = len(stage.gateway.lines(f"login at {BOOKS}"))
    explain(stage, BOOKS, attributes_of(stage, stage.student))
    assert len(stage.gateway.lines(f"login at {BOOKS}")) == before


@pytest.mark.parametrize("engine, words", [
    ("on", None), ("observe", "observe: what follows is only logged"),
    ("off", "off here: what follows happens only where it is on")])
def test_it_says_that_the_engine_is_not_on(engine, words):
    with checked_place(f"test_explain-{engine}") as place:
        secret = place.file("desk-secret", "x" * 64, 0o600)
        stage = Stage(place, before=DESK.format(secret=secret), instead={"EckidEngine": engine})
        stage.secret = secret
        done = explain(stage, BOOKS, attributes_of(stage, stage.student))
        assert done.returncode == 0 and "over SAML: eck-id" in done.stdout, done.stdout
        line = f"{stage.gateway.conf_file}:{line_of(stage, 'EckidEngine')}"
        assert (words in done.stdout and line in done.stdout) if words else (
            "EckidEngine" not in done.stdout), done.stdout
