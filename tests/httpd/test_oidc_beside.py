# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands beside code and tokens in an authorization response: released as claims are."""
import html
import json
import re
import time
import urllib.parse

import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage, payload
from lab.replay import answer

CALLBACK = "https://{}.example/cb"

# What a supplier gets as it came; campus is released to it.
KEPT = {"state": "s t", "session_state": "x.y", "iss": "https://op.example", "campus": "Noord"}

# What is about the student.
ABOUT = {
    "Apple's": ("user", '{"name":{"firstName":"Jan"},"email":"jan@school.example"}'),
    "a name": ("name", "Jan"),
    "an address": ("email", "jan@school.example"),
    "a claim of the configuration": ("employeeNumber", "4711"),
    "a claim that only another supplier may have": ("eduPersonAffiliation", "student"),
    "in other letters": ("Email", "jan@school.example"),
    "in brackets": ("user[name]", "Jan"),
    "a list": ("groups", ' ["4HA"]'),
    "an object of any name": ("x", '{"y":"Jan"}'),
    "the ECK iD": ("eckId", "forged"),
    "Microsoft's": ("client_info", "eyJ1aWQiOiI0NzExIn0"),
    "a refresh token": ("refresh_token", "opaque"),
    "what RFC 9396 names": ("authorization_details", '[{"identifier":"jan"}]'),
}

TOKENS = {
    "a code": lambda stage, client: {"code": "c"},
    "an ID token": lambda stage, client: {"id_token": stage.sign(stage.claims(client))},
    "an access token": lambda stage, client: {"access_token": "a", "token_type": "Bearer"},
    "both and a code": lambda stage, client: {
        "code": "c", "id_token": stage.sign(stage.claims(client)), "access_token": "a"},
    "an error": lambda stage, client: {"error": "access_denied", "error_description": "no"},
}


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_beside") as place:
        yield OidcStage(place, books="EckidRelease campus")


def pairs_of(answer_of):
    """Parameters as pairs, from a mapping or as they are."""
    return list(answer_of.items()) if isinstance(answer_of, dict) else answer_of


def by_url(sign):
    def send(stage, client, pairs, own="", more=""):
        query = urllib.parse.urlencode(pairs)
        joint = "&" if own and sign == "?" else sign
        url = f"{CALLBACK.format(client)}{own}{joint}{query}"
        path = f"/authorize?client_id={client}{more}"
        stage.set(path, answer("", f"Location: {url}", status="302 Found"))
        sent = stage.get(path).headers["location"]
        found = re.split("[#]" if sign == "#" else "[?]", sent, maxsplit=1)
        return urllib.parse.parse_qsl(found[1], keep_blank_values=True), sent == url
    return send


def field(name, value):
    return f'<INPUT type="hidden" value="{html.escape(value)}" name=\'{html.escape(name)}\'>'


def by_form(stage, client, pairs, own="", more=""):
    fields = "\n".join(field(*pair) for pair in pairs)
    page = (f'<html><body onload="document.forms[0].submit()"><form method=POST action="'
            f'{html.escape(CALLBACK.format(client) + own)}">{fields}<noscript><input type=submit '
            'value="Go on"></noscript></form><form action=/lang><input name=user value=Jan></form>')
    path = f"/authorize?client_id={client}{more}"
    stage.set(path, answer(page))
    got = stage.get(path).text
    form = got.split("</form>")[0]
    return [(html.unescape(name), html.unescape(value)) for value, name in
            re.findall("""value="([^"]*)" name='([^']*)'""", form)], got == page


STRICT = {"a fragment": by_url("#"), "a form": by_form}
MODES = {"a query": by_url("?"), **STRICT}


def without_tokens(pairs):
    return [pair for pair in pairs if pair[0] not in ("id_token", "access_token")]


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("tokens", TOKENS)
@pytest.mark.parametrize("mode", MODES)
def test_it_is_removed_unless_it_is_released(stage, mode, tokens, about):
    pairs = pairs_of({**TOKENS[tokens](stage, "books"), **KEPT})
    at = len(pairs) // 2
    pairs[at:at] = [ABOUT[about]]
    found, same = MODES[mode](stage, "books", pairs)
    pairs.remove(ABOUT[about])
    assert without_tokens(found) == without_tokens(pairs) and not same
    assert [name for name, _ in found] == [name for name, _ in pairs]
    assert "removed=1 " in stage.last_line("urn:books")
    for name, value in found:
        assert name != "id_token" or "employeeNumber" not in payload(value)
    pairs = pairs_of({**TOKENS[tokens](stage, "canteen"), **KEPT}) + [ABOUT[about]]
    assert MODES[mode](stage, "canteen", pairs)[1]


