# SPDX-License-Identifier: GPL-3.0-or-later
"""A place whose logs are searched for personal values and sanitizer reports when it is left."""
import contextlib
import os
import pathlib
import re

from .place import Place

TESTS = pathlib.Path(__file__).resolve().parent.parent
# how a sanitizer begins a report, and what it says when it has no file for that
REPORTS = ("AddressSanitizer", "runtime error:", "Can't open file")


# base64 or base64url of more than a key's fingerprint: a value, a token or a response
ENCODED = re.compile("[A-Za-z0-9+/]{80,}|[A-Za-z0-9_-]{80,}")


def check_logs(place):
    """No line in the logs of the module's httpd may contain personal values."""
    for log in place.path.glob("*/error.log"):
        text = log.read_text(errors="replace")
        for setting in place.settings:
            found = [secret for secret in setting.secrets() if secret in text]
            assert not found, f"{log} holds {found}"
        ours = [line.replace(str(place.path), "") for line in text.splitlines()
                if " [eckid:" in line]
        assert not [line for line in ours if "eyJ" in line], f"{log} holds a token"
        assert not [line for line in ours if ENCODED.search(line)], f"{log} holds a value, encoded"
        for library in ("func=xmlSec", "parser error", "C14N error", "encoding error",
                        "encoder error"):
            assert library not in text, log


def check_sanitizers(place):
    """No process reported anything: to a file of its own, or where it could not open that, to its
    output or the log that httpd turns it into."""
    reports = [path.read_text(errors="replace") for path in place.path.glob("sanitizer*")]
    for path in [*place.path.glob("*/error.log"), *place.path.glob("*.out")]:
        text = path.read_text(errors="replace")
        reports += [f"{path}: {text}" for word in REPORTS if word in text]
    assert not reports, "\n".join(reports)


@contextlib.contextmanager
def checked_place(name):
    """A place whose logs are checked when it is left."""
    build = pathlib.Path(os.environ.get("ECKID_BUILD", TESTS.parent / "build"))
    with Place(build / "test" / name) as place:
        yield place
    check_logs(place)
    check_sanitizers(place)
