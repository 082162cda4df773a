/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a contract reads a response: where the ECK iD is, and what else a response can mean. */
#include "contract/eckid_contract_response.h"

#include <string.h>
#include <apr_strings.h>

static eckid_err_t *get_pointer(const eckid_json_pointer_t **pointer,
                                const eckid_contract_json_t *place, apr_pool_t *pool)
{
    const char *text;

    ECKID_ERR(eckid_contract_json_string(&text, place, pool));
    *pointer = eckid_json_pointer_make(text, pool);
    return *pointer ? NULL
                    : eckid_contract_json_wrong(place, "it is not a JSON Pointer (RFC 6901)", pool);
}

static eckid_err_t *get_pointer_below(const eckid_json_pointer_t **pointer,
                                      const eckid_contract_json_t *place, const char *name,
                                      apr_pool_t *pool)
{
    const eckid_contract_json_t it = eckid_contract_json_below(place, name, pool);

    return get_pointer(pointer, &it, pool);
}

static eckid_err_t *get_entry(eckid_contract_location_t *location,
                              const eckid_contract_json_t *place, apr_pool_t *pool)
{
    const eckid_contract_json_t is = eckid_contract_json_below(place, "is", pool);

    ECKID_ERR(get_pointer_below(&location->at, place, "list", pool));
    ECKID_ERR(get_pointer_below(&location->type, place, "type", pool));
    ECKID_ERR(get_pointer_below(&location->value, place, "value", pool));
    return is.value ? eckid_contract_json_string(&location->is, &is, pool) : NULL;
}

/* Here "is" is required: by default an entry is found by the type of the student key, and no entry
 * of that type holds the ECK iD. */
static eckid_err_t *get_eckid(eckid_contract_location_t *location,
                              const eckid_contract_json_t *found, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(found, "eckId", pool);

    if (!json_is_object(place.value)) {
        return get_pointer(&location->at, &place, pool);
    }
    ECKID_ERR(eckid_contract_json_members(&place, "list! type! is! value!", pool));
    return get_entry(location, &place, pool);
}

static eckid_err_t *get_echo(eckid_contract_location_t *location,
                             const eckid_contract_json_t *place, apr_pool_t *pool)
{
    const eckid_contract_json_t optional = eckid_contract_json_below(place, "optional", pool);

    *location = (eckid_contract_location_t){0};
    if (optional.value && !json_is_boolean(optional.value)) {
        return eckid_contract_json_wrong(&optional, "true or false is expected", pool);
    }
    location->optional = json_is_true(optional.value);
    if (json_object_get(place->value, "pointer")) {
        ECKID_ERR(eckid_contract_json_members(place, "pointer! optional", pool));
        return get_pointer_below(&location->at, place, "pointer", pool);
    }
    ECKID_ERR(eckid_contract_json_members(place, "list! type! is value! optional", pool));
    return get_entry(location, place, pool);
}

static eckid_err_t *get_found(eckid_contract_response_t *reading,
                              const eckid_contract_json_t *contract, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(contract, "found", pool),
                                echo = eckid_contract_json_below(&place, "echo", pool);

    ECKID_ERR(eckid_contract_json_members(&place, "eckId! echo", pool));
    ECKID_ERR(get_eckid(&reading->eckid, &place, pool));
    reading->echo = apr_array_make(pool, 2, sizeof(eckid_contract_location_t));
    if (echo.value && !json_is_array(echo.value)) {
        return eckid_contract_json_wrong(&echo, "an array is expected", pool);
    }
    for (size_t i = 0; i < json_array_size(echo.value); i++) {
        const eckid_contract_json_t entry = eckid_contract_json_entry(&echo, i, pool);

        ECKID_ERR(get_echo(apr_array_push(reading->echo), &entry, pool));
    }
    return NULL;
}

/* Only these statuses can be about the student. Others are about our credentials, our rate of
 * calls, or the LAS itself. */
