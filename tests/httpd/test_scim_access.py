# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may push: tokens of a real server, verified here, there or by mod_oauth2; certificates."""
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from lab.client import Client
from lab.curl import fetch
from lab.directory import Directory
from lab.httpd import Httpd
from lab.op import Op
from lab.pki import Pair, key_pem, make_certificate, make_key
from lab.scene import Setting
from lab.scim import LOCATION, AuthorizationServer, Pusher, thumbprint

AUDIENCE, SCOPE = "https://idp.school.example/scim", "eckid.push"
KIND = "EckidScimKind student NEPPI\n"


class Place(Setting):
    """A school that is pushed to."""

    def __init__(self, place):
        super().__init__(place)
        self.directory = Directory(place)
        self.count = 0

    def receiver(self, lines, before="", directory=True, school="EckidSchool V_ID 11ZZ03", **more):
        self.count += 1
        conf = (self.directory.conf() if directory else "") + f"{school}\n{before}" + (
            LOCATION.format(path="/scim", lines=lines))
        return self.httpd(f"receiver-{self.count}", conf, **more)


@pytest.fixture(scope="module")
def setting(place):
    return Place(place)


# configtest

CLIENT = "EckidScimClient las client_id=las\n"
TOKEN = f"EckidScimToken https://as.example audience={AUDIENCE} jwks=https://as.example/jwks\n"
GOOD = KIND + CLIENT + TOKEN


@pytest.mark.parametrize("lines, more, words", [
    ("", {}, "it is not protected"),
    (KIND, {}, "it is not protected"),
    (KIND + TOKEN, {}, "it is not protected"),
    (KIND + CLIENT, {}, "no access token can be verified here; add EckidScimToken"),
    (CLIENT + TOKEN, {}, "no EckidScimKind"),
    (GOOD, {"directory": False}, "no EckidDirectory"),
    (GOOD, {"school": ""}, "nothing tells for which school it may push; write EckidSchool"),
    (KIND + TOKEN + "EckidScimClient las client_id=las school=33XX", {},
     "no key of EckidSchoolMap"),
    (KIND + "EckidScimClient las oin=00000003271247010000", {}, "mod_ssl is not loaded"),
    (KIND + CLIENT + f"EckidScimToken https://as.example audience={AUDIENCE} "
     "verified-by=mod_oauth2", {}, "mod_oauth2 is not loaded"),
    (KIND + CLIENT + "EckidScimToken https://as.example jwks=https://as.example/jwks", {},
     "audience= is missing"),
    (KIND + CLIENT + f"EckidScimToken https://as.example audience={AUDIENCE}", {},
     "one of jwks=, introspection= and verified-by=mod_oauth2"),
    (KIND + CLIENT + f"EckidScimToken https://as.example audience={AUDIENCE} "
     "jwks=http://x.example/", {}, "must begin with https://"),
    (KIND + CLIENT + f"EckidScimToken https://as.example audience={AUDIENCE} "
     "jwks=http://127.0.0.1.x.example/", {}, "must begin with https://"),
    (KIND + CLIENT + f"EckidScimToken https://as.example audience={AUDIENCE} "
     "introspection=https://as.example/i", {}, "needs client_id= and secret=FILE"),
    (KIND + CLIENT + f"EckidScimToken https://as.example audience={AUDIENCE} client_id=x "
     "introspection=https://as.example/i secret={secret}", {}, "introspection= needs scope="),
    (GOOD + "EckidScimClient las", {}, "nothing tells who it is"),
    (GOOD + "EckidScimClient las client_id=other", {}, "is there twice"),
    (GOOD + "EckidScimClient \"a b\" client_id=other", {}, "of letters, digits"),
    (GOOD + KIND, {}, "is there twice"),
    (GOOD + "EckidScimKind employee NEPRI ^(", {}, "ECK0103"),
    (GOOD + TOKEN, {}, "is already on line"),
    (GOOD + "EckidScimSchema Group", {}, "is not one of User, EduUser"),
    (GOOD + "EckidScimSchema User endpoint=Users", {}, "endpoint= must be a slash and a name"),
    (GOOD + "EckidScimSchema User core=urn:a extension=urn:A", {}, "are the same"),
    (GOOD, {"before": "EckidStudentKey uid ^(.+)$ $1 NEPRI\n"}, "so nobody would be found"),
], ids=lambda value: value if isinstance(value, str) and len(value) < 40 and "\n" not in value
    else "")
