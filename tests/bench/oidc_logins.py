# SPDX-License-Identifier: GPL-3.0-or-later
"""The same over OpenID Connect: code, ID token and userinfo."""
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.httpd import Httpd  # noqa: E402  (the path first)
from lab.place import Place  # noqa: E402
from lab.school import Client, OidcScene  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"
BLOCKS, BLOCK = 6, 50


def log_in(scene, httpd, client):
    """Four requests: to the login form, the password, the ID token and userinfo."""
    answer = scene.authorize(scene.student, client, port=httpd.port)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
    tokens = scene.token_request(client, httpd.port, grant_type="authorization_code",
                                 code=query["code"][0], redirect_uri=client.redirect_uri).json()
    got = scene.userinfo(tokens, httpd.port).json()
    assert ("eckId" in got) == (httpd is scene.gateway)


def cost(scene, httpd, client):
    before = httpd.cpu_seconds()
    for _ in range(BLOCK):
        log_in(scene, httpd, client)
    return httpd.cpu_seconds() - before


def compare(alg):
    """CPU-ms for each login of an httpd with the module, which signs so, and of one without."""
    with Place(BUILD / "bench-oidc") as place:
        client = Client("Books", "books", alg=alg)
        scene = OidcScene(place, [client], source="id-token", level="warn")
        plain = Httpd(place, "plain", scene.front()).start()
        totals = {scene.gateway: 0, plain: 0}
        for httpd in totals:
            cost(scene, httpd, client)  # until every thread has been used
        for _ in range(BLOCKS):  # in turn, so that a slow moment hits both
            for httpd in totals:
                totals[httpd] += cost(scene, httpd, client)
    return [1000 * total / (BLOCKS * BLOCK) for total in totals.values()]


def main():
    print(f"{BLOCKS * BLOCK} real OIDC logins each, ID token (RS256 in) and userinfo, ECK iD "
          "cached; CPU-ms of httpd for a login")
    for alg, name in (("RS256", "RSA-2048"), ("ES256", "P-256")):
        ours, theirs = compare(alg)
        print(f"{name:9}  with mod_eckid {ours:.2f}  plain proxy {theirs:.2f}  difference "
              f"{ours - theirs:.2f}", flush=True)


if __name__ == "__main__":
    main()
