# SPDX-License-Identifier: GPL-3.0-or-later
"""A token in a Location, whichever way httpd sends the redirect, and whoever asks for its head."""
import pathlib
import shutil
import tempfile

import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage, fragment, payload

TARGET = "http://c.example/cb#state=x&id_token="

CONF = """
ScriptAlias /cgi/ {scripts}/
ProxyPass /cgi/ !
ProxyPass /by-server/ !
RedirectMatch 302 "^/by-server/(.*)$" "{target}$1"
<Location /by-location/>
  RedirectMatch 302 "^/by-location/(.*)$" "{target}$1"
</Location>
ProxyPass /by-location/ !
ProxyPass /by-error/ !
<Location /by-error/>
  ErrorDocument 404 "{target}%{{HTTP:X-Token}}"
</Location>
"""

SCRIPT = "#!/bin/sh\nprintf '{status}Location: {target}%s\\n\\n' \"$QUERY_STRING\"\n"

WAYS = {
    "a script": lambda token: [f"/cgi/plain?{token}"],
    "a script that names its status": lambda token: [f"/cgi/status?{token}"],
    "a directive of the server": lambda token: [f"/by-server/{token}"],
    "a directive of a location": lambda token: [f"/by-location/{token}"],
    "an error document": lambda token: ["/by-error/x", "-H", f"X-Token: {token}"],
}


class RedirectStage(OidcStage):
    def httpd(self, name, conf, **options):
        # workers run them, who need not be able to enter the place
        scripts = pathlib.Path(tempfile.mkdtemp())
        self.place.at_end(lambda: shutil.rmtree(scripts))
        scripts.chmod(0o755)
        for script, status in (("plain", ""), ("status", "Status: 302 Found\\n")):
            file = scripts / script
            file.write_text(SCRIPT.format(status=status, target=TARGET))
            file.chmod(0o755)
        conf += CONF.format(scripts=scripts, target=TARGET)
        return super().httpd(name, conf, modules=("cgi",), **options)


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_redirects") as place:
        yield RedirectStage(place)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("way", WAYS)
def test_a_redirect_by_httpd_itself_is_rewritten(stage, way, method):
    head = ["-I"] if method == "HEAD" else []
    for client, released in (("books", ["uid"]), ("canteen", ["employeeNumber", "uid"])):
        token = stage.sign(stage.claims(client))
        got = stage.get(*WAYS[way](token), *head)
        assert got.status == 302 and fragment(got)["state"] == "x"
        claims = payload(fragment(got)["id_token"])
        assert [name for name in ("employeeNumber", "uid") if name in claims] == released
        assert (fragment(got)["id_token"] == token) == (client == "canteen")
    assert stage.last_line("urn:books")
