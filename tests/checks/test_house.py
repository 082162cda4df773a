# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house bite: each is broken once, in a small tree of its own."""
import os
import pathlib
import subprocess
import sys

import pytest

HOUSE = pathlib.Path(__file__).with_name("house.py")
LICENCE = "SPDX-License" "-Identifier: GPL-3.0-or-later"
DOOR = f"/* {LICENCE} */\n/* What this file is for. */\n"

CLEAN = {
    "ARCHITECTURE.md": f"""<!-- {LICENCE} -->
| `common/base` | Bytes. | |
| `common/top` | What stands on bytes. | base |
| `module` | All. | directive |
| `module/directive` | Lines. | top |

| `<openssl/...>` | base |
""",
    "common/base/eckid_a.c": DOOR + '#include "base/eckid_a.h"\n#include <openssl/evp.h>\n',
    "common/base/eckid_a.h": DOOR + "int eckid_a(void);\n",
    "common/top/eckid_b.c": DOOR + '#include "top/eckid_b.h"\n',
    "common/top/eckid_b.h": DOOR + '#include "base/eckid_a.h"\n',
    "module/mod_eckid.c": DOOR + "#include <httpd.h>\n",
    "module/directive/mod_eckid_table.c": DOOR + 'AP_INIT_TAKE1("EckidEngine", 0, 0, 0, "on")\n',
    "conf/mod_eckid.5": f".\\\" {LICENCE}\n.TP\n.B EckidEngine\non\n",
    "conf/eckid.conf": f"# {LICENCE}\nEckidEngine on\n",
    "tests/unit/base/test_a.c": DOOR + "tcase_add_loop_test(tcase, a, 0, COUNT(rows));\n",
    "tests/unit/top/test_b.c": DOOR,
    **{name: f"<!-- {LICENCE} -->\nEckidEngine\n\n    apt install make liba-dev\n\n"
       for name in ("README.md", "README.nl.md")},
    "tools/eckid_try.c": DOOR,
    "Makefile.am": f"# {LICENCE}\nsbin_PROGRAMS = eckid-try\ndist_man_MANS = "
                   "tools/man/eckid-try.8\n",
    "configure.ac": f"# {LICENCE}\nAC_INIT([mod_eckid], [1.2])\n"
                    "PKG_CHECK_MODULES([LIBS], [a-1 >= 1.6 zlib])\n"
                    "PKG_CHECK_MODULES([UNIT], [check], [yes])\n",
    "mod_eckid.spec": "Version:  1.2\nBuildRequires: pkgconfig(a-1) >= 1.6 pkgconfig(zlib)\n",
    "debian/changelog": "libapache2-mod-eckid (1.2-3) unstable; urgency=medium\n",
    "debian/control": "Build-Depends:\n liba-dev,\n libcheck-dev <!nocheck>,\nStandards: 1\n",
    "CHANGES": "changes\n\n1.2\n",
    "conf/eckid.load.in": f"# {LICENCE}\n",
    "run": f'# {LICENCE}\nbuild_packages="make\n    liba-dev"\n',
}


def check(place, changes):
    """Exit status and output of the checks over the clean tree with these changes."""
    for name, text in {**CLEAN, **changes}.items():
        if text is not None:
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    done = subprocess.run([sys.executable, HOUSE], capture_output=True, text=True,
                          env={**os.environ, "ECKID_SOURCE": str(place)})
    return done.returncode, done.stdout + done.stderr


def test_a_clean_tree_passes(tmp_path):
    status, said = check(tmp_path, {})
    assert status == 0, said


def more(name, text):
    return {name: CLEAN[name] + text}


