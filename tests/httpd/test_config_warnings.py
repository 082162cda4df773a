# SPDX-License-Identifier: GPL-3.0-or-later
"""configtest warns about valid settings that have no effect or an unexpected one."""
import pytest

from lab.httpd import Httpd
from lab.pki import Pair
from lab.scene import module_environment, module_file
from lab.signer import ENTITY
from test_config import BOOKS, configtest, line_of, setting, two  # noqa: F401  (a fixture)

VHOST = "<VirtualHost *:1>\nServerName x\n{}\n</VirtualHost>"
LOCATION = "<Location /idp>\n{}\n</Location>"
DESK = "<Location /desk>\nSetHandler {}\n</Location>"
CASES = ["lower", "title", "upper"]  # httpd makes the name lower


def warned(setting, *words, **conf):
    status, text = configtest(setting, **conf)
    assert status == 0, text
    for word in words:
        assert word in text, text
    return text


def silent(setting, **conf):
    assert configtest(setting, **conf) == (0, "Syntax OK\n")


def ec(setting):
    return two(made := Pair(setting.place, f"ec-{setting.count}", "ec"), made)


def test_ecdsa_signs_saml_logins_only_where_that_was_chosen(setting):
    text = warned(setting, "is an EC key and signs SAML logins, at urn:books",
                  EckidSigningKey=ec(setting))
    assert f"FILE:{line_of(setting, 'EckidSigningKey')}:" in text
    silent(setting, extra=f"EckidSigningKey {ec(setting)}")
    silent(setting, blocks=BOOKS.replace("EckidName", f"EckidSigningKey {ec(setting)}\nEckidName"))
    silent(setting, EckidSigningKey=ec(setting), EckidIdpMetadata=None, blocks="""
<EckidSupplier urn:books>
  EckidClient books alg=ES256
  EckidName eckId
  EckidRelease uid
</EckidSupplier>""", extra="EckidProvider https://op.example backend=http://127.0.0.1:1")


@pytest.mark.parametrize("end", ["/students", "/Students", "/students/", "/employees",
                                 "/students/school", "/employees/school"])
def test_a_base_url_with_the_operation_in_it(setting, end):
    text = warned(setting, "write: EckidLas https://las.example/v1",
                  EckidLas=f"https://las.example/v1{end}")
    assert f"FILE:{line_of(setting, 'EckidLas')}:" in text


def test_the_base_url_of_a_named_las(setting):
    map_file = setting.place.file("schools.map", "11ZZ V_ID 11ZZ03 other\n")
    las = (f"<EckidLasNamed other>\nEckidLas https://las.example/students\n"
           f"EckidLasKey {setting.las_pair.key_file} keyid=x\n</EckidLasNamed>\n"
           f"EckidSchoolMap {map_file} brin")
    warned(setting, "write: EckidLas https://las.example", extra=las, EckidLas=None,
           EckidLasKey=None, EckidSchool=None)


@pytest.mark.parametrize("base", ["https://las.example/v1", "https://las.example/xstudents",
                                  "https://las.example/students/v1"])
def test_other_base_urls(setting, base):
    silent(setting, EckidLas=base)


UNSWITCHED = {
    "all in the main server": ("", True),
    "a virtual host": (VHOST.format("EckidEngine on"), False),
    "a location": (LOCATION.format("EckidEngine observe"), False),
    "a location of a virtual host": (VHOST.format(LOCATION.format("EckidEngine on")), False),
    "off is said": (VHOST.format("EckidEngine off"), False),
    "another virtual host": (VHOST.format("EckidClockSkew 1s") + "\n" +
                             VHOST.replace(":1", ":2").format("EckidEngine on"),
                             True),
}


@pytest.mark.parametrize("name", UNSWITCHED)
def test_lines_that_nothing_switches_on(setting, name):
    extra, tells = UNSWITCHED[name]
    status, text = configtest(setting, extra=extra, EckidEngine=None)
    assert status == 0 and ("has no effect without EckidEngine" in text) == tells


def test_the_first_line_that_has_no_effect_is_named(setting):
    text = warned(setting, "EckidIdpMetadata has no effect", EckidEngine=None)
    assert f"FILE:{line_of(setting, 'EckidIdpMetadata')}:" in text


@pytest.mark.parametrize("case", CASES)
def test_a_desk_without_a_secret(setting, case):
    desk = DESK.format(getattr("eckid-desk", case)())
    text = warned(setting, "no command can authenticate", "EckidSecretFile", extra=desk)
    assert f"FILE:{line_of(setting, 'SetHandler')}:" in text
    assert "no handler" not in text
    warned(setting, "no command can authenticate", extra=VHOST.format(desk))
    secret = setting.place.file("secret", "x" * 64, 0o600)
    silent(setting, extra=f"EckidSecretFile {secret}\n{desk}")
    silent(setting, extra="<Location /keys>\nSetHandler eckid-las-keys\n</Location>")


