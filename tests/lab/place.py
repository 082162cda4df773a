# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory and processes in it; both are removed when it is left."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess

from .wait import eventually

ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Place:
    """The files and processes of a scene. Use it in a with statement."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        self.path.chmod(0o777)  # root's servers switch to www-data, and report into it
        self.processes, self.endings, self.settings, self.ports = [], [], [], []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for end in reversed(self.endings):
            end()
        for process in reversed(self.processes):
            process.stop()
        for sock in self.ports:
            sock.close()

    def at_end(self, call):
        """Registers a function to call before the processes are ended."""
        self.endings.append(call)

    def port(self):
        """A port of loopback on which nobody but a server of this place will listen.

        A socket is bound to it until the place is left, so that the kernel gives it to nobody else.
        A server that sets SO_REUSEADDR, as they all do, can listen on it nevertheless."""
        sock = socket.socket()
        self.ports.append(sock)
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return sock.getsockname()[1]

    def dir(self, name):
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def file(self, name, content, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def replace(self, name, content):
        """The same at once, for a file that a server may be reading."""
        self.file(f"{name}.new", content).replace(self.path / name)

    @staticmethod
    def wait_for_port(port):
        """Waits until somebody else's server listens there."""
        eventually(lambda: listens(port), f"a server listens on {port}", 600)

    def start(self, command, name, env=None):
        process = Process(command, self.path / f"{name}.out", env)
        self.processes.append(process)
        return process


class Process:
    """A server in the foreground with its own process group; it ends if we are killed."""

    def __init__(self, command, log, env=None):
        self.log, self.name = log, command[0]
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *(str(word) for word in command)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, start_new_session=True)

    @property
    def pid(self):
        return self.popen.pid

    def signal(self, number):
        self.popen.send_signal(number)

    def stop(self):
        """Ends the process, gently at first, and then the rest of its group."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()

    def wait_for(self, condition, what):
        """Waits for a condition as long as the process runs."""
        def running():
            if self.popen.poll() is not None:
                raise RuntimeError(f"{self.name} ended:\n{self.log.read_text()}")
            return condition()

        eventually(running, f"{what}; see {self.log}")

    def wait_for_port(self, port):
        self.wait_for(lambda: listens(port), f"{self.name} listens on {port}")


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def end_on_signals():
    """A terminal that is closed, and who ends this process, leave none of its places behind. Only
    the first counts, as more may come while places are left; what nohup ignores stays ignored."""
    def end(number, _):
        for other in ENDS:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    for number in ENDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def as_server(command, path):
    """The command as root's servers need it.

    They switch to www-data. Below a directory that only root may enter, which a fresh temporary
    directory is, their workers could then read nothing; so there they keep root's right to. The
    right to write where nobody may is given up: what is read-only stays so."""
    entered = all(p.stat().st_mode & 0o005 == 0o005 for p in [path, *path.parents])
    if os.geteuid() != 0 or entered:
        return command
    return ["setpriv", "--securebits=+no_setuid_fixup", "--bounding-set=-dac_override", "--",
            *command]
