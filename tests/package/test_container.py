# SPDX-License-Identifier: GPL-3.0-or-later
"""The image, built and run: a login, health, a reload, a read-only root, an ordinary user."""
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

from lab.browser import Browser
from lab.curl import fetch
from lab.httpd import READY
from lab.place import Place
from lab.scene import received
from lab.service import Service
from lab.stage import Stage, response_in, values_in
from lab.wait import eventually
from package.container import SOURCE, Store

FOLDER = pathlib.Path(os.environ["ECKID_PACKAGES"]).resolve()
USER = 33  # www-data, as in the image
REDIS = ["redis-server", "--bind", "127.0.0.1", "--save", "", "--dir", "/tmp"]
HTTPD = ["apache2", "-f", "/etc/apache2/eckid-httpd.conf", "-DFOREGROUND"]


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
        os.chown(self.place.dir("run"), USER, USER)
        self.process = self.store.run(
            self.place, "eckid", HTTPD, {path: f"{path}:ro", path / "school": "/etc/eckid:ro",
                                         path / "run": "/run/eckid"},
            ECKID_PORT=self.port, ECKID_HEALTH_PORT=self.health)
        self.process.wait_for(lambda: READY in self.log, "it serves")
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
    for target, tag in (("gateway", "eckid"), ("redis", "eckid-redis"), ("school", "eckid-school")):
        store.build(target, tag)
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
    before = school.gateway.log.count(READY)
    os.kill(school.gateway.pid, signal.SIGUSR1)
    eventually(lambda: school.gateway.log.count(READY) > before)
    assert values_in(response_in(school.answer_to().text), "eckId") == [school.student.eckid]


def test_nothing_is_written_but_below_run(store, school):
    """As on a root that is read-only: no file of the container is newer than its start."""
    root = pathlib.Path(store.buildah("mount", "eckid-school").stdout.strip())
    started = (school.place.path / "run/httpd.pid").stat().st_mtime
    written = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()
               and path.stat().st_mtime > started]
    assert not written


def log_in(name, base, user, password):
    """What a service of the school says that it received."""
    browser = Browser()
    form = browser.go(f"{base}/")
    page = browser.submit(browser.submit(form, user=user, password=password))
    return received(page, Service(name, ""))


def test_a_whole_school(store):
    """The parts of docker/compose.yaml, in one network namespace as there."""
    with Place(FOLDER / "containers/whole") as place:
        gateway, services, redis = place.port(), place.port(), place.port()
        files, conf, run = (place.dir(name) for name in ("files", "conf", "run"))
        for folder in (files, conf, run):
            os.chown(folder, USER, USER)
        store.run(place, "eckid-redis", [*REDIS, "--port", redis], {})
        school = store.run(place, "eckid-school", ["python3", "/src/docker/school.py"],
                           {files: "/school", conf: "/etc/eckid"}, ECKID_PORT=gateway,
                           SERVICES_PORT=services, REDIS=f"127.0.0.1:{redis}")
        school.wait_for(lambda: "waiting for the gateway" in school.log.read_text(), "it is ready")
        log = store.run(place, "eckid", HTTPD, {files: "/school:ro", conf: "/etc/eckid:ro",
                                                run: "/run/eckid"}, ECKID_PORT=gateway,
                        ECKID_HEALTH_PORT=place.port()).log
        school.wait_for(lambda: "\nready" in school.log.read_text(), "all have started")
        told = school.log.read_text()
        bases = re.findall(r"^(http://\S+)/  (.+)$", told, re.M)
        student, *_ = re.findall(r"^user (\S+)  password (\S+)$", told, re.M)
        for base, name in bases[:2]:
            assert any("ketenid" in value for values in log_in(name, base, *student).values()
                       for value in values), log.read_text()
        assert "cache=hit" in log.read_text() and "ECK0503" not in log.read_text()


def test_the_school_is_told_right():
    """As docker compose reads it, which here has no daemon to start it by."""
    subprocess.run(["docker-compose", "-f", SOURCE / "docker/compose.yaml", "config", "-q"],
                   check=True)


def test_its_size(store):
    """What it was when this was written, and some room: a surprise is to be looked at."""
    assert store.size("eckid") < 120e6
