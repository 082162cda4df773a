# SPDX-License-Identifier: GPL-3.0-or-later
"""What passes because of a mistake in the configuration leaves a line, at the default LogLevel."""
import pytest

from conftest import checked_place
from lab.clock import Clock
from lab.oidcstage import OidcStage
from lab.replay import answer
from lab.signer import ENTITY, page
from lab.stage import (BOOKS, BOOKS_ACS, CANTEEN, CANTEEN_ACS, EXERCISES, EXERCISES_ACS,
                       Stage)

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture(scope="module")
def quiet():
    """With httpd's default LogLevel."""
    with checked_place("test_silence") as place:
        yield Stage(place, level="warn")


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_silence-info") as place:
        yield Stage(place)


def test_a_login_that_names_no_supplier_is_told_once_a_day(quiet):
    for _ in range(3):
        quiet.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
    line, = quiet.gateway.lines("ECK0230")
    assert ":notice]" in line and f"{CANTEEN} at canteen.example" in line
    quiet.answer_to(consumer=CANTEEN_ACS, audience=f"{CANTEEN}/other?x")
    assert len(quiet.gateway.lines("ECK0230")) == 2
    assert f"{CANTEEN}/other at canteen.example" in quiet.last_line("ECK0230")


def test_a_mistyped_entity_id_and_consumer(quiet):
    quiet.answer_to(consumer="https://boooks.example/acs", audience=BOOKS + "/")
    assert f"{BOOKS}/ at boooks.example" in quiet.last_line("ECK0230", ":notice]")


def test_each_such_login_is_told_at_level_info(stage):
    for _ in range(3):
        stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
    assert len(stage.gateway.lines("ECK0230")) == 3
    assert len(stage.gateway.lines("ECK0230", ":info]")) == 2


def test_what_logs_nobody_in_is_not_told(stage):
    before = len(stage.gateway.lines("ECK0230"))
    stage.set(answer(page("https://canteen.example/slo", "<p:LogoutResponse xmlns:p="
                          "'urn:oasis:names:tc:SAML:2.0:protocol'/>")))
    stage.get()
    assert ":debug]" in stage.last_line("is not for a supplier passes")
    assert len(stage.gateway.lines("ECK0230")) == before


def test_each_one_while_observing():
    with checked_place("test_silence-observe") as place:
        stage = Stage(place, level="warn", instead={"EckidEngine": "observe"})
        for _ in range(3):
            stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
        assert len(stage.gateway.lines("ECK0230", "(observed only)", ":notice]")) == 3


def test_an_unknown_client():
    with checked_place("test_silence-oidc") as place:
        stage = OidcStage(place, level="warn")
        for _ in range(2):
            stage.token(stage.sign(stage.claims("boooks")), "boooks",
                        form="redirect_uri=https://boooks.example/cb?x")
        line, = stage.gateway.lines("ECK0230")
        assert ":notice]" in line and "boooks at boooks.example" in line
        assert "token=id_token" in line
        target = f"https://canteen.example/cb#id_token={stage.sign(stage.claims('canteen'))}"
        stage.set("/authorize?client_id=canteen", answer("", f"Location: {target}", status=302))
        stage.get("/authorize?client_id=canteen")
        assert "canteen at canteen.example" in stage.last_line("ECK0230", "token=front-channel")


def test_who_is_no_student_by_lack_of_the_attribute_is_a_warning(stage):
    teacher = stage.login(person=stage.teacher)
    del teacher.attributes["employeeNumber"]
    stage.set(answer(stage.page_of(teacher)))
    stage.get()
    assert ":info]" in stage.last_line(
        "ECK0401", "no value of eduPersonAffiliation matches (", "outcome=not-student")
    nobody = stage.login()
    del nobody.attributes["eduPersonAffiliation"]
    stage.set(answer(stage.page_of(nobody)))
    stage.get()
    line = stage.last_line("ECK0408: ", "outcome=not-student")
    assert ":warn]" in line and "is not there: eduPersonAffiliation" in line
    assert "or correct the name there" in line and "userinfo" not in line


def test_who_is_no_student_and_has_a_students_attribute_is_told_once_a_day():
    """Perhaps a condition is wrong, by which nobody is a student."""
    with checked_place("test_silence-nobody") as place:
        stage = Stage(place, level="warn",
                      instead={"EckidStudentIf": "eduPersonAffiliation leerling"})
        teacher = stage.login(person=stage.teacher)
        del teacher.attributes["employeeNumber"]
        stage.set(answer(stage.page_of(teacher)))
        stage.get()
        assert not stage.gateway.lines("ECK0401")
        for _ in range(2):
            stage.answer_to()
        line, = stage.gateway.lines("ECK0401")
        assert ":notice]" in line and f"login at {BOOKS}" in line
        assert "no value of eduPersonAffiliation matches, though there is employeeNumber" in line
        stage.answer_to(consumer=EXERCISES_ACS, audience=EXERCISES)
        assert f"login at {EXERCISES}" in stage.last_line("ECK0401")


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_what_was_told_today_is_told_again_after_a_reload(how):
    """A mistake that was corrected by another one must not look as if it were gone."""
    with checked_place(f"test_silence-{how}") as place:
        stage = Stage(place, level="warn")
        for _ in range(2):
            stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
        getattr(stage.gateway, how)()
        for _ in range(2):
            stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
        assert len(stage.gateway.lines("ECK0230", ":notice]")) == 2


