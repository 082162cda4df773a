# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins of people who were pushed or imported: their ECK iD comes from the directory."""
import sqlite3

import pytest

from conftest import checked_place
from lab import command
from lab.curl import fetch
from lab.directory import Directory
from lab.people import make_eckid, make_person
from lab.postgres import Postgres
from lab.replay import answer
from lab.stage import Stage, response_in, values_in
from lab.wait import eventually

DESK = """
<Location /desk>
  SetHandler eckid-desk
</Location>
ProxyPass /desk !
"""
ALONE = {"EckidLas": None, "EckidLasKey": None, "EckidLookup": "directory"}
BOTH = {"EckidLookup": "directory las"}


class Pushed(Stage):
    """A gateway whose LAS pushes, and another one with the same directory."""

    def __init__(self, place, postgres=None, instead=None, options="timeout=30s", other=False,
                 **more):
        self.directory = Directory(place, postgres)
        before = self.directory.conf(options) + DESK
        super().__init__(place, before=before, instead=instead or ALONE, **more)
        self.nodes = [self.gateway]
        if other:
            conf = self.front() + self.conf(self.idp_metadata, self.blocks, **(instead or ALONE))
            self.nodes.append(self.httpd("other", conf).start())

    def push(self, known=False, eckid=True, **more):
        """A new person, whom the LAS need not know."""
        person = make_person(known=known, **more)
        self.people.append(person)
        person.id = self.directory.add(self.school.brin, ("NEPPI", person.neppi(self.school)),
                                       eckid=person.eckid if eckid else None)
        return person

    def log_in(self, person, node=0):
        """The ECK iDs that a supplier gets, and the log line."""
        self.set(answer(self.page(person=person)))
        got = fetch(f"http://127.0.0.1:{self.nodes[node].port}/sso")
        line = self.nodes[node].lines("login at")[-1]
        return (values_in(response_in(got.text), "eckId") if got.status == 200 else got), line


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request):
    with checked_place(f"test_directory_{request.param}") as place:
        server = Postgres(place) if request.param == "postgresql" else None
        yield Pushed(place, server, other=True)


def test_a_pushed_student_logs_in_at_each_node(stage):
    person = stage.push()
    for node in range(2):
        eckids, line = stage.log_in(person, node)
        assert eckids == [person.eckid]
        assert "outcome=found cache=directory" in line


def test_a_configuration_that_does_not_run_asks_the_same_directory(stage):
    person, conf = stage.push(), stage.gateway.conf_file.read_text()
    new = stage.place.file("new.conf", conf.replace("EckidRelease uid ", "EckidRelease "))
    for file, status in ((stage.gateway.conf_file, 0), (new, 1)):
        done = command.run(stage.place, "eckid-explain",
                           f"http://127.0.0.1:{stage.gateway.port}/desk", stage.directory.secret,
                           [stage.page(person=person)], "--login", "-", "--compare", str(file),
                           "--httpd", "/usr/sbin/apache2", env=stage.gateway.environment())
        assert done.returncode == status and ": eck-id" in done.stdout, done.stdout + done.stderr
        assert ("removed                  uid" in done.stdout) == (status == 1), done.stdout
    assert stage.log_in(person)[0] == [person.eckid]


def test_who_was_not_pushed_is_unknown(stage):
    got, line = stage.log_in(make_person())
    assert got.status == 403
    assert "outcome=unknown cache=directory" in line
    assert "nobody with this key was pushed or imported" in line


def test_who_was_pushed_without_an_eck_id_has_none(stage):
    got, line = stage.log_in(stage.push(eckid=False))
    assert got.status == 403 and "outcome=no-eckid cache=directory" in line


def test_who_is_removed_is_gone_at_once(stage):
    person = stage.push()
    assert stage.log_in(person)[0] == [person.eckid]
    done = stage.directory.command("--type", "NEPPI", "remove-person",
                                   text=person.neppi(stage.school) + "\n")
    assert (done.returncode, done.stdout) == (0, "1 removed\n")
    assert stage.log_in(person)[0].status == 403


def test_the_command_shows_numbers_and_no_person(stage):
    person = stage.push()
    done = stage.directory.command("status")
    assert done.returncode == 0
    assert f"V_ID {stage.school.brin}: " in done.stdout
    assert " of kind student from magister" in done.stdout
    assert "; key types of the last: NEPPI\n" in done.stdout
    assert not [secret for secret in person.secrets(stage.school) if secret in done.stdout]