# The ECK iD is not the provider's to tell, and a refresh token opens more than any claim tells.
NEVER = ("the ECK iD", "a refresh token")


@pytest.mark.parametrize("about", [a for a in ABOUT if a not in NEVER])
@pytest.mark.parametrize("mode", MODES)
def test_a_supplier_that_gets_all_gets_it(stage, mode, about):
    pairs = [("code", "c"), ABOUT[about], ("state", "s")]
    assert MODES[mode](stage, "exercises", pairs)[1]


@pytest.mark.parametrize("about", NEVER)
@pytest.mark.parametrize("mode", MODES)
def test_to_such_a_supplier_some_never_go(stage, mode, about):
    pairs = [("code", "c"), ABOUT[about], ("state", "s")]
    assert MODES[mode](stage, "exercises", pairs)[0] == [("code", "c"), ("state", "s")]


@pytest.mark.parametrize("mode", MODES)
def test_each_of_several_is_taken_out(stage, mode):
    pairs = [("user", "Jan"), ("state", "s"), ("user", "{}"), ("code", "c"), ("email", ""),
             ("USER", "J"), ("campus", "a"), ("user", "Jan"), ("campus", "b")]
    found, _ = MODES[mode](stage, "books", pairs)
    assert found == [("state", "s"), ("code", "c"), ("campus", "a"), ("campus", "b")]
    assert "removed=5 " in stage.last_line("urn:books")


@pytest.mark.parametrize("mode", STRICT)
def test_where_nothing_is_the_client_s_own_the_unknown_is_removed(stage, mode):
    found, _ = STRICT[mode](stage, "books", [("code", "c"), ("tenant", "5"), ("x y", "")])
    assert found == [("code", "c")]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tokens", TOKENS)
def test_an_answer_of_the_protocol_alone_is_the_same(stage, mode, tokens):
    pairs = pairs_of({**TOKENS[tokens](stage, "books"), **KEPT, "kc_action_status": "success"})
    found, same = MODES[mode](stage, "books", pairs)
    assert same == ("token" not in tokens and "both" not in tokens)
    assert without_tokens(found) == without_tokens(pairs)


# The client's own parameters, which the redirect URI has.
OWN = "?title=Special:Login&tenant=5"
OWN_PAIRS = [("title", "Special:Login"), ("tenant", "5")]


def test_a_query_keeps_what_may_be_the_client_s_own(stage):
    """The request, as after a login, does not tell the redirect URI."""
    found, same = MODES["a query"](stage, "books", [("code", "c")], own=OWN)
    assert same
    found, _ = MODES["a query"](stage, "books", [("code", "c"), ("email", "j@x")], own=OWN)
    assert found == OWN_PAIRS + [("code", "c")]


def asked(own, base="https://books.example/cb"):
    return "&" + urllib.parse.urlencode({"redirect_uri": base + own})


@pytest.mark.parametrize("mode", ["a query", "a form"])
def test_a_redirect_uri_tells_what_is_the_client_s_own(stage, mode):
    own = OWN + "&user=%7B%22as%22%3A1%7D&email="
    found, same = MODES[mode](stage, "books", [("code", "c")], own=own, more=asked(own))
    assert same
    if mode == "a query":
        pairs = [("code", "c"), ("email", "j@x"), ("tenant", "6"), ("lang", "nl")]
        found, _ = MODES[mode](stage, "books", pairs, own=own, more=asked(own))
        assert found == [*OWN_PAIRS, ("user", '{"as":1}'), ("email", ""), ("code", "c")]


def test_another_redirect_uri_tells_nothing(stage):
    pairs = [("code", "c"), ("email", "j@x")]
    for more in (asked("?email=j@x", "https://other.example/cb"), asked("?email=j@x") + asked("")):
        found, _ = MODES["a query"](stage, "books", pairs, own=OWN, more=more)
        assert found == [*OWN_PAIRS, ("code", "c")]


@pytest.mark.parametrize("name", ["us%65r", "user", "%75ser%5Bx%5D"])
def test_a_name_is_read_decoded(stage, name):
    url = f"https://books.example/cb?{name}=J&code=c#{name}=J&code=c"
    stage.set("/authorize?client_id=books", answer("", f"Location: {url}", status="302 Found"))
    sent = stage.get("/authorize?client_id=books").headers["location"]
    assert sent == "https://books.example/cb?code=c#code=c"