def test_configtest_says_what_is_missing(setting, lines, more, words):
    secret = setting.place.file("asking-secret", "of-the-gateway", 0o600)
    status, text = setting.receiver(lines.replace("{secret}", str(secret)), **more).configtest()
    assert status != 0 and words in text


@pytest.mark.parametrize("start, end", [
    ("<LocationMatch ^/x>", "</LocationMatch>"), ("<Location ~ ^/x>", "</Location>"),
    ('<Location "/x/*">', "</Location>"), ("<Location /?x>", "</Location>"),
    ("<Location /[x]>", "</Location>")])
def test_the_lines_stand_in_a_location_of_one_path(setting, start, end):
    before = f"{start}\n{CLIENT}{end}\n"
    status, text = setting.receiver(GOOD, before=before).configtest()
    assert status != 0 and "must stand in a <Location /PATH>, without wildcards" in text


def test_good_lines_are_good(setting):
    status, text = setting.receiver(GOOD).configtest()
    assert status == 0, text


@pytest.mark.parametrize("name", ["eckid-scim", "Eckid-Scim"])  # httpd makes the name lower
def test_a_handler_elsewhere_is_found_too(setting, name):
    before = f'<LocationMatch "^/hidden">\nSetHandler {name}\n</LocationMatch>\n'
    status, text = setting.receiver(GOOD, before=before).configtest()
    assert status != 0 and "it is not protected" in text


# tokens of LemonLDAP::NG

class PushOp(Op):
    """Gives tokens to a client that has no user."""

    def role(self, clients, kid):
        scopes = {c.client_id: {SCOPE: "1"} for c in clients}
        return {**super().role(clients, kid), "oidcRPMetaDataScopeRules": scopes}


def lemon_client(jwt):
    return Client("las", "las", options={
        "oidcRPMetaDataOptionsAllowClientCredentialsGrant": 1,
        "oidcRPMetaDataOptionsAccessTokenJWT": int(jwt),
        "oidcRPMetaDataOptionsAdditionalAudiences": AUDIENCE})


class Lemon:
    """LemonLDAP::NG with one client, whose tokens are JWTs or opaque."""

    def __init__(self, place, setting, jwt):
        self.client = lemon_client(jwt)
        self.client.base = "http://las.localhost"
        name = f"lemon-{'jwt' if jwt else 'opaque'}"
        self.httpd = Httpd(place, f"{name}-httpd", "")
        self.issuer = f"http://op.localhost:{self.httpd.port}"
        op = PushOp(place, setting.school, setting.people, [self.client], self.issuer,
                    name=name).start()
        self.httpd.conf_file.write_text(self.httpd.text + op.conf())
        self.httpd.start()
        self.secret = place.file(f"{name}-secret", self.client.secret, 0o600)
        config = json.loads(self.get("/.well-known/openid-configuration").text)
        self.jwks, self.endpoint = config["jwks_uri"], config["introspection_endpoint"]
        self.token_endpoint = config["token_endpoint"]

    def get(self, path, *arguments):
        return fetch(f"http://127.0.0.1:{self.httpd.port}{path}", *arguments,
                     host=f"op.localhost:{self.httpd.port}")

    def token(self, scope=SCOPE):
        path = self.token_endpoint[len(self.issuer):]
        got = self.get(path, "-u", f"las:{self.client.secret}", "-d",
                       f"grant_type=client_credentials&scope={scope}")
        return json.loads(got.text)["access_token"]

    def token_line(self, way):
        return (f"EckidScimToken {self.issuer} audience={AUDIENCE} scope={SCOPE} {way} "
                + ("" if "verified-by" in way else "timeout=30s connect-timeout=30s") + "\n")

    def oauth2(self, way):
        """mod_oauth2 in front."""
        return f"""
AuthType oauth2
{way}
OAuth2TargetPass envvars=On&headers=Off&remote_user_claim=client_id
Require valid-user
"""


