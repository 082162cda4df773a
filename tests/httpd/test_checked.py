# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of every place can fail."""
import base64
import os
import subprocess
import sys

import pytest

from conftest import checked_place
from lab.place import as_server
from lab.scene import Setting, module_environment

# as httpd does it, whose workers keep a right where nobody else may go: see as_server
SWITCH = "w = pwd.getpwnam('www-data'); os.setgid(w.pw_gid); os.setuid(w.pw_uid); "
CRASH = "ctypes.CDLL(None).free(ctypes.create_string_buffer(9))"


def report(place, **more):
    """A process that a sanitizer reports: as httpd's workers run, not as httpd does."""
    code = "import ctypes, os, pwd; " + (SWITCH if os.geteuid() == 0 else "") + CRASH
    with open(place.path / "worker.out", "wb") as out:
        done = subprocess.run(as_server([sys.executable, "-c", code], place.path), stderr=out,
                              cwd="/", env={**os.environ, **module_environment(place), **more})
    assert done.returncode != 0


@pytest.mark.skipif(not os.environ.get("ECKID_PRELOAD"), reason="nothing is sanitized")
@pytest.mark.parametrize("log_path, found", [
    ("{place}/sanitizer", "(?s)^=.*ERROR: AddressSanitizer"),
    ("stderr", "(?s)worker.out: .*ERROR: AddressSanitizer"),
    ("/proc/none", "(?s)worker.out: .*Can't open file")], ids=["a file", "output", "no file"])
def test_what_a_worker_s_sanitizer_reports_is_found(log_path, found):
    with pytest.raises(AssertionError, match=found):
        with checked_place("test_checked") as place:
            path = log_path.format(place=place.path)
            report(place, ASAN_OPTIONS=f"detect_leaks=0:log_path={path}")


@pytest.mark.parametrize("file", ["gateway/error.log", "gateway.out", "sanitizer.1"])
def test_what_stands_in_any_log_of_a_place_is_found(file):
    with pytest.raises(AssertionError, match="runtime error:"):
        with checked_place("test_checked") as place:
            place.file(file, "module.c:1:2: runtime error: load of misaligned address\n")


VALUES = {
    "user": lambda s: s.student.user,
    "given name": lambda s: s.student.given,
    "family name": lambda s: s.student.family,
    "student number": lambda s: s.student.number,
    "ECK iD": lambda s: s.student.eckid,
    "school": lambda s: s.school.brin,
    "school's name": lambda s: s.school.name,
    "in base64": lambda s: base64.b64encode(b"?" * 60).decode(),
    "in base64url": lambda s: base64.urlsafe_b64encode(b"?" * 60).decode(),
    "token": lambda s: "eyJ",
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_in_a_line_of_ours_is_found(name):
    with pytest.raises(AssertionError, match="error.log holds"):
        with checked_place("test_checked") as place:
            value = VALUES[name](Setting(place))
            place.file("gateway/error.log", f"[now] [eckid:trace8] [pid 1] it is {value}.\n")


def test_what_a_line_of_ours_may_say_passes():
    """A fingerprint, a path of the place however long, what is others' to say."""
    with checked_place("test_checked") as place:
        place.file("gateway/error.log", f"[now] [eckid:error] sha256={'0f' * 32} "
                   f"{place.path}/{'x' * 70}\n[now] [proxy:error] {'x' * 90}\n")
