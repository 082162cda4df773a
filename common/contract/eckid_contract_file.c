/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract that is read from a file: the request for one student, and its response. */
#include "contract/eckid_contract_file.h"
#include "base/eckid_json.h"
#include "contract/eckid_contract_request.h"
#include "contract/eckid_contract_response.h"
#include "contract/eckid_contract_template.h"

typedef struct file_t {
    eckid_contract_t contract; /* first, so that self can be cast to file_t */
    eckid_contract_request_t request;
    eckid_contract_response_t response;
} file_t;

/* Errors do not quote the file, as a header in it may hold an API key. */
static eckid_err_t *parse(eckid_contract_json_t *top, eckid_bytes_t content, const char *file,
                          apr_pool_t *pool)
{
    json_error_t where;
    json_t *value;

    if (content.len > ECKID_CONTRACT_MAX) {
        return eckid_err_make(pool, ECKID_CONTRACT, "%s: the file is longer than %d bytes", file,
                              ECKID_CONTRACT_MAX);
    }
    value = json_loadb(content.data, content.len, JSON_REJECT_DUPLICATES, &where);
    if (!value) {
        return eckid_err_make(pool, ECKID_CONTRACT, "%s:%d: %s", file, where.line,
                              json_error_code(&where) == json_error_duplicate_key
                                  ? "a member occurs twice"
                                  : "it is not JSON");
    }
    *top = (eckid_contract_json_t){eckid_json_own(value, pool), file, ""};
    return NULL;
}

/* The description is for people; the code ignores it. */
static eckid_err_t *check_description(const eckid_contract_json_t *top, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(top, "description", pool);
    const char *text;

    return place.value ? eckid_contract_json_string(&text, &place, pool) : NULL;
}

static eckid_err_t *make_request(const eckid_contract_t *self, eckid_http_request_t **request,
                                 const char *base, const eckid_school_t *school,
                                 const eckid_person_key_t *key, apr_time_t now, apr_pool_t *pool)
{
    const eckid_contract_values_t values = {{
        [ECKID_BASE] = base,
        [ECKID_STUDENT] = key->value,
        [ECKID_STUDENT_TYPE] = key->type,
        [ECKID_SCHOOL] = school ? school->value : NULL,
        [ECKID_SCHOOL_TYPE] = school ? school->type : NULL,
        [ECKID_SCHOOL_YEAR] = eckid_contract_template_school_year(now, pool),
    }};

    return eckid_contract_request_fill(request, &((const file_t *)self)->request, &values, pool);
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

/* Whether the contract gives the status a meaning; with_pointer: one that depends on the body. */
static bool has_meaning(const eckid_contract_response_t *reading, int status, bool with_pointer)
{
    return status == 200 || has_sign(reading->no_eckid, status, with_pointer) ||
           has_sign(reading->unknown, status, with_pointer);
}

static eckid_err_t *open_body(const json_t **body, const eckid_contract_response_t *reading,
                              const eckid_http_response_t *response, apr_pool_t *pool)
{
    json_t *value;

    ECKID_ERR(
        eckid_contract_check_head(response, has_meaning(reading, response->status, false), pool));
    if (has_meaning(reading, response->status, true)) {
        ECKID_ERR(eckid_json_parse_any(&value, response->body, ECKID_LAS_SHAPE, pool));
        *body = value;
    }
    return NULL;
}

static eckid_err_t *read_response(const eckid_contract_t *self, eckid_finding_t *finding,
                                  const eckid_http_response_t *response,
                                  const eckid_person_key_t *key, bool pilot, apr_pool_t *pool)
{
    const eckid_contract_response_t *reading = &((const file_t *)self)->response;
    const json_t *body = NULL, *value = NULL;
    bool is_unknown, has_none;

    ECKID_ERR(open_body(&body, reading, response, pool));
    ECKID_ERR(
        eckid_contract_response_says(&is_unknown, reading->unknown, response->status, body, pool));
    ECKID_ERR(
        eckid_contract_response_says(&has_none, reading->no_eckid, response->status, body, pool));
    if (response->status == 200) {
        ECKID_ERR(eckid_contract_response_value(&value, reading, body, pool));
    }
    if (is_unknown && (value || has_none)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE,
                              "it says that the student is unknown, "
                              "and that it is not");
    }
    if (!is_unknown && !has_none && !value) {
        return response->status == 200
                   ? eckid_err_make(pool, ECKID_LAS_SHAPE, "it is none of what the contract knows")
                   : eckid_contract_refused(response->status, pool);
    }
    if (!is_unknown && response->status == 200) {
        ECKID_ERR(eckid_contract_response_echo(reading, body, key->type, key->value, pool));
        return eckid_finding_make(finding, value, "eckId", pilot, pool);
    }
    finding->outcome = is_unknown ? ECKID_IS_UNKNOWN : ECKID_HAS_NONE;
    return NULL;
}

eckid_err_t *eckid_contract_file_make(const eckid_contract_t **out, eckid_bytes_t content,
                                      const char *file, apr_pool_t *pool)
{
    file_t *made = apr_pcalloc(pool, sizeof(*made));
    eckid_contract_json_t top;

    ECKID_ERR(parse(&top, content, file, pool));
    ECKID_ERR(
        eckid_contract_json_members(&top, "description request! found! noEckId! unknown!", pool));
    ECKID_ERR(check_description(&top, pool));
    ECKID_ERR(eckid_contract_request_make(&made->request, &top, pool));
    ECKID_ERR(eckid_contract_response_make(&made->response, &top, pool));
    made->contract = (eckid_contract_t){
        .name = file, .make_request = make_request, .read_response = read_response};
    *out = &made->contract;
    return NULL;
}
