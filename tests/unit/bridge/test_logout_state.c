/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_logout_state.h"
#include "support/bridge.h"

static eckid_bridge_seal_t a_seal(void)
{
    return (eckid_bridge_seal_t){
        eckid_secret_make(str("a secret of more than thirty-two bytes"), pool), NULL, "issuer"};
}

static eckid_err_t *keep(apr_array_header_t **changes, const eckid_logout_state_t *state)
{
    const eckid_bridge_seal_t seal = a_seal();

    *changes = apr_array_make(pool, 1, sizeof(eckid_bridge_cookie_t));
    return eckid_logout_state_keep(*changes, state, &seal, maker_moment()->request_nonce, pool);
}

static eckid_logout_state_t usual(void)
{
    return (eckid_logout_state_t){.phase = ECKID_LOGOUT_SUPPLIER,
                                  .begun = MAKER_NOW,
                                  .supplier = MAKER_SUPPLIER,
                                  .request = "_request",
                                  .awaited = BRIDGE_OTHER,
                                  .id = "_id",
                                  .ended = 3,
                                  .missed = "x"};
}

static const struct {
    int seconds;
    bool is_found;
} ages[] = {{0, true}, {599, true}, {600, false}};

START_TEST(it_is_found_for_ten_minutes)
{
    const eckid_logout_state_t state = usual();
    const eckid_bridge_seal_t seal = a_seal();
    apr_array_header_t *changes;

    ok(keep(&changes, &state));
    eckid_logout_state_t *back = eckid_logout_state_find(
        changes, &seal, MAKER_NOW + apr_time_from_sec(ages[_i].seconds), pool);

    ck_assert(!back == !ages[_i].is_found);
    if (back) {
        ck_assert_int_eq(back->phase, ECKID_LOGOUT_SUPPLIER);
        ck_assert_str_eq(back->supplier, MAKER_SUPPLIER);
        ck_assert_str_eq(back->request, "_request");
        ck_assert_ptr_null(back->relay_state);
        ck_assert_str_eq(back->awaited, BRIDGE_OTHER);
        ck_assert_str_eq(back->id, "_id");
        ck_assert_int_eq(back->ended, 3);
        ck_assert_str_eq(back->missed, "x");
    }
}
END_TEST

START_TEST(what_does_not_fit_into_a_cookie_is_refused)
{
    eckid_logout_state_t state = usual();
    char *text = apr_palloc(pool, 3001);
    apr_array_header_t *changes;

    memset(text, 'a', 3000);
    text[3000] = '\0';
    state.relay_state = text;
    refused(keep(&changes, &state), ECKID_REQUEST);
    ck_assert_int_eq(changes->nelts, 0);
}
END_TEST

START_TEST(what_was_missed_is_bounded)
{
    eckid_logout_state_t state = usual();

    for (int i = 0; i < 100; i++) {
        eckid_logout_state_miss(&state, "something is missing", pool);
    }
    ck_assert_int_le(strlen(state.missed), ECKID_LOGOUT_MISSED_MAX + 5);
    ck_assert_str_eq(state.missed + strlen(state.missed) - 5, ", ...");
    ck_assert_int_eq(strncmp(state.missed, "x, something is missing, some", 29), 0);
}
END_TEST

UNIT_SUITE(logout_state)
{
    Suite *suite = suite_create("logout_state");
    TCase *tcase = unit_case(suite, "state");

    tcase_add_loop_test(tcase, it_is_found_for_ten_minutes, 0, COUNT(ages));
    tcase_add_test(tcase, what_does_not_fit_into_a_cookie_is_refused);
    tcase_add_test(tcase, what_was_missed_is_bounded);
    return suite;
}
