/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Edu-V contracts (Students API 0.9.1, Employees API 1.1.0): the request for one person, and
 * its response. */
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

static eckid_err_t *make_request(const eckid_contract_t *self, eckid_http_request_t **out,
                                 const char *base, const eckid_school_t *school,
                                 const eckid_person_key_t *key, apr_time_t now, apr_pool_t *pool)
{
    bool of_employees = self == &eckid_contract_eduv_employees;
    eckid_http_request_t *request = apr_pcalloc(pool, sizeof(*request));
    json_t *body =
        eckid_json_own(json_pack("{s:o,s:{s:[{s:s,s:s}]}}", "school", school_object(school),
                                 of_employees ? "employee" : "student", "userIds", "userId",
                                 key->value, "userIdType", key->type),
                       pool);

    (void)now;
    request->method = "POST";
    request->url = apr_pstrcat(pool, base, of_employees ? "/employees" : "/students", NULL);
    request->headers = apr_table_make(pool, 8);
    request->body = eckid_json_print(body, pool);
    apr_table_setn(request->headers, "Content-Type", "application/json");
    apr_table_setn(request->headers, "Accept", "application/json");
    *out = request;
    return NULL;
}

static bool is_string(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* If the response has an identifier of the requested type, its value must be the requested one. */
static eckid_err_t *check_person(const json_t *person, const eckid_person_key_t *key,
                                 apr_pool_t *pool)
{
    const json_t *ids = json_object_get(person, "userIds");
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

/* An error in the body of a 200 is an object too, but a person has at least one of these
 * members. */
static bool is_person(const json_t *object)
{
    return json_object_get(object, "userMasterIdentifier") || json_object_get(object, "userIds") ||
           json_object_get(object, "givenName") || json_object_get(object, "familyName");
}

static eckid_err_t *read_person(eckid_finding_t *finding, const json_t *person,
                                const eckid_person_key_t *key, bool pilot, apr_pool_t *pool)
{
    const json_t *value = json_object_get(person, "userMasterIdentifier");

    if (!is_person(person)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "the object is not a person");
    }
    ECKID_ERR(check_person(person, key, pool));
    return eckid_finding_make(finding, value, "userMasterIdentifier", pilot, pool);
}

static eckid_err_t *read_response(const eckid_contract_t *self, eckid_finding_t *finding,
                                  const eckid_http_response_t *response,
                                  const eckid_person_key_t *key, bool pilot, apr_pool_t *pool)
{
    json_t *person;

    (void)self;
    ECKID_ERR(eckid_contract_check_head(response,
                                        response->status == 200 || response->status == 404, pool));
    if (response->status == 404) {
        finding->outcome = ECKID_IS_UNKNOWN;
        return NULL;
    }
    ECKID_ERR(eckid_json_parse(&person, response->body, ECKID_LAS_SHAPE, pool));
    return read_person(finding, person, key, pilot, pool);
}

static const char *const person_types[] = {"NEPPI", "NEPRI", "BPI", "eduID", "ASI", NULL};
static const char *const school_types[] = {"V_ID",  "OIE_CODE", "BP_ID", "DD_ID",
                                           "AS_ID", "master",   NULL};

#define CONTRACT(text)                                                                             \
    {                                                                                              \
        .name = (text), .person_types = person_types, .school_types = school_types,                \
        .make_request = make_request, .read_response = read_response                               \
    }

const eckid_contract_t eckid_contract_eduv = CONTRACT("edu-v");
const eckid_contract_t eckid_contract_eduv_employees = CONTRACT("edu-v-employees");
