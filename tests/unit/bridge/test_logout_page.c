/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_logout_page.h"

static const struct {
    eckid_logout_page_kind_t kind;
    const char *language, *title;
} titles[] = {
    {ECKID_LOGOUT_PAGE_ASK, "nl", "<h1>Uitloggen</h1>"},
    {ECKID_LOGOUT_PAGE_ASK, "en", "<h1>Log out</h1>"},
    {ECKID_LOGOUT_PAGE_DONE, NULL, "<h1>Je bent uitgelogd</h1>"},
    {ECKID_LOGOUT_PAGE_DONE, "en", "<h1>You are logged out</h1>"},
    {ECKID_LOGOUT_PAGE_PARTIAL, "nl", "<h1>Je bent niet overal uitgelogd</h1>"},
    {ECKID_LOGOUT_PAGE_PARTIAL, "en", "<h1>You are not logged out everywhere</h1>"},
    {ECKID_LOGOUT_PAGE_REFUSED, "nl", "<h1>Uitloggen is niet gelukt</h1>"},
    {ECKID_LOGOUT_PAGE_REFUSED, "en", "<h1>Logging out did not work</h1>"},
};

START_TEST(it_says_how_things_stand)
{
    const eckid_logout_page_t page = {NULL, NULL, NULL, "K7F2-9QXM"};
    const eckid_refusal_look_t look = {.school = "A & B"};
    const char *text =
        eckid_logout_page(titles[_i].kind, &page, titles[_i].language, &look, pool).data;

    ck_assert_ptr_nonnull(strstr(text, titles[_i].title));
    ck_assert_ptr_nonnull(strstr(text, "<code>K7F2-9QXM</code>"));
    ck_assert_ptr_nonnull(strstr(text, "A &amp; B"));
    ck_assert_ptr_null(strstr(text, "<form"));
    ck_assert_ptr_null(strstr(text, "<a "));
}
END_TEST

START_TEST(it_has_a_form_and_a_link_where_there_is_something_to_do)
{
    const eckid_logout_page_t page = {"/idp/logout?a&b", "to\"ken", "/idp/logout", NULL};
    const eckid_refusal_look_t look = {.school = NULL};
    const char *text = eckid_logout_page(ECKID_LOGOUT_PAGE_ASK, &page, "en", &look, pool).data;

    ck_assert_ptr_nonnull(strstr(text, "<form method=\"post\" action=\"/idp/logout?a&amp;b\">"));
    ck_assert_ptr_nonnull(strstr(text, "value=\"to&quot;ken\""));
    ck_assert_ptr_nonnull(strstr(text, "<a href=\"/idp/logout\">"));
    ck_assert_ptr_null(strstr(text, "<code>"));
}
END_TEST

UNIT_SUITE(logout_page)
{
    Suite *suite = suite_create("logout_page");
    TCase *tcase = unit_case(suite, "page");

    tcase_add_loop_test(tcase, it_says_how_things_stand, 0, COUNT(titles));
    tcase_add_test(tcase, it_has_a_form_and_a_link_where_there_is_something_to_do);
    return suite;
}
