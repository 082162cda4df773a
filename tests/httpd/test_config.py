# SPDX-License-Identifier: GPL-3.0-or-later
"""configtest finds every mistake that is visible at start, with its line and what to write."""
import datetime
import os
import re
import shutil
import subprocess

import pytest

from conftest import TESTS
from lab import directory, shipped
from lab.httpd import Httpd
from lab.pki import Pair
from lab.scene import Setting, module_environment, module_file
from lab.signer import ENTITY, Signer

BOOKS = """
<EckidSupplier urn:books>
  EckidConsumer https://books.example/acs
  EckidName eckId
  EckidRelease uid
</EckidSupplier>
"""


@pytest.fixture(scope="module")
def setting(place):
    setting = Setting(place)
    setting.signer = Signer(place)
    setting.idp = place.file("idp.xml", setting.signer.metadata())
    setting.ours_in_idp = place.file("ours.xml", setting.signer.metadata().replace(
        setting.signer.pair.base64, setting.signing.base64))
    setting.las_in_idp = place.file("las.xml", setting.signer.metadata().replace(
        setting.signer.pair.base64, setting.las_pair.base64))
    setting.count = 0
    return setting


def configtest(setting, blocks=BOOKS, extra="", **instead):
    """Exit status and output of configtest."""
    setting.count += 1
    conf = setting.conf(setting.idp, blocks, extra=extra, **instead)
    httpd = Httpd(setting.place, f"config-{setting.count}", conf,
                  load=f"LoadModule eckid_module {module_file()}",
                  env=module_environment(setting.place))
    status, text = httpd.configtest()
    return status, text.replace(str(httpd.conf_file), "FILE")


def refused(setting, *words, **conf):
    status, text = configtest(setting, **conf)
    assert status != 0, text
    assert "FILE:" in text or "of FILE:" in text, text
    for word in words:
        assert word in text, text
    return text


def test_a_good_configuration_is_silent(setting):
    assert configtest(setting) == (0, "Syntax OK\n")


@pytest.mark.parametrize("directive", [
    "EckidIdpMetadata", "EckidSigningKey", "EckidStudentKey", "EckidLas", "EckidSchool"])
def test_what_is_missing_is_named_with_an_example(setting, directive):
    refused(setting, f"there is no {directive}; write, for example: {directive} ",
            **{directive: None})


def test_a_las_to_which_nothing_proves_who_asks(setting):
    refused(setting, "calls to the LAS are not authenticated; write, for example: EckidLasKey ",
            EckidLasKey=None)


def test_a_gateway_without_suppliers(setting):
    refused(setting, "there is no <EckidSupplier>", blocks="")


def test_what_is_off_needs_nothing(setting):
    assert configtest(setting, blocks="", EckidEngine="off", EckidIdpMetadata=None)[0] == 0


def pair(setting, kind="rsa", name=None, **options):
    return Pair(setting.place, name or f"pair-{kind}-{len(options)}", kind, **options)


def two(first, second):
    return f"{first.key_file} {second.crt_file}"


