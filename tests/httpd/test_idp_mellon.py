# SPDX-License-Identifier: GPL-3.0-or-later
"""SAML in, SAML out: mod_auth_mellon logs in at an identity provider elsewhere."""
import pytest

from conftest import checked_place
from lab import idp
from lab.bridgestage import PATH, BridgeStage, xml_in
from lab.browser import Browser
from lab.httpd import Httpd
from lab.pki import Pair
from lab.service import Service, Services, describe
from lab.stage import values_in

ENTITY = "https://login.example/mellon"


class MellonStage(BridgeStage):
    """The identity provider elsewhere is the one that the system has."""
    MODULES = ("auth_mellon",)

    @staticmethod
    def variable(attribute):
        return f"MELLON_{attribute}"

    def authentication(self, protected):
        own = Service("The identity provider", ENTITY, base=self.base.removesuffix("/idp"))
        own.pair = Pair(self.place, "mellon")
        metadata = describe(own, own.pair, own.pair).replace(
            "<md:NameIDFormat>", f"""<md:SingleLogoutService Location="{own.base}/mellon/logout"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"/><md:NameIDFormat>""")
        file = self.place.file("mellon.xml", metadata)
        elsewhere = Httpd(self.place, "elsewhere", "")
        base = f"http://elsewhere.localhost:{elsewhere.port}"
        kind = idp.kind()
        self.elsewhere = kind(self.place, self.school, self.people, [], base,
                              instant="authnInstant")
        self.elsewhere.start()
        self.elsewhere.add(metadata)
        elsewhere.conf_file.write_text(elsewhere.text + self.elsewhere.conf())
        elsewhere.start()
        theirs = self.place.file("theirs.xml", Browser().go(base + kind.METADATA).text)
        return f"""
<Location /saml>
  MellonEndpointPath /saml/mellon
  MellonSPMetadataFile {file}
  MellonSPPrivateKeyFile {own.pair.key_file}
  MellonSPCertFile {own.pair.crt_file}
  MellonIdPMetadataFile {theirs}
  MellonSignatureMethod rsa-sha256
  MellonSecureCookie Off
  MellonMergeEnvVars On ";"
</Location>
<Location {PATH}/login>
  MellonEnable auth
  AuthType Mellon
  Require valid-user
</Location>
<Location {PATH}/again>
  MellonEnable auth
  AuthType Mellon
  Require valid-user
</Location>
"""


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_idp_mellon") as place:
        stage = MellonStage(place, idp="""
EckidIdpAuthnInstant MELLON_authnInstant
EckidIdpRenew /saml/mellon/logout?ReturnTo=
""")
        stage.gateway.env = {**stage.gateway.env, **Services.small_ca(place)}
        yield stage.start()


def ask(stage, browser, **request):
    xml = stage.books.request(stage.sso, **request)
    return browser.go(f"{stage.sso}?{stage.books.query(xml)}")


def log_in(stage, browser, person, **request):
    page = ask(stage, browser, **request)
    page = browser.submit(page, **stage.elsewhere.credentials(person))
    return browser.submit(page)


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_a_login_elsewhere_is_a_login_here(stage, who):
    person = getattr(stage, who)
    xml = xml_in(log_in(stage, Browser(), person))
    assert values_in(xml, "uid") == person.attributes(stage.school)["uid"]
    assert values_in(xml, "eduPersonAffiliation") == person.affiliation
    assert values_in(xml, "eckId") == ([person.eckid] if person.eckid else [])


def test_a_header_is_no_attribute(stage):
    browser = Browser(MELLON_eduPersonAffiliation="student", Mellon_Uid=stage.student.user)
    xml = xml_in(log_in(stage, browser, stage.teacher))
    assert values_in(xml, "eduPersonAffiliation") == stage.teacher.affiliation
    assert values_in(xml, "eckId") == []


def test_a_session_elsewhere_serves_the_next_login(stage):
    browser = Browser()
    log_in(stage, browser, stage.student)
    assert values_in(xml_in(ask(stage, browser)), "eckId") == [stage.student.eckid]


def test_a_forced_login_asks_for_the_password_again(stage):
    browser = Browser()
    log_in(stage, browser, stage.student)
    xml = xml_in(log_in(stage, browser, stage.student, attributes=' ForceAuthn="true"'))
    assert values_in(xml, "eckId") == [stage.student.eckid]
