/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_hint.h"
#include "support/fakes.h"
#include "support/maker.h"

static eckid_records_t make(fake_store_t *store)
{
    return (eckid_records_t){eckid_secret_make(str("a secret of more than thirty-two bytes"), pool),
                             NULL, fake_store(store)};
}

START_TEST(the_provider_s_token_is_found_for_a_day)
{
    fake_store_t *store = fake_store_make();
    const eckid_records_t hints = make(store);

    eckid_hint_put(&hints, "ours", false, "theirs", maker_moment(), pool);
    ck_assert_str_eq(eckid_hint_get(&hints, "ours", MAKER_NOW, pool), "theirs");
    ck_assert_ptr_null(eckid_hint_get(&hints, "theirs", MAKER_NOW, pool));
    ck_assert_ptr_null(
        eckid_hint_get(&hints, "ours", MAKER_NOW + apr_time_from_sec(24 * 3600), pool));
    ck_assert_int_eq(store->until, MAKER_NOW + apr_time_from_sec(24 * 3600));
}
END_TEST

START_TEST(both_a_token_and_the_one_around_it_are_kept)
{
    fake_store_t *store = fake_store_make();
    const eckid_records_t hints = make(store);
    const eckid_moment_t *moment = maker_moment();

    eckid_hint_put(&hints, "ours", false, "theirs", moment, pool);
    eckid_hint_put(&hints, "around", true, "theirs", moment, pool);
    ck_assert_str_eq(eckid_hint_get(&hints, "ours", MAKER_NOW, pool), "theirs");
    ck_assert_str_eq(eckid_hint_get(&hints, "around", MAKER_NOW, pool), "theirs");
}
END_TEST

START_TEST(what_is_too_long_is_not_kept)
{
    fake_store_t *store = fake_store_make();
    const eckid_records_t hints = make(store);
    char *token = apr_pcalloc(pool, ECKID_HINT_MAX + 1);

    memset(token, 'x', ECKID_HINT_MAX);
    eckid_hint_put(&hints, "ours", false, token, maker_moment(), pool);
    ck_assert_int_eq(store->puts, 0);
}
END_TEST

static const struct {
    const char *text, *restored;
} rows[] = {
    {"", ""},
    {"nothing", "nothing"},
    {"theirs", "ours.x"},
    {"a theirs, theirstheirs.", "a ours.x, ours.xours.x."},
    {"their", "their"},
};

START_TEST(what_the_provider_repeats_is_ours_again)
{
    const eckid_hint_t hint = {"ours.x", "theirs"}, none = {"ours.x", NULL};
    const eckid_bytes_t text = str(rows[_i].text), same = eckid_hint_restore(&none, text, pool);
    const eckid_bytes_t restored = eckid_hint_restore(&hint, text, pool);

    ck_assert_ptr_eq(same.data, text.data);
    ck_assert_str_eq(restored.data, rows[_i].restored);
    ck_assert_uint_eq(restored.len, strlen(rows[_i].restored));
}
END_TEST

UNIT_SUITE(hint)
{
    Suite *suite = suite_create("hint");
    TCase *tcase = unit_case(suite, "hint");

    tcase_add_test(tcase, the_provider_s_token_is_found_for_a_day);
    tcase_add_test(tcase, both_a_token_and_the_one_around_it_are_kept);
    tcase_add_test(tcase, what_is_too_long_is_not_kept);
    tcase_add_loop_test(tcase, what_the_provider_repeats_is_ours_again, 0, COUNT(rows));
    return suite;
}
