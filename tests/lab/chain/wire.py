# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that know by a certificate who calls, the calls to them, and what is noted of those."""
import contextlib
import dataclasses
import http.client
import http.server
import ssl

from .cover import Cover
from .serving import Handler, serve

JSON, XML = "application/json", "text/xml; charset=utf-8"


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request and its answer, as they may be seen."""
    step: int
    sender: str
    receiver: str
    way: tuple  # how the call was secured: a key of the texts, and a detail
    request: str
    body: str
    status: int
    answer: str


class Journal:
    """What passed for one pupil."""

    def __init__(self, cover):
        self.cover, self.step, self.exchanges = cover, 1, []

    def note(self, sender, receiver, way, request, body, status, answer):
        """A request and an answer are a pair of content type and text each."""
        self.exchanges.append(Exchange(
            self.step, sender, receiver, way, request, self.cover.message(*body), status,
            self.cover.message(*answer)))

    def of(self, step):
        return [exchange for exchange in self.exchanges if exchange.step == step]


def identity_of(certificate):
    """The common name in a certificate, as Python's ssl has it."""
    return dict(pair for part in certificate["subject"] for pair in part)["commonName"]


class Station:
    """A server on https that calls answer(caller, path, text) for each POST and expects status and
    text. A caller is the common name of its certificate; without one there is no connection."""

    def __init__(self, place, authority, name, content_type, answer):
        self.name, self.content_type, self.answer = name, content_type, answer
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.issue(place, name, ["127.0.0.1"]))
        context.load_verify_locations(authority.crt_file)
        context.verify_mode = ssl.CERT_REQUIRED
        self.port = serve(place, Server(("127.0.0.1", 0), handler_of(self), context))


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, address, handler, context):
        self.context = context
        super().__init__(address, handler)

    def get_request(self):
        """The handshake is left to the thread of the connection."""
        sock, address = super().get_request()
        sock.settimeout(60)
        return self.context.wrap_socket(sock, server_side=True,
                                        do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        """A caller without a certificate is told so by TLS."""


def handler_of(station):
    class StationHandler(Handler):
        def do_POST(self):
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            caller = identity_of(self.connection.getpeercert())
            status, answer = station.answer(caller, self.path, text)
            self.reply(status, {"Content-Type": station.content_type}, answer)

    return StationHandler


class Caller:
    """Who calls stations, with a certificate that has this identity."""

    def __init__(self, place, authority, name, identity):
        self.name, self.identity = name, identity
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificate and name
        self.context.load_verify_locations(authority.crt_file)
        self.context.load_cert_chain(authority.issue(place, identity, ()))

    def call(self, journal, station, path, body):
        """Status and text of the answer; what passed is noted."""
        connection = http.client.HTTPSConnection("127.0.0.1", station.port, timeout=60,
                                                 context=self.context)
        with contextlib.closing(connection):
            connection.request("POST", path, body.encode(),
                               {"Content-Type": station.content_type})
            way = "way.mutual", f"{connection.sock.version()}, {self.identity}"
            answer = connection.getresponse()
            text = answer.read().decode()
        journal.note(self.name, station.name, way, f"POST {path}", (station.content_type, body),
                     answer.status, (station.content_type, text))
        return answer.status, text


__all__ = ["Caller", "Cover", "Exchange", "JSON", "Journal", "Station", "XML"]
