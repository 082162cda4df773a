# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit log: its lines, what eckid-audit finds in them, and that nothing waits for it."""
import json
import pathlib
import secrets
import subprocess

import pytest

from conftest import checked_place
from lab.people import make_person
from lab.scene import module_environment, module_file
from lab.stage import BOOKS, CANTEEN, CANTEEN_ACS, Stage
from lab.wait import eventually
from test_status import STATUS


class Audited(Stage):
    """With an audit log; place is what EckidAuditLog gets, %s standing for its file."""

    def __init__(self, place, to="%s", **more):
        self.file = place.path / "audit.log"
        self.secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        super().__init__(place, before=f'{STATUS}\nEckidSecretFile {self.secret}\n'
                         f'EckidAuditLog "{to.replace("%s", str(self.file))}"',
                         modules=["authz_host"], **more)

    def lines(self):
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def status(self):
        return json.loads(self.get(path="/status?json").text)["audit"]

    def command(self, *arguments, text=""):
        program = module_file().parent.parent / "eckid-audit"
        return subprocess.run([str(program), *map(str, arguments)], input=text, text=True,
                              capture_output=True, env=module_environment(self.place))

    def verify(self, *arguments):
        return self.command("verify", "--secret", self.secret, *arguments)


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_audit-{request.param}") as place:
        yield Audited(place, mpm=request.param, servers=3)


def test_each_decision_is_one_line_with_all_but_values(stage):
    stage.answer_to()
    line = stage.lines()[-1]
    log = stage.last_line("outcome=found")
    assert line["supplier"] == BOOKS and line["outcome"] == "found"
    assert line["result"] == "eck-id" and line["mode"] == "on" and line["channel"] == "saml"
    assert line["names"] == ["uid", "eduPersonAffiliation", "eckId"]
    assert f"ref={line['ref']} " in log and len(line["person"]) == 32
    text = stage.file.read_text()
    assert not [secret for secret in stage.secrets() if secret in text]


def test_a_refusal_has_its_code_and_a_stranger_no_person(stage):
    stage.answer_to(attributes={"employeeNumber": ["x"]})
    assert stage.lines()[-1]["code"] == "ECK0404" and "person" not in stage.lines()[-1]
    stage.answer_to(audience=CANTEEN, consumer=CANTEEN_ACS)
    line = stage.lines()[-1]
    assert line["result"] == "passed" and "supplier" not in line and "person" not in line


def test_one_chain_over_all_children_and_a_reload(stage):
    for _ in range(6):
        stage.answer_to()
    stage.gateway.graceful()
    stage.answer_to()
    lines = stage.lines()
    assert len({line["chain"] for line in lines}) == 1
    assert sorted(line["n"] for line in lines) == list(range(1, len(lines) + 1))
    events = [line["event"] for line in lines if "event" in line]
    assert events[0] == "start" and events[1:3] == ["stop", "reload"]
    assert stage.status() == {"chain": lines[0]["chain"], "lines": len(lines), "lost": 0}
    done = stage.verify("--last", f"{lines[0]['chain']}:{len(lines)}", stage.file)
    assert done.returncode == 0, done.stdout + done.stderr


def spoilt(stage, change):
    lines = stage.file.read_text().splitlines(keepends=True)
    stage.place.file("spoilt.log", "".join(change(lines)))
    return stage.place.path / "spoilt.log"


@pytest.mark.parametrize("change, words", [
    (lambda lines: lines[:2] + lines[3:], "1 lines were removed, the first of them among 3 to 3"),
    (lambda lines: lines + [lines[1]], "line 2 is there twice"),
    (lambda lines: [lines[0], lines[1].replace('"on"', '"observe"'), *lines[2:]],
     "spoilt.log:2: the line was changed"),
    (lambda lines: [*lines, '{"n":1}\n'], "the line was changed, or is not of this log")])
def test_what_was_changed_is_found(stage, change, words):
    stage.answer_to()
    stage.answer_to()
    done = stage.verify(spoilt(stage, change))
    assert done.returncode == 1 and words in done.stdout, done.stdout


