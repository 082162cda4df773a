# SPDX-License-Identifier: GPL-3.0-or-later
"""What configtest finds about encrypted logins."""
import pytest

from lab.pki import Pair
from test_config import BOOKS, configtest, refused, setting, two  # noqa: F401  (a fixture)

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="urn:books">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}
<md:AssertionConsumerService index="0" Location="https://books.example/acs"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
</md:SPSSODescriptor></md:EntityDescriptor>
"""
KEY = """<md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}\
</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{}</md:KeyDescriptor>"""
METHOD = '<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#tripledes-cbc"/>'


@pytest.fixture(scope="module")
def pairs(setting):  # noqa: F811
    return {name: Pair(setting.place, f"enc-{name}", "ec" if name == "ec" else "rsa")
            for name in ("ours", "theirs", "ec")}


def block(setting, encrypt, keys=None):  # noqa: F811
    """The supplier with EckidEncryption and metadata that hold these keys."""
    known = "EckidConsumer https://books.example/acs"
    if keys is not None:
        setting.count += 1
        known = "EckidSupplierMetadata " + str(setting.place.file(
            f"books-{setting.count}.xml", METADATA.format(keys=keys)))
    lines = f"  {known}\n" + (f"  EckidEncryption {encrypt}\n" if encrypt else "")
    return BOOKS.replace("  EckidConsumer https://books.example/acs\n", lines)


def ours(pairs):
    return f"EckidDecryptionKey {two(pairs['ours'], pairs['ours'])}"


def test_what_is_good_is_silent(setting, pairs):  # noqa: F811
    keys = KEY.format(pairs["theirs"].base64, "")
    for encrypt in (None, "on", "off", "as-it-came"):
        assert configtest(setting, block(setting, encrypt, keys), ours(pairs)) == (
            0, "Syntax OK\n")
    assert configtest(setting, block(setting, "on", keys)) == (0, "Syntax OK\n")
    assert configtest(setting, block(setting, "off"), ours(pairs)) == (0, "Syntax OK\n")


# what the supplier's metadata hold; why nothing can be encrypted to it
MISSING = {
    "no metadata": (lambda p: None, "it has no EckidSupplierMetadata"),
    "no key": (lambda p: "", "its metadata have no key for encryption"),
    "a key of EC": (lambda p: KEY.format(p["ec"].base64, ""), "is not of RSA"),
    "old methods": (lambda p: KEY.format(p["theirs"].base64, METHOD), "no EncryptionMethod"),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_supplier_to_which_cannot_be_encrypted(setting, pairs, name):  # noqa: F811
    keys, why = MISSING[name][0](pairs), MISSING[name][1]
    refused(setting, "EckidEncryption is on for urn:books", why, blocks=block(setting, "on", keys))
    status, text = configtest(setting, block(setting, None, keys), ours(pairs))
    assert status == 0 and "come encrypted will be refused" in text and why in text
    assert configtest(setting, block(setting, None, keys)) == (0, "Syntax OK\n")


def test_mistakes_in_lines(setting, pairs):  # noqa: F811
    refused(setting, "\"yes\" is not one of as-it-came, on, off", blocks=block(setting, "yes"))
    refused(setting, "belongs inside <EckidSupplier>", extra="EckidEncryption on")
    refused(setting, "stands outside of <EckidSupplier>",
            blocks=BOOKS.replace("EckidName", ours(pairs) + "\n  EckidName"))
    refused(setting, "ECK0102", "is not of RSA",
            extra=f"EckidDecryptionKey {two(pairs['ec'], pairs['ec'])}")
    refused(setting, "ECK0102", "is not the key of",
            extra=f"EckidDecryptionKey {two(pairs['ours'], pairs['theirs'])}")


def test_a_key_that_signs_too(setting):  # noqa: F811
    las = Pair(setting.place, "enc-las")
    refused(setting, "signs too; make one for decryption alone", EckidLasKey=(
        f"{las.key_file} keyid=x"), extra=f"EckidDecryptionKey {two(las, las)}")
    for pair in (setting.signing, setting.signer.pair):
        refused(setting, "signs too; make one for decryption alone",
                extra=f"EckidDecryptionKey {two(pair, pair)}")


def test_metadata_that_we_made_ourselves(setting, pairs):  # noqa: F811
    keys = KEY.format(pairs["ours"].base64, "")
    refused(setting, "names our own EckidDecryptionKey", blocks=block(setting, None, keys),
            extra=ours(pairs))
