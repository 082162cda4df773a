# SPDX-License-Identifier: GPL-3.0-or-later
"""Redis as it is run: unix socket, passwords, users, TLS; and what may be wrong there."""
import re

import pytest

from conftest import checked_place
from lab.httpd import Httpd
from lab.pki import Authority
from lab.place import free_port
from lab.redis import Babble, Redis
from lab.scene import module_environment, module_file
from lab.stage import Stage, response_in, values_in

USER = ["--user", "default", "off", "--user", "eckid", "on", ">s3same-opens", "~*", "+@all"]
READER = [*USER[:-1], "+getrange", "+auth"]


class Server:
    """A redis that was started in some way, and the files that a gateway needs for it."""

    def __init__(self, place, *options, tls=False, local=False):
        self.authority, self.other = Authority(place, "redis-ca"), Authority(place, "other-ca")
        pem = self.authority.issue(place, "redis", ["127.0.0.1", "cache.example"])
        pem.chmod(0o644)
        with_tls = ["--tls-cert-file", pem, "--tls-key-file", pem, "--tls-ca-cert-file",
                    self.authority.crt_file, "--tls-auth-clients", "no"] if tls else []
        self.file = place.path / "redis.sock" if local else None
        self.redis = Redis(place, *with_tls, *options, tls=tls, socket_file=self.file)
        self.password = place.file("secrets/password", "s3same-opens\n", 0o600)
        self.wrong = place.file("secrets/wrong", "s3same-closes\n", 0o600)
        self.no_socket = place.file("no.sock", "", 0o666)

    @property
    def spec(self):
        return f"redis:{self.file or f'127.0.0.1:{self.redis.port}'}"


class Cached(Stage):
    def __init__(self, place, server, line):
        secret = place.file("secrets/sealing", "x" * 48, 0o600)
        self.server = server
        super().__init__(place, servers=1, before=f"EckidCache {line(server)}\n"
                                                  f"EckidSecretFile {secret}")

    def log_in(self):
        """Where the ECK iD came from: miss or hit. It must come."""
        got = response_in(self.answer_to().text)
        assert values_in(got, "eckId") == [self.student.eckid]
        return re.search(r"cache=(\S+)", self.gateway.lines("login at")[-1])[1]


GOOD = {
    "no password": ({}, lambda s: s.spec),
    "a unix socket": ({"local": True}, lambda s: s.spec),
    "a password": ({"options": ["--requirepass", "s3same-opens"]},
                   lambda s: f"{s.spec} password-file={s.password}"),
    "a user": ({"options": USER}, lambda s: f"{s.spec} user=eckid password-file={s.password}"),
    "TLS": ({"tls": True}, lambda s: f"{s.spec} ca={s.authority.crt_file}"),
    "TLS and a user": ({"tls": True, "options": USER}, lambda s: f"{s.spec} user=eckid "
                       f"password-file={s.password} ca={s.authority.crt_file}"),
}


def staged(place, row):
    how, line = row
    options = dict(how)
    return Cached(place, Server(place, *options.pop("options", []), **options), line)


@pytest.mark.parametrize("name", GOOD)
def test_records_are_kept_there(name):
    with checked_place("test_redis-good") as place:
        stage = staged(place, GOOD[name])
        assert [stage.log_in() for _ in range(3)] == ["miss", "hit", "hit"]
        assert not stage.gateway.lines("ECK0503")
        assert "s3same" not in stage.gateway.log


