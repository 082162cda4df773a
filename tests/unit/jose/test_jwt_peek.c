/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "jose/eckid_jwt_peek.h"

static const struct {
    const char *token;
    const char *names; /* by aud and azp; or NULL: no claims can be read */
} tokens[] = {
    /* {"aud":"books"} */
    {"e30.eyJhdWQiOiJib29rcyJ9.AAAA", "books"},
    {"x.eyJhdWQiOiJib29rcyJ9.", "books"},
    {"e30.eyJhdWQiOiJib29rcyJ9", NULL},
    {"e30", NULL},
    {"", NULL},
    /* {"aud":["a","b",1],"azp":"c"}, and the same with an unused bit set */
    {"e30.eyJhdWQiOlsiYSIsImIiLDFdLCJhenAiOiJjIn0.x", "a b c"},
    {"e30.eyJhdWQiOlsiYSIsImIiLDFdLCJhenAiOiJjIn1.x", "a b c"},
    /* {"aud":"a","aud":"b"} */
    {"e30.eyJhdWQiOiJhIiwiYXVkIjoiYiJ9.x", "b"},
    {"e30.e30.x", ""},
    {"e30.e30.x.x", NULL},
    {"e30.e30.x.x.x", NULL},
    {"e30.W10.x", NULL},
    {"e30.!.x", NULL},
    {"e30.e30=.x", NULL},
};

START_TEST(whom_a_token_names)
{
    static const char *const members[] = {"aud", "azp", NULL};
    const json_t *claims = eckid_jwt_peek_claims(str(tokens[_i].token), pool);

    ck_assert_int_eq(claims != NULL, tokens[_i].names != NULL);
    if (claims) {
        ck_assert_str_eq(apr_array_pstrcat(pool, eckid_jwt_peek_names(claims, members, pool), ' '),
                         tokens[_i].names);
    }
}
END_TEST

UNIT_SUITE(jwt_peek)
{
    Suite *suite = suite_create("jwt_peek");
    TCase *tcase = unit_case(suite, "peek");

    tcase_add_loop_test(tcase, whom_a_token_names, 0, COUNT(tokens));
    return suite;
}
