/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "operator/eckid_admin.h"
#include "support/fakes.h"
#include "support/maker.h"

static const char *text_of(eckid_bytes_t bytes)
{
    return apr_pstrmemdup(pool, bytes.data, bytes.len);
}

START_TEST(who_has_the_secret_has_the_token)
{
    const eckid_secret_t *secret =
        eckid_secret_make(str("a secret of more than thirty-two bytes"), pool);
    const eckid_secret_t *other =
        eckid_secret_make(str("another secret of more than thirty-two bytes"), pool);

    ck_assert(eckid_admin_is_token(secret, eckid_admin_token(secret, pool), pool));
    ck_assert(!eckid_admin_is_token(secret, eckid_admin_token(other, pool), pool));
    ck_assert(!eckid_admin_is_token(secret, "", pool));
    ck_assert(!eckid_admin_is_token(
        secret, apr_pstrcat(pool, eckid_admin_token(secret, pool), "0", NULL), pool));
}
END_TEST

START_TEST(what_is_written_can_be_read)
{
    const eckid_admin_request_t request = {ECKID_ADMIN_WARM, "9\"5", "11ZZ", "employee"};
    eckid_admin_request_t back;

    ok(eckid_admin_read(&back, eckid_admin_write(&request, pool), pool));
    ck_assert_int_eq(back.verb, ECKID_ADMIN_WARM);
    ck_assert_str_eq(back.student, "9\"5");
    ck_assert_str_eq(back.school, "11ZZ");
    ck_assert_str_eq(back.kind, "employee");
}
END_TEST

static const char *const bad[] = {
    "",
    "[]",
    "{}",
    "{\"do\":\"check\"}",
    "{\"do\":\"drop\",\"student\":\"1\"}",
    "{\"do\":\"check\",\"student\":1}",
    "{\"do\":\"check\",\"student\":\"\"}",
    "{\"do\":\"check\",\"student\":\"1\",\"school\":2}",
    "{\"do\":\"check\",\"student\":\"1\",\"kind\":2}",
    "{\"do\":\"check\",\"student\":\"1\",\"student\":\"2\"}",
};

START_TEST(what_is_no_request_is_refused)
{
    eckid_admin_request_t request;

    refused(eckid_admin_read(&request, str(bad[_i]), pool), ECKID_ADMIN_REQUEST);
}
END_TEST

/* How long each request takes, and when it then begins at 10 a second; in milliseconds. */
static const struct {
    int takes, begins;
} paced[] = {{5, 0}, {0, 100}, {350, 200}, {5, 550}, {5, 650}, {100, 750}, {5, 850}};

START_TEST(requests_keep_their_distance_also_after_a_slow_one)
{
    apr_time_t now = apr_time_from_sec(1788165000), first = now, next = 0;

    for (int i = 0; i < COUNT(paced); i++) {
        now += eckid_admin_pace(&next, now, 10);
        ck_assert_int_eq(apr_time_as_msec(now - first), paced[i].begins);
        now += apr_time_from_msec(paced[i].takes);
    }
}
END_TEST

static const char *serve(eckid_admin_verb_t verb, const eckid_lookup_setup_t *means)
{
    const eckid_admin_request_t request = {verb, "95312@1.school.example", NULL, NULL};

    return text_of(eckid_admin_serve(&request, means, "NEPPI", maker_moment(), pool));
}

START_TEST(warming_fills_the_cache_and_forgetting_empties_it)
{
    fake_las_t fake = {.status = 200,
                       .type = "application/json",
                       .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    const eckid_las_t las = fake_channel(&fake);
    const eckid_cache_t cache = fake_cache(fake_store_make());
    const eckid_lookup_setup_t means = fake_setup(&las, &cache);

    ck_assert_str_eq(serve(ECKID_ADMIN_WARM, &means),
                     "{\"outcome\":\"found\",\"source\":\"las\",\"text\":\"\"}");
    ck_assert_str_eq(serve(ECKID_ADMIN_WARM, &means),
                     "{\"outcome\":\"found\",\"source\":\"cache\",\"text\":\"\"}");
    serve(ECKID_ADMIN_FORGET, &means);
    serve(ECKID_ADMIN_WARM, &means);
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

START_TEST(a_check_asks_the_las_and_shows_no_value)
{
    fake_las_t fake = {.status = 200,
                       .type = "application/json",
                       .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    const eckid_las_t las = fake_channel(&fake);
    const eckid_cache_t cache = fake_cache(fake_store_make());
    const eckid_lookup_setup_t means = fake_setup(&las, &cache);
    const char *text;

    serve(ECKID_ADMIN_CHECK, &means);
    text = serve(ECKID_ADMIN_CHECK, &means);
    ck_assert_int_eq(fake.calls, 2);
    ck_assert_ptr_nonnull(strstr(text, "{\"name\":\"ECK iD\",\"state\":\"well\",\"text\":\"\"}"));
    ck_assert_ptr_null(strstr(text, "ketenid"));
    ck_assert_ptr_null(strstr(text, "95312"));
    fake.status = 503;
    ck_assert_ptr_nonnull(strstr(serve(ECKID_ADMIN_CHECK, &means), "\"state\":\"failed\""));
}
END_TEST

UNIT_SUITE(admin)
{
    Suite *suite = suite_create("admin");
    TCase *tcase = unit_case(suite, "desk");

    tcase_add_test(tcase, who_has_the_secret_has_the_token);
    tcase_add_test(tcase, what_is_written_can_be_read);
    tcase_add_loop_test(tcase, what_is_no_request_is_refused, 0, COUNT(bad));
    tcase_add_test(tcase, requests_keep_their_distance_also_after_a_slow_one);
    tcase_add_test(tcase, warming_fills_the_cache_and_forgetting_empties_it);
    tcase_add_test(tcase, a_check_asks_the_las_and_shows_no_value);
    return suite;
}
