# SPDX-License-Identifier: GPL-3.0-or-later
"""How many people a second can be pushed by SCIM, one in each request."""
import http.client
import json
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.people import make_eckid  # noqa: E402  (the path first)
from lab.place import Place  # noqa: E402
from lab.postgres import Postgres  # noqa: E402
from lab.scim import Receiver, resource  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"
CLIENTS, SECONDS, RATE_MIN = 16, 10, 300


def push(port, token, number, end, counts):
    """Creates people until the end, over one connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    fields = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    while time.monotonic() < end:
        body = json.dumps(resource(f"{number}-{counts[number]}@1.school.example", make_eckid()))
        connection.request("POST", "/scim/Users", body, fields)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
        counts[number] += 1


def measure(name, make_postgres):
    with Place(BUILD / "bench-pushes") as place:
        stage = Receiver(place, level="warn", postgres=make_postgres(place))
        token, counts, before = stage.server.token(), [0] * CLIENTS, stage.gateway.cpu_seconds()
        end = time.monotonic() + SECONDS
        threads = [threading.Thread(target=push, args=(
            stage.gateway.port, token, number, end, counts)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total, spent = sum(counts), stage.gateway.cpu_seconds() - before
    print(f"{name}: {total / SECONDS:.0f} people a second pushed by {CLIENTS} clients for "
          f"{SECONDS} s (at least {RATE_MIN}); {1000 * spent / total:.2f} CPU-ms of httpd for each",
          flush=True)


def main():
    measure("SQLite", lambda place: None)
    measure("PostgreSQL", lambda place: Postgres(place, durable=True))


if __name__ == "__main__":
    main()
