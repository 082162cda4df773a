# SPDX-License-Identifier: GPL-3.0-or-later
"""make install, into a directory of its own, and a2enmod after it."""
import os
import pathlib
import re
import subprocess

import pytest

from conftest import TESTS, checked_place
from lab.scene import module_environment, module_file


@pytest.fixture(scope="module")
def installed():
    build = module_file().parent.parent
    with checked_place("test_install") as place:
        root = place.dir("root")
        subprocess.run(["make", "-s", "-C", str(build), "install", f"DESTDIR={root}"], check=True,
                       capture_output=True)
        place.root = root
        yield place


def query(name):
    return subprocess.run(["apxs", "-q", name], capture_output=True, text=True,
                          check=True).stdout.strip()


def test_the_module_stands_where_apxs_says(installed):
    modules = pathlib.Path(str(installed.root) + query("LIBEXECDIR"))
    assert sorted(path.name for path in modules.iterdir()) == ["mod_eckid.so"]


def test_the_contracts_are_installed(installed):
    root = pathlib.Path(installed.root)
    found = {path.name: path.read_bytes() for name in ("contracts/*.json", "*.openapi.json")
             for path in root.glob(f"usr/**/doc/*/{name}")}
    source = TESTS.parent / "conf"
    assert found == {path.name: path.read_bytes() for path in (
        source / "contracts/sem.json", source / "eduv-students.openapi.json",
        source / "scim.openapi.json")}


def test_each_command_has_a_manual_page_with_all_that_its_usage_names(installed):
    root = pathlib.Path(installed.root)
    commands = [path for path in root.glob("**/sbin/eckid-*") if path.is_file()]
    assert len(commands) >= 3
    for command in commands:
        page, = root.glob(f"**/man/man8/{command.name}.8")
        text = page.read_text().replace("\\-", "-")
        built = module_file().parent.parent / command.name
        env = {**os.environ, **module_environment(installed)}
        usage, version, wrong = (subprocess.run([built, *words], capture_output=True, text=True,
                                                env=env, input="")
                                 for words in (["--help"], ["--version"], ["--nothing"]))
        assert (usage.returncode, usage.stderr, version.returncode) == (0, "", 0)
        assert re.fullmatch(rf"{command.name} \d+\.\d+\.\d+\n", version.stdout)
        assert wrong.returncode == 2 and wrong.stdout == ""
        usage = usage.stdout
        first = usage.split("\n\n")[0]
        words = re.findall(r"--[a-z]+|[A-Z][A-Z-]+", first)
        assert words and [word for word in words if word not in text] == []


def test_one_symbol_leaves_the_module():
    done = subprocess.run(["nm", "-D", "--defined-only", str(module_file())], capture_output=True,
                          text=True, check=True)
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["eckid_module"]


def test_a2enmod_switches_it_on_with_what_it_needs(installed):
    conf = installed.dir("apache2")
    for name in ("mods-available", "mods-enabled"):
        installed.dir(f"apache2/{name}")
    available = pathlib.Path(str(installed.root) + query("SYSCONFDIR")) / "mods-available"
    modules = query("LIBEXECDIR")
    for load in available.iterdir():
        text = load.read_text().replace(modules, str(installed.root) + modules)
        (conf / "mods-available" / load.name).write_text(text)
    (conf / "mods-available/socache_shmcb.load").write_text(
        f"LoadModule socache_shmcb_module {modules}/mod_socache_shmcb.so\n")
    (conf / "envvars").write_text("")
    (conf / "apache2.conf").write_text(
        f"ServerRoot {conf}\nServerName x\nPidFile {conf}/pid\nDefaultRuntimeDir {conf}\n"
        f"ErrorLog {conf}/error.log\nListen 127.0.0.1:1\n"
        f"LoadModule mpm_event_module {modules}/mod_mpm_event.so\n"
        f"LoadModule authz_core_module {modules}/mod_authz_core.so\n"
        "IncludeOptional mods-enabled/*.load\nEckidEngine off\n")
    environment = {**os.environ, "APACHE_CONFDIR": str(conf), "APACHE_RUN_DIR": str(conf),
                   "APACHE_STATE_DIRECTORY": str(installed.dir("state"))}
    done = subprocess.run(["a2enmod", "eckid"], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (conf / "mods-enabled/socache_shmcb.load").exists()
    done = subprocess.run(["apache2", "-t", "-f", str(conf / "apache2.conf")], capture_output=True,
                          text=True, env={**environment, **module_environment(installed)})
    assert (done.returncode, done.stderr) == (0, "Syntax OK\n")
