/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json.h"

static const char *const bad[] = {
    "",
    "[]",
    "\"a\"",
    "null",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1}x",
    "{\"a\":",
    "{'a':1}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":{\"b\":1,\"b\":1}}",
};

START_TEST(what_is_not_one_clear_object_is_refused)
{
    json_t *object;

    refused(eckid_json_parse(&object, str(bad[_i]), ECKID_LAS_SHAPE, pool), ECKID_LAS_SHAPE);
}
END_TEST

START_TEST(the_message_does_not_quote_the_text)
{
    json_t *object;
    eckid_err_t *err = eckid_json_parse(&object, str("{\"a\": geheim}"), ECKID_LAS_SHAPE, pool);

    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "geheim"));
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
    char *deep = apr_pcalloc(pool, 200001);
    json_t *object;

    memset(deep, '[', 200000);
    refused(eckid_json_parse(&object, str(deep), ECKID_LAS_SHAPE, pool), ECKID_LAS_SHAPE);
}
END_TEST

START_TEST(an_object_prints_in_its_shortest_form)
{
    json_t *object;

    ok(eckid_json_parse(&object, str(" {\"b\": [1, 2.5],\n\"a\": \"\xc3\xa9\\n\"} "),
                        ECKID_LAS_SHAPE, pool));
    ck_assert_str_eq(eckid_json_print(object, pool).data, "{\"b\":[1,2.5],\"a\":\"\xc3\xa9\\n\"}");
}
END_TEST

START_TEST(an_array_is_taken_where_it_may_be_one)
{
    json_t *value;

    ok(eckid_json_parse_any(&value, str("[1]"), ECKID_LAS_SHAPE, pool));
    ck_assert(json_is_array(value));
    refused(eckid_json_parse_any(&value, str("1"), ECKID_LAS_SHAPE, pool), ECKID_LAS_SHAPE);
    refused(eckid_json_parse_any(&value, str("[{\"a\":1,\"a\":1}]"), ECKID_LAS_SHAPE, pool),
            ECKID_LAS_SHAPE);
}
END_TEST

UNIT_SUITE(json)
{
    Suite *suite = suite_create("json");
    TCase *tcase = unit_case(suite, "json");

    tcase_add_loop_test(tcase, what_is_not_one_clear_object_is_refused, 0, COUNT(bad));
    tcase_add_test(tcase, the_message_does_not_quote_the_text);
    tcase_add_test(tcase, deep_nesting_is_refused);
    tcase_add_test(tcase, an_array_is_taken_where_it_may_be_one);
    tcase_add_test(tcase, an_object_prints_in_its_shortest_form);
    return suite;
}
