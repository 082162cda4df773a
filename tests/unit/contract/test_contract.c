/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "contract/eckid_contract_eduv.h"

START_TEST(a_type_is_known_by_its_exact_name)
{
    ck_assert(eckid_contract_knows(eckid_contract_eduv.person_types, "NEPPI"));
    ck_assert(eckid_contract_knows(eckid_contract_eduv.school_types, "master"));
    ck_assert(!eckid_contract_knows(eckid_contract_eduv.school_types, "OIN"));
    ck_assert(!eckid_contract_knows(eckid_contract_eduv.person_types, "neppi"));
    ck_assert(eckid_contract_knows(NULL, "anything"));
}
END_TEST

static const struct {
    int status;
    const char *type;
    bool knows;
    eckid_code_t code;
} heads[] = {
    {200, "application/json", true, 0},
    {404, "application/problem+json", true, 0},
    {204, NULL, true, 0},
    {204, NULL, false, ECKID_LAS_REFUSED},
    {403, "application/json", false, ECKID_LAS_REFUSED},
    {404, "text/html", true, ECKID_LAS_SHAPE},
    {404, NULL, true, ECKID_LAS_SHAPE},
    {200, "application/problem+json", true, ECKID_LAS_SHAPE},
};

START_TEST(a_head_is_judged_before_the_body)
{
    eckid_http_response_t response = {.status = heads[_i].status,
                                      .headers = apr_table_make(pool, 1)};

    if (heads[_i].type) {
        apr_table_setn(response.headers, "Content-Type", heads[_i].type);
    }
    eckid_err_t *err = eckid_contract_check_head(&response, heads[_i].knows, pool);

    ck_assert_int_eq(err ? err->code : 0, heads[_i].code);
}
END_TEST

static const struct {
    int status;
    const char *words;
} advice[] = {
    {201, "(ask the LAS"},          {401, "keyid="},       {403, "consent"},
    {404, "without the operation"}, {429, "lower calls="}, {502, "trouble of its own"},
    {307, "are not followed"},      {400, "version of"},   {415, "version of"},
};

START_TEST(the_hint_fits_the_status)
{
    tells(eckid_contract_refused(advice[_i].status, pool), ECKID_LAS_REFUSED, advice[_i].words);
}
END_TEST

UNIT_SUITE(contract)
{
    Suite *suite = suite_create("contract");
    TCase *tcase = unit_case(suite, "contract");

    tcase_add_test(tcase, a_type_is_known_by_its_exact_name);
    tcase_add_loop_test(tcase, a_head_is_judged_before_the_body, 0, COUNT(heads));
    tcase_add_loop_test(tcase, the_hint_fits_the_status, 0, COUNT(advice));
    return suite;
}