LINES = {
    "no key file": (lambda s: {"EckidSigningKey": f"/none.key {s.signing.crt_file}"},
                    ["ECK0101", "/none.key: No such file"]),
    "no certificate file": (lambda s: {"EckidSigningKey": f"{s.signing.key_file} /none.crt"},
                            ["ECK0101", "/none.crt: No such file"]),
    "key and certificate that do not match": (
        lambda s: {"EckidSigningKey": two(s.signing, pair(s))}, ["ECK0102", "is not the key of"]),
    "a certificate as key": (
        lambda s: {"EckidSigningKey": f"{s.signing.crt_file} {s.signing.crt_file}"},
        ["ECK0102", "has no private key", "its first block is CERTIFICATE",
         "the key is the first"]),
    "an Ed25519 key for SAML": (
        lambda s: {"EckidSigningKey": two(p := pair(s, "ed25519"), p)}, ["ECK0102", "Ed25519"]),
    "something behind the key": (
        lambda s: {"EckidSigningKey": two(s.signing, s.signing) + " ours"}, ["\"shared\""]),
    "metadata that is not there": (lambda s: {"EckidIdpMetadata": "/none.xml"},
                                   ["ECK0101", "/none.xml"]),
    "a URL that nothing vouches for": (
        lambda s: {"EckidIdpMetadata": "https://idp.example/m"},
        ["nothing shows that what https://idp.example/m answers is genuine", "signed-by=FILE"]),
    "a certificate for a URL without TLS": (
        lambda s: {"EckidIdpMetadata": f"http://idp.example/m ca={s.authority.crt_file}"},
        ["nothing shows that"]),
    "a URL with an option that there is not": (
        lambda s: {"EckidIdpMetadata": "https://idp.example/m urn:x key=a"},
        ["\"key=a\" is not one of backend=, signed-by=, ca=, connect-timeout=, timeout="]),
    "a file with options": (lambda s: {"EckidIdpMetadata": f"{s.idp} backend=http://127.0.0.1"},
                            ["options are for a URL"]),
    "a URL that is none": (
        lambda s: {"EckidIdpMetadata": "https://u@idp.example/m backend=http://127.0.0.1"},
        ["ECK0105", "https://u@idp.example"]),
    "a backend that is none": (
        lambda s: {"EckidIdpMetadata": "https://idp.example/m backend=127.0.0.1"}, ["ECK0105"]),
    "a URL signed by what is no key": (
        lambda s: {"EckidIdpMetadata": f"https://idp.example/m signed-by={s.idp}"}, ["ECK0102"]),
    "a supplier's URL that nothing vouches for": (
        lambda s: {"blocks": BOOKS.replace("EckidName", "EckidSupplierMetadata "
                                           "https://books.example/m\nEckidName")},
        ["EckidSupplierMetadata: nothing shows that"]),
    "a supplier's metadata with an entity ID": (
        lambda s: {"blocks": BOOKS.replace("EckidName", "EckidSupplierMetadata "
                                           "https://books.example/m urn:a timeout=1s "
                                           f"ca={s.authority.crt_file}\nEckidName")},
        ['"urn:a" is not expected', "behind <EckidSupplier"]),
    "metadata that is not XML": (
        lambda s: {"EckidIdpMetadata": s.place.file("bad.xml", "<html><p>")},
        ["ECK0104", "bad.xml is a web page"]),
    "metadata that end early": (
        lambda s: {"EckidIdpMetadata": s.place.file("cut.xml", s.signer.metadata()[:300])},
        ["ECK0104", "not well-formed XML, line"]),
    "metadata of somebody else": (lambda s: {"EckidIdpMetadata": f"{s.idp} https://other.example"},
                                  ["ECK0104", f"of https://other.example, but one of {ENTITY}"]),
    "metadata without an entity ID": (
        lambda s: {"EckidIdpMetadata": s.place.file("nameless.xml", re.sub(
            'entityID="[^"]*"', 'entityID=""', s.signer.metadata()))}, ["nameless.xml"]),
    "metadata of a service": (
        lambda s: {"EckidIdpMetadata": s.place.file("sp.xml", s.signer.metadata().replace(
            "IDPSSO", "SPSSO"))}, ["ECK0104", "IDPSSODescriptor"]),
    "our own key in the metadata": (lambda s: {"EckidIdpMetadata": s.ours_in_idp},
                                    ["is in the metadata of the identity provider", "shared"]),
    "a shared key that is not in the metadata": (
        lambda s: {"EckidSigningKey": two(s.signing, s.signing) + " shared"},
        ["is marked shared, but"]),
    "one key for LAS and logins": (
        lambda s: {"EckidLasKey": f"{s.signing.key_file} keyid=x"}, ["also signs logins"]),
    "the key of the identity provider for the LAS": (
        lambda s: {"EckidIdpMetadata": s.las_in_idp}, ["also signs logins"]),
    "a metadata key that signs logins": (
        lambda s: {"EckidMetadataKey": two(s.signing, s.signing)}, ["make one for metadata alone"]),
    "a metadata key that is the identity provider's": (
        lambda s: {"EckidMetadataKey": two(s.signer.pair, s.signer.pair)},
        ["make one for metadata alone"]),
    "a metadata key that signs for the LAS": (
        lambda s: {"EckidMetadataKey": two(s.las_pair, s.las_pair)},
        ["make one for metadata alone"]),
    "a LAS key without name": (lambda s: {"EckidLasKey": f"{s.las_pair.key_file} school"},
                               ["must be keyid=NAME"]),
    "a LAS without TLS": (lambda s: {"EckidLas": "http://las.example/eduv"},
                          ["beginning with https://"]),
    "a LAS with an unknown option": (lambda s: {"EckidLas": s.las.base + " retries=3"},
                                     ["\"retries=3\" is not one of ca=, certificate="]),
    "a LAS with no time": (lambda s: {"EckidLas": s.las.base + " timeout=soon"},
                           ["is not a time from 1 to 30000 milliseconds"]),
    "a CA that is not there": (lambda s: {"EckidLas": s.las.base + " ca=/none.pem"},
                               ["ECK0101", "/none.pem: No such file"]),
    "a school of no type": (lambda s: {"EckidSchool": "BRIN 11ZZ03"},
                            ["\"BRIN\" is not one of V_ID, OIE_CODE"]),
    "a school without its branch": (lambda s: {"EckidSchool": "V_ID 11ZZ"},
                                    ["EckidSchool: a V_ID is a vestigingscode", "11ZZ03"]),
    "metadata paths with commas": (lambda s: {"EckidMetadataPath": "/a, /b"},
                                   ["EckidMetadataPath: \"/a,\" ends with a comma", "spaces"]),
    "a bad expression": (lambda s: {"EckidStudentKey": "uid ^( $1 NEPPI"},
                         ["ECK0103", "at offset"]),
    "a bad condition": (lambda s: {"EckidStudentIf": "role [a"}, ["ECK0103", "at offset"]),
    "a condition with a comma": (
        lambda s: {"EckidStudentIf": "role student,pupil"},
        ["EckidStudentIf: \"student,pupil\" matches one value", "write student|pupil for either"]),
    "a template with a group too many": (lambda s: {"EckidStudentKey": "uid (.*) $2 NEPPI"},
                                         ["ECK0103", "the expression has 1 groups"]),
    "a key of no type": (lambda s: {"EckidStudentKey": "uid (.*) $1 number"},
                         ["\"number\" is not one of NEPPI"]),
    "a key with an argument too few": (lambda s: {"EckidStudentKey": "uid (.*) NEPPI"},
                                       ["four arguments are expected"]),
    "an engine that is neither": (lambda s: {"EckidEngine": "yes"},
                                  ["\"yes\" is not one of off, on, observe"]),
    "a skew of a day": (lambda s: {"EckidClockSkew": "1d"}, ["up to ten minutes"]),
    "a limit of nothing": (lambda s: {"EckidPageLimit": "0"}, ["between 16384 and"]),
    "a path with a query": (lambda s: {"EckidMetadataPath": "/m.php?output=xml"},
                            ["a path ends before the query", "write: EckidMetadataPath /m.php"]),
    "an engine in capitals": (lambda s: {"EckidEngine": "On"},
                              ["\"On\" is not one of off, on, observe; write: on"]),
    "a school in small letters": (lambda s: {"EckidSchool": "V_ID 11zz03"},
                                  ["EckidSchool: a V_ID is a vestigingscode", "in capitals"]),
    "a key with a password": (
        lambda s: {"EckidSigningKey": f"{with_password(s)} {s.signing.crt_file}"},
        ["its first block is ENCRYPTED PRIVATE KEY", "openssl pkey -in FILE -out NEW"]),
    "metadata that is empty": (lambda s: {"EckidIdpMetadata": s.place.file("empty.xml", "")},
                               ["ECK0104", "empty.xml is empty", "curl -f"]),
    "metadata that is a web page": (
        lambda s: {"EckidIdpMetadata": s.place.file("page.xml", "<!DOCTYPE html><html><p>x")},
        ["ECK0104", "page.xml is a web page", "Host"]),
    "metadata that is a folder": (lambda s: {"EckidIdpMetadata": s.place.dir("folder")},
                                  ["ECK0101", "is a folder"]),
    "a secret that is a folder": (lambda s: {"extra": f"EckidSecretFile {s.place.dir('folder')}"},
                                  ["is a folder; the name of a file in it"]),
    "a CA behind a space": (lambda s: {"EckidLas": f"{s.las.base} ca= {s.authority.crt_file}"},
                            ["EckidLas: ca= is empty", "no space"]),
    "a LAS with a query": (lambda s: {"EckidLas": s.las.base + "?school=1"},
                           ["beginning with https://, without a query"]),
    "a path that is none": (lambda s: {"EckidMetadataPath": "metadata"},
                            ["beginning with a slash"]),
    "a cache time that is none": (lambda s: {"EckidCacheTime": "long short"},
                                  ["12h 2min"]),
    "a name of two words": (lambda s: {"EckidPage": "Example College"},
                            ["\"College\" is not color=", "quotation marks"]),
    "a page without name": (lambda s: {"EckidPage": ""}, ["EckidPage", "name is missing"]),
    "a color that is none": (lambda s: {"EckidPage": "School color=blue"},
                             ["\"color=blue\" is not", "#005ea5"]),
    "colors that cannot be read": (
        lambda s: {"EckidPage": "School color=#ffffff background=#ffcc00"},
        ["the contrast of these colors is 1.5", "WCAG"]),
    "a directive of suppliers outside": (lambda s: {"EckidName": "eckId"},
                                         ["belongs inside <EckidSupplier>"]),
}


