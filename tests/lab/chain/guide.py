# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that lead along the chain, and show at each step what passed."""
import html

from . import page as p
from .site import Reply, see

PSEUDONYMS = ("PGN", "HPGN", "stampseudoniem", "ECK iD")
PARTIES = ("duo", "las", "nummervoorziening", "idp", "gateway", "bookshelf", "webshop")
ACTIONS = {"verify": 2, "fetch": 3}  # buttons that take a step


class Guide:
    """Answers requests for the pages of a chain: / for the start, /NUMBER/STEP for a walk."""

    def __init__(self, chain):
        self.chain = chain
        self.steps = (self.enrolled, self.verified, self.fetched, self.login, self.order)

    def answer(self, request):
        number, _, rest = request.path.lstrip("/").partition("/")
        walk = self.chain.walks.get(number)
        if request.method == "POST":
            return self.act(request, walk, rest or number)
        if not walk:
            return self.start(request.words) if request.path == "/" else see("/")
        if rest not in map(str, range(1, walk.open + 1)):
            return see(walk.url(walk.open))
        return self.show(request.words, walk, int(rest))

    def act(self, request, walk, what):
        """What a button does; then there is a page to see."""
        if what == "enrol":
            walk = self.chain.enrol(request.form.get("child", ""))
        elif walk and what in ACTIONS:
            walk.take(ACTIONS[what], getattr(self.chain, what))
        return see(walk.url(min(walk.reached, 3)) if walk else "/")

    def start(self, words):
        labels = "".join(
            f'<label><input type="radio" name="child" value="{number}"'
            f'{"" if place else " checked"}>{html.escape(self.choice(words, child))}</label>\n'
            for place, (number, child) in enumerate(self.chain.intake.items()))
        legend = p.element("legend", words("start.who"), words)
        body = (p.paragraph(words("start.intro"), words)
                + p.button(words("start.enrol"), words, "/enrol",
                           f"<fieldset>{legend}{labels}</fieldset>\n"))
        return Reply(p.page(words, words("chain"), body, p.steps(words, 0, {})))

    def choice(self, words, child):
        name = f"{child.givenName} {child.familyName}"
        return name if self.chain.duo.knows(child) else words("start.wrong", name=name)

    def show(self, words, walk, step):
        links = {number: walk.url(number) for number in range(1, walk.open + 1)}
        body = self.steps[step - 1](words, walk) + self.passed(words, walk, step)
        title = f"{step}. {words(str(step))}"
        return Reply(p.page(words, title, body, p.steps(words, step, links)))

    # the steps

    def enrolled(self, words, walk):
        name = f"{walk.person.given} {walk.person.family}"
        body = p.paragraph(words("1.intro", name=name, school=self.chain.school.name), words)
        return body + self.record(words, walk) + self.next(words, walk, "verify", 1)

    def verified(self, words, walk):
        if walk.refused == "duo":
            return self.refusal(words, walk)
        return (p.paragraph(words("2.intro"), words) + self.record(words, walk)
                + self.next(words, walk, "fetch", 2))

    def fetched(self, words, walk):
        if walk.refused:
            return self.refusal(words, walk)
        return (p.paragraph(words("3.intro"), words) + self.record(words, walk)
                + p.link(words("3.next"), words, walk.url(4), class_="action"))

    def login(self, words, walk):
        if self.chain.bookshelf.service.name not in walk.got:
            return (p.paragraph(words("4.intro"), words) + self.account(words, walk)
                    + self.go(words, "4.go", self.chain.bookshelf))
        return (p.paragraph(words("4.done"), words)
                + p.link(words("4.next"), words, walk.url(5), class_="action"))

    def order(self, words, walk):
        if walk.reached < 5:
            return p.paragraph(words("5.intro"), words) + self.go(words, "5.go",
                                                                  self.chain.webshop)
        asked = [e for e in walk.journal.of(5) if e.sender == "gateway"]
        body = p.paragraph(words("5.done"), words)
        body += "" if asked else p.paragraph(words("5.cached"), words)
        return (body + self.go(words, "5.shelf", self.chain.bookshelf)
                + p.link(words("5.again"), words, "/") + self.knowledge(words, walk))

    # their parts

    def next(self, words, walk, action, step):
        if walk.reached > step:
            return p.link(words(str(step + 1)), words, walk.url(step + 1), class_="action")
        return p.button(words(f"{step}.next"), words, f"/{walk.number}/{action}")

    @staticmethod
    def go(words, key, supplier):
        return p.link(words(key), words, f"{supplier.service.base}/?lang={words.language}",
                      class_="action", id="go")

    @staticmethod
    def refusal(words, walk):
        return (p.paragraph(words(f"refused.{walk.refused}"), words, role="alert")
                + p.link(words("5.again"), words, "/", class_="action"))

    def record(self, words, walk):
        """What the LAS knows by now."""
        cover, child, person = self.chain.cover, walk.child, walk.person
        none = words("none")
        rows = ((words("name"), f"{person.given} {person.family}"),
                (words("number"), person.number),
                (words("birth"), cover.value("birthDate", child.birthDate)),
                (words("number.copied"), cover.value("number", child.number)),
                ("PGN", cover.value("pgn", walk.pgn) or none),
                ("ECK iD", cover.value("eckId", person.eckid) or none))
        return p.element("h2", words("1.record"), words) + p.facts(rows, words)

    @staticmethod
    def account(words, walk):
        rows = ((words("user"), walk.person.user), (words("password"), walk.person.password))
        return p.element("h2", words("account"), words) + p.facts(rows, words)

    def passed(self, words, walk, step):
        """Everything that passed in a step."""
        parts = [self.exchange(words, exchange) for exchange in walk.journal.of(step)]
        supplier = {4: self.chain.bookshelf, 5: self.chain.webshop}.get(step)
        if supplier and supplier.service.name in walk.got:
            parts.append(self.release(words, walk, supplier.service))
        if not parts:
            return ""
        return (p.element("h2", words("passed"), words)
                + p.paragraph(words("legend"), words, class_="small") + "".join(parts))

    @staticmethod
    def exchange(words, exchange):
        sender, receiver = words(exchange.sender), words(exchange.receiver)
        key, detail = exchange.way
        to = f'<span class="hidden">{words("to")}</span><span aria-hidden="true">→</span>'
        return f"""<article>
<h3>{p.text(sender, words)} {to} {p.text(receiver, words)}</h3>
{p.paragraph(words(key, detail=detail), words, class_="small")}<div class="messages">
<div><h4>{words("request")}: {p.text(exchange.request, words)}</h4>
{p.element("pre", exchange.body, words)}</div>
<div><h4>{words("answer")}: {exchange.status}</h4>
{p.element("pre", exchange.answer, words)}</div>
</div></article>
"""

    def release(self, words, walk, service):
        """What became of the attributes between identity provider and supplier."""
        at_idp, got = self.chain.released(walk, service), walk.got[service.name]
        rows = [(name, "\n".join(at_idp.get(name, [words("release.none")])),
                 "\n".join(got.get(name, [words("release.removed")])))
                for name in [*at_idp, *(name for name in got if name not in at_idp)]]
        way = " → ".join(words(party) for party in ("idp", "gateway", service.name.lower()))
        head = [words(f"release.{part}") for part in ("name", "idp", "got")]
        return p.table(f"{words('release')}: {way}", head, rows, words, "release") + p.paragraph(
            words("release.how"), words, class_="small")

    @staticmethod
    def knowledge(words, walk):
        known = walk.knowledge()
        head = [words("party"), "PGN", "HPGN", words("short.stampseudoniem"), "ECK iD"]
        rows = [(words(f"short.{party}"), *(
            words("yes" if name in known.get(party, ()) else "no") for name in PSEUDONYMS))
                for party in PARTIES]
        return p.table(words("5.who"), head, rows, words, "knows", words("no"))
