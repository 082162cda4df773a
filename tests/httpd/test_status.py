# SPDX-License-Identifier: GPL-3.0-or-later
"""The location eckid-status: what it counts, in each form, and over children and reloads."""
import json
import re
import subprocess

import pytest

from conftest import TESTS, checked_place
from lab.directory import Directory
from lab.postgres import Postgres
from lab.replay import answer
from lab.stage import BOOKS, CANTEEN, CANTEEN_ACS, EXERCISES, EXERCISES_ACS, Stage
from lab.wait import eventually

STATUS = """
<Location /status>
  SetHandler eckid-status
  Require local
</Location>
ProxyPass /status !
"""


@pytest.fixture(scope="module", params=["event", "prefork"])
def stage(request):
    with checked_place(f"test_status-{request.param}") as place:
        yield Stage(place, before=STATUS, mpm=request.param, servers=3,
                    modules=["authz_host"],
                    extra='EckidPage "Voorbeeld <College>"')


def get(stage, query="", *arguments):
    return stage.get(*arguments, path=f"/status{query}")


def status(stage):
    return json.loads(get(stage, "?json").text)


def row(stage, supplier):
    return next(row for row in status(stage)["suppliers"] if row["supplier"] == supplier)


def count(stage, supplier, result):
    return row(stage, supplier)["results"].get(result, 0)


def test_each_kind_of_end_is_counted_once_over_all_children(stage):
    before = {name: row(stage, name) for name in (BOOKS, EXERCISES, "")}
    for _ in range(8):
        stage.answer_to()
    stage.answer_to(person=stage.teacher, attributes={"eduPersonAffiliation": ["employee"]})
    stage.answer_to(consumer=EXERCISES_ACS, audience=EXERCISES)
    stage.answer_to(audience=CANTEEN, consumer=CANTEEN_ACS)
    stage.set(answer(stage.page().replace('value="', 'value="AAAA', 1)))
    stage.get()

    def more(supplier, result):
        return count(stage, supplier, result) - before[supplier]["results"].get(result, 0)

    assert (more(BOOKS, "eck-id"), more(BOOKS, "without")) == (8, 1)
    assert more(EXERCISES, "eck-id") == 1
    assert more("", "passed") == 1 and more("", "refused") == 1


def test_what_is_counted_is_what_the_log_tells(stage):
    stage.answer_to()
    told = len(stage.gateway.lines(f"login at {BOOKS} gets the ECK iD"))
    assert count(stage, BOOKS, "eck-id") == told
    assert row(stage, BOOKS)["decisions"]["saml"]["found"]["eck-id"] == told
    lookups = row(stage, BOOKS)["lookups"]
    assert sum(one["count"] for one in lookups.values()) == len(
        stage.gateway.lines(f"login at {BOOKS} ", "lookup-ms="))


def test_a_refusal_is_counted_by_its_code(stage):
    person = stage.student
    stage.answer_to(attributes={"employeeNumber": ["x"]})
    assert row(stage, BOOKS)["refusals"]["ECK0404"] >= 1
    assert person.user not in get(stage, "?json").text


@pytest.mark.parametrize("query", ["", "?json", "?prometheus"])
def test_no_form_shows_anything_of_a_person(stage, query):
    stage.answer_to()
    text = get(stage, query).text
    assert not [secret for secret in stage.secrets() if secret in text]


def test_the_numbers_survive_a_graceful_reload_and_go_on(stage):
    stage.answer_to()
    before, since = count(stage, BOOKS, "eck-id"), status(stage)["since"]
    stage.gateway.graceful()
    assert count(stage, BOOKS, "eck-id") == before
    stage.answer_to()
    assert count(stage, BOOKS, "eck-id") == before + 1
    assert status(stage)["since"] == since


def test_they_are_found_by_name_when_the_reload_brings_another_supplier(stage):
    before, text = count(stage, EXERCISES, "eck-id"), stage.gateway.text
    more = """<EckidSupplier https://aaa.example/saml>
  EckidConsumer https://aaa.example/acs
  EckidName eckId
  EckidRelease none
</EckidSupplier>
"""
    stage.gateway.conf_file.write_text(text.replace("<EckidSupplier", f"{more}<EckidSupplier", 1))
    stage.gateway.graceful()
    assert count(stage, EXERCISES, "eck-id") == before
    assert row(stage, "https://aaa.example/saml")["logins"] == 0
    stage.gateway.conf_file.write_text(text)
    stage.gateway.graceful()
    assert "https://aaa.example/saml" not in get(stage, "?json").text


def metrics(stage):
    """Values by name and labels."""
    lines = get(stage, "?prometheus").text.splitlines()
    pattern = re.compile(r"(\w+)\{(.*)\} (\S+)")
    return {f"{m[1]} {m[2]}": float(m[3]) for m in map(pattern.match, lines) if m}


def test_prometheus_gets_the_same_numbers(stage):
    stage.answer_to()
    host = row(stage, BOOKS)["host"]
    labels = f'host="{host}",supplier="{BOOKS}",mode="on"'
    found = metrics(stage)
    assert found[f'eckid_decisions_total {labels},channel="saml",outcome="found",result="eck-id"'
                 ] == count(stage, BOOKS, "eck-id")
    hits = row(stage, BOOKS)["lookups"]["hit"]["count"]
    assert found[f'eckid_lookup_seconds_count {labels},cache="hit"'] == hits
    assert found[f'eckid_lookup_seconds_bucket {labels},cache="hit",le="+Inf"'] == hits
    assert found[f'eckid_las_breaker_open las="{stage.las.base}"'] == 0


