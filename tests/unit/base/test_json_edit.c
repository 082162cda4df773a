/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_json_edit.h"

static eckid_json_edit_t *parse(const char *text)
{
    eckid_json_edit_t *object;

    ok(eckid_json_edit_parse(&object, str(text), ECKID_STRUCTURE, pool));
    return object;
}

START_TEST(what_is_not_changed_stays_as_it_was_written)
{
    static const char *const texts[] = {
        "{}",
        "{\"a\":1.0}",
        "{\"exp\":1788165000,\"big\":123456789012345678901234567890,\"e\":1E+2,\"zero\":-0}",
        "{\"s\":\"a\\/b \\u00e9 \\\" \\\\\",\"\\u0061\":[{\"x\": [ ] , \"}\":\"]\"},null]}",
        "{\"nested\":{\"b\":  2,\"a\":{}},\"t\":true}",
        "{\"a\":\"b\\u0000c\",\"x\\u0000y\":1e400,\"\\ud800\":-1e+999,\"b\":[\"\\udc00\"]}",
    };

    for (int i = 0; i < COUNT(texts); i++) {
        ck_assert_str_eq(eckid_json_edit_print(parse(texts[i]), pool).data, texts[i]);
    }
}
END_TEST

START_TEST(white_space_between_members_goes)
{
    ck_assert_str_eq(
        eckid_json_edit_print(parse(" {\r\n \"a\" : [1, 2] ,\t\"b\":\"c\" \n} \n"), pool).data,
        "{\"a\":[1, 2],\"b\":\"c\"}");
}
END_TEST

START_TEST(members_are_set_removed_and_renamed)
{
    eckid_json_edit_t *object = parse("{\"a\":1.50,\"b\":2,\"c\":\"x\"}");

    eckid_json_edit_remove(object, "b");
    eckid_json_edit_remove(object, "none");
    eckid_json_edit_set(object, "c", json_string("\"new\""), pool);
    eckid_json_edit_set(object, "d", json_string("end"), pool);
    eckid_json_edit_rename(object, "a", "e\"", pool);
    ck_assert_str_eq(eckid_json_edit_print(object, pool).data,
                     "{\"e\\\"\":1.50,\"c\":\"\\\"new\\\"\",\"d\":\"end\"}");
    ck_assert_str_eq(eckid_json_edit_string(object, "d"), "end");
    ck_assert_ptr_null(eckid_json_edit_get(object, "a"));
    eckid_json_edit_rename(object, "d", "c", pool);
    ck_assert_str_eq(eckid_json_edit_print(object, pool).data, "{\"e\\\"\":1.50,\"c\":\"end\"}");
    ck_assert_str_eq(apr_array_pstrcat(pool, eckid_json_edit_names(object, pool), ' '), "e\" c");
}
END_TEST

static eckid_json_edit_t *parse_many(int count)
{
    const char *text = "{\"m0\":\"0\"";

    for (int i = 1; i < count; i++) {
        text = apr_psprintf(pool, "%s,\"m%d\":\"%d\"", text, i, i);
    }
    return parse(apr_pstrcat(pool, text, ",\"m1\":\"1\"}", NULL));
}

/* A long object is searched by other means than a short one, also when it grew from one. */
static void check_members(int count)
{
    eckid_json_edit_t *object = parse_many(count);

    eckid_json_edit_remove(object, "m2");
    eckid_json_edit_rename(object, "m3", "m4", pool);
    eckid_json_edit_set_string(object, "new", "n", pool);
    for (int i = 0; i < count; i++) {
        const char *wanted = i == 2 || i == 3 ? NULL : i == 4 ? "3" : apr_itoa(pool, i);

        ck_assert_pstr_eq(eckid_json_edit_string(object, apr_psprintf(pool, "m%d", i)), wanted);
    }
    ck_assert_str_eq(eckid_json_edit_string(object, "new"), "n");
    ck_assert_int_eq(eckid_json_edit_names(object, pool)->nelts, count - 1);
    object = parse(eckid_json_edit_print(object, pool).data);
    ck_assert_int_eq(eckid_json_edit_names(object, pool)->nelts, count - 1);
    eckid_json_edit_set_string(object, "m2", "again", pool);
    ck_assert_str_eq(eckid_json_edit_string(object, "m2"), "again");
}

