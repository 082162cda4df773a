# SPDX-License-Identifier: GPL-3.0-or-later
"""A LAS that speaks the Edu-V contract, knows its students, and believes no unsigned call."""
import http.server
import json
import ssl
import threading
import time

from . import httpsig
from .place import free_port

DEMANDED = ("@method", "@target-uri", "content-type", "content-digest")


class Las:
    """Serves https://las.localhost:PORT/eduv/v1. People can be added at any time.

    behave, if set, is called with the request handler instead of answering: for bad days.
    Answers are signed if there is an answer_key, a pair of keyid and private key; what is to be
    wrong with that is answer_fault, one of httpsig.FAULTS."""

    def __init__(self, place, authority, school, people, host="las.localhost", answer_key=None):
        self.school = school
        self.people = people  # the same list: who joins the school is known here
        self.keys, self.seen = {}, set()
        self.calls, self.refusals, self.connections = [], [], 0
        self.behave, self.delay, self.id_type = None, 0, "NEPPI"
        self.answer_key, self.answer_fault = answer_key, None
        port = free_port()
        self.base = f"https://{host}:{port}/eduv/v1"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.issue(place, f"las-{port}", [host]))
        self.server = Server(("127.0.0.1", port), self, context)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def trust(self, keyid, key):
        self.keys[keyid] = (httpsig.algorithm_of(key), key.public_key())

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def identifier(self, person):
        """By which this LAS knows a student."""
        value = person.user if self.id_type == "NEPRI" else person.neppi(self.school)
        return {"userId": value, "userIdType": self.id_type}

    def find(self, question):
        """Edu-V: the student that the identifiers name, at the school that they name."""
        school = question["school"]["organisationIds"][0]
        if (school["organisationIdType"], school["organisationId"]) != ("V_ID", self.school.brin):
            raise httpsig.Refused("another school")
        wanted = question["student"]["userIds"][0]
        for person in self.people:
            if person.known and wanted == self.identifier(person):
                return person
        return None

    def student(self, person):
        answer = {"userIds": [self.identifier(person)],
                  "givenName": person.given, "familyName": person.family}
        if person.eckid:
            answer["userMasterIdentifier"] = person.eckid
        return answer

    def answer(self, method, url, fields, body):
        """Status and JSON for a request; what is refused is noted with its reason."""
        message = {"method": method, "url": url, "fields": fields}
        try:
            if url != f"{self.base}/students" or method != "POST":
                raise httpsig.Refused("it is not for this LAS")
            httpsig.verify_request(message, body, self.keys, time.time(), self.seen, DEMANDED)
            person = self.find(json.loads(body))
        except httpsig.Refused as reason:
            self.refusals.append(str(reason))
            return 401, {"title": "Unauthorized"}
        self.calls.append(person.user if person else None)
        return (200, self.student(person)) if person else (404, {"title": "Not Found"})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, address, las, context):
        self.las, self.context = las, context
        super().__init__(address, Handler)

    def get_request(self):
        sock, address = super().get_request()
        self.las.connections += 1
        sock.settimeout(30)
        return self.context.wrap_socket(sock, server_side=True,
                                        do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is part of the tests


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        las = self.server.las
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = f"https://{self.headers['Host']}{self.path}"
        if las.behave:
            las.behave(self)
            return
        time.sleep(las.delay)
        status, answer = las.answer("POST", url, self.headers.items(), body)
        self.send_json(status, answer)

    def send_json(self, status, answer, content_type="application/json"):
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.signed(status, content_type, body):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def signed(self, status, content_type, body):
        las = self.server.las
        if not las.answer_key:
            return []
        answer = {"status": status, "fields": [("Content-Type", content_type)]}
        request = {"method": self.command, "url": f"https://{self.headers['Host']}{self.path}",
                   "fields": self.headers.items()}
        return httpsig.sign_answer(answer, body, request, *las.answer_key, time.time(),
                                   las.answer_fault)

    def log_message(self, *_):
        pass
