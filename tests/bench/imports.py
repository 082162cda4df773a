# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to bring a school of 60,000 people from UWLR into a new database."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab import uwlr, uwlrservice  # noqa: E402  (the path first)
from lab.directory import Directory  # noqa: E402
from lab.people import School, make_eckid, make_person  # noqa: E402
from lab.pki import Authority  # noqa: E402
from lab.place import Place  # noqa: E402
from lab.postgres import Postgres  # noqa: E402
from lab.uwlrservice import UwlrService  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"
PEOPLE, SECONDS_MAX, MIB_MAX = 60000, 20, 64


def write_file(path, school):
    """Row by row: what this process ever held would count as memory of the command's."""
    one = make_person()
    row = uwlr.element("leerling", one, one.number)
    head, _, tail = uwlr.document(school, [one]).partition(row)
    with path.open("w") as file:
        file.write(head)
        for number in range(PEOPLE):
            file.write(row.replace(one.number, str(number)).replace(one.eckid, make_eckid()) + "\n")
        file.write(tail)


def run(directory, school, file, *arguments):
    """Wall clock and CPU seconds, those of PostgreSQL too, and the largest memory in MiB."""
    words, environment = uwlr.command(directory, school, file, *arguments)
    server = directory.postgres.cpu_seconds if directory.postgres else lambda: 0
    began, before = time.monotonic(), server()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, words
    took = time.monotonic() - began
    time.sleep(1)  # until the server has noticed that the connection ended
    return took, usage.ru_utime + usage.ru_stime + server() - before, usage.ru_maxrss / 1024


def tell(what, seconds, cpu, mib):
    print(f"{PEOPLE} people, {what}: {seconds:.1f} s (at most {SECONDS_MAX}), CPU {cpu:.1f} s; "
          f"{mib:.0f} MiB (at most {MIB_MAX})", flush=True)


def from_service(place, school, file):
    """What the options of eckid-import are for the web service that has this document."""
    authority = Authority(place)
    las = UwlrService(place, authority, school, [])
    head, tail = uwlrservice.envelope("|").split("|")
    skipped = len(file.open().readline())  # the declaration

    def behave(handler):
        handler.send_head(200, len(head) + file.stat().st_size - skipped + len(tail))
        handler.wfile.write(head.encode())
        with file.open("rb") as rows:
            rows.seek(skipped)
            shutil.copyfileobj(rows, handler.wfile)
        handler.wfile.write(tail.encode())
    las.behave = behave
    certificate = authority.issue(place, "client", ["client.localhost"])
    return ["--uwlr", las.url, "--autorisatiesleutel", place.file("key", las.key),
            "--klantcode", las.code, "--klantnaam", las.name, "--las-ca", authority.crt_file,
            "--las-certificate", certificate, "--las-certificate-key", certificate]


def main():
    with Place(BUILD / "bench-imports") as place:
        school, file = School(), place.path / "school.xml"
        write_file(file, school)
        directory = Directory(place)
        tell("SQLite, all new", *run(directory, school, file))
        tell("SQLite, the same again", *run(directory, school, file))
        tell("SQLite, the same from the web service of UWLR",
             *run(directory, school, None, *from_service(place, school, file)))
        directory = Directory(place, Postgres(place, durable=True))
        tell("PostgreSQL, all new", *run(directory, school, file))
        tell("PostgreSQL, the same again", *run(directory, school, file))


if __name__ == "__main__":
    main()
