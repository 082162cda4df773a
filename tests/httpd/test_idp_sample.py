# SPDX-License-Identifier: GPL-3.0-or-later
"""conf/examples/idp-*.conf as they are shipped, but for names: schools log in by them, over TLS,
with LemonLDAP::NG for Entra ID and Google, another identity provider for AD FS, and slapd.
Entra ID is set up by the commands of the README."""
import base64
import json
import re
import secrets
import subprocess
import urllib.parse

import pytest
from cryptography.hazmat.primitives import serialization

from conftest import TESTS, checked_place
from lab import command, idp
from lab.bridgestage import Partner, name_id_in, status_in, xml_in
from lab.browser import Browser
from lab.client import Client
from lab.httpd import Httpd
from lab.ldap import Slapd
from lab.op import Op
from lab.people import Person, School, make_person
from lab.pki import Pair
from lab.scene import Setting
from lab.schema import faults
from lab.service import Service, Services, describe
from lab.signer import verifies
from lab.stage import values_in
from lab.wait import PATIENT

EXAMPLES = TESTS.parent / "conf/examples"
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"


class Sample(Setting):
    """One school."""
    MODULES = ()
    RELEASED = ("uid", "eduPersonAffiliation")

    def __init__(self, place, people=None, **more):
        super().__init__(place, people, **more)
        self.entree = Partner(place, "entree")
        self.certificate = self.signing.crt_file
        self.gateway = self.httpd("idp", "", modules=["ssl", "authn_core", "authz_host",
                                                      "authz_user", *self.MODULES])
        self.host = f"https://login.localhost:{self.gateway.port}"
        self.sso = f"{self.host}/saml/idp/sso"
        self.names = {
            "*:443": f"*:{self.gateway.port}",
            "https://login.school.example": self.host, "11ZZ03": self.school.brin,
            "https://las.example/eduv/v1":
                f"{self.las.base} ca={self.authority.crt_file} {PATIENT}"}
        sign, las = self.signing, self.las_pair
        for name, content in {
                "sign.key": sign.key_file.read_bytes(), "sign.crt": sign.crt_file.read_bytes(),
                "las.key": las.key_file.read_bytes(), "nameid.secret": secrets.token_hex(32),
                "secret": secrets.token_hex(32),
                "session.secret": f"{secrets.token_hex(32)}\n",
                "entree.xml": self.entree.metadata.read_bytes(),
                "tls.pem": self.authority.issue(place, "tls", ["login.localhost"]).read_bytes(),
                }.items():
            self.write(name, content)
        self.prepare()
        self.gateway.conf_file.write_text(self.gateway.text + self.text())
        self.gateway.start()

    def write(self, name, content):
        is_open = name.endswith((".crt", ".xml"))
        return self.place.file(f"idp/eckid/{name}", content, 0o644 if is_open else 0o600)

    def text(self):
        """The file, with the names of this place for those that stand in it."""
        text = (EXAMPLES / f"idp-{type(self).__name__.lower()}.conf").read_text()
        for name, ours in self.names.items():
            assert name in text, name
            text = text.replace(name, ours)
        return text.replace("/etc/apache2", str(self.gateway.root))

    def expected(self, person):
        """What is released of a person."""
        return {name: person.attributes(self.school)[name] for name in self.RELEASED}

    def ask(self, browser, **request):
        query = self.entree.query(self.entree.request(self.sso, **request))
        return browser.go(f"{self.sso}?{query}")

    def begin(self, browser, page, person):
        """The user logs in at the page that the request has led to."""
        if "confirm" in page.forms[0]["fields"]:
            page = browser.submit(page)
        return browser.submit(page, user=person.user, password=person.password)

    def browser(self, person):
        return Browser(Accept="text/html")

    def log_in(self, person, **request):
        browser = self.browser(person)
        return xml_in(self.begin(browser, self.ask(browser, **request), person))