BAD = {
    "a wrong password": ({"options": ["--requirepass", "s3same-opens"]},
                         lambda s: f"{s.spec} password-file={s.wrong}",
                         "does not know that user and password"),
    "an unknown user": ({"options": USER}, lambda s: f"{s.spec} user=other "
                        f"password-file={s.password}", "does not know that user and password"),
    "no password where one is needed": ({"options": ["--requirepass", "s3same-opens"]},
                                        lambda s: s.spec, "refused GETRANGE (NOAUTH)"),
    "a user that may not write": ({"options": READER}, lambda s: f"{s.spec} user=eckid "
                                  f"password-file={s.password}", "refused SETEX (NOPERM)"),
    "another authority": ({"tls": True}, lambda s: f"{s.spec} ca={s.other.crt_file}",
                          "certificate in certificate chain"),
    "another host": ({"tls": True}, lambda s: f"redis:localhost:{s.redis.port} "
                     f"ca={s.authority.crt_file}", "hostname mismatch"),
    "TLS to one without": ({}, lambda s: f"{s.spec} ca={s.authority.crt_file}",
                           "there was no TLS handshake"),
    "none to one with TLS": ({"tls": True}, lambda s: s.spec, "does it want TLS? then"),
    "a socket that is none": ({}, lambda s: f"redis:{s.no_socket}", "nothing listens there"),
    "a socket that is not there": ({}, lambda s: "redis:/none.sock", "nothing listens there"),
    "another port": ({}, lambda s: f"redis:127.0.0.1:{free_port()}", "nothing listens there"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_once_and_logins_go_on(name):
    *row, expected = BAD[name]
    with checked_place("test_redis-bad") as place:
        stage = staged(place, row)
        assert [stage.log_in() for _ in range(3)] == ["miss"] * 3
        lines = stage.gateway.lines("ECK0503")
        assert len(lines) == 1 and expected in lines[0], lines
        assert "s3same" not in stage.gateway.log


NO_REPLY = {
    "an array": b"*2\r\n$1\r\na\r\n$1\r\nb\r\n",
    "an array of many": b"*100000000\r\n" + b":1\r\n" * 1000,
    "two replies": b"$-1\r\n$-1\r\n",
    "a long one": b"$5000\r\n" + b"x" * 5000 + b"\r\n",
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
}


@pytest.mark.parametrize("name", NO_REPLY)
def test_what_is_no_reply_to_our_command_counts_as_none(name):
    with checked_place("test_redis-babble") as place:
        babble = Babble(NO_REPLY[name])
        place.at_end(babble.close)
        secret = place.file("secrets/sealing", "x" * 48, 0o600)
        stage = Stage(place, servers=1, before=f"EckidCache redis:127.0.0.1:{babble.port}\n"
                                               f"EckidSecretFile {secret}")
        got = response_in(stage.answer_to().text)
        assert values_in(got, "eckId") == [stage.student.eckid]
        assert len(stage.gateway.lines("ECK0503: the cache does not answer")) == 1


MISTAKES = {
    "a user without a password": (lambda s: f"{s.spec} user=eckid", "user= needs password-file="),
    "a password for shared memory": (lambda s: f"shmcb:x(65536) password-file={s.password}",
                                     "is for redis only"),
    "a password that all can read": (lambda s: f"{s.spec} password-file={s.authority.crt_file}",
                                     "others can read"),
    "an authority that is none": (lambda s: f"{s.spec} ca={s.password}", "no certificate in PEM"),
    "TLS by a unix socket": (lambda s: f"redis:/run/r.sock ca={s.authority.crt_file}",
                             "a unix socket does not need"),
    "a socket with a long name": (lambda s: f"redis:/{'x' * 200}", "unix socket is too long"),
    "an unknown option": (lambda s: f"{s.spec} tls=on", "is not one of"),
}


@pytest.fixture(scope="module")
def server():
    with checked_place("test_redis-mistakes") as place:
        yield Server(place), place


@pytest.mark.parametrize("name", MISTAKES)
def test_configtest_finds(server, name):
    line, expected = MISTAKES[name]
    one, place = server
    secret = place.file("secrets/sealing", "x" * 48, 0o600)
    httpd = Httpd(place, "configtest", f"EckidCache {line(one)}\nEckidSecretFile {secret}\n",
                  load=f"LoadModule eckid_module {module_file()}", env=module_environment(place))
    status, text = httpd.configtest()
    assert status != 0 and expected in text and "s3same" not in text, text
