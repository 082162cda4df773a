# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak as SAML identity provider: mod_auth_mellon takes its logins, signed requests and all."""
import base64
import datetime
import re
import urllib.parse
import zlib

import pytest

from kc import REALM
from lab.browser import Browser
from lab.service import received

WHO = ["student", "teacher"]
SIGNED = {"both": ("true", "true"), "response": ("true", "false"), "assertion": ("false", "true")}


def log_in(realm, service, person, browser=None):
    """The service's page after a login, and Keycloak's before it."""
    browser = browser or Browser()
    page = browser.submit(browser.go(service.base + "/"), username=person.user,
                          password=person.password)
    return browser.submit(page), page


def attributes(page, service):
    """What the service received, but for what mod_auth_mellon says of the login itself."""
    got = received(page, service)
    return {name: got[name] for name in got if name not in ("NAME_ID", "ASSERTION_ID")}


def check(page, service, person):
    """What a supplier received: what is released and the ECK iD of a student, nothing else."""
    got = attributes(page, service)
    assert got.pop("eckId", [None]) == [person.eckid]
    assert list(got) == ["Role"]
    return "eckId and Role" if person.eckid else "Role"


def sign(realm, what):
    response, assertion = SIGNED[what]
    realm.keycloak.change_client("school", realm.books.entity, attributes={
        "saml.server.signature": response, "saml.assertion.signature": assertion})


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", SIGNED)
def test_signed(realm, seen, what, who):
    sign(realm, what)
    person = getattr(realm, who)
    seen(check(log_in(realm, realm.books, person)[0], realm.books, person))


def test_without_a_block(realm, seen):
    """What Keycloak itself signed, with all that it sends."""
    page, form = log_in(realm, realm.canteen, realm.student)
    got = attributes(page, realm.canteen)
    assert got["employeeNumber"] == [realm.student.number] and "eckId" not in got
    assert signer(realm, form) == "Keycloak"
    assert signer(realm, log_in(realm, realm.books, realm.student)[1]) == "gateway"
    seen(", ".join(got), "| signed by", signer(realm, form))


def signer(realm, form):
    """Whose certificate stands in the signature of the response."""
    xml = base64.b64decode(form.forms[0]["fields"]["SAMLResponse"]).decode()
    certificate = re.search(r"X509Certificate>([^<]*)<", xml)[1].replace("\n", "")
    return "gateway" if certificate == realm.signing.base64.replace("\n", "") else "Keycloak"


# what Keycloak's settings call them: of the content, of the key, of its digest and mask
ENCRYPTIONS = {
    "as Keycloak does": {},
    "AES-256-GCM": {"saml.encryption.algorithm": "http://www.w3.org/2009/xmlenc11#aes256-gcm"},
    "AES-128-CBC": {"saml.encryption.algorithm": "http://www.w3.org/2001/04/xmlenc#aes128-cbc"},
    "OAEP with SHA-256": {
        "saml.encryption.keyAlgorithm": "http://www.w3.org/2009/xmlenc11#rsa-oaep",
        "saml.encryption.digestMethod": "http://www.w3.org/2001/04/xmlenc#sha256",
        "saml.encryption.maskGenerationFunction":
            "http://www.w3.org/2009/xmlenc11#mgf1sha256"},
}


@pytest.mark.parametrize("what", ENCRYPTIONS)
def test_encrypted(realm, seen, what):
    realm.keycloak.change_client("school", realm.exercises.entity, attributes={
        "saml.encrypt": "true", **ENCRYPTIONS[what]})
    page, form = log_in(realm, realm.exercises, realm.student)
    xml = base64.b64decode(form.forms[0]["fields"]["SAMLResponse"]).decode()
    assert "EncryptedAssertion" in xml
    seen(check(page, realm.exercises, realm.student), "by",
         *re.findall(r'Algorithm="[^"]*#(aes[^"]*|rsa-oaep[^"]*)"', xml))


# by default, Keycloak encrypts to RSA-OAEP with SHA-256, which lasso cannot decrypt
FOR_LASSO = {"saml.encryption.keyAlgorithm": "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
             "saml.encryption.digestMethod": "http://www.w3.org/2000/09/xmldsig#sha1"}


@pytest.mark.parametrize("who", WHO)
def test_encrypted_to_a_service_without_a_block(realm, seen, who):
    realm.keycloak.change_client("school", realm.canteen.entity,
                                 attributes={"saml.encrypt": "true", **FOR_LASSO})
    got = attributes(log_in(realm, realm.canteen, getattr(realm, who))[0], realm.canteen)
    assert got["employeeNumber"] == [getattr(realm, who).number]
    seen(", ".join(got))


def test_a_request_that_is_not_signed(realm, seen):
    """Keycloak refuses it, where it is to be signed; and takes those of the other rows."""
    answer = realm.get(f"{REALM}/protocol/saml?" + urllib.parse.urlencode(
        {"SAMLRequest": authn_request(realm, realm.books.entity)}))
    assert answer.status == 400
    seen(answer.status)


def authn_request(realm, entity):
    xml = f"""<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" IssueInstant="{now()}"
 Destination="https://{realm.host}{REALM}/protocol/saml"
 ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
><saml:Issuer>{entity}</saml:Issuer></samlp:AuthnRequest>"""
    return base64.b64encode(zlib.compress(xml.encode(), wbits=-15)).decode()


def now():
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_single_logout(realm, seen):
    sign(realm, "both")  # or Keycloak's LogoutResponse has no signature
    browser = Browser()
    log_in(realm, realm.books, realm.student, browser)
    assert attributes(browser.go(realm.books.base + "/"), realm.books)
    answer = browser.go(f"{realm.books.base}/mellon/logout?ReturnTo={realm.books.base}/")
    assert "password" in answer.forms[0]["fields"]
    seen(answer.status, "the login form, as the session has ended everywhere")


def test_started_at_the_identity_provider(realm, seen):
    realm.keycloak.change_client("school", realm.books.entity, attributes={
        "saml_idp_initiated_sso_url_name": "books"})
    browser = Browser()
    page = browser.submit(browser.go(f"https://{realm.host}{REALM}/protocol/saml/clients/books"),
                          username=realm.student.user, password=realm.student.password)
    assert signer(realm, page) == "gateway"
    seen(*page.forms[0]["fields"])


def test_metadata(realm, seen):
    text = realm.get(f"{REALM}/protocol/saml/descriptor").text
    certificates = re.findall(r"X509Certificate>([^<]*)<", text)
    assert realm.signing.base64 in [c.replace("\n", "") for c in certificates]
    bindings = re.findall(r'SingleSignOnService Binding="[^"]*:([^":]*)"', text)
    seen(len(certificates), "certificates |", ", ".join(bindings))
