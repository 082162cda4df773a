/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Edu-V contract: one student asked for, and what the answer says. */
#include "contract/eckid_contract_eduv.h"
#include "base/eckid_json.h"

#include <apr_strings.h>

static json_t *school_object(const eckid_school_t *school)
{
    if (strcmp(school->type, "master") == 0) {
        return json_pack("{s:s}", "organisationMasterIdentifier", school->value);
    }
    return json_pack("{s:[{s:s,s:s}]}", "organisationIds", "organisationId", school->value,
                     "organisationIdType", school->type);
}

eckid_http_request_t *eckid_contract_eduv_request(const char *base, const eckid_school_t *school,
                                                  const eckid_student_key_t *key, apr_pool_t *pool)
{
    eckid_http_request_t *request = apr_pcalloc(pool, sizeof(*request));
    json_t *body = eckid_json_own(json_pack("{s:o,s:{s:[{s:s,s:s}]}}", "school",
                                            school_object(school), "student", "userIds", "userId",
                                            key->value, "userIdType", key->type),
                                  pool);

    request->method = "POST";
    request->url = apr_pstrcat(pool, base, "/students", NULL);
    request->headers = apr_table_make(pool, 8);
    request->body = eckid_json_print(body, pool);
    apr_table_setn(request->headers, "Content-Type", "application/json");
    apr_table_setn(request->headers, "Accept", "application/json");
    return request;
}

static bool is_string(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* Where the answer carries an identifier of the type asked, it must be the one asked. */
static eckid_err_t *check_student(const json_t *student, const eckid_student_key_t *key,
                                  apr_pool_t *pool)
{
    const json_t *ids = json_object_get(student, "userIds");
    const json_t *id;
    size_t i;

    if (ids && !json_is_null(ids) && !json_is_array(ids)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "userIds is not an array");
    }
    json_array_foreach(ids, i, id)
    {
        if (is_string(json_object_get(id, "userIdType"), key->type) &&
            !is_string(json_object_get(id, "userId"), key->value)) {
            return eckid_err_make(pool, ECKID_LAS_OTHER, "by its %s", key->type);
        }
    }
    return NULL;
}

/* An error in the body of a 200 is an object too; a student has at least one of these. */
static bool is_student(const json_t *object)
{
    return json_object_get(object, "userMasterIdentifier") || json_object_get(object, "userIds") ||
           json_object_get(object, "givenName") || json_object_get(object, "familyName");
}

static eckid_err_t *read_student(eckid_finding_t *finding, const json_t *student,
                                 const eckid_student_key_t *key, bool pilot, apr_pool_t *pool)
{
    const json_t *value = json_object_get(student, "userMasterIdentifier");

    if (!is_student(student)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "it is an object, but not a student");
    }
    ECKID_ERR(check_student(student, key, pool));
    return eckid_finding_make(finding, value, "userMasterIdentifier", pilot, pool);
}

eckid_err_t *eckid_contract_eduv_read(eckid_finding_t *finding, const eckid_http_response_t *answer,
                                      const eckid_student_key_t *key, bool pilot, apr_pool_t *pool)
{
    const char *type = apr_table_get(answer->headers, "Content-Type");
    json_t *student;

    if (answer->status != 200 && answer->status != 404) {
        return eckid_err_make(pool, ECKID_LAS_REFUSED, "status %d", answer->status);
    }
    if (!eckid_http_is_json(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status %d, but not JSON", answer->status);
    }
    if (answer->status == 404) {
        finding->outcome = ECKID_IS_UNKNOWN;
        return NULL;
    }
    if (eckid_http_is_problem(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status 200, but a problem");
    }
    ECKID_ERR(eckid_json_parse(&student, answer->body, ECKID_LAS_SHAPE, pool));
    return read_student(finding, student, key, pilot, pool);
}
