# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway in front of a server whose responses a test defines."""
import base64
import re

from .curl import fetch
from .replay import Replay, answer
from .scene import Setting
from .signer import Login, Signer, page

BOOKS, BOOKS_ACS = "https://books.example/saml", "https://books.example/acs"
EXERCISES, EXERCISES_ACS = "https://exercises.example/saml", "https://exercises.example/acs"
CANTEEN, CANTEEN_ACS = "https://canteen.example/saml", "https://canteen.example/acs"

BLOCKS = f"""
<EckidSupplier {BOOKS}>
  EckidConsumer {BOOKS_ACS}
  EckidName eckId
  EckidRelease uid eduPersonAffiliation
  {{books}}
</EckidSupplier>
<EckidSupplier {EXERCISES}>
  EckidConsumer {EXERCISES_ACS}
  EckidName urn:mace:surf.nl:attribute-def:eckid
  EckidRelease *
  {{exercises}}
</EckidSupplier>
"""


class Stage(Setting):
    """set() defines the next response; get() sends a request to the gateway."""

    def __init__(self, place, idp_key="rsa", http2=False, extra="", books="", exercises="",
                 before="", instead=None, **more):
        super().__init__(place, **more)
        self.http2 = http2
        self.replay = Replay()
        place.at_end(self.replay.close)
        self.signer = Signer(place, idp_key)
        self.idp_metadata = place.file("idp-metadata.xml", self.signer.metadata())
        self.blocks = BLOCKS.format(books=books, exercises=exercises)
        self.before = before
        conf = self.front() + self.conf(self.idp_metadata, self.blocks, extra=extra,
                                        **(instead or {}))
        options = {"modules": ["http2"]} if http2 else {}
        self.gateway = self.httpd("gateway", conf, **options)
        self.gateway.start()

    def front(self):
        return f"""
{"Protocols h2c http/1.1" if self.http2 else ""}
{self.before}
ProxyPass / http://127.0.0.1:{self.replay.port}/
"""

    def set(self, reply, path=None):
        if path:
            self.replay.answers[path] = reply
        else:
            self.replay.answer = reply

    def get(self, *arguments, path="/sso"):
        return fetch(f"http://127.0.0.1:{self.gateway.port}{path}", *arguments, http2=self.http2,
                     host=f"idp.localhost:{self.gateway.port}")

    def login(self, person=None, consumer=BOOKS_ACS, audience=BOOKS, **more):
        person = person or self.student
        attributes = {k: v for k, v in person.attributes(self.school).items()
                      if k in ("uid", "employeeNumber", "mail", "eduPersonAffiliation")}
        return Login(consumer, audience, {**attributes, **more.pop("attributes", {})},
                     name_id=f"{person.user}@{self.school.domain}", **more)

    def xml(self, **login):
        return self.signer.response(self.login(**login))

    def page(self, **login):
        return self.page_of(self.login(**login))

    def page_of(self, login):
        return page(login.consumer, self.signer.response(login))

    def answer_to(self, **login):
        """The gateway's response when the identity provider sends this login."""
        self.set(answer(self.page(**login)))
        return self.get()

    def last_line(self, *words):
        lines = self.gateway.lines("ECK", *words)
        return lines[-1] if lines else ""


def response_in(text):
    """The decoded SAMLResponse of a page."""
    return base64.b64decode(re.search(r'name="SAMLResponse" value="([^"]*)"', text)[1]).decode()


def values_in(xml, name):
    """The values of an attribute, as in the XML."""
    pattern = rf'<saml:Attribute [^>]*Name="{re.escape(name)}"[^>]*>(.*?)</saml:Attribute>'
    value = r"<saml:AttributeValue[^>]*>(.*?)</saml:AttributeValue>"
    return [v for found in re.findall(pattern, xml, re.S) for v in re.findall(value, found)]
