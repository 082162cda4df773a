/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "contract/eckid_contract_eduv.h"
#include "http/eckid_httpsig_verify.h"
#include "support/fakes.h"
#include "support/maker.h"

static const eckid_person_key_t key = {"NEPPI", "95312@1.school.example", NULL, NULL};

#define FOUND_BODY "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"

static const fake_las_t good = {.status = 200, .type = "application/json", .body = FOUND_BODY};

static eckid_err_t *ask(eckid_las_result_t *asked, const eckid_las_t *las)
{
    return eckid_las_ask(asked, las, &fake_school, &key, pool);
}

START_TEST(a_call_is_signed_and_its_answer_read)
{
    fake_las_t fake = good;
    const eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    ok(ask(&asked, &las));
    ck_assert_str_eq(asked.finding.value.text, AN_ECKID);
    ck_assert_str_eq(apr_table_get(fake.last.headers, "Signature-Input"),
                     "sig1=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")"
                     ";created=1788165000;expires=1788165060;nonce=\"MDEyMzQ1Njc4OWFiY2RlZg\""
                     ";alg=\"ecdsa-p256-sha256\";keyid=\"school\"");
    ck_assert_ptr_nonnull(apr_table_get(fake.last.headers, "Signature"));
    ck_assert_ptr_nonnull(apr_table_get(fake.last.headers, "Content-Digest"));
}
END_TEST

static const struct {
    const char *kind, *url, *member;
} questions[] = {
    {NULL, "https://las.example/students", "\"student\":{"},
    {"employee", "https://las.example/employees", "\"employee\":{"},
    {"trainee", "https://las.example/students", "\"student\":{"},
    {"parent", NULL, NULL},
};

START_TEST(each_kind_of_people_has_its_question)
{
    fake_las_t fake = good;
    eckid_las_t las = fake_channel(&fake);
    apr_array_header_t *more = apr_array_make(pool, 1, sizeof(eckid_las_question_t));
    const eckid_person_key_t person = {"NEPPI", "1@1.school.example", NULL, questions[_i].kind};
    eckid_las_result_t asked;

    APR_ARRAY_PUSH(more, eckid_las_question_t) =
        (eckid_las_question_t){"trainee", &eckid_contract_eduv};
    las.questions = more;
    eckid_err_t *err = eckid_las_ask(&asked, &las, &fake_school, &person, pool);

    if (!questions[_i].url) {
        refused(err, ECKID_CONTRACT);
        ck_assert_int_eq(fake.calls, 0);
        return;
    }
    ok(err);
    ck_assert_str_eq(fake.last.url, questions[_i].url);
    ck_assert_ptr_nonnull(strstr(fake.last.body.data, questions[_i].member));
}
END_TEST

START_TEST(a_contract_of_another_kind_is_no_default_for_employees)
{
    eckid_contract_t own = eckid_contract_eduv;
    const eckid_las_t las = {.contract = &own};

    ck_assert_ptr_null(eckid_las_contract(&las, "employee"));
    ck_assert_ptr_eq(eckid_las_contract(&las, NULL), &own);
    ck_assert_ptr_eq(eckid_las_contract(&las, "student"), &own);
}
END_TEST

START_TEST(without_a_key_a_call_is_not_signed)
{
    fake_las_t fake = good;
    eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    las.key = NULL;
    ok(ask(&asked, &las));
    ck_assert_ptr_null(apr_table_get(fake.last.headers, "Signature"));
}
END_TEST

START_TEST(an_error_of_the_transport_is_passed_on)
{
    fake_las_t fake = {.err = eckid_err_make(pool, ECKID_TIMEOUT, "%s", "")};
    const eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    refused(ask(&asked, &las), ECKID_TIMEOUT);
    ck_assert_int_eq(fake.calls, 1);
}
END_TEST

/* The clock of a test that does not stand still: each moment has a nonce and a second of its own.
 */
static bool counting_clock(eckid_moment_t *moment)
{
    static unsigned char count;

    maker_clock(moment);
    moment->http_nonce[0] = ++count;
    moment->now += apr_time_from_sec(count);
    return true;
}

/* The parameters of each call's signature. */
typedef struct listener_t {
    fake_las_t fake;
    const char *inputs[4];
} listener_t;

static eckid_err_t *listen_and_send(void *self, eckid_http_response_t **answer,
                                    const eckid_http_request_t *request, apr_pool_t *p)
{
    listener_t *listener = self;
    const eckid_transport_t transport = fake_transport(&listener->fake);
    const char *input = apr_table_get(request->headers, "Signature-Input");

    ck_assert_int_lt(listener->fake.calls, COUNT(listener->inputs));
    listener->inputs[listener->fake.calls] = strstr(input, ";created=");
    return transport.send(transport.self, answer, request, p);
}

static const char *parameter(const char *input, const char *name)
{
    const char *from = strstr(input, name);

    ck_assert_ptr_nonnull(from);
    return apr_pstrmemdup(pool, from, strcspn(from + 1, ";") + 1);
}

START_TEST(a_connection_that_died_is_tried_once_more_with_another_nonce_and_time)
{
    listener_t listener = {.fake = good};
    eckid_las_t las = fake_channel(&listener.fake);
    eckid_las_result_t asked;

    las.clock = counting_clock;
    las.transport = (eckid_transport_t){listen_and_send, &listener};
    listener.fake.deaths = 1;
    ok(ask(&asked, &las));
    ck_assert_int_eq(listener.fake.calls, 2);
    for (int i = 0; i < 3; i++) {
        const char *name = ((const char *[]){";created=", ";expires=", ";nonce="})[i];

        ck_assert_str_ne(parameter(listener.inputs[0], name), parameter(listener.inputs[1], name));
    }
    listener.fake.deaths = 4;
    refused(ask(&asked, &las), ECKID_DIED);
    ck_assert_int_eq(listener.fake.calls, 4);
}
END_TEST

