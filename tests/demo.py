# SPDX-License-Identifier: GPL-3.0-or-later
"""./run demo: a school whose LAS is asked, with suppliers over SAML; one whose LAS pushes, over
OpenID Connect; and one in the cloud. Who logs in where, and what arrives. And the whole chain, from
the enrolment of a pupil to the books on the shelf, to click through."""
import argparse
import dataclasses
import json
import pathlib
import sys
import textwrap
import time

from lab import bridgescene, uwlr
from lab.browser import Browser
from lab.chain.school import CONF, Chain
from lab.chain.visitor import Visitor
from lab.directory import Directory
from lab.people import make_eckid
from lab.place import Place, end_on_signals
from lab.scene import Scene, attributes_of, default_services, received
from lab.school import OidcScene, personal
from lab.school import received as oidc_received
from lab.scim import ALONE, LINES, LOCATION, AuthorizationServer, Pusher

BUILD = pathlib.Path(__file__).resolve().parent.parent / "build"
# of a session, not of a person
TECHNICAL = ("ASSERTION_ID", "NAME_ID")


def is_student(person):
    return "student" in person.affiliation


def say(text):
    print(text, file=sys.stderr, flush=True)


def log_in(scene, person, service):
    """What the identity provider releases for the service, and what the service receives."""
    at_idp = attributes_of(scene.released(person, service))
    browser = Browser()
    answer = browser.submit(scene.last_page(person, service, browser))
    got = received(answer, service) or {}
    return at_idp, {name: got[name] for name in sorted(got) if name not in TECHNICAL}


def log_in_oidc(school, person, client):
    """What the provider has for the client, and what the client receives; ID token and userinfo
    apart."""
    at_op = {place: personal(claims) for place, claims in
             zip(("id_token", "userinfo"), school.released(person, client))}
    got = oidc_received(school.log_in(person, client)) or {}
    return at_op, {place: dict(sorted(personal(got.get(place)).items())) for place in at_op}


EMPLOYEES = """
EckidPersonIf employee eduPersonAffiliation employee
EckidPersonKey employee employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI
"""
KEY = "key ^([0-9]+)$ $1@1.school.example NEPPI"


class PushedSchool(OidcScene):
    """A school whose LAS is not asked at logins: before the first, it pushes its students by SCIM,
    and its teachers come from a file of UWLR."""

    def __init__(self, place, **more):
        self.directory = Directory(place)
        self.server = AuthorizationServer(place)
        super().__init__(place, instead=ALONE, extra=EMPLOYEES, **more)

    def front(self):
        scim = LOCATION.format(path="/scim", lines=LINES + self.server.by_keys())
        return self.directory.conf() + scim + super().front()

    def fill(self):
        """With names, too, which are not kept."""
        self.push([person for person in self.people if is_student(person)])
        self.bring([person for person in self.people if not is_student(person)])

    def push(self, students):
        base = f"http://op.localhost:{self.gateway.port}/scim"
        las = Pusher(base, self.server.token())
        for person in students:
            say(f"the LAS pushes {person.user} by SCIM")
            pushed = las.push(person.neppi(self.school), person.eckid, userName=person.user,
                              name={"givenName": person.given, "familyName": person.family})
            assert pushed.status == 201, pushed.text

    def bring(self, teachers):
        say(f"importing {', '.join(person.user for person in teachers)} from a file of UWLR")
        file = self.place.file("uwlr.xml", uwlr.document(self.school, teachers), 0o600)
        done = uwlr.run(self.directory, self.school, file, "--key", KEY)
        assert done.returncode == 0, done.stderr
        file.unlink()


def prove_saml(scene, services, as_json):
    for service in services:
        for person in scene.people:
            say(f"logging in {person.user} at {service.name}")
            released, got = log_in(scene, person, service)
            if as_json:
                show({"service": service.name, "protocol": "saml", "user": person.user,
                      "attributes": got})
            yield service, person, "", released, got, scene.expected(person, service)


def prove_oidc(school, as_json):
    for client in school.clients:
        for person in school.people:
            say(f"logging in {person.user} at {client.name}")
            released, got = log_in_oidc(school, person, client)
            if as_json:
                show({"service": client.name, "protocol": "oidc", "user": person.user, **got})
            for place in got:
                yield (client, person, f", {place}", as_lists(released[place]),
                       as_lists(got[place]),
                       as_lists(school.expected(person, client, place == "id_token")))


