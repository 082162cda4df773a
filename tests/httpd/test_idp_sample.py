# SPDX-License-Identifier: GPL-3.0-or-later
"""conf/examples/idp-entra.conf as it is shipped, but for names: a school logs in by it, over TLS,
with LemonLDAP::NG in the place of Entra ID."""
import re
import secrets
import urllib.parse

import pytest

from conftest import TESTS, checked_place
from lab.bridgestage import Partner, name_id_in, status_in, xml_in
from lab.browser import Browser
from lab.client import Client
from lab.httpd import Httpd
from lab.op import Op
from lab.scene import Setting
from lab.schema import faults
from lab.signer import verifies
from lab.stage import values_in
from lab.wait import PATIENT

EXAMPLE = TESTS.parent / "conf/examples/idp-entra.conf"
ENTRA = "https://login.microsoftonline.com/TENANT/v2.0"
CLIENT = "00000000-0000-0000-0000-000000000000"
CLAIMS = {"upn": "uid", "oid": "mail", "employeeid": "employeeNumber",
          "roles": "eduPersonAffiliation", "given_name": "givenName"}


class Sample(Setting):
    def __init__(self, place):
        super().__init__(place)
        self.entree = Partner(place, "entree")
        self.gateway = self.httpd("idp", "", modules=["ssl", "authn_core", "authz_user",
                                                      "auth_openidc"])
        self.host = f"https://login.localhost:{self.gateway.port}"
        self.sso = f"{self.host}/saml/idp/sso"
        self.client = Client("The identity provider", CLIENT, options={
            "oidcRPMetaDataOptionsRedirectUris": f"{self.host}/saml/openid"})
        cloud = Httpd(place, "cloud", "")
        self.issuer = f"http://op.localhost:{cloud.port}"
        self.op = Op(place, self.school, self.people, [self.client], self.issuer,
                     claims=CLAIMS).start()
        cloud.conf_file.write_text(cloud.text + self.op.conf())
        cloud.start()
        self.write_files()
        self.gateway.conf_file.write_text(self.gateway.text + self.text())
        self.gateway.start()

    def write_files(self):
        sign, las = self.signing, self.las_pair
        for name, content in {
                "sign.key": sign.key_file.read_bytes(), "sign.crt": sign.crt_file.read_bytes(),
                "las.key": las.key_file.read_bytes(), "nameid.secret": secrets.token_hex(32),
                "entra.secret": f"OIDCClientSecret {self.client.secret}\n",
                "session.secret": f"{secrets.token_hex(32)}\n",
                "entree.xml": self.entree.metadata.read_bytes(),
                "tls.pem": sign.key_file.read_bytes() + sign.crt_file.read_bytes()}.items():
            is_open = name.endswith((".crt", ".xml"))
            self.place.file(f"idp/eckid/{name}", content, 0o644 if is_open else 0o600)

    def text(self):
        """The file, with the names of this place for those that stand in it."""
        names = {"/etc/apache2": str(self.gateway.root), "*:443": f"*:{self.gateway.port}",
                 "https://login.school.example": self.host, ENTRA: self.issuer,
                 urllib.parse.quote(ENTRA, ""): urllib.parse.quote(self.issuer, ""),
                 "https://las.example/eduv/v1":
                     f"{self.las.base} ca={self.authority.crt_file} {PATIENT}",
                 "11ZZ03": self.school.brin}
        text = EXAMPLE.read_text()
        for name, ours in names.items():
            assert name in text, name
            text = text.replace(name, ours)
        return text

    def ask(self, browser, **request):
        query = self.entree.query(self.entree.request(self.sso, **request))
        return browser.go(f"{self.sso}?{query}")

    def enter_password(self, browser, page, person):
        if "confirm" in page.forms[0]["fields"]:
            page = browser.submit(page)
        return browser.submit(page, user=person.user, password=person.password)


@pytest.fixture(scope="module")
def sample():
    with checked_place("test_idp_sample") as place:
        yield Sample(place)


def test_configtest_has_no_remark(sample):
    assert sample.gateway.configtest() == (0, "Syntax OK\n")


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_a_login_has_what_the_sample_releases(sample, who):
    person, browser = getattr(sample, who), Browser(Accept="text/html")
    page = sample.enter_password(browser, sample.ask(browser), person)
    xml = xml_in(page)
    uid = person.attributes(sample.school)["uid"]
    assert page.forms[0]["action"] == sample.entree.consumer
    assert name_id_in(xml)[1] == uid[0] and values_in(xml, "uid") == uid
    assert values_in(xml, "givenName") == [person.given]
    assert values_in(xml, "eduPersonAffiliation") == person.affiliation
    assert values_in(xml, "eckId") == ([person.eckid] if person.eckid else [])
    assert faults(xml) == []
    assert verifies(sample.place, xml, sample.signing.crt_file, "Response")


def test_a_link_of_the_school_logs_in(sample):
    browser = Browser(Accept="text/html")
    page = browser.go(f"{sample.sso}?{urllib.parse.urlencode({'supplier': sample.entree.entity})}")
    xml = xml_in(sample.enter_password(browser, page, sample.student))
    assert values_in(xml, "eckId") == [sample.student.eckid]


def test_a_forced_login_asks_for_the_password(sample):
    browser = Browser(Accept="text/html")
    page = sample.ask(browser, attributes=' ForceAuthn="true"')
    xml = xml_in(sample.enter_password(browser, page, sample.student))
    assert values_in(xml, "eckId") == [sample.student.eckid]


def test_a_passive_login_asks_nobody(sample):
    xml = xml_in(sample.ask(Browser(), attributes=' IsPassive="true"'))
    assert status_in(xml) == ["Responder", "NoPassive"]


def test_metadata_are_at_the_url_that_suppliers_are_told(sample):
    text = Browser().go(f"{sample.host}/saml/idp").text
    assert faults(text) == []
    assert re.findall('entityID="([^"]*)"', text) == [f"{sample.host}/saml/idp"]
