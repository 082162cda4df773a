# SPDX-License-Identifier: GPL-3.0-or-later
"""How many logins a second our own identity provider answers, and what one costs httpd. Users log
in by a module that costs next to nothing, and clients run on the same processors."""
import base64
import http.client
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.bridgestage import COLUMNS, PATH, BridgeStage, Partner  # noqa: E402  (the path first)
from lab.place import Place  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"
CLIENTS, LOGINS = 8, int(os.environ.get("ECKID_BENCH_LOGINS", "500"))  # of each client


class Cheap(BridgeStage):
    """Everybody who comes is the student."""
    MODULES = ("authn_anon", "auth_basic")

    def authentication(self, protected):
        values = self.student.attributes(self.school)
        return f"""
<Location {PATH}/login>
  AuthType Basic
  AuthName school
  AuthBasicProvider anon
  Anonymous *
  Anonymous_LogEmail Off
  Anonymous_MustGiveEmail Off
  Require valid-user
  {"".join(f'SetEnv {self.variable(name)} "{";".join(values[name])}"' + chr(10)
           for name in COLUMNS)}
</Location>
"""


def log_in(connection, path, fields):
    connection.request("GET", path, headers=fields)
    sent = connection.getresponse()
    sent.read()
    connection.request("GET", sent.headers["Location"], headers=fields)
    answer = connection.getresponse()
    assert b"SAMLResponse" in answer.read(), answer.status


def work(stage, paths):
    """Logs in with each request, over one connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", stage.gateway.port, timeout=60)
    fields = {"Host": stage.base.split("/")[2],
              "Authorization": f"Basic {base64.b64encode(b'student:x').decode()}"}
    for path in paths:
        log_in(connection, path, fields)


def requests(stage, count):
    return [f"{PATH}/sso?{stage.books.query(stage.books.request(stage.sso))}"
            for _ in range(count)]


def main():
    with Place(BUILD / "bench-bridge") as place:
        stage = Cheap(place, [Partner(place, "books", wishes=' AuthnRequestsSigned="true"')],
                      level="warn").start()
        work(stage, requests(stage, 100))  # until every thread has been used
        threads = [threading.Thread(target=work, args=(stage, requests(stage, LOGINS)))
                   for _ in range(CLIENTS)]
        before, begun = stage.gateway.cpu_seconds(), time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
        spent = (stage.gateway.cpu_seconds() - before) / (CLIENTS * LOGINS)
    print(f"{CLIENTS * LOGINS / took:.0f} logins a second by {CLIENTS} clients on {os.cpu_count()} "
          f"cores that they share with httpd; {1000 * spent:.2f} CPU-ms of httpd for each (signed "
          f"request, RSA-2048, Response and Assertion signed, ECK iD cached)")


if __name__ == "__main__":
    main()