@pytest.mark.parametrize("name", LINES)
def test_mistakes_in_lines(setting, name):
    make, words = LINES[name]
    refused(setting, *words, **make(setting))


def test_a_key_that_cannot_be_read(setting):
    """Root can read everything, so this test runs as another user."""
    path = setting.place.file("unreadable.key", setting.signing.key_file.read_bytes(), 0)
    if os.geteuid() == 0:
        path = setting.place.dir("a-directory.key")
    refused(setting, "ECK0101", path.name, EckidSigningKey=f"{path} {setting.signing.crt_file}")


def with_password(setting):
    """The signing key as openssl writes it with a password."""
    path = setting.place.path / "password.key"
    subprocess.run(["openssl", "pkey", "-aes128", "-passout", "pass:x", "-in",
                    setting.signing.key_file, "-out", path], check=True)
    path.chmod(0o600)
    return path


def block(**lines):
    text = {"EckidConsumer": "https://a.example/acs", "EckidName": "eckId", "EckidRelease": "uid",
            **lines}
    return "<EckidSupplier urn:a>\n" + "\n".join(
        f"  {k} {v}" for k, v in text.items() if v is not None) + "\n</EckidSupplier>\n"


BLOCKS = {
    "no release list": (block(EckidRelease=None), ["has no EckidRelease", "* for all, or none"]),
    "no consumer": (block(EckidConsumer=None), ["has no consumer URL", "EckidSupplierMetadata"]),
    "no name": (block(EckidName=None), ["has no EckidName"]),
    "no entity": ("<EckidSupplier>\n</EckidSupplier>\n", ["needs the supplier's entity ID"]),
    "one URL in two suppliers": (
        block() + block().replace("urn:a", "urn:b"),
        ["https://a.example/acs already belongs to the supplier urn:a"]),
    "one URL in two spellings": (
        block() + block(EckidConsumer="HTTPS://A.example:443/acs").replace("urn:a", "urn:b"),
        ["already belongs to the supplier urn:a"]),
    "one entity in two suppliers": (
        block() + block(EckidConsumer="https://b.example/"),
        ["urn:a already belongs to the supplier urn:a"]),
    "a consumer that is no URL": (block(EckidConsumer="a.example/acs"),
                                  ["is not an https or http URL"]),
    "a format that is none": (block(EckidName="eckId format=short"),
                              ["\"short\" is not one of basic, uri, unspecified"]),
    "an unknown option": (block(EckidName="eckId name=x"), ["is not one of format=, friendly="]),
    "an unknown outcome": (block(EckidOn="absent deny"), ["\"absent\" is not one of not-student"]),
    "an unknown action": (block(EckidOn="unknown pass"), ["\"pass\" is not one of deny, omit"]),
    "an age for another outcome": (block(EckidOn="unknown omit stale=72h"),
                                   ["stale=72h is only for las-failed, not for unknown"]),
    "an outcome twice": (block(EckidOn="unknown deny\nEckidOn unknown omit"),
                         ["EckidOn unknown is already on line"]),
    "names with a semicolon": (block(EckidRelease="uid;givenName"),
                               ["\"uid;givenName\" has a semicolon; spaces separate names"]),
    "names with a comma": (block(EckidRelease="uid,givenName"),
                           ["\"uid,givenName\" has a comma; spaces separate names"]),
    "entities with a comma": (block().replace("urn:a", "urn:a, urn:b"),
                              ["\"urn:a,\" ends with a comma; spaces separate names"]),
    "an unknown way to deny": (block(EckidDenyBy="mail"), ["\"mail\" is not one of page, status"]),
    "a rename onto the ECK iD": (block(EckidRename="uid eckId"), ["is the name of the ECK iD"]),
    "a rename onto what is released": (block(EckidRename="mail uid"),
                                       ["is in EckidRelease too"]),
    "a rename of what was renamed": (
        block(EckidRename="mail role\nEckidRename cn mail"), ["mail is itself renamed"]),
    "a rename onto itself": (block(EckidRename="mail mail"), ["mail is itself renamed"]),
    "two renames onto one name": (
        block(EckidRename="mail role\nEckidRename cn role"), ["mail and cn share a name"]),
    "two renames of one": (
        block(EckidRename="mail role\nEckidRename mail post"), ["mail and mail share a name"]),
    "metadata of another supplier": (
        lambda s: block(EckidSupplierMetadata=str(s.idp)), ["ECK0104", "SPSSODescriptor of urn:a"]),
    "a block in a block": ("<EckidSupplier urn:b>\n" + block() + "</EckidSupplier>\n",
                           ["is not allowed inside another"]),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_mistakes_in_blocks(setting, name):
    blocks, words = BLOCKS[name]
    refused(setting, *words, blocks=blocks(setting) if callable(blocks) else blocks)


def test_secrets_that_others_can_read_or_that_are_short(setting):
    place = setting.place
    refused(setting, "others can read", "chmod 600",
            extra=f"EckidSecretFile {place.file('open', 'x' * 64, 0o644)}")
    refused(setting, "is shorter than 32 bytes", "openssl rand",
            extra=f"EckidSecretFile {place.file('short', 'x' * 31, 0o600)}")
    refused(setting, "ECK0101", "openssl rand -base64 48 > /none", extra="EckidSecretFile /none")


def test_caches_that_cannot_be(setting):
    refused(setting, "a2enmod socache_memcache", extra="EckidCache memcache:127.0.0.1:11211")
    secret = setting.place.file("long", "x" * 64, 0o600)
    refused(setting, "one redis is expected",
            extra=f"EckidCache redis:a.example:1,b.example:2\nEckidSecretFile {secret}")
    refused(setting, "EckidCache:", "conf/eckid.conf", extra="EckidCache shmcb:x(10)")
    refused(setting, "EckidTokenCache:", extra="EckidTokenCache shmcb:x(10)\nEckidProvider "
            "https://op.example backend=http://127.0.0.1:1")


def test_redis_needs_a_secret(setting):
    httpd = Httpd(setting.place, "redis", "EckidCache redis:127.0.0.1:6379\n",
                  load=f"LoadModule eckid_module {module_file()}",
                  env=module_environment(setting.place))
    status, text = httpd.configtest()
    assert status != 0 and "EckidSecretFile is needed" in text


KEYS = ("EckidSigningKey", "EckidMetadataKey", "EckidLasKey")


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o602])
@pytest.mark.parametrize("directive", KEYS)
def test_keys_that_others_can_read_or_change(setting, directive, mode):
    made = Pair(setting.place, f"open-{directive}-{mode}", "rsa")
    made.key_file.chmod(mode)
    behind = "keyid=x" if directive == "EckidLasKey" else made.crt_file
    refused(setting, "others can read or change", "chmod 600", **{
        directive: f"{made.key_file} {behind}"})


