/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "decision/eckid_student.h"
#include "support/maker.h"

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

static eckid_student_t rules(void)
{
    eckid_student_t student = {
        .conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t)),
        .source = "employeeNumber",
        .match = match("^(\\d+)$", "$1@1.school.example"),
        .type = "NEPPI",
    };

    APR_ARRAY_PUSH(student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("student", NULL)};
    return student;
}

static eckid_err_t *key_of(eckid_student_key_t *key, const eckid_student_t *student,
                           const char *attributes)
{
    maker_t maker = maker_usual();

    maker.attributes = attributes ? attributes : maker.attributes;
    return eckid_student_find_key(key, student, eckid_saml_attributes(maker_verified(&maker), pool),
                                  pool);
}

START_TEST(a_key_is_made_by_expression_and_template)
{
    const eckid_student_t student = rules();
    eckid_student_key_t key;

    ok(key_of(&key, &student, NULL));
    ck_assert_str_eq(key.value, "95312@1.school.example");
    ck_assert_str_eq(key.type, "NEPPI");
}
END_TEST

START_TEST(the_name_id_can_be_the_source)
{
    eckid_student_t student = rules();
    eckid_student_key_t key;

    student.source = NULL;
    student.match = match("^([^@]+)@school\\.example$", "$1");
    ok(key_of(&key, &student, NULL));
    ck_assert_str_eq(key.value, "p.pukkelen");
}
END_TEST

START_TEST(every_condition_must_hold)
{
    eckid_student_t student = rules();
    eckid_student_key_t key;

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

START_TEST(white_space_and_repetition_do_not_count)
{
    const eckid_student_t student = rules();
    const char *attributes =
        apr_pstrcat(pool, maker_attribute("eduPersonAffiliation", "member", "\n  student\t", NULL),
                    maker_attribute("employeeNumber", " 95312&#10;", "95312", NULL),
                    maker_attribute("employeeNumber", "95312", NULL), NULL);
    eckid_student_key_t key;

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
    {ROLE NUMBER(VALUE("")), ECKID_KEY_MISMATCH},
    {NUMBER(VALUE("1")), ECKID_NO_STUDENT_SIGN},
    {ATTRIBUTE("eduPersonAffiliation", "") NUMBER(VALUE("1")), ECKID_NO_STUDENT_SIGN},
    {ATTRIBUTE("eduPersonAffiliation", VALUE("staff")) NUMBER(VALUE("1")), ECKID_NOT_STUDENT},
};

START_TEST(there_must_be_exactly_one_key)
{
    const eckid_student_t student = rules();
    eckid_student_key_t key;
    eckid_err_t *err = key_of(&key, &student, bad_keys[_i].attributes);

    refused(err, bad_keys[_i].code);
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "x1"));
}
END_TEST

UNIT_SUITE(student)
{
    Suite *suite = suite_create("student");
    TCase *tcase = unit_case(suite, "student");

    tcase_add_test(tcase, a_key_is_made_by_expression_and_template);
    tcase_add_test(tcase, the_name_id_can_be_the_source);
    tcase_add_test(tcase, every_condition_must_hold);
    tcase_add_test(tcase, white_space_and_repetition_do_not_count);
    tcase_add_loop_test(tcase, there_must_be_exactly_one_key, 0, COUNT(bad_keys));
    return suite;
}
