/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <stdlib.h>

#include "las/eckid_client_credentials.h"
#include "support/fakes.h"
#include "support/maker.h"

#define SECOND APR_USEC_PER_SEC
#define GOOD "{\"access_token\":\"abc.DEF-123\",\"token_type\":\"bearer\",\"expires_in\":3600}"

static eckid_client_credentials_t *make(fake_las_t *fake)
{
    const eckid_client_credentials_options_t options = {
        .url = "https://las.example/token",
        .client_id = "school & zn",
        .scope = "eduv.student.basic",
        .secret = "geheim:1",
        .transport = fake_transport(fake),
        .clock = maker_clock,
    };
    eckid_client_credentials_t *credentials;

    ok(eckid_client_credentials_make(&credentials, &options, pool));
    return credentials;
}

/* By private_key_jwt. */
static eckid_client_credentials_t *asserting(fake_las_t *fake)
{
    static eckid_client_assertion_t assertion = {.client_id = "school",
                                                 .audience = "https://las.example/token",
                                                 .kid = "school-2026",
                                                 .lifetime = 60};
    eckid_client_credentials_options_t options = {
        .url = "https://las.example/token",
        .client_id = "school",
        .assertion = &assertion,
        .transport = fake_transport(fake),
        .clock = maker_clock,
    };
    eckid_client_credentials_t *credentials;

    assertion.key = test_pair(RSA_2048, 0);
    ok(eckid_client_credentials_make(&credentials, &options, pool));
    return credentials;
}

static eckid_err_t *get(const char **token, eckid_client_credentials_t *credentials)
{
    return eckid_client_credentials_get(token, credentials, apr_time_now() + 60 * SECOND, pool);
}

START_TEST(a_token_is_fetched_once_and_kept)
{
    fake_las_t fake = {.status = 200, .body = GOOD};
    eckid_client_credentials_t *credentials = make(&fake);
    const char *token;

    ok(get(&token, credentials));
    ck_assert_str_eq(token, "abc.DEF-123");
    ok(get(&token, credentials));
    ck_assert_str_eq(token, "abc.DEF-123");
    ck_assert_int_eq(fake.calls, 1);
}
END_TEST

/* RFC 6749 section 2.3.1: "school%20%26%20zn:geheim%3A1" in base64. */
START_TEST(the_client_says_who_it_is_by_its_secret)
{
    fake_las_t fake = {.status = 200, .body = GOOD};
    const char *token;

    ok(get(&token, make(&fake)));
    ck_assert_str_eq(apr_table_get(fake.last.headers, "Authorization"),
                     "Basic c2Nob29sJTIwJTI2JTIwem46Z2VoZWltJTNBMQ==");
    ck_assert_str_eq(apr_pstrmemdup(pool, fake.last.body.data, fake.last.body.len),
                     "grant_type=client_credentials&scope=eduv.student.basic");
}
END_TEST

