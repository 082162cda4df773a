/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_redirect.h"
#include "support/maker.h"
#include "support/web.h"

static const struct {
    const char *url, *base, *query, *fragment; /* routes; NULL where the part is not there */
} splits[] = {
    {"https://a/cb", "https://a/cb", NULL, NULL},
    {"https://a/cb?", "https://a/cb", "", NULL},
    {"?x=1#y=2", "", "", ""},
    {"https://a/#/cb?x=1&y=2", "https://a/", NULL, "/cb?"},
    {"https://a/#/cb", "https://a/", NULL, "/cb"},
    {"https://a/#/cb&x=1", "https://a/", NULL, "/cb&"},
    {"https://a/#/auth/x=1", "https://a/", NULL, "/auth/"},
    {"https://a/#!/cb;x=1", "https://a/", NULL, "!/cb;"},
    {"https://a/?x=1#word", "https://a/", "", "word"},
    {"https://a/#", "https://a/", NULL, ""},
    {"https://a/#word=", "https://a/", NULL, ""},
    {"https://a/#word&x", "https://a/", NULL, "word&x"},
    {"https://a/#word&x=1", "https://a/", NULL, ""},
    {"#?word&x=1", "", NULL, "?"},
};

START_TEST(a_url_is_split_and_printed_as_it_was)
{
    const eckid_redirect_t redirect = eckid_redirect_split(splits[_i].url, pool);

    ck_assert_str_eq(redirect.base, splits[_i].base);
    ck_assert_pstr_eq(redirect.query.route, splits[_i].query);
    ck_assert_pstr_eq(redirect.fragment.route, splits[_i].fragment);
    ck_assert_str_eq(eckid_redirect_print(&redirect, pool), splits[_i].url);
}
END_TEST

static const struct {
    const char *url, *asked;
    bool leaves;
} targets[] = {
    {"https://books.example/cb", NULL, true},
    {"app:/cb", NULL, true},
    {"com.example.app:/cb", NULL, true},
    {"/cb", NULL, false},
    {"", NULL, false},
    {"?code=c", NULL, false},
    {"books.example/cb:1", NULL, false},
    {"1a:/cb", NULL, false},
    {"//books.example/cb", NULL, true},
    {"/\\books.example/cb", NULL, true},
    {" https://books.example/cb", NULL, true},
    {"//idp.school.example/cb", NULL, false},
    {"//idp.school.example/cb", WEB_ISSUER "/cb", true},
    {WEB_ISSUER "/cb", NULL, false},
    {WEB_ISSUER "/cb?x", WEB_ISSUER "/cb", true},
    {WEB_ISSUER "/login", WEB_ISSUER "/cb", false},
};

START_TEST(what_leaves_the_provider)
{
    web_scene_t *scene = web_scene();
    const eckid_redirect_t redirect = eckid_redirect_split(targets[_i].url, pool);

    scene->gateway.oidc.redirect_uri = targets[_i].asked;
    eckid_redirect_asked_t asked = eckid_redirect_asked(&scene->gateway.oidc, pool);

    ck_assert(eckid_redirect_leaves(&redirect, &asked) == targets[_i].leaves);
}
END_TEST

#define OWN "https://books.example/cb?tenant=5&user=x"

static const struct {
    const char *asked, *url, *left;
} releases[] = {
    {OWN, OWN "&code=c&user=y&lang=nl", OWN "&code=c"},
    {"HTTPS://BOOKS.example:443/cb?tenant=5&user=x", OWN "&code=c&user=y", OWN "&code=c"},
    {OWN, "https://books.example/cb?user=x&code=c#tenant=5",
     "https://books.example/cb?user=x&code=c#"},
    {OWN "#/a?lang=nl", "https://books.example/cb#/a?lang=nl&code=c&user=x",
     "https://books.example/cb#/a?lang=nl&code=c"},
    {"https://books.example/other?user=x", OWN "&code=c&lang=nl",
     "https://books.example/cb?tenant=5&code=c&lang=nl"},
    {NULL, OWN "&code=c&lang=nl&uid=u", "https://books.example/cb?tenant=5&code=c&lang=nl&uid=u"},
    {NULL, "https://books.example/cb?x=%00&y=1&%00=z", "https://books.example/cb?y=1"},
};

START_TEST(what_is_not_released_is_removed)
{
    web_scene_t *scene = web_scene();
    eckid_oidc_login_t login = {.setup = &scene->gateway.oidc, .pool = pool};
    eckid_redirect_t redirect = eckid_redirect_split(releases[_i].url, pool);

    scene->gateway.oidc.redirect_uri = releases[_i].asked;
    eckid_oidc_login_set_client(&login, "books");
    eckid_redirect_asked_t asked = eckid_redirect_asked(login.setup, pool);

    ck_assert_int_gt(eckid_redirect_release(&redirect, &asked, &login), 0);
    ck_assert_str_eq(eckid_redirect_print(&redirect, pool), releases[_i].left);
    ck_assert_int_eq(eckid_redirect_release(&redirect, &asked, &login), 0);
}
END_TEST

UNIT_SUITE(redirect)
{
    Suite *suite = suite_create("redirect");
    TCase *tcase = unit_case(suite, "redirect");

    tcase_add_loop_test(tcase, a_url_is_split_and_printed_as_it_was, 0, COUNT(splits));
    tcase_add_loop_test(tcase, what_leaves_the_provider, 0, COUNT(targets));
    tcase_add_loop_test(tcase, what_is_not_released_is_removed, 0, COUNT(releases));
    return suite;
}
