/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "decision/eckid_person.h"
#include "support/maker.h"

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

static eckid_kind_t rules(void)
{
    eckid_kind_t student = {
        .conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t)),
        .source = "employeeNumber",
        .match = match("^(\\d+)$", "$1@1.school.example"),
        .type = "NEPPI",
    };

    APR_ARRAY_PUSH(student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("student", NULL)};
    return student;
}

static eckid_err_t *key_of(eckid_person_key_t *key, const eckid_kind_t *student,
                           const char *attributes)
{
    maker_t maker = maker_usual();

    maker.attributes = attributes ? attributes : maker.attributes;
    return eckid_person_find_key(key, student, eckid_saml_attributes(maker_verified(&maker), pool),
                                 pool);
}

START_TEST(a_key_is_made_by_expression_and_template)
{
    const eckid_kind_t student = rules();
    eckid_person_key_t key;

    ok(key_of(&key, &student, NULL));
    ck_assert_str_eq(key.value, "95312@1.school.example");
    ck_assert_str_eq(key.type, "NEPPI");
}
END_TEST

START_TEST(the_name_id_can_be_the_source)
{
    eckid_kind_t student = rules();
    eckid_person_key_t key;

    student.source = NULL;
    student.match = match("^([^@]+)@school\\.example$", "$1");
    ok(key_of(&key, &student, NULL));
    ck_assert_str_eq(key.value, "p.pukkelen");
}
END_TEST

START_TEST(every_condition_must_hold)
{
    eckid_kind_t student = rules();
    eckid_person_key_t key;

    APR_ARRAY_PUSH(student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("member", NULL)};
    ok(key_of(&key, &student, NULL));
    APR_ARRAY_PUSH(student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("alum", NULL)};
    refused(key_of(&key, &student, NULL), ECKID_NOT_STUDENT);
    student.conditions = apr_array_make(pool, 0, sizeof(eckid_condition_t));
    ok(key_of(&key, &student, NULL));
}
END_TEST

START_TEST(white_space_repetition_and_empty_values_do_not_count)
{
    const eckid_kind_t student = rules();
    const char *attributes =
        apr_pstrcat(pool, maker_attribute("eduPersonAffiliation", "member", "\n  student\t", NULL),
                    maker_attribute("employeeNumber", " 95312&#10;", "95312", NULL),
                    maker_attribute("employeeNumber", "95312", "", "\n ", NULL), NULL);
    eckid_person_key_t key;

    ok(key_of(&key, &student, attributes));
    ck_assert_str_eq(key.value, "95312@1.school.example");
}
END_TEST

#define VALUE(text) "<saml:AttributeValue>" text "</saml:AttributeValue>"
#define ATTRIBUTE(name, values) "<saml:Attribute Name='" name "'>" values "</saml:Attribute>"
#define ROLE ATTRIBUTE("eduPersonAffiliation", VALUE("student"))
#define NUMBER(values) ATTRIBUTE("employeeNumber", values)

static const struct {
    const char *attributes;
    eckid_code_t code;
} bad_keys[] = {
    {ROLE, ECKID_NO_KEY},
    {ROLE NUMBER(""), ECKID_NO_KEY},
    {ROLE NUMBER(VALUE("1") VALUE("2")), ECKID_TWO_KEYS},
    {ROLE NUMBER(VALUE("1")) NUMBER(VALUE("2")), ECKID_TWO_KEYS},
    {ROLE NUMBER(VALUE("x1")), ECKID_KEY_MISMATCH},
    {ROLE NUMBER(VALUE("1 2")), ECKID_KEY_MISMATCH},
    {ROLE NUMBER(VALUE("")), ECKID_NO_KEY},
    {ROLE NUMBER(VALUE("") VALUE("1") VALUE("2")), ECKID_TWO_KEYS},
    {NUMBER(VALUE("1")), ECKID_NO_STUDENT_SIGN},
    {ATTRIBUTE("eduPersonAffiliation", "") NUMBER(VALUE("1")), ECKID_NO_STUDENT_SIGN},
    {ATTRIBUTE("eduPersonAffiliation", VALUE("staff")) NUMBER(VALUE("1")), ECKID_NOT_STUDENT},
};

START_TEST(there_must_be_exactly_one_key)
{
    const eckid_kind_t student = rules();
    eckid_person_key_t key;
    eckid_err_t *err = key_of(&key, &student, bad_keys[_i].attributes);

    refused(err, bad_keys[_i].code);
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "x1"));
}
END_TEST

/* A school with students, employees, and trainees, who are employees too. */
typedef struct kinds_t {
    eckid_kind_t student, trainee, employee;
} kinds_t;

static void add_condition(eckid_kind_t *kind, const char *attribute, const char *expression)
{
    if (!kind->conditions) {
        kind->conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t));
    }
    APR_ARRAY_PUSH(kind->conditions, eckid_condition_t) =
        (eckid_condition_t){attribute, match(expression, NULL)};
}

static void make_kinds(kinds_t *kinds)
{
    const eckid_match_t *staff = match("^(\\d+)$", "m$1@1.school.example");

    kinds->student = rules();
    kinds->student.next = &kinds->trainee;
    kinds->trainee = (eckid_kind_t){
        "trainee", &kinds->employee, NULL, "traineeNumber", staff, "ASI", NULL, NULL};
    kinds->employee =
        (eckid_kind_t){"employee", NULL, NULL, "employeeNumber", staff, "NEPRI", NULL, NULL};
    add_condition(&kinds->trainee, "eduPersonAffiliation", "employee");
    add_condition(&kinds->trainee, "title", "trainee");
    add_condition(&kinds->employee, "eduPersonAffiliation", "employee|staff");
}

