#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that a script can see. Prints what breaks them; make check runs it."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("ECKID_SOURCE", pathlib.Path(__file__).parents[2]))
SOURCES = sorted(path for part in ("common", "module", "tools")
                 for path in ROOT.glob(f"{part}/**/*.[ch]"))
KINDS = ("*.py", "*.[ch]", "*.php", "*.mjs")
TESTS = sorted(p for kind in KINDS for p in ROOT.glob(f"tests/**/{kind}"))
OTHERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("conf/**/*.conf"), ROOT / "configure.ac",
                 ROOT / "Makefile.am", ROOT / "conf/eckid.load.in", ROOT / "run"])
HTTPD = re.compile(r'#include [<"](httpd|http_\w+|ap_\w+|util_\w+|mod_\w+|unixd|scoreboard)\.h')


def rooms():
    """Rooms and what may be seen from each, from the table in ARCHITECTURE.md."""
    rows = re.findall(r"^\| `((?:common|module)(?:/\w+)?)` \| [^|]+ \|([^|]*)\|$",
                      (ROOT / "ARCHITECTURE.md").read_text(), re.M)
    return {room: set(sees.split()) for room, sees in rows}


def room_of(path):
    return str(path.parent.relative_to(ROOT))


def check_rooms():
    """Each source stands in a room of the table, and includes what that room may see."""
    table = rooms()
    for path in SOURCES:
        if room_of(path) == "tools":
            continue
        if room_of(path) not in table:
            yield f"{path}: stands in no room of ARCHITECTURE.md"
            continue
        for other in re.findall(r'#include "(.*)/\w+\.h"', path.read_text()):
            if other != path.parent.name and other not in table[room_of(path)]:
                yield f"{path}: {other} is not to be seen from {room_of(path)}"
    for room in table:
        if not list((ROOT / room).glob("*.[ch]")):
            yield f"ARCHITECTURE.md: nothing stands in {room}"


def cycle_in(graph):
    """Nodes of a graph that include one another in a circle, in the order found; or none."""
    done = set()

    def visit(node, path):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return []
        for other in sorted(graph.get(node, ())):
            if found := visit(other, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(graph) if (found := visit(node, []))), [])


def check_cycles():
    """Neither rooms nor headers include one another in a circle."""
    between_rooms, between_headers = {}, {}
    for path in SOURCES:
        for room, stem in re.findall(r'#include "(\w+)/(\w+)\.h"', path.read_text()):
            if room != path.parent.name:
                between_rooms.setdefault(path.parent.name, set()).add(room)
            if path.suffix == ".h":
                between_headers.setdefault(path.stem, set()).add(stem)
    for graph in (between_rooms, between_headers):
        if found := cycle_in(graph):
            yield f"a circle of includes: {' -> '.join(found)}"


def check_libraries():
    """A library is known in the rooms of its row in ARCHITECTURE.md and nowhere else."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rows = re.findall(r"^\| `<([\w/]+)\.\.\.>` \|([^|]*)\|$", text, re.M)
    for library, allowed in rows:
        for path in SOURCES:
            if f"#include <{library}" in path.read_text() and (
                    path.parent.name not in allowed.split()):
                yield f"{path}: {library} is not to be seen from {room_of(path)}"


def check_httpd():
    for path in ROOT.glob("common/**/*.[ch]"):
        if HTTPD.search(path.read_text()):
            yield f"{path}: knows httpd"


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


def directives():
    """The name of each directive, and its words in the table."""
    table = (ROOT / "module/directive/mod_eckid_table.c").read_text()
    text = r'(?:"(?:\\.|[^"\\])*"\s*)+'
    rows = re.findall(rf'AP_INIT_\w+\("<?(\w+)".*?,\s*({text})\)', table, re.S)
    return [(name, re.sub(r'"\s*"', "", words.strip())[1:-1].replace('\\"', '"'))
            for name, words in rows]


def check_directives():
    """Each directive stands once in conf/eckid.conf, and nothing else does."""
    known = [name for name, _ in directives()]
    shown = re.findall(r"^\s*#?<?(Eckid\w+)\s", (ROOT / "conf/eckid.conf").read_text(), re.M)
    for name in sorted({*known, *shown}):
        if known.count(name) != 1 or shown.count(name) != 1:
            yield f"conf/eckid.conf: {name} stands there {shown.count(name)} times"


def check_manual():
    """The manual page has each directive once, with its words in the table."""
    page = (ROOT / "conf/mod_eckid.5").read_text().replace("\\-", "-")
    shown = re.findall(r"^\.TP\n\.B <?(Eckid\w+)>?\n(.*)$", page, re.M)
    for name, words in sorted({*directives(), *shown}):
        if shown.count((name, words)) != 1 or (name, words) not in directives():
            yield f"conf/mod_eckid.5: {name} is not there once and with the words of the table"


def check_dutch():
    """Each README has the directives, commands, options, codes and files that the other one has."""
    name = re.compile(r"\bEckid[A-Z]\w+|\beckid-[a-z]+|ECK\d{4}|\bconf/[\w./-]+\w|--[a-z][a-z-]+")
    files = [ROOT / "README.md", ROOT / "README.nl.md"]
    for path, other in (files, files[::-1]):
        for word in sorted({*name.findall(other.read_text())} - {*name.findall(path.read_text())}):
            yield f"{path}: {word} is in {other.name} only"


def files_at(path):
    """The file, or those in the folder, as the lists in Makefile.am name them."""
    found = path.rglob("*") if path.is_dir() else [path]
    return [str(each.relative_to(ROOT)) for each in found if each.is_file()]


def check_shipped():
    """What a README names, and each example, is installed, or at least in the tarball."""
    listed = set((ROOT / "Makefile.am").read_text().split())
    name = re.compile(r"\b(?:conf|docker)/[\w./-]+\w|\b[A-Z]+(?:\.nl)?\.md\b")
    named = {word for path in ("README.md", "README.nl.md")
             for word in name.findall((ROOT / path).read_text())}
    for word in sorted({"conf/examples", *named}):
        if word != "conf/examples" and not (ROOT / word).exists():
            yield f"README.md: {word} is not there"
        for file in files_at(ROOT / word):
            if not listed & {file, file.split("/")[0]}:
                yield f"Makefile.am: {file} is in none of its lists, so that it is not shipped"


def check_commands():
    """Each command of the operator is installed, with its man page."""
    listed = (ROOT / "Makefile.am").read_text().split()
    for path in sorted(ROOT.glob("tools/eckid_*.c")):
        command = path.stem.replace("_", "-")
        for word in (command, f"tools/man/{command}.8"):
            if word not in listed:
                yield f"Makefile.am: {word} is in none of its lists"


def check_versions():
    """configure, RPM and Debian's package are of one version; a tarball has no folder debian."""
    places = {"configure.ac": r"AC_INIT\(\[mod_eckid\], \[([^]]+)\]",
              "mod_eckid.spec": r"^Version:\s*(\S+)", "debian/changelog": r"\(([^)]+)-\d+\)",
              "CHANGES": r"^(\d\S+)$"}
    found = {name: re.search(pattern, (ROOT / name).read_text(), re.M)[1]
             for name, pattern in places.items() if (ROOT / name).exists()}
    if len(set(found.values())) > 1:
        yield f"versions differ: {found}"


