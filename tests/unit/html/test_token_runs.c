/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "html/eckid_token_runs.h"

/* All that was judged, a space behind each run. */
static const char *judged;

static eckid_err_t *note(void *self, eckid_bytes_t run)
{
    (void)self;
    judged = apr_pstrcat(pool, judged, apr_pstrmemdup(pool, run.data, run.len), " ", NULL);
    return NULL;
}

static const char *feed(const char *text, apr_size_t step)
{
    eckid_token_runs_t *runs = eckid_token_runs_make(note, NULL, pool);
    apr_size_t len = strlen(text);

    judged = "";
    for (apr_size_t at = 0; at < len; at += step) {
        ok(eckid_token_runs_feed(runs, eckid_bytes(text + at, len - at < step ? len - at : step)));
    }
    ok(eckid_token_runs_end(runs));
    ck_assert_int_eq((int)eckid_token_runs_settled(runs), (int)len);
    return judged;
}

static const struct {
    const char *text, *judged;
} rows[] = {
    {"", ""},
    {"eyJ.a.b", "eyJ.a.b "},
    {"a \"eyJ.a.b\" c", "eyJ.a.b "},
    {"www.school.example and eyJ.a", "www.school.example "},
    {"x=eyJ.a.b&y=1.2.3;z=eyJ.c.d.e.f", "eyJ.a.b eyJ.c.d.e.f "},
    {"eyJ.a b.c eyJ..", "eyJ.. "},
};

START_TEST(runs_are_the_same_in_any_pieces)
{
    for (apr_size_t step = 1; step < 9; step++) {
        ck_assert_str_eq(feed(rows[_i].text, step), rows[_i].judged);
    }
}
END_TEST

/* In a run of any length, and wherever the pieces end. */
START_TEST(a_token_in_a_long_run_is_judged_whole)
{
    static const int places[] = {0,
                                 1,
                                 ECKID_TOKEN_RUNS_MAX - 1,
                                 ECKID_TOKEN_RUNS_MAX,
                                 2 * ECKID_TOKEN_RUNS_MAX - 9,
                                 3 * ECKID_TOKEN_RUNS_MAX};
    const int len = 9 * ECKID_TOKEN_RUNS_MAX;

    for (int i = 0; i < COUNT(places); i++) {
        char *text = apr_palloc(pool, (apr_size_t)len + 21);

        memset(text, 'x', (size_t)len + 20);
        text[len + 20] = '\0';
        memcpy(text + places[i], "eyJ.payload.signature", 20);
        ck_assert_ptr_nonnull(strstr(feed(text, 5000), "eyJ.payload.signatur"));
    }
}
END_TEST

static eckid_err_t *find_any(void *self, eckid_bytes_t run)
{
    (void)self;
    (void)run;
    return eckid_err_make(pool, ECKID_RESPONSE_MODE, "x");
}

START_TEST(what_may_be_a_token_is_not_settled)
{
    static const struct {
        const char *text;
        int settled;
    } pieces[] = {{"abc", 3}, {"abc def", 4}, {"a ey", 2}, {"a.b.c", 5}, {" eyJ.a.b", 1}};

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_token_runs_t *runs = eckid_token_runs_make(find_any, NULL, pool);

        ok(eckid_token_runs_feed(runs, str(pieces[i].text)));
        ck_assert_int_eq((int)eckid_token_runs_settled(runs), pieces[i].settled);
    }
    refused(eckid_token_runs_feed(eckid_token_runs_make(find_any, NULL, pool), str("eyJ.a.b ")),
            ECKID_RESPONSE_MODE);
}
END_TEST

UNIT_SUITE(token_runs)
{
    Suite *suite = suite_create("token_runs");
    TCase *tcase = unit_case(suite, "runs");

    tcase_add_loop_test(tcase, runs_are_the_same_in_any_pieces, 0, COUNT(rows));
    tcase_add_test(tcase, a_token_in_a_long_run_is_judged_whole);
    tcase_add_test(tcase, what_may_be_a_token_is_not_settled);
    return suite;
}
