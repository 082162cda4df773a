/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who of those that log in is a student, and by which key the LAS knows the student. */
#include "eckid_student.h"

static bool holds(const eckid_condition_t *condition, eckid_token_t login,
                  apr_pool_t *pool)
{
    apr_array_header_t *values = eckid_token_values(login, condition->attribute, pool);

    for (int i = 0; i < values->nelts; i++) {
        if (eckid_match_is(condition->match, APR_ARRAY_IDX(values, i, eckid_bytes_t))) {
            return true;
        }
    }
    return false;
}

static eckid_err_t *check_conditions(const eckid_student_t *student, eckid_token_t login,
                                     apr_pool_t *pool)
{
    for (int i = 0; i < student->conditions->nelts; i++) {
        const eckid_condition_t *condition =
            &APR_ARRAY_IDX(student->conditions, i, eckid_condition_t);

        if (!holds(condition, login, pool)) {
            return eckid_err_make(pool, ECKID_NOT_STUDENT, "by %s", condition->attribute);
        }
    }
    return NULL;
}

/* What the key is made of: the values of the attribute, or the one NameID. */
static apr_array_header_t *raw_keys(const eckid_student_t *student, eckid_token_t login,
                                    apr_pool_t *pool)
{
    if (student->source) {
        return eckid_token_values(login, student->source, pool);
    }
    apr_array_header_t *values = apr_array_make(pool, 1, sizeof(eckid_bytes_t));
    const char *name_id = eckid_token_subject(login, pool);

    if (name_id) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) = eckid_bytes_str(name_id);
    }
    return values;
}

eckid_err_t *eckid_student_key(eckid_student_key_t *key, const eckid_student_t *student,
                               eckid_token_t login, apr_pool_t *pool)
{
    const char *source = student->source ? student->source : "NameID";

    ECKID_ERR(check_conditions(student, login, pool));
    apr_array_header_t *raw = raw_keys(student, login, pool);

    if (raw->nelts != 1) {
        return eckid_err_make(pool, raw->nelts ? ECKID_TWO_KEYS : ECKID_NO_KEY, "%s has %d values",
                              source, raw->nelts);
    }
    if (!eckid_match_apply(&key->value, student->match, APR_ARRAY_IDX(raw, 0, eckid_bytes_t),
                           pool)) {
        return eckid_err_make(pool, ECKID_KEY_MISMATCH, "%s", source);
    }
    key->type = student->type;
    return NULL;
}