def test_a_check_tells_where_the_eck_id_came_from(stage):
    person = stage.push()
    done = command.run(stage.place, "eckid-check", f"http://127.0.0.1:{stage.gateway.port}/desk",
                       stage.directory.secret, [person.neppi(stage.school)])
    assert done.returncode == 0, done.stdout
    assert "the directory" in done.stdout and "from magister, confirmed" in done.stdout


def test_a_check_tells_of_one_key_with_two_eck_ids(stage):
    person = stage.push()
    stage.directory.add("98XX00", ("NEPPI", person.neppi(stage.school)), eckid=make_eckid())
    done = command.run(stage.place, "eckid-check", f"http://127.0.0.1:{stage.gateway.port}/desk",
                       stage.directory.secret, [person.neppi(stage.school)])
    assert "NOTE: has another ECK iD at 98XX00" in done.stdout
    assert stage.log_in(person)[0] == [person.eckid]


def test_a_row_that_was_moved_to_another_person_is_not_believed(stage):
    """By somebody who can write to the database and has no secret."""
    victim, thief = stage.push(), stage.push()
    stage.directory.execute(f"delete from eckid_key where id = '{thief.id}'")
    sealer = stage.directory.sealer
    digest = sealer.digest("directory key", f"V_ID:{stage.school.brin}", "student", "NEPPI",
                           thief.neppi(stage.school))
    stage.directory.insert("eckid_key", {"digest": digest, "id": victim.id})
    got, line = stage.log_in(thief)
    assert got.status == 503
    assert "outcome=directory-failed" in line and "not about the key that found it" in line
    stage.directory.execute(f"delete from eckid_person where id = '{victim.id}'")


def test_a_new_secret_reads_what_the_old_one_sealed(stage):
    person = stage.push()
    old = stage.directory.secret
    new = stage.place.file("new-secret", "a new secret ".ljust(48, "n"), 0o600)
    conf = stage.gateway.conf_file
    text = conf.read_text()
    conf.write_text(text.replace(f"EckidSecretFile {old}", f"EckidSecretFile {new} {old}"))
    stage.gateway.graceful()
    assert stage.log_in(person)[0] == [person.eckid]
    stage.directory.secret = new
    done = stage.directory.command("--previous", old, "reseal")
    assert done.returncode == 0 and "sealed anew" in done.stdout, done.stderr
    conf.write_text(text.replace(f"EckidSecretFile {old}", f"EckidSecretFile {new}"))
    stage.gateway.graceful()
    assert stage.log_in(person)[0] == [person.eckid]
    done = stage.directory.command("--previous", new, "--secret", old, "reseal")  # back again
    assert done.returncode == 0, done.stderr
    stage.directory.secret = old
    conf.write_text(text)
    stage.gateway.graceful()
    assert stage.log_in(person)[0] == [person.eckid]


def test_a_database_that_is_gone_is_no_absence_and_comes_back():
    with checked_place("test_directory_gone") as place:
        server = Postgres(place)
        stage = Pushed(place, server, exercises="EckidOn directory-failed omit")
        person = stage.push()
        assert stage.log_in(person)[0] == [person.eckid]
        server.stop()
        for _ in range(4):
            got, line = stage.log_in(person)
            assert got.status == 503 and "outcome=directory-failed cache=directory" in line
            assert "kan zijn gegevens op dit moment niet lezen" in got.text
        assert stage.gateway.configtest()[0] == 0  # a restart must not stop the others
        server.start()
        eventually(lambda: stage.log_in(person)[0] == [person.eckid], "the login works again")
        server.stop()
        server.start()  # the idle connections are dead
        eventually(lambda: stage.log_in(person)[0] == [person.eckid], "the login works again")
        assert not stage.gateway.lines("outcome=unknown")


def test_the_las_is_asked_for_those_whom_the_directory_lacks():
    with checked_place("test_directory_both") as place:
        stage = Pushed(place, instead=BOTH)
        pushed, known = stage.push(), make_person(known=True)
        stage.people.append(known)
        assert stage.log_in(pushed)[0] == [pushed.eckid]
        assert "cache=directory" in stage.log_in(pushed)[1]
        assert stage.log_in(known)[0] == [known.eckid]
        assert "cache=hit" in stage.log_in(known)[1]
        assert "outcome=unknown cache=miss" in stage.log_in(make_person(known=False))[1]
        stage.directory.path.rename(stage.directory.path.with_suffix(".away"))
        stage.gateway.process.signal(15)
        stage.gateway.process.popen.wait()
        code, text = stage.gateway.configtest()
        assert code and "eckid-directory create makes it" in text


@pytest.fixture(scope="module")
def local():
    with checked_place("test_directory_local") as place:
        yield Pushed(place, options="timeout=200ms", servers=1)


