# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own identity provider over https in a real browser: what suppliers at other sites post to it
comes with the cookies of single logout."""
import base64
import json
import re
import urllib.parse
import zlib

import pytest

from lab.bridgestage import BINDINGS, PATH, BridgeStage, Partner, posted, status_in
from lab.checked import checked_place
from lab.chromium import Chromium
from lab.pki import Authority
from lab.wait import eventually

UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
POST = """
const form = document.createElement("form");
form.method = "post";
form.action = {url};
for (const [name, value] of Object.entries({fields})) {{
  const input = document.createElement("input");
  [input.name, input.value] = [name, value];
  form.append(input);
}}
document.body.append(form);
form.submit();
"""


class Site(Partner):
    """A supplier at a site of its own, which has pages of errors only."""

    def __init__(self, place, name, port):
        self.base = f"https://{name}.localhost:{port}"
        super().__init__(place, name, extra="EckidNameId unspecified uid", logout=(
            f'<md:SingleLogoutService Location="{self.base}/slo" '
            f'Binding="{BINDINGS}HTTP-Redirect"/>'))
        self.consumer, before = f"{self.base}/acs", self.consumer
        self.metadata.write_text(self.metadata.read_text().replace(before, self.consumer))


class Secure(BridgeStage):
    """All of it over https, in one virtual host."""
    MODULES = (*BridgeStage.MODULES, "ssl")

    def __init__(self, place):
        self.port = place.port()
        pem = Authority(place, "tls").issue(place, "tls", ["localhost"])
        super().__init__(place, [Site(place, name, self.port) for name in ("books", "exercises")],
                         idp="EckidIdpLogout /saml/idp/logout?from=", extra=f"""
Listen 127.0.0.1:{self.port}
<VirtualHost *:{self.port}>
  SSLEngine on
  SSLCertificateFile {pem}
</VirtualHost>""")

    def idp_lines(self):
        self.base = f"https://login.localhost:{self.port}{PATH}"
        return super().idp_lines()


class User:
    """A student with a browser."""

    def __init__(self, stage, browser):
        self.stage, self.chromium = stage, browser
        basic = stage.browser(stage.student).headers["Authorization"]
        self.command("Network.enable")
        self.command("Network.setExtraHTTPHeaders", headers={"Authorization": basic})

    def command(self, name, **parameters):
        return self.chromium.driver.execute_cdp_cmd(name, parameters)

    def arrives(self, url):
        eventually(lambda: self.chromium.url.startswith(url), lambda: self.chromium.url)

    def log_in(self, partner):
        query = partner.query(partner.request(self.stage.sso))
        self.chromium.go(f"{self.stage.sso}?{query}")
        self.arrives(partner.consumer)

    def post(self, fields):
        """The page on which the browser is, that of a supplier, posts to us."""
        self.chromium.run(POST.format(url=json.dumps(self.stage.slo), fields=json.dumps(fields)))

    def cookies(self):
        found = self.command("Network.getCookies", urls=[self.stage.slo])["cookies"]
        return [cookie for cookie in found if cookie["name"].startswith("eckid-")]

    def brought(self, parameter):
        """The message in the URL to which the browser was sent."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.chromium.url).query))
        return zlib.decompress(base64.b64decode(query[parameter]), -15).decode()


@pytest.fixture(scope="module")
def stage():
    with checked_place("interop-bridge-browser") as place:
        yield Secure(place).start()


def test_messages_from_other_sites_come_with_our_cookies(stage, seen):
    books, exercises = stage.partners
    uid, = stage.student.attributes(stage.school)["uid"]
    with Chromium() as browser:
        user = User(stage, browser)
        for partner in exercises, books:
            user.log_in(partner)
        assert {(c["sameSite"], c["secure"], c["httpOnly"], c["path"]) for c in user.cookies()} == {
            ("None", True, True, PATH)}
        user.post(posted(books.signed(
            stage.slo, name="LogoutRequest",
            children=f'<saml:NameID Format="{UNSPECIFIED}">{uid}</saml:NameID>')))
        user.arrives(f"{exercises.base}/slo?SAMLRequest=")
        number = re.search(' ID="([^"]*)"', user.brought("SAMLRequest"))[1]
        user.post(posted(exercises.signed(
            stage.slo, name="LogoutResponse", attributes=f' InResponseTo="{number}"',
            children='<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:'
                     'Success"/></samlp:Status>'), parameter="SAMLResponse"))
        user.arrives(f"{books.base}/slo?SAMLResponse=")
        assert status_in(user.brought("SAMLResponse")) == ["Success"]
        assert user.cookies() == []
    seen("a LogoutRequest and a LogoutResponse by cross-site POST, Success")