@pytest.fixture(scope="module")
def by_jwt(place, setting):
    return Lemon(place, setting, True)


@pytest.fixture(scope="module")
def opaque(place, setting):
    return Lemon(place, setting, False)


def lines_for(lemon, name):
    jwks = lemon.jwks
    introspection = (f"introspection={lemon.endpoint} client_id=las secret={lemon.secret}")
    asked = (f"OAuth2TokenVerify introspect {lemon.endpoint} introspect.auth=client_secret_basic&"
             f"client_id=las&client_secret={lemon.client.secret}")
    return {
        "keys": lemon.token_line(f"jwks={jwks}"),
        "asking": lemon.token_line(introspection),
        "mod_oauth2 by keys": lemon.token_line("verified-by=mod_oauth2") + lemon.oauth2(
            f"OAuth2TokenVerify jwks_uri {jwks} verify.exp=required"),
        "mod_oauth2 by asking": lemon.token_line("verified-by=mod_oauth2") + lemon.oauth2(asked),
    }[name]


@pytest.mark.parametrize("kind, way", [
    ("by_jwt", "keys"), ("by_jwt", "mod_oauth2 by keys"), ("by_jwt", "asking"),
    ("opaque", "asking"), ("opaque", "mod_oauth2 by asking")])
def test_tokens_of_lemonldap(setting, request, kind, way):
    lemon = request.getfixturevalue(kind)
    httpd = setting.receiver(KIND + CLIENT + lines_for(lemon, way),
                             modules=["authn_core", "authz_user", "oauth2"]).start()
    base, token = f"http://127.0.0.1:{httpd.port}/scim", lemon.token()
    good = Pusher(base, token).send("GET", "/Users")
    assert good.status == 200, httpd.lines("ECK")
    for bad in (None, "x", token[:-6] + "AAAAAA"):
        assert Pusher(base, bad).send("GET", "/Users").status == 401 if way in (
            "keys", "asking") else fetch(f"{base}/Users").status == 401
    claims = "\n".join(httpd.lines("ECK"))
    assert token not in claims and lemon.client.secret not in claims


def test_what_mod_oauth2_lets_through_is_checked_again(setting, by_jwt):
    """Its options can demand neither issuer nor audience, and its scopes are one string."""
    way = f"OAuth2TokenVerify jwks_uri {by_jwt.jwks} verify.exp=required"
    for line, status, words in (
            (f"EckidScimToken {by_jwt.issuer}/ audience={AUDIENCE}", 401, "iss is another"),
            (f"EckidScimToken {by_jwt.issuer} audience=https://x.example", 401, "aud is another"),
            (f"EckidScimToken {by_jwt.issuer} audience={AUDIENCE} scope=x", 403, "ECK0613")):
        httpd = setting.receiver(KIND + CLIENT + line + " verified-by=mod_oauth2\n"
                                 + by_jwt.oauth2(way),
                                 modules=["authn_core", "authz_user", "oauth2"]).start()
        got = Pusher(f"http://127.0.0.1:{httpd.port}/scim", by_jwt.token()).send("GET", "/Users")
        assert got.status == status and httpd.lines("refused", words), words
        httpd.stop()


def test_an_opaque_token_that_names_no_audience_needs_a_scope(setting, opaque):
    line = lines_for(opaque, "mod_oauth2 by asking").replace(f"scope={SCOPE} ", "")
    httpd = setting.receiver(KIND + CLIENT + line,
                             modules=["authn_core", "authz_user", "oauth2"]).start()
    got = Pusher(f"http://127.0.0.1:{httpd.port}/scim", opaque.token()).send("GET", "/Users")
    assert got.status == 401 and httpd.lines("aud is absent", "EckidScimToken needs scope=")


def test_without_mod_oauth2_its_variables_are_nobodys(setting, by_jwt):
    httpd = setting.receiver(
        KIND + CLIENT + by_jwt.token_line("verified-by=mod_oauth2"),
        modules=["authn_core", "authz_user", "oauth2"]).start()
    got = Pusher(f"http://127.0.0.1:{httpd.port}/scim", by_jwt.token()).send(
        "GET", "/Users", None, "OAUTH2_CLAIM_iss: x", "OAUTH2-CLAIM-client_id: las")
    assert got.status == 401 and httpd.lines("no module has verified it")