HERE = "\n".join(("EckidEngine on", "EckidIdpMetadata {metadata}", "EckidSigningKey {sign}",
                  "EckidStudentKey uid ^(.+)$ $1 NEPPI", "EckidLas https://las.example/v1",
                  "EckidLasKey {las} keyid=x", "EckidSchool V_ID 11ZZ03", BOOKS))
IDP = "<Location /idp>\n{}\n</Location>\n".format(HERE)
DESK_AT = "<Location {}>\nSetHandler eckid-desk\n</Location>"
DESKS = {
    "beside the lines": (HERE + "\n" + DESK_AT.format("/desk"), None),
    "below the location": (IDP + DESK_AT.format("/idp/desk"), None),
    "before the location": (DESK_AT.format("/idp/desk") + "\n" + IDP, None),
    "below a pattern": (IDP.replace("<Location /idp>", '<LocationMatch "^/idp">').replace(
        "</Location>", "</LocationMatch>") + DESK_AT.format("/idp/desk"), None),
    "for all servers": (VHOST.format(HERE) + "\n" + DESK_AT.format("/desk"), None),
    "elsewhere": (IDP + DESK_AT.format("/eckid/desk"), "/idp/desk>"),
    "with a name that begins alike": (IDP + DESK_AT.format("/idpx"), "/idp/desk>"),
    "elsewhere in a virtual host": (VHOST.format(IDP + DESK_AT.format("/desk")), "/idp/desk>"),
    "in another virtual host": (VHOST.format(HERE) + "\n" + VHOST.replace(":1", ":2").format(
        DESK_AT.format("/desk")), "into the virtual host"),
}


@pytest.mark.parametrize("name", DESKS)
def test_a_desk_where_the_lines_do_not_apply(setting, name):
    lines, remedy = DESKS[name]
    secret = setting.place.file("secret", "x" * 64, 0o600)
    lines = lines.format(metadata=setting.idp, sign=two(setting.signing, setting.signing),
                         las=setting.las_pair.key_file)
    setting.count += 1
    httpd = Httpd(setting.place, f"config-{setting.count}", f"EckidSecretFile {secret}\n{lines}\n",
                  load=f"LoadModule eckid_module {module_file()}",
                  env=module_environment(setting.place))
    status, text = httpd.configtest()
    assert status == 0 and ("applies to this desk" in text) == bool(remedy), text
    assert (remedy or "") in text


@pytest.mark.parametrize("name", ["eckid-stats", "eckid-desks", '"eckid-check"', "eckid_desk",
                                  "eckiddesk"])
def test_a_handler_that_there_is_not(setting, name):
    text = warned(setting, f"there is no handler {name.strip(chr(34))}", "eckid-status, eckid-desk",
                  extra=f"<Location /x>\nSetHandler {name}\n</Location>")
    assert f"FILE:{line_of(setting, 'SetHandler')}:" in text


LACKS = {
    "no key to decrypt": ("eckid-supplier-metadata", "no EckidDecryptionKey applies"),
    "no supplier's metadata": ("eckid-supplier-metadata", "no EckidSupplierMetadata applies"),
    "no key for the LAS": ("eckid-las-keys", "no EckidLasKey applies"),
}


@pytest.mark.parametrize("name", LACKS)
def test_a_location_that_has_nothing_to_serve(setting, name):
    handler, words = LACKS[name]
    decrypts = Pair(setting.place, f"decrypt-{setting.count}")
    extra = f"<Location /x>\nSetHandler {handler}\n</Location>"
    if "Decryption" not in words:
        extra += f"\nEckidDecryptionKey {two(decrypts, decrypts)}"
    las = {}
    if "Las" in words:
        las = {"EckidLasKey": None, "EckidLas": f"https://las.example certificate="
               f"{setting.las_pair.crt_file} key={setting.las_pair.key_file}"}
    warned(setting, words, "to serve", extra=extra, **las)


@pytest.mark.parametrize("line", ["EckidNameId transient", "EckidSign assertion"])
def test_a_line_that_only_our_own_identity_provider_obeys(setting, line):
    text = warned(setting, f"{line.split()[0]} has no effect without EckidIdp",
                  blocks=BOOKS.replace("EckidName", f"{line}\nEckidName"))
    assert f"FILE:{line_of(setting, line)}:" in text


def test_a_supplier_with_the_name_of_the_identity_provider(setting):
    warned(setting, f"{ENTITY} is the identity provider's own entity ID",
           blocks=BOOKS.replace("urn:books", ENTITY))