#define AFFILIATION(value) ATTRIBUTE("eduPersonAffiliation", VALUE(value))
#define TITLE ATTRIBUTE("title", VALUE("trainee"))

static const struct {
    const char *attributes, *kind, *type, *value;
    eckid_code_t code;
} several[] = {
    {AFFILIATION("student") NUMBER(VALUE("1")), NULL, "NEPPI", "1@1.school.example", 0},
    {AFFILIATION("staff") NUMBER(VALUE("1")), "employee", "NEPRI", "m1@1.school.example", 0},
    {AFFILIATION("employee") TITLE ATTRIBUTE("traineeNumber", VALUE("2")), "trainee", "ASI",
     "m2@1.school.example", 0},
    /* of two kinds by their conditions: the first */
    {ATTRIBUTE("eduPersonAffiliation", VALUE("employee") VALUE("student")) NUMBER(VALUE("1")), NULL,
     "NEPPI", "1@1.school.example", 0},
    /* the kind is known, and nobody of another kind is looked for instead */
    {AFFILIATION("employee") TITLE NUMBER(VALUE("1")), "trainee", "ASI", NULL, ECKID_NO_KEY},
    {AFFILIATION("staff"), "employee", "NEPRI", NULL, ECKID_NO_KEY},
    {AFFILIATION("staff") NUMBER(VALUE("x")), "employee", "NEPRI", NULL, ECKID_KEY_MISMATCH},
    {AFFILIATION("alum") TITLE NUMBER(VALUE("1")), NULL, NULL, NULL, ECKID_NOT_STUDENT},
    {AFFILIATION("alum") NUMBER(VALUE("1")), NULL, NULL, NULL, ECKID_NOT_STUDENT},
    {NUMBER(VALUE("1")), NULL, NULL, NULL, ECKID_NO_STUDENT_SIGN},
};

START_TEST(the_first_kind_whose_conditions_hold_counts)
{
    kinds_t kinds;
    eckid_person_key_t key;

    make_kinds(&kinds);
    eckid_err_t *err = key_of(&key, &kinds.student, several[_i].attributes);

    ck_assert_int_eq(err ? err->code : 0, several[_i].code);
    ck_assert_pstr_eq(key.kind, several[_i].kind);
    ck_assert_pstr_eq(key.type, several[_i].type);
    ck_assert_pstr_eq(key.value, several[_i].value);
}
END_TEST

START_TEST(an_error_speaks_of_the_kind)
{
    kinds_t kinds;
    eckid_person_key_t key;

    make_kinds(&kinds);
    ck_assert_str_eq(
        eckid_err_text(key_of(&key, &kinds.student, AFFILIATION("staff")), pool),
        "the login response has no employee key: employeeNumber has 0 values (configure the "
        "identity provider to send the attribute of EckidPersonKey, or correct the name there)");
    ck_assert_str_eq(
        eckid_err_text(key_of(&key, &kinds.student,
                              AFFILIATION("staff") "<saml:Attribute "
                                                   "Name=\"employeenumber\"/>"),
                       pool),
        "the login response has no employee key: employeeNumber has 0 values, but there is "
        "employeenumber (configure the identity provider to send the attribute of "
        "EckidPersonKey, or correct the name there)");
    ck_assert_str_eq(
        eckid_err_text(key_of(&key, &kinds.student, AFFILIATION("alum") TITLE), pool),
        "the user is not a student: no value of eduPersonAffiliation matches; trainee: no value of "
        "eduPersonAffiliation matches; employee: no value of eduPersonAffiliation matches (if that "
        "is wrong, compare what the identity provider sends with EckidStudentIf and EckidPersonIf, "
        "letter for letter)");
}
END_TEST

static const char *key_attribute(const eckid_kind_t *kinds, const char *attributes)
{
    maker_t maker = maker_usual();

    maker.attributes = attributes;
    return eckid_person_key_attribute(kinds, eckid_saml_attributes(maker_verified(&maker), pool),
                                      pool);
}

START_TEST(an_attribute_of_a_key_hints_at_a_kind)
{
    eckid_kind_t student = rules(), employee = rules();
    const char *number = AFFILIATION("staff") "<saml:Attribute Name=\"number\">"
                                              "<saml:AttributeValue>7</saml:AttributeValue>"
                                              "</saml:Attribute>";

    employee.source = "number";
    ck_assert_ptr_null(key_attribute(&student, number));
    student.next = &employee;
    ck_assert_str_eq(key_attribute(&student, number), "number");
    employee.source = NULL; /* the NameID, which everybody has */
    ck_assert_ptr_null(key_attribute(&student, number));
}
END_TEST

UNIT_SUITE(person)
{
    Suite *suite = suite_create("person");
    TCase *tcase = unit_case(suite, "person");

    tcase_add_loop_test(tcase, the_first_kind_whose_conditions_hold_counts, 0, COUNT(several));
    tcase_add_test(tcase, an_error_speaks_of_the_kind);
    tcase_add_test(tcase, an_attribute_of_a_key_hints_at_a_kind);
    tcase_add_test(tcase, a_key_is_made_by_expression_and_template);
    tcase_add_test(tcase, the_name_id_can_be_the_source);
    tcase_add_test(tcase, every_condition_must_hold);
    tcase_add_test(tcase, white_space_repetition_and_empty_values_do_not_count);
    tcase_add_loop_test(tcase, there_must_be_exactly_one_key, 0, COUNT(bad_keys));
    return suite;
}