def test_a_database_that_is_written_to_is_read(local):
    person = local.push()
    writer = sqlite3.connect(local.directory.path, isolation_level=None)
    writer.execute("begin immediate")
    writer.execute("update eckid_person set confirmed = 1")
    assert local.log_in(person)[0] == [person.eckid]
    writer.execute("rollback")
    writer.close()


def test_a_database_that_is_locked_is_a_failure_in_time(local):
    person = local.push()
    local.gateway.graceful()  # no connection is open that a lock would have to wait for
    locker = sqlite3.connect(local.directory.path, isolation_level=None)
    locker.execute("pragma locking_mode = exclusive")
    locker.execute("begin exclusive")
    locker.execute("update eckid_person set confirmed = 1")
    got, line = local.log_in(person)
    locker.execute("rollback")
    locker.close()
    assert got.status == 503 and "outcome=directory-failed" in line and "locked" in line
    eventually(lambda: local.log_in(person)[0] == [person.eckid], "the login works again")


def broken(stage, kind):
    """Makes a database wrong in that way; returns how to make it right."""
    path, folder = stage.directory.path, stage.directory.folder
    execute = stage.directory.execute
    if kind == "newer":
        execute("update eckid_meta set value = '99' where name = 'schema'")
        return lambda: execute("update eckid_meta set value = '1' where name = 'schema'")
    if kind == "other secret":
        execute("update eckid_meta set value = 'x' where name = 'secret'")
        return lambda: execute("update eckid_meta set value = ? where name = 'secret'",
                               [stage.directory.sealer.name.hex()])
    if kind == "public":
        path.chmod(0o644)
        return lambda: path.chmod(0o600)
    if kind == "read-only":
        path.chmod(0o400)
        return lambda: path.chmod(0o600)
    if kind == "missing":
        path.rename(path.with_suffix(".away"))
        return lambda: path.with_suffix(".away").rename(path)
    folder.chmod(0o500)
    return lambda: folder.chmod(0o755)


@pytest.mark.parametrize("kind, words", [
    ("newer", "version 99, and this program knows version 1 (install the newer mod_eckid"),
    ("other secret", "it is sealed by another secret (EckidSecretFile must name"),
    ("public", "others than its owner may read or change it (write: chmod 600"),
    ("read-only", "its owner may not read and change it (write: chmod 600"),
    ("missing", "there is no file"),
    ("folder", "may not write to"),
])
def test_configtest_finds_what_is_wrong_with_the_database(local, kind, words):
    assert local.gateway.configtest()[0] == 0
    mend = broken(local, kind)
    code, text = local.gateway.configtest()
    mend()
    assert code and words in text, text
    assert "EckidDirectory: " in text
    assert local.gateway.configtest()[0] == 0


def test_a_full_disk_stops_writing_and_no_login(local):
    """The engine's own limit stands for a disk: it says the same."""
    person = local.push()
    assert local.log_in(person)[0] == [person.eckid]
    pages = local.directory.execute("pragma page_count")[0][0]
    writer = sqlite3.connect(local.directory.path)
    writer.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        for number in range(10000):
            writer.execute("insert into eckid_school values (?, 1)", [f"x{number}" * 50])
    writer.rollback()
    writer.close()
    assert local.log_in(person)[0] == [person.eckid]


WRONG = {
    "no database": ("EckidDirectory", "a database is expected"),
    "another database": ("EckidDirectory mysql:here\nEckidSecretFile {}",
                         "sqlite:PATH or postgresql:CONNECTION"),
    "a connection string that is none":
        ('EckidDirectory "postgresql:host=x password=my s3cret"\nEckidSecretFile {}',
         "libpq cannot read its connection string"),
    "a connection string without quotes":
        ("EckidDirectory postgresql:host=x password=s3cret\nEckidSecretFile {}", "in quotes"),
    "an option that is none": ("EckidDirectory sqlite:x cache=1", "cache=1"),
    "no secret": ("EckidDirectory sqlite:x", "EckidSecretFile is needed"),
    "no directory": ("EckidLookup directory las", "there is no EckidDirectory"),
    "an order that is none": ("EckidLookup las directory", "\"directory las\" or \"directory\""),
    "a LAS without effect": ("EckidLookup directory", "leaves EckidLas without effect"),
}


@pytest.mark.parametrize("name", WRONG)
def test_configtest_says_what_to_write(local, name):
    line, words = WRONG[name]
    conf = local.conf(local.idp_metadata, local.blocks)
    line = line.format(local.directory.secret)
    server = local.httpd(f"wrong-{name.replace(' ', '-')}", f"{line}\n{conf}")
    code, text = server.configtest()
    assert code and words in text, text
    assert "s3cret" not in text
