# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in the configuration of our own identity provider: what configtest says about each."""
import pytest

from conftest import checked_place
from lab.bridgestage import BridgeStage, Partner
from lab.httpd import MODULES


@pytest.fixture(scope="module")
def place():
    with checked_place("test_idp_config") as place:
        yield place


def configtest(place, partners=None, change=lambda text: text, **more):
    stage = BridgeStage(place, partners, **more)
    file = stage.gateway.conf_file
    file.write_text(change(file.read_text()))
    status, text = stage.gateway.configtest()
    stage.las.close()
    return status, text


def test_a_good_one_has_no_remark(place):
    assert configtest(place) == (0, "Syntax OK\n")


def without(words):
    return lambda text: "\n".join(line for line in text.splitlines() if words not in line)


def swap(old, new):
    def change(text):
        assert old in text
        return text.replace(old, new)

    return change


REFUSED = {
    "no entity": (without("EckidIdp http"), "belongs into the location of an EckidIdp"),
    "no attribute for the student key": (
        without("EckidIdpAttribute employeeNumber"),
        "needs the attribute employeeNumber, which no EckidIdpAttribute makes"),
    "no attribute for the condition": (
        without("EckidIdpAttribute eduPersonAffiliation"),
        "needs the attribute eduPersonAffiliation"),
    "the student key by NameID": (
        swap("EckidStudentKey employeeNumber", "EckidStudentKey NameID"),
        "needs the attribute in place of NameID"),
    "a header": (swap("AUTHENTICATE_UID", "HTTP_UID"), "HTTP_UID is a header"),
    "an attribute twice": (swap("EckidIdpAttribute sn ", "EckidIdpAttribute uid "),
                           "uid has two lines"),
    "an unknown form": (swap("separator=;", "split=;"), "neither json nor separator=TEXT"),
    "another URL": (swap("/saml/idp\nEckidIdpName", "/saml/other\nEckidIdpName"),
                    "is not the URL of this location"),
    "no metadata of a supplier": (
        swap("EckidSupplierMetadata", "EckidConsumer https://books.example/acs\n#"),
        "has no EckidSupplierMetadata"),
    "a NameID without attribute": (
        swap("EckidName eckId", "EckidName eckId\nEckidNameId emailAddress"),
        "emailAddress needs an attribute"),
    "an unknown NameID": (swap("EckidName eckId", "EckidName eckId\nEckidNameId x"),
                          "none of persistent, transient"),
    "a NameID of an unknown attribute": (
        swap("EckidName eckId", "EckidName eckId\nEckidNameId unspecified upn"),
        "EckidNameId needs the attribute upn"),
    "pairwise without secret": (
        lambda text: swap("EckidName eckId", "EckidName eckId\nEckidNameId persistent")(
            without("EckidIdpNameIdSecret")(text)), "needs a secret that never changes"),
    "what is signed": (swap("EckidName eckId", "EckidName eckId\nEckidSign none"),
                       "not one of both, assertion, response"),
    "ForceAuthn that could be skipped": (
        swap("EckidIdp http", "EckidIdpRenew /logout?ReturnTo=\nEckidIdp http"),
        "EckidIdpRenew needs the time"),
    "a logout that is no URL": (
        swap("EckidIdp http", "EckidIdpLogout logout\nEckidIdp http"),
        "EckidIdpLogout: a URL or a path is expected"),
    "a logout with an unknown word": (
        swap("EckidIdp http", "EckidIdpLogout /bye?to= local\nEckidIdp http"),
        "EckidIdpLogout: nothing may follow the URL but partial"),
    "a location with a wildcard": (
        lambda text: text.replace("/saml/idp", "/saml/*"), "a path and no wildcard"),
    "a contact": (swap("EckidIdp http", "EckidIdpContact nobody\nEckidIdp http"),
                  "a mail address is expected"),
    "no engine with its own metadata": (
        swap("EckidSigningKey", "#EckidSigningKey"), "there is no EckidSigningKey"),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_mistake_is_told(place, mistake):
    change, words = REFUSED[mistake]
    status, text = configtest(place, change=change)
    assert status != 0 and words in text, text


AROUND = """<EckidSupplier https://around.example>
EckidConsumer https://around.example/acs
EckidName eckId
EckidRelease uid
</EckidSupplier>
<Location /saml/idp>
  SetHandler"""


def places(login, other, place="passive"):
    """A configuration with those lines at login, and others at another place."""
    return lambda text: swap("Require valid-user", login)(text) + (
        f"\n<Location /saml/idp/{place}>\n{other}\n</Location>\n")


WARNED = {
    "a supplier of the server that is unknown here": (
        swap("<Location /saml/idp>\n  SetHandler", AROUND),
        "https://around.example cannot log in here"),
    "nothing protects the login": (
        swap("Require valid-user", "Require all granted"), "nothing protects /saml/idp/login"),
    "AuthType without Require": (without("Require"), "nothing protects /saml/idp/login"),
    "no AuthType": (without("AuthType"), "nothing protects /saml/idp/login"),
    "nothing protects where a forced login returns": (
        swap("EckidIdp http", "EckidIdpAuthnInstant T\nEckidIdpRenew /x?to=\nEckidIdp http"),
        "nothing protects /saml/idp/again"),
    "all of it is protected": (
        swap("<Location /saml/idp/login>", "<Location /saml/idp>"),
        "/saml/idp/sso asks for a login"),
    "logouts are protected": (
        lambda text: places("Require valid-user", "AuthType Basic\nRequire valid-user", "slo")(
            swap("EckidIdp http", "EckidIdpLogout /bye?to=\nEckidIdp http")(text)),
        "/saml/idp/slo asks for a login"),
    "nothing tells whether a logout is over": (
        swap("EckidIdp http", "EckidIdpLogout /bye?to=\nEckidIdp http"),
        "nothing at /saml/idp/passive tells"),
    "an attribute that is never there": (
        swap("EckidRelease uid", "EckidRelease uid cn"), "EckidRelease has cn, which no"),
}


def test_suppliers_of_a_server_at_work_may_have_lines_for_ours(place):
    around = AROUND.replace("EckidConsumer https://around.example/acs",
                            "EckidClient around\nEckidSign response")

    def change(text):
        lines = text[text.index("EckidEngine on"):text.index("EckidHelpdesk")]
        return swap("<Location /saml/idp>\n  SetHandler", f"{lines}EckidProvider "
                    f"https://op.example backend=http://127.0.0.1:1\n{around}")(text)

    status, text = configtest(place, change=change)
    assert status == 0 and "EckidSign" not in text, text


OIDC = f"LoadModule auth_openidc_module {MODULES}/mod_auth_openidc.so"


def passed(at_server, at_login="", elsewhere=""):
    """How mod_auth_openidc passes claims, at three places."""
    return lambda text: swap("AuthType Basic", f"AuthType Basic\n{at_login}")(swap(
        "DBDriver", f"{at_server}\n<Location /app>\n{elsewhere}\n</Location>\nDBDriver")(text))


HEADERS, BOTH, NO_HEADERS = (f"OIDCPassClaimsAs {how}" for how in (
    "headers base64url", "both", "environment"))


@pytest.mark.parametrize("change, line", [
    (passed(HEADERS), HEADERS), (passed(BOTH), BOTH), (passed("", HEADERS), HEADERS),
    (passed(NO_HEADERS, BOTH), BOTH), (passed(HEADERS, NO_HEADERS), None),
    (passed(NO_HEADERS, "", HEADERS), None), (passed("OIDCPassClaimsAs none"), None)])
def test_claims_that_are_passed_as_headers_are_told(place, change, line):
    status, text = configtest(place, change=change, extra=OIDC)
    assert status == 0 and ("passes claims as headers" in text) == (line is not None), text
    if line:
        conf = (place.path / "idp/httpd.conf").read_text().splitlines()
        assert f"OIDCPassClaimsAs in line {conf.index(line) + 1} of" in text


MELLON = f"LoadModule auth_mellon_module {MODULES}/mod_auth_mellon.so"
STAFF = "Require user a\nRequire user b"
ALL_STAFF = "<RequireAll>\nRequire user a\n</RequireAll>"
DIFFER = {
    "passive admits more": places(STAFF, "AuthType Basic\nRequire valid-user"),
    "again admits more": places(STAFF, "AuthType Basic\nRequire valid-user", "again"),
    "passive has no Require": places(STAFF, "AuthType Basic"),
    "passive has some of them": places(STAFF, "AuthType Basic\nRequire user a"),
    "passive admits others": places("Require user a", "AuthType Basic\nRequire user A"),
    "passive has none of a block": places(ALL_STAFF, "AuthType Basic\nRequire user a"),
    "passive replaces those around": lambda text: places(
        STAFF, "Require valid-user")(text).replace(
            "SetHandler", f"AuthType Basic\n{STAFF}\nSetHandler"),
    "mellon tells who has a session": places("Require user a", "MellonEnable info"),
    "mellon has a condition": places(
        "MellonCond role student\nRequire valid-user", "MellonEnable info"),
}


@pytest.mark.parametrize("remark", DIFFER)
def test_places_that_admit_others_than_the_login_are_told(place, remark):
    status, text = configtest(place, change=DIFFER[remark], extra=MELLON)
    assert status == 0 and "does not admit the same users as /saml/idp/login" in text, text


SAME = {
    "nobody is logged in at passive": places(STAFF, "Require all granted"),
    "the same lines": places(STAFF, "AuthType  Basic\nRequire  user   a\nRequire user b"),
    "the same block": places(ALL_STAFF, f"AuthType Basic\n{ALL_STAFF}"),
    "whoever is logged in": places("Require valid-user", "MellonEnable info\nRequire all granted"),
}


@pytest.mark.parametrize("remark", SAME)
def test_places_that_admit_the_same_are_no_remark(place, remark):
    status, text = configtest(place, change=SAME[remark], extra=MELLON)
    assert status == 0 and "does not admit" not in text, text


@pytest.mark.parametrize("remark", WARNED)
def test_what_works_but_not_as_meant_is_a_warning(place, remark):
    change, words = WARNED[remark]
    status, text = configtest(place, change=change)
    assert status == 0 and words in text, text


def test_a_supplier_that_cannot_be_answered_is_told(place):
    partner = Partner(place, "soap")
    text = partner.metadata.read_text()
    partner.metadata.write_text(text.replace("HTTP-POST", "PAOS"))
    status, text = configtest(place, [partner])
    assert status != 0 and "have no AssertionConsumerService for HTTP-POST" in text
