# SPDX-License-Identifier: GPL-3.0-or-later
"""A small server that sends given bytes in given pieces."""
import socket
import time

from .acceptor import Acceptor


class Replay:
    """Set answer for any request, or answers by path; each is bytes, or a list of bytes to be
    sent one by one. Afterwards the connection is closed. requests are those that came, taken the
    paths of those whose answer was taken, to its end or not."""

    def __init__(self):
        self.answer, self.answers, self.requests, self.taken = b"", {}, [], []
        self.acceptor = Acceptor(self.handle)
        self.port, self.close = self.acceptor.port, self.acceptor.close

    def handle(self, connection):
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request = b""
            while b"\r\n\r\n" not in request:
                piece = connection.recv(65536)
                if not piece:
                    return
                request += piece
            self.requests.append(request.decode("latin-1"))
            path = request.split(b" ")[1].decode()
            answer = self.answers.get(path, self.answer)
            try:
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)
                    if not isinstance(answer, bytes):
                        time.sleep(0.002)
                # to close what was not read to its end would reset the connection, answer and all
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(60)
                while connection.recv(65536):
                    pass
            except OSError:
                pass
            self.taken.append(path)

    @property
    def last_headers(self):
        """The fields of the last request, with names in lower case."""
        lines = self.requests[-1].split("\r\n")[1:]
        return {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines) if k}


def answer(body, *fields, status="200 OK", content_type="text/html; charset=utf-8", length=None):
    """An HTTP response; length None sends the true Content-Length, False sends none."""
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"HTTP/1.1 {status}", *fields, "Connection: close"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    if length is not False:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body, size, *fields, end=True, **more):
    """The same in chunks of that size, each sent separately; without end it is truncated."""
    body = body if isinstance(body, bytes) else body.encode()
    head = answer(b"", "Transfer-Encoding: chunked", *fields, length=False, **more)
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    return [head, *chunks, *([b"0\r\n\r\n"] if end else [])]
