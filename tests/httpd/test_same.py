# SPDX-License-Identifier: GPL-3.0-or-later
"""One httpd for everything: PHP-FPM behind the same server, mod_auth_mellon in the same process,
filters that compress behind us, a graceful restart under way."""
import concurrent.futures
import gzip
import threading

import pytest

from conftest import checked_place
from lab.curl import fetch
from lab.people import make_person
from lab.replay import answer
from lab.scene import Scene, received
from lab.stage import Stage, response_in, values_in
from lab.wait import eventually


@pytest.fixture(scope="module")
def scene():
    with checked_place("test_same") as place:
        yield Scene(place)


def test_logins_where_httpd_runs_the_identity_provider_itself(scene):
    for service in scene.services:
        for person in scene.people:
            got = received(scene.log_in(person, service), service)
            expected = scene.expected(person, service)
            assert {name: got.get(name) for name in expected} == expected


def test_who_joins_the_school_can_log_in(scene):
    person, service = make_person(True), scene.services[0]
    assert received(scene.log_in(person, service), service) is None
    scene.enrol(person)
    assert received(scene.log_in(person, service), service)["eckId"] == [person.eckid]


def test_php_that_dies_in_the_middle_of_a_page(scene):
    """What PHP has sent by then is not a page."""
    whole = '<form action="https://books.example/x"><p>' + "x" * 20000
    script = scene.place.file("dies.php", f"<?php echo '{whole}'; flush(); "
                              "exec('kill -9 ' . getmypid());")
    front = f"ProxyPass /dies fcgi://127.0.0.1:{scene.idp.php_port}{script}\n"
    blocks = "\n".join(s.block() for s in scene.services if s.is_supplier)
    gateway = scene.httpd("dies", front + scene.conf(scene.idp_metadata, blocks)).start()
    got = fetch(f"http://127.0.0.1:{gateway.port}/dies")
    assert got.status >= 500 and b"xxxx" not in got.body


def test_a_graceful_restart_while_people_log_in(scene):
    """Every login is answered, before, during and after the reload."""
    supplier, over, logins = scene.services[0], threading.Event(), []

    def log_in():
        while not over.is_set():
            got = received(scene.log_in(scene.student, supplier), supplier)
            logins.append(got and got.get("eckId") == [scene.student.eckid])

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(log_in) for _ in range(4)]
        try:
            for _ in range(3):
                scene.gateway.graceful()
                done = len(logins)
                eventually(lambda: len(logins) >= done + 8 or any(w.done() for w in workers))
        finally:
            over.set()
        for worker in workers:
            worker.result()  # or what it failed by
    assert all(logins)
    assert not scene.gateway.lines("exit signal") and not scene.gateway.lines("Segmentation")


@pytest.fixture(scope="module", params=["eckid-first", "mellon-first"])
def mixed(request):
    """mod_auth_mellon, whose lasso uses xmlsec too, in the same process."""
    with checked_place(f"test_same-{request.param}") as place:
        mellon = "LoadModule auth_mellon_module /usr/lib/apache2/modules/mod_auth_mellon.so\n"
        modules = ["auth_mellon"] if request.param == "mellon-first" else []
        before = "" if modules else mellon
        stage = Stage(place, modules=["authn_core", "authz_user", *modules], before=before + """
<Location /mellon-here>
  MellonEnable info
</Location>""")
        yield stage


def test_mellon_in_the_same_process(mixed):
    assert values_in(response_in(mixed.answer_to().text), "eckId") == [mixed.student.eckid]
    mixed.set(answer(mixed.page().replace("PHN", "PHx", 1)))
    assert mixed.get().status == 502
    mixed.signer.calls = 0
    bad = mixed.xml().replace(">member<", ">staff<")
    from lab.signer import page
    mixed.set(answer(page("https://books.example/acs", bad)))
    assert mixed.get().status == 502
    mixed.gateway.graceful()
    assert values_in(response_in(mixed.answer_to().text), "eckId") == [mixed.student.eckid]


@pytest.mark.parametrize("module, coding", [("deflate", "gzip"), ("brotli", "br")])
def test_filters_that_compress_come_after_us(module, coding):
    name = {"deflate": "DEFLATE", "brotli": "BROTLI_COMPRESS"}[module]
    with checked_place(f"test_same-{module}") as place:
        modules = ["filter", module]
        stage = Stage(place, modules=modules, before=f"SetOutputFilter {name}")
        stage.set(answer(stage.page()))
        got = stage.get("-H", f"Accept-Encoding: gzip, {coding}")
        # brotli is not offered any more: what we cannot read must not be asked for
        body = gzip.decompress(got.body) if module == "deflate" else got.body
        assert values_in(response_in(body.decode()), "eckId") == [stage.student.eckid]


def test_an_inflating_filter_before_us():
    with checked_place("test_same-inflate") as place:
        stage = Stage(place, modules=["filter", "deflate"], before="SetOutputFilter INFLATE")
        stage.set(answer(gzip.compress(stage.page().encode()), "Content-Encoding: gzip"))
        got = stage.get("-H", "Accept-Encoding: gzip")
        assert values_in(response_in(got.text), "eckId") == [stage.student.eckid]


def test_a_cached_page_is_never_a_rewritten_one():
    with checked_place("test_same-cache") as place:
        stage = Stage(place, modules=["cache", "cache_socache"], before="CacheSocache shmcb\n"
                      "CacheEnable socache /\nCacheIgnoreNoLastMod on\nCacheDefaultExpire 600")
        stage.set(answer(stage.page(), "Cache-Control: public, max-age=600"))
        first = response_in(stage.get().text)
        stage.set(answer(stage.page(person=stage.teacher), "Cache-Control: public, max-age=600"))
        assert values_in(response_in(stage.get().text), "uid") != values_in(first, "uid")
