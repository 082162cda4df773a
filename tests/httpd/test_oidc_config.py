# SPDX-License-Identifier: GPL-3.0-or-later
"""What configtest finds in the lines about OpenID Connect, and what it says to write instead."""
import pytest

from lab.httpd import Httpd
from lab.pki import Pair
from lab.scene import Setting, module_environment, module_file

PROVIDER = "https://idp.school.example backend=http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def setting(place):
    setting = Setting(place)
    setting.count = 0
    setting.ec = Pair(place, "second", "ec")
    return setting


def block(client="books", **lines):
    text = {"EckidClient": client, "EckidName": "eckId", "EckidRelease": "uid", **lines}
    return "<EckidSupplier urn:a>\n" + "\n".join(
        f"  {k} {v}" for k, v in text.items() if v is not None) + "\n</EckidSupplier>\n"


def configtest(setting, blocks=None, extra="", **instead):
    setting.count += 1
    lines = {"EckidIdpMetadata": None, "EckidProvider": PROVIDER, **instead}
    conf = setting.conf(None, blocks or block(), extra=extra, **lines)
    httpd = Httpd(setting.place, f"config-{setting.count}", conf,
                  load=f"LoadModule eckid_module {module_file()}",
                  env=module_environment(setting.place))
    return httpd.configtest()


def test_a_good_configuration_is_silent(setting):
    assert configtest(setting) == (0, "Syntax OK\n")


def test_one_supplier_over_both_protocols_needs_both(setting):
    both = block(EckidConsumer="https://a.example/acs")
    status, text = configtest(setting, both)
    assert status != 0 and "there is no EckidIdpMetadata" in text
    status, text = configtest(setting, both, EckidProvider=None)
    assert status != 0
    assert "there is no EckidProvider; write, for example: EckidProvider http" in text


MISTAKES = {
    "no backend": ({"EckidProvider": "https://idp.example"},
                   "EckidProvider https://idp.example backend=http://127.0.0.1:8080"),
    "no issuer": ({"EckidProvider": "idp.example backend=http://x"}, "is not an https or http URL"),
    "a backend that is none": ({"EckidProvider": "https://idp.example backend=x"},
                               "x is not an https or http URL"),
    "an unknown option": ({"EckidProvider": PROVIDER + " retries=3"}, "is not one of backend="),
    "another source": ({"EckidProvider": PROVIDER + " student=saml"},
                       "\"saml\" is not one of id-token, userinfo"),
    "a time that is none": ({"EckidProvider": PROVIDER + " timeout=soon"},
                            "is not a time from 1 to 30000 milliseconds"),
    "another word for sealed": ({"blocks": block("books access-token=plain")},
                                "\"plain\" is not one of sealed, as-is"),
    "a client outside": ({"EckidClient": "books"}, "belongs inside <EckidSupplier>"),
    "a client twice": ({"blocks": block() + block().replace("urn:a", "urn:b")},
                       "books already belongs to the supplier urn:a"),
    "no alg": ({"blocks": block("books alg=none")}, "\"none\" is not one of RS256, ES256, PS256"),
    "a key that is missing": ({"blocks": block("books alg=ES256")},
                              "tokens for books must be signed with ES256, but there is no"),
    "no secret": ({"blocks": block("books alg=HS256")}, "needs secret=FILE"),
    "a secret that is short": (lambda s: {"blocks": block(
        f"books secret={s.place.file('short', 'x' * 31, 0o600)}")},
        "is shorter than 32 bytes"),
    "no JWK Set": (lambda s: {"blocks": block(
        f"books encrypt={s.place.file('none.json', '{}')}")}, "has no RSA or EC key"),
    "another encryption": (lambda s: {"blocks": block("books encrypt=/x,A128GCM")},
                           "\"A128GCM\" is not one of A256GCM, A128CBC-HS256"),
    "an option of clients": ({"blocks": block("books format=uri")}, "is not one of access-token="),
    "a protocol claim": ({"blocks": block("books claim=sub")}, "a claim of the protocol itself"),
    "a protocol claim as name": ({"blocks": block(EckidName="sub")},
                                 "a claim of the protocol itself"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(setting, name):
    conf, words = MISTAKES[name]
    status, text = configtest(setting, **(conf(setting) if callable(conf) else conf))
    assert status != 0 and words in text, text


def test_a_key_of_each_kind_will_do(setting):
    extra = f"EckidSigningKey {setting.ec.key_file} {setting.ec.crt_file}"
    assert configtest(setting, block("books alg=ES256"), extra)[0] == 0


def test_the_key_of_the_las_signs_no_tokens(setting):
    status, text = configtest(setting, EckidLasKey=f"{setting.signing.key_file} keyid=x")
    assert status != 0 and "also signs logins" in text


def test_encryption_as_for_saml_is_a_warning(setting):
    status, text = configtest(setting, block(EckidEncryption="on"))
    assert status == 0 and (
        "is about logins over SAML, and urn:a has none; for its tokens write: EckidClient books "
        "encrypt=FILE") in text


def test_what_the_browser_is_to_see_is_a_warning(setting):
    status, text = configtest(setting, block("books front-channel=on"))
    assert status == 0 and "shows the ECK iD to the browser" in text