# certificates

def issue(place, authority, name, oin=None):
    """Key and certificate of a client, as one file and as DER."""
    key = make_key("ec")
    names = [x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
             x509.NameAttribute(NameOID.ORGANIZATION_NAME, "LAS B.V.")]
    names += [x509.NameAttribute(NameOID.SERIAL_NUMBER, oin)] if oin else []
    names += [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    plain = make_certificate(key, name, authority.certificate, authority.key)
    builder = x509.CertificateBuilder(
        issuer_name=authority.certificate.subject, subject_name=x509.Name(names),
        public_key=key.public_key(), serial_number=plain.serial_number,
        not_valid_before=plain.not_valid_before, not_valid_after=plain.not_valid_after)
    made = builder.sign(authority.key, plain.signature_hash_algorithm)
    pem = key_pem(key) + made.public_bytes(serialization.Encoding.PEM)
    return (place.file(f"pki/{name}.pem", pem, 0o600),
            made.public_bytes(serialization.Encoding.DER))


OIN = "00000003271247010000"


@pytest.fixture(scope="module")
def tls(place, setting):
    """A receiver over TLS that asks for certificates."""
    server = AuthorizationServer(place)
    pair = setting.authority.issue(place, "receiver", ["127.0.0.1"])
    before = f"""
SSLEngine on
SSLCertificateFile {pair}
SSLCACertificateFile {setting.authority.crt_file}
SSLVerifyClient optional
"""
    lines = KIND + f"""
EckidScimClient by-subject "subject=CN=subject.example,O=LAS B.V.,C=NL"
EckidScimClient by-oin oin={OIN}
EckidScimClient both client_id=both oin=00000003999999990000
EckidScimClient token client_id=token
{server.by_keys()}
"""
    httpd = setting.receiver(lines, before=before, modules=["ssl"]).start()
    httpd.server = server
    return httpd


def over_tls(tls, setting, certificate=None, token=None):
    arguments = ["--cacert", str(setting.authority.crt_file)]
    arguments += ["--cert", str(certificate)] if certificate else []
    return Pusher(f"https://127.0.0.1:{tls.port}/scim", token, arguments=arguments).send(
        "GET", "/Users")


def test_certificates_by_subject_and_by_oin(tls, setting, place):
    for name, oin, status in (("subject.example", None, 200), ("oin.example", OIN, 200),
                              ("other.example", None, 401)):
        certificate, _ = issue(place, setting.authority, name, oin)
        assert over_tls(tls, setting, certificate).status == status, name
    assert over_tls(tls, setting).status == 401


def test_a_certificate_of_another_authority_is_no_certificate(tls, setting, place):
    stranger = Pair(place, "stranger", "ec")
    certificate, _ = issue(place, stranger, "oin2.example", OIN)
    assert over_tls(tls, setting, certificate).status in (0, 401)


def test_a_client_of_both_needs_both(tls, setting, place):
    server = tls.server
    certificate, der = issue(place, setting.authority, "both.example", "00000003999999990000")
    token = server.token(server.claims("both"))
    assert over_tls(tls, setting, certificate, token).status == 200
    assert over_tls(tls, setting, certificate).status == 401
    assert over_tls(tls, setting, None, token).status == 403
    bound = server.claims("token", cnf={"x5t#S256": thumbprint(der)})
    assert over_tls(tls, setting, certificate, server.token(bound)).status == 200
    assert over_tls(tls, setting, None, server.token(bound)).status == 401


def test_a_field_of_the_request_is_no_certificate(tls, setting):
    arguments = ["--cacert", str(setting.authority.crt_file), "-H", "SSL_CLIENT_VERIFY: SUCCESS",
                 "-H", "SSL_CLIENT_S_DN: CN=subject.example,O=LAS B.V.,C=NL"]
    got = Pusher(f"https://127.0.0.1:{tls.port}/scim", arguments=arguments).send("GET", "/Users")
    assert got.status == 401
