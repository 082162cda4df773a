# SPDX-License-Identifier: GPL-3.0-or-later
"""A place for each file of tests, which is checked when it is left."""
import pathlib
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from lab.checked import checked_place  # noqa: E402  (the path first)
from lab.place import end_on_signals  # noqa: E402

end_on_signals()


@pytest.fixture(scope="module")
def place(request):
    with checked_place(request.module.__name__) as place:
        yield place