START_TEST(a_refused_school_is_told_from_other_failures)
{
    fake_las_t fake = {.status = 403, .type = "application/json", .body = "{}"};
    const eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    refused(ask(&asked, &las), ECKID_LAS_REFUSED);
    ck_assert(asked.school_refused);
    fake.status = 500;
    refused(ask(&asked, &las), ECKID_LAS_REFUSED);
    ck_assert(!asked.school_refused);
}
END_TEST

START_TEST(a_clock_that_differs_is_the_hint_where_it_can_be_why)
{
    fake_las_t fake = {.status = 401, .type = "application/json", .body = "{}"};
    const eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;
    char date[APR_RFC822_DATE_LEN];

    tells(ask(&asked, &las), ECKID_LAS_REFUSED, "does the LAS know our key");
    apr_rfc822_date(date, apr_time_now() - apr_time_from_sec(300));
    fake.date = date;
    tells(ask(&asked, &las), ECKID_LAS_REFUSED, "seconds from ours: first compare both with NTP");
    fake.status = 500;
    tells(ask(&asked, &las), ECKID_LAS_REFUSED, "trouble of its own");
}
END_TEST

START_TEST(a_clock_that_differs_is_noticed)
{
    fake_las_t fake = good;
    const eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;
    char date[APR_RFC822_DATE_LEN];

    apr_rfc822_date(date, apr_time_now() + apr_time_from_sec(300));
    fake.date = date;
    ok(ask(&asked, &las));
    ck_assert_int_ge(apr_time_sec(asked.clock_offset), 290);
    apr_rfc822_date(date, apr_time_now());
    ok(ask(&asked, &las));
    ck_assert(asked.clock_offset == 0);
}
END_TEST

static const eckid_las_limits_options_t limits = {
    .calls = 4, .queue = 0, .wait = 0, .failures = 2, .open_for = APR_USEC_PER_SEC * 60};

typedef struct row_t {
    int status;
    const char *retry_after;
    int calls; /* of three, that got through */
} row_t;

static const row_t rows[] = {
    {200, NULL, 3}, {404, NULL, 3}, {401, NULL, 3}, {403, NULL, 3},  {500, NULL, 2},
    {503, NULL, 2}, {429, NULL, 2}, {429, "30", 1}, {503, "120", 1}, {200, "30", 3},
};

START_TEST(failures_open_the_breaker_and_refusals_do_not)
{
    fake_las_t fake = {.status = rows[_i].status,
                       .type = "application/json",
                       .body = FOUND_BODY,
                       .retry_after = rows[_i].retry_after};
    eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    ok(eckid_las_limits_make(&las.limits, &limits, pool));
    for (int i = 0; i < 3; i++) {
        ask(&asked, &las);
    }
    ck_assert_int_eq(fake.calls, rows[_i].calls);
}
END_TEST

START_TEST(an_error_of_our_own_does_not_open_the_breaker)
{
    fake_las_t fake = {.err = eckid_err_make(pool, ECKID_LAS_SHAPE, "%s", "")};
    eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    ok(eckid_las_limits_make(&las.limits, &limits, pool));
    for (int i = 0; i < 10; i++) {
        refused(ask(&asked, &las), ECKID_LAS_SHAPE);
    }
}
END_TEST

START_TEST(a_403_that_is_not_signed_refuses_no_school)
{
    fake_las_t fake = {.status = 403, .type = "application/json", .body = "{}"};
    eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    las.answer_keys = apr_array_make(pool, 1, sizeof(eckid_httpsig_key_t));
    refused(ask(&asked, &las), ECKID_LAS_SIGNATURE);
    ck_assert(!asked.school_refused);
}
END_TEST

START_TEST(an_open_breaker_refuses_without_a_call)
{
    fake_las_t fake = {.err = eckid_err_make(pool, ECKID_TRANSPORT, "%s", "")};
    eckid_las_t las = fake_channel(&fake);
    eckid_las_result_t asked;

    ok(eckid_las_limits_make(&las.limits, &limits, pool));
    ask(&asked, &las);
    ask(&asked, &las);
    refused(ask(&asked, &las), ECKID_BREAKER);
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

UNIT_SUITE(las)
{
    Suite *suite = suite_create("las");
    TCase *tcase = unit_case(suite, "las");

    tcase_add_test(tcase, a_call_is_signed_and_its_answer_read);
    tcase_add_loop_test(tcase, each_kind_of_people_has_its_question, 0, COUNT(questions));
    tcase_add_test(tcase, a_contract_of_another_kind_is_no_default_for_employees);
    tcase_add_test(tcase, without_a_key_a_call_is_not_signed);
    tcase_add_test(tcase, an_error_of_the_transport_is_passed_on);
    tcase_add_test(tcase, a_connection_that_died_is_tried_once_more_with_another_nonce_and_time);
    tcase_add_test(tcase, a_refused_school_is_told_from_other_failures);
    tcase_add_test(tcase, a_clock_that_differs_is_noticed);
    tcase_add_test(tcase, a_clock_that_differs_is_the_hint_where_it_can_be_why);
    tcase_add_loop_test(tcase, failures_open_the_breaker_and_refusals_do_not, 0, COUNT(rows));
    tcase_add_test(tcase, an_error_of_our_own_does_not_open_the_breaker);
    tcase_add_test(tcase, a_403_that_is_not_signed_refuses_no_school);
    tcase_add_test(tcase, an_open_breaker_refuses_without_a_call);
    return suite;
}
