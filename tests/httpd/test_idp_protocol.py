# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider by the letter of the profile: how queries are written, consumers,
NameIDs, keys, what the authentication module says, and what of it cannot be used."""
import base64
import json
import re
import secrets
import urllib.parse
import zlib

import pytest

from conftest import checked_place
from lab.bridgestage import BINDINGS, BridgeStage, Partner, name_id_in, status_in, xml_in
from lab.people import make_person
from lab.pki import Pair
from lab.schema import faults
from lab.signer import verifies
from lab.stage import values_in

FORMATS = "urn:oasis:names:tc:SAML:1.1:nameid-format:"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
# people, and what the database of the authentication module has of them
MARKUP = make_person(given='<b>&amp;</b> ]]>"\'\u00eb\u20ac', family="a\r\n\tb")
NUMBERLESS, TWOFOLD = make_person(number=""), make_person(number="1;2")
CONTROL = make_person(given="bell \x07")


class Audited(BridgeStage):
    """employeeNumber can have several values, givenName comes as it is."""

    def __init__(self, place):
        self.audit = place.path / "audit.log"
        self.old, self.own = Pair(place, "old"), Pair(place, "own", "ec")
        self.metadata_key = Pair(place, "metadata")
        secret = place.file("secret", secrets.token_urlsafe(48), 0o600)
        super().__init__(
            place, [
                Partner(place, "books", wishes=' AuthnRequestsSigned="true"', release="*"),
                Partner(place, "elliptic", key="ec", extra=f"EckidSigningKey {self.own.key_file} "
                        f"{self.own.crt_file}"),
                Partner(place, "mail", extra="EckidNameId emailAddress mail\nEckidNameId none"),
                Partner(place, "nameless", extra="EckidNameId none", release="none"),
                Partner(place, "unspecified", extra="EckidNameId unspecified uid"),
            ], people=[make_person(), MARKUP, NUMBERLESS, TWOFOLD, CONTROL, make_person(False)],
            idp=f"""
EckidSigningKey {self.old.key_file} {self.old.crt_file}
EckidMetadataKey {self.metadata_key.key_file} {self.metadata_key.crt_file}
EckidIdpContact helpdesk@school.example
EckidIdpAttribute login REMOTE_USER""",
            extra=f'EckidSecretFile {secret}\nEckidAuditLog "{self.audit}"')
        self.change("employeeNumber AUTHENTICATE_EMPLOYEENUMBER",
                    "employeeNumber AUTHENTICATE_EMPLOYEENUMBER separator=;")

    def change(self, old, new):
        text = self.gateway.conf_file.read_text()
        assert old in text
        self.gateway.conf_file.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_idp_protocol") as place:
        yield Audited(place).start()


def partner(stage, name):
    return next(p for p in stage.partners if p.name == name)


# A signature covers the query as it came (bindings section 3.4.4.1).

def lower(text):
    return re.sub("%..", lambda found: found[0].lower(), urllib.parse.quote(text, ""))


def every(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


QUOTES = {"with plus for a space": urllib.parse.quote_plus, "in small letters": lower,
          "every character": every,
          "only what must be": lambda text: urllib.parse.quote(text, "/:;,=!$'()*@")}


@pytest.mark.parametrize("how", QUOTES)
@pytest.mark.parametrize("name", ["books", "elliptic"])
def test_a_signature_covers_the_query_as_it_came(stage, name, how):
    who = partner(stage, name)
    query = who.query(who.request(stage.sso), "a b/c+d=\u00eb", quote=QUOTES[how])
    answer = stage.redirect(stage.student, query)
    assert values_in(xml_in(answer), "eckId") == [stage.student.eckid]
    assert answer.forms[0]["fields"]["RelayState"] == "a b/c+d=\u00eb"


def test_the_order_of_the_query_does_not_count(stage):
    parts = stage.books.query(stage.books.request(stage.sso), "state").split("&")
    answer = stage.redirect(stage.student, "&".join(["x=1", *reversed(parts)]))
    assert values_in(xml_in(answer), "eckId") == [stage.student.eckid]
    assert answer.forms[0]["fields"]["RelayState"] == "state"


def bomb():
    """Some 2 kB that would be 2 MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(b" " * 2 ** 21) + packer.flush()).decode()