@pytest.mark.parametrize("route", ["#/cb?", "#/cb&", "#/auth/", "#!/cb;"])
def test_a_route_stays(stage, route):
    url = f"https://books.example/{route}code=c&state=s"
    stage.set("/authorize?client_id=books",
              answer("", f"Location: {url}&user=Jan", status="302 Found"))
    assert stage.get("/authorize?client_id=books").headers["location"] == url


# Pages and redirects of the provider itself, by which a login goes on.
OWN_PAGES = {
    "a code to type in": '<form method=post action="/2fa"><input name=code value=""><input '
                         'name=user value=Jan></form>',
    "a code that is filled in": '<form method=post action="/2fa"><input name=code value=123><input '
                                'name=username value=Jan></form>',
    "a consent": '<form method=post action="{issuer}/consent"><input type=hidden name=code '
                 'value=c><input name=accept type=submit value=Yes></form>',
    "a link": '<a href="{issuer}/forgot?code=c&user=Jan">forgot</a>',
    "a link to a place": '<a href="https://help.example/?code=c#logging-in">help</a>',
}


@pytest.mark.parametrize("name", OWN_PAGES)
def test_a_page_of_the_provider_is_its_own(stage, name):
    page = OWN_PAGES[name].format(issuer=stage.issuer)
    stage.set("/authorize?client_id=books", answer(page))
    assert stage.get("/authorize?client_id=books").text == page


def test_where_the_redirect_uri_is_known_a_link_to_elsewhere_is_no_answer(stage):
    page = '<a href="https://help.example/?code=c&name=NL">help</a>'
    path = "/authorize?client_id=books"
    for more, status in (("", 502), (asked(""), 200)):
        stage.set(path + more, answer(page))
        assert stage.get(path + more).status == status


@pytest.mark.parametrize("url", ["/login?code=x&user=Jan", "{issuer}/login?code=x&execution=1",
                                 "https://sso.example/login?state=x&login_hint=jan",
                                 "{issuer}/login#code=x&user=Jan"])
def test_a_redirect_within_the_provider_is_its_own(stage, url):
    url = url.format(issuer=stage.issuer)
    stage.set("/authorize?client_id=books", answer("", f"Location: {url}", status="302 Found"))
    assert stage.get("/authorize?client_id=books").headers["location"].endswith(url)


FORM = '<form method="post" action="https://books.example/cb{own}">{fields}</form>'

UNCLEAN = {
    "a text area": FORM.format(own="", fields="<input name=code value=c>"
                                              "<textarea name=user>Jan</textarea>"),
    "a choice": FORM.format(own="", fields="<input name=code value=c>"
                                           "<select name=user><option>Jan</select>"),
    "the URL of the form": FORM.format(own="?user=Jan", fields="<input name=code value=c>"),
    "a refresh of a page": '<meta http-equiv=refresh content="0; url=https://books.example/cb?'
                           'code=c&amp;user=Jan">',
    "a link": '<a href="https://books.example/cb#code=c&user=Jan">on</a>',
    "an error": '<a href="https://books.example/cb?error=e&user=Jan">on</a>',
    "a name in escapes": '<a href="https://books.example/cb?%63%6fd%65=c&user=Jan">on</a>',
    "a URL without scheme": '<a href="//books.example/cb?code=c&user=Jan">on</a>',
    "one of two forms": FORM.format(own="", fields="<input name=code value=c>") + FORM.format(
        own="", fields="<input name=code value=c><textarea name=user>Jan</textarea>"),
}


@pytest.mark.parametrize("name", UNCLEAN)
def test_what_cannot_be_taken_out_is_refused(stage, name):
    page = UNCLEAN[name]
    stage.set("/authorize?client_id=books", answer(page))
    got = stage.get("/authorize?client_id=books")
    assert "Jan" not in got.text and "code=c" not in got.text
    assert "name=code" not in got.text
    assert "ECK02" in stage.last_line("urn:books", "refused")
    page = page.replace("books", "canteen")
    stage.set("/authorize?client_id=canteen", answer(page))
    assert stage.get("/authorize?client_id=canteen").text == page


def test_each_form_is_cleaned(stage):
    """A copy for a browser without scripts, say."""
    fields = "<input name=code value=c>{more}"
    page = FORM.format(own="", fields=fields) + f"<noscript>{FORM}</noscript>".format(
        own="", fields=fields)
    stage.set("/authorize?client_id=books",
              answer(page.format(more="<input name=user value=Jan>")))
    assert stage.get("/authorize?client_id=books").text == page.format(more="")
    assert "removed=2 " in stage.last_line("urn:books")