START_TEST(members_are_found_among_few_and_many)
{
    for (int count = 6; count < 60; count++) {
        check_members(count);
    }
}
END_TEST

START_TEST(what_was_read_outlives_a_change)
{
    eckid_json_edit_t *object = parse("{\"a\":\"first\",\"b\":\"second\"}");
    const char *first = eckid_json_edit_string(object, "a");
    const char *second = eckid_json_edit_string(object, "b");

    eckid_json_edit_set(object, "a", json_string("third"), pool);
    eckid_json_edit_remove(object, "b");
    ck_assert_str_eq(first, "first");
    ck_assert_str_eq(second, "second");
}
END_TEST

/* Each character, as jansson prints it. */
START_TEST(what_is_set_is_printed_as_by_jansson)
{
    for (unsigned code = 1; code < 0x80; code++) {
        const char text[] = {'a', (char)code, 'z', '\0'};
        eckid_json_edit_t *object = parse("{\"a\":1}");
        char *printed = json_dumps(eckid_json_own(json_string(text), pool), JSON_ENCODE_ANY);

        eckid_json_edit_set(object, "a", json_string(text), pool);
        ck_assert_str_eq(eckid_json_edit_print(object, pool).data,
                         apr_pstrcat(pool, "{\"a\":", printed, "}", NULL));
        free(printed);
    }
}
END_TEST

START_TEST(other_values_than_strings_can_be_set)
{
    eckid_json_edit_t *object = parse("{}");

    eckid_json_edit_set(object, "", json_string(""), pool);
    eckid_json_edit_set(object, "n", json_null(), pool);
    eckid_json_edit_set(object, "e", json_string("\xc3\xa9"), pool);
    eckid_json_edit_set(object, "l", json_pack("[s, i]", "x", 1), pool);
    ck_assert_str_eq(eckid_json_edit_print(object, pool).data,
                     "{\"\":\"\",\"n\":null,\"e\":\"\xc3\xa9\",\"l\":[\"x\",1]}");
}
END_TEST

START_TEST(names_are_compared_decoded)
{
    eckid_json_edit_t *object = parse("{\"\\u0061ud\":\"x\"}");

    ck_assert_str_eq(eckid_json_edit_string(object, "aud"), "x");
    ck_assert_int_eq(eckid_json_edit_text(object, "aud").len, 3);
    eckid_json_edit_remove(object, "aud");
    ck_assert_str_eq(eckid_json_edit_print(object, pool).data, "{}");
}
END_TEST

#define HUNDRED                                                                                    \
    "0123456789ABCDEFGHIJabcdefghij-_.~+/=0123456789ABCDEFGHIJabcdefghij-_.~+/"                    \
    "=0123456789abcdefghijklmn"

/* A long value is read by another way than by jansson, unless something in it has to be decoded. */
START_TEST(long_values_are_read_as_jansson_reads_them)
{
    static const char *const texts[] = {
        "{\"a\":\"" HUNDRED "\"}",
        "{\"a\":\"" HUNDRED "\" , \"b\" :\n\"" HUNDRED "x\",\"c\": \"\" }",
        "{\"" HUNDRED "\":\"" HUNDRED "\",\"b\":\"\"}",
        "{\"a\":\"{[" HUNDRED ":,\",\"b\":\"]}" HUNDRED "\",\"c\":1}",
        "{\"a\":\"" HUNDRED "\\n\",\"b\":\"\\\"" HUNDRED "\",\"c\":\"" HUNDRED "\\\\\"}",
        "{\"a\":\"" HUNDRED "\xc3\xa9\",\"b\":\"\x7f" HUNDRED "\"}",
        "{\"a\":[\"" HUNDRED "\",{\"b\":\"" HUNDRED "\"}],\"c\":{\"d\":\"" HUNDRED "\"}}",
        "{\"\\u0061\":\"" HUNDRED "\",\"b\":[],\"c\":\"" HUNDRED "\"}",
    };

    for (int i = 0; i < COUNT(texts); i++) {
        const eckid_json_edit_t *object = parse(texts[i]);
        json_t *plain = eckid_json_own(json_loads(texts[i], JSON_DECODE_INT_AS_REAL, NULL), pool);
        const char *name;
        json_t *value;

        ck_assert_int_eq(eckid_json_edit_names(object, pool)->nelts, json_object_size(plain));
        json_object_foreach(plain, name, value)
        {
            ck_assert(json_equal(eckid_json_edit_get(object, name), value));
        }
    }
}
END_TEST

