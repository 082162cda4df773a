# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a condition, not for a time: no test depends on how busy the machine is."""
import time

PATIENCE = 60  # in seconds; only what is broken takes as long

# Options of EckidLas and EckidProvider for all that is not about deadlines: the longest there are.
PATIENT = "timeout=30s connect-timeout=30s"


def eventually(condition, what="the condition", seconds=PATIENCE):
    """Returns the first true value that condition() has. Fails if it has none within the patience;
    what says for which condition that was, as a text or a function that makes one."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(
                f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.02)
    return value
