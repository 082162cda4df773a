# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether XML is valid by the schemas of SAML 2.0, those of the system, by xmllint."""
import functools
import subprocess
import tempfile

SCHEMAS = "/usr/share/xml/"
# Each before those that import it by an address on the web, which is not fetched then.
NAMESPACES = {
    "http://www.w3.org/XML/1998/namespace": "xmltooling/xml.xsd",
    "http://www.w3.org/2000/09/xmldsig#": "xmltooling/xmldsig-core-schema.xsd",
    "http://www.w3.org/2001/04/xmlenc#": "xmltooling/xenc-schema.xsd",
    "urn:oasis:names:tc:SAML:2.0:assertion": "opensaml/saml-schema-assertion-2.0.xsd",
    "urn:oasis:names:tc:SAML:2.0:protocol": "opensaml/saml-schema-protocol-2.0.xsd",
    "urn:oasis:names:tc:SAML:2.0:metadata": "opensaml/saml-schema-metadata-2.0.xsd"}


@functools.cache
def schema():
    """A file with a schema that imports all of them; it goes when we end."""
    file = tempfile.NamedTemporaryFile("w", suffix=".xsd")  # pylint: disable=consider-using-with
    imports = "".join(f'<import namespace="{name}" schemaLocation="{SCHEMAS}{path}"/>'
                      for name, path in NAMESPACES.items())
    file.write(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>')
    file.flush()
    return file


def faults(xml):
    """What is wrong with a document: the lines by which xmllint says so."""
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema().name, "-"],
                          input=xml.encode(), capture_output=True, check=False)
    said = done.stderr.decode().splitlines()
    found = [line for line in said if "error" in line and "parser warning" not in line]
    assert found or done.returncode == 0, said
    return found