PROXY = "LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so\n{}"
KEYS = "<Location /eckid/keys>\nSetHandler eckid-las-keys\n{}</Location>"
ALL = "ProxyPass / http://127.0.0.1:1/"
BUT = "ProxyPass {} !"
TAKEN = {
    "all is proxied": ([ALL, KEYS.format("")], True),
    "in another order": ([KEYS.format(""), ALL], True),
    "excepted behind it": ([ALL, BUT.format("/eckid/keys")], True),
    "something else is excepted": ([BUT.format("/eckid/key"), ALL], True),
    "a part is proxied": (["ProxyPass /eckid http://127.0.0.1:1/"], True),
    "excepted": ([BUT.format("/eckid/keys"), ALL], False),
    "excepted with others": ([BUT.format("/eckid/"), ALL], False),
    "excepted by itself": ([ALL, KEYS.format("ProxyPass !\n")], False),
    "another part is proxied": (["ProxyPass /eck http://127.0.0.1:1/"], False),
}


@pytest.mark.parametrize("host", ["{}", VHOST], ids=["main", "virtual"])
@pytest.mark.parametrize("name", TAKEN)
def test_a_location_of_ours_that_is_proxied(setting, name, host):
    lines, tells = TAKEN[name]
    lines = lines if any("keys>" in line for line in lines) else [*lines, KEYS.format("")]
    text = host.format("\n".join(lines))
    status, text = configtest(setting, extra=PROXY.format(text))
    assert status == 0 and ("takes this location" in text) == tells, text
    assert not tells or "Write before it: ProxyPass /eckid/keys !" in text
    assert not tells or f"FILE:{line_of(setting, 'SetHandler')}:" in text


def test_a_location_of_ours_that_the_main_server_proxies_for_a_virtual_host(setting):
    warned(setting, "takes this location", extra=PROXY.format(f"{ALL}\n{VHOST}").format(
        BUT.format("/eckid/keys") + "\n" + KEYS.format("")))


@pytest.mark.parametrize("name", ["server-status", "none", "eckid-las-keys", "Eckid-Las-Keys"])
def test_other_handlers(setting, name):
    silent(setting, extra=f"<Location /x>\nSetHandler {name}\n</Location>")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("lines", ["", "Require all granted"])
def test_a_status_page_that_everybody_can_read(setting, lines, case):
    name = getattr("eckid-status", case)()
    text = f"<Location /status>\nSetHandler {name}\n{lines}\n</Location>"
    warned(setting, "everybody can read this page", "Require local", extra=text)
    warned(setting, "everybody can read this page", extra=VHOST.format(text))


@pytest.mark.parametrize("text", [
    "<Location /status>\nSetHandler eckid-status\nRequire valid-user\n</Location>",
    "<Location /status>\nSetHandler eckid-status\n<RequireAny>\nRequire valid-user\n"
    "Require method GET\n</RequireAny>\n</Location>",
    "<Location /status>\nRequire valid-user\n<If true>\nSetHandler eckid-status\n</If>\n"
    "</Location>"])
def test_a_status_page_that_not_everybody_can_read(setting, text):
    silent(setting, extra=f"LoadModule authz_user_module "
                          f"/usr/lib/apache2/modules/mod_authz_user.so\n{text}")


def test_an_audit_log_needs_a_secret(setting):
    status, text = configtest(setting, extra="EckidAuditLog audit.log")
    assert status == 1 and "EckidAuditLog: it needs a secret" in text
    secret = setting.place.file("audit-secret", "x" * 40, 0o600)
    silent(setting, extra=f"EckidSecretFile {secret}\nEckidAuditLog audit.log")
    status, text = configtest(setting, extra=VHOST.format("EckidAuditLog audit.log"))
    assert status == 1 and "cannot occur within <VirtualHost> section" in text
    status, text = configtest(setting, extra='EckidAuditLog "|"')
    assert status == 1 and "rotatelogs" in text


@pytest.mark.parametrize("log,wrong", [
    ("/var/none/audit.log", "there is no folder /var/none"),
    ("none/audit.log", "there is no folder"), ("/var", "that is no name of a file"),
    ('"|/usr/bin/none-such /x 1"', "no program /usr/bin/none-such"),
    ('"||{plain}"', "no program /"), ('"|none-such"', "no program none-such"),
    ('"|/bin/cat"', None), ('"|cat"', None), ('"|$none-such | cat"', None), ("audit.log", None)])
def test_an_audit_log_that_cannot_be_opened(setting, log, wrong):
    secret = setting.place.file("audit-secret", "x" * 40, 0o600)
    log = log.format(plain=setting.place.file("no-program", "", 0o600))
    status, text = configtest(setting, extra=f"EckidSecretFile {secret}\nEckidAuditLog {log}")
    assert status == bool(wrong) and (wrong or "Syntax OK") in text, text
