# SPDX-License-Identifier: GPL-3.0-or-later
"""A school with everything: identity provider, LAS, gateway, services, people."""
import base64
import os
import pathlib
import xml.etree.ElementTree as xml

from .browser import Browser
from .httpd import Httpd
from . import idp
from .las import Las
from .people import School, make_person
from .pki import Authority, Pair
from .service import SITE, Service, Services, received
from .wait import PATIENT

IDP_HOST = f"idp.{SITE}"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


def attributes_of(page):
    """The attributes in the response that a page carries."""
    response = xml.fromstring(base64.b64decode(page.forms[0]["fields"]["SAMLResponse"]))
    return {attribute.get("Name"): [value.text for value in attribute.iter(SAML + "AttributeValue")]
            for attribute in response.iter(SAML + "Attribute")}


def default_services():
    return [
        Service("Digital books", "https://books.example/saml", sign="both"),
        Service("Exercises", "https://exercises.example/saml", sign="assertion",
                attribute='"urn:mace:surf.nl:attribute-def:eckid" format=uri friendly=eckid',
                release=("eduPersonAffiliation",)),
        Service("School canteen", "https://canteen.example/saml", is_supplier=False),
    ]


def module_file():
    """The mod_eckid.so under test."""
    return pathlib.Path(os.environ["ECKID_MODULE"]).resolve()


def module_environment(place):
    """The environment of an httpd with a sanitized module; reports go to files of the place."""
    preload = os.environ.get("ECKID_PRELOAD")
    if not preload:
        return {}
    return {"LD_PRELOAD": preload,
            "ASAN_OPTIONS": f"detect_leaks=0:log_path={place.path}/sanitizer",
            "UBSAN_OPTIONS": f"print_stacktrace=1:log_path={place.path}/sanitizer"}


class Setting:
    """The base of every scene: people, a LAS, keys and gateways."""

    def __init__(self, place, people=None, las_key="ec", signing_key="rsa", school=None, **httpd):
        self.place, self.httpd_options = place, httpd
        self.school = school or School()
        self.people = people or [make_person(True), make_person(False)]
        self.student, self.teacher = self.people[0], self.people[-1]
        self.authority = Authority(place)
        self.las = Las(place, self.authority, self.school, self.people)
        self.las_pair = Pair(place, "las-client", las_key)
        self.las.trust("school-2026", self.las_pair.key)
        self.signing = Pair(place, "gateway", signing_key)
        place.at_end(self.las.close)
        place.settings.append(self)

    def httpd(self, name, conf, **options):
        """An httpd with mod_eckid."""
        options = {"level": "warn eckid:trace8", **self.httpd_options, **options}
        return Httpd(self.place, name, conf, load=f"LoadModule eckid_module {module_file()}",
                     env=module_environment(self.place), **options)

    def conf(self, idp_metadata, blocks, extra="", **instead):
        """The lines about mod_eckid; a keyword named after a directive replaces its line. It may be
        a function of this setting; None leaves the line out."""
        lines = {
            "EckidEngine": "on",
            "EckidIdpMetadata": idp_metadata,
            "EckidSigningKey": f"{self.signing.key_file} {self.signing.crt_file}",
            "EckidStudentIf": "eduPersonAffiliation student",
            "EckidStudentKey": f"employeeNumber ^([0-9]+)$ $1@1.{self.school.domain} NEPPI",
            "EckidLas": f"{self.las.base} ca={self.authority.crt_file} {PATIENT}",
            "EckidLasKey": f"{self.las_pair.key_file} keyid=school-2026",
            "EckidSchool": f"V_ID {self.school.brin}",
            "EckidHelpdesk": f'"Helpdesk: lokaal 1.12, <helpdesk@{self.school.domain}>"',
            **instead}
        values = {name: value(self) if callable(value) else value for name, value in lines.items()}
        text = "\n".join(f"{name} {value}" for name, value in values.items() if value is not None)
        return f"{text}\n{extra}\n{blocks}\n"

    def secrets(self):
        """Values that must not be in any of our log lines."""
        return [secret for person in self.people for secret in person.secrets(self.school)] + (
            self.school.secrets() + self.las.secrets())


class Scene(Setting):
    """The whole of it, with the identity provider that the system has and mod_auth_mellon; the
    place ends it.

    frontend: "same" when the gateway's httpd runs the identity provider itself, "proxy" when it
    stands in front of another httpd that does."""

    def __init__(self, place, services=None, frontend="same", say=lambda text: None, extra="",
                 instead=None, services_at=None, **more):
        say("starting the LAS, on https with a CA of its own")
        super().__init__(place, **more)
        self.services = default_services() if services is None else services
        self.hosts = Services(place, self.services, **(services_at or {}))
        self.gateway = self.httpd("gateway", "")
        kind = idp.kind()
        say(f"starting the identity provider: {kind.NAME}")
        self.idp = kind(place, self.school, self.people, self.services, self.url("")).start()
        self.idp_metadata = place.file("idp-metadata.xml", self.idp.metadata("http://idp.example"))
        self.backend = None
        if frontend == "proxy":
            self.backend = Httpd(place, "backend", self.idp.conf()).start()
        say("starting httpd with mod_eckid in front of it")
        blocks = "\n".join(s.block() for s in self.services if s.is_supplier)
        conf = self.conf(self.idp_metadata, blocks,
                         extra=f"EckidMetadataPath {self.idp.METADATA}\n{extra}",
                         **(instead or {}))
        self.gateway.conf_file.write_text(self.gateway.text + conf + self.front())
        self.gateway.start()
        names = ", ".join(service.name for service in self.services)
        say(f"starting {names}: mod_auth_mellon in another httpd")
        self.hosts.start(self.get(self.idp.METADATA).text, self.idp.php_port)

    def front(self):
        """The lines by which the gateway reaches the identity provider."""
        if not self.backend:
            return self.idp.conf()
        return f"""
ProxyPreserveHost On
ProxyPass {self.idp.PATH} http://127.0.0.1:{self.backend.port}{self.idp.PATH}
"""

    def enrol(self, person):
        """One more person of the school, who can log in from now on."""
        self.people.append(person)
        self.idp.write_accounts(self.people)

    def url(self, path):
        return f"http://{IDP_HOST}:{self.gateway.port}{path}"

    def get(self, path, **headers):
        answer = Browser(**headers).go(self.url(path))
        assert answer.status == 200, answer.text
        return answer

    def log_in(self, person, service, browser=None):
        """Logs a person in at a service, as a browser would; returns the last page."""
        page = self.last_page(person, service, browser := browser or Browser())
        return browser.submit(page) if page.forms else page

    def last_page(self, person, service, browser=None):
        """The identity provider's last page, as the gateway sent it."""
        browser = browser or Browser()
        return browser.submit(browser.go(service.base + "/"), **self.idp.credentials(person))

    def released(self, person, service):
        """The identity provider's page for a service, fetched without the gateway."""
        return self.initiated(person, service, self.backend)

    def initiated(self, person, service, httpd):
        """The same page through any httpd; the login began at the identity provider."""
        browser, base = Browser(), f"http://{IDP_HOST}:{httpd.port}"
        form = browser.go(self.idp.initiated(base, service))
        return browser.submit(form, **self.idp.credentials(person))

    def expected(self, person, service):
        """The attributes that a service should receive."""
        attributes = person.attributes(self.school)
        if service.is_supplier:
            attributes = {k: v for k, v in attributes.items() if k in service.release}
            if person.eckid:
                attributes[service.eckid_name] = [person.eckid]
        return attributes


__all__ = ["IDP_HOST", "Scene", "Setting", "attributes_of", "default_services", "received"]
