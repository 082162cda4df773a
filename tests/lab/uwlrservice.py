# SPDX-License-Identifier: GPL-3.0-or-later
"""The web service of UWLR at a LAS: HaalLeerlinggegevens by SOAP 1.1, with mutual TLS.

It takes what UWLR_Leerlinggegevens_v2p2.wsdl and its two schemas allow and nothing else; UWLR 2.3
has the same namespaces and operation."""
import contextlib
import http.server
import re
import ssl
import sys
import threading
import xml.etree.ElementTree as tree
from xml.sax.saxutils import escape

from . import uwlr

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
AUTHORIZATION = "http://www.edustandaard.nl/leerresultaten/2/autorisatie"
DATA = uwlr.NAMESPACE
TEXT = {max: rf"(?s).{{1,{max}}}" for max in (32, 64, 256)}  # tpString32 and so on
HEADER = [("autorisatiesleutel", TEXT[64]), ("klantcode", TEXT[64]), ("klantnaam", TEXT[64])]
BY_BRIN = [("brincode", r"\d{2}[A-Z]{2}"), ("dependancecode?", r"\d{2}")]
BY_KEY = [("schoolkey", TEXT[256])]
BEFORE = [("schooljaar", r"[1-2]\d{3}-[1-2]\d{3}")]
BEHIND = [("xsdversie", TEXT[32]), ("gegevenssetid?", TEXT[64]),
          ("laatstontvangengegevens?", r"\d{4}-\d\d-\d\dT.+")]
VERSIONS = ("2.2", "2.3")


class Fault(Exception):
    """A SOAP fault, with the code that UWLR gives it."""

    def __init__(self, code, text="refused"):
        super().__init__(text)
        self.code = code


def sequence(element, namespace, content):
    """The values of the children, which must be these in this order."""
    children, values = list(element), {}
    for name, pattern in content:
        optional, name = name.endswith("?"), name.rstrip("?")
        if children and children[0].tag == f"{{{namespace}}}{name}":
            child = children.pop(0)
            if len(child) or child.attrib or not re.fullmatch(pattern, child.text or ""):
                raise Fault("Client.OngeldigBericht", name)
            values[name] = child.text
        elif not optional:
            raise Fault("Client.OngeldigBericht", name)
    if children or element.attrib:
        raise Fault("Client.OngeldigBericht", "more than there may be")
    return values


def only_child(element, tag):
    if [child.tag for child in element] != [tag]:
        raise Fault("Client.OngeldigBericht", tag)
    return element[0]


def parse(body):
    """The header and the request within the envelope."""
    envelope = tree.fromstring(body)
    if envelope.tag != f"{{{SOAP}}}Envelope" or [child.tag for child in envelope] != [
            f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"]:
        raise Fault("VersionMismatch")
    header = only_child(envelope[0], f"{{{AUTHORIZATION}}}autorisatie")
    request = only_child(envelope[1], f"{{{DATA}}}leerlinggegevens_verzoek")
    by_key = any(child.tag == f"{{{DATA}}}schoolkey" for child in request)
    school = BY_KEY if by_key else BY_BRIN
    return (sequence(header, AUTHORIZATION, HEADER),
            sequence(request, DATA, BEFORE + school + BEHIND))


class UwlrService:
    """Serves https://las.localhost:PORT/uwlr. People can be added at any time. Key, code and name
    are what a customer must show; year is the school year that there is. Text, if set, takes the
    place of the envelope; behave, if set, that of all answers. Requests are those understood."""

    def __init__(self, place, authority, school, people, host="las.localhost"):
        self.school, self.people, self.year = school, people, uwlr.school_year()
        self.key, self.code, self.name = "s3cret/+<&>==", "K-7", f"{school.name}"
        self.schoolkey, self.requests, self.certificates = "school-7", [], []
        self.text, self.behave, self.status, self.type = None, None, 200, "text/xml; charset=utf-8"
        self.server = Server(("127.0.0.1", 0), handler_of(self))
        context = self.server.context
        context.load_cert_chain(authority.issue(place, "uwlr-service", [host]))
        context.load_verify_locations(authority.crt_file)
        context.verify_mode = ssl.CERT_REQUIRED
        self.url = f"https://{host}:{self.server.server_port}/uwlr"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        place.at_end(self.close)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def secrets(self):
        return [self.key]

    def check_head(self, headers):
        if headers["SOAPAction"] != '"HaalLeerlinggegevens"':
            raise Fault("Client", "SOAPAction")
        if not re.fullmatch(r"text/xml; *charset=\"?utf-8\"?", headers["Content-Type"], re.I):
            raise Fault("Client", "Content-Type")

    def check(self, shown, asked):
        """In the order in which the public implementation of UWLR does it."""
        if asked["xsdversie"] not in VERSIONS:
            raise Fault("Client.XsdVersieOngeldig")
        if (shown["klantcode"], shown["klantnaam"]) != (self.code, self.name):
            raise Fault("Client.OngeldigeKlantIdentificatie")
        if shown["autorisatiesleutel"] != self.key:
            raise Fault("soap:Client.AutorisatieOngeldig")
        school = asked.get("schoolkey") or asked["brincode"] + asked.get("dependancecode", "00")
        if school not in (self.school.brin, self.schoolkey):
            raise Fault("Client.OngeldigeKlantIdentificatie")

    def answer(self, headers, body):
        """What the envelope of the answer has."""
        self.check_head(headers)
        shown, asked = parse(body)
        self.check(shown, asked)
        self.requests.append(asked)
        if asked["schooljaar"] != self.year:
            return f'<leerlinggegevens_antwoord xmlns="{DATA}"><geengegevens/>' \
                   "</leerlinggegevens_antwoord>"
        document = uwlr.document(self.school, self.people, self.year)
        document = document.replace("<xsdversie>2.2", f"<xsdversie>{asked['xsdversie']}")
        return document.replace("</school>",
                                f"<schoolkey>{self.schoolkey}</schoolkey></school>").partition(
                                    "?>")[2]


def fault(code, text):
    """SOAP 1.1 section 4.4."""
    return (f"<soap:Fault><faultcode>{code}</faultcode><faultstring>{escape(text)}</faultstring>"
            "</soap:Fault>")


def envelope(content):
    return f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{content}</soap:Body></soap:Envelope>'


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, handler):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        super().__init__(address, handler)

    def get_request(self):
        sock, address = super().get_request()
        sock.settimeout(30)
        return self.context.wrap_socket(sock, server_side=True,
                                        do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def handler_of(service):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.certificates.append(self.connection.getpeercert())
            if service.behave:
                service.behave(self)
                return
            try:
                self.send(service.status, service.text or envelope(
                    service.answer(self.headers, body)))
            except Fault as refused:  # SOAP 1.1 section 6.2: with status 500
                self.send(500, envelope(fault(refused.code, str(refused))))

        def send_head(self, status, length):
            self.send_response(status)
            self.send_header("Content-Type", service.type)
            self.send_header("Content-Length", str(length))
            self.end_headers()

        def send(self, status, text):
            body = text.encode()
            self.send_head(status, len(body))
            with contextlib.suppress(OSError):  # who asked had enough
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
