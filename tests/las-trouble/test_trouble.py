# SPDX-License-Identifier: GPL-3.0-or-later
"""mod_eckid and a LAS that misbehaves: for each trouble, and each rule, the outcome in cases.json.
Another product takes part through another Product; see README.md."""
import json
import pathlib
import re
import sys
import time
import urllib.request

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from lab.checked import checked_place  # noqa: E402  (the path first)
from lab.people import make_eckid, make_person  # noqa: E402
from lab.pki import public_pem  # noqa: E402
from lab.replay import answer  # noqa: E402
from lab.stage import BOOKS, BOOKS_ACS, EXERCISES, EXERCISES_ACS, Stage  # noqa: E402
from lab.stage import response_in, values_in  # noqa: E402
from lab.wait import PATIENCE, PATIENT, eventually  # noqa: E402

TABLE = json.loads((HERE / "cases.json").read_text())
CASES = [{**TABLE["usual"], "channel": "plain", **case,
          "outcome": {**TABLE["usual"]["outcome"], **case.get("outcome", {})}}
         for case in TABLE["cases"]]
NAMES = [f"{case['trouble']}-{case['channel']}" for case in CASES]
RULES = ("deny", "omit", "stale")
NAME = "eckId"

# How long the product waits, so that time decides only where the LAS hangs: before TLS, or later.
LIMITS = {"long": PATIENT, "brief": "timeout=2s connect-timeout=30s",
          "brief-before-tls": "timeout=30s connect-timeout=2s"}


def patience_for(trouble):
    if trouble == "hang-before-tls":
        return "brief-before-tls"
    return "brief" if trouble and re.search("hangs?$|hang-after|drip", trouble) else "long"


class TroubledLas:
    """The server of server.py, told what to do."""

    def __init__(self, place, *options):
        directory = place.dir("trouble")
        self.process = place.start(["/usr/bin/python3", HERE / "server.py", directory, *options],
                                   "trouble-las")
        self.last = None  # the last trouble that there was
        ready = directory / "ready.json"
        self.process.wait_for(ready.exists, f"{ready} is there")
        self.__dict__.update(json.loads(ready.read_text()))

    def begin(self, trouble):
        """That trouble, or none."""
        self.last = trouble or self.last
        self.post("/trouble", {"do": trouble})

    def post(self, path, value):
        request = urllib.request.Request(self.control + path, json.dumps(value).encode())
        with urllib.request.urlopen(request, timeout=PATIENCE) as got:
            return json.load(got)

    def state(self):
        with urllib.request.urlopen(self.control + "/state", timeout=PATIENCE) as got:
            return json.load(got)


class Student:
    """Somebody who logs in; the LAS gives out first, and later on second."""

    def __init__(self):
        self.first, self.second = make_eckid(), make_eckid()
        self.person = make_person(eckid=self.first)

    def told(self, eckid, school):
        return {"userId": self.person.neppi(school), "userIdType": "NEPPI", "eckId": eckid}


