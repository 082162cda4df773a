# SPDX-License-Identifier: GPL-3.0-or-later
"""Images built and run by buildah, which needs no daemon; the base is made by debootstrap."""
import os
import pathlib
import subprocess

from package.root import apt_settings, archive, logged

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
BASE = "localhost/eckid-base"


class Store:
    """Images and containers in a folder."""

    def __init__(self, folder):
        self.folder = folder

    def words(self, *words):
        return ["buildah", "--storage-driver", "vfs", "--root", str(self.folder / "images"),
                "--runroot", str(self.folder / "run"), *words]

    def buildah(self, *words, check=True):
        return logged(self.words(*words), check, {**os.environ, "BUILDAH_ISOLATION": "chroot"})

    def add_base(self, folder, release):
        """A fresh system of that release, which knows this machine's way to Debian's packages."""
        self.buildah("from", "--name", "base", "scratch")
        self.buildah("add", "base", str(archive(folder, release)), "/")
        for name in apt_settings():
            self.buildah("copy", "base", f"/{name}", f"/{name}")
        self.buildah("commit", "--rm", "base", BASE)

    def build(self, target, tag):
        self.buildah("bud", "--layers", "--build-arg", f"BASE={BASE}", "--target", target,
                     "-f", str(SOURCE / "docker/Dockerfile"), "-t", tag, str(SOURCE))

    def run(self, place, tag, command, volumes, **environment):
        """Starts a container of that image; it and its files go with the place."""
        name = f"{tag}-{place.path.name}"
        self.buildah("from", "--name", name, tag)
        place.at_end(lambda: self.buildah("rm", name))
        mounts = [word for here, there in volumes.items() for word in ("-v", f"{here}:{there}")]
        env = [word for key, value in environment.items() for word in ("--env", f"{key}={value}")]
        return place.start(self.words("run", "--isolation", "chroot", *env, *mounts, name, "--",
                                      *command), tag)

    def size(self, tag):
        """In bytes, as it would be sent: one layer, packed."""
        self.buildah("from", "--name", "measured", tag)
        mount = self.buildah("mount", "measured").stdout.strip()
        packed = subprocess.run(f"tar -C {mount} -cf - . | gzip -1 | wc -c", shell=True,
                                capture_output=True, text=True, check=True)
        self.buildah("rm", "measured")
        return int(packed.stdout)
