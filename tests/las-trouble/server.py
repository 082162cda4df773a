#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A LAS that speaks the Edu-V contract and misbehaves when it is told to; see README.md."""
import argparse
import dataclasses
import http.server
import json
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: E402

from lab.httpsig import Refused, algorithm_of, parse_input  # noqa: E402
from lab.las import Handler, Las  # noqa: E402
from lab.people import School  # noqa: E402
from lab.pki import Authority, make_key, public_pem  # noqa: E402
from lab.tokens import Client  # noqa: E402
from troubles import BEFORE_TLS, CALLS, REVOKED, TOKENS, Trouble  # noqa: E402


@dataclasses.dataclass
class Student:
    userId: str
    userIdType: str
    eckId: str
    known = True

    @property
    def user(self):
        return self.userId

    @property
    def eckid(self):
        return self.eckId

    given = family = ""


class Files:
    """The directory that everything is kept in."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()

    def file(self, name, content, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path


class Tee:
    """Writes, and keeps what was written."""

    def __init__(self, stream):
        self.stream, self.kept = stream, b""

    def write(self, data):
        self.kept += bytes(data)
        return self.stream.write(data)

    def __getattr__(self, name):
        return getattr(self.stream, name)


class TroubledLas(Las):
    """Las, with students as they are told to it, and one trouble at a time."""

    def __init__(self, files, authority, school, signed):
        super().__init__(files, authority, school, [])
        self.signed, self.trouble, self.released = signed, None, threading.Event()
        self.asked_las = self.asked_tokens = self.flaps = self.flapped = 0
        self.before_tls = self.on_connection
        self.kept = {}  # the last good answer about each student
        self.behave, self.tokens.behave = self.on_call, self.on_token

    def identifier(self, student):
        return {"userId": student.userId, "userIdType": student.userIdType}

    def student(self, student):
        return {"userIds": [self.identifier(student)], "userMasterIdentifier": student.eckId}

    @staticmethod
    def user_of(body):
        return json.loads(body)["student"]["userIds"][0]["userId"]

    def check_proofs(self, message, body):
        """A token is looked at where there is one: products are tried with and without."""
        bears = any(name.lower() == "authorization" for name, _ in message["fields"])
        self.proofs = ({"token"} if bears else set()) | ({"signature"} if self.signed else set())
        super().check_proofs(message, body)

    @staticmethod
    def message(handler):
        return {"method": "POST", "url": handler.url(), "fields": [*handler.headers.items()]}

    def receive(self, handler):
        """Notes what a good call proves, though it gets no answer."""
        try:
            self.check_proofs(self.message(handler), handler.body)
        except Refused as reason:
            self.refusals.append(str(reason))

    @staticmethod
    def signed_at(handler):
        """created of the signature, in seconds."""
        _, _, _, parameters = parse_input(handler.headers["Signature-Input"])
        return parameters["created"]

    def on_connection(self):
        if self.trouble == BEFORE_TLS:
            self.released.wait(60)

    def on_call(self, handler):
        self.asked_las += 1
        if self.trouble in CALLS:
            CALLS[self.trouble](Trouble(handler, self))
            return
        handler.wfile = Tee(handler.wfile)
        Handler.find_student(handler)
        self.kept[self.user_of(handler.body)] = handler.wfile.kept

    def on_token(self, handler):
        self.asked_tokens += 1
        if self.trouble in TOKENS:
            TOKENS[self.trouble](Trouble(handler, self))
        else:
            Handler.give_token(handler)

    def begin(self, trouble):
        """That trouble, or none, from now on; what hangs from the one before is let go."""
        if trouble is not None and trouble not in [*CALLS, *TOKENS, REVOKED]:
            raise KeyError(trouble)
        self.released.set()
        self.released = threading.Event()
        self.trouble, self.flaps = trouble, 0
        self.asked_las = self.asked_tokens = 0
        if trouble == BEFORE_TLS:
            self.server.end_connections()
        if trouble in TOKENS or trouble == REVOKED:
            # who got a token within the last second may take a refusal for something else than its
            # end; when a token got there, only its receiver knows
            time.sleep(1.1 if self.tokens.issued else 0)
            self.tokens.revoke()

    def tell(self, students):
        told = {student["userId"]: Student(**student) for student in students}
        self.people[:] = [one for one in self.people if one.userId not in told] + [*told.values()]

    def state(self):
        return {"trouble": self.trouble, "calls": self.asked_las, "tokenCalls": self.asked_tokens,
                "refusals": self.refusals}


class Control(http.server.BaseHTTPRequestHandler):
    """POST /trouble {"do": NAME or null}, POST /students [...], GET /state."""

    def do_POST(self):
        las = self.server.las
        value = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            if self.path == "/trouble":
                las.begin(value["do"])
            elif self.path == "/students":
                las.tell(value)
            else:
                raise KeyError(self.path)
        except (KeyError, TypeError) as wrong:
            self.answer(400, {"wrong": str(wrong)})
            return
        self.answer(200, las.state())

    def do_GET(self):
        self.answer(200, self.server.las.state())

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", help="where keys and ready.json are written")
    parser.add_argument("--school", default="11ZZ03", help="BRIN6, as a V_ID (11ZZ03)")
    parser.add_argument("--trust", action="append", default=[], metavar="KEYID=PUBLIC.PEM",
                        help="a key that signs calls (RFC 9421); without any, none need be signed")
    parser.add_argument("--secret", action="append", default=[], metavar="CLIENT=FILE",
                        help="a client of the token endpoint, by client_secret_basic")
    parser.add_argument("--jwt", action="append", default=[], metavar="CLIENT=KID:ALG:PUBLIC.PEM",
                        help="a client of the token endpoint, by private_key_jwt")
    return parser.parse_args()


def read_public(path):
    return load_pem_public_key(pathlib.Path(path).read_bytes())


def introduce(las, wanted):
    """Makes the product known."""
    for keyid, path in (one.split("=", 1) for one in wanted.trust):
        key = read_public(path)
        las.keys[keyid] = (algorithm_of(key), key)
    for client, path in (one.split("=", 1) for one in wanted.secret):
        las.tokens.clients[client] = Client(secret=pathlib.Path(path).read_text().strip())
    for client, rest in (one.split("=", 1) for one in wanted.jwt):
        kid, algorithm, path = rest.split(":", 2)
        las.tokens.clients[client] = Client({kid: read_public(path)}, algorithm)


def main():
    wanted = arguments()
    files = Files(wanted.directory)
    authority, answers = Authority(files), make_key("ec")
    las = TroubledLas(files, authority, School(brin=wanted.school), bool(wanted.trust))
    las.answer_key = ("las-answers", answers)
    introduce(las, wanted)
    control = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control)
    control.las = las
    files.file("ready.json.new", json.dumps({
        "base": las.base, "token": las.tokens.url, "ca": str(authority.crt_file),
        "control": f"http://127.0.0.1:{control.server_port}", "answerKeyId": "las-answers",
        "answerAlgorithm": algorithm_of(answers), "answerKey": str(
            files.file("las-answers.pem", public_pem(answers)))}, indent=2)).rename(
                files.path / "ready.json")
    control.serve_forever()


if __name__ == "__main__":
    main()