def test_what_ends_is_listed_with_days(stage):
    ends = status(stage)["ends"]
    files = [end["what"] for end in ends]
    assert any(str(stage.signing.crt_file) in what for what in files), files
    assert all(isinstance(end["days"], int) for end in ends)
    assert [end["until"] for end in ends] == sorted(end["until"] for end in ends)


def test_metadata_says_when_it_was_last_good(stage):
    stage.answer_to()
    source = next(s for s in status(stage)["sources"] if s["kind"] == "idp-metadata")
    assert source["fetched"] and source["failure"] is None
    good = stage.idp_metadata.read_text()
    stage.idp_metadata.write_text("no metadata")
    eventually(lambda: stage.answer_to() and "ECK" in (state(stage)["failure"] or ""),
               "the failure is shown")
    assert state(stage)["fetched"]
    stage.idp_metadata.write_text(good)
    eventually(lambda: stage.answer_to() and state(stage)["failure"] is None, "it is good again")


def state(stage):
    return next(s for s in status(stage)["sources"] if s["kind"] == "idp-metadata")


@pytest.mark.parametrize("language, words", [
    ("nl", ("Hoe het gaat met mod_eckid", "Leveranciers", 'lang="nl"')),
    ("en", ("How mod_eckid is doing", "Suppliers", 'lang="en"'))])
def test_the_page_is_in_the_reader_s_language_and_has_the_school_s_name(stage, language, words):
    page = get(stage, "", "-H", f"Accept-Language: {language}", "-H", "Accept: text/html")
    assert page.status == 200 and not [word for word in words if word not in page.text]
    assert "Voorbeeld &lt;College&gt;" in page.text and BOOKS in page.text
    assert not re.search(r'(?:src|href|url)\s*[=(]', page.text), "it fetches something"


@pytest.mark.parametrize("accept, kind", [
    ("text/html", "text/html"), ("application/json", "application/json"),
    ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", "text/plain"),
    ("*/*", "text/html")])
def test_accept_decides_which_form_comes(stage, accept, kind):
    assert get(stage, "", "-H", f"Accept: {accept}").headers["content-type"].startswith(kind)


def test_what_it_does_not_know_is_refused(stage):
    assert get(stage, "?nonsense").status == 404
    assert get(stage, "", "-X", "POST", "-d", "x").status == 405


def test_health_follows_the_las_only_for_those_who_ask_strictly(stage):
    assert (get(stage, "?health").status, get(stage, "?health").text) == (200, "ok\n")
    stage.las.behave = lambda handler: handler.send_json(503, {})
    for number in range(8):
        stage.answer_to(attributes={"employeeNumber": [f"55{number}"]})
    assert (get(stage, "?health").status, get(stage, "?health").text) == (200, "las\n")
    strict = get(stage, "?health=strict")
    assert (strict.status, strict.text) == (503, "las\n")
    assert status(stage)["las"][0]["breaker-open"] == 1
    stage.las.behave = None
    eventually(lambda: stage.answer_to(attributes={"employeeNumber": ["559"]}) and
               get(stage, "?health=strict").text == "ok\n", "the LAS answers again")


def test_health_tells_of_the_database_without_waiting_long_for_it():
    with checked_place("test_status-directory") as place:
        server = Postgres(place)
        directory = Directory(place, server)
        stage = Stage(place, before=directory.conf("timeout=30s") + STATUS,
                      modules=["authz_host"], instead={"EckidLookup": "directory las"})
        assert get(stage, "?health=strict").text == "ok\n"
        server.stop()
        assert (get(stage, "?health").status, get(stage, "?health").text) == (200, "directory\n")
        strict = get(stage, "?health=strict")
        assert (strict.status, strict.text) == (503, "directory\n")
        assert 'eckid_source_failing{kind="directory",name="postgresql"} 1' in get(
            stage, "?prometheus").text
        server.start()
        eventually(lambda: get(stage, "?health=strict").text == "ok\n", "it answers again")


MONITORING = TESTS.parent / "conf/monitoring"


def test_prometheus_reads_what_is_served(stage):
    stage.answer_to()
    text = get(stage, "?prometheus").text
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_and_dashboard_name_only_metrics_that_are_served(stage):
    text = get(stage, "?prometheus").text
    served = {name + suffix for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M)
              for suffix in (("_bucket", "_sum", "_count") if kind == "histogram" else ("",))}
    for path in MONITORING.glob("*"):
        named = set(re.findall(r"\beckid_\w+", path.read_text()))
        assert named and named <= served, f"{path}: {named - served}"


def test_promtool_accepts_the_alerts_and_each_is_raised_by_what_it_is_about():
    for words in (["check", "rules", "eckid-alerts.yml"],
                  ["test", "rules", "eckid-alerts-test.yml"]):
        done = subprocess.run(["promtool", *words], cwd=MONITORING, text=True, capture_output=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_is_json_whose_panels_ask_something():
    panels = json.loads((MONITORING / "eckid-dashboard.json").read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(target["expr"] for panel in panels for target in panel["targets"])
