# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a PostgreSQL that listens on a socket of its own."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from .wait import eventually


def as_user(command):
    """PostgreSQL does not run as root."""
    who = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
    return [*(who if os.geteuid() == 0 else []), *map(str, command)]


def program(name):
    return sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1]


class Postgres:
    """Its folder is not below the place, where nobody may not enter. If it is durable, each commit
    reaches the disk, as in earnest."""

    def __init__(self, place, durable=False):
        self.place, self.process, self.durable = place, None, durable
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="eckid-pg-"))
        place.at_end(lambda: shutil.rmtree(self.folder, ignore_errors=True))
        self.folder.chmod(0o777)
        subprocess.run(as_user([program("initdb"), "-D", self.folder / "data", "-N", "-A", "trust",
                                "-E", "UTF8", "--locale=C", "-U", "eckid"]),
                       check=True, stdout=subprocess.DEVNULL)
        self.start()

    @property
    def database(self):
        """As EckidDirectory names it."""
        return f"postgresql:host={self.folder} user=eckid dbname=postgres"

    def start(self):
        self.process = self.place.start(
            as_user([program("postgres"), "-D", self.folder / "data", "-k", self.folder,
                     *([] if self.durable else ["-F"]), "-c", "listen_addresses="]), "postgres")
        eventually(lambda: self.psql("select 1").returncode == 0, "PostgreSQL answers")

    def stop(self, number=None):
        """With SIGINT connections are ended, with SIGTERM they may go on until they end."""
        if number:
            self.process.signal(number)
            self.process.popen.wait()
        self.process.stop()

    def cpu_seconds(self):
        """What its processes have taken that have ended, such as those of former connections."""
        fields = pathlib.Path(f"/proc/{self.process.popen.pid}/stat").read_text().split()
        return sum(map(int, fields[15:17])) / os.sysconf("SC_CLK_TCK")

    def psql(self, statements):
        return subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder),
                               "-U", "eckid", "postgres"],
                              input=statements, capture_output=True, text=True)

    def run(self, statements):
        done = self.psql(statements)
        assert done.returncode == 0, done.stderr
        return done.stdout
