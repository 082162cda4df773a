# SPDX-License-Identifier: GPL-3.0-or-later
"""A small server of pages in two languages, over http on loopback."""
import dataclasses
import http.cookies
import http.server
import urllib.parse

from .serving import Handler, serve
from .texts import Words

LANGUAGES = ("nl", "en")
COOKIE = "language"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                               "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


@dataclasses.dataclass
class Request:
    method: str
    path: str
    form: dict
    headers: object
    words: Words  # in the visitor's language


@dataclasses.dataclass
class Reply:
    """A page, or where one is."""
    body: str = ""
    status: int = 200
    location: str = ""


def see(location):
    return Reply(status=303, location=location)


def accepted(text):
    """The language that an Accept-Language (RFC 9110 section 12.5.4) prefers; Dutch if none."""
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for part in text.lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        name = tag.split("-")[0].strip()
        if name in weights:
            try:
                weights[name] = max(weights[name], float(weight or 1))
            except ValueError:
                continue
    return max(LANGUAGES, key=weights.get)


def language_of(query, headers):
    """What was chosen here, or else what the browser accepts."""
    cookie = http.cookies.SimpleCookie(headers.get("Cookie", "")).get(COOKIE)
    chosen = query.get("lang") or (cookie.value if cookie else "")
    return chosen if chosen in LANGUAGES else accepted(headers.get("Accept-Language", ""))


class Site:
    """Calls answer(request) for a Reply."""

    def __init__(self, place, answer):
        self.answer = answer
        self.port = serve(place, http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                                 handler_of(self)))


def handler_of(site):
    class SiteHandler(Handler):
        def do_GET(self):
            path, _, query = self.path.partition("?")
            query = dict(urllib.parse.parse_qsl(query))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = dict(urllib.parse.parse_qsl(body))
            words = Words(language_of(query, self.headers))
            self.send(site.answer(Request(self.command, path, form, self.headers, words)),
                      query.get("lang"))

        do_POST = do_GET

        def send(self, reply, chosen):
            fields = dict(HEADERS)
            if chosen in LANGUAGES:
                fields["Set-Cookie"] = f"{COOKIE}={chosen}; Path=/; SameSite=Lax"
            if reply.location:
                fields["Location"] = reply.location
            self.reply(reply.status, fields, reply.body)

    return SiteHandler