def test_the_group_of_the_identity_provider_may_read_its_key(setting):
    made = Pair(setting.place, "grouped", "rsa")
    made.key_file.chmod(0o640)
    assert configtest(setting, EckidSigningKey=f"{made.key_file} {made.crt_file}")[0] == 0


def line_of(setting, word):
    conf = setting.place.path / f"config-{setting.count}" / "httpd.conf"
    return next(i for i, line in enumerate(conf.read_text().splitlines(), 1) if word in line)


def test_mistakes_of_the_whole_name_the_line_that_made_them(setting):
    text = refused(setting, "also signs logins", EckidLasKey=f"{setting.signing.key_file} keyid=x")
    assert f"FILE:{line_of(setting, 'EckidLasKey')}:" in text
    text = refused(setting, "shared", EckidIdpMetadata=setting.ours_in_idp)
    assert f"FILE:{line_of(setting, 'EckidSigningKey')}:" in text


def test_a_las_key_signs_no_logins_of_another_virtual_host_either(setting):
    refused(setting, "also signs logins", extra="<VirtualHost *:1>\nEckidSigningKey "
            f"{two(setting.las_pair, setting.las_pair)}\n</VirtualHost>")


TWICE = {
    "EckidLas": "EckidLas https://other.example/eduv",
    "EckidSchool": "EckidSchool V_ID 11ZZ04",
    "EckidIdpMetadata": "EckidIdpMetadata {idp}",
    "EckidEngine": "EckidEngine observe",
    "EckidClockSkew": "EckidClockSkew 1s\nEckidClockSkew 2s",
    "EckidAllowSha1": "EckidAllowSha1 on\nEckidAllowSha1 off",
    "EckidPageLimit": "EckidPageLimit 20000\nEckidPageLimit 30000",
    "EckidHelpdesk": "EckidHelpdesk another",
    "EckidDenyBy": BOOKS.replace("EckidName", "EckidDenyBy page\n  EckidDenyBy status\n  "
                                 "EckidName").replace("books", "third"),
    "EckidName": BOOKS.replace("EckidName eckId", "EckidName eckId\n  EckidName other").replace(
        "books", "second"),
}


