/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_oauth_param.h"

/* Values, after "|" other readings, after "!" that there may be one that cannot be read. */
static const struct {
    const char *pairs, *read;
    const char *value; /* or NULL */
} rows[] = {
    {"", "|", NULL},
    {"a=1&b", "|", NULL},
    {"code_x=1", "1|", "1"},
    {"&&code_x=%31&", "1|", "1"},
    {"code_x", "|", ""},
    {"code_x=a=b", "a=b|", "a=b"},
    {"code_x=1&code_x=1", "1 1|", NULL},
    {"code_x=1;a", "1;a|1", NULL},
    {"a;code_x=1", "|1", NULL},
    {"a=1\ncode_x=2", "|2", NULL},
    {"code_x=1\t", "1\t|1", NULL},
    {"a=1\x7F"
     "Code_x=2",
     "|2", NULL},
    {"a=the first sixteen;b=and those behind&c=;%43ode_x=1", "|1", NULL},
    {"Code_X=1", "|1", NULL},
    {"code.x=1&code_x=2", "2|1", NULL},
    {"+code%5fx[=1", "|1", NULL},
    {"code_x%00z=1", "|1", NULL},
    {"c%c3%b6de_x=1", "|1", NULL},
    {"code_x=%00", "|!", NULL},
    {"code_xy=1&acode_x=1&code=1", "|", NULL},
};

static const char *read_as(const eckid_oauth_param_t *param)
{
    return apr_pstrcat(pool, apr_array_pstrcat(pool, param->values, ' '), "|",
                       apr_array_pstrcat(pool, param->readings, ' '), param->hidden ? "!" : "",
                       NULL);
}

START_TEST(a_parameter_is_read_in_every_way)
{
    const eckid_oauth_request_t call = {.query = rows[_i].pairs, .form = str(rows[_i].pairs)};
    const eckid_oauth_param_t in_query = eckid_oauth_param_in_query(&call, "code_x", pool);
    const eckid_oauth_param_t in_body = eckid_oauth_param_in_body(&call, "code_x", pool);

    ck_assert_str_eq(read_as(&in_query), rows[_i].read);
    ck_assert_str_eq(read_as(&in_body), rows[_i].read);
    ck_assert_pstr_eq(eckid_oauth_param_value(&in_body), rows[_i].value);
    ck_assert(eckid_oauth_param_is_there(&in_body) ==
              (strcmp(rows[_i].read, "|") != 0 || rows[_i].value != NULL));
}
END_TEST

UNIT_SUITE(oauth_param)
{
    Suite *suite = suite_create("oauth_param");
    TCase *tcase = unit_case(suite, "param");

    tcase_add_loop_test(tcase, a_parameter_is_read_in_every_way, 0, COUNT(rows));
    return suite;
}