class Cloud(Sample):
    """With mod_auth_openidc, and a provider under another name."""
    MODULES = ("auth_openidc",)

    def prepare(self):
        client = Client("The identity provider", self.CLIENT, options={
            "oidcRPMetaDataOptionsRedirectUris": f"{self.host}/saml/openid"})
        cloud = Httpd(self.place, "cloud", "")
        issuer = f"http://op.localhost:{cloud.port}"
        provider = Op(self.place, self.school, self.people, [client], issuer,
                      claims=self.CLAIMS).start()
        cloud.conf_file.write_text(cloud.text + provider.conf())
        cloud.start()
        self.names[self.ISSUER] = issuer
        self.make_secrets(f"OIDCClientSecret {client.secret}\n")


class Entra(Cloud):
    RELEASED = ("uid", "givenName", "eduPersonAffiliation")
    ISSUER = "https://login.microsoftonline.com/TENANT/v2.0"
    CLIENT = "00000000-0000-0000-0000-000000000000"
    CLAIMS = {"upn": "uid", "oid": "mail", "employeeid": "employeeNumber",
              "roles": "eduPersonAffiliation", "given_name": "givenName"}

    def prepare(self):
        super().prepare()
        self.names[urllib.parse.quote(self.ISSUER, "")] = urllib.parse.quote(
            self.names[self.ISSUER], "")

    def make_secrets(self, typed):
        """As the README says; typed is what it says to type."""
        folder = self.gateway.root / "eckid"
        for name in "sign.key", "sign.crt", "las.key", "nameid.secret", "session.secret", "secret":
            (folder / name).unlink()
        text = (TESTS.parent / "README.md").read_text()
        blocks = [block for block in re.findall(r"\n\n((?: {4}.*\n)+)", text)
                  if "cd /etc/apache2/eckid" in block]
        assert len(blocks) == 2
        for block in blocks:
            commands = block.replace("/etc/apache2", str(self.gateway.root))
            subprocess.run(["bash", "-ec", commands], input=typed, text=True, capture_output=True,
                           check=True)
        key = serialization.load_pem_private_key((folder / "las.key").read_bytes(), None)
        self.las.trust("school-2026", key)
        self.certificate = folder / "sign.crt"


class Teacher(Person):
    """One with an address of the school's other domain."""

    def attributes(self, school):
        address = [f"{self.user}@school.example"]
        return super().attributes(school) | {"uid": address, "mail": address,
                                             "nlEduPersonHomeOrganization": ["school.example"]}


class Google(Cloud):
    """Students have numbers for names, and a domain of their own."""
    RELEASED = ("uid", "givenName")
    ISSUER = "https://accounts.google.com"
    CLIENT = "000000000000-example.apps.googleusercontent.com"
    CLAIMS = {"email": "mail", "sub": "uid", "given_name": "givenName",
              "hd": "nlEduPersonHomeOrganization"}
    DOMAIN = "leerling.school.example"

    def __init__(self, place):
        student = make_person(user="95312", number="95312")
        super().__init__(place, [student, Teacher(**vars(make_person(False)))],
                         school=School(self.DOMAIN, self.DOMAIN))

    def prepare(self):
        self.names["@1.school.example"] = f"@1.{self.school.domain}"
        super().prepare()

    def make_secrets(self, typed):
        self.write("google.secret", typed)


class Adfs(Sample):
    """What AD FS calls its attributes is what this one calls them."""
    MODULES = ("auth_mellon",)

    def prepare(self):
        pair = Pair(self.place, "mellon")
        own = Service("The identity provider", f"{self.host}/saml/mellon/metadata",
                      base=f"{self.host}/saml")
        metadata = describe(own, pair, pair)
        kind, elsewhere = idp.kind(), Httpd(self.place, "elsewhere", "")
        base = f"http://elsewhere.localhost:{elsewhere.port}"
        self.provider = kind(self.place, self.school, self.people, [], base)
        self.provider.start()
        self.provider.add(metadata)
        elsewhere.conf_file.write_text(elsewhere.text + self.provider.conf())
        elsewhere.start()
        for name, content in {"mellon.key": pair.key_file.read_bytes(), "mellon.xml": metadata,
                              "mellon.crt": pair.crt_file.read_bytes(),
                              "adfs.xml": Browser().go(base + kind.METADATA).text}.items():
            self.write(name, content)
        self.names |= {UPN: "uid", ROLE: "eduPersonAffiliation"}
        self.gateway.env = {**self.gateway.env, **Services.small_ca(self.place)}

    def begin(self, browser, page, person):
        page = browser.submit(page, **self.provider.credentials(person))
        return browser.submit(page)


