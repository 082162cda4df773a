# SPDX-License-Identifier: GPL-3.0-or-later
"""What ./run builds from holds sources only, and what it builds is by the flags of now."""
import os
import pathlib
import subprocess

import pytest

RUN = pathlib.Path(__file__).parents[2] / "run"
SOURCES = ["common/a.c", "common/a.h", "conf/eckid.load.in", "tests/a.py"]
PRODUCTS = ["common/a.o", "common/liba-a.lo", "libeckid.la", "common/.dirstamp",
            "common/.deps/a.Plo", "common/.libs/a.o", ".libs/mod_eckid.so"]


# Writes a Makefile whose one object says by which flags it was made.
CONFIGURE = """#!/bin/sh
touch config.status
printf 'all: a.o\\na.o:\\n\\techo "%s" >a.o\\nclean:\\n\\trm -f a.o\\n' \\
    "$* $CFLAGS $(cat ../tree/*.a?)" >Makefile
"""


def call(code, folder, **environment):
    functions = RUN.read_text().split('\ncase "${1-}"')[0].replace('cd "$(dirname "$0")"', "")
    subprocess.run(["bash", "-c", f"{functions}\n{code}"], cwd=folder, check=True,
                   env=os.environ | environment)


def test_what_was_built_in_the_source_tree_is_no_source(tmp_path):
    tree = tmp_path / "tree"
    for name in SOURCES + PRODUCTS:
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_text("")
    subprocess.run(["cp", "-as", tmp_path / "from", tree], check=True)
    call(f"without_products {tree}", tmp_path)
    left = sorted(str(p.relative_to(tree)) for p in tree.rglob("*") if not p.is_dir())
    assert left == SOURCES
    assert (tmp_path / "from" / PRODUCTS[0]).exists()


def built(folder, arguments="-O1", **environment):
    call(f"tree() {{ :; }}; configure x {arguments}; compile x all", folder, **environment)
    return (folder / "build/x/a.o").read_text()


@pytest.fixture
def folder(tmp_path):
    tree = tmp_path / "build/tree"
    tree.mkdir(parents=True)
    for name, text in (("configure", CONFIGURE), ("configure.ac", "one"), ("Makefile.am", "two")):
        (tree / name).write_text(text)
    (tree / "configure").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("change", [{"arguments": "-O2"}, {"CFLAGS": "-g"}])
def test_other_flags_build_objects_anew(folder, change):
    before = built(folder)
    assert built(folder, **change) != before
    assert built(folder) == before


@pytest.mark.parametrize("name", ["configure.ac", "Makefile.am"])
def test_a_changed_file_of_flags_builds_objects_anew(folder, name):
    before = built(folder)
    (folder / "build/tree" / name).write_text("three")
    assert built(folder) != before


def test_the_same_flags_build_nothing_anew(folder):
    built(folder)
    (folder / "build/x/a.o").write_text("as it was")
    assert built(folder) == "as it was"
