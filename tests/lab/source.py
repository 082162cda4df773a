# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of metadata, over http or https, which also does what a server should not."""
import http.server
import ssl
import subprocess
import threading

from .signer import SIGNATURE, MORE

METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"


class Source:
    """Set text to what it serves. It answers conditional requests; requests are the fields of those
    that came, names in lower case. While hangs is set, it does not answer."""

    def __init__(self, place, pem=None):
        self.text, self.status, self.requests, self.hangs = "", 200, [], threading.Event()
        self.go_on = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        if pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                     do_handshake_on_connect=False)
        self.base = f"{'https' if pem else 'http'}://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        place.at_end(self.close)

    def close(self):
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()

    def handler(source):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                source.requests.append({k.lower(): v for k, v in self.headers.items()})
                if source.hangs.is_set():
                    source.go_on.wait()
                etag = f'"{hash(source.text)}"'
                known = source.status == 200 and self.headers["If-None-Match"] == etag
                body = b"" if known else source.text.encode()
                self.send_response(304 if known else source.status)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "application/samlmetadata+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # who asked had enough

            def log_message(self, *_):
                pass

        return Handler


def sign_metadata(place, pair, text, whole=False):
    """The same EntityDescriptor with the signature of a pair, over its ID or the whole document."""
    signature = SIGNATURE.format(method=MORE + "rsa-sha256", id="_md", certificate=pair.base64)
    if whole:
        signature = signature.replace('URI="#_md"', 'URI=""')
    else:
        text = text.replace("entityID=", 'ID="_md" entityID=', 1)
    end = text.index(">") + 1
    path = place.file("source/unsigned.xml", text[:end] + signature + text[end:])
    done = subprocess.run(["xmlsec1", "--sign", "--id-attr:ID", f"{METADATA}:EntityDescriptor",
                           "--privkey-pem", str(pair.key_file), str(path)],
                          capture_output=True, check=True)
    return done.stdout.decode()