def bad(stage, what):
    query = stage.books.query(stage.books.request(stage.sso), "state")
    quoted = urllib.parse.quote_plus(bomb())
    return {
        "RelayState": f"{query}&RelayState=state", "Signature": f"{query}&Signature=x",
        "SigAlg": f"{query}&SigAlg=x",
        "SAMLRequest in other letters": f"{query}&%53AMLRequest=x",
        "a bomb": f"SAMLRequest={quoted}",
        "a RelayState that was not signed": query.replace("RelayState=state", "RelayState=other"),
        "another algorithm than signed": query.replace("rsa-sha256", "rsa-sha512"),
        "no signature any more": query.split("&SigAlg")[0],
    }[what]


BAD = {"RelayState": "ECK0250", "Signature": "ECK0250", "SigAlg": "ECK0250",
       "SAMLRequest in other letters": "ECK0250", "a bomb": "ECK0250",
       "a RelayState that was not signed": "ECK0253", "another algorithm than signed": "ECK0253",
       "no signature any more": "ECK0252"}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_query_gets_a_page(stage, what):
    answer = stage.redirect(stage.student, bad(stage, what))
    assert answer.status == 400 and not answer.forms
    reference = re.search("<code>(.*?)</code>", answer.text)[1]
    line, = stage.gateway.lines("ECK", f"ref={reference}")
    assert BAD[what] in line


def test_a_query_that_httpd_finds_too_long_gets_its_page(stage):
    query = stage.books.query(stage.books.request(stage.sso), "x" * 2 ** 20)
    answer = stage.redirect(stage.student, query)
    assert answer.status == 414 and not answer.forms


# Consumers

@pytest.mark.parametrize("attributes, place", [
    ("", ""), (' AssertionConsumerServiceIndex="0"', ""),
    (' AssertionConsumerServiceIndex="1"', "/two"),
    (f' AssertionConsumerServiceURL="{{}}/two" ProtocolBinding="{BINDINGS}HTTP-POST"', "/two"),
    (' AssertionConsumerServiceURL="{}"', "")])
def test_the_answer_goes_where_the_request_and_the_metadata_say(stage, attributes, place):
    consumer = stage.books.consumer
    page = stage.log_in(attributes=attributes.format(consumer))
    assert page.forms[0]["action"] == consumer + place
    assert set(re.findall('(?:Destination|Recipient)="([^"]*)"', xml_in(page))) == {
        consumer + place}


@pytest.mark.parametrize("attributes", [
    ' AssertionConsumerServiceIndex="2"',  # for HTTP-Artifact
    ' AssertionConsumerServiceURL="{}/artifact"', ' AssertionConsumerServiceURL="{}/TWO"',
    ' AssertionConsumerServiceURL="{}/two?"', ' AssertionConsumerServiceURL="{}//two"',
    ' AssertionConsumerServiceIndex="0" AssertionConsumerServiceURL="{}"'])
def test_another_consumer_gets_nothing(stage, attributes):
    answer = stage.log_in(attributes=attributes.format(stage.books.consumer))
    assert answer.status == 400 and not answer.forms


# NameIDs

def policy(name):
    return f'<samlp:NameIDPolicy Format="{name}" AllowCreate="true"/>'


@pytest.mark.parametrize("name, children, wanted", [
    ("mail", "", "emailAddress"), ("mail", policy(f"{FORMATS}emailAddress"), "emailAddress"),
    ("mail", policy(f"{FORMATS}unspecified"), "emailAddress"),
    ("unspecified", "", "unspecified"), ("unspecified", "<samlp:NameIDPolicy/>", "unspecified")])
def test_a_name_id_is_of_an_attribute(stage, name, children, wanted):
    attributes, value = name_id_in(xml_in(stage.log_in(partner=partner(stage, name),
                                                       children=children)))
    assert attributes == {"Format": FORMATS + wanted}
    assert value == stage.student.attributes(stage.school)["mail"][0]


def test_a_supplier_can_have_no_name_id(stage):
    xml = xml_in(stage.log_in(partner=partner(stage, "nameless")))
    assert "NameID" not in xml and values_in(xml, "eckId") == [stage.student.eckid]
    assert faults(xml) == []


