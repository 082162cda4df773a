# SPDX-License-Identifier: GPL-3.0-or-later
"""What ./run builds from holds sources only, whatever was built in the source tree before."""
import pathlib
import subprocess

RUN = pathlib.Path(__file__).parents[2] / "run"
SOURCES = ["common/a.c", "common/a.h", "conf/eckid.load.in", "tests/a.py"]
PRODUCTS = ["common/a.o", "common/liba-a.lo", "libeckid.la", "common/.dirstamp",
            "common/.deps/a.Plo", "common/.libs/a.o", ".libs/mod_eckid.so"]


def test_what_was_built_in_the_source_tree_is_no_source(tmp_path):
    tree = tmp_path / "tree"
    for name in SOURCES + PRODUCTS:
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_text("")
    subprocess.run(["cp", "-as", tmp_path / "from", tree], check=True)
    functions = RUN.read_text().split('\ncase "${1-}"')[0].replace('cd "$(dirname "$0")"', "")
    subprocess.run(["bash", "-c", f"{functions}\nwithout_products {tree}"], check=True)
    left = sorted(str(p.relative_to(tree)) for p in tree.rglob("*") if not p.is_dir())
    assert left == SOURCES
    assert (tmp_path / "from" / PRODUCTS[0]).exists()
