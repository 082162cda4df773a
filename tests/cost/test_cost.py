# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever list the input is, twice as much of it costs no more than twice as much.

Instructions are counted, by valgrind, and memory by the kernel: neither depends on how busy or how
fast the machine is.
"""
import os
import re
import subprocess

import pytest

COST = os.environ["ECKID_COST"]
SIZE = 8192
LARGE = 262144

# Of the shortest elements, of which a document cannot have so many that 20 ms would not do.
INSTRUCTIONS_PER_BYTE = 3000

# For 256 kB of input.
KIBIBYTES = 16384

# What is done once, such as a signature that is not reached where the list is refused.
ONCE = 3_000_000

LISTS = subprocess.run([COST, "list", "0"], stdout=subprocess.PIPE, text=True,
                       check=True).stdout.splitlines()


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """Instructions by list and size."""
    place = tmp_path_factory.mktemp("cost")
    subprocess.run(["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
                    f"--callgrind-out-file={place}/out", COST, "count", str(SIZE)], check=True)
    counts = {}
    for dump in place.iterdir():
        text = dump.read_text()
        name = re.search(r"^desc: Trigger: Client Request: (.*)/(\d+)$", text, re.M)
        if name:
            summary = re.search(r"^summary: (\d+)$", text, re.M)
            counts[name[1], int(name[2])] = int(summary[1])
    return counts


@pytest.fixture(scope="module")
def kept():
    """Kibibytes of memory by list."""
    lines = subprocess.run([COST, "memory", str(LARGE)], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.splitlines()
    return {name: int(peak) for name, peak, _ in (line.split("\t", 2) for line in lines)}


@pytest.mark.parametrize("name", LISTS)
def test_twice_as_much_costs_twice_as_much(counted, name):
    none, some, twice = (counted[name, size] for size in (0, SIZE, 2 * SIZE))
    assert twice - some <= 1.8 * max(some - none, 0) + ONCE  # 3 if it were quadratic
    assert twice - none <= INSTRUCTIONS_PER_BYTE * 2 * SIZE + ONCE


@pytest.mark.parametrize("name", LISTS)
def test_memory_is_bounded(kept, name):
    assert kept[name] <= KIBIBYTES