@pytest.mark.parametrize("children", [
    policy(PERSISTENT), '<samlp:NameIDPolicy SPNameQualifier="https://else.example"/>'])
def test_a_name_id_that_the_supplier_does_not_get_is_a_status(stage, children):
    xml = xml_in(stage.log_in(partner=partner(stage, "mail"), children=children))
    assert status_in(xml) == ["Requester", "InvalidNameIDPolicy"]


def test_a_persistent_name_id_shows_nothing_of_the_user(stage):
    attributes, value = name_id_in(xml_in(stage.log_in()))
    assert attributes == {"Format": PERSISTENT, "NameQualifier": stage.base,
                          "SPNameQualifier": stage.books.entity}
    assert re.fullmatch("_[0-9a-f]{64}", value)


# Keys and metadata

def test_a_supplier_s_own_key_signs_for_it(stage):
    xml = xml_in(stage.log_in(partner=partner(stage, "elliptic")))
    assert verifies(stage.place, xml, stage.own.crt_file, "Assertion")
    assert not verifies(stage.place, xml, stage.signing.crt_file, "Assertion")


def test_metadata_are_signed_and_have_all_keys(stage):
    text = stage.browser().go(stage.base).text
    for pair in stage.signing, stage.old, stage.own:
        assert text.count(pair.base64) == 1
    assert verifies(stage.place, text, stage.metadata_key.crt_file, "EntityDescriptor")
    assert not verifies(stage.place, text, stage.signing.crt_file, "EntityDescriptor")
    assert "mailto:helpdesk@school.example" in text and "validUntil=" in text
    assert re.findall("NameIDFormat>[^<]*:([^<]*)<", text) == [
        "persistent", "transient", "emailAddress", "unspecified"]
    assert faults(text) == []


def test_a_statement_says_how_long_and_not_from_where(stage):
    xml = xml_in(stage.log_in())
    assert "SubjectLocality" not in xml and "SessionIndex=" in xml
    assert len(re.findall("NotOnOrAfter=", xml)) == 2 and "NotBefore=" in xml
    assert len(re.findall("<saml:AttributeStatement", xml)) == 1


# What the authentication module says

def test_a_value_with_markup_arrives_as_it_is(stage):
    xml = xml_in(stage.log_in(MARKUP))
    assert faults(xml) == [] and "<b>" not in xml
    assert verifies(stage.place, xml, stage.signing.crt_file, "Assertion")
    assert values_in(xml, "givenName") == [
        '&lt;b&gt;&amp;amp;&lt;/b&gt; ]]&gt;"\'\u00eb\u20ac']
    assert ">a&#xD;\n\tb</saml:AttributeValue>" in xml
    assert values_in(xml, "login") == [MARKUP.user]


@pytest.mark.parametrize("person, code, advice", [
    (NUMBERLESS, "ECK0402", "see its EckidIdpAttribute"),
    (TWOFOLD, "ECK0403", "exactly one value"),
    (CONTROL, "ECK0261", "compare EckidIdpAttribute")])
def test_a_claim_that_cannot_be_used_is_told(stage, person, code, advice):
    answer = stage.log_in(person)
    line = stage.last_line(stage.books.entity)
    assert code in line and advice in line, line
    assert not answer.forms or values_in(xml_in(answer), "eckId") == []


def test_each_login_is_a_line_of_the_audit_log(stage):
    stage.log_in()
    line = json.loads(stage.audit.read_text().splitlines()[-1])
    assert line["supplier"] == stage.books.entity and line["outcome"] == "found"
    assert line["result"] == "eck-id" and "eckId" in line["names"]
    assert f"ref={line['ref']} " in stage.last_line("outcome=found") + " "


def test_a_module_that_sets_no_user_logs_nobody_in():
    with checked_place("test_idp_protocol-nobody") as place:
        stage = BridgeStage(place)
        conf = stage.gateway.conf_file
        conf.write_text(conf.read_text().replace("Require valid-user", "Require all granted"))
        stage.start()
        answer = stage.log_in()
        assert answer.status == 502 and not answer.forms
        assert "ECK0260" in stage.last_line("refused with 502")
