# SPDX-License-Identifier: GPL-3.0-or-later
"""Two suppliers behind mod_auth_mellon: a webshop, and the bookshelf that it orders for."""
import html
import json
import secrets

from ..service import Service
from .page import button, element, link, page, paragraph
from .site import Reply, Site, see
from .wire import JSON, Caller, Journal, Station

BOOKS = ("Getallen & verbanden", "Taal in de brugklas", "English for starters", "Kaart en land")
MOST = 2  # values of one attribute that are looked at


class Supplier:
    """Its pages, and the service that mod_auth_mellon makes of them.

    Only its httpd knows the password, so that nobody else says who somebody is. walk_of finds the
    walk with an ECK iD, or None."""

    def __init__(self, place, cover, walk_of, name, **service):
        self.cover, self.walk_of = cover, walk_of
        self.password = secrets.token_urlsafe(24)
        self.site = Site(place, self.answer)
        self.service = Service(name, f"https://{name.lower()}.example/saml", **service)
        self.names = (*self.service.release, self.service.eckid_name)
        self.service.pages = self.lines()

    def lines(self):
        """How httpd hands on what mod_auth_mellon received."""
        handed = "\n".join(
            f"  RequestHeader unset Got-{i}-{j}\n"
            f'  RequestHeader set Got-{i}-{j} "%{{MELLON_{name}_{j}}}e" "env=MELLON_{name}_{j}"'
            for i, name in enumerate(self.names) for j in range(MOST))
        return f"""ProxyPass / http://127.0.0.1:{self.site.port}/
  RequestHeader set Chain-Password "{self.password}"
{handed}"""

    def attributes(self, headers):
        """mod_auth_mellon hands values on as they stand in the XML."""
        received = {name: [html.unescape(value) for j in range(MOST)
                           if (value := headers.get(f"Got-{i}-{j}"))]
                    for i, name in enumerate(self.names)}
        return {name: values for name, values in received.items() if values}

    def answer(self, request):
        if not secrets.compare_digest(request.headers.get("Chain-Password", ""), self.password):
            return Reply(status=403)
        attributes = self.attributes(request.headers)
        eckid = attributes.get(self.service.eckid_name, [None])[0]
        if not eckid:
            return self.page(request.words, paragraph(request.words("unknown"), request.words))
        if walk := self.walk_of(eckid):
            walk.log_in(self.service, attributes)
        return self.serve(request, eckid, attributes, walk)

    def page(self, words, body, back=""):
        body += link(words("back"), words, back, id="back") if back else ""
        return Reply(page(words, words(self.title), body))

    def greeting(self, words, eckid, attributes):
        name = " ".join(attributes.get("givenName", []))
        return (paragraph(words("hello", name=name), words) if name else "") + paragraph(
            f"{words('known')} {self.cover.value('eckId', eckid)}", words)


def books_of(titles):
    items = "".join(f"<li>{html.escape(title)}</li>\n" for title in titles)
    return f'<ul class="books" role="list">\n{items}</ul>\n'


class Bookshelf(Supplier):
    """Knows pupils and their licences by the ECK iD only."""
    title = "shelf.title"

    def __init__(self, place, authority, cover, walk_of):
        super().__init__(place, cover, walk_of, "Bookshelf", release=(
            "givenName", "eduPersonAffiliation", "nlEduPersonHomeOrganization"))
        self.licences = {}
        self.station = Station(place, authority, "bookshelf", JSON, self.license)

    def license(self, caller, path, text):
        """A distributor's order."""
        order = json.loads(text)
        self.licences.setdefault(order["eckId"], []).extend(order["licences"])
        return 201, json.dumps({"licences": order["licences"]})

    def serve(self, request, eckid, attributes, walk):
        words, titles = request.words, self.licences.get(eckid)
        body = self.greeting(words, eckid, attributes)
        body += element("h2", words("shelf.books"), words) + books_of(titles) if titles else (
            paragraph(words("shelf.empty"), words))
        return self.page(words, body, walk.url(5 if titles else 4) if walk else "")


class Webshop(Supplier):
    """Reads the ECK iD under SURFconext's name, and nothing else about a pupil."""
    title = "shop.title"

    def __init__(self, place, authority, cover, walk_of, bookshelf):
        super().__init__(place, cover, walk_of, "Webshop", release=("eduPersonAffiliation",),
                         attribute='"urn:mace:surf.nl:attribute-def:eckid" format=uri')
        self.bookshelf = bookshelf
        self.caller = Caller(place, authority, "webshop", "webshop")

    def order(self, eckid, walk):
        """All books, once."""
        if self.bookshelf.licences.get(eckid):
            return
        journal = walk.journal if walk else Journal(self.cover)
        self.caller.call(journal, self.bookshelf.station, "/licences",
                         json.dumps({"eckId": eckid, "licences": BOOKS}))
        if walk:
            walk.reach(5)

    def serve(self, request, eckid, attributes, walk):
        words, back = request.words, walk.url(5) if walk else ""
        if request.method == "POST":
            self.order(eckid, walk)
            return see("/")
        body = self.greeting(words, eckid, attributes)
        if self.bookshelf.licences.get(eckid):
            body += paragraph(words("shop.ordered"), words) + link(
                words("shop.shelf"), words, self.bookshelf.service.base + "/", class_="action")
        else:
            body += element("h2", words("shop.list"), words) + books_of(BOOKS) + button(
                words("shop.order"), words, "/order")
        return self.page(words, body, back)