@pytest.mark.parametrize("kind", ["application/xhtml+xml", "text/xml", "image/svg+xml"])
def test_a_form_of_xml_is_refused(stage, kind):
    """It is not rewritten."""
    for client, more, status in (("books", '<input name="user" value="Jan"/>', 502),
                                 ("books", '<input name="campus" value="x"/>', 200),
                                 ("books", '<input name="access_token" value="a"/>', 502),
                                 ("canteen", '<input name="user" value="Jan"/>', 200)):
        page = (f'<html xmlns="http://www.w3.org/1999/xhtml"><body><form method="post" action='
                f'"{CALLBACK.format(client)}"><input name="code" value="c"/>{more}</form>'
                '</body></html>')
        stage.set(f"/authorize?client_id={client}", answer(page, content_type=kind))
        got = stage.get(f"/authorize?client_id={client}")
        assert got.status == status and (got.text == page) == (status == 200)


def test_a_refresh_is_refused(stage):
    for client in ("books", "canteen"):
        value = f"0; url=https://{client}.example/cb?code=c&user=Jan"
        path = f"/authorize?client_id={client}"
        stage.set(path, answer("", f"Refresh: {value}"))
        got = stage.get(path)
        assert got.headers.get("refresh") == (value if client == "canteen" else None)


def test_a_button_stays_without_its_name(stage):
    """A student without scripts needs it; Keycloak's has a name."""
    page = FORM.format(own="", fields='<input name="code" value="c"><noscript>'
                       '<INPUT name="continue" TYPE="SUBMIT" VALUE="CONTINUE"/></noscript>'
                       "<button name=user value=Jan>on</button>")
    stage.set("/authorize?client_id=books", answer(page))
    got = stage.get("/authorize?client_id=books").text
    assert got == page.replace('name="continue"', 'name=""').replace("name=user", 'name=""')


def test_a_form_that_makes_a_query_is_judged_as_one(stage):
    """LemonLDAP::NG puts the parameters of a URL into fields, the client's own too."""
    fields = "".join(field(*pair) for pair in [*OWN_PAIRS, ("code", "c")])
    page = f'<form action="https://books.example/cb" method="get">{fields}@</form>'
    for more, left in (("", ""), (field("user", "Jan"), "")):
        stage.set("/authorize?client_id=books", answer(page.replace("@", more)))
        assert stage.get("/authorize?client_id=books").text == page.replace("@", left)


@pytest.mark.parametrize("mode", ["a fragment", "a query"])
def test_a_refusal_shows_it_neither(stage, mode):
    pairs = [("id_token", stage.sign(stage.claims("exercises"))), ("state", "s"), ("user", "Jan")]
    found, _ = MODES[mode](stage, "books", pairs)
    assert {"error", "state"} <= {name for name, _ in found} <= {"error", "state",
                                                                 "error_description"}


@pytest.mark.parametrize("mode", MODES)
def test_a_response_that_is_a_jwt_shows_it_neither(stage, mode):
    """Within it, and beside it."""
    claims = {"iss": stage.issuer, "aud": "books", "exp": int(time.time()) + 300, "code": "c",
              "state": "s", "campus": "Noord"}
    response = stage.sign({**claims, "user": {"name": "Jan"}, "email": "j@x", "tenant": 5,
                           "refresh_token": "r"})
    found, _ = MODES[mode](stage, "books", [("response", response), ("user", "Jan")])
    assert [name for name, _ in found] == ["response"]
    assert payload(found[0][1]) == claims
    assert "removed=5 " in stage.last_line("urn:books")
    response = stage.sign({**claims, "aud": "canteen", "user": {"name": "Jan"}})
    assert MODES[mode](stage, "canteen", [("response", response), ("user", "Jan")])[1]


def test_an_answer_that_shows_it_is_no_login(stage):
    """It is told, and not counted as one: that comes when the code is redeemed."""
    MODES["a fragment"](stage, "books", [("code", "c"), ("user", "Jan")])
    line = stage.last_line("urn:books")
    assert "rewritten" in line and "token=front-channel" in line and "Jan" not in line
    before = len(stage.gateway.lines("ECK"))
    MODES["a fragment"](stage, "books", [("code", "c"), ("state", "s")])
    assert len(stage.gateway.lines("ECK")) == before


def test_the_token_endpoint_tells_it_in_the_same_way(stage):
    got = stage.token(stage.sign(stage.claims()), user={"name": "Jan"}, campus="Noord", userId=7)
    assert not {"user", "userId"} & set(json.loads(got.text))
    assert "removed=2 " in stage.last_line("urn:books")
