# SPDX-License-Identifier: GPL-3.0-or-later
"""One Keycloak and one gateway for all rows; each row prints what it saw."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from kc import Realm  # noqa: E402
from lab.checked import checked_place  # noqa: E402
from lab.place import end_on_signals  # noqa: E402

end_on_signals()


@pytest.fixture(scope="session")
def realm():
    with checked_place("interop") as place:
        yield Realm(place, pathlib.Path(os.environ["ECKID_KEYCLOAK"]))


@pytest.fixture
def seen(request, capsys):
    """Prints what a row saw, behind its name."""
    def say(*words):
        with capsys.disabled():
            print(f"{request.node.name[5:]:<56}", *words)
    return say


def pytest_report_teststatus(report):
    """No dots between the rows."""
    if report.when == "call" and report.passed:
        return "passed", "", ""
    return None