class Ldap(Sample):
    """The user's name is its uid there, and the browser shows the dialog."""
    MODULES = ("auth_basic", "ldap", "authnz_ldap")

    def prepare(self):
        directory = Slapd(self.place, self.school, self.people)
        self.names["ldaps://ldap.school.example"] = f"ldap://127.0.0.1:{directory.port}"

    def expected(self, person):
        return {"uid": [person.user], "eduPersonAffiliation": person.affiliation}

    def begin(self, browser, page, person):
        return page

    def browser(self, person):
        basic = base64.b64encode(f"{person.user}:{person.password}".encode()).decode()
        return Browser(Authorization=f"Basic {basic}")


SAMPLES = {kind.__name__.lower(): kind for kind in (Entra, Google, Adfs, Ldap)}


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request):
    with checked_place(f"test_idp_sample-{request.param}") as place:
        yield SAMPLES[request.param](place)


def test_configtest_has_no_remark(sample):
    status, text = sample.gateway.configtest()
    assert status == 0 and "eckid" not in text, text


@pytest.mark.parametrize("who", ["student", "teacher"])
def test_a_login_has_what_the_sample_releases(sample, who):
    person = getattr(sample, who)
    xml = sample.log_in(person)
    assert name_id_in(xml)[1] == person.attributes(sample.school)["uid"][0]
    assert {name: values_in(xml, name) for name in sample.RELEASED} == sample.expected(person)
    assert values_in(xml, "eckId") == ([person.eckid] if person.eckid else [])
    assert len(re.findall("<saml:Attribute ", xml)) == len(sample.RELEASED) + bool(person.eckid)
    assert faults(xml) == []
    assert verifies(sample.place, xml, sample.certificate, "Response")


def test_a_link_of_the_school_logs_in(sample):
    browser = sample.browser(sample.student)
    page = browser.go(f"{sample.sso}?{urllib.parse.urlencode({'supplier': sample.entree.entity})}")
    xml = xml_in(sample.begin(browser, page, sample.student))
    assert values_in(xml, "eckId") == [sample.student.eckid]


def test_a_forced_login_asks_for_the_password_or_says_that_it_cannot(sample):
    forced = ' ForceAuthn="true"'
    if isinstance(sample, Entra):
        assert values_in(sample.log_in(sample.student, attributes=forced), "eckId")
    else:
        xml = xml_in(sample.ask(sample.browser(sample.student), attributes=forced))
        assert status_in(xml) == ["Responder", "RequestUnsupported"]


def test_a_passive_login_asks_nobody(sample):
    xml = xml_in(sample.ask(Browser(Accept="text/html"), attributes=' IsPassive="true"'))
    assert status_in(xml) == ["Responder", "NoPassive"]


def test_metadata_are_at_the_url_that_suppliers_are_told(sample):
    text = Browser().go(f"{sample.host}/saml/idp").text
    assert faults(text) == []
    assert re.findall('entityID="([^"]*)"', text) == [f"{sample.host}/saml/idp"]


def test_the_desk_knows_the_students(sample):
    """A command asks there as the operator does; no login comes in in front."""
    url, secret = f"{sample.host}/saml/idp/desk", sample.gateway.root / "eckid/secret"
    person = sample.student.attributes(sample.school)
    ca = ["--ca", sample.authority.crt_file]
    done = command.run(sample.place, "eckid-explain", url, secret, [json.dumps(person)], *ca,
                       "--supplier", sample.entree.entity)
    assert done.returncode == 0 and "eckId" in done.stdout, done
    login = sample.place.file("login.txt", "SAMLResponse=PA%3D%3D")
    done = command.run(sample.place, "eckid-explain", url, secret, [], *ca, "--login", login)
    assert "standard input in place of --login" in done.stdout + done.stderr, done
