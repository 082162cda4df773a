# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages, built and installed on a fresh Debian 12 and 13: a login, an upgrade, an end."""
import os
import pathlib
import shutil

import pytest

from lab.curl import fetch
from lab.place import Place
from lab.stage import Stage, response_in, values_in
from package.root import ENVIRONMENT, Root, archive

FOLDER = pathlib.Path(os.environ["ECKID_PACKAGES"]).resolve()  # where ./run package put them
TOOLS = ("eckid-check", "eckid-warm", "eckid-metadata")
SITE = "etc/apache2/sites-available/school.conf"


class Installed:
    """httpd as Debian sets it up, in another root; the interface of lab.httpd.Httpd."""

    def __init__(self, root, place, conf):
        self.root, self.place, self.port, self.process = root, place, place.port(), None
        root.file("etc/apache2/ports.conf", f"Listen 127.0.0.1:{self.port}\n")
        root.file(SITE, f"ServerName localhost\nLogLevel warn eckid:info\n{conf}")

    @property
    def log(self):
        path = self.root.path / "var/log/apache2/error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self):
        self.process = self.place.start(
            self.root.command("apache2ctl", "-DFOREGROUND"), "apache2", ENVIRONMENT)
        self.process.wait_for_port(self.port)
        return self


class School(Stage):
    """The lab's stage, with the module that was installed."""

    def __init__(self, root, place):
        self.other = root
        super().__init__(place)

    def httpd(self, name, conf, **options):
        return Installed(self.other, self.place, conf)


def built(release, work):
    """The folder with the packages built on that release, by its own tools."""
    root = Root(work / f"{release}-build").unpack(archive(work, release))
    shutil.copytree(FOLDER / "source", root.path / "build")
    root.install("build-essential", "devscripts", "equivs")
    tree = next((root.path / "build").glob("mod_eckid-*/")).name
    root.run("sh", "-c", f"cd /build/{tree} && apt-get -q build-dep -y --no-install-recommends . "
             "&& DEB_BUILD_OPTIONS=parallel=2 dpkg-buildpackage -us -uc -b")
    return root.path / "build"


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def root(request):
    """A fresh system with the packages."""
    work = FOLDER / "roots"
    work.mkdir(exist_ok=True)
    packages = built(request.param, work)
    root = Root(work / request.param).unpack(archive(work, request.param))
    for package in packages.glob("*.deb"):
        if "dbgsym" not in package.name:
            shutil.copy(package, root.path / "root")
    root.run("sh", "-c", "apt-get -q update && apt-get -q install -y --no-install-recommends "
             "apache2 ca-certificates /root/*.deb")
    return root


def enabled(root):
    return (root.path / "etc/apache2/mods-enabled/eckid.load").is_symlink()


def test_it_is_switched_on_by_the_operator(root):
    assert not enabled(root)
    root.run("a2enmod", "eckid", "proxy", "proxy_http")
    assert enabled(root)
    assert "Syntax OK" in root.run("apache2ctl", "configtest").stdout
    for tool in TOOLS:
        assert "usage: " in root.run(tool, "--help", check=False).stdout
        assert (root.path / f"usr/share/man/man1/{tool}.1.gz").exists() or (
            root.path / f"usr/share/man/man8/{tool}.8.gz").exists()


def test_a_login(root):
    """The gateway's httpd is the installed one; all that it talks to is the lab's."""
    root.run("a2enmod", "eckid", "proxy", "proxy_http")
    root.run("a2dissite", "000-default")
    with Place(root.path / "srv/school") as place:
        root.file(SITE, "")
        root.run("a2ensite", "school")
        school = School(root, place)
        assert "Syntax OK" in root.run("apache2ctl", "configtest").stdout
        response = response_in(school.answer_to().text)
        assert values_in(response, "eckId") == [school.student.eckid]
        assert not set(school.secrets()) & set(school.gateway.log.split())
        assert "outcome=found" in school.gateway.log
        assert fetch(f"http://127.0.0.1:{school.gateway.port}/").status == 200
        root.run("apache2ctl", "graceful")
        assert values_in(response_in(school.answer_to().text), "eckId") == [school.student.eckid]


def test_an_upgrade_keeps_what_the_operator_wrote(root):
    conf = next((root.path / "etc/apache2/mods-available").glob("eckid.*"))
    conf.write_text(text := conf.read_text() + "# the operator's\n")
    root.run("sh", "-c", "dpkg -i --force-confold /root/*.deb")
    assert conf.read_text() == text and enabled(root)


def test_an_end_leaves_nothing(root):
    root.run("a2dissite", "school")
    root.run("apt-get", "-q", "purge", "-y", "libapache2-mod-eckid", "eckid-tools")
    left = [path for path in root.path.glob("etc/**/*eckid*")]
    assert not left and not list(root.path.glob("usr/lib/apache2/modules/*eckid*"))
    assert "Syntax OK" in root.run("apache2ctl", "configtest").stdout
