# SPDX-License-Identifier: GPL-3.0-or-later
"""What anybody may see of a message. The names of it are listed; all other values are covered."""
import hmac
import json
import re
import secrets

from defusedxml import ElementTree
from xml.etree.ElementTree import indent, tostring

SEEN = {
    # of a person, who has shown them to the school
    "givenName", "familyName", "uid", "userId", "userIdType", "user", "eduPersonAffiliation",
    # of the school
    "organisationId", "organisationIdType", "nlEduPersonHomeOrganization",
    "nlEduPersonHomeOrganizationId",
    # of the messages
    "verified", "title", "licences", "To", "Address", "Action", "MessageID", "RelatesTo", "chainId",
    "sectorId", "faultcode", "faultstring"}
LABELS = {"hpgn": "HPGN", "pgn": "PGN", "number": "PGN", "stampseudonym": "stampseudoniem",
          "eckId": "ECK iD", "userMasterIdentifier": "ECK iD",
          "urn:mace:surf.nl:attribute-def:eckid": "ECK iD"}
# what lies over a value: its label and its mark, in characters that are in no message
OVER = "\ue000{}\ue001{}\ue002"
COVERED = re.compile(OVER.format("(.*?)", "(.*?)"))


class Cover:
    """Equal values have equal marks. Marks are made with a key of this run, so that nobody learns
    a value by trying which one has that mark."""

    def __init__(self):
        self.key = secrets.token_bytes(32)

    def mark(self, value):
        return hmac.digest(self.key, value.encode(), "sha256")[:3].hex()

    def value(self, name, value):
        """What is shown of a value: itself, or in its place what it is, and its mark."""
        if name in SEEN or value is None or isinstance(value, bool):
            return value
        return OVER.format(LABELS.get(name, name), self.mark(str(value)))

    def values(self, name, value):
        if isinstance(value, dict):
            return {key: self.values(key, member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.values(name, member) for member in value]
        return self.value(name, value)

    def json(self, text):
        return json.dumps(self.values("", json.loads(text)), indent=2, ensure_ascii=False)

    def xml(self, text):
        root = ElementTree.fromstring(text, forbid_dtd=True)
        for element in root.iter():
            element.attrib.clear()
            if (element.text or "").strip():
                element.text = self.value(element.tag.rpartition("}")[2], element.text)
            element.tail = None
        indent(root)
        return tostring(root, "unicode")

    def message(self, content_type, text):
        """A message of one of the two types as it may be seen."""
        return self.xml(text) if "xml" in content_type else self.json(text)