/* Nobody has read it yet when it is changed. */
START_TEST(a_long_value_can_be_changed_unread)
{
    eckid_json_edit_t *object = parse("{\"a\":\"" HUNDRED "\",\"b\":\"x" HUNDRED
                                      "\",\"c\":\"y" HUNDRED "\",\"d\":\"z" HUNDRED "\"}");

    eckid_json_edit_rename(object, "a", "e", pool);
    ck_assert_str_eq(eckid_json_edit_string(object, "e"), HUNDRED);
    ck_assert_ptr_null(eckid_json_edit_string(object, "a"));
    eckid_json_edit_set(object, "b", json_string("new"), pool);
    ck_assert_str_eq(eckid_json_edit_string(object, "b"), "new");
    eckid_json_edit_rename(object, "c", "d", pool);
    ck_assert_str_eq(eckid_json_edit_string(object, "d"), "y" HUNDRED);
    eckid_json_edit_remove(object, "d");
    ck_assert_ptr_null(eckid_json_edit_string(object, "d"));
    ck_assert_str_eq(eckid_json_edit_print(object, pool).data,
                     "{\"e\":\"" HUNDRED "\",\"b\":\"new\"}");
}
END_TEST

/* As deep as jansson, which counts the outermost object. */
START_TEST(nesting_has_a_limit)
{
    for (int depth = 2046; depth < 2050; depth++) {
        char *deep = apr_palloc(pool, 2 * (apr_size_t)depth + 1);

        memset(deep, '[', (size_t)depth);
        memset(deep + depth, ']', (size_t)depth);
        deep[2 * depth] = '\0';
        const eckid_bytes_t text = str(apr_pstrcat(pool, "{\"a\":", deep, "}", NULL));
        json_t *plain = json_loadb(text.data, text.len, 0, NULL);
        eckid_json_edit_t *object;

        ck_assert((plain != NULL) == (depth < 2048));
        ck_assert((plain != NULL) == !eckid_json_edit_parse(&object, text, ECKID_STRUCTURE, pool));
        json_decref(plain);
    }
}
END_TEST

START_TEST(a_string_is_set_whatever_letters_it_has)
{
    static const char *const rows[][2] = {
        {"", "{\"a\":\"\"}"},
        {"token.a-b_c", "{\"a\":\"token.a-b_c\"}"},
        {"caf\xc3\xa9", "{\"a\":\"caf\xc3\xa9\"}"},
        {"\"\\\n", "{\"a\":\"\\\"\\\\\\n\"}"},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        eckid_json_edit_t *object = parse("{\"a\":1}");

        eckid_json_edit_set_string(object, "a", rows[i][0], pool);
        ck_assert_str_eq(eckid_json_edit_string(object, "a"), rows[i][0]);
        ck_assert_str_eq(eckid_json_edit_print(object, pool).data, rows[i][1]);
    }
}
END_TEST

START_TEST(one_byte_order_mark_is_no_part_of_the_text)
{
    static const char *const texts[] = {"\xEF\xBB\xBF{}", "\xEF\xBB\xBF\xEF\xBB\xBF{}",
                                        "{}\xEF\xBB\xBF", " \xEF\xBB\xBF{}"};
    eckid_json_edit_t *object;

    for (int i = 0; i < COUNT(texts); i++) {
        ck_assert(!eckid_json_edit_parse(&object, str(texts[i]), ECKID_STRUCTURE, pool) ==
                  (i == 0));
    }
}
END_TEST

START_TEST(null_is_as_good_as_absent)
{
    eckid_json_edit_t *object = parse("{\"a\":null,\"b\":\"\",\"c\":0,\"d\":\"\\n\"}");

    ck_assert(!eckid_json_edit_has(object, "a"));
    ck_assert(eckid_json_edit_has(object, "b"));
    ck_assert(eckid_json_edit_has(object, "c"));
    ck_assert(eckid_json_edit_has(object, "d"));
    ck_assert(!eckid_json_edit_has(object, "e"));
    eckid_json_edit_remove(object, "b");
    ck_assert(!eckid_json_edit_has(object, "b"));
}
END_TEST