def test_a_released_name_that_never_comes(stage):
    for _ in range(2):
        login = stage.login()
        login.name_id = "opaque"  # or it would show what is not released
        del login.attributes["uid"]
        stage.set(answer(stage.page_of(login)))
        stage.get()
    lines = stage.gateway.lines("absent=uid", f"login at {BOOKS}")
    assert len(lines) == 2 and ":notice]" in lines[0] and ":info]" in lines[1]
    stage.answer_to()
    assert "absent=" not in stage.last_line(f"login at {BOOKS}")


def test_a_claim_is_absent_only_if_userinfo_lacks_it_too():
    with checked_place("test_silence-claims") as place:
        stage = OidcStage(place)
        claims = stage.claims()
        del claims["uid"]
        stage.token(stage.sign(claims))
        assert "absent=" not in stage.last_line("token=id_token")
        stage.userinfo({"sub": stage.student.user})
        assert "absent=uid" in stage.last_line("token=userinfo", ":notice]")


def test_metadata_at_a_path_that_is_not_listed(quiet):
    for path in ("/other/metadata?x=1", "/other/metadata?x=2", "/third"):
        quiet.set(answer(quiet.signer.metadata(), content_type="application/samlmetadata+xml"),
                  path)
        assert quiet.get(path=path).text == quiet.signer.metadata()
    first, second = quiet.gateway.lines("ECK0109")
    assert ":notice]" in first and " at /other/metadata (" in first and " at /third (" in second
    assert "EckidMetadataPath" in first


def test_paths_without_end_silence_nothing_else():
    with checked_place("test_silence-paths") as place:
        stage = Stage(place, level="warn")
        for number in range(600):
            path = f"/metadata/{number}"
            stage.set(answer(stage.signer.metadata(), content_type="application/xml"), path)
            stage.get(path=path)
        assert len(stage.gateway.lines("ECK0109")) == 512
        line, = stage.gateway.lines("ECK0115")
        assert ":notice]" in line and "eckid:info" in line
        stage.answer_to(consumer=CANTEEN_ACS, audience=CANTEEN)
        assert ":notice]" in stage.last_line("ECK0230")
        login = stage.login()
        login.name_id = "opaque"
        del login.attributes["uid"]
        stage.set(answer(stage.page_of(login)))
        stage.get()
        assert ":notice]" in stage.last_line("absent=uid")


def test_metadata_of_another_name_at_the_path_that_is_listed():
    """As of an identity provider that names itself by a Host that does not reach it."""
    with checked_place("test_silence-other") as place:
        stage = Stage(place, level="warn", extra="EckidMetadataPath /metadata")
        other = stage.signer.metadata().replace(f'entityID="{ENTITY}"',
                                                'entityID="http://127.0.0.1:8080/idp"')
        for _ in range(2):
            stage.set(answer(other, content_type="application/xml"), "/metadata")
            assert stage.get(path="/metadata").text == other
        line, = stage.gateway.lines("ECK0114")
        assert ":notice]" in line and "ProxyPreserveHost" in line
        assert f"those of http://127.0.0.1:8080/idp, not of {ENTITY}" in line
        for body in (stage.signer.metadata(), other.replace("IDPSSO", "SPSSO")):
            stage.set(answer(body, content_type="application/xml"), "/metadata")
            stage.get(path="/metadata")
        assert len(stage.gateway.lines("ECK0114")) == 1


def test_metadata_that_need_nothing_of_ours():
    with checked_place("test_silence-shared") as place:
        stage = Stage(place, instead={"EckidSigningKey": lambda s: "{0.key_file} {0.crt_file} "
                                      "shared".format(s.signer.pair)})
        stage.set(answer(stage.signer.metadata(), content_type="application/xml"), "/m")
        stage.get(path="/m")
        assert not stage.gateway.lines("ECK0109")


def waiting(place, **more):
    """A stage whose httpd was started by a clock of ours."""
    stage, clock = Stage(place, level="warn", **more), Clock(place)
    stage.gateway.stop()
    clock.into(stage.gateway)
    stage.gateway.start()
    stage.set(answer("<html>ordinary</html>"))
    return stage, clock


def test_no_login_for_an_hour_is_told_once():
    with checked_place("test_silence-none") as place:
        stage, clock = waiting(place)
        clock.ahead(HOUR - 100)
        stage.get()
        stage.gateway.graceful()  # it waits since the start all the same
        assert not stage.gateway.lines("ECK0113")
        clock.ahead(HOUR + 1)
        assert not stage.gateway.lines("ECK0113")  # silent as long as nothing passes
        for _ in range(3):
            stage.get()
        line, = stage.gateway.lines("ECK0113")
        assert ":notice]" in line and "EckidEngine" in line
        stage.gateway.graceful()
        clock.ahead(9 * HOUR)
        stage.get()
        assert len(stage.gateway.lines("ECK0113")) == 1


@pytest.mark.parametrize("consumer, audience", [(BOOKS_ACS, BOOKS), (CANTEEN_ACS, CANTEEN)])
def test_any_login_is_a_login(consumer, audience):
    with checked_place(f"test_silence-some-{audience.split('/')[2]}") as place:
        stage, clock = waiting(place)
        stage.answer_to(consumer=consumer, audience=audience)
        clock.ahead(2 * HOUR)
        for _ in range(8):
            stage.set(answer("<html>ordinary</html>"))
            stage.get()
        assert not stage.gateway.lines("ECK0113")


def test_each_day_is_another_day():
    with checked_place("test_silence-days") as place:
        stage, clock = waiting(place, instead={"EckidClockSkew": "600s"})
        login = stage.page(consumer=CANTEEN_ACS, audience=CANTEEN)
        for day in range(3):
            clock.ahead(day * DAY)
            for _ in range(4):
                stage.set(answer(login))
                stage.get()
        assert len(stage.gateway.lines("ECK0230")) == 3
