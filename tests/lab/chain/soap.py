# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of SOAP 1.1 with WS-Addressing, as between LAS and Nummervoorziening."""
import dataclasses
import urllib.parse
import uuid
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from defusedxml import ElementTree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
ANONYMOUS = f"{ADDRESSING}/anonymous?oin="
SERVICE = "urn:example:nummervoorziening"  # a stand-in has no right to the real one's name
for prefix, uri in (("soap", SOAP), ("wsa", ADDRESSING), ("nv", SERVICE)):
    register_namespace(prefix, uri)


@dataclasses.dataclass
class Message:
    name: str  # of the operation, or of its answer
    fields: dict
    oin: str = ""  # of the organisation that sends it
    relates: str = ""  # the message that it answers
    number: str = dataclasses.field(default_factory=lambda: f"urn:uuid:{uuid.uuid4()}")

    def text(self):
        envelope = Element(f"{{{SOAP}}}Envelope")
        header = SubElement(envelope, f"{{{SOAP}}}Header")
        for name, value in (("Action", f"{SERVICE}:{self.name}"), ("MessageID", self.number),
                            ("RelatesTo", self.relates)):
            if value:
                SubElement(header, f"{{{ADDRESSING}}}{name}").text = value
        if self.oin:
            sender = SubElement(header, f"{{{ADDRESSING}}}From")
            SubElement(sender, f"{{{ADDRESSING}}}Address").text = ANONYMOUS + self.oin
        body = SubElement(SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{SERVICE}}}{self.name}")
        for name, value in self.fields.items():
            SubElement(body, f"{{{SERVICE}}}{name}").text = value
        return tostring(envelope, "unicode")


def local(element):
    return element.tag.rpartition("}")[2]


def read(text):
    """The message in a text; ValueError for what is none. No document type is accepted."""
    envelope = ElementTree.fromstring(text, forbid_dtd=True)
    operations = envelope.findall(f"{{{SOAP}}}Body/*")
    if envelope.tag != f"{{{SOAP}}}Envelope" or len(operations) != 1:
        raise ValueError("not an envelope with one operation")
    header = f"{{{SOAP}}}Header/{{{ADDRESSING}}}"
    address = envelope.findtext(f"{header}From/{{{ADDRESSING}}}Address", "")
    oin = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query).get("oin", [""])[0]
    return Message(local(operations[0]), {local(e): e.text or "" for e in operations[0]}, oin,
                   envelope.findtext(f"{header}RelatesTo", ""),
                   envelope.findtext(f"{header}MessageID", ""))


def fault(text):
    """A fault that the caller is to blame for."""
    envelope = Element(f"{{{SOAP}}}Envelope")
    element = SubElement(SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
    SubElement(element, "faultcode").text = "soap:Client"
    SubElement(element, "faultstring").text = text
    return tostring(envelope, "unicode")
