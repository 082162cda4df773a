/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "decision/eckid_refusal_page.h"

static const eckid_refusal_look_t plain = {.school = NULL};

typedef struct row_t {
    const char *accept;
    bool english;
} row_t;

static const row_t rows[] = {
    {NULL, false},
    {"", false},
    {"nl", false},
    {"en", true},
    {"en-GB,en;q=0.9,nl;q=0.8", true},
    {"nl-NL,nl;q=0.9,en;q=0.8", false},
    {"en;q=0.5,nl;q=0.6", false},
    {"en;q=0.6,nl;q=0.5", true},
    {"de,fr;q=0.5", false},
    {"enx", false},
    {"EN", true},
    {"en;q=inf,nl;q=0.1", false},
    {"en;q=nan,nl;q=0.1", false},
    {"en;q=1e99", true},
};

START_TEST(the_language_is_the_one_asked_for)
{
    const char *page =
        eckid_refusal_page(503, ECKID_LAS_FAILED, NULL, rows[_i].accept, &plain, "AAAA-BBBB", pool)
            .data;

    ck_assert_ptr_nonnull(strstr(page, rows[_i].english ? "lang=\"en\"" : "lang=\"nl\""));
}
END_TEST

static const char *const languages[] = {"nl", "en"};

START_TEST(every_status_says_something_else)
{
    static const int statuses[] = {400, 403, 502, 503};

    for (int i = 0; i < COUNT(statuses); i++) {
        int other = statuses[(i + 1) % COUNT(statuses)];
        eckid_bytes_t page = eckid_refusal_page(statuses[i], ECKID_LAS_FAILED, NULL, languages[_i],
                                                &plain, "R", pool);
        eckid_bytes_t next =
            eckid_refusal_page(other, ECKID_LAS_FAILED, NULL, languages[_i], &plain, "R", pool);

        ck_assert_str_ne(page.data, next.data);
    }
}
END_TEST

START_TEST(the_helpdesk_s_text_is_text)
{
    const eckid_refusal_look_t look = {.helpdesk = "call <1.12> & ask"};
    const char *page =
        eckid_refusal_page(403, ECKID_LAS_FAILED, NULL, "en", &look, "AAAA-BBBB", pool).data;

    ck_assert_ptr_nonnull(strstr(page, "call &lt;1.12&gt; &amp; ask"));
    ck_assert_ptr_nonnull(strstr(page, "<code>AAAA-BBBB</code>"));
}
END_TEST

START_TEST(the_school_has_its_name_and_colors_there)
{
    const eckid_refusal_look_t look = {
        .school = "Jan & <b>", .color = "#ffff00", .background = "#000080"};
    const char *page = eckid_refusal_page(502, ECKID_LAS_FAILED, NULL, "nl", &look, "R", pool).data;

    ck_assert_ptr_nonnull(strstr(page, "<header>Jan &amp; &lt;b&gt;</header>"));
    ck_assert_ptr_nonnull(strstr(page, "color:#ffff00;background:#000080}"));
    ck_assert_ptr_null(strstr(
        eckid_refusal_page(502, ECKID_LAS_FAILED, NULL, "nl", &plain, "R", pool).data, "<header>"));
}
END_TEST

static const struct {
    const char *kind, *language, *place;
} kinds[] = {
    {NULL, "nl", "In de leerlingadministratie van de school ontbreekt"},
    {NULL, "en", "The school&#39;s student administration lacks"},
    {"employee", "nl", "In de personeelsadministratie van de school ontbreekt"},
    {"employee", "en", "The school&#39;s staff administration lacks"},
    {"trainee", "nl", "In de administratie van de school ontbreekt"},
    {"trainee", "en", "The school&#39;s administration lacks"},
};

START_TEST(the_page_names_the_administration_of_the_kind)
{
    const char *page = eckid_refusal_page(403, ECKID_LAS_FAILED, kinds[_i].kind, kinds[_i].language,
                                          &plain, "R", pool)
                           .data;

    ck_assert_msg(strstr(page, kinds[_i].place), "%s", page);
    ck_assert_ptr_null(strstr(page, "%s"));
}
END_TEST

/* What does not answer; all but the LAS are the login service's own. */
static const struct {
    eckid_outcome_t outcome;
    const char *dutch, *english;
} unavailable[] = {
    {ECKID_LAS_FAILED, "De leerlingadministratie van de school geeft", "student administration"},
    {ECKID_DIRECTORY_FAILED, "kan zijn gegevens", "cannot read its data"},
    {ECKID_PROVIDER_FAILED, "De inlogdienst van de school werkt", "login service is not working"},
    {ECKID_FOUND, "De inlogdienst van de school werkt", "login service is not working"},
};

START_TEST(the_administration_is_blamed_for_nothing_else)
{
    const char *said = eckid_refusal_page_says(503, unavailable[_i].outcome, NULL, false, pool);

    ck_assert_msg(strstr(said, unavailable[_i].dutch), "%s", said);
    said = eckid_refusal_page_says(503, unavailable[_i].outcome, NULL, true, pool);
    ck_assert_msg(strstr(said, unavailable[_i].english), "%s", said);
}
END_TEST

UNIT_SUITE(refusal_page)
{
    Suite *suite = suite_create("refusal_page");
    TCase *tcase = unit_case(suite, "notice");

    tcase_add_loop_test(tcase, the_language_is_the_one_asked_for, 0, COUNT(rows));
    tcase_add_loop_test(tcase, every_status_says_something_else, 0, COUNT(languages));
    tcase_add_loop_test(tcase, the_administration_is_blamed_for_nothing_else, 0,
                        COUNT(unavailable));
    tcase_add_test(tcase, the_helpdesk_s_text_is_text);
    tcase_add_test(tcase, the_school_has_its_name_and_colors_there);
    tcase_add_loop_test(tcase, the_page_names_the_administration_of_the_kind, 0, COUNT(kinds));
    return suite;
}