@pytest.mark.parametrize("directive", TWICE)
def test_what_counts_once_stands_once(setting, directive):
    refused(setting, f"{directive} is already on line",
            extra=TWICE[directive].format(idp=setting.idp))


@pytest.mark.parametrize("names", ["none *", "none uid", "* none", "uid none"])
def test_none_is_released_by_itself(setting, names):
    refused(setting, "\"none\" allows no other attribute",
            blocks=BOOKS.replace("Release uid", f"Release {names}"))


def test_a_metadata_key_needs_a_path(setting):
    made = Pair(setting.place, "metadata-alone", "rsa")
    refused(setting, "EckidMetadataPath", extra=f"EckidMetadataKey {made.key_file} {made.crt_file}")


def test_places_where_nothing_may_stand(setting):
    refused(setting, "cannot occur within", extra="<Directory />\nEckidEngine on\n</Directory>")
    for line in ("EckidCache none", "EckidSecretFile /none"):
        refused(setting, "cannot occur within",
                extra=f"<VirtualHost *:1>\n{line}\n</VirtualHost>")


def test_a_location_is_looked_at_too(setting):
    refused(setting, "there is no <EckidSupplier>", blocks="", EckidEngine="off",
            extra="<Location /idp>\nEckidEngine on\n</Location>")
    assert configtest(setting, EckidEngine="off",
                      extra="<Location /idp>\nEckidEngine on\n</Location>")[0] == 0


