# SPDX-License-Identifier: GPL-3.0-or-later
"""sbom.py VERSION MODULE: what the module is linked to, by the packages installed here, as SPDX 2.3."""
import datetime
import json
import os
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def linked(module):
    """The files of the libraries that the module itself names."""
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", module)))
    found = dict(re.findall(r"(\S+) => (\S+)", output("ldd", module)))
    return [os.path.realpath(found[name]) for name in sorted(needed) if name in found]


def owner(path):
    """Name and version of the package that a file is of."""
    for spelling in (path, path.removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "-S", spelling], capture_output=True, text=True)
        if done.returncode == 0:
            name = done.stdout.rsplit(": ", 1)[0].split(",")[0]
            return name, output("dpkg-query", "-W", "-f", "${Version}", name)
    raise SystemExit(f"no package has {path}")


def package(name, version, licence="NOASSERTION"):
    return {"SPDXID": "SPDXRef-" + re.sub("[^A-Za-z0-9.-]", "-", name), "name": name,
            "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION"}


def document(version, module):
    own = package("mod_eckid", version, "GPL-3.0-or-later")
    others = [package(*found) for found in sorted({owner(path) for path in linked(module)})]
    made = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    relations += [(own["SPDXID"], "DYNAMIC_LINK", other["SPDXID"]) for other in others]
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"mod_eckid-{version}", "documentNamespace": f"https://mod-eckid.example/spdx/{version}",
        "creationInfo": {"created": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: mod_eckid-sbom"]},
        "packages": [own, *others],
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in relations]}


json.dump(document(*sys.argv[1:]), sys.stdout, indent=1)
