# SPDX-License-Identifier: GPL-3.0-or-later
"""A LAS with the Edu-V contract and students, which refuses unsigned calls."""
import contextlib
import http.server
import json
import re
import socket
import ssl
import sys
import threading
import time
import urllib.parse

from . import httpsig
from .tokens import Tokens
from .wait import PATIENCE

DEMANDED = ("@method", "@target-uri", "content-type", "content-digest")


class Las:
    """Serves https://las.localhost:PORT/eduv/v1. People can be added at any time.

    behave, if set, is called with the request handler instead of answering: for bad days.
    Answers are signed if there is an answer_key, a pair of keyid and private key; what is to be
    wrong with that is answer_fault, one of httpsig.FAULTS. What a call must prove is in proofs: any
    of signature, token and certificate. The clock is ahead by so many seconds. It speaks edu-v, or
    sem. before_tls, if set, is called when there is a connection from which nothing was read."""

    def __init__(self, place, authority, school, people, host="las.localhost", answer_key=None):
        self.school = school
        self.people = people  # the same list: who joins the school is known here
        self.keys, self.seen = {}, set()
        self.calls, self.asked, self.refusals, self.connections = [], [], [], 0
        self.behave, self.delay, self.id_type = None, 0, "NEPPI"
        self.answer_key, self.answer_fault = answer_key, None
        self.proofs, self.demanded, self.clock = {"signature"}, DEMANDED, 0
        self.speaks, self.certificates = "edu-v", []
        self.before_tls = None
        self.server = Server(("127.0.0.1", 0), self)
        port = self.server.server_port
        self.base = f"https://{host}:{port}/eduv/v1"
        self.tokens = Tokens(f"https://{host}:{port}/token")
        context = self.server.context
        context.load_cert_chain(authority.issue(place, f"las-{port}", [host]))
        context.load_verify_locations(authority.crt_file)
        context.verify_mode = ssl.CERT_OPTIONAL
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def trust(self, keyid, key):
        self.keys[keyid] = (httpsig.algorithm_of(key), key.public_key())

    def secrets(self):
        """Values that must not be in any log."""
        return self.tokens.secrets()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def identifier(self, person):
        """The identifier by which this LAS knows a student."""
        value = person.user if self.id_type == "NEPRI" else person.neppi(self.school)
        return {"userId": value, "userIdType": self.id_type}

    def find(self, question, member="student"):
        """Edu-V: the person with these identifiers at the school with these identifiers."""
        school = question["school"]["organisationIds"][0]
        if (school["organisationIdType"], school["organisationId"]) != ("V_ID", self.school.brin):
            raise httpsig.Refused("another school")
        return self.find_person(question[member]["userIds"][0])

    def find_employee(self, question):
        person = self.find(question, "employee")
        return person if person and "employee" in person.affiliation else None

    def find_volunteer(self, question):
        """A contract of our own invention: tests/data/volunteers.json."""
        return self.find_person({"userId": question["number"], "userIdType": self.id_type})

    def volunteer(self, person):
        return {"number": person.neppi(self.school), "eckId": person.eckid}

    def find_person(self, wanted):
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

    def find_sem(self, question):
        """SEM SIS API 1.3: the student referred to, in a period of that school."""
        if not re.fullmatch(r"20\d\d-20\d\d", question["schoolPeriod"]):
            raise httpsig.Refused("no school year")
        return self.find_person(question["studentReference"]["userId"][0])

    def student_sem(self, person):
        answer = {"schemaVersion": "1.3.0", "firstName": person.given,
                  "school": {"name": self.school.name}, "class": {"name": "3B"}}
        return {**answer, "eckId": person.eckid} if person.eckid else answer

    def list(self, path, query):
        """Edu-V: everybody of the school with these identifiers."""
        wanted = {"orgId": [self.school.brin], "orgIdType": ["V_ID"]}
        if urllib.parse.parse_qs(query) != wanted:
            raise httpsig.Refused("another school")
        member = {"/students/school": "student", "/employees/school": "employee"}[path]
        return [self.student(p) for p in self.people if p.known and member in p.affiliation]

    def answer_list(self, url, fields):
        """Status and JSON for a list; the reason of a refusal is recorded."""
        path, _, query = url.removeprefix(self.base).partition("?")
        try:
            self.check_proofs({"method": "GET", "url": url, "fields": list(fields)}, b"")
            people = self.list(path, query)
        except (httpsig.Refused, KeyError) as reason:
            self.refusals.append(str(reason))
            return 401, {"title": "Unauthorized"}
        self.asked.append(path)
        return 200, people

    def check_proofs(self, message, body):
        """Every required proof must be present and valid."""
        fields = message["fields"]
        demanded = self.demanded if body else ("@method", "@target-uri")
        if "token" in self.proofs:
            self.tokens.check_bearer(fields)
            demanded = (*demanded, "authorization")
        if "signature" in self.proofs:
            httpsig.verify_request(message, body, self.keys, time.time(), self.seen, demanded)

    def answer(self, method, url, fields, body):
        """Status and JSON for a request; the reason of a refusal is recorded."""
        services = {"edu-v": {"/students": (self.find, self.student),
                              "/employees": (self.find_employee, self.student),
                              "/volunteers": (self.find_volunteer, self.volunteer)},
                    "sem": {"/students/": (self.find_sem, self.student_sem)}}[self.speaks]
        path, fields = url.removeprefix(self.base), list(fields)
        try:
            if not url.startswith(self.base) or path not in services or method != "POST":
                raise httpsig.Refused("it is not for this LAS")
            find, describe = services[path]
            self.asked.append(path)
            self.check_proofs({"method": method, "url": url, "fields": fields}, body)
            person = find(json.loads(body))
        except httpsig.Refused as reason:
            self.refusals.append(str(reason))
            return 401, {"title": "Unauthorized"}
        self.calls.append(person.user if person else None)
        return (200, describe(person)) if person else (404, {"title": "Not Found"})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, address, las):
        self.las, self.open = las, set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        super().__init__(address, Handler)

    def get_request(self):
        sock, address = super().get_request()
        self.las.connections += 1
        sock.settimeout(30)
        sock = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        self.open.add(sock)
        return sock, address

    def shutdown_request(self, request):
        self.open.discard(request)
        super().shutdown_request(request)

    def end_connections(self):
        for sock in [*self.open]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self):
        if self.server.las.before_tls:
            self.server.las.before_tls()
        super().setup()

    def do_POST(self):
        las = self.server.las
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.url() == las.tokens.url:
            (las.tokens.behave or Handler.give_token)(self)
        else:
            (las.behave or Handler.find_student)(self)

    def do_GET(self):
        self.body = b""
        self.send_json(*self.server.las.answer_list(self.url(), self.headers.items()))

    def url(self):
        return f"https://{self.headers['Host']}{self.path}"

    def give_token(self):
        self.send_json(*self.server.las.tokens.answer(self.headers.items(), self.body,
                                                      self.connection.getpeercert()))

    def find_student(self):
        las, certificate = self.server.las, self.connection.getpeercert()
        if "certificate" in las.proofs and not certificate:
            las.refusals.append("no certificate of the client")
            self.send_json(401, {"title": "Unauthorized"})
            return
        las.certificates.append(certificate)
        time.sleep(las.delay)
        self.send_json(*las.answer("POST", self.url(), self.headers.items(), self.body))

    def date_time_string(self, timestamp=None):
        return super().date_time_string((timestamp or time.time()) + self.server.las.clock)

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
        if not las.answer_key or "Signature" not in self.headers:
            return []
        answer = {"status": status, "fields": [("Content-Type", content_type)]}
        request = {"method": self.command, "url": self.url(),
                   "fields": self.headers.items()}
        return httpsig.sign_answer(answer, body, request, *las.answer_key,
                                   time.time() + las.clock, las.answer_fault)

    def log_message(self, *_):
        pass


class Hold:
    """What a LAS may behave like: each call waits until it is released, and is answered then, or
    after so many seconds."""

    def __init__(self, answers=Handler.find_student, seconds=PATIENCE):
        self.answers, self.seconds = answers, seconds
        self.calls, self.released = [], threading.Event()

    def __call__(self, handler):
        self.calls.append(handler)
        self.released.wait(self.seconds)
        self.answers(handler)

    def release(self):
        self.released.set()