def test_a_virtual_host_inherits_and_is_looked_at(setting):
    vhost = "<VirtualHost *:1>\nServerName x\n{}\n</VirtualHost>"
    assert configtest(setting, extra=vhost.format("EckidClockSkew 30s"))[0] == 0
    refused(setting, "is in the metadata of the identity provider",
            extra=vhost.format(f"EckidEngine on\nEckidIdpMetadata {setting.ours_in_idp}"))


def with_validity(metadata, days):
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return metadata.replace("entityID=", f'validUntil="{until:%Y-%m-%dT%H:%M:%SZ}" entityID=')


def supplier_metadata(setting, days, pair=None):
    key = f'''<md:KeyDescriptor use="encryption"><ds:KeyInfo
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{pair.base64}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>''' if pair else ""
    return setting.place.file("ends-sp.xml", with_validity(
        f'''<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 entityID="urn:books"><md:SPSSODescriptor
 protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{key}<md:AssertionConsumerService
 Location="https://books.example/acs"/></md:SPSSODescriptor></md:EntityDescriptor>''', days))


def idp_metadata(setting, days, key_days=90):
    signer = Signer(setting.place, name="ends-idp")
    signer.pair = pair(setting, name="ends-idp", days=(-20, key_days))
    text = signer.metadata()
    return setting.place.file("ends.xml", with_validity(text, days) if days else text)


