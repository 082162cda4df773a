# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory's database: made by the command, and written to by a second implementation."""
import hashlib
import hmac
import os
import secrets
import shutil
import sqlite3
import subprocess
import time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .place import as_server
from .scene import module_environment, module_file


def parted(parts):
    """Each part behind its length."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class Sealer:
    """What a secret makes of a person, as ARCHITECTURE.md tells it."""

    def __init__(self, secret):
        secret = secret.strip().encode()
        self.keys = {purpose: HKDF(SHA256(), 32, None, f"mod_eckid {purpose} 1".encode())
                     .derive(secret) for purpose in ("digest", "seal")}
        self.name = self.digest("directory secret")

    def digest(self, *words):
        parts = [word if isinstance(word, bytes) else word.encode() for word in words]
        return hmac.new(self.keys["digest"], parted(parts), hashlib.sha256).digest()

    def row(self, school, kind, keys, eckid, source="magister"):
        """The columns of a person, and the digests of the keys."""
        texts = [eckid or "", *(text for key in keys for text in key)]
        plain = bytes([1, len(keys)]) + b"".join(
            len(text.encode()).to_bytes(2, "big") + text.encode() for text in texts)
        plain += bytes(-len(plain) % 64)
        digests = [self.digest("directory key", school, kind, *key) for key in keys]
        nonce, now = os.urandom(12), int(time.time() * 1e6)
        id = secrets.token_hex(16)
        return {
            "id": id, "school": school, "kind": kind, "first": digests[0],
            "eckid": self.digest("directory ECK iD", school, eckid) if eckid else None,
            "content": self.digest("directory content", school, kind, plain),
            "sealed": nonce + AESGCM(self.keys["seal"]).encrypt(
                nonce, plain, digests[0] + id.encode()),
            "secret": self.name, "source": source, "version": 1, "created": now, "changed": now,
            "confirmed": now}, digests


def words(place, database, secret, *arguments):
    """The arguments of eckid-directory, which as root becomes the owner of the database, and its
    environment."""
    command = [str(module_file().parent.parent / "eckid-directory"), "--database", database,
               "--secret", str(secret), *map(str, arguments)]
    return as_server(command, place.path), {**os.environ, **module_environment(place)}


def run(place, database, secret, *arguments, text=""):
    command, environment = words(place, database, secret, *arguments)
    return subprocess.run(command, input=text, capture_output=True, text=True, env=environment)


class Directory:
    """An SQLite database, or one of PostgreSQL, with its secret."""

    def __init__(self, place, postgres=None, create=True):
        self.place, self.postgres = place, postgres
        self.secret = place.file("directory-secret", secrets.token_urlsafe(48), 0o600)
        self.sealer = Sealer(self.secret.read_text())
        self.folder = place.dir("directory")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "www-data", "www-data")
        self.path = self.folder / "people.db"
        self.database = postgres.database if postgres else f"sqlite:{self.path}"
        if create:
            done = self.command("create")
            assert done.returncode == 0, done.stderr

    def conf(self, options=""):
        return f'EckidDirectory "{self.database}" {options}\nEckidSecretFile {self.secret}\n'

    def command(self, *arguments, text=""):
        return run(self.place, self.database, self.secret, *arguments, text=text)

    def words(self, *arguments):
        """The arguments and the environment of the command."""
        return words(self.place, self.database, self.secret, *arguments)

    def add(self, brin, *keys, eckid=None, kind="student", source="magister"):
        """A person with keys (type, value) at the school with that V_ID; the id."""
        row, digests = self.sealer.row(f"V_ID:{brin}", kind, keys, eckid, source)
        self.insert("eckid_person", row)
        for digest in digests:
            self.insert("eckid_key", {"digest": digest, "id": row["id"]})
        self.execute(f"insert into eckid_school values ('V_ID:{brin}', 1) on conflict do nothing")
        return row["id"]

    def insert(self, table, row):
        names = ", ".join(row)
        if self.postgres:
            values = ", ".join(self.literal(value) for value in row.values())
            self.postgres.run(f"insert into {table} ({names}) values ({values})")
        else:
            self.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})",
                         list(row.values()))

    @staticmethod
    def literal(value):
        if isinstance(value, bytes):
            return f"'\\x{value.hex()}'"
        return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)

    def scalar(self, statement):
        """The only value of the only row, as PostgreSQL and SQLite have it."""
        found = self.execute(statement)
        return found.strip() if self.postgres else found[0][0]

    def execute(self, statement, values=()):
        if self.postgres:
            return self.postgres.run(statement)
        with sqlite3.connect(self.path, timeout=60) as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows
