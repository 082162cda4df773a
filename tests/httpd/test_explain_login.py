# SPDX-License-Identifier: GPL-3.0-or-later
"""eckid-explain --login: what it tells of a captured login is what becomes of it."""
import base64
import json
import re
import secrets
import urllib.parse

import pytest

from conftest import checked_place
from lab import command
from lab.bridgestage import BridgeStage
from lab.oidcstage import OidcStage, payload
from lab.replay import answer
from lab.stage import BOOKS, CANTEEN, CANTEEN_ACS, EXERCISES, EXERCISES_ACS, Stage, response_in

DESK = """
EckidSecretFile {secret}
<Location /desk>
  SetHandler eckid-desk
  ProxyPass !
</Location>
"""


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_explain_login") as place:
        secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        stage = Stage(place, before=DESK.format(secret=secret),
                      books="EckidRename mail email\n  EckidOn not-student omit")
        stage.secret = secret
        yield stage


@pytest.fixture(scope="module")
def provider():
    with checked_place("test_explain_login-oidc") as place:
        secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        stage = OidcStage(place, extra=DESK.format(secret=secret))
        stage.secret = secret
        yield stage


def explain(stage, captured, *arguments):
    return command.run(stage.place, "eckid-explain",
                       f"http://127.0.0.1:{stage.gateway.port}/desk", stage.secret, [captured],
                       "--login", "-", *arguments)


def by_config(stage, text, file, *arguments):
    return command.run_alone(stage.place, "eckid-explain", [text], "--config", file, "--httpd",
                             "/usr/sbin/apache2", *(arguments or ("--login", "-")),
                             env=stage.gateway.environment())


def told(done):
    """The names of what is told to be in the login that goes out."""
    names = set()
    for line in done.stdout.splitlines():
        step, text = line[2:26].strip(), line[27:].split("  [")[0]
        if step in ("released", "set"):
            names.add(text.split(": ")[0].split(" as ")[-1])
    return names


def as_form(page):
    value = re.search(r'name="SAMLResponse" value="([^"]*)"', page)[1]
    return urllib.parse.urlencode({"SAMLResponse": value, "RelayState": "x"})


@pytest.mark.parametrize("supplier, consumer", [(BOOKS, "https://books.example/acs"),
                                                (EXERCISES, EXERCISES_ACS)])
@pytest.mark.parametrize("capture", [str, as_form], ids=["page", "form"])
def test_a_captured_page_is_told_as_it_goes_out(stage, supplier, consumer, capture):
    page = stage.page(consumer=consumer, audience=supplier)
    stage.set(answer(page))
    got = response_in(stage.get().text)
    done = explain(stage, capture(page))
    assert done.returncode == 0, done.stdout + done.stderr
    assert supplier in done.stdout and "over SAML: eck-id" in done.stdout
    assert told(done) == {part.split('"')[0] for part in got.split('Name="')[1:]}, done.stdout
    assert not [value for value in stage.secrets() if value in done.stdout]


def earlier(xml):
    """A response of last year."""
    return re.sub(r'"20\d\d(-\d\d-\d\dT[\d:.]+Z)"', r'"2021\1"', xml)


def test_one_that_has_ended_is_judged_by_the_time_when_it_was_made(stage):
    page = stage.page(change=earlier)
    stage.set(answer(page))
    assert stage.get().status == 502
    done = explain(stage, page)
    assert done.returncode == 0 and "captured                 made at 2021-" in done.stdout, done
    assert "verified                 yes" in done.stdout


def forged(page):
    """With another value behind its signature."""
    value = re.search(r'name="SAMLResponse" value="([^"]*)"', page)[1]
    xml = re.sub(r"(<saml:AttributeValue[^>]*>)", r"\1x", response_in(page), count=1)
    return page.replace(value, base64.b64encode(xml.encode()).decode())


REFUSED = {
    "a signature that does not hold": ({}, forged),
    "another issuer": ({"issuer": "https://other.example"}, str),
    "ended when it was made": ({"minutes": -600}, str),
    "two fields": ({}, lambda page: page.replace("</form>", '<input name="SAMLResponse" '
                                                 'value="PA=="></form>')),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_told_with_its_reason(stage, case):
    login, change = REFUSED[case]
    page = change(stage.page(**login))
    stage.set(answer(page))
    assert stage.get().status == 502
    line = stage.last_line("refused with 502: ")
    reason = line.split("refused with 502: ")[1].split(":")[0]
    done = explain(stage, page)
    assert done.returncode == 1 and "over SAML: refused" in done.stdout, done
    assert reason in done.stdout and "with 502" in done.stdout, (line, done.stdout)


def test_what_was_captured_behind_the_module_is_told_so(stage):
    done = explain(stage, stage.answer_to().text)
    assert done.returncode == 1 and "has its own signature" in done.stdout, done


def test_a_login_of_nobody_s_passes(stage):
    done = explain(stage, stage.page(consumer=CANTEEN_ACS, audience=CANTEEN))
    assert done.returncode == 1 and "over SAML: passed" in done.stdout, done
    assert CANTEEN in done.stdout


def test_a_capture_without_a_login_is_no_answer(stage):
    for text in ("<p>Hello", "{}", "RelayState=x", "{"):
        assert explain(stage, text).returncode == 2, text


def test_what_is_too_long_is_told_so(stage):
    done = explain(stage, "x" * 1048577)
    assert done.returncode == 2 and "longer than 1 MiB" in done.stderr


def test_control_characters_of_what_was_captured_do_nothing(provider):
    done = explain(provider, of_token(provider, client="canteen\x1b[2J\x9b\n  set"))
    assert done.returncode == 1 and "canteen?[2J" in done.stdout, done
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]|^  set", done.stdout, re.M)


def test_another_configuration_is_only_read(stage):
    page, running = stage.page(), stage.gateway.conf_file.read_text()
    new = stage.place.file("new.conf", running.replace(
        "EckidRelease uid eduPersonAffiliation", "EckidRelease uid"))
    less = {"uid", "email", "eckId"}
    for file, names in ((stage.gateway.conf_file, less | {"eduPersonAffiliation"}), (new, less)):
        done = by_config(stage, page, file)
        assert done.returncode == 0 and told(done) == names, (done.stdout, done.stderr)
        assert f"[{file}:" in done.stdout and "over SAML at localhost" in done.stdout, done.stdout
    assert stage.gateway.conf_file.read_text() == running
    assert stage.answer_to().status == 200


def changed(stage, name, *pairs):
    """The running configuration with other lines, in a file that does not run."""
    text = stage.gateway.conf_file.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return stage.place.file(name, text)


def compared(stage, text, new, *arguments):
    """By the desk of the server that runs, with another configuration."""
    return command.run(stage.place, "eckid-explain",
                       f"http://127.0.0.1:{stage.gateway.port}/desk", stage.secret, [text],
                       "--compare", str(new), "--httpd", "/usr/sbin/apache2",
                       *(arguments or ("--login", "-")), env=stage.gateway.environment())


DIFFERENCES = {
    "nothing": ((), 0, [f"{BOOKS} over SAML at ", ": eck-id, nothing differs", "nothing differs"]),
    "a line elsewhere": ((("EckidEngine ", "# moved\nEckidEngine "),), 0, ["nothing differs"]),
    "a released name": ((("EckidRelease uid eduPersonAffiliation", "EckidRelease uid"),), 1,
                        ["- released                 eduPersonAffiliation: 2 values: ",
                         "+ removed                  eduPersonAffiliation",
                         "- line                     EckidRelease uid eduPersonAffiliation  [",
                         "+ line                     EckidRelease uid  ["]),
    "a name": ((("EckidName eckId", "EckidName eduEckId"),), 1,
               ["- set                      eckId  [", "+ set                      eduEckId  ["]),
    "another key of the same length": ((("@1.school", "@2.school"),), 1,
                                       ["- key ", "+ key ", ", another value  [",
                                        ": eck-id, would be refused"]),
    "no such supplier": ((("<EckidSupplier https://books.example", "<EckidSupplier https://b.x"),
                          ("EckidConsumer https://books.example", "EckidConsumer https://b.x")),
                         1, [": eck-id, would be passed", "- verified", "+ supplier"]),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_what_another_configuration_would_change_is_told(stage, case):
    pairs, status, words = DIFFERENCES[case]
    done = compared(stage, stage.page(), changed(stage, "changed.conf", *pairs))
    assert done.returncode == status, done.stdout + done.stderr
    for word in words:
        assert word in done.stdout, f"{word}: {done.stdout}"
    assert status == 0 or "nothing differs" not in done.stdout
    assert not [value for value in stage.secrets() if value in done.stdout]


def test_each_supplier_is_compared_by_attributes(stage):
    attributes = json.dumps(dict(stage.login(stage.student).attributes))
    new = changed(stage, "all.conf", ("EckidName eckId", "EckidName eduEckId"))
    done = compared(stage, attributes, new, "--subject", "x")
    assert done.returncode == 1 and f"{BOOKS} over SAML" in done.stdout, done
    assert re.search(f"^{EXERCISES} over SAML at .*: eck-id, nothing differs$", done.stdout, re.M)
    assert not [value for value in stage.secrets() if value in done.stdout]


def test_two_configurations_that_do_not_run_are_compared(stage):
    new = changed(stage, "less.conf", ("EckidRelease uid eduPersonAffiliation", "EckidRelease uid"))
    done = by_config(stage, stage.page(), stage.gateway.conf_file, "--login", "-", "--compare", new)
    assert done.returncode == 1 and "+ removed" in done.stdout, done
    done = by_config(stage, stage.page(), new, "--login", "-", "--compare", new)
    assert done.returncode == 0, done


def test_a_supplier_that_only_one_of_two_configurations_has(stage):
    attributes = json.dumps(dict(stage.login(stage.student).attributes))
    new = changed(stage, "fewer.conf", (f"<EckidSupplier {BOOKS}>", "<EckidSupplier https://b>"))
    done = compared(stage, attributes, new, "--supplier", BOOKS)
    assert done.returncode == 1 and ": eck-id, would be none" in done.stdout, done
    assert "+ none: " in done.stdout and "no <EckidSupplier> has that name" in done.stdout
    done = compared(stage, attributes, new, "--supplier", "https://nobody.example")
    assert done.returncode == 2 and "- none: " in done.stdout and "+ none: " in done.stdout


def test_there_is_nothing_to_compare_with_a_configuration_that_cannot_be_read(stage):
    done = compared(stage, stage.page(), changed(stage, "odd.conf", ("EckidEngine ", "EckidOdd ")))
    assert done.returncode == 2 and "cannot be read" in done.stderr and not done.stdout, done


def test_a_configuration_that_cannot_be_read_is_told(stage):
    new = stage.place.file("wrong.conf", stage.gateway.conf_file.read_text() + "\nEckidOdd on")
    done = by_config(stage, stage.page(), new)
    assert done.returncode == 2 and "cannot be read" in done.stderr, done
    assert "EckidOdd" in done.stderr


def of_token(stage, **more):
    return json.dumps({"id_token": stage.sign(stage.claims(**more)), "access_token": "access"})


def as_fragment(stage, **more):
    token = stage.sign(stage.claims(**more))
    return f"https://books.example/cb#id_token={token}&state=x"


def test_a_token_answer_is_told_as_it_goes_out(provider):
    id_token = provider.sign(provider.claims(mail="j@school.example"))
    got = json.loads(provider.token(id_token).text)["id_token"]
    done = explain(provider, json.dumps({"id_token": id_token, "access_token": "access"}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "over OpenID Connect, client books: eck-id" in done.stdout
    protocol = {"iss", "aud", "sub", "iat", "exp", "nonce", "azp", "at_hash"}
    assert told(done) == set(payload(got)) - protocol, done.stdout
    assert not [value for value in provider.secrets() if value in done.stdout]


def test_an_old_token_is_judged_by_the_time_when_it_was_made(provider):
    old = {"iat": 1600000000, "exp": 1600003600}
    assert provider.token(provider.sign(provider.claims(**old))).status == 502
    done = explain(provider, of_token(provider, **old))
    assert done.returncode == 0 and "made at 2020-09-13" in done.stdout, done


def test_a_token_by_way_of_the_browser_has_no_eck_id(provider):
    done = explain(provider, as_fragment(provider))
    assert done.returncode == 1 and "client books: without" in done.stdout, done
    assert "which the browser sees" in done.stdout and "eckId" not in told(done)


@pytest.mark.parametrize("more, word", [({"iss": "https://other.example"}, "refused"),
                                        ({"client": "canteen"}, "passed")])
def test_a_token_that_is_not_filled_is_told(provider, more, word):
    done = explain(provider, of_token(provider, **more))
    assert done.returncode == 1 and f": {word}\n" in done.stdout, done


def test_a_refusal_by_way_of_the_browser_is_told_as_the_client_reads_it(provider):
    done = explain(provider, as_fragment(provider, iss="https://other.example"))
    assert done.returncode == 1 and "error=server_error" in done.stdout, done


def test_a_token_by_another_configuration(provider):
    done = by_config(provider, of_token(provider), provider.gateway.conf_file)
    assert done.returncode == 0 and "eck-id" in done.stdout, (done.stdout, done.stderr)


def test_claims_in_userinfo_are_not_asked_for_by_a_captured_token(place):
    secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
    stage = OidcStage(place, extra=DESK.format(secret=secret), options="student=userinfo")
    stage.secret = secret
    done = explain(stage, of_token(stage))
    assert done.returncode == 1 and "client books: not judged" in done.stdout, done
    assert "give its answer on standard input" in done.stdout


def test_our_own_identity_provider_is_explained_by_attributes(place):
    stage = BridgeStage(place).start()
    attributes = json.dumps(stage.student.attributes(stage.school))
    done = by_config(stage, attributes, stage.gateway.conf_file, "--supplier",
                     stage.books.entity)
    assert done.returncode == 0 and "over SAML at localhost" in done.stdout, done
    assert "there is one" in done.stdout and "set " in done.stdout
