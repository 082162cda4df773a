/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of the operator's commands, and the responses to them. */
#include "operator/eckid_admin.h"
#include "operator/eckid_directory_check.h"
#include "base/eckid_json.h"

#include <openssl/crypto.h>

static const char *const verbs[] = {
    [ECKID_ADMIN_CHECK] = "check", [ECKID_ADMIN_WARM] = "warm", [ECKID_ADMIN_FORGET] = "forget"};

#define VERBS ((int)(sizeof(verbs) / sizeof(*verbs)))

/* Authentication */

const char *eckid_admin_token(const eckid_secret_t *secret, apr_pool_t *pool)
{
    return eckid_secret_text_for(secret, "mod_eckid desk 1", pool);
}

bool eckid_admin_is_token(const eckid_secret_t *secret, const char *text, apr_pool_t *pool)
{
    const char *token = eckid_admin_token(secret, pool);

    return strlen(text) == 2 * ECKID_SECRET_DIGEST &&
           CRYPTO_memcmp(text, token, 2 * ECKID_SECRET_DIGEST) == 0;
}

/* The request */

static bool read_verb(eckid_admin_verb_t *verb, const json_t *value)
{
    for (int i = 0; json_is_string(value) && i < VERBS; i++) {
        if (strcmp(verbs[i], json_string_value(value)) == 0) {
            *verb = (eckid_admin_verb_t)i;
            return true;
        }
    }
    return false;
}

eckid_err_t *eckid_admin_read(eckid_admin_request_t *request, eckid_bytes_t body, apr_pool_t *pool)
{
    json_t *object;

    ECKID_ERR(eckid_json_parse(&object, body, ECKID_ADMIN_REQUEST, pool));
    const json_t *student = json_object_get(object, "student");
    const json_t *school = json_object_get(object, "school");
    const json_t *kind = json_object_get(object, "kind");

    if (!read_verb(&request->verb, json_object_get(object, "do")) || !json_is_string(student) ||
        !json_string_length(student) || (school && !json_is_string(school)) ||
        (kind && !json_is_string(kind))) {
        return eckid_err_make(pool, ECKID_ADMIN_REQUEST, "%s", "");
    }
    request->student = json_string_value(student);
    request->school = school ? json_string_value(school) : NULL;
    request->kind =
        kind && !eckid_kind_same(json_string_value(kind), NULL) ? json_string_value(kind) : NULL;
    return NULL;
}

eckid_bytes_t eckid_admin_write(const eckid_admin_request_t *request, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(
        json_pack("{s:s,s:s}", "do", verbs[request->verb], "student", request->student), pool);

    if (request->school) {
        json_object_set_new(object, "school", json_string(request->school));
    }
    if (request->kind) {
        json_object_set_new(object, "kind", json_string(request->kind));
    }
    return eckid_json_print(object, pool);
}

apr_interval_time_t eckid_admin_pace(apr_time_t *next, apr_time_t now, int rate)
{
    apr_interval_time_t wait = *next > now ? *next - now : 0;

    *next = now + wait + APR_USEC_PER_SEC / rate;
    return wait;
}

/* The response */

static eckid_bytes_t answer(eckid_outcome_t outcome, eckid_source_t source, const eckid_err_t *err,
                            json_t *steps, apr_pool_t *pool)
{
    static const char *const sources[] = {[ECKID_FROM_LAS] = "las",
                                          [ECKID_FROM_CACHE] = "cache",
                                          [ECKID_FROM_STALE] = "stale",
                                          [ECKID_FROM_DIRECTORY] = "directory"};
    json_t *object =
        eckid_json_own(json_pack("{s:s,s:s,s:s}", "outcome", eckid_outcome_name(outcome), "source",
                                 sources[source], "text", err ? eckid_err_text(err, pool) : ""),
                       pool);

    if (steps) {
        json_object_set_new(object, "steps", steps);
    }
    return eckid_json_print(object, pool);
}

static json_t *steps_of(const apr_array_header_t *steps)
{
    static const char *const states[] = {
        [ECKID_STEP_WELL] = "well",
        [ECKID_STEP_NOTED] = "noted",
        [ECKID_STEP_FAILED] = "failed",
        [ECKID_STEP_NOT_WANTED] = "not-wanted",
        [ECKID_STEP_NOT_REACHED] = "not-reached",
    };
    json_t *list = json_array();

    for (int i = 0; i < steps->nelts; i++) {
        const eckid_diagnosis_step_t *step = &APR_ARRAY_IDX(steps, i, eckid_diagnosis_step_t);

        json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "name", step->name, "state",
                                              states[step->state], "text", step->text));
    }
    return list;
}

static eckid_bytes_t check(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                           apr_pool_t *pool)
{
    apr_array_header_t *steps = apr_array_make(pool, 4, sizeof(eckid_diagnosis_step_t));
    eckid_las_result_t result;
    eckid_lookup_t pushed = {.finding.outcome = ECKID_IS_UNKNOWN};

    if (setup->las->order != ECKID_LAS_ONLY) {
        pushed = eckid_directory_check_person(steps, setup, key, pool);
    }
    if (setup->las->order == ECKID_DIRECTORY_ONLY ||
        (setup->las->order == ECKID_DIRECTORY_FIRST && pushed.finding.outcome == ECKID_FOUND)) {
        return answer(pushed.finding.outcome, pushed.source, pushed.cause, steps_of(steps), pool);
    }
    eckid_err_t *err = eckid_las_ask(&result, setup->las, setup->school, key, pool);

    apr_array_cat(steps, eckid_las_diagnosis(setup->las, &result, err, pool));
    return answer(err ? ECKID_LAS_FAILED : result.finding.outcome, ECKID_FROM_LAS, err,
                  steps_of(steps), pool);
}

static eckid_bytes_t warm(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                          const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_lookup_t lookup = eckid_lookup(setup, key, 0, moment, pool);

    return answer(lookup.finding.outcome, lookup.source, lookup.cause, NULL, pool);
}

eckid_bytes_t eckid_admin_serve(const eckid_admin_request_t *request,
                                const eckid_lookup_setup_t *all, const char *type,
                                const eckid_moment_t *moment, apr_pool_t *pool)
{
    const eckid_person_key_t key = {type, request->student, request->school, request->kind};
    eckid_lookup_setup_t setup;
    eckid_err_t *err = eckid_lookup_setup_for(&setup, all, &key, pool);

    if (err) {
        return answer(ECKID_IS_UNKNOWN, ECKID_FROM_LAS, err, NULL, pool);
    }
    switch (request->verb) {
    case ECKID_ADMIN_CHECK:
        return check(&setup, &key, pool);
    case ECKID_ADMIN_WARM:
        return warm(&setup, &key, moment, pool);
    default:
        eckid_lookup_forget(&setup, &key, pool);
        return answer(ECKID_IS_UNKNOWN, ECKID_FROM_CACHE, NULL, NULL, pool);
    }
}
