# SPDX-License-Identifier: GPL-3.0-or-later
"""No process of a place outlives the process that made it, however that ends."""
import os
import pathlib
import select
import signal
import subprocess
import sys

import pytest

from conftest import TESTS
from lab.wait import PATIENCE, eventually

MAKER = """
import sys, time
from lab.place import Place, end_on_signals
end_on_signals()
with Place(sys.argv[1]) as place:
    print(place.start(["sleep", "1000"], "sleep").pid, flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_process_ends_with_who_started_it(place, number):
    maker = subprocess.Popen(["env", "--default-signal", sys.executable, "-c", MAKER,
                              place.path / "made"], stdout=subprocess.PIPE, cwd=TESTS)
    pid = int(maker.stdout.readline())
    process = os.pidfd_open(pid)
    # until then it is about to become one, and not yet bound to who started it
    eventually(lambda: pathlib.Path(f"/proc/{pid}/comm").read_text() == "sleep\n")
    maker.send_signal(number)
    maker.wait(PATIENCE)
    assert select.select([process], [], [], PATIENCE)[0], "it runs on"
    os.close(process)
