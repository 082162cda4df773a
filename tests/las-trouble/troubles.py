# SPDX-License-Identifier: GPL-3.0-or-later
"""How a LAS can misbehave: by name, what it does with a call."""
import json
import secrets
import socket
import struct
import time

from lab.las import Handler

# Connections that exist end, and on a new one nothing is answered: not even TLS begins.
BEFORE_TLS = "hang-before-tls"


def eckid(label="201703"):
    return f"https://ketenid.nl/{label}/{secrets.token_hex(64)}"


def student(**more):
    """A good answer, about whoever is asked for."""
    return {"userMasterIdentifier": eckid(), **more}


def text(**more):
    return json.dumps(student(**more)).encode()


class Trouble:
    """A call that goes wrong; what hangs does so until it is released, so whoever does not wait
    for it is known to have a deadline of its own."""

    def __init__(self, handler, las):
        self.handler, self.las = handler, las

    def send(self, data):
        self.handler.close_connection = True
        try:
            self.handler.wfile.write(data)
            self.handler.wfile.flush()
        except OSError:
            self.las.released.set()  # nobody listens any more

    def send_head(self, length, status="200 OK", *fields):
        lines = [f"HTTP/1.1 {status}", "Content-Type: application/json",
                 f"Content-Length: {length}", *fields]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n")

    def json(self, status, answer, content_type="application/json"):
        self.handler.send_json(status, answer, content_type)

    def hang(self):
        self.handler.close_connection = True
        self.las.released.wait(60)

    def drip(self, piece=b" "):
        for _ in range(1200):
            if self.las.released.wait(0.05):
                return
            self.send(piece)

    def reset(self):
        """Ends the connection by RST."""
        self.handler.close_connection = True
        connection = self.handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def hang_up(self):
        self.handler.close_connection = True

    def fault(self, name):
        """A good answer with a signature that is not; see lab/httpsig.py."""
        self.las.answer_fault = name
        try:
            self.handler.find_student()
        finally:
            self.las.answer_fault = None

    def replay(self):
        """The very answer, signature and all, that an earlier call about this student got."""
        self.send(self.las.kept[self.las.user_of(self.handler.body)])

    def flap(self):
        """Every other connection ends without an answer. What came over it was received: who
        comes back with the same nonce is refused, and so is a signature from before that end."""
        las, handler = self.las, self.handler
        las.flaps += 1
        if las.flaps % 2:
            las.receive(handler)
            las.flapped = int(time.time())
            self.hang_up()
        elif las.signed and las.signed_at(handler) < las.flapped:
            las.refusals.append("a signature that is older than the end of the connection before")
            self.json(401, {})
        else:
            handler.find_student()

    def surplus(self, at):
        """Behind the answer comes another one, for which nobody asked, and the connection stays: in
        one piece (of TLS) with all of the answer, with its body, or by itself."""
        body, handler = text(), self.handler
        if at == "body":
            handler.end_headers = lambda: (Handler.end_headers(handler), handler.wfile.flush())
        try:
            handler.find_student()
        finally:
            handler.__dict__.pop("end_headers", None)
        if at == "end":
            handler.wfile.flush()
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def clock(self, minutes):
        self.las.clock = 60 * minutes
        try:
            self.handler.find_student()
        finally:
            self.las.clock = 0


def head_then(trouble, action, length=1000):
    trouble.send_head(length)
    action()


def redirect(trouble):
    trouble.send_head(0, "302 Found", f"Location: {trouble.las.base}/elsewhere")


def deep():
    return b'{"a":' + b"[" * 20000 + b"]" * 20000 + b"}"


def huge_headers(trouble):
    trouble.send_head(0, "200 OK", *(f"X-{number}: {'x' * 1000}" for number in range(200)))


CALLS = {
    "hang": Trouble.hang,
    BEFORE_TLS: Trouble.hang_up,
    "hang-after-headers": lambda t: head_then(t, t.hang),
    "drip": lambda t: head_then(t, t.drip),
    "drip-headers": lambda t: (t.send(b"HTTP/1.1 200 OK\r\n"), t.drip(b"X-A: b\r\n")),
    "hang-up": Trouble.hang_up,
    "reset": Trouble.reset,
    "half-a-body": lambda t: head_then(t, lambda: t.send(text()[:40])),
    "another-student": lambda t: t.json(200, student(
        userIds=[{"userId": "1@1.school.example", "userIdType": "NEPPI"}])),
    "error-in-200": lambda t: t.json(200, {"error": "internal", "code": 500}),
    "empty-object": lambda t: t.json(200, b""),
    "no-json": lambda t: t.json(200, b"hello"),
    "array": lambda t: t.json(200, [student()]),
    "html": lambda t: t.json(200, text(), "text/html"),
    "huge-headers": huge_headers,
    "huge": lambda t: t.json(200, text(more="x" * 10_000_000)),
    "deep": lambda t: t.json(200, deep()),
    "duplicate-keys": lambda t: t.json(
        200, text()[:-1] + f',"userMasterIdentifier":"{eckid()}"}}'.encode()),
    "bad-utf8": lambda t: t.json(200, text()[:-1] + b',"a":"\xff"}'),
    "no-eckid": lambda t: t.json(200, student(userMasterIdentifier="x")),
    "pilot-eckid": lambda t: t.json(200, student(userMasterIdentifier=eckid("pilot"))),
    "stampseudoniem": lambda t: t.json(200, student(userMasterIdentifier=eckid("sp201703"))),
    "400": lambda t: t.json(400, {}),
    "401": lambda t: t.json(401, {}),
    "403": lambda t: t.json(403, {}),
    "404-in-html": lambda t: t.json(404, b"<h1>Not Found</h1>", "text/html"),
    "429": lambda t: t.send_head(0, "429 Too Many Requests", "Retry-After: 1"),
    "500-with-student": lambda t: t.json(500, student()),
    "503": lambda t: t.json(503, {}),
    "redirect": redirect,
    "unsigned": lambda t: t.fault("missing"),
    "wrong-digest": lambda t: t.fault("digest"),
    "expired-signature": lambda t: t.fault("expired"),
    "signed-for-another-call": lambda t: t.fault("req"),
    "replayed-answer": Trouble.replay,
    "clock-ahead": lambda t: t.clock(5),
    "clock-behind": lambda t: t.clock(-5),
    "flapping": Trouble.flap,
    "surplus": lambda t: t.surplus(at="answer"),
    "surplus-with-body": lambda t: t.surplus(at="body"),
    "surplus-late": lambda t: t.surplus(at="end"),
}

TOKENS = {
    "token-endpoint-down": Trouble.hang_up,
    "token-endpoint-hangs": Trouble.hang,
    "token-endpoint-503": lambda t: t.json(503, {}),
    "token-in-html": lambda t: t.json(200, b"<h1>Login</h1>", "text/html"),
    "token-refused": lambda t: t.json(401, {"error": "invalid_client"}),
}

# Here the tokens that were given out end before their time; calls are answered as ever.
REVOKED = "token-ends-early"