def check_libraries_of_packages():
    """The spec file asks for what configure looks for; Debian's package and the READMEs for what
    `run` builds with. The unit tests' own libraries are not needed."""
    configure, spec = ((ROOT / name).read_text() for name in ("configure.ac", "mod_eckid.spec"))
    lists = re.findall(r"PKG_CHECK_MODULES\(\[(?!UNIT)\w+\], \[(.*?)\]", configure)
    looked_for = set(re.findall(r"([a-z][\w.-]+)((?: >= [\d.]+)?)", " ".join(lists)))
    asked_for = set(re.findall(r"pkgconfig\((.*?)\)((?: >= [\d.]+)?)", spec))
    for name, version in sorted(looked_for ^ asked_for):
        yield f"mod_eckid.spec: {name}{version} is not both there and in configure.ac"
    wanted = libraries("run", r'^build_packages="(.*?)"')
    for name, part in (("README.md", r"^    apt install (.*?)\n\n"),
                       ("README.nl.md", r"^    apt install (.*?)\n\n"),
                       ("debian/control", r"^Build-Depends:(.*?)^\w")):
        if (ROOT / name).exists():
            for package in sorted(wanted ^ libraries(name, part)):
                yield f"{name}: {package} is not both there and in run's build_packages"


def libraries(name, part):
    """The -dev packages in that part of a file, but for those that only tests need."""
    found = re.search(part, (ROOT / name).read_text(), re.M | re.S)
    return set(re.findall(r"[a-z0-9][\w.+-]*-dev(?! <!nocheck>)\b", found[1] if found else ""))


def check_issue():
    """Only the room bridge issues what was not verified."""
    for path in SOURCES:
        if path.parent.name not in ("bridge", "xml") and "eckid_xmldsig_issue" in path.read_text():
            yield f"{path}: only common/bridge may issue assertions"


def check_tests():
    """Each file of the library has its unit test."""
    for path in ROOT.glob("common/*/*.c"):
        name = path.stem.removeprefix("eckid_")
        test = ROOT / f"tests/unit/{path.parent.name}/test_{name}.c"
        if name != "curl" and not test.exists():
            yield f"{path}: no unit test"


def check_counts():
    """A loop test ends where its table does: a number would leave out the rows that come later."""
    for path in ROOT.glob("tests/unit/**/*.c"):
        for number in re.findall(r"tcase_add_loop_test\([^;]*?,\s*(\d+)\);", path.read_text()):
            yield f"{path}: a loop test ends at {number}; write COUNT(table)"


def main():
    checks = [check_rooms, check_cycles, check_libraries, check_httpd, check_doors,
              check_directives, check_manual, check_dutch, check_shipped, check_commands,
              check_versions, check_libraries_of_packages, check_issue, check_tests, check_counts]
    wrong = [line for check in checks for line in check()]
    print("\n".join(wrong) or f"{len(checks)} checks of the house: all well")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
