# SPDX-License-Identifier: GPL-3.0-or-later
"""An operator's commands, as make built them beside the module."""
import subprocess

from .scene import module_environment, module_file


def start(place, command, url, secret, *arguments):
    """One of them, whose standard streams are pipes of text."""
    program = module_file().parent.parent / command
    return subprocess.Popen(
        [str(program), "--url", url, "--secret", str(secret), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=module_environment(place))


def run(place, command, url, secret, lines, *arguments):
    """The same, once it has ended: exit status, and what it said."""
    process = start(place, command, url, secret, *arguments)
    out, err = process.communicate("".join(f"{line}\n" for line in lines))
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
