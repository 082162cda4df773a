# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak as a supplier, whose users log in at our own identity provider (identity brokering)."""
import urllib.parse

import pytest

from lab.bridgestage import BridgeStage
from lab.checked import checked_place

NAME_ID = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


class Broker:
    """An identity provider in the settings of a realm of Keycloak's, named after what it wants."""

    def __init__(self, realm, place, alias, sso="http://login.localhost/sso", certificate=""):
        self.keycloak, self.alias = realm.keycloak, alias
        self.entity = f"https://{realm.host}/realms/broker/{alias}"
        encrypted = str("encrypted" in alias).lower()
        self.settings = {"alias": alias, "providerId": "saml", "enabled": True, "config": {
            "entityId": self.entity, "nameIDPolicyFormat": NAME_ID, "principalType": "SUBJECT",
            "wantAuthnRequestsSigned": "true", "signatureAlgorithm": "RSA_SHA256",
            "wantAssertionsSigned": "true", "wantAssertionsEncrypted": encrypted,
            "validateSignature": "true", "postBindingResponse": "true",
            "postBindingAuthnRequest": str("post" in alias).lower(),
            "singleSignOnServiceUrl": sso, "signingCertificate": certificate}}
        self.keycloak.admin("POST", "/broker/identity-provider/instances", self.settings)
        self.keycloak.admin("POST", f"/broker/identity-provider/instances/{alias}/mappers", {
            "name": "eckId", "identityProviderAlias": alias,
            "identityProviderMapper": "saml-user-attribute-idp-mapper",
            "config": {"attribute.name": "eckId", "user.attribute": "eckId"}})
        self.metadata = place.file(f"broker/{alias}.xml", realm.browser().go(
            f"https://{realm.host}/realms/broker/broker/{alias}/endpoint/descriptor").body)

    def block(self):
        return f"""
<EckidSupplier {self.entity}>
  EckidSupplierMetadata {self.metadata}
  EckidEncryption {"on" if "encrypted" in self.alias else "off"}
  EckidName eckId
  EckidRelease uid
</EckidSupplier>
"""

    def introduce(self, stage):
        """Tells Keycloak where our identity provider is, now that it has a port."""
        config = {**self.settings["config"], "singleSignOnServiceUrl": stage.sso,
                  "signingCertificate": stage.signing.base64}
        self.keycloak.admin("PUT", f"/broker/identity-provider/instances/{self.alias}", {
            **self.settings, "config": config})


KINDS = ["redirect", "post", "redirect-encrypted", "post-encrypted"]


@pytest.fixture(scope="module")
def stage(realm):
    realm.keycloak.admin("POST", "", {"realm": "broker", "enabled": True, "sslRequired": "none"})
    profile = realm.keycloak.admin("GET", "/broker/users/profile")
    realm.keycloak.admin("PUT", "/broker/users/profile", {
        **profile, "unmanagedAttributePolicy": "ADMIN_EDIT"})
    with checked_place("interop-broker") as place:
        stage = BridgeStage(place, [Broker(realm, place, alias) for alias in KINDS]).start()
        for broker in stage.partners:
            broker.introduce(stage)
        yield stage


def log_in(realm, stage, person, alias):
    """The page after the login; on the way, Keycloak asks a new user for what it does not know."""
    browser = stage.browser(person)
    console = f"https://{realm.host}/realms/broker/account/"
    page = browser.go(f"https://{realm.host}/realms/broker/protocol/openid-connect/auth?" +
                      urllib.parse.urlencode({
                          "client_id": "account-console", "redirect_uri": console,
                          "response_type": "code", "scope": "openid", "kc_idp_hint": alias,
                          "code_challenge": "x" * 43, "code_challenge_method": "S256"}))
    while page.forms and "email" not in page.forms[0]["fields"]:
        page = browser.submit(page)
    assert page.forms, page.text
    return browser.submit(page, username=person.user, firstName=person.given,
                          lastName=person.family, email=f"{person.user}@school.example")


@pytest.mark.parametrize("who", ["student", "teacher"])
@pytest.mark.parametrize("alias", KINDS)
def test_broker(realm, stage, seen, alias, who):
    person = getattr(stage, who)
    page = log_in(realm, stage, person, alias)
    user, = realm.keycloak.admin("GET", "/broker/users")
    found, = realm.keycloak.admin("GET", f"/broker/users/{user['id']}/federated-identity")
    assert found["identityProvider"] == alias
    assert user.get("attributes", {}).get("eckId", [None]) == [person.eckid]
    realm.keycloak.admin("DELETE", f"/broker/users/{user['id']}")
    seen(page.status, *user.get("attributes", {}), "| NameID of", len(found["userId"]))