START_TEST(a_string_that_is_not_utf_8_becomes_null)
{
    eckid_json_edit_t *object = parse("{}");

    eckid_json_edit_set_string(object, "a", "caf\xe9", pool);
    ck_assert(json_is_null(eckid_json_edit_get(object, "a")));
    ck_assert_str_eq(eckid_json_edit_print(object, pool).data, "{\"a\":null}");
}
END_TEST

/* Keycloak's JARM has its iss twice, once for each standard. */
START_TEST(a_member_that_is_repeated_counts_once)
{
    static const struct {
        const char *text, *printed;
    } rows[] = {
        {"{\"iss\":\"u\",\"a\":1,\"iss\":\"u\"}", "{\"a\":1,\"iss\":\"u\"}"},
        {"{\"a\":1,\"a\":1,\"a\":1}", "{\"a\":1}"},
        {"{ \"a\" : {\"b\": [1]} , \"a\":{\"b\": [1]}, \"c\":1.0}",
         "{\"a\":{\"b\": [1]},\"c\":1.0}"},
        {"{\"a\":\"x\\u0000\",\"a\":\"x\\u0000\"}", "{\"a\":\"x\\u0000\"}"},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        ck_assert_str_eq(eckid_json_edit_print(parse(rows[i].text), pool).data, rows[i].printed);
    }
}
END_TEST

static const char *const bad[] = {"",
                                  "{\"a\":1,\"a\":1,\"a\":2}",
                                  "{\"a\":1,\"a\":1.0}",
                                  "{\"a\":1\f}",
                                  "{\"a\":\"b\"\f}",
                                  "{\f\"a\":1}",
                                  "{\"a\":1\v,\"b\":1}",
                                  "{\"a\":\"b\" \"c\"}",
                                  "{\"a\":\"b\"\"c\"}",
                                  "{\"a\":b}",
                                  "{\"a\":}",
                                  "{\"a\":,}",
                                  "{\"a\"}",
                                  "{\"a\" \"b\"}",
                                  "{\"a}",
                                  "{\"",
                                  "{\"a\":\"",
                                  "{\"a\\\":1}",
                                  "{a:1}",
                                  "{,}",
                                  "{\"a\":1,}",
                                  "{\"a\":1,,\"b\":1}",
                                  "{\"a\":1 \"b\":1}",
                                  "{\"a\":1]",
                                  "{\"a\":]}",
                                  "{\"a\":[1}",
                                  "{\"a\":[1]]}",
                                  "{\"a\":{1}}",
                                  "{\"a\":1 2}",
                                  "{\"a\":1}1",
                                  "{\"a\":1},",
                                  "{\"a\":1}{\"b\":1}",
                                  "{\"a\xff\":1}",
                                  "{\"a\x7f\n\":1}",
                                  "{\"a\":tru}",
                                  "{\"a\":'b'}",
                                  "{",
                                  "}",
                                  "\"a\"",
                                  "{\"a\":1,\"a\":1,",
                                  "{\"a\":1,\"a\":1,}",
                                  "{\"a\":1,\"a\":1}}",
                                  "{\"a\":1,\"\\u0061\":1}",
                                  "{\"a\":\"b\",\"a\":\"\\u0062\"}",
                                  "{\"a\":[1],\"a\":[1 ]}",
                                  "{\"a\\u0000\":1,\"a\\ufffd\":1}",
                                  "{\"a\":{\"b\":1,\"b\":1}}",
                                  "{\"c\":1,\"c\":1,\"a\":{\"b\":1,\"b\":2}}",
                                  "[{\"a\":1,\"a\":1}]",
                                  "[]",
                                  "1",
                                  "{\"a\":1,\"a\":2}",
                                  "{\"a\":1,\"\\u0061\":2}",
                                  "{\"a\":",
                                  "{\"a\":1}}",
                                  "{'a':1}",
                                  "{\"a\":{\"b\":1,\"b\":2}}",
                                  "{\"a\":\"\xff\"}",
                                  "{\"a\\u0000\":1,\"a\\ufffd\":2}",
                                  "{\"a\":01e999}",
                                  "{\"a\":\"" HUNDRED,
                                  "{\"a\":\"" HUNDRED "\"",
                                  "{\"a\":\"" HUNDRED "\\\"}",
                                  "{\"a\":\"" HUNDRED "\n\"}",
                                  "{\"a\":\"" HUNDRED "\"\"" HUNDRED "\"}",
                                  "{\"a\"::\"" HUNDRED "\"}",
                                  "{\"a\":\"" HUNDRED "\":\"" HUNDRED "\"}",
                                  "{\"" HUNDRED "\"}",
                                  "{\"a\":\"" HUNDRED "\",\"a\":\"" HUNDRED "x\"}",
                                  "{\"a\":\"" HUNDRED "\",\"a\":\"\"}",
                                  "{\"a\":\"" HUNDRED "\",\"a\":\"" HUNDRED "x\",\"b\":1}"};

