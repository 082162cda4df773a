# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an httpd in the foreground with a given configuration."""
import ctypes
import os
import pathlib
import signal
import subprocess
import time

from .place import as_server

MODULES = pathlib.Path("/usr/lib/apache2/modules")
BASE = ["authz_core", "alias", "mime", "env", "setenvif", "headers", "dir", "proxy",
        "proxy_http", "proxy_fcgi", "socache_shmcb"]

TEMPLATE = """
ServerRoot {root}
ServerName localhost
PidFile {root}/pid
DefaultRuntimeDir {root}
ErrorLog {root}/error.log
LogLevel {level}
Listen {address}:{port}
{loads}
User www-data
Group www-data
AcceptFilter http none
TypesConfig /dev/null
AddType text/html .html
AddType text/css .css
TraceEnable off
StartServers {servers}
{limits}
{conf}
"""

LIMITS = {
    "event": "ThreadsPerChild 16\nServerLimit {servers}\nMaxRequestWorkers {workers}\n"
             "MinSpareThreads 1\nMaxSpareThreads {workers}",
    "prefork": "ServerLimit {workers}\nMaxRequestWorkers {workers}",
}


def process_seconds(pid):
    """clock_getcpuclockid(3): /proc counts in steps of 10 ms, as much as a dozen logins take."""
    clock = ctypes.c_int()
    assert ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)) == 0
    return time.clock_gettime(clock.value)


READY = "resuming normal operations"  # logged once for each generation of children


class Httpd:
    """Listens on a free port of loopback, or where it is told to."""

    def __init__(self, place, name, conf, modules=(), mpm="event", level="warn", load="",
                 env=None, servers=2, address="127.0.0.1", port=None, base=BASE):
        self.place, self.name, self.env = place, name, env
        self.root = place.dir(name)
        self.root.chmod(0o777)
        self.port = port or place.port()
        loads = [f"LoadModule {m}_module {MODULES}/mod_{m}.so"
                 for m in [f"mpm_{mpm}", *base, *modules]]
        workers = servers * (16 if mpm == "event" else 4)
        limits = LIMITS[mpm].format(servers=servers, workers=workers)
        self.text = TEMPLATE.format(root=self.root, level=level,
                                    address=address, port=self.port,
                                    loads="\n".join([*loads, load]), limits=limits,
                                    servers=servers, conf=conf)
        self.conf_file = place.file(f"{name}/httpd.conf", self.text)
        self.process = None

    @property
    def command(self):
        return ["apache2", "-f", str(self.conf_file), "-DFOREGROUND"]

    def environment(self):
        # httpd's own directory for locks and the like is never used; the name must be set
        return {**os.environ, "APACHE_RUN_DIR": str(self.root), **(self.env or {})}

    def start(self):
        """Returns when it serves and can be restarted."""
        before = self.log.count(READY)
        self.process = self.place.start(as_server(self.command, self.root), self.name,
                                        self.environment())
        self.process.wait_for_port(self.port)
        self.wait_for_log(READY, before + 1)
        return self

    def stop(self):
        self.process.stop()

    def configtest(self):
        """Exit status and output of configtest."""
        done = subprocess.run(["apache2", "-t", "-f", str(self.conf_file)], capture_output=True,
                              text=True, env=self.environment())
        return done.returncode, done.stdout + done.stderr

    def graceful(self, drained=True):
        """A graceful restart. Returns when the new generation has begun and, if drained, when no
        child of the old one is left that might still take a request."""
        old, before = self.children(), self.log.count(READY)
        self.process.signal(signal.SIGUSR1)
        self.wait_for_log(READY, before + 1)
        if drained:
            self.process.wait_for(lambda: not old & self.children(), f"{old} have ended")

    def restart(self):
        """A restart that is not graceful. Returns when the new generation has begun."""
        before = self.log.count(READY)
        self.process.signal(signal.SIGHUP)
        self.wait_for_log(READY, before + 1)

    def children(self):
        pid = self.process.pid
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return {int(child) for child in text.split()}

    def is_asleep(self):
        """Whether every thread of its children is waiting."""
        try:
            return all(stat.read_text().rsplit(")", 1)[1].split()[0] == "S"
                       for child in self.children()
                       for stat in pathlib.Path(f"/proc/{child}/task").glob("*/stat"))
        except OSError:  # one that has just ended
            return False

    @property
    def log(self):
        path = self.root / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def lines(self, *words):
        return [line for line in self.log.splitlines() if all(word in line for word in words)]

    def wait_for_log(self, words, count=1):
        self.process.wait_for(lambda: self.log.count(words) >= count,
                              f"{words!r} is in {self.root}/error.log, {count} times")

    def cpu_seconds(self):
        """The time that its processes have been on a processor, to the nanosecond."""
        return sum(map(process_seconds, [self.process.pid, *self.children()]))
