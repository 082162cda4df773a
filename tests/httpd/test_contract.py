# SPDX-License-Identifier: GPL-3.0-or-later
"""Our default contract, as OpenAPI states it: what the module really sends, and what our LAS
really answers, is what it prescribes."""
import copy
import json

import jsonschema
import pytest

from conftest import TESTS, checked_place
from lab.people import make_eckid, make_person
from lab.stage import Stage, response_in, values_in

DOCUMENT = json.loads((TESTS.parent / "conf/eduv-students.openapi.json").read_text())


class Contract:
    """The one operation of the document, to hold calls against."""

    def __init__(self, document):
        self.base = document["servers"][0]["url"]
        (self.path, methods), = document["paths"].items()
        (self.method, self.operation), = methods.items()
        self.resolver = jsonschema.RefResolver("", document)

    def check(self, value, schema):
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema, resolver=self.resolver).validate(value)

    def check_content(self, content, media_type, body):
        assert media_type in content, media_type
        self.check(json.loads(body), content[media_type]["schema"])

    def check_request(self, base, method, url, fields, body):
        fields = {name.lower(): value for name, value in fields}
        assert (method, url) == (self.method.upper(), base + self.path)
        for parameter in self.operation["parameters"]:
            self.check(fields[parameter["name"].lower()], parameter["schema"])
        self.check_content(self.operation["requestBody"]["content"], fields["content-type"], body)

    def check_answer(self, status, media_type, body):
        """The status must be told of by itself, not only by default."""
        responses = self.operation["responses"]
        answer = responses.get(str(status)) or responses[f"{status // 100}XX"]
        if "content" in answer:
            self.check_content(answer["content"], media_type, body)


class Listener:
    """Every call to a LAS and its answer, as they were on the wire."""

    def __init__(self, las):
        self.las, self.calls, self.original = las, [], las.answer
        las.answer = self

    def __call__(self, method, url, fields, body):
        status, answer = self.original(method, url, fields, body)
        self.calls.append(((self.las.base, method, url, list(fields), body),
                           (status, "application/json", json.dumps(answer).encode())))
        return status, answer


@pytest.fixture(scope="module")
def stage():
    with checked_place("test_contract") as place:
        stage = Stage(place)
        stage.listener = Listener(stage.las)
        yield stage


def login(stage, **person):
    """The call that a login makes, and its answer."""
    stage.people.append(someone := make_person(**person))
    before = len(stage.listener.calls)
    page = stage.answer_to(person=someone)
    (call,) = stage.listener.calls[before:]
    return someone, page, call


PEOPLE = {"found": ({}, 200), "found, without ECK iD": ({"eckid": None}, 200),
          "unknown": ({"known": False}, 404)}


@pytest.mark.parametrize("name", PEOPLE)
def test_the_module_and_our_las_keep_to_the_contract(stage, name):
    person, status = PEOPLE[name]
    _, _, (request, answer) = login(stage, **person)
    contract = Contract(DOCUMENT)
    contract.check_request(*request)
    contract.check_answer(*answer)
    assert answer[0] == status


def test_a_refusal_of_our_las_is_in_the_contract(stage):
    keys, stage.las.keys = stage.las.keys, {}
    try:
        _, page, (_, answer) = login(stage)
    finally:
        stage.las.keys = keys
    Contract(DOCUMENT).check_answer(*answer)
    assert (answer[0], page.status) == (401, 503)


@pytest.mark.parametrize("school", ["V_ID 11ZZ03", "OIE_CODE x", "BP_ID x", "DD_ID x", "AS_ID x",
                                    "master x"])
def test_every_kind_of_school_is_asked_for_by_the_contract(school):
    with checked_place(f"test_contract-{school.split()[0]}") as place:
        stage = Stage(place, instead={"EckidSchool": school})
        seen = []
        stage.las.answer = lambda *call: seen.append(call) or (404, {"title": "Not Found"})
        stage.answer_to()
        Contract(DOCUMENT).check_request(stage.las.base, *seen[0])


# What the document allows, the module accepts; what it forbids, the module refuses.

def asks(stage, status, answer, content_type="application/json"):
    stage.people.append(person := make_person())
    stage.las.behave = lambda handler: handler.send_json(status, answer, content_type)
    try:
        return stage.answer_to(person=person)
    finally:
        stage.las.behave = None


ECKID = make_eckid()
ANSWERS = {
    "an ECK iD alone": ({"userMasterIdentifier": ECKID}, True),
    "more than is asked": ({"userMasterIdentifier": ECKID, "birthDate": "x", "a": [1]}, True),
    "null among the identifiers": ({"userMasterIdentifier": ECKID, "userIds": None}, True),
    "an error in a 200": ({"error": "x"}, False),
    "no ECK iD": ({"userMasterIdentifier": "x"}, False),
    "capitals": ({"userMasterIdentifier": ECKID.upper()}, False),
    "a stampseudoniem": ({"userMasterIdentifier": make_eckid("sp201703")}, False),
    "identifiers that are no list": ({"userMasterIdentifier": ECKID, "userIds": {}}, False),
    "a list": ([{"userMasterIdentifier": ECKID}], False),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_module_accepts_what_the_contract_allows(stage, name):
    answer, good = ANSWERS[name]
    got = asks(stage, 200, answer)
    try:
        Contract(DOCUMENT).check_answer(200, "application/json", json.dumps(answer))
    except jsonschema.ValidationError:
        assert not good and got.status == 503
    else:
        assert good and values_in(response_in(got.text), "eckId") == [ECKID]


# A document that says something else fails: otherwise the tests above would prove nothing.

def schema(document, name):
    return document["components"]["schemas"][name]


WRONG = {
    "another path": lambda d: d.update(paths={"/pupils": d["paths"]["/students"]}),
    "another method": lambda d: d["paths"].update({
        "/students": {"put": d["paths"]["/students"]["post"]}}),
    "another media type": lambda d: d["paths"]["/students"]["post"]["requestBody"].update(
        content={"application/xml": {}}),
    "a member that is not sent": lambda d: schema(d, "Search")["required"].append("schoolYear"),
    "another name": lambda d: schema(d, "UserId").update(required=["id"]),
    "another type of key": lambda d: schema(d, "UserId")["properties"].update(
        userIdType={"enum": ["number"]}),
    "another type of school": lambda d: schema(d, "OrganisationId")["properties"].update(
        organisationIdType={"const": "BRIN"}),
    "no room for the student": lambda d: schema(d, "Search")["properties"].pop("student"),
    "another form of ECK iD": lambda d: schema(d, "EckId").update(pattern="^urn:"),
    "an answer with less": lambda d: schema(d, "Student").update(additionalProperties=False,
                                                                 properties={}),
    "no 200": lambda d: d["paths"]["/students"]["post"]["responses"].pop("200"),
    "a schema that is none": lambda d: schema(d, "Search").update(type="thing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_document_fails(stage, name):
    document = copy.deepcopy(DOCUMENT)
    WRONG[name](document)
    _, _, (request, answer) = login(stage)
    Contract(DOCUMENT).check_request(*request)
    with pytest.raises((AssertionError, KeyError, jsonschema.ValidationError,
                        jsonschema.SchemaError, jsonschema.exceptions.UnknownType)):
        contract = Contract(document)
        contract.check_request(*request)
        contract.check_answer(*answer)
