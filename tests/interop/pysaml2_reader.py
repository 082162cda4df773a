# SPDX-License-Identifier: GPL-3.0-or-later
"""What pysaml2 reads in responses: a task in each line, an answer in each line."""
import base64
import functools
import logging
import pathlib
import sys

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.client import Saml2Client
from saml2.config import SPConfig

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{issuer}"><md:IDPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">
<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
</ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="{binding}"
 Location="https://idp.example/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"""


@functools.cache
def client(certificate, key, own, entity, consumer, issuer):
    pem = pathlib.Path(certificate).read_text()
    metadata = METADATA.format(issuer=issuer, binding=BINDING_HTTP_REDIRECT, certificate="".join(
        line for line in pem.splitlines() if "-----" not in line))
    keys = {"encryption_keypairs": [{"key_file": key, "cert_file": own}]} if key else {}
    return Saml2Client(SPConfig().load({
        "entityid": entity, "allow_unknown_attributes": True, "metadata": {"inline": [metadata]},
        "service": {"sp": {
            "endpoints": {"assertion_consumer_service": [(consumer, BINDING_HTTP_POST)]},
            "allow_unsolicited": True, "want_response_signed": False,
            "want_assertions_signed": False, "want_assertions_or_response_signed": True}},
        **keys}))


def read(response, certificate, key, own, _sign, *names):
    value = base64.b64encode(pathlib.Path(response).read_bytes()).decode()
    answer = client(certificate, key, own, *names).parse_authn_request_response(
        value, BINDING_HTTP_POST)
    if not answer.assertion:  # as where the Destination is another one
        raise ValueError("nothing was read")
    return answer.get_identity().get("eckId", [])


def main():
    logging.disable(logging.CRITICAL)
    for line in sys.stdin.read().rstrip("\n").split("\n"):
        try:
            print("ok", " ".join(read(*line.split("\t"))), sep="\t")
        except Exception as error:  # whatever it raises is its answer
            print("error", " ".join(f"{type(error).__name__} {error}".split()), sep="\t")


main()
