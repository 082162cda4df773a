# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages, built and installed on a fresh Debian 12 and 13: a login, an upgrade, an end."""
import os
import pathlib
import shutil

import pytest

from lab import shipped
from lab.curl import fetch
from lab.place import Place
from lab.scene import Setting
from lab.signer import Signer
from lab.stage import Stage, response_in, values_in
from package.container import SOURCE
from package.root import ENVIRONMENT, Root, archive

FOLDER = pathlib.Path(os.environ["ECKID_PACKAGES"]).resolve()  # where ./run package put them
SITE = "etc/apache2/sites-available/school.conf"
DOCUMENTS = "usr/share/doc/libapache2-mod-eckid"


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
    root.install("build-essential")
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


def test_each_command_is_there_with_its_page_and_that_of_the_directives(root):
    commands = {path.stem.replace("_", "-") for path in SOURCE.glob("tools/eckid_*.c")}
    assert commands == {path.name for path in root.path.glob("usr/sbin/eckid-*")}
    for command in commands:
        assert "usage: " in root.run(command, "--help").stdout
        assert (root.path / f"usr/share/man/man8/{command}.8.gz").exists()
    assert (root.path / "usr/share/man/man5/mod_eckid.5.gz").exists()


def test_what_programs_read_is_not_compressed(root):
    packed = {path.suffixes[-2] for path in (root.path / DOCUMENTS).rglob("*.*.gz")}
    assert packed == {".md", ".Debian"}


@pytest.fixture(scope="module")
def keys(root):
    """The files that examples refer to, and the folder of a directory, as README.md says."""
    with Place(root.path / "srv/keys") as place:
        setting = Setting(place)
        setting.signer = Signer(place)
        root.run("install", "-d", "-o", "www-data", "-g", "www-data", "-m", "700", "/var/lib/eckid")
        yield setting


def switch_on(root, modules):
    """By a2enmod; those that are no part of apache2 are installed first."""
    for name in modules:
        if not (root.path / f"etc/apache2/mods-available/{name}.load").exists():
            root.install(f"libapache2-mod-{name.replace('_', '-')}")
    root.run("a2enmod", *modules)


@pytest.mark.parametrize("example", [path.name for path in shipped.FILES])
def test_an_example_is_good(root, keys, example):
    """As it is installed, where nothing is switched on but what Debian has on and what it says."""
    file = root.path / DOCUMENTS / "examples" / example
    eckid = root.path / "etc/apache2/eckid"
    for name, content in shipped.files(file.read_text(), keys, keys.signer).items():
        root.file(eckid / name, content, shipped.mode(name))
    if not (root.path / "var/lib/eckid/directory.db").exists():
        root.run("eckid-directory", "--database", "sqlite:/var/lib/eckid/directory.db",
                 "--secret", "/etc/apache2/eckid/secret", "create")
    switched_on = root.path / "etc/apache2/mods-enabled"
    before = set(switched_on.iterdir())
    switch_on(root, shipped.a2enmod(file.read_text()))
    site = root.file("etc/apache2/sites-enabled/example.conf", file.read_text())
    said = root.run("apache2ctl", "configtest", check=False).stdout
    for path in [site, *set(switched_on.iterdir()) - before, *eckid.iterdir()]:
        path.unlink()
    # what httpd itself warns of: a server without a name, a folder that is not there
    ours = [line for line in said.splitlines() if not line.startswith("AH")]
    assert ours == ["Syntax OK"], said


def test_it_is_switched_on_by_the_operator(root):
    assert not enabled(root)
    root.run("a2enmod", "eckid", "proxy", "proxy_http")
    assert enabled(root)
    assert "Syntax OK" in root.run("apache2ctl", "configtest").stdout


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
