# SPDX-License-Identifier: GPL-3.0-or-later
"""A request by curl over HTTP/1.1 or HTTP/2, which tells whether the response was complete."""
import contextlib
import dataclasses
import subprocess
import tempfile


@dataclasses.dataclass
class Fetched:
    status: int
    headers: dict  # names in lower case; repeated ones joined by ", "
    body: bytes
    whole: bool

    @property
    def text(self):
        return self.body.decode()


def command(url, *arguments, http2=False):
    return ["curl", "-sS", "--noproxy", "*", "--max-time", "120",
            "--http2-prior-knowledge" if http2 else "--http1.1", *arguments, url]


@contextlib.contextmanager
def stream(url, http2=False):
    """Yields the body piece by piece."""
    with subprocess.Popen(command(url, "--no-buffer", http2=http2),
                          stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout
        finally:
            process.kill()


def fetch(url, *arguments, http2=False, host=None):
    """The response; its body is not decompressed."""
    with tempfile.NamedTemporaryFile() as head, tempfile.NamedTemporaryFile() as body:
        done = subprocess.run(command(url, "-D", head.name, "-o", body.name,
                                      *(["-H", f"Host: {host}"] if host else []), *arguments,
                                      http2=http2), capture_output=True)
        # the last head: one with status 100 may stand before it
        heads = head.read().decode("latin-1").strip().split("\r\n\r\n")
        lines = heads[-1].split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                name = name.lower()
                headers[name] = ", ".join(filter(None, [headers.get(name), value.strip()]))
        status = int(lines[0].split(" ")[1]) if lines[0] else 0
        return Fetched(status, headers, body.read(), done.returncode == 0)
