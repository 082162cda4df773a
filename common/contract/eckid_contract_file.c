/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract as a file states it: one student asked for, and what the answer says. */
#include "contract/eckid_contract_file.h"
#include "base/eckid_json.h"
#include "contract/eckid_contract_request.h"
#include "contract/eckid_contract_response.h"
#include "contract/eckid_contract_template.h"

struct eckid_contract_file_t {
    eckid_contract_request_t question;
    eckid_contract_response_t reading;
};

/* The text is the operator's own, but may hold a key in a header, so it is not quoted. */
static eckid_err_t *parse(eckid_contract_json_t *top, eckid_bytes_t content, const char *file,
                          apr_pool_t *pool)
{
    json_error_t where;
    json_t *value;

    if (content.len > ECKID_CONTRACT_MAX) {
        return eckid_err_make(pool, ECKID_CONTRACT, "%s: it is longer than %d bytes", file,
                              ECKID_CONTRACT_MAX);
    }
    value = json_loadb(content.data, content.len, JSON_REJECT_DUPLICATES, &where);
    if (!value) {
        return eckid_err_make(pool, ECKID_CONTRACT, "%s:%d: %s", file, where.line,
                              json_error_code(&where) == json_error_duplicate_key
                                  ? "a member stands there twice"
                                  : "it is not JSON");
    }
    *top = (eckid_contract_json_t){eckid_json_own(value, pool), file, ""};
    return NULL;
}

/* For people; nothing reads it. */
static eckid_err_t *check_description(const eckid_contract_json_t *top, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(top, "description", pool);
    const char *text;

    return place.value ? eckid_contract_json_string(&text, &place, pool) : NULL;
}

eckid_err_t *eckid_contract_file_make(eckid_contract_file_t **out, eckid_bytes_t content,
                                      const char *file, apr_pool_t *pool)
{
    eckid_contract_file_t *contract = apr_pcalloc(pool, sizeof(*contract));
    eckid_contract_json_t top;

    ECKID_ERR(parse(&top, content, file, pool));
    ECKID_ERR(
        eckid_contract_json_members(&top, "description request! found! noEckId! unknown!", pool));
    ECKID_ERR(check_description(&top, pool));
    ECKID_ERR(eckid_contract_request_make(&contract->question, &top, pool));
    ECKID_ERR(eckid_contract_response_make(&contract->reading, &top, pool));
    *out = contract;
    return NULL;
}

eckid_err_t *eckid_contract_file_request(eckid_http_request_t **request,
                                         const eckid_contract_file_t *contract, const char *base,
                                         const eckid_school_t *school,
                                         const eckid_student_key_t *key, apr_time_t now,
                                         apr_pool_t *pool)
{
    const eckid_contract_values_t values = {{
        [ECKID_BASE] = base,
        [ECKID_STUDENT] = key->value,
        [ECKID_STUDENT_TYPE] = key->type,
        [ECKID_SCHOOL] = school ? school->value : NULL,
        [ECKID_SCHOOL_TYPE] = school ? school->type : NULL,
        [ECKID_SCHOOL_YEAR] = eckid_contract_template_school_year(now, pool),
    }};

    return eckid_contract_request_fill(request, &contract->question, &values, pool);
}

static bool has_sign(const apr_array_header_t *signs, int status, bool with_pointer)
{
    for (int i = 0; i < signs->nelts; i++) {
        const eckid_contract_sign_t *sign = &APR_ARRAY_IDX(signs, i, eckid_contract_sign_t);

        if (sign->status == status && (sign->pointer || !with_pointer)) {
            return true;
        }
    }
    return false;
}

/* Whether the contract says anything about the status; or, with_pointer, about the body too. */
static bool has_meaning(const eckid_contract_response_t *reading, int status, bool with_pointer)
{
    return status == 200 || has_sign(reading->no_eckid, status, with_pointer) ||
           has_sign(reading->unknown, status, with_pointer);
}

/* A 204 has no body (RFC 9110 section 15.3.5). Everything else must at least say that it is JSON: a
 * server that is not the LAS answers 404 too, in HTML. */
static eckid_err_t *open_body(const json_t **body, const eckid_contract_response_t *reading,
                              const eckid_http_response_t *answer, apr_pool_t *pool)
{
    const char *type = apr_table_get(answer->headers, "Content-Type");
    json_t *value;

    if (!has_meaning(reading, answer->status, false)) {
        return eckid_err_make(pool, ECKID_LAS_REFUSED, "status %d", answer->status);
    }
    if (answer->status != 204 && !eckid_http_is_json(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status %d, but not JSON", answer->status);
    }
    if (answer->status == 200 && eckid_http_is_problem(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status 200, but a problem");
    }
    if (has_meaning(reading, answer->status, true)) {
        ECKID_ERR(eckid_json_parse_any(&value, answer->body, ECKID_LAS_SHAPE, pool));
        *body = value;
    }
    return NULL;
}

eckid_err_t *eckid_contract_file_read(eckid_finding_t *finding,
                                      const eckid_contract_file_t *contract,
                                      const eckid_http_response_t *answer,
                                      const eckid_student_key_t *key, bool pilot, apr_pool_t *pool)
{
    const eckid_contract_response_t *reading = &contract->reading;
    const json_t *body = NULL, *value = NULL;
    bool is_unknown, has_none;

    ECKID_ERR(open_body(&body, reading, answer, pool));
    ECKID_ERR(
        eckid_contract_response_says(&is_unknown, reading->unknown, answer->status, body, pool));
    ECKID_ERR(
        eckid_contract_response_says(&has_none, reading->no_eckid, answer->status, body, pool));
    if (answer->status == 200) {
        ECKID_ERR(eckid_contract_response_value(&value, reading, body, pool));
    }
    if (is_unknown && (value || has_none)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE,
                              "it says that the student is unknown, "
                              "and that it is not");
    }
    if (!is_unknown && !has_none && !value) {
        return answer->status == 200
                   ? eckid_err_make(pool, ECKID_LAS_SHAPE, "it is none of what the contract knows")
                   : eckid_err_make(pool, ECKID_LAS_REFUSED, "status %d", answer->status);
    }
    if (!is_unknown && answer->status == 200) {
        ECKID_ERR(eckid_contract_response_echo(reading, body, key->type, key->value, pool));
        return eckid_finding_make(finding, value, "eckId", pilot, pool);
    }
    finding->outcome = is_unknown ? ECKID_IS_UNKNOWN : ECKID_HAS_NONE;
    return NULL;
}
