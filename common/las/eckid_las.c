/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the LAS one question about one person. */
#include "las/eckid_las.h"
#include "contract/eckid_contract_eduv.h"
#include "http/eckid_httpsig_verify.h"

#include <apr_date.h>
#include <apr_strings.h>

#define SIGNATURE_SKEW apr_time_from_sec(60)

const eckid_contract_t *eckid_las_contract(const eckid_las_t *las, const char *kind)
{
    if (eckid_kind_same(kind, NULL)) {
        return las->contract;
    }
    for (int i = 0; las->questions && i < las->questions->nelts; i++) {
        const eckid_las_question_t *one = &APR_ARRAY_IDX(las->questions, i, eckid_las_question_t);

        if (strcmp(one->kind, kind) == 0) {
            return one->contract;
        }
    }
    return las->contract == &eckid_contract_eduv && strcmp(kind, ECKID_KIND_EMPLOYEE) == 0
               ? &eckid_contract_eduv_employees
               : NULL;
}

/* One lookup, and the calls it takes. */
typedef struct question_t {
    const eckid_las_t *las;
    const eckid_contract_t *contract;
    const eckid_school_t *school;
    const eckid_person_key_t *key;
    apr_time_t deadline;
    const char *token; /* the access token of the last call, or NULL */
    const eckid_http_response_t *response;
    eckid_las_result_t *result;
    apr_pool_t *pool;
} question_t;

/* The call */

static eckid_err_t *make_request(eckid_http_request_t **request, const question_t *question,
                                 apr_time_t now)
{
    const eckid_contract_t *contract = question->contract;

    ECKID_ERR(contract->make_request(contract, request, question->las->base, question->school,
                                     question->key, now, question->pool));
    (*request)->deadline = question->deadline;
    return NULL;
}

/* RFC 6750 section 2.1. */
static eckid_err_t *add_access_token(eckid_http_request_t *request, question_t *question)
{
    const eckid_las_t *las = question->las;

    if (!las->credentials) {
        return NULL;
    }
    ECKID_ERR(eckid_client_credentials_get(&question->token, las->credentials, question->deadline,
                                           question->pool));
    apr_table_setn(request->headers, "Authorization",
                   apr_pstrcat(question->pool, "Bearer ", question->token, NULL));
    return NULL;
}

static eckid_err_t *sign(eckid_http_request_t *request, const eckid_las_t *las,
                         const eckid_moment_t *moment, apr_pool_t *pool)
{
    const eckid_httpsig_profile_t *profile = las->profile ? las->profile : &eckid_httpsig_usual;

    return las->key ? eckid_httpsig_sign(request, profile, las->key, las->keyid, moment, pool)
                    : NULL;
}

static eckid_err_t *verify(const question_t *question, const eckid_http_request_t *request)
{
    const eckid_las_t *las = question->las;

    return las->answer_keys
               ? eckid_httpsig_verify_response(question->response, request, las->answer_keys,
                                               apr_time_now(), SIGNATURE_SKEW, question->pool)
               : NULL;
}

static eckid_err_t *read_response(const question_t *question)
{
    const eckid_contract_t *contract = question->contract;

    return contract->read_response(contract, &question->result->finding, question->response,
                                   question->key, question->las->pilot, question->pool);
}

static eckid_err_t *call(question_t *question)
{
    const eckid_transport_t *transport = &question->las->transport;
    eckid_http_request_t *request;
    eckid_http_response_t *response;
    eckid_moment_t moment;

    question->response = NULL;
    if (!question->las->clock(&moment)) {
        return eckid_err_make(question->pool, ECKID_INTERNAL, "no randomness");
    }
    ECKID_ERR(make_request(&request, question, moment.now));
    ECKID_ERR(add_access_token(request, question));
    ECKID_ERR(sign(request, question->las, &moment, question->pool));
    ECKID_ERR(transport->send(transport->self, &response, request, question->pool));
    question->response = response;
    question->result->status = response->status;
    question->result->clock_offset = eckid_http_clock_offset(response);
    ECKID_ERR(verify(question, request));
    return read_response(question);
}

