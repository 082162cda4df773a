/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "contract/eckid_contract.h"
#include "las/eckid_school_map.h"

static const char map[] = "# the schools of the board\n"
                          "\n"
                          "11ZZ          V_ID 11ZZ03\tmagister\r\n"
                          "  12AB\tmaster\tabc-123   # no LAS of its own\n"
                          "\t# another comment\n"
                          "school.example DD_ID x/y#z las_2.north-1";

static const eckid_school_map_entry_t *find(const char *key)
{
    eckid_school_map_t *schools;

    ok(eckid_school_map_make(&schools, str(map), "schools.map", pool));
    return eckid_school_map_find(schools, key);
}

typedef struct row_t {
    const char *key, *type, *value, *las;
    int line;
} row_t;

static const row_t rows[] = {
    {"11ZZ", "V_ID", "11ZZ03", "magister", 3},
    {"12AB", "master", "abc-123", NULL, 4},
    {"school.example", "DD_ID", "x/y#z", "las_2.north-1", 6},
};

START_TEST(a_school_is_found_by_its_key)
{
    const eckid_school_map_entry_t *mapped = find(rows[_i].key);

    ck_assert_ptr_nonnull(mapped);
    ck_assert_str_eq(mapped->school.type, rows[_i].type);
    ck_assert_str_eq(mapped->school.value, rows[_i].value);
    ck_assert_pstr_eq(mapped->las, rows[_i].las);
    ck_assert_int_eq(mapped->line, rows[_i].line);
}
END_TEST

START_TEST(another_key_finds_nothing)
{
    static const char *const others[] = {"", "11zz", "11Z", "11ZZ ", "11ZZ03", "#", "V_ID"};

    for (int i = 0; i < COUNT(others); i++) {
        ck_assert_ptr_null(find(others[i]));
    }
}
END_TEST

START_TEST(all_are_in_the_order_of_the_file)
{
    eckid_school_map_t *schools;

    ok(eckid_school_map_make(&schools, str(map), "schools.map", pool));
    ck_assert_int_eq(eckid_school_map_all(schools)->nelts, 3);
    ck_assert_str_eq(
        APR_ARRAY_IDX(eckid_school_map_all(schools), 1, const eckid_school_map_entry_t *)
            ->school.value,
        "abc-123");
}
END_TEST

START_TEST(every_type_is_known)
{
    for (int i = 0; eckid_contract_school_types[i]; i++) {
        eckid_school_map_t *schools;
        const char *line = apr_pstrcat(pool, "k ", eckid_contract_school_types[i], " 11ZZ03", NULL);

        ok(eckid_school_map_make(&schools, str(line), "schools.map", pool));
    }
}
END_TEST

#define LONG64 "0123456789012345678901234567890123456789012345678901234567890123"

typedef struct bad_t {
    const char *content, *why;
} bad_t;

static const bad_t bad[] = {
    {"", "m: there is no school in it"},
    {"# none\n\n", "m: there is no school in it"},
    {"a DD_ID b\na DD_ID c\n", "m:2: its key is already on line 1"},
    {"a DD_ID b\n\na DD_ID b\n", "m:3: its key is already on line 1"},
    {"\na\n", "m:2: fewer than three words"},
    {"a V_ID", "m:1: fewer than three words"},
    {"a V_ID 11ZZ",
     "m:1: a V_ID is a vestigingscode: the BRIN of four characters and the two of the branch, in "
     "capitals, such as 11ZZ03"},
    {"a V_ID #b", "m:1: fewer than three words"},
    {"a V_ID b c d", "m:1: more than four words"},
    {"a BRIN b", "m:1: the type is not one of V_ID, OIE_CODE, BP_ID, DD_ID, AS_ID, OIN, master"},
    {"a v_id b", "m:1: the type is not one of V_ID, OIE_CODE, BP_ID, DD_ID, AS_ID, OIN, master"},
    {"\xef\xbb\xbf"
     "a V_ID b",
     "m:1: a character that is not visible ASCII"},
    {"a V_ID b\x01", "m:1: a character that is not visible ASCII"},
    {"a V_ID b\x7f", "m:1: a character that is not visible ASCII"},
    {"a\vV_ID b c", "m:1: a character that is not visible ASCII"},
    {"a V_ID \xc3\xa9", "m:1: a character that is not visible ASCII"},
    {"a DD_ID b las/x", "m:1: the name of a LAS has at most 64 letters, digits, . _ and -"},
    {"a DD_ID b x" LONG64, "m:1: the name of a LAS has at most 64 letters, digits, . _ and -"},
    {"a V_ID x" LONG64 LONG64 LONG64 LONG64, "m:1: a word is longer than 256"},
};

START_TEST(a_wrong_line_is_named)
{
    eckid_school_map_t *schools;
    eckid_err_t *err = eckid_school_map_make(&schools, str(bad[_i].content), "m", pool);

    refused(err, ECKID_SCHOOL_MAP);
    ck_assert_str_eq(err->detail, bad[_i].why);
}
END_TEST

START_TEST(nul_is_no_character)
{
    eckid_school_map_t *schools;

    refused(eckid_school_map_make(&schools, eckid_bytes("a DD_ID b\0", 10), "m", pool),
            ECKID_SCHOOL_MAP);
}
END_TEST

START_TEST(its_size_is_bounded)
{
    char *content = apr_pcalloc(pool, ECKID_SCHOOL_MAP_MAX + 1);
    eckid_school_map_t *schools;

    memset(content, '\n', ECKID_SCHOOL_MAP_MAX + 1);
    memcpy(content, "a DD_ID b", 9);
    ok(eckid_school_map_make(&schools, eckid_bytes(content, ECKID_SCHOOL_MAP_MAX), "m", pool));
    refused(
        eckid_school_map_make(&schools, eckid_bytes(content, ECKID_SCHOOL_MAP_MAX + 1), "m", pool),
        ECKID_SCHOOL_MAP);
}
END_TEST

UNIT_SUITE(school_map)
{
    Suite *suite = suite_create("school_map");
    TCase *tcase = unit_case(suite, "schools");

    tcase_add_loop_test(tcase, a_school_is_found_by_its_key, 0, COUNT(rows));
    tcase_add_test(tcase, another_key_finds_nothing);
    tcase_add_test(tcase, all_are_in_the_order_of_the_file);
    tcase_add_test(tcase, every_type_is_known);
    tcase_add_loop_test(tcase, a_wrong_line_is_named, 0, COUNT(bad));
    tcase_add_test(tcase, nul_is_no_character);
    tcase_add_test(tcase, its_size_is_bounded);
    return suite;
}
