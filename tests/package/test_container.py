# SPDX-License-Identifier: GPL-3.0-or-later
"""The image, built and run: a login, health, a reload, a read-only root, an ordinary user."""
import os
import pathlib
import shutil
import signal

import pytest

from lab.curl import fetch
from lab.place import Place
from lab.stage import Stage, response_in, values_in
from lab.wait import eventually
from package.container import Store

FOLDER = pathlib.Path(os.environ["ECKID_PACKAGES"]).resolve()
USER = 33  # www-data, as in the image


class Contained:
    """httpd in a container of the image; the interface of lab.httpd.Httpd."""

    def __init__(self, store, place, conf):
        self.store, self.place, self.process = store, place, None
        self.port, self.health = place.port(), place.port()
        place.file("school/httpd.conf", conf)

    @property
    def log(self):
        return self.process.log.read_text(errors="replace")

    def start(self):
        path = self.place.path
        for name in [path, *path.rglob("*")]:
            os.chown(name, USER, USER)
        self.store.buildah("from", "--name", "school", "eckid")
        self.place.at_end(lambda: self.store.buildah("rm", "school"))
        self.process = self.place.start(self.store.words(
            "run", "--isolation", "chroot", "--env", f"ECKID_PORT={self.port}",
            "--env", f"ECKID_HEALTH_PORT={self.health}", "-v", f"{path}:{path}:ro",
            "-v", f"{path}/school:/etc/eckid:ro", "-v", f"{self.place.dir('run')}:/run/eckid",
            "school", "--", "apache2", "-f", "/etc/apache2/eckid-httpd.conf", "-DFOREGROUND"),
            "container")
        os.chown(self.place.dir("run"), USER, USER)
        self.process.wait_for_port(self.port)
        return self

    @property
    def pid(self):
        return int((self.place.path / "run/httpd.pid").read_text())


class School(Stage):
    """The lab's stage, with the image as its gateway."""

    def __init__(self, store, place):
        self.store = store
        super().__init__(place)

    def httpd(self, name, conf, **options):
        return Contained(self.store, self.place, conf)


@pytest.fixture(scope="module")
def store():
    work = FOLDER / "roots"
    work.mkdir(exist_ok=True)
    shutil.rmtree(FOLDER / "containers", ignore_errors=True)
    store = Store(FOLDER / "containers")
    store.add_base(work, "bookworm")
    store.build("gateway", "eckid")
    return store


@pytest.fixture(scope="module")
def school(store):
    with Place(FOLDER / "containers/school") as place:
        yield School(store, place)


def test_a_login(school):
    assert values_in(response_in(school.answer_to().text), "eckId") == [school.student.eckid]
    assert "outcome=found" in school.gateway.log
    assert not set(school.secrets()) & set(school.gateway.log.split())


def test_it_is_an_ordinary_user(school):
    status = pathlib.Path(f"/proc/{school.gateway.pid}/status").read_text()
    assert f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}" in status


def test_its_health(school):
    got = fetch(f"http://127.0.0.1:{school.gateway.health}/?health")
    assert got.status == 200


def test_a_reload_by_signal(school):
    before = school.gateway.log.count("resuming normal operations")
    os.kill(school.gateway.pid, signal.SIGUSR1)
    eventually(lambda: school.gateway.log.count("resuming normal operations") > before)
    assert values_in(response_in(school.answer_to().text), "eckId") == [school.student.eckid]


def test_nothing_is_written_but_below_run(store, school):
    """As on a root that is read-only: no file of the container is newer than its start."""
    root = pathlib.Path(store.buildah("mount", "school").stdout.strip())
    started = (school.place.path / "run/httpd.pid").stat().st_mtime
    written = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()
               and path.stat().st_mtime > started]
    assert not written


def test_its_size(store):
    """What it was when this was written, and some room: a surprise is to be looked at."""
    assert store.size("eckid") < 120e6