def prove_cloud(school, browsers, as_json):
    """The supplier's response comes from our own identity provider. Everybody has a browser."""
    for service in school.services:
        for person in school.people:
            say(f"logging in {person.user} at {service.name}, from the cloud")
            got = received(school.log_in(person, service, browsers[person.user]), service) or {}
            expected = school.expected(person, service)
            got = {name: got[name] for name in sorted(got)
                   if name in expected or name not in TECHNICAL}
            if as_json:
                show({"service": service.name, "protocol": "cloud", "user": person.user,
                      "attributes": got})
            yield service, person, ", from the cloud", school.known(person), got, expected


def prove_logout(school, person, first, browser):
    """Who logs out at a service is logged out at the others, and in the cloud."""
    say(f"logging out {person.user} at {first.name}, and everywhere, from the cloud")
    page = school.log_out(browser, first)
    return bool(page.forms) and "password" in page.forms[0]["fields"] and not any(
        school.is_logged_in(browser, service) for service in school.services)


def show(row):
    print(json.dumps(row), flush=True)


def as_lists(claims):
    return {name: value if isinstance(value, list) else [value] for name, value in claims.items()}


def prove(scene, services, school, cloud, as_json):
    """Logs everybody in everywhere; true when each service received what it should."""
    browsers = {person.user: Browser(Accept="text/html") for person in cloud.people}
    rows = [*prove_saml(scene, services, as_json), *prove_oidc(school, as_json),
            *prove_cloud(cloud, browsers, as_json)]
    if not as_json:
        table(rows)
    gone = [prove_logout(cloud, person, first, browsers[person.user])
            for person, first in zip(cloud.people, (cloud.services[-1], cloud.services[0]))]
    return all(got == expected for *_, got, expected in rows) and all(gone)


def cell(values):
    return ", ".join(v if len(v) < 60 else v[:40] + "..." + v[-6:] for v in values)


def table(rows):
    print("\nWhat the identity provider released -> what the service received:")
    for service, person, place, released, got, expected in rows:
        role = "student" if is_student(person) else "teacher"
        print(f"\n{service.name}{place}: {person.user}, a {role}"
              f" ({'a supplier' if service.is_supplier else 'no supplier'})"
              f"{'' if got == expected else '   <-- NOT WHAT WAS EXPECTED'}")
        for name in [*released, *(n for n in got if n not in released)]:
            left = cell(released.get(name, ["-"]))
            right_cell = cell(got.get(name, ["-"]))
            print(f"  {textwrap.shorten(name, 38):38} {left:58} -> {right_cell}")


def go_along(chain):
    """The whole chain, without a browser; true when the books are on the shelf."""
    say("walking the chain")
    visitor = Visitor(chain)
    visitor.go_along()
    for passed in visitor.walk.journal.exchanges:
        say(f"  {passed.sender} -> {passed.receiver}, {passed.request}: {passed.status}")
    return bool(chain.bookshelf.licences.get(visitor.walk.person.eckid))


def stay(scene, services, school, cloud, chain):
    say("\nNow try it in a browser on this machine:")
    say(f"  {chain.base}/  the whole chain, step by step")
    for where, found in (("over SAML", services), ("over OpenID Connect", school.clients),
                         ("from the cloud", cloud.services)):
        for service in found:
            say(f"  {service.base}/  {service.name}, {where}")
    say(f"  {cloud.base}/logout  where those of the cloud log out")
    for person in scene.people:
        say(f"  user {person.user}  password {person.password}")
    logs = ", ".join(str(one.gateway.root) for one in (scene, school, cloud))
    say(f"Logs are in {logs}. Ctrl-C ends it all.")
    while True:  # a signal that another thread takes does not wake this one
        time.sleep(1)


def main():
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--once", action="store_true", help="exit after the proof")
    parser.add_argument("--json", action="store_true", help="one JSON object for each login")
    options = parser.parse_args()
    end_on_signals()
    with (Place(BUILD / "demo") as place, Place(BUILD / "demo-oidc") as second,
          Place(BUILD / "demo-cloud") as third):
        services, chain = default_services(), Chain(place)
        scene = Scene(place, [*services, *chain.services], frontend="proxy", say=say, extra=CONF)
        chain.open(scene)
        people = [dataclasses.replace(person, eckid=person.eckid or make_eckid())
                  for person in scene.people]  # whose teachers have ECK iDs, too
        school = PushedSchool(second, say=say, people=people)
        school.fill()
        cloud = bridgescene.BridgeScene(
            third, [*bridgescene.default_services(), bridgescene.hub()], say=say,
            people=scene.people)
        good = prove(scene, services, school, cloud, options.json)
        good = good and (not options.once or go_along(chain))
        say("every service received what it should" if good else "something went wrong")
        if not options.once:
            stay(scene, services, school, cloud, chain)
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt as end:
        sys.exit(128 + end.args[0])