# everything in use that ends one day: lines that use one with so many days left, what is told
ENDS = {
    "signing key": (lambda s, p, d: {"EckidSigningKey": two(p, p)}, "ends.crt"),
    "metadata key": (lambda s, p, d: {
        "extra": f"EckidMetadataPath /m\nEckidMetadataKey {two(p, p)}"}, "ends.crt"),
    "supplier's own key": (lambda s, p, d: {"blocks": BOOKS.replace(
        "EckidName", f"EckidSigningKey {two(p, p)}\nEckidName")}, "ends.crt"),
    "client certificate": (lambda s, p, d: {
        "EckidLas": f"https://las.example/v1 certificate={p.crt_file} key={p.key_file}"},
        "certificate= of EckidLas"),
    "authority": (lambda s, p, d: {"EckidLas": f"https://las.example/v1 ca={p.crt_file}"},
                  "the authority in"),
    "key of answers": (lambda s, p, d: {"extra": f"EckidLasAnswerKey {p.crt_file} keyid=x"},
                       "ends.crt"),
    "metadata": (lambda s, p, d: {"EckidIdpMetadata": idp_metadata(s, d)}, "the metadata of"),
    "identity provider's key": (lambda s, p, d: {"EckidIdpMetadata": idp_metadata(s, None, d)},
                                "the certificate with SHA-256"),
    "key for encryption": (lambda s, p, d: {"blocks": BOOKS.replace(
        "EckidName", f"EckidSupplierMetadata {supplier_metadata(s, 90, p)}\nEckidName")},
        "to which logins are encrypted"),
    "supplier's metadata": (lambda s, p, d: {"blocks": BOOKS.replace(
        "EckidName", f"EckidSupplierMetadata {supplier_metadata(s, d)}\nEckidName")},
        "the metadata of urn:books in"),
}


@pytest.mark.parametrize("days,words", [
    (31, None), (29.5, "ECK0108"), (6.5, "in 6 days"), (0.9, "in 21 hours"), (-2.5, "2 days ago")])
@pytest.mark.parametrize("name", ENDS)
def test_what_ends_soon_is_a_warning(setting, name, days, words):
    conf, what = ENDS[name]
    ends = pair(setting, name="ends", days=(-20, days))
    status, text = configtest(setting, **conf(setting, ends, days))
    assert status == 0
    lines = [line for line in text.splitlines() if "ECK010" in line]
    assert len(lines) == (words is not None), text
    assert not words or (words in lines[0] and what in lines[0] and "FILE:" in lines[0]), text


def test_names_may_have_marks_of_their_own(setting):
    blocks = block(EckidRelease="cn;lang-nl userCertificate;binary urn:x:a,b")
    assert configtest(setting, blocks.replace("urn:a", "CN=books,DC=books,DC=example"))[0] == 0


def test_what_is_not_valid_yet_is_a_warning(setting):
    early = pair(setting, name="early", days=(10, 60))
    status, text = configtest(setting, EckidSigningKey=two(early, early))
    assert status == 0 and "is not valid yet" in text
    status, text = configtest(setting, EckidLas="https://las.example/v1 "
                              f"certificate={early.crt_file} key={early.key_file}")
    assert status == 0 and "is not valid yet; the LAS will refuse it" in text


@pytest.mark.parametrize("line", [b"EckidSchool V_ID Jos\xe9", b"<EckidSupplier urn:x>\n"
                                  b"EckidClient x claim=eck\xefd\nEckidName eckId\n"
                                  b"EckidRelease none\n</EckidSupplier>"])
def test_what_is_not_in_utf_8_is_told(setting, line):
    file = setting.place.file("latin.conf", "")
    file.write_bytes(line + b"\n")
    status, text = configtest(setting, extra=f"Include {file}", EckidSchool=None)
    assert status != 0 and "latin.conf" in text and "the line is not in UTF-8" in text


def test_metadata_may_be_a_url(setting):
    for line in ("https://idp.example/m?a=b urn:x?y=z backend=http://127.0.0.1:1",
                 f"http://idp.example/m signed-by={setting.signing.crt_file} timeout=1s",
                 f"https://idp.example/m urn:x ca={setting.authority.crt_file}"):
        assert configtest(setting, EckidIdpMetadata=line) == (0, "Syntax OK\n")


def test_a_supplier_may_be_known_by_a_url_alone(setting):
    blocks = BOOKS.replace("EckidConsumer https://books.example/acs", "EckidSupplierMetadata "
                           f"https://books.example/m ca={setting.authority.crt_file}")
    assert configtest(setting, blocks=blocks) == (0, "Syntax OK\n")
    refused(setting, "there is no EckidIdpMetadata", blocks=blocks, EckidIdpMetadata=None)


def test_a_shared_key_is_accepted(setting):
    idp = setting.signer.pair
    assert configtest(setting, EckidSigningKey=two(idp, idp) + " shared")[0] == 0


def test_metadata_that_workers_cannot_read_is_a_warning(setting):
    private = setting.place.file("private.xml", setting.signer.metadata(), 0o600)
    status, text = configtest(setting, EckidIdpMetadata=private)
    assert status == 0
    if os.geteuid() == 0:
        assert "cannot be read by the user that httpd runs as" in text
        assert f"chmod a+r {private}" in text