static eckid_err_t *get_status(int *status, const eckid_contract_json_t *sign, apr_pool_t *pool)
{
    static const int known[] = {200, 204, 400, 404, 409, 410, 422};
    const eckid_contract_json_t place = eckid_contract_json_below(sign, "status", pool);

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (json_is_integer(place.value) && json_integer_value(place.value) == known[i]) {
            *status = known[i];
            return NULL;
        }
    }
    return eckid_contract_json_wrong(&place, "200, 204, 400, 404, 409, 410 or 422 is expected",
                                     pool);
}

static eckid_err_t *get_sign(eckid_contract_sign_t *sign, const eckid_contract_json_t *place,
                             apr_pool_t *pool)
{
    *sign = (eckid_contract_sign_t){0};
    ECKID_ERR(eckid_contract_json_members(place, "status! pointer equals", pool));
    ECKID_ERR(get_status(&sign->status, place, pool));
    sign->equals = json_object_get(place->value, "equals");
    if (json_object_get(place->value, "pointer")) {
        return sign->status == 204 ? eckid_contract_json_wrong(
                                         place, "a response with status 204 has no body", pool)
                                   : get_pointer_below(&sign->pointer, place, "pointer", pool);
    }
    if (sign->equals) {
        return eckid_contract_json_wrong(place, "equals needs a pointer", pool);
    }
    if (sign->status == 200 || sign->status == 400 || sign->status == 422) {
        return eckid_contract_json_wrong(
            place, "this status alone does not decide: a pointer is needed", pool);
    }
    return NULL;
}

static eckid_err_t *get_signs(apr_array_header_t **signs, const eckid_contract_json_t *contract,
                              const char *name, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(contract, name, pool);

    if (!json_is_array(place.value)) {
        return eckid_contract_json_wrong(
            &place, "an array is expected; [] if no response means this", pool);
    }
    *signs = apr_array_make(pool, 2, sizeof(eckid_contract_sign_t));
    for (size_t i = 0; i < json_array_size(place.value); i++) {
        const eckid_contract_json_t entry = eckid_contract_json_entry(&place, i, pool);

        ECKID_ERR(get_sign(apr_array_push(*signs), &entry, pool));
    }
    return NULL;
}

/* A sign listed in both noEckId and unknown would make every such response contradict itself. */
static eckid_err_t *check_apart(const eckid_contract_json_t *contract, apr_pool_t *pool)
{
    const json_t *unknown = json_object_get(contract->value, "unknown");
    const eckid_contract_json_t none = eckid_contract_json_below(contract, "noEckId", pool);

    for (size_t i = 0; i < json_array_size(none.value); i++) {
        for (size_t j = 0; j < json_array_size(unknown); j++) {
            if (json_equal(json_array_get(none.value, i), json_array_get(unknown, j))) {
                const eckid_contract_json_t entry = eckid_contract_json_entry(&none, i, pool);

                return eckid_contract_json_wrong(&entry, "the same entry is in unknown", pool);
            }
        }
    }
    return NULL;
}

eckid_err_t *eckid_contract_response_make(eckid_contract_response_t *reading,
                                          const eckid_contract_json_t *contract, apr_pool_t *pool)
{
    *reading = (eckid_contract_response_t){0};
    ECKID_ERR(get_found(reading, contract, pool));
    ECKID_ERR(get_signs(&reading->no_eckid, contract, "noEckId", pool));
    ECKID_ERR(get_signs(&reading->unknown, contract, "unknown", pool));
    return check_apart(contract, pool);
}

/* The value the pointer leads to; NULL if it is absent or null. */
static eckid_err_t *find(const json_t **found, const eckid_json_pointer_t *pointer,
                         const json_t *answer, apr_pool_t *pool)
{
    if (!eckid_json_pointer_find(found, pointer, answer)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE,
                              "there are several values where the contract expects one");
    }
    *found = json_is_null(*found) ? NULL : *found;
    return NULL;
}

