# SPDX-License-Identifier: GPL-3.0-or-later
"""One pupil's way along the chain."""
import secrets
import threading

from .administration import Refused
from .cover import COVERED
from .wire import Journal


class Walk:
    """reached is the last of the steps that the pupil has taken: enrolled, verified, with an ECK
    iD, logged in, with books; refused names who made an end of it. got is what each service
    received, by its name; released what the identity provider releases for it. Both are covered.
    """

    def __init__(self, base, child, person, cover):
        self.number, self.base = secrets.token_urlsafe(9), base
        self.child, self.person, self.pgn = child, person, None
        self.reached, self.refused = 1, None
        self.journal, self.got, self.released = Journal(cover), {}, {}
        self.lock = threading.Lock()

    @property
    def open(self):
        """The last step whose page can be seen: logins begin on the page of theirs."""
        return self.reached if self.refused else (1, 2, 4, 5, 5)[self.reached - 1]

    def url(self, step):
        return f"{self.base}/{self.number}/{step}"

    def reach(self, step):
        self.reached = max(self.reached, step)
        self.journal.step = self.open

    def take(self, step, action):
        """Takes a step once, if it is the next one."""
        with self.lock:
            if self.refused or self.reached != step - 1:
                return
            self.journal.step = step
            try:
                action(self)
            except Refused as reason:
                self.refused = str(reason)
            self.reach(step)

    def log_in(self, service, attributes):
        self.got[service.name] = self.journal.cover.values("", attributes)
        if service.name == "Bookshelf":
            self.reach(4)

    def knowledge(self):
        """Who has seen which of the numbers and pseudonyms."""
        seen = [(party, exchange.body + exchange.answer) for exchange in self.journal.exchanges
                for party in (exchange.sender, exchange.receiver)]
        seen += [(name.lower(), str(list(got.values()))) for name, got in self.got.items()]
        known = {}
        for party, text in seen:
            known.setdefault(party, set()).update(label for label, _ in COVERED.findall(text))
        return known
