# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU time of httpd for each real login, with the module and as a plain proxy, side by side."""
import contextlib
import functools
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.httpd import Httpd  # noqa: E402  (the path first)
from lab.place import Place  # noqa: E402
from lab.scene import Scene  # noqa: E402
from lab.service import Service  # noqa: E402
from side_by_side import LOGINS, ROUNDS, STARTS, side_by_side  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"


def log_in(scene, httpd, service):
    """Three requests: to the login form, the password, and the page with the response."""
    page = scene.initiated(scene.student, service, httpd)
    assert "SAMLResponse" in page.forms[0]["fields"]


@contextlib.contextmanager
def both(key):
    """An httpd with the module, which signs with such a key, and one without."""
    with Place(BUILD / "bench") as place:
        service = Service("Books", "https://books.example/saml", sign="both")
        scene = Scene(place, [service], frontend="proxy", signing_key=key, level="warn")
        plain = Httpd(place, "plain", scene.front()).start()
        yield scene.gateway, plain, lambda httpd: log_in(scene, httpd, service)


def main():
    print(f"{STARTS} starts of {ROUNDS} rounds of {LOGINS} real logins, Response and Assertion "
          "signed, ECK iD cached; CPU-ms of httpd for a login")
    for key, name in (("rsa", "RSA-2048"), ("ec", "P-256")):
        print(f"{name:9}  {side_by_side(functools.partial(both, key))}", flush=True)


if __name__ == "__main__":
    main()