static bool is_string(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* The values at a location (const json_t *): in a list, those of the entries of its type. */
static eckid_err_t *find_all(apr_array_header_t **values, const eckid_contract_location_t *location,
                             const char *key_type, const json_t *answer, apr_pool_t *pool)
{
    const json_t *at, *type, *value;

    *values = apr_array_make(pool, 2, sizeof(const json_t *));
    ECKID_ERR(find(&at, location->at, answer, pool));
    if (!location->type && at) {
        APR_ARRAY_PUSH(*values, const json_t *) = at;
    }
    if (location->type && at && !json_is_array(at)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "a list was expected");
    }
    for (size_t i = 0; location->type && i < json_array_size(at); i++) {
        ECKID_ERR(find(&type, location->type, json_array_get(at, i), pool));
        ECKID_ERR(find(&value, location->value, json_array_get(at, i), pool));
        if (value && is_string(type, location->is ? location->is : key_type)) {
            APR_ARRAY_PUSH(*values, const json_t *) = value;
        }
    }
    return NULL;
}

eckid_err_t *eckid_contract_response_value(const json_t **value,
                                           const eckid_contract_response_t *reading,
                                           const json_t *answer, apr_pool_t *pool)
{
    apr_array_header_t *values;

    ECKID_ERR(find_all(&values, &reading->eckid, NULL, answer, pool));
    if (values->nelts > 1) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "the response holds %d ECK iDs",
                              values->nelts);
    }
    *value = values->nelts ? APR_ARRAY_IDX(values, 0, const json_t *) : NULL;
    *value = is_string(*value, "") ? NULL : *value;
    return NULL;
}

/* Some systems store a student number as a number. */
static bool is_same(const json_t *value, const char *key, apr_pool_t *pool)
{
    return is_string(value, key) ||
           (json_is_integer(value) &&
            strcmp(apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(value)),
                   key) == 0);
}

static eckid_err_t *check_echo(const eckid_contract_location_t *location, const json_t *answer,
                               const char *key_type, const char *key, apr_pool_t *pool)
{
    apr_array_header_t *values;

    ECKID_ERR(find_all(&values, location, key_type, answer, pool));
    for (int i = 0; i < values->nelts; i++) {
        if (!is_same(APR_ARRAY_IDX(values, i, const json_t *), key, pool)) {
            return eckid_err_make(pool, ECKID_LAS_OTHER, "by its %s", key_type);
        }
    }
    if (values->nelts == 0 && !location->optional) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "the response does not name the student");
    }
    return NULL;
}

eckid_err_t *eckid_contract_response_echo(const eckid_contract_response_t *reading,
                                          const json_t *answer, const char *key_type,
                                          const char *key, apr_pool_t *pool)
{
    for (int i = 0; i < reading->echo->nelts; i++) {
        ECKID_ERR(check_echo(&APR_ARRAY_IDX(reading->echo, i, eckid_contract_location_t), answer,
                             key_type, key, pool));
    }
    return NULL;
}

static eckid_err_t *is_there(bool *there, const eckid_contract_sign_t *sign, const json_t *answer,
                             apr_pool_t *pool)
{
    const json_t *found = NULL;

    *there = !sign->pointer;
    if (!sign->pointer) {
        return NULL;
    }
    if (!eckid_json_pointer_find(&found, sign->pointer, answer)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE,
                              "there are several values where the contract expects one");
    }
    *there =
        sign->equals ? found && json_equal(found, sign->equals) : found && !json_is_null(found);
    return NULL;
}

eckid_err_t *eckid_contract_response_says(bool *says, const apr_array_header_t *signs, int status,
                                          const json_t *answer, apr_pool_t *pool)
{
    *says = false;
    for (int i = 0; i < signs->nelts && !*says; i++) {
        const eckid_contract_sign_t *sign = &APR_ARRAY_IDX(signs, i, eckid_contract_sign_t);

        if (sign->status == status) {
            ECKID_ERR(is_there(says, sign, answer, pool));
        }
    }
    return NULL;
}
