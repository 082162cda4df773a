# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to bring a school of 60,000 people from UWLR into a new database of SQLite."""
import os
import pathlib
import secrets
import subprocess
import tempfile
import time

from lab import uwlr
from lab.people import School, make_eckid, make_person
from lab.scene import module_file

PEOPLE, SECONDS_MAX, MIB_MAX = 60000, 20, 64


def write_file(path, school):
    one = make_person()
    head, row, tail = uwlr.document(school, [one]).partition(uwlr.element("leerling", one,
                                                                          one.number))
    with path.open("w") as file:
        file.write(head)
        for number in range(PEOPLE):
            file.write(row.replace(one.number, str(number)).replace(one.eckid, make_eckid()) + "\n")
        file.write(tail)


def run(name, *words):
    """Wall clock and CPU seconds, and the largest memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen([str(module_file().parent.parent / name), *words],
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, words
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    school = School(brin="11ZZ03")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_file(folder / "school.xml", school)
        (folder / "secret").write_text(secrets.token_urlsafe(48))
        common = ["--database", f"sqlite:{folder}/people.db", "--secret", str(folder / "secret")]
        run("eckid-directory", *common, "create")
        for what in ("all new", "the same again"):
            seconds, cpu, mib = run("eckid-import", *common, "--school", "V_ID:11ZZ03",
                                    str(folder / "school.xml"))
            print(f"{PEOPLE} people, {what}: {seconds:.1f} s (at most {SECONDS_MAX}), of these "
                  f"{cpu:.1f} s CPU; {mib:.0f} MiB (at most {MIB_MAX})")


main()
