# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU time of httpd for each real login, with the module and as a plain proxy, side by side."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.httpd import Httpd  # noqa: E402  (the path first)
from lab.place import Place  # noqa: E402
from lab.scene import Scene  # noqa: E402
from lab.service import Service  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"
BLOCKS, BLOCK = 8, 50


def log_in(scene, httpd, service):
    """Three requests: to the login form, the password, and the page with the response."""
    page = scene.initiated(scene.student, service, httpd)
    assert "SAMLResponse" in page.forms[0]["fields"]


def cost(scene, httpd, service):
    before = httpd.cpu_seconds()
    for _ in range(BLOCK):
        log_in(scene, httpd, service)
    return httpd.cpu_seconds() - before


def compare(key):
    """CPU-ms for each login of an httpd with the module, which signs with such a key, and of one
    without."""
    with Place(BUILD / "bench") as place:
        service = Service("Books", "https://books.example/saml", sign="both")
        scene = Scene(place, [service], frontend="proxy", signing_key=key, level="warn")
        plain = Httpd(place, "plain", scene.front()).start()
        totals = {scene.gateway: 0, plain: 0}
        for httpd in totals:
            cost(scene, httpd, service)  # until every thread has been used
        for _ in range(BLOCKS):  # in turn, so that a slow moment hits both
            for httpd in totals:
                totals[httpd] += cost(scene, httpd, service)
    return [1000 * total / (BLOCKS * BLOCK) for total in totals.values()]


def main():
    print(f"{BLOCKS * BLOCK} real logins each, Response and Assertion signed, ECK iD cached; "
          "CPU-ms of httpd for a login")
    for key, name in (("rsa", "RSA-2048"), ("ec", "P-256")):
        ours, theirs = compare(key)
        print(f"{name:9}  with mod_eckid {ours:.2f}  plain proxy {theirs:.2f}  difference "
              f"{ours - theirs:.2f}", flush=True)


if __name__ == "__main__":
    main()
