/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_scim_json.h"

static const struct {
    const char *text;
    eckid_code_t code; /* ECKID_OK: it is taken */
} rows[] = {
    {"{\"a\":{\"b\":[1,\"}{\"]}}", ECKID_OK},
    {"{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[\\\"[\"}", ECKID_OK},
    {"{\"eckId\":1,\"ECKID\":2}", ECKID_SCIM_SYNTAX},
    {"{\"a\":[{\"x\":{\"b\":1,\"B\":1}}]}", ECKID_SCIM_SYNTAX},
    {"{\"a\":1,\"a\":1}", ECKID_SCIM_SYNTAX},
    {"[]", ECKID_SCIM_SYNTAX},
    {"", ECKID_SCIM_SYNTAX},
    {"{", ECKID_SCIM_SYNTAX},
    {"{} {}", ECKID_SCIM_SYNTAX},
    {"{\"a\":\"\\u0000\"}", ECKID_SCIM_SYNTAX},
    {"{\"a\":\"\xff\"}", ECKID_SCIM_SYNTAX},
    {"{\"a\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}", ECKID_OK},
    {"{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}", ECKID_SCIM_SYNTAX},
};

START_TEST(a_body_is_bounded_and_says_each_thing_once)
{
    json_t *object;
    const eckid_err_t *err = eckid_scim_json_parse(&object, str(rows[_i].text), pool);

    ck_assert_msg((err ? err->code : ECKID_OK) == rows[_i].code, "%s", rows[_i].text);
}
END_TEST

START_TEST(a_body_that_is_too_long_is_not_parsed)
{
    char *text = apr_palloc(pool, ECKID_SCIM_BODY_MAX + 1);
    json_t *object;

    memset(text, ' ', ECKID_SCIM_BODY_MAX + 1);
    memcpy(text, "{}", 2);
    ok(eckid_scim_json_parse(&object, eckid_bytes(text, ECKID_SCIM_BODY_MAX), pool));
    refused(eckid_scim_json_parse(&object, eckid_bytes(text, ECKID_SCIM_BODY_MAX + 1), pool),
            ECKID_SCIM_LARGE);
}
END_TEST

START_TEST(names_are_the_same_in_any_case)
{
    json_t *object;

    ok(eckid_scim_json_parse(
        &object, str("{\"EXTERNALID\":\"x\",\"b\":null,\"Schemas\":[7,\"URN:A:b\"]}"), pool));
    ck_assert_str_eq(json_string_value(eckid_scim_json_get(object, "externalId")), "x");
    ck_assert_ptr_null(eckid_scim_json_get(object, "b"));
    ck_assert_ptr_null(eckid_scim_json_get(object, "c"));
    ck_assert(eckid_scim_json_has_schema(object, "urn:a:B"));
    ck_assert(!eckid_scim_json_has_schema(object, "urn:a"));
    ck_assert(!eckid_scim_json_has_schema(object, NULL));
}
END_TEST

UNIT_SUITE(scim_json)
{
    Suite *suite = suite_create("scim_json");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, a_body_is_bounded_and_says_each_thing_once, 0, COUNT(rows));
    tcase_add_test(tcase, a_body_that_is_too_long_is_not_parsed);
    tcase_add_test(tcase, names_are_the_same_in_any_case);
    return suite;
}
