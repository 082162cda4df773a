# SPDX-License-Identifier: GPL-3.0-or-later
"""What the small servers of the chain have in common."""
import http.server
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with a text, and says nothing on standard error."""

    def reply(self, status, fields, text):
        body = text.encode()
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(place, server):
    """Runs it until the place ends. Returns its port."""
    def close():
        server.shutdown()
        server.server_close()

    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    place.at_end(close)
    return server.server_port