def test_lines_removed_at_the_end_are_found_by_what_the_status_page_says(stage):
    stage.answer_to()
    short, status = spoilt(stage, lambda lines: lines[:-1]), stage.status()
    assert stage.verify(short).returncode == 0
    done = stage.verify("--last", f"{status['chain']}:{status['lines']}", short)
    assert done.returncode == 1 and f"it reached line {status['lines']}" in done.stdout


def test_a_rotated_log_is_verified_as_a_whole(stage):
    moved = stage.place.path / "audit.log.1"
    stage.answer_to()
    stage.file.rename(moved)
    stage.answer_to()  # old children write on to the file that was moved
    stage.gateway.graceful()
    stage.answer_to()
    done = stage.verify(stage.file, moved)
    assert done.returncode == 0 and ": lines 1 to " in done.stdout, done.stdout
    assert "what was before is in none of these files" in stage.verify(stage.file).stdout
    stage.file.write_text(moved.read_text() + stage.file.read_text())


def test_one_person_is_found_with_the_key_and_nobody_without(stage):
    other = make_person()
    stage.people.append(other)
    stage.answer_to()
    stage.answer_to(person=other)
    key = stage.place.file("helpdesk.key", stage.command("key", "--secret", stage.secret).stdout)
    for arguments in (["--secret", stage.secret], ["--key", key]):
        done = stage.command("find", *arguments, "--type", "NEPPI", stage.file,
                             text=other.neppi(stage.school) + "\n")
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(found) == 1 and found[0]["ref"] in stage.last_line(f"login at {BOOKS}")
    wrong = stage.place.file("wrong.key", secrets.token_urlsafe(48))
    done = stage.command("find", "--key", wrong, "--type", "NEPPI", stage.file,
                         text=other.neppi(stage.school) + "\n")
    assert (done.returncode, done.stdout) == (1, "")


def test_httpd_ends_its_chain_and_the_next_run_begins_another(stage):
    stage.answer_to()
    stage.gateway.stop()
    before = stage.lines()
    assert before[-1]["event"] == "stop"
    stage.gateway.start()
    stage.answer_to()
    assert stage.lines()[len(before)]["event"] == "start"
    assert stage.lines()[-1]["chain"] != before[-1]["chain"]
    done = stage.verify(stage.file)
    assert done.returncode == 0, done.stdout


def test_the_file_is_for_root_and_its_group(stage):
    info = stage.file.stat()
    assert (info.st_uid, info.st_mode & 0o777) == (0, 0o640)


def test_a_program_gets_the_lines():
    with checked_place("test_audit-program") as place:
        stage = Audited(place, to="|/bin/cat >> %s".replace("|", "|$"))
        stage.answer_to()
        eventually(lambda: stage.file.exists() and len(stage.lines()) == 2, "the line is there")
        stage.gateway.stop()
        eventually(lambda: len(stage.lines()) == 3, "the end is there")
        assert stage.verify(stage.file).returncode == 0


def test_a_program_that_does_not_read_holds_up_nobody_and_is_told_of():
    with checked_place("test_audit-full") as place:
        stage = Audited(place, to="|/bin/sleep 1000000")
        count = 0
        while not stage.status()["lost"]:
            assert stage.answer_to().status == 200
            count += 1
            assert count < 1000, "the pipe is never full"
        assert len(stage.gateway.lines("ECK0520", "lines of the audit log")) == 1
        assert stage.answer_to().status == 200


def test_a_full_disk_holds_up_nobody_either():
    with checked_place("test_audit-disk") as place:
        stage = Audited(place, to="/dev/full")
        assert stage.answer_to().status == 200
        assert stage.status()["lost"] == stage.status()["lines"] == 2


def test_a_file_that_cannot_be_opened_ends_the_start():
    with checked_place("test_audit-absent") as place:
        with pytest.raises(RuntimeError):
            Audited(place, to="/proc/audit.log")
        log = (place.path / "gateway/error.log")
        text = (log.read_text() if log.exists() else "") + pathlib.Path(
            place.path / "gateway.out").read_text()
        assert "EckidAuditLog /proc/audit.log cannot be opened" in text
