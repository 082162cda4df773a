# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked of every place can fail."""
import os
import subprocess
import sys

import pytest

from conftest import checked_place
from lab.scene import module_environment

WORKER = {"user": "www-data", "group": "www-data"} if os.geteuid() == 0 else {}


def report(place, **more):
    """A process that a sanitizer reports: as httpd's workers run, not as httpd does."""
    code = "import ctypes; ctypes.CDLL(None).free(ctypes.create_string_buffer(9))"
    with open(place.path / "worker.out", "wb") as out:
        done = subprocess.run([sys.executable, "-c", code], stderr=out, cwd="/", **WORKER,
                              env={**os.environ, **module_environment(place), **more})
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
