/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as a SCIM client gets them: RFC 7644 section 3.12. */
#include "provision/eckid_scim_error.h"

#include <apr_strings.h>
#include <stdbool.h>

#include "base/eckid_json.h"

#define ERROR_URN "urn:ietf:params:scim:api:messages:2.0:Error"

typedef struct answer_t {
    eckid_code_t code;
    int status;
    const char *type; /* scimType; or NULL */
    bool shows_detail;
} answer_t;

static const answer_t answers[] = {
    {ECKID_SCIM_SYNTAX, 400, "invalidSyntax", true},
    {ECKID_SCIM_VALUE, 400, "invalidValue", true},
    {ECKID_DIRECTORY_PERSON, 400, "invalidValue", true},
    {ECKID_SCIM_PATH, 400, "invalidPath", true},
    {ECKID_SCIM_FILTER, 400, "invalidFilter", true},
    {ECKID_SCIM_TARGET, 400, "noTarget", true},
    {ECKID_KEY_TAKEN, 409, "uniqueness", false},
    {ECKID_ECKID_TAKEN, 409, "uniqueness", false},
    {ECKID_SCIM_DISCOVERY, 403, NULL, true},
    {ECKID_SCIM_ABSENT, 404, NULL, true},
    {ECKID_SCIM_ENDPOINT, 404, NULL, true},
    {ECKID_SCIM_METHOD, 405, NULL, true},
    {ECKID_VERSION_CHANGED, 412, NULL, true},
    {ECKID_SCIM_LARGE, 413, NULL, true},
    {ECKID_SCIM_MEDIA, 415, NULL, true},
    {ECKID_SCIM_UNSUPPORTED, 501, NULL, true},
    {ECKID_PUSH_TOKEN, 401, NULL, false},
    {ECKID_PUSH_SCOPE, 403, NULL, false},
    {ECKID_PUSH_CLIENT, 403, NULL, false},
    {ECKID_PUSH_SCHOOL, 403, NULL, false},
    {ECKID_PUSH_ISSUER, 503, NULL, false},
    {ECKID_DIRECTORY, 503, NULL, false},
    {ECKID_DIRECTORY_SCHEMA, 503, NULL, false},
};

static const answer_t *find(const eckid_err_t *err)
{
    static const answer_t unknown = {ECKID_INTERNAL, 500, NULL, false};

    for (unsigned i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
        if (answers[i].code == err->code) {
            return &answers[i];
        }
    }
    return &unknown;
}

int eckid_scim_error_status(const eckid_err_t *err)
{
    return find(err)->status;
}

eckid_bytes_t eckid_scim_error_body(const eckid_err_t *err, apr_pool_t *pool)
{
    const answer_t *answer = find(err);
    const char *fact = eckid_err_fact(answer->code);
    const char *detail = answer->shows_detail && *err->detail
                             ? apr_pstrcat(pool, fact, ": ", err->detail, NULL)
                             : fact;
    json_t *body = eckid_json_own(json_pack("{s:[s],s:s,s:s}", "schemas", ERROR_URN, "status",
                                            apr_itoa(pool, answer->status), "detail", detail),
                                  pool);

    if (answer->type) {
        json_object_set_new(body, "scimType", json_string(answer->type));
    }
    return eckid_json_print(body, pool);
}
