/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "bridge/eckid_bridge_cookie.h"

static const struct {
    const char *field, *value;
    int count;
} fields[] = {
    {NULL, NULL, 0},
    {"", NULL, 0},
    {"a=1; b=2", NULL, 0},
    {"eckid-x=1", "1", 1},
    {"a=1; eckid-x=1=2;eckid-y=", "1=2", 2},
    {" eckid-x=1 ; eckid-x=2", "1", 2},
    {"eckid-x", NULL, 0},
    {"Eckid-x=1; xeckid-x=1", NULL, 0},
    {"=; ;;=eckid-x=1", NULL, 0},
};

START_TEST(ours_are_found)
{
    const apr_array_header_t *cookies = eckid_bridge_cookies_read(fields[_i].field, pool);
    const char *value = eckid_bridge_cookies_get(cookies, "eckid-x");

    ck_assert_int_eq(cookies->nelts, fields[_i].count);
    ck_assert_pstr_eq(value, fields[_i].value);
}
END_TEST

START_TEST(no_more_are_looked_at_than_can_be_ours)
{
    const char *field = "";

    for (int i = 0; i < ECKID_COOKIES_MAX + 1; i++) {
        field = apr_psprintf(pool, "%seckid-%d=1; ", field, i);
    }
    ck_assert_int_eq(eckid_bridge_cookies_read(field, pool)->nelts, ECKID_COOKIES_MAX);
}
END_TEST

static const struct {
    const char *value, *url, *path, *field;
} set[] = {
    {"v", "https://a.example/idp", "/idp", "eckid-x=v; Path=/idp; HttpOnly; Secure; SameSite=None"},
    {"v", "HTTPS://a.example", "", "eckid-x=v; Path=/; HttpOnly; Secure; SameSite=None"},
    {"v", "http://a.example/idp", "/idp", "eckid-x=v; Path=/idp; HttpOnly"},
    {NULL, "https://a.example/idp", "/idp",
     "eckid-x=; Path=/idp; HttpOnly; Secure; SameSite=None; Max-Age=0"},
};

START_TEST(only_our_endpoints_get_it)
{
    const eckid_bridge_cookie_t cookie = {"eckid-x", set[_i].value};

    ck_assert_str_eq(eckid_bridge_cookie_field(&cookie, set[_i].url, set[_i].path, pool),
                     set[_i].field);
}
END_TEST

UNIT_SUITE(bridge_cookie)
{
    Suite *suite = suite_create("bridge_cookie");
    TCase *tcase = unit_case(suite, "cookie");

    tcase_add_loop_test(tcase, ours_are_found, 0, COUNT(fields));
    tcase_add_test(tcase, no_more_are_looked_at_than_can_be_ours);
    tcase_add_loop_test(tcase, only_our_endpoints_get_it, 0, COUNT(set));
    return suite;
}
