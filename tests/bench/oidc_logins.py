# SPDX-License-Identifier: GPL-3.0-or-later
"""The same over OpenID Connect: code, ID token and userinfo."""
import contextlib
import functools
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.httpd import Httpd  # noqa: E402  (the path first)
from lab.place import Place  # noqa: E402
from lab.school import Client, OidcScene  # noqa: E402
from side_by_side import LOGINS, ROUNDS, STARTS, side_by_side  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"


def log_in(scene, httpd, client):
    """Four requests: to the login form, the password, the ID token and userinfo."""
    answer = scene.authorize(scene.student, client, port=httpd.port)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
    tokens = scene.token_request(client, httpd.port, grant_type="authorization_code",
                                 code=query["code"][0], redirect_uri=client.redirect_uri).json()
    got = scene.userinfo(tokens, httpd.port).json()
    assert ("eckId" in got) == (httpd is scene.gateway)


@contextlib.contextmanager
def both(alg):
    """An httpd with the module, which signs so, and one without."""
    with Place(BUILD / "bench-oidc") as place:
        client = Client("Books", "books", alg=alg)
        scene = OidcScene(place, [client], source="id-token", level="warn")
        plain = Httpd(place, "plain", scene.front()).start()
        yield scene.gateway, plain, lambda httpd: log_in(scene, httpd, client)


def main():
    print(f"{STARTS} starts of {ROUNDS} rounds of {LOGINS} real OIDC logins, ID token (RS256 in) "
          "and userinfo, ECK iD cached; CPU-ms of httpd for a login")
    for alg, name in (("RS256", "RSA-2048"), ("ES256", "P-256")):
        print(f"{name:9}  {side_by_side(functools.partial(both, alg))}", flush=True)


if __name__ == "__main__":
    main()
