#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that a script can see. Prints what breaks them; make check runs it."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("ECKID_SOURCE", pathlib.Path(__file__).parents[2]))
SOURCES = sorted(path for room in ("common", "module", "tools")
                 for path in ROOT.glob(f"{room}/*.[ch]"))
KINDS = ("*.py", "*.[ch]", "*.php", "*.mjs")
TESTS = sorted(p for kind in KINDS for p in ROOT.glob(f"tests/**/{kind}"))
OTHERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("conf/**/*.conf"), ROOT / "configure.ac",
                 ROOT / "Makefile.am", ROOT / "conf/eckid.load.in", ROOT / "run"])
HTTPD = re.compile(r'#include [<"](httpd|http_\w+|ap_\w+|util_\w+|mod_\w+|unixd|scoreboard)\.h')

# what a file must not know, however low it stands
APART = [
    (r"module/mod_eckid_(filter|oidc)\.c",
     r"eckid_(las|lookup|cache|saml|xmldsig|secret|curl|eduv|generic)\b"),
    (r"common/eckid_(las|eduv|generic|question|reading|schools|lookup|httpsig\w*|assertion|sfv|"
     r"content_digest|oauth|gate|flight|curl)\.[ch]",
     r"eckid_(saml|xmldsig|form|html|policy)\b"),
    (r"common/eckid_(saml|xmldsig|form|html|c14n|release)\.[ch]",
     r"eckid_(cache|las|lookup|secret|curl|eduv|generic)\b"),
    (r"common/eckid_cache\.[ch]", r"eckid_(saml|xmldsig|las|policy|form)\b"),
    (r"common/eckid_(object|jwa|jwk|jws|jwe|oidc|params|caller)\.[ch]",
     r"eckid_(cache|las|lookup|secret|curl|saml|bearer|provider)\b"),
]


def floors():
    """Roots and their floors, from the table in ARCHITECTURE.md."""
    found = {}
    for line in (ROOT / "ARCHITECTURE.md").read_text().splitlines():
        match = re.match(r"\| (\d+) \| (.*?) \|", line)
        if match:
            found.update({root: int(match[1]) for root in re.findall(r"`(eckid_\w+)`", match[2])})
    return found


def includes(path):
    return re.findall(r'#include "(\w+)\.h"', path.read_text())


def check_floors():
    floor = floors()
    for path in ROOT.glob("common/*.[ch]"):
        if path.stem not in floor:
            yield f"{path}: not in the table of floors"
            continue
        for other in includes(path):
            if other != path.stem and floor.get(other, 99) >= floor[path.stem]:
                yield f"{path}: includes {other}, which is not on a lower floor"
    for root in floor:
        if not (ROOT / f"common/{root}.h").exists():
            yield f"ARCHITECTURE.md: there is no {root}"


def check_rooms():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    for path in ROOT.glob("module/*.c"):
        if f"`{path.stem}" not in text:
            yield f"{path}: not in the table of rooms"


def check_httpd():
    for path in ROOT.glob("common/*.[ch]"):
        if HTTPD.search(path.read_text()):
            yield f"{path}: knows httpd"


def check_apart():
    for file_pattern, other_pattern in APART:
        for path in SOURCES:
            if re.fullmatch(file_pattern, str(path.relative_to(ROOT))):
                for other in includes(path):
                    if re.fullmatch(other_pattern, other):
                        yield f"{path}: must not know {other}"


def check_doors():
    """A licence, then a sentence, in each source; no line beyond 100 columns."""
    for path in SOURCES:
        lines = path.read_text().splitlines()
        if not re.fullmatch(r"/\* [A-Z\"a-z].*", lines[1]):
            yield f"{path}: no sentence on the door"
    for path in [*SOURCES, *TESTS, *OTHERS]:
        if path.read_text().count("SPDX-License" "-Identifier: GPL-3.0-or-later") != 1:
            yield f"{path}: not one licence line"
    for path in [*SOURCES, *TESTS]:
        text = path.read_text()
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > 100 or line != line.rstrip() or "\t" in line:
                yield f"{path}:{number}: too long, a tab, or white space at its end"


def check_directives():
    """Each directive stands once in conf/eckid.conf, and nothing else does."""
    table = (ROOT / "module/mod_eckid_config.c").read_text()
    known = re.findall(r'AP_INIT_\w+\("<?(\w+)"', table)
    shown = re.findall(r"^\s*#?<?(Eckid\w+)\s", (ROOT / "conf/eckid.conf").read_text(), re.M)
    for name in sorted({*known, *shown}):
        if known.count(name) != 1 or shown.count(name) != 1:
            yield f"conf/eckid.conf: {name} stands there {shown.count(name)} times"


def check_tests():
    """Each file of the library has its unit test."""
    for path in ROOT.glob("common/*.c"):
        name = path.stem.removeprefix("eckid_")
        if name != "curl" and not (ROOT / f"tests/unit/test_{name}.c").exists():
            yield f"{path}: no unit test"


def main():
    checks = [check_floors, check_rooms, check_httpd, check_apart, check_doors, check_directives,
              check_tests]
    wrong = [line for check in checks for line in check()]
    print("\n".join(wrong) or f"{len(checks)} checks of the house: all well")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
