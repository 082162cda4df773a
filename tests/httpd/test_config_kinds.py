# SPDX-License-Identifier: GPL-3.0-or-later
"""What configtest says about kinds of people."""
import pytest

from test_config import BOOKS, configtest, refused, setting  # noqa: F401 (a fixture)

KEY = "employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI"
IF = "EckidPersonIf employee eduPersonAffiliation employee"
EMPLOYEE = f"{IF}\nEckidPersonKey employee {KEY}"
INNER = "<Location /inner>\n{}\n</Location>"

MISTAKES = {
    "a name in capitals": (f"EckidPersonKey Employee {KEY}", ['but not "Employee"']),
    "a name that is a number": ("EckidPersonIf 1 title x", ['but not "1"']),
    "a name without end": (f"EckidPersonKey {'e' * 33} {KEY}", ["a word of small letters"]),
    "a key without kind": (f"EckidPersonKey {KEY}", ["five arguments are expected"]),
    "two keys": (f"{EMPLOYEE}\nEckidPersonKey employee {KEY}", ["it was already stated"]),
    "two keys of students": (f"EckidPersonKey student {KEY}", ["it was already stated"]),
    "a wrong expression": ("EckidPersonIf employee title (", ["ECK0103", "offset 1"]),
    "a condition without key": (IF, ["EckidPersonIf employee has no effect without "
                                     "EckidPersonKey employee"]),
    "a kind behind one with the same condition": (
        f"EckidPersonIf employee eduPersonAffiliation student\nEckidPersonKey employee {KEY}",
        ["nobody is of the kind employee", "those of student always hold too"]),
    "a kind behind one with fewer conditions": (
        f"{EMPLOYEE}\nEckidPersonIf trainee title trainee\n{IF.replace('employee', 'trainee', 1)}\n"
        f"EckidPersonKey trainee {KEY}\nEckidLasContract edu-v trainee",
        ["nobody is of the kind trainee", "those of employee always hold too"]),
    "a kind of which the LAS was not told": (
        EMPLOYEE.replace(" employee", " trainee"),
        ["EckidPersonKey trainee on line ", "how is https://las.localhost", "asked about them?",
         "EckidLasContract eckid/trainee.json trainee"]),
    "a type that the contract does not know": (
        EMPLOYEE.replace("NEPPI", "number"),
        ['EckidPersonKey employee on line ', '"number" is not one of NEPPI',
         "edu-v-employees knows"]),
    "a question about nobody": ("EckidLasContract edu-v trainee",
                                ["EckidLasContract names the kind trainee, but there is no "
                                 "EckidPersonKey trainee"]),
    "two questions": (f"{EMPLOYEE}\nEckidLasContract edu-v employee\n"
                      "EckidLasContract edu-v-employees employee",
                      ["there is already one for the kind employee"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(setting, name):  # noqa: F811
    extra, words = MISTAKES[name]
    refused(setting, *words, extra=extra)


def test_more_conditions_first_are_well(setting):  # noqa: F811
    extra = (f"EckidPersonIf trainee eduPersonAffiliation employee\nEckidPersonIf trainee title t\n"
             f"EckidPersonKey trainee {KEY}\nEckidLasContract edu-v-employees trainee\n{EMPLOYEE}")
    assert configtest(setting, extra=extra) == (0, "Syntax OK\n")


def test_everybody_a_student_leaves_nobody_else(setting):  # noqa: F811
    refused(setting, "nobody is of the kind employee", "Write EckidStudentIf", extra=EMPLOYEE,
            EckidStudentIf=None)


def test_there_need_be_no_students(setting):  # noqa: F811
    assert configtest(setting, extra=EMPLOYEE, EckidStudentIf=None,
                      EckidStudentKey=None) == (0, "Syntax OK\n")


def test_a_location_adds_its_kinds_to_those_around_it(setting):  # noqa: F811
    inner = INNER.format(f"EckidPersonKey employee {KEY}")
    assert configtest(setting, extra=f"{EMPLOYEE}\n{inner}")[0] == 0
    refused(setting, "EckidPersonIf volunteer has no effect", extra=INNER.format(
        "EckidEngine on\nEckidPersonIf volunteer title v"))


@pytest.mark.parametrize("line, words", [
    ("EckidOn no-eckid omit kind=trainee", "EckidOn names the kind trainee, but there is no"),
    ("EckidOn no-eckid omit kind=A", 'but not "A"'),
    ("EckidOn no-eckid", "an outcome and deny or omit are expected"),
    ("EckidOn no-eckid omit king=employee", "is not stale=AGE")])
def test_what_happens_to_a_kind(setting, line, words):  # noqa: F811
    end = "</EckidSupplier>"
    refused(setting, words, blocks=BOOKS.replace(end, f"{line}\n{end}"), extra=EMPLOYEE)
