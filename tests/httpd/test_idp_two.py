# SPDX-License-Identifier: GPL-3.0-or-later
"""Several identity providers of ours in one httpd: two locations and another virtual host, each
with its entity ID and key. What is meant for one is not answered by another."""
import re

import pytest

from conftest import checked_place
from lab.bridgestage import PATH, BridgeStage, Partner, name_id_in, xml_in
from lab.pki import Pair
from lab.signer import verifies
from lab.stage import values_in

ELSEWHERE = "/saml/other"
NAMES = ("first", "second", "third")


class Many(BridgeStage):
    """first and second are locations of one virtual host, third has the path of first in another.
    shared is a supplier of the whole httpd, known to a location without a block; own has a block at
    first and another at third."""

    def __init__(self, place):
        super().__init__(place, [Partner(place, "shared")])
        self.shared, self.own = self.books, Partner(place, "own")
        self.pairs = {"first": Pair(place, "first"), "second": self.signing,
                      "third": Pair(place, "third")}
        port = self.gateway.port
        self.bases = {"first": f"http://login.localhost:{port}{PATH}",
                      "second": f"http://login.localhost:{port}{ELSEWHERE}",
                      "third": f"http://third.localhost:{port}{PATH}"}
        both = self.shared.block() + self.own.block()
        login = self.authentication("")
        self.gateway.conf_file.write_text(f"""{self.gateway.text}
{self.shared.block()}
{login}
{login[login.index("<Location"):].replace(PATH, ELSEWHERE)}
<VirtualHost *>
  ServerName login.localhost
  {self.location("first", both)}
  {self.location("second", "")}
</VirtualHost>
<VirtualHost *>
  ServerName third.localhost
  {self.location("third", both.replace("EckidName eckId", "EckidName eck"))}
</VirtualHost>
""")

    def location(self, name, blocks):
        lines = self.idp_lines().replace(self.base, self.bases[name])
        pair = self.pairs[name]
        conf = self.conf(None, blocks, extra=lines, EckidIdpMetadata=None,
                         EckidSigningKey=f"{pair.key_file} {pair.crt_file}")
        return f"""
<Location {ELSEWHERE if name == "second" else PATH}>
  SetHandler eckid-idp
  {conf}
</Location>
"""

    def ask(self, name, partner, meant=None, **more):
        """A request to one of them, that is meant for another if that is given."""
        xml = partner.request(f"{self.bases[meant or name]}/sso", **more)
        return self.browser(self.student).go(f"{self.bases[name]}/sso?{partner.query(xml)}")

    def sealed(self, name):
        """The query with which one of them sends a browser on to log in."""
        xml = self.shared.request(f"{self.bases[name]}/sso")
        answer = self.browser().once(f"{self.bases[name]}/sso?{self.shared.query(xml)}")
        return answer.headers["Location"].split("?", 1)[1]


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_idp_two") as place:
        yield Many(place).start()


def test_configtest_has_no_remark(stage):
    assert stage.gateway.configtest() == (0, "Syntax OK\n")


@pytest.mark.parametrize("name", NAMES)
def test_each_answers_in_its_own_name(stage, name):
    xml = xml_in(stage.ask(name, stage.shared))
    assert set(re.findall("<saml:Issuer>([^<]*)<", xml)) == {stage.bases[name]}
    assert values_in(xml, "eck" if name == "third" else "eckId") == [stage.student.eckid]
    for other in NAMES:
        assert verifies(stage.place, xml, stage.pairs[other].crt_file, "Response") == (
            other == name)


@pytest.mark.parametrize("name", NAMES)
def test_metadata_have_the_key_and_the_places_of_one(stage, name):
    text = stage.browser().go(stage.bases[name]).text
    assert re.findall('entityID="([^"]*)"', text) == [stage.bases[name]]
    assert set(re.findall('Location="([^"]*)"', text)) == {f"{stage.bases[name]}/sso"}
    assert [other for other in NAMES if stage.pairs[other].base64 in text] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_request_for_another_is_refused(stage, name):
    for meant in NAMES:
        if meant != name:
            answer = stage.ask(name, stage.shared, meant)
            assert answer.status == 400 and not answer.forms
            assert "ECK0255" in stage.last_line()


@pytest.mark.parametrize("name", NAMES)
def test_a_login_that_another_began_is_refused(stage, name):
    for begun in NAMES:
        place = stage.sealed(begun)
        answer = stage.browser(stage.student).go(f"{stage.bases[name]}/login?{place}")
        assert answer.status == (200 if begun == name else 400)
        assert begun == name or "ECK0259" in stage.last_line()


def test_a_supplier_of_one_is_unknown_to_another(stage):
    assert values_in(xml_in(stage.ask("first", stage.own)), "eckId")
    assert values_in(xml_in(stage.ask("third", stage.own)), "eck")
    answer = stage.ask("second", stage.own)
    assert answer.status == 400 and "ECK0251" in stage.last_line()


def test_a_user_has_another_name_at_each(stage):
    names = {name_id_in(xml_in(stage.ask(name, stage.shared)))[1] for name in NAMES}
    assert len(names) == len(NAMES)


def test_an_answer_at_one_is_no_replay_at_another(stage):
    for name in NAMES:
        assert stage.ask(name, stage.shared, id="_the-same").status == 200
        answer = stage.ask(name, stage.shared, id="_the-same")
        assert answer.status == 400 and "ECK0257" in stage.last_line()
