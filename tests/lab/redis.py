# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a redis, and speaks enough of its protocol to inspect it."""
import os
import socket
import time

from .acceptor import Acceptor


SERVER = os.environ.get("ECKID_REDIS", "redis-server")  # such as valkey-server, by its path


class Redis:
    """The module waits 200 ms for an answer, so it goes before others where the machine is busy, if
    we may say so."""

    def __init__(self, place, *options, tls=False, socket_file=None):
        self.port, self.socket_file = place.port(), socket_file
        listen = ["--port", 0, "--unixsocket", socket_file, "--unixsocketperm", 777] if (
            socket_file) else ["--port", 0, "--tls-port", self.port] if (
            tls) else ["--port", self.port]
        self.process = place.start(
            ["nice", "-n", "-15", SERVER, *listen, "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", place.dir("redis"), *options], f"redis-{self.port}")
        if socket_file:
            self.process.wait_for(socket_file.exists, f"{socket_file} is there")
        else:
            self.process.wait_for_port(self.port)

    def command(self, *words):
        """The parsed reply: bytes, int, list or None."""
        with socket.create_connection(("127.0.0.1", self.port)) as sock:
            words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
            sock.sendall(b"*%d\r\n" % len(words) +
                         b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
            with sock.makefile("rb") as stream:
                return self.read(stream)

    def read(self, stream):
        line = stream.readline().rstrip()
        kind, rest = line[:1], line[1:]
        if kind == b"*":
            return [self.read(stream) for _ in range(int(rest))]
        if kind == b"$":
            return stream.read(int(rest) + 2)[:-2] if int(rest) >= 0 else None
        return int(rest) if kind == b":" else rest

    def contents(self):
        return {key: self.command("GET", key) for key in self.command("KEYS", "*")}


class Babble:
    """Acts as a redis that answers each command with the same bytes."""

    def __init__(self, reply):
        self.reply, self.acceptor = reply, Acceptor(self.babble)
        self.port, self.close = self.acceptor.port, self.acceptor.close

    def babble(self, connection):
        with connection:
            try:
                while connection.recv(65536):
                    connection.sendall(self.reply)
            except OSError:
                pass


class Drip:
    """Acts as a redis behind a stalled connection: its replies never end."""

    def __init__(self):
        self.acceptor = Acceptor(self.drip)
        self.port, self.close = self.acceptor.port, self.acceptor.close

    @staticmethod
    def drip(connection):
        with connection:
            try:
                connection.sendall(b"$1000000000\r\n")
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.02)
            except OSError:
                pass
