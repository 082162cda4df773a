# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of UWLR, as a LAS exports them, and the command that brings them into the directory."""
import datetime
import os
import subprocess
from xml.sax.saxutils import escape, quoteattr

from .place import as_server
from .scene import module_environment, module_file

NAMESPACE = "http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens"


def school_year(day=None):
    """The school year of a day; it begins on the first of August."""
    day = day or datetime.date.today()
    first = day.year - (day.month < 8)
    return f"{first}-{first + 1}"


def element(name, person, key):
    eckid = f" eckid={quoteattr(person.eckid)}" if person.eckid else ""
    return (f"<{name} key={quoteattr(key)}{eckid}><achternaam>{escape(person.family)}</achternaam>"
            f"<roepnaam>{escape(person.given)}</roepnaam><geboortedatum>2010-01-31</geboortedatum>"
            f"<gebruikersnaam>{escape(person.user)}</gebruikersnaam></{name}>")


def document(school, people, year=None, key=None):
    """Everybody of a school; key makes the attribute of a person."""
    key = key or (lambda person: person.number)
    parts = {"leerling": [], "leerkracht": []}
    for person in people:
        kind = "leerling" if "student" in person.affiliation else "leerkracht"
        parts[kind].append(element(kind, person, key(person)))
    students, employees = ("\n".join(parts[kind]) for kind in parts)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<leerlinggegevens_antwoord xmlns="{NAMESPACE}"><leerlinggegevens>
<school><schooljaar>{year or school_year()}</schooljaar><brincode>{school.brin[:4]}</brincode>
<dependancecode>{school.brin[4:]}</dependancecode><xsdversie>2.2</xsdversie></school>
<groepen><groep key="1"><naam>3B</naam></groep></groepen>
<leerlingen>
{students}
</leerlingen><leerkrachten>
{employees}
</leerkrachten></leerlinggegevens></leerlinggegevens_antwoord>
"""


def command(directory, school, file, *arguments):
    """The arguments of eckid-import, and its environment. Without a file a LAS must be named."""
    words = [str(module_file().parent.parent / "eckid-import"), "--database", directory.database,
             "--secret", str(directory.secret), "--school", f"V_ID:{school.brin}",
             *map(str, arguments), *([str(file)] if file else [])]
    return (as_server(words, directory.place.path),
            {**os.environ, **module_environment(directory.place)})


def run(directory, school, file, *arguments, **more):
    words, environment = command(directory, school, file, *arguments)
    return subprocess.run(words, capture_output=True, text=True, env=environment, **more)
