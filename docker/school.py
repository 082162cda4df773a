# SPDX-License-Identifier: GPL-3.0-or-later
"""The school around a gateway that runs in a container of its own: identity provider, a stand-in for
the LAS, two suppliers and a service that is none. It writes what the gateway reads."""
import os
import pathlib
import secrets
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))

from lab.place import Place, end_on_signals  # noqa: E402  (the path first)
from lab.scene import Scene  # noqa: E402

FOLDER, CONF = pathlib.Path("/school"), pathlib.Path("/etc/eckid/httpd.conf")
GATEWAY, SERVICES = (int(os.environ.get(name) or default) for name, default in (
    ("ECKID_PORT", 8080), ("SERVICES_PORT", 8090)))


class Gateway:
    """The interface of lab.httpd.Httpd, as far as a scene needs it."""
    port, text = GATEWAY, ""

    def __init__(self, place):
        self.place, self.conf_file = place, CONF.with_suffix(".new")

    def start(self):
        self.conf_file.rename(CONF)  # whole, or not there
        say("waiting for the gateway")
        self.place.wait_for_port(self.port)
        return self


class School(Scene):
    def httpd(self, name, conf, **options):
        return Gateway(self.place)


def say(text):
    print(text, flush=True)


def cache(place):
    """The lines that stand outside of virtual hosts."""
    secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
    redis = os.environ.get("REDIS") or "127.0.0.1:6379"
    return f"EckidCache redis:{redis}\nEckidSecretFile {secret}"


def main():
    end_on_signals()
    with Place(FOLDER / "files") as place:
        school = School(place, frontend="proxy", say=say, extra=cache(place),
                        services_at={"address": "0.0.0.0", "port": SERVICES})
        for service in school.services:
            say(f"{service.base}/  {service.name}")
        for person in school.people:
            say(f"user {person.user}  password {person.password}")
        say("ready")
        signal.pause()


if __name__ == "__main__":
    main()
