# SPDX-License-Identifier: GPL-3.0-or-later
"""A Debian of its own in a folder: made by debootstrap, entered by chroot. Needs root."""
import pathlib
import shutil
import subprocess

# servers that a package brings are not started by it
POLICY = "#!/bin/sh\nexit 101\n"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive",
               "LC_ALL": "C.UTF-8", "HOME": "/root"}


class Root:
    """A path of the machine below the folder is valid inside, too: there it is a link to /."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()

    def unpack(self, archive):
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True)
        logged(["tar", "-C", str(self.path), "--numeric-owner", "-xf", str(archive)])
        inside = self.path / str(self.path).lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.symlink_to("/")
        for name in ("etc/resolv.conf", *apt_settings()):
            shutil.copy(f"/{name}", self.path / name)
        self.file("usr/sbin/policy-rc.d", POLICY, 0o755)
        return self

    def file(self, name, content, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def command(self, *words):
        return ["chroot", str(self.path), *words]

    def run(self, *words, check=True):
        """What a command inside prints, errors too, and its exit status."""
        return logged(self.command(*words), check, ENVIRONMENT)

    def install(self, *packages):
        self.run("apt-get", "-q", "update")
        self.run("apt-get", "-q", "install", "-y", "--no-install-recommends", *packages)


def apt_settings():
    """How this machine's apt is set up, such as where its proxy is."""
    return [str(path).lstrip("/") for path in pathlib.Path("/etc/apt/apt.conf.d").iterdir()
            if path.name[:2].isdigit() and int(path.name[:2]) >= 80]


def logged(command, check=True, env=None):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", env=env)
    assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done


def archive(folder, release):
    """A fresh system of that release, as a tar file that is made once."""
    path = folder / f"{release}.tar"
    if not path.exists():
        made = folder / f"{release}.new"
        shutil.rmtree(made, ignore_errors=True)
        logged(["debootstrap", "--variant=minbase", release, str(made)])
        logged(["tar", "-C", str(made), "--numeric-owner", "-cf", f"{path}.new", "."])
        shutil.rmtree(made)
        pathlib.Path(f"{path}.new").rename(path)
    return path
