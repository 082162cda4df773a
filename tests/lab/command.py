# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's commands, as built beside the module."""
import os
import pty
import subprocess

from .scene import module_environment, module_file


def start(place, command, url, secret, *arguments, env=None, stderr=subprocess.PIPE):
    """Starts a command with text pipes as its standard streams."""
    program = module_file().parent.parent / command
    return subprocess.Popen(
        [str(program), "--url", url, "--secret", str(secret), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
        env={**module_environment(place), **(env or {})})


def run(place, command, url, secret, lines, *arguments, env=None):
    """Runs a command to its end; returns exit status and output."""
    process = start(place, command, url, secret, *arguments, env=env)
    out, err = process.communicate("".join(f"{line}\n" for line in lines))
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def run_on_terminal(place, command, url, secret, lines, *arguments):
    """The same with a terminal as its standard error. For what is shorter than a terminal holds."""
    ours, theirs = pty.openpty()
    process = start(place, command, url, secret, *arguments, stderr=theirs)
    out, _ = process.communicate("".join(f"{line}\n" for line in lines))
    os.write(theirs, b"\0")  # so that the reading ends
    err = b""
    while not err.endswith(b"\0"):
        err += os.read(ours, 4096)
    os.close(theirs)
    os.close(ours)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err[:-1].decode())


def run_alone(place, command, lines, *arguments, env=None):
    """The same for a command that asks no httpd that runs."""
    program = module_file().parent.parent / command
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True,
                          input="".join(f"{line}\n" for line in lines), check=False,
                          env={**module_environment(place), **(env or {})})
