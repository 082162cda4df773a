/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "access/eckid_bearer_keys.h"
#include "support/fakes.h"
#include "support/tokens.h"

#define NOW apr_time_from_sec(1788165000)
#define URL "https://as.example/jwks"

/* A set with one key, whose kid is "key" and its number. */
static const char *set_of(test_kind_t kind, int number)
{
    const apr_array_header_t *keys = token_keys(kind, number);
    json_t *jwk;

    ok(eckid_jwk_write(&jwk, APR_ARRAY_IDX(keys, 0, eckid_jwk_t).key, pool));
    json_object_set_new(jwk, "kid", json_string(apr_psprintf(pool, "key%d", number)));
    return apr_pstrcat(pool, "{\"keys\":[", eckid_json_print(jwk, pool).data, "]}", NULL);
}

static fake_las_t server_of(test_kind_t kind, int number)
{
    return (fake_las_t){.status = 200, .type = "application/json", .body = set_of(kind, number)};
}

static eckid_bearer_keys_t *keys_at(fake_las_t *server)
{
    const eckid_transport_t transport = fake_transport(server);
    eckid_bearer_keys_t *keys;

    ok(eckid_bearer_keys_make(&keys, URL, &transport, apr_time_from_sec(1), pool));
    return keys;
}

static const struct {
    test_kind_t kind;
    eckid_key_alg_t alg;
    const char *more;
} good[] = {
    {RSA_2048, ECKID_RS256, ",\"typ\":\"at+jwt\",\"kid\":\"key0\""},
    {RSA_2048, ECKID_PS256, ",\"typ\":\"application/AT+JWT\",\"kid\":\"key0\""},
    {P_256, ECKID_ES256, ",\"typ\":\"JWT\""},
    {P_256, ECKID_ES256, ""},
};

START_TEST(a_token_of_the_server_is_verified)
{
    fake_las_t server = server_of(good[_i].kind, 0);
    eckid_bearer_keys_t *keys = keys_at(&server);
    const char *token = token_of("{\"a\":1}", good[_i].kind, 0, good[_i].alg, good[_i].more);
    json_t *claims;

    ok(eckid_bearer_keys_verify(&claims, keys, token, NOW, pool));
    ck_assert_int_eq(json_integer_value(json_object_get(claims, "a")), 1);
    ok(eckid_bearer_keys_verify(&claims, keys, token, NOW, pool));
    ck_assert_int_eq(server.calls, 1);
    ck_assert_str_eq(server.last.url, URL);
}
END_TEST

static const char *const bad_types[] = {"dpop+jwt", "logout+jwt", "entity-statement+jwt", "",
                                        "secevent+jwt"};

START_TEST(a_token_of_another_type_is_not_one)
{
    fake_las_t server = server_of(P_256, 0);
    const char *token = token_of("{}", P_256, 0, ECKID_ES256,
                                 apr_pstrcat(pool, ",\"typ\":\"", bad_types[_i], "\"", NULL));
    json_t *claims;

    tells(eckid_bearer_keys_verify(&claims, keys_at(&server), token, NOW, pool), ECKID_PUSH_TOKEN,
          "typ");
}
END_TEST

static const char *const no_tokens[] = {"opaque", "a.b", "a.b.c", "a.b.c.d.e",
                                        "eyJhbGciOiJub25lIn0.e30."};

START_TEST(what_is_no_token_asks_nobody)
{
    fake_las_t server = server_of(P_256, 0);
    json_t *claims;

    refused(eckid_bearer_keys_verify(&claims, keys_at(&server), no_tokens[_i], NOW, pool),
            ECKID_PUSH_TOKEN);
    ck_assert_int_eq(server.calls, 0);
}
END_TEST

/* liboauth2 fetches the set for each: anyone could make us call out. */
START_TEST(a_wrong_signature_fetches_nothing)
{
    fake_las_t server = server_of(P_256, 0);
    eckid_bearer_keys_t *keys = keys_at(&server);
    const char *forged = token_of("{}", P_256, 1, ECKID_ES256, ",\"kid\":\"key0\"");
    json_t *claims;

    for (int i = 0; i < 20; i++) {
        tells(eckid_bearer_keys_verify(&claims, keys, forged, NOW, pool), ECKID_PUSH_TOKEN,
              "signature");
    }
    ck_assert_int_eq(server.calls, 1);
}
END_TEST

START_TEST(unknown_keys_are_fetched_once_in_a_window)
{
    fake_las_t server = server_of(P_256, 0);
    eckid_bearer_keys_t *keys = keys_at(&server);
    const char *fresh = token_of("{}", P_256, 1, ECKID_ES256, ",\"kid\":\"key1\"");
    json_t *claims;

    for (int i = 0; i < 20; i++) {
        refused(eckid_bearer_keys_verify(&claims, keys, fresh, NOW, pool), ECKID_PUSH_TOKEN);
    }
    ck_assert_int_eq(server.calls, 2);
    server = server_of(P_256, 1);
    ok(eckid_bearer_keys_verify(&claims, keys, fresh, NOW + apr_time_from_sec(31), pool));
}
END_TEST

START_TEST(the_last_keys_serve_while_the_server_is_away)
{
    fake_las_t server = server_of(P_256, 0);
    eckid_bearer_keys_t *keys = keys_at(&server);
    const char *token = token_of("{}", P_256, 0, ECKID_ES256, "");
    json_t *claims;

    ok(eckid_bearer_keys_verify(&claims, keys, token, NOW, pool));
    server.status = 500;
    ok(eckid_bearer_keys_verify(&claims, keys, token, NOW + apr_time_from_sec(7200), pool));
    ck_assert_int_eq(server.calls, 2);
    refused(
        eckid_bearer_keys_verify(&claims, keys, token, NOW + apr_time_from_sec(25 * 3600), pool),
        ECKID_PUSH_ISSUER);
}
END_TEST

static const struct {
    int status;
    const char *body;
} broken[] = {{404, ""}, {200, "<html>"}, {200, "{\"keys\":[]}"}, {200, "{}"}};

START_TEST(without_keys_nothing_can_be_told)
{
    fake_las_t server = {.status = broken[_i].status, .body = broken[_i].body, .type = "text/html"};
    const char *token = token_of("{}", P_256, 0, ECKID_ES256, "");
    json_t *claims;

    const eckid_err_t *err = eckid_bearer_keys_verify(&claims, keys_at(&server), token, NOW, pool);

    tells(err, ECKID_PUSH_ISSUER, URL);
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "LAS")); /* which is another server */
}
END_TEST

UNIT_SUITE(bearer_keys)
{
    Suite *suite = suite_create("bearer_keys");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, a_token_of_the_server_is_verified, 0, COUNT(good));
    tcase_add_loop_test(tcase, a_token_of_another_type_is_not_one, 0, COUNT(bad_types));
    tcase_add_loop_test(tcase, what_is_no_token_asks_nobody, 0, COUNT(no_tokens));
    tcase_add_test(tcase, a_wrong_signature_fetches_nothing);
    tcase_add_test(tcase, unknown_keys_are_fetched_once_in_a_window);
    tcase_add_test(tcase, the_last_keys_serve_while_the_server_is_away);
    tcase_add_loop_test(tcase, without_keys_nothing_can_be_told, 0, COUNT(broken));
    return suite;
}
