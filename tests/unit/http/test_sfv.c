/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "http/eckid_sfv.h"

static const char *print(const apr_array_header_t *members)
{
    const char *text = "";

    for (int i = 0; i < members->nelts; i++) {
        const eckid_sfv_member_t *member = &APR_ARRAY_IDX(members, i, eckid_sfv_member_t);

        text = apr_pstrcat(pool, text, i ? ", " : "", member->key, "=", member->item.text, NULL);
    }
    return text;
}

/* What is read, and what it is printed as (with "=?1" where the standard leaves that out). */
static const char *const good[][2] = {
    {"", ""},
    {"  ", ""},
    {"a=1", "a=1"},
    {" a=1 ", "a=1"},
    {"a=1,b=2 ,\tc=3", "a=1, b=2, c=3"},
    {"a", "a=?1"},
    {"a;x=1", "a=?1;x=1"},
    {"a=?0", "a=?0"},
    {"a=?1;b=?1;c=?0", "a=?1;b;c=?0"},
    {"a=-0", "a=0"},
    {"a=-007", "a=-7"},
    {"a=999999999999999", "a=999999999999999"},
    {"a=-999999999999999", "a=-999999999999999"},
    {"a=1.5", "a=1.5"},
    {"a=01.500", "a=1.5"},
    {"a=-0.0", "a=0.0"},
    {"a=-0.010", "a=-0.01"},
    {"a=999999999999.999", "a=999999999999.999"},
    {"a=\"\"", "a=\"\""},
    {"a=\"b\\\"c\\\\d ~\"", "a=\"b\\\"c\\\\d ~\""},
    {"a=tok/en:*", "a=tok/en:*"},
    {"a=*", "a=*"},
    {"a=::", "a=::"},
    {"a=:AQ==:", "a=:AQ==:"},
    {"a=()", "a=()"},
    {"a=(  )", "a=()"},
    {"a=( 1  \"x\";req;key=\"k\" );created=1", "a=(1 \"x\";req;key=\"k\");created=1"},
    {"a=1; b=2;  c", "a=1;b=2;c"},
    {"*a_-.*9=1", "*a_-.*9=1"},
    {"sig1=(\"@method\" \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"k\"",
     "sig1=(\"@method\" \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"k\""},
};

START_TEST(what_is_good_is_printed_canonically)
{
    apr_array_header_t *members;

    ck_assert(eckid_sfv_dictionary(&members, good[_i][0], pool));
    ck_assert_str_eq(print(members), good[_i][1]);
}
END_TEST

static const char *const bad[] = {
    "A=1",
    "1=1",
    "=1",
    ",",
    "a=1,",
    "a=1,,b=2",
    "a=1 b=2",
    "a =1",
    "a= 1",
    "\ta=1",
    "a=",
    "a=;b",
    "a=1;",
    "a=1;=2",
    "a=1;B=2",
    "a=1;b= 2",
    "a=1 ;b",
    "a=1, a=2",
    "a=1;b=1;b=2",
    "a=(\"x\";req;req)",
    "a=-",
    "a=--1",
    "a=+1",
    "a=1000000000000000",
    "a=1.",
    "a=.5",
    "a=1.0000",
    "a=1000000000000.0",
    "a=1.5.5",
    "a=0x10",
    "a=\"",
    "a=\"b",
    "a=\"b\\",
    "a=\"b\\\"",
    "a=\"b\\c\"",
    "a=\"\x7f\"",
    "a=\"\xc3\xa9\"",
    "a=\"b\tc\"",
    "a=\"b\nc\"",
    "a='b'",
    "a=:",
    "a=:AQ==",
    "a=:AQ:",
    "a=:AQ=:",
    "a=:AR==:",
    "a=:AQ= =:",
    "a=:AQ==\n:",
    "a=:-_==:",
    "a=?",
    "a=?2",
    "a=?true",
    "a=@1659578233",
    "a=%\"x\"",
    "a=(",
    "a=(1",
    "a=(1 ",
    "a=1)",
    "a=(1\t2)",
    "a=(1,2)",
    "a=(\"x\"\"y\")",
    "a=((1))",
    "a=(1)b",
    "a=(1;)",
    "a=1\nb=2",
    "a=1\r\n",
};

START_TEST(what_is_not_good_is_refused)
{
    apr_array_header_t *members = NULL;

    ck_assert(!eckid_sfv_dictionary(&members, bad[_i], pool));
    ck_assert_ptr_null(members);
}
END_TEST

/* count times "k0=1", "k1=1" and so on, with what stands before, between and behind. */
static const char *many(const char *head, const char *prefix, int count, const char *glue,
                        const char *tail)
{
    const char *text = head;

    for (int i = 0; i < count; i++) {
        text = apr_psprintf(pool, "%s%s%s%d", text, i ? glue : "", prefix, i);
    }
    return apr_pstrcat(pool, text, tail, NULL);
}

START_TEST(there_are_bounds)
{
    apr_array_header_t *members;
    char *spaces = apr_pcalloc(pool, 16386);

    ck_assert(eckid_sfv_dictionary(&members, many("", "k", 64, ",", ""), pool));
    ck_assert(!eckid_sfv_dictionary(&members, many("", "k", 65, ",", ""), pool));
    ck_assert(eckid_sfv_dictionary(&members, many("a=(", "", 64, " ", ")"), pool));
    ck_assert(!eckid_sfv_dictionary(&members, many("a=(", "", 65, " ", ")"), pool));
    ck_assert(eckid_sfv_dictionary(&members, many("a;", "k", 64, ";", ""), pool));
    ck_assert(!eckid_sfv_dictionary(&members, many("a;", "k", 65, ";", ""), pool));
    memset(spaces, ' ', 16384);
    ck_assert(eckid_sfv_dictionary(&members, spaces, pool));
    spaces[16384] = ' ';
    ck_assert(!eckid_sfv_dictionary(&members, spaces, pool));
}
END_TEST

START_TEST(values_are_what_they_say)
{
    apr_array_header_t *members;

    ck_assert(eckid_sfv_dictionary(
        &members, "sig=(\"a\\\"b\" tok);created=-5;keyid=\"k\", s=:AQID:, f=?0", pool));
    const eckid_sfv_item_t *list = eckid_sfv_find(members, "sig");

    ck_assert_int_eq(list->list->nelts, 2);
    const eckid_sfv_item_t *first = &APR_ARRAY_IDX(list->list, 0, eckid_sfv_item_t);

    ck_assert_int_eq(first->value.type, ECKID_SFV_STRING);
    ck_assert_str_eq(first->value.bytes.data, "a\"b");
    ck_assert_int_eq(eckid_sfv_param(list, "created")->integer, -5);
    ck_assert_str_eq(eckid_sfv_param(list, "keyid")->bytes.data, "k");
    ck_assert_ptr_null(eckid_sfv_param(list, "nonce"));
    ck_assert_int_eq(eckid_sfv_find(members, "s")->value.bytes.len, 3);
    ck_assert_int_eq(eckid_sfv_find(members, "f")->value.integer, 0);
    ck_assert_ptr_null(eckid_sfv_find(members, "sig1"));
}
END_TEST

UNIT_SUITE(sfv)
{
    Suite *suite = suite_create("sfv");
    TCase *tcase = unit_case(suite, "sfv");

    tcase_add_loop_test(tcase, what_is_good_is_printed_canonically, 0, COUNT(good));
    tcase_add_loop_test(tcase, what_is_not_good_is_refused, 0, COUNT(bad));
    tcase_add_test(tcase, there_are_bounds);
    tcase_add_test(tcase, values_are_what_they_say);
    return suite;
}