BREACHES = {
    "an assertion issued elsewhere": (
        more("common/top/eckid_b.c", "eckid_xmldsig_issue(0);\n"), "only common/bridge"),
    "a room that is not in the table": (
        {"common/attic/eckid_c.h": DOOR}, "stands in no room"),
    "a room with nothing in it": (
        more("ARCHITECTURE.md", "| `common/cellar` | Nothing. | |\n"), "nothing stands in"),
    "an include against the direction": (
        more("common/base/eckid_a.c", '#include "top/eckid_b.h"\n'), "top is not to be seen"),
    "rooms in a circle": (
        {"common/base/eckid_a.h": DOOR + '#include "top/eckid_b.h"\n',
         "ARCHITECTURE.md": CLEAN["ARCHITECTURE.md"].replace("| Bytes. | |", "| Bytes. | top |")},
        "base -> top -> base"),
    "headers in a circle": (
        {"common/base/eckid_a.h": DOOR + '#include "base/eckid_c.h"\n',
         "common/base/eckid_c.h": DOOR + '#include "base/eckid_a.h"\n'},
        "eckid_a -> eckid_c -> eckid_a"),
    "a library behind its wall": (
        more("common/top/eckid_b.c", "#include <openssl/rsa.h>\n"), "openssl/ is not to be seen"),
    "a library file that knows httpd": (
        more("common/top/eckid_b.c", "#include <http_log.h>\n"), "knows httpd"),
    "no sentence on the door": (
        {"common/top/eckid_b.c": f"/* {LICENCE} */\n#include <a.h>\n"}, "no sentence on the door"),
    "no licence": (
        {"common/top/eckid_b.c": "/* none */\n/* A sentence. */\n"}, "not one licence line"),
    "a line that is too long": (more("common/top/eckid_b.c", "x" * 101 + "\n"), "too long"),
    "white space at an end": (more("common/top/eckid_b.c", "x \n"), "white space at its end"),
    "a directive that conf does not show": (
        more("module/directive/mod_eckid_table.c", 'AP_INIT_FLAG("EckidNew", 0, 0, 0, "")\n'),
        "EckidNew stands there 0 times"),
    "a directive that is not known": (
        more("conf/eckid.conf", "EckidOld on\n"), "EckidOld stands there 1 times"),
    "a directive that the manual page does not have": (
        more("module/directive/mod_eckid_table.c", 'AP_INIT_FLAG("EckidNew", 0, 0, 0, "a" "b")\n'),
        "conf/mod_eckid.5: EckidNew is not there once"),
    "a directive that the manual page has in other words": (
        more("conf/mod_eckid.5", ".TP\n.B <EckidEngine>\noff\n"),
        "conf/mod_eckid.5: EckidEngine is not there once"),
    "a command that the Dutch do not read of": (
        more("README.md", "eckid-new --all\n"), "README.nl.md: eckid-new is in README.md only"),
    "an example that is not shipped": (
        {"conf/examples/a.conf": f"# {LICENCE}\n"}, "conf/examples/a.conf is in none of its lists"),
    "a file of the README that is not shipped": (
        {"README.md": CLEAN["README.md"] + "conf/a.json\n", "conf/a.json": "{}",
         "README.nl.md": CLEAN["README.nl.md"] + "conf/a.json\n"},
        "conf/a.json is in none of its lists"),
    "a file of the README that is not there": (
        {"README.md": CLEAN["README.md"] + "GONE.md\n"}, "README.md: GONE.md is not there"),
    "a command that is not installed": (
        {"tools/eckid_new.c": DOOR}, "eckid-new is in none of its lists"),
    "a command without its man page": (
        {"Makefile.am": CLEAN["Makefile.am"].replace("tools/man/eckid-try.8", "")},
        "tools/man/eckid-try.8 is in none of its lists"),
    **{f"another version in {name}": (
        {name: CLEAN[name].replace("1.2", "1.3")}, "versions differ")
       for name in ("configure.ac", "mod_eckid.spec", "debian/changelog", "CHANGES")},
    "a library that the spec file does not ask for": (
        {"mod_eckid.spec": "Version:  1.2\nBuildRequires: pkgconfig(a-1) >= 1.6\n"},
        "mod_eckid.spec: zlib is not both there"),
    "another version of a library in the spec file": (
        {"mod_eckid.spec": CLEAN["mod_eckid.spec"].replace(">= 1.6", ">= 1.5")},
        "mod_eckid.spec: a-1 >= 1.5 is not both there"),
    **{f"a library that {name} does not name": (
        {name: CLEAN[name].replace("liba-dev", "libb-dev")},
        f"{name}: liba-dev is not both there") for name in (
            "README.md", "README.nl.md", "debian/control")},
    "a library that only run installs": (
        {"run": CLEAN["run"].replace("liba-dev", "liba-dev libb-dev")},
        "debian/control: libb-dev is not both there"),
    "a file without a unit test": ({"tests/unit/top/test_b.c": None}, "no unit test"),
    "a loop test with a count by hand": (
        more("tests/unit/top/test_b.c", "tcase_add_loop_test(tcase, a, 0,\n    8);\n"),
        "a loop test ends at 8"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_named(tmp_path, breach):
    changes, named = BREACHES[breach]
    status, said = check(tmp_path, changes)
    assert status == 1 and named in said, said