/* How it ended */

static bool is_worth_another(const question_t *question, const eckid_err_t *err)
{
    if (err && err->code == ECKID_DIED) {
        return true;
    }
    return question->response && question->response->status == 401 && question->token &&
           eckid_client_credentials_drop(question->las->credentials, question->token,
                                         question->pool);
}

/* How the call counts for the limits. An error of our own before there was a call says nothing
 * about the LAS. */
static eckid_las_call_end_t end_of(const question_t *question, const eckid_err_t *err)
{
    static const eckid_code_t failures[] = {ECKID_RESOLVE, ECKID_TRANSPORT, ECKID_TLS,
                                            ECKID_TIMEOUT, ECKID_DIED,      ECKID_LAS_TOKEN};
    const eckid_http_response_t *response = question->response;

    if (response) {
        return response->status == 429 || response->status >= 500 ? ECKID_LAS_CALL_FAILED
                                                                  : ECKID_LAS_CALL_ANSWERED;
    }
    for (apr_size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
        if (err->code == failures[i]) {
            return ECKID_LAS_CALL_FAILED;
        }
    }
    return ECKID_LAS_CALL_NOT_MADE;
}

/* RFC 9110 section 10.2.3: seconds or a date. 0 if absent, and an hour at most. */
static apr_interval_time_t retry_after(const eckid_http_response_t *response)
{
    const char *value = response ? apr_table_get(response->headers, "Retry-After") : NULL;
    apr_time_t date = value ? apr_date_parse_http(value) : APR_DATE_BAD;
    apr_int64_t seconds = date != APR_DATE_BAD ? apr_time_sec(date - apr_time_now())
                          : value              ? apr_atoi64(value)
                                               : 0;

    return apr_time_from_sec(seconds < 0 ? 0 : seconds > 3600 ? 3600 : seconds);
}

/* A signature or token that is refused is often only too old, or too new. */
static void advise_clock(eckid_err_t *err, const question_t *question)
{
    apr_interval_time_t offset = question->result->clock_offset;
    int status = question->response ? question->response->status : 0;
    bool may_be_clock = err->code == ECKID_LAS_SIGNATURE ||
                        (err->code == ECKID_LAS_REFUSED && status >= 400 && status <= 403);

    if (offset && may_be_clock) {
        eckid_err_advise(err, eckid_http_clock_advice("the LAS", offset, question->pool));
    }
}

static eckid_err_t *ask(question_t *question)
{
    eckid_err_t *err = call(question);

    if (is_worth_another(question, err)) {
        err = call(question);
    }
    if (err) {
        advise_clock(err, question);
    }
    /* a 403 counts only if its signature was verified and it was read */
    question->result->school_refused =
        err && err->code == ECKID_LAS_REFUSED && question->response->status == 403;
    return err;
}

eckid_err_t *eckid_las_ask(eckid_las_result_t *result, const eckid_las_t *las,
                           const eckid_school_t *school, const eckid_person_key_t *key,
                           apr_pool_t *pool)
{
    question_t question = {.las = las,
                           .contract = eckid_las_contract(las, key->kind),
                           .school = school,
                           .key = key,
                           .result = result,
                           .pool = pool};
    eckid_las_slot_t slot;

    memset(result, 0, sizeof(*result));
    result->kind = key->kind;
    if (!question.contract) {
        return eckid_err_make(pool, ECKID_CONTRACT, "none for the kind %s", key->kind);
    }
    question.deadline = apr_time_now() + las->timeout;
    if (!las->limits) {
        return ask(&question);
    }
    ECKID_ERR(eckid_las_limits_enter(&slot, las->limits, question.deadline, pool));
    eckid_err_t *err = ask(&question);
    eckid_las_call_end_t end = end_of(&question, err);

    eckid_las_limits_leave(las->limits, &slot, end,
                           end == ECKID_LAS_CALL_FAILED ? retry_after(question.response) : 0);
    return err;
}
