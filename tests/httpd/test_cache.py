# SPDX-License-Identifier: GPL-3.0-or-later
"""What is cached, where and for how long, and that it is unreadable to others."""
import re
import time

import pytest

from conftest import checked_place
from lab.curl import fetch
from lab.people import make_person
from lab.redis import Redis
from lab.stage import Stage

STATUS = "<Location /status>\nSetHandler server-status\nEckidEngine off\n</Location>"


def cache_word(stage):
    return re.search(r"cache=(\S+)", stage.last_line("login at"))[1]


def log_in(stage, person=None):
    got = stage.answer_to(person=person)
    assert got.status == 200, got.text
    return cache_word(stage)


def secret_file(place, name="secret"):
    return place.file(name, "0123456789abcdef0123456789abcdef0123456789abcdef\n", 0o600)


def test_shmcb_serves_without_any_line_and_forgets_on_reload():
    """By design, records in shared memory live as long as one generation of httpd's children."""
    with checked_place("test_cache-shmcb") as place:
        stage = Stage(place)
        assert [log_in(stage), log_in(stage)] == ["miss", "hit"]
        stage.gateway.graceful()
        assert [log_in(stage), log_in(stage)] == ["miss", "hit"]


def test_it_is_sized_for_a_large_school():
    with checked_place("test_cache-size") as place:
        stage = Stage(place, before=f"ProxyPass /status !\n{STATUS}", modules=["status"])
        text = fetch(f"http://127.0.0.1:{stage.gateway.port}/status").text
        assert "mod_eckid: the cache" in text
        subcaches = int(re.search(r"subcaches: <b>(\d+)", text)[1])
        indexes = int(re.search(r"indexes per subcache: <b>(\d+)", text)[1])
        assert subcaches * indexes > 50000


def test_a_full_cache_holds_what_its_size_promises():
    """The default's promise, at 1/128 of its size: as many records as there are indexes."""
    with checked_place("test_cache-full") as place:
        stage = Stage(place, before=f"ProxyPass /status !\n{STATUS}\n"
                      "EckidCache shmcb:small(131072)", modules=["status"], servers=1)
        text = fetch(f"http://127.0.0.1:{stage.gateway.port}/status").text
        indexes = (int(re.search(r"subcaches: <b>(\d+)", text)[1]) *
                   int(re.search(r"indexes per subcache: <b>(\d+)", text)[1]))
        people = [make_person() for _ in range(indexes // 2)]
        stage.people.extend(people)
        assert indexes > 300
        for person in people:
            log_in(stage, person)
        hits = sum(log_in(stage, person) == "hit" for person in people)
        # students fall into subcaches by chance, so some of those overflow before others fill
        assert hits >= 0.9 * len(people)


@pytest.mark.parametrize("times, after", [
    ("1h 1s", ["hit", "miss"]), ("1s 1h", ["miss", "hit"])])
def test_who_is_known_and_who_is_not_have_lifetimes_of_their_own(times, after):
    with checked_place("test_cache-time") as place:
        people = [make_person(), make_person(known=False)]
        stage = Stage(place, people=people, extra=f"EckidCacheTime {times}",
                      books="EckidOn unknown omit")
        assert [log_in(stage, person) for person in people] == ["miss", "miss"]
        time.sleep(1.1)
        assert [log_in(stage, person) for person in people] == after


def test_none_remembers_nothing():
    with checked_place("test_cache-none") as place:
        stage = Stage(place, before="EckidCache none")
        assert [log_in(stage), log_in(stage)] == ["miss", "miss"]


@pytest.fixture(scope="module")
def redis_stage():
    with checked_place("test_cache-redis") as place:
        redis = Redis(place)
        stage = Stage(place, before=
                      f"EckidCache redis:127.0.0.1:{redis.port}\n"
                      f"EckidSecretFile {secret_file(place)}")
        stage.redis = redis
        yield stage


def test_redis_survives_a_reload(redis_stage):
    redis_stage.redis.command("FLUSHALL")
    assert [log_in(redis_stage), log_in(redis_stage)] == ["miss", "hit"]
    redis_stage.gateway.graceful()
    assert log_in(redis_stage) == "hit"


def test_redis_holds_nothing_that_can_be_read(redis_stage):
    redis_stage.redis.command("FLUSHALL")
    log_in(redis_stage)
    contents = redis_stage.redis.contents()
    assert len(contents) == 1
    for secret in redis_stage.secrets() + ["ketenid"]:
        assert all(secret.encode() not in key + value for key, value in contents.items())
    assert len(next(iter(contents.values()))) < 256


@pytest.mark.parametrize("damage", [
    lambda value: b"", lambda value: b"x" * len(value), lambda value: value[:-1],
    lambda value: value[:20] + bytes([value[20] ^ 1]) + value[21:], lambda value: value + b"x",
    lambda value: b"x" * 5000, lambda value: b"x" * 5000000])
def test_a_record_that_does_not_decrypt_is_a_miss(redis_stage, damage):
    redis_stage.redis.command("FLUSHALL")
    log_in(redis_stage)
    (key, value), = redis_stage.redis.contents().items()
    redis_stage.redis.command("SET", key, damage(value))
    assert [log_in(redis_stage), log_in(redis_stage)] == ["miss", "hit"]


def test_a_record_of_another_student_is_a_miss(redis_stage):
    other = make_person()
    redis_stage.people.append(other)
    redis_stage.redis.command("FLUSHALL")
    log_in(redis_stage)
    (key, _), = redis_stage.redis.contents().items()
    log_in(redis_stage, other)
    stolen = next(v for k, v in redis_stage.redis.contents().items() if k != key)
    redis_stage.redis.command("SET", key, stolen)
    assert log_in(redis_stage) == "miss"
