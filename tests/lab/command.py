# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's commands, as built beside the module."""
import subprocess

from .scene import module_environment, module_file


def start(place, command, url, secret, *arguments, env=None):
    """Starts a command with text pipes as its standard streams."""
    program = module_file().parent.parent / command
    return subprocess.Popen(
        [str(program), "--url", url, "--secret", str(secret), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**module_environment(place), **(env or {})})


def run(place, command, url, secret, lines, *arguments, env=None):
    """Runs a command to its end; returns exit status and output."""
    process = start(place, command, url, secret, *arguments, env=env)
    out, err = process.communicate("".join(f"{line}\n" for line in lines))
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def run_alone(place, command, lines, *arguments, env=None):
    """The same for a command that asks no httpd that runs."""
    program = module_file().parent.parent / command
    return subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True,
                          input="".join(f"{line}\n" for line in lines), check=False,
                          env={**module_environment(place), **(env or {})})