def test_a_folder_that_workers_cannot_pass_is_a_warning(setting):
    folder = setting.place.dir("closed")
    file = setting.place.file("closed/idp.xml", setting.signer.metadata())
    assert configtest(setting, EckidIdpMetadata=file) == (0, "Syntax OK\n")
    folder.chmod(0o700)
    status, text = configtest(setting, EckidIdpMetadata=file)
    assert status == 0
    if os.geteuid() == 0:
        assert f"{file} cannot be read by the user" in text and f"chmod a+x {folder}" in text


def make_directory(setting, root):
    """The folder of an empty directory, made by the command."""
    folder = setting.place.dir(f"{root}/var")
    if os.geteuid() == 0:
        shutil.chown(folder, "www-data", "www-data")
    done = directory.run(setting.place, f"sqlite:{folder}/directory.db",
                         f"{setting.place.path}/{root}/eckid/secret", "create")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("example", shipped.FILES, ids=lambda path: path.stem)
def test_shipped_files_are_good(setting, example):
    """Each file in conf/ unchanged, with the files that it refers to, where nothing is switched on
    but what Debian has on and what the file says."""
    root, text = f"example-{example.stem}", example.read_text()
    for name, content in shipped.files(text, setting, setting.signer).items():
        setting.place.file(f"{root}/eckid/{name}", content, shipped.mode(name))
    modules = [name for name in shipped.with_needed(shipped.a2enmod(text))
               if name not in (*shipped.DEBIAN, "eckid")]
    text = text.replace("/etc/apache2", f"{setting.place.path}/{root}").replace(
        "/var/lib/eckid", str(make_directory(setting, root)))
    httpd = Httpd(setting.place, root, text, base=shipped.DEBIAN,
                  modules=modules, load=f"LoadModule eckid_module {module_file()}",
                  env=module_environment(setting.place))
    status, text = httpd.configtest()
    # AH00112: the document root of an IdP that is not on this machine
    ours = [line for line in text.splitlines() if not line.startswith("AH00112")]
    assert (status, ours) == (0, ["Syntax OK"])


def readme_lines(name):
    """The lines that a README shows: the way to the identity provider, and those of ours."""
    text = (TESTS.parent / name).read_text()
    blocks = re.findall(r"\n\n((?:    .*\n|\n(?=    ))+)", text)
    way, = [block for block in blocks if "ProxyPreserveHost" in block]
    return [way] + [block for block in blocks if re.search(r"^    <?Eckid", block, re.M)][:3]


@pytest.mark.parametrize("readme", ["README.md", "README.nl.md"])
def test_what_the_readme_says_to_write_is_good(setting, readme):
    way, saml, secret, oidc = readme_lines(readme)
    for name, content in {"sign.key": setting.signing.key_file.read_bytes(),
                          "sign.crt": setting.signing.crt_file.read_bytes(),
                          "las.key": setting.las_pair.key_file.read_bytes(),
                          "idp-metadata.xml": setting.signer.metadata(),
                          "secret": "x" * 64}.items():
        setting.place.file(f"{readme}/eckid/{name}", content,
                           0o600 if name in ("sign.key", "las.key", "secret") else 0o644)
    las = "".join(line for line in saml.splitlines(True) if re.search(
        "EckidLas|EckidSchool|EckidStudent", line))
    httpd = Httpd(setting.place, readme, f"{secret}<VirtualHost *:1>\n{way}{saml}</VirtualHost>\n"
                  f"<VirtualHost *:2>\nEckidEngine on\n{las}{oidc}</VirtualHost>\n",
                  modules=["authz_host"], load=f"LoadModule eckid_module {module_file()}",
                  env=module_environment(setting.place))
    assert httpd.configtest() == (0, "Syntax OK\n")


@pytest.mark.parametrize("good,bad", [
    ("EckidRelease uid", "EckidRelease uid, cn"), ("EckidRelease uid", "EckidRelease cn uid,"),
    ("EckidName eckId", "EckidName eckId,"),
    ("EckidConsumer https://books.example/acs",
     "EckidConsumer https://books.example/acs, https://books.example/acs2"),
    ("EckidRelease uid", "EckidRelease uid\nEckidRename cn, name"),
    ("EckidRelease uid", "EckidRelease uid\nEckidRename cn name,")])
def test_names_are_separated_by_spaces(setting, good, bad):
    refused(setting, "ends with a comma; spaces separate names", blocks=BOOKS.replace(good, bad))
