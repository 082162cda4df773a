/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_pending.h"
#include "support/bridge.h"

static eckid_pending_t usual(void)
{
    eckid_pending_t pending = {.supplier = MAKER_SUPPLIER,
                               .consumer = MAKER_CONSUMER,
                               .request = "_request",
                               .relay_state = "a\n\"b\" \xc3\xab",
                               .name_format = "format",
                               .begun = MAKER_NOW,
                               .force = true,
                               .again = true,
                               .seen = MAKER_NOW - 1,
                               .comparison = ECKID_CONTEXT_BETTER,
                               .classes = apr_array_make(pool, 1, sizeof(const char *))};

    APR_ARRAY_PUSH(pending.classes, const char *) = "class";
    return pending;
}

static const char *a_secret = "a secret of more than thirty-two bytes",
                  *another = "another secret of more than thirty-two bytes";

static eckid_bridge_seal_t seal_by(const char *secret, const char *previous, const char *issuer)
{
    return (eckid_bridge_seal_t){eckid_secret_make(str(secret), pool),
                                 previous ? eckid_secret_make(str(previous), pool) : NULL, issuer};
}

static const char *sealed(const eckid_pending_t *pending)
{
    const eckid_bridge_seal_t seal = seal_by(a_secret, NULL, BRIDGE_ISSUER);
    const char *text;

    ok(eckid_pending_seal(&text, pending, &seal, maker_moment()->request_nonce, pool));
    return text;
}

START_TEST(all_of_it_comes_back)
{
    const eckid_pending_t pending = usual();
    const eckid_bridge_seal_t seal = seal_by(a_secret, NULL, BRIDGE_ISSUER);
    eckid_pending_t *back;

    ok(eckid_pending_open(&back, sealed(&pending), &seal, MAKER_NOW, pool));
    ck_assert_str_eq(back->supplier, pending.supplier);
    ck_assert_str_eq(back->consumer, pending.consumer);
    ck_assert_str_eq(back->request, pending.request);
    ck_assert_str_eq(back->relay_state, pending.relay_state);
    ck_assert_str_eq(back->name_format, pending.name_format);
    ck_assert_int_eq(back->begun, pending.begun);
    ck_assert_int_eq(back->seen, pending.seen);
    ck_assert(back->force && !back->passive && back->again);
    ck_assert_int_eq(back->comparison, ECKID_CONTEXT_BETTER);
    ck_assert_int_eq(back->classes->nelts, 1);
    ck_assert_str_eq(APR_ARRAY_IDX(back->classes, 0, const char *), "class");
}
END_TEST

START_TEST(what_is_absent_stays_absent)
{
    const eckid_pending_t pending = {.supplier = "s",
                                     .consumer = "c",
                                     .classes = apr_array_make(pool, 1, sizeof(const char *)),
                                     .begun = MAKER_NOW};
    const eckid_bridge_seal_t seal = seal_by(a_secret, NULL, BRIDGE_ISSUER);
    eckid_pending_t *back;

    ok(eckid_pending_open(&back, sealed(&pending), &seal, MAKER_NOW, pool));
    ck_assert_ptr_null(back->request);
    ck_assert_ptr_null(back->relay_state);
    ck_assert_int_eq(back->classes->nelts, 0);
}
END_TEST

START_TEST(it_must_fit_into_a_url)
{
    const eckid_bridge_seal_t seal = seal_by(a_secret, NULL, BRIDGE_ISSUER);
    eckid_pending_t pending = usual();
    char *state = apr_palloc(pool, ECKID_PENDING_MAX);
    const char *text;

    memset(state, 'x', ECKID_PENDING_MAX);
    state[ECKID_PENDING_MAX - 1] = '\0';
    pending.relay_state = state;
    refused(eckid_pending_seal(&text, &pending, &seal, maker_moment()->request_nonce, pool),
            ECKID_REQUEST);
    state[ECKID_PENDING_MAX / 2] = '\0';
    ck_assert_int_le(strlen(sealed(&pending)), ECKID_PENDING_MAX);
}
END_TEST

START_TEST(only_our_secrets_open_it_and_only_for_a_while)
{
    const eckid_pending_t pending = usual();
    const char *text = sealed(&pending);
    const eckid_bridge_seal_t right = seal_by(a_secret, NULL, BRIDGE_ISSUER),
                              older = seal_by(another, a_secret, BRIDGE_ISSUER),
                              wrong = seal_by(another, NULL, BRIDGE_ISSUER),
                              other = seal_by(a_secret, NULL, "https://other.example");
    eckid_pending_t *back;

    ok(eckid_pending_open(&back, text, &older, MAKER_NOW, pool));
    ok(eckid_pending_open(&back, text, &right, MAKER_NOW + ECKID_PENDING_AGE, pool));
    refused(eckid_pending_open(&back, text, &right, MAKER_NOW + ECKID_PENDING_AGE + 1, pool),
            ECKID_REQUEST_ENDED);
    refused(eckid_pending_open(&back, text, &wrong, MAKER_NOW, pool), ECKID_REQUEST_ENDED);
    refused(eckid_pending_open(&back, text, &other, MAKER_NOW, pool), ECKID_REQUEST_ENDED);
    refused(eckid_pending_open(&back, "", &right, MAKER_NOW, pool), ECKID_REQUEST_ENDED);
    refused(eckid_pending_open(&back, "AAAA", &right, MAKER_NOW, pool), ECKID_REQUEST_ENDED);
    refused(eckid_pending_open(&back, "%", &right, MAKER_NOW, pool), ECKID_REQUEST_ENDED);
}
END_TEST

UNIT_SUITE(pending)
{
    Suite *suite = suite_create("pending");
    TCase *tcase = unit_case(suite, "pending");

    tcase_add_test(tcase, all_of_it_comes_back);
    tcase_add_test(tcase, it_must_fit_into_a_url);
    tcase_add_test(tcase, what_is_absent_stays_absent);
    tcase_add_test(tcase, only_our_secrets_open_it_and_only_for_a_while);
    return suite;
}
