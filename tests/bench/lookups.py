# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program beside this file against a LAS that answers at once, after 20 ms, or never."""
import asyncio
import json
import pathlib
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from lab.people import make_eckid  # noqa: E402  (the path first)
from lab.pki import Authority  # noqa: E402
from lab.place import Place, free_port  # noqa: E402

BUILD = pathlib.Path(__file__).resolve().parent.parent.parent / "build"


class Las(asyncio.Protocol):
    """As little as will do: what is measured here is who asks."""

    body = json.dumps({"userMasterIdentifier": make_eckid()}).encode()
    reply = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
             + str(len(body)).encode() + b"\r\n\r\n" + body)

    def connection_made(self, transport):
        self.transport, self.data = transport, b""

    def data_received(self, data):
        self.data += data
        head, _, body = self.data.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n")
                       if line.lower().startswith(b"content-length:")), None)
        if length is None or len(body) < length:
            return
        self.data = b""
        if b" /slow/" in head:
            asyncio.get_running_loop().call_later(0.02, self.transport.write, self.reply)
        elif b" /quick/" in head:
            self.transport.write(self.reply)


def serve(port, context):
    async def forever():
        loop = asyncio.get_running_loop()
        await loop.create_server(Las, "127.0.0.1", port, ssl=context, backlog=1024)
        await asyncio.Event().wait()
    asyncio.run(forever())


def main():
    with Place(BUILD / "bench-lookups") as place:
        authority, port = Authority(place), free_port()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.issue(place, "las", ["localhost"]))
        threading.Thread(target=serve, args=(port, context), daemon=True).start()
        subprocess.run([sys.argv[1], f"https://localhost:{port}", str(authority.crt_file)],
                       check=True)


if __name__ == "__main__":
    main()