class Product(Stage):
    """mod_eckid. Another product needs: log_in, for a rule and a channel; and the log, if it is
    to be looked at."""

    SUPPLIERS = {"deny": (BOOKS, BOOKS_ACS), "omit": (EXERCISES, EXERCISES_ACS),
                 "stale": ("https://old.example/saml", "https://old.example/acs")}

    def __init__(self, place):
        super().__init__(place, exercises="EckidOn las-failed omit", instead={
            "EckidLas": self.start_las}, extra="EckidCacheTime 1s 0s 1h\n")

    def las_line(self, limits):
        return f"{self.trouble.base} ca={self.trouble.ca} failures=1000 {limits}"

    def start_las(self, _):
        self.secret = "a-secret-of-the-suite"
        secret = self.place.file("client-secret", self.secret, 0o600)
        public = self.place.file("las-client.pub", public_pem(self.las_pair.key))
        self.trouble = TroubledLas(self.place, "--school", self.school.brin, "--trust",
                                   f"school-2026={public}", "--secret", f"school={secret}")
        return self.las_line(PATIENT)

    def conf(self, idp_metadata, blocks, **more):
        text = super().conf(idp_metadata, blocks.replace(
            "EckidName urn:mace:surf.nl:attribute-def:eckid", f"EckidName {NAME}"), **more)
        entity, consumer = self.SUPPLIERS["stale"]
        secret = self.place.path / "client-secret"
        text += f"""
<EckidSupplier {entity}>
  EckidConsumer {consumer}
  EckidName {NAME}
  EckidRelease uid
  EckidOn las-failed deny stale=1h
</EckidSupplier>
"""
        channels = {
            "plain": "",
            "signed": f"EckidLasAnswerKey {self.trouble.answerKey} "
                      f"keyid={self.trouble.answerKeyId}",
            "token": f"EckidLasToken {self.trouble.token} client_id=school "
                     f"scope=eduv.student.basic secret={secret} ca={self.trouble.ca}",
        }
        for patience, limits in LIMITS.items():
            for channel, lines in channels.items():
                text += (f"<Location /{patience}/{channel}>\nEckidLas {self.las_line(limits)}\n"
                         f"{lines}\n</Location>\n")
        return text

    def secrets(self):
        return [*super().secrets(), self.secret]

    def log_in(self, student, rule, channel):
        """refused, without, old or new."""
        entity, consumer = self.SUPPLIERS[rule]
        self.set(answer(self.page(person=student.person, audience=entity, consumer=consumer)))
        got = self.get(path=f"/{patience_for(self.trouble.last)}/{channel}")
        if got.status != 200:
            return "refused"
        values = values_in(response_in(got.text), NAME)
        return {(): "without", (student.first,): "old", (student.second,): "new"}.get(
            tuple(values), f"the wrong ECK iD: {values}")


class Suite:
    """All students are known to the product already, from when the LAS was well; what it knows is
    no longer fresh."""

    def __init__(self, product):
        self.product, self.las = product, product.trouble
        self.students = {(name, rule): Student() for name in NAMES for rule in RULES}
        product.people.extend(student.person for student in self.students.values())
        self.tell(lambda student: student.first)
        for (name, rule), student in self.students.items():
            if rule == "stale" or name.startswith("replayed"):
                assert product.log_in(student, rule, name.rsplit("-", 1)[1]) == "old"
        self.tell(lambda student: student.second)
        time.sleep(1.1)

    def tell(self, eckid):
        self.las.post("/students", [student.told(eckid(student), self.product.school)
                                    for student in self.students.values()])

    def recover(self, channel):
        """As soon as the trouble is over, somebody else gets an ECK iD."""
        student = Student()
        self.product.people.append(student.person)
        self.las.begin(None)
        self.las.post("/students", [student.told(student.second, self.product.school)])

        def is_new():
            outcome = self.product.log_in(student, "deny", channel)
            assert outcome in ("refused", "new")
            return outcome == "new"

        eventually(is_new)


@pytest.fixture(scope="module")
def suite():
    with checked_place("test_trouble") as place:
        yield Suite(Product(place))


@pytest.fixture(scope="module", params=CASES, ids=NAMES)
def case(suite, request):
    """The trouble lasts for one login by each rule; then it must be over."""
    suite.las.begin(request.param["trouble"])
    yield request.param
    suite.recover(request.param["channel"])


@pytest.mark.parametrize("rule", RULES)
def test_a_trouble_has_the_outcome_that_the_rule_says(suite, case, rule):
    """Nothing hangs for less than a minute: who is through before has a deadline of its own."""
    student = suite.students[f"{case['trouble']}-{case['channel']}", rule]
    before = suite.las.state()["calls"]
    outcome = suite.product.log_in(student, rule, case["channel"])
    state, line = suite.las.state(), suite.product.last_line("login at")
    assert outcome == case["outcome"][rule], (line, state)
    assert state["calls"] - before <= case["calls"], state
    if outcome == "refused" and rule == "deny":
        assert case["mod_eckid"] in line
