# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's directory: slapd, with everybody in it."""
import base64
import subprocess

CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.3.6.1.4.1.5923.1.1.1.1 NAME 'eduPersonAffiliation' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.5923.1.1.2 NAME 'eduPerson' AUXILIARY MAY eduPersonAffiliation )
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix dc=school,dc=example
directory {root}
"""
TOP = """dn: dc=school,dc=example
objectClass: domain

dn: ou=people,dc=school,dc=example
objectClass: organizationalUnit

"""


class Slapd:
    """People are below ou=people,dc=school,dc=example, with the user's name as uid."""

    def __init__(self, place, school, people):
        self.port = place.port()
        conf = place.file("slapd.conf", CONF.format(root=place.dir("slapd")))
        entries = TOP + "\n".join(self.entry(person, school) for person in people)
        subprocess.run(["slapadd", "-f", str(conf), "-l", str(place.file("people.ldif", entries))],
                       capture_output=True, check=True)
        self.process = place.start(["slapd", "-d", "0", "-f", conf, "-h",
                                    f"ldap://127.0.0.1:{self.port}"], "slapd")
        self.process.wait_for_port(self.port)

    @staticmethod
    def entry(person, school):
        known = person.attributes(school)
        values = [("objectClass", "inetOrgPerson"), ("objectClass", "eduPerson"),
                  ("uid", person.user), ("cn", person.given), ("userPassword", person.password)]
        values += [(name, value) for name in (
            "employeeNumber", "givenName", "sn", "mail", "eduPersonAffiliation")
            for value in known[name]]
        lines = [f"{name}:: {base64.b64encode(value.encode()).decode()}" for name, value in values]
        return "\n".join([f"dn: uid={person.user},ou=people,dc=school,dc=example", *lines, ""])