START_TEST(a_token_that_has_ended_is_fetched_anew)
{
    fake_las_t fake = {.status = 200,
                       .body =
                           "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":0}"};
    eckid_client_credentials_t *credentials = make(&fake);
    const char *token;

    ok(get(&token, credentials));
    ok(get(&token, credentials));
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

/* A token endpoint whose first token is good for two seconds. Whoever asks for it while the second
 * request is under way is served meanwhile; then that request fails, or not. */
typedef struct busy_t {
    eckid_client_credentials_t *credentials;
    int calls, early; /* in all, and before there was any waiting */
    bool fails;
    const char *meanwhile;
} busy_t;

static eckid_err_t *send_busily(void *self, eckid_http_response_t **answer,
                                const eckid_http_request_t *request, apr_pool_t *p)
{
    busy_t *busy = self;
    fake_las_t fake = {.status = 200,
                       .body = "{\"access_token\":\"old\",\"token_type\":\"Bearer\","
                               "\"expires_in\":2}"};
    const eckid_transport_t transport = fake_transport(&fake);

    if (++busy->calls == 2) {
        eckid_client_credentials_get(&busy->meanwhile, busy->credentials, apr_time_now(), pool);
        fake.status = busy->fails ? 503 : 200;
        fake.body = "{\"access_token\":\"new\",\"token_type\":\"Bearer\"}";
    }
    return transport.send(transport.self, answer, request, p);
}

/* Fetches a token, waits until it is to be renewed, and asks for it again; false when this took so
 * long that the first one had ended, which proves nothing. */
static bool renews(const char **token, busy_t *busy)
{
    const eckid_client_credentials_options_t options = {.url = "https://las.example/token",
                                                        .client_id = "school",
                                                        .secret = "geheim",
                                                        .transport = {send_busily, busy},
                                                        .clock = maker_clock};
    apr_time_t begun = apr_time_now();

    busy->calls = 0;
    busy->meanwhile = NULL;
    ok(eckid_client_credentials_make(&busy->credentials, &options, pool));
    ok(get(token, busy->credentials));
    ok(get(token, busy->credentials));
    busy->early = busy->calls;
    apr_sleep(SECOND * 185 / 100);
    eckid_err_t *err = get(token, busy->credentials);

    if (apr_time_now() >= begun + 2 * SECOND) {
        return false;
    }
    ok(err);
    return true;
}

START_TEST(a_token_is_renewed_before_it_ends_and_serves_others_meanwhile)
{
    busy_t busy = {.fails = false};
    const char *token;

    while (!renews(&token, &busy)) {
    }
    ck_assert_int_eq(busy.early, 1);
    ck_assert_int_eq(busy.calls, 2);
    ck_assert_str_eq(busy.meanwhile, "old");
    ck_assert_str_eq(token, "new");
}
END_TEST

START_TEST(a_token_that_cannot_be_renewed_serves_until_it_ends)
{
    busy_t busy = {.fails = true};
    const char *token;

    while (!renews(&token, &busy)) {
    }
    ck_assert_int_eq(busy.early, 1);
    ck_assert_int_eq(busy.calls, 2);
    ck_assert_str_eq(busy.meanwhile, "old");
    ck_assert_str_eq(token, "old");
}
END_TEST

START_TEST(a_new_token_that_is_refused_is_not_dropped)
{
    fake_las_t fake = {.status = 200, .body = GOOD};
    eckid_client_credentials_t *credentials = make(&fake);
    const char *token;

    ok(get(&token, credentials));
    ck_assert(!eckid_client_credentials_drop(credentials, token, pool));
    apr_sleep(SECOND + SECOND / 10);
    ck_assert(eckid_client_credentials_drop(credentials, token, pool));
    ok(get(&token, credentials));
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

typedef struct row_t {
    int status;
    const char *body;
    const char *says;
} row_t;

static const row_t rows[] = {
    {400, "{\"error\":\"invalid_client\"}", "status 400, invalid_client"},
    {401, "{\"error\":\"some secret text\"}", "status 401, no known error code"},
    {500, "<html>oops</html>", "status 500, no known error code"},
    {200, "<html>oops</html>", "JSON"},
    {200, "{}", "token_type"},
    {200, "[]", ""},
    {200, "{\"access_token\":\"abc\"}", "token_type"},
    {200, "{\"access_token\":\"abc\",\"token_type\":\"DPoP\"}", "token_type"},
    {200, "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}", "access_token"},
    {200, "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}", "access_token"},
    {200, "{\"access_token\":\"\",\"token_type\":\"Bearer\"}", "access_token"},
    {200, "{\"access_token\":7,\"token_type\":\"Bearer\"}", "access_token"},
};

START_TEST(an_answer_that_is_no_token_is_told)
{
    fake_las_t fake = {.status = rows[_i].status, .body = rows[_i].body};
    const char *token;
    eckid_err_t *err = get(&token, make(&fake));

    refused(err, ECKID_LAS_TOKEN);
    ck_assert_msg(strstr(eckid_err_text(err, pool), rows[_i].says) != NULL, "%s",
                  eckid_err_text(err, pool));
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "secret"));
}
END_TEST

START_TEST(a_clock_that_differs_is_the_hint_where_an_assertion_is_refused)
{
    static const struct {
        int status;
        bool by_assertion, is_told;
    } tries[] = {{400, true, true}, {401, true, true}, {503, true, false}, {401, false, false}};
    char date[APR_RFC822_DATE_LEN];

    apr_rfc822_date(date, apr_time_now() + apr_time_from_sec(300));
    for (int i = 0; i < COUNT(tries); i++) {
        fake_las_t fake = {.status = tries[i].status, .body = "{}", .date = date};
        const char *token;
        const char *text = eckid_err_text(
            get(&token, tries[i].by_assertion ? asserting(&fake) : make(&fake)), pool);

        ck_assert_msg(!strstr(text, "compare both with NTP") == !tries[i].is_told, "%s", text);
    }
}
END_TEST

START_TEST(an_endpoint_that_is_away_is_told)
{
    fake_las_t fake = {.err = eckid_err_make(pool, ECKID_TIMEOUT, "%s", "")};
    const char *token;
    eckid_err_t *err = get(&token, make(&fake));

    refused(err, ECKID_LAS_TOKEN);
    refused(err->cause, ECKID_TIMEOUT);
}
END_TEST

UNIT_SUITE(client_credentials)
{
    Suite *suite = suite_create("client_credentials");
    TCase *tcase = unit_case(suite, "client_credentials");

    tcase_add_test(tcase, a_token_is_fetched_once_and_kept);
    tcase_add_test(tcase, the_client_says_who_it_is_by_its_secret);
    tcase_add_test(tcase, a_token_that_has_ended_is_fetched_anew);
    tcase_add_test(tcase, a_token_is_renewed_before_it_ends_and_serves_others_meanwhile);
    tcase_add_test(tcase, a_token_that_cannot_be_renewed_serves_until_it_ends);
    tcase_add_test(tcase, a_new_token_that_is_refused_is_not_dropped);
    tcase_add_loop_test(tcase, an_answer_that_is_no_token_is_told, 0, COUNT(rows));
    tcase_add_test(tcase, a_clock_that_differs_is_the_hint_where_an_assertion_is_refused);
    tcase_add_test(tcase, an_endpoint_that_is_away_is_told);
    return suite;
}