/* A text is no C string: what stands behind a NUL counts. */
START_TEST(a_nul_ends_nothing)
{
    static const char *const texts[] = {
        "{\"a\":1}|",
        "{\"a\":\"" HUNDRED "\"}|",
        "{\"a\":\"" HUNDRED "|\"}",
        "{\"a\":\"" HUNDRED "\\|\"}",
        "{\"a\":\"" HUNDRED "\"|}",
        "{\"a\":|\"" HUNDRED "\"}",
    };
    eckid_json_edit_t *object;

    for (int i = 0; i < COUNT(texts); i++) {
        char *text = apr_pstrdup(pool, texts[i]);

        *strchr(text, '|') = '\0';
        refused(eckid_json_edit_parse(&object, eckid_bytes(text, strlen(texts[i])), ECKID_STRUCTURE,
                                      pool),
                ECKID_STRUCTURE);
    }
}
END_TEST

/* The place is that in the text as it came. */
START_TEST(a_refusal_tells_where)
{
    eckid_json_edit_t *object;
    const eckid_err_t *err = eckid_json_edit_parse(&object, str("{\"a\":\"" HUNDRED "\",\"b\":x}"),
                                                   ECKID_STRUCTURE, pool);

    ck_assert_str_eq(err->detail, "it is not JSON, at byte 111");
}
END_TEST

START_TEST(what_is_not_one_clear_object_is_refused)
{
    eckid_json_edit_t *object;

    refused(eckid_json_edit_parse(&object, str(bad[_i]), ECKID_STRUCTURE, pool), ECKID_STRUCTURE);
}
END_TEST

UNIT_SUITE(json_edit)
{
    Suite *suite = suite_create("json_edit");
    TCase *tcase = unit_case(suite, "object");

    tcase_add_test(tcase, what_is_not_changed_stays_as_it_was_written);
    tcase_add_test(tcase, white_space_between_members_goes);
    tcase_add_test(tcase, members_are_set_removed_and_renamed);
    tcase_add_test(tcase, members_are_found_among_few_and_many);
    tcase_add_test(tcase, what_was_read_outlives_a_change);
    tcase_add_test(tcase, what_is_set_is_printed_as_by_jansson);
    tcase_add_test(tcase, other_values_than_strings_can_be_set);
    tcase_add_test(tcase, names_are_compared_decoded);
    tcase_add_test(tcase, long_values_are_read_as_jansson_reads_them);
    tcase_add_test(tcase, a_long_value_can_be_changed_unread);
    tcase_add_test(tcase, nesting_has_a_limit);
    tcase_add_test(tcase, a_string_is_set_whatever_letters_it_has);
    tcase_add_test(tcase, one_byte_order_mark_is_no_part_of_the_text);
    tcase_add_test(tcase, null_is_as_good_as_absent);
    tcase_add_test(tcase, a_string_that_is_not_utf_8_becomes_null);
    tcase_add_test(tcase, a_nul_ends_nothing);
    tcase_add_test(tcase, a_refusal_tells_where);
    tcase_add_test(tcase, a_member_that_is_repeated_counts_once);
    tcase_add_loop_test(tcase, what_is_not_one_clear_object_is_refused, 0, COUNT(bad));
    return suite;
}
