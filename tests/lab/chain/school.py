# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain around a school: all its servers, and the walks of the pupils that were enrolled."""
import dataclasses
import json
import secrets

from ..pki import Authority
from ..scene import attributes_of
from ..service import SITE
from .administration import Administration
from .cover import Cover
from .duo import Duo, make_number
from .guide import Guide
from .nummervoorziening import Nummervoorziening
from .site import Site
from .suppliers import Bookshelf, Webshop
from .walk import Walk

HOST = f"chain.{SITE}"
# its Nummervoorziening gives out ECK iDs of the pilot label only
CONF = "EckidPilot on"


class Chain:
    """First it is made, which gives services for a scene; then it opens for that scene, whose
    configuration must have CONF."""

    def __init__(self, place):
        self.place, self.cover, self.walks = place, Cover(), {}
        self.authority = Authority(place, "chain-ca")
        self.bookshelf = Bookshelf(place, self.authority, self.cover, self.walk_of)
        self.webshop = Webshop(place, self.authority, self.cover, self.walk_of, self.bookshelf)
        self.services = [self.bookshelf.service, self.webshop.service]

    def open(self, scene):
        self.scene, self.school = scene, scene.school
        self.duo = Duo(self.place, self.authority)
        self.nummervoorziening = Nummervoorziening(self.place, self.authority)
        self.administration = Administration(self.place, self.authority, self.school, self.duo,
                                             self.nummervoorziening, scene.enrol)
        self.intake = {}
        for _ in range(4):
            self.announce(self.duo.register())
        self.announce(dataclasses.replace(self.duo.register(), number=make_number()))
        self.listen(scene.las)
        self.place.settings.append(self)
        self.base = f"http://{HOST}:{Site(self.place, Guide(self).answer).port}"
        return self

    def secrets(self):
        """Values that must not be in any log."""
        return self.administration.secrets

    def covered(self):
        """Values that must not be on any page."""
        return self.secrets() + [walk.person.eckid.rpartition("/")[2]
                                 for walk in self.walks.values() if walk.person.eckid]

    def announce(self, child):
        """A child that may come to the school."""
        self.intake[secrets.token_hex(4)] = child

    def listen(self, las):
        """Notes what the gateway asks the LAS about pupils of a walk."""
        answer = las.answer

        def listening(method, url, fields, body):
            fields = [*fields]
            status, told = answer(method, url, fields, body)
            if status == 200 and (walk := self.walk_in(body)):
                keyid = dict(fields).get("Signature-Input", "").partition('keyid="')[2]
                walk.journal.note("gateway", "las", ("way.signed", keyid.partition('"')[0]),
                                  f"{method} /students", ("json", body.decode()), status,
                                  ("json", json.dumps(told)))
            return status, told

        las.answer = listening

    def walk_in(self, question):
        """The walk of the student whom the LAS is asked about."""
        wanted = json.loads(question).get("student", {}).get("userIds")
        return next((walk for walk in self.walks.values()
                     if wanted == [self.scene.las.identifier(walk.person)]), None)

    def walk_of(self, eckid):
        return next((walk for walk in self.walks.values() if walk.person.eckid == eckid), None)

    def enrol(self, number):
        """The walk of a child that had that number in the intake, or None."""
        child = self.intake.pop(number, None)
        if not child:
            return None
        walk = Walk(self.base, child, self.administration.enrol(child), self.cover)
        self.walks[walk.number] = walk
        self.announce(self.duo.register())
        return walk

    def verify(self, walk):
        walk.pgn = self.administration.verify(walk.child, walk.journal)

    def fetch(self, walk):
        walk.person.eckid = self.administration.fetch(walk.pgn, walk.journal)

    def released(self, walk, service):
        """What the identity provider releases for a service, asked without the gateway."""
        with walk.lock:
            if service.name not in walk.released:
                attributes = attributes_of(self.scene.released(walk.person, service))
                walk.released[service.name] = self.cover.values("", attributes)
        return walk.released[service.name]
