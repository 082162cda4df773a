# SPDX-License-Identifier: GPL-3.0-or-later
"""A tester of SCIM servers by others (scim2-tester) finds ours to be one, in both shapes."""
import os
import pathlib
import subprocess

import pytest

from lab.checked import checked_place
from lab.scim import LINES, Receiver

SCRIPT = pathlib.Path(__file__).with_name("scim_tester.py")


@pytest.mark.parametrize("shape", ["User", "EduUser"])
def test_scim2_tester(seen, shape):
    with checked_place(f"interop_scim_{shape}") as place:
        las = Receiver(place, LINES + f"EckidScimSchema {shape}\n").pusher()
        done = subprocess.run([os.environ["ECKID_SCIM_PYTHON"], str(SCRIPT), las.base],
                              capture_output=True, text=True,
                              env={**os.environ, "SCIM_TOKEN": las.token})
        assert done.returncode == 0, done.stdout + done.stderr
        seen(done.stdout.splitlines()[-1])
