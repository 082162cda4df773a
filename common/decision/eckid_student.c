/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a login is a student's, and which key identifies the student in the LAS. */
#include "decision/eckid_student.h"

/* A value without surrounding white space, which XML and directories add without meaning. Both
 * conditions and keys use it. */
static eckid_bytes_t value_at(const apr_array_header_t *values, int i)
{
    return eckid_codec_trim(APR_ARRAY_IDX(values, i, eckid_bytes_t));
}

static bool holds(const eckid_condition_t *condition, const apr_array_header_t *values)
{
    for (int i = 0; i < values->nelts; i++) {
        if (eckid_match_is(condition->match, value_at(values, i))) {
            return true;
        }
    }
    return false;
}

static eckid_err_t *check_conditions(const eckid_student_t *student, eckid_attributes_t login,
                                     apr_pool_t *pool)
{
    for (int i = 0; i < student->conditions->nelts; i++) {
        const eckid_condition_t *condition =
            &APR_ARRAY_IDX(student->conditions, i, eckid_condition_t);

        const apr_array_header_t *values =
            eckid_attributes_values(login, condition->attribute, pool);

        if (values->nelts == 0) {
            return eckid_err_make(pool, ECKID_NO_STUDENT_SIGN, "%s", condition->attribute);
        }
        if (!holds(condition, values)) {
            return eckid_err_make(pool, ECKID_NOT_STUDENT, "no value of %s matches",
                                  condition->attribute);
        }
    }
    return NULL;
}

/* The values of an attribute; without a name, the NameID or sub. */
static apr_array_header_t *raw_values(const char *source, eckid_attributes_t login,
                                      apr_pool_t *pool)
{
    if (source) {
        return eckid_attributes_values(login, source, pool);
    }
    apr_array_header_t *values = apr_array_make(pool, 1, sizeof(eckid_bytes_t));
    const char *name_id = eckid_attributes_subject(login, pool);

    if (name_id) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) = eckid_bytes_str(name_id);
    }
    return values;
}

/* Whether there is exactly one distinct value. */
static bool is_one(const apr_array_header_t *values)
{
    for (int i = 1; i < values->nelts; i++) {
        if (!eckid_bytes_equal(value_at(values, i), value_at(values, 0))) {
            return false;
        }
    }
    return values->nelts > 0;
}

/* Applies the expression to the only value. */
static eckid_err_t *make_one(const char **made, const char *source, const eckid_match_t *match,
                             eckid_attributes_t login, apr_pool_t *pool)
{
    apr_array_header_t *raw = raw_values(source, login, pool);
    const char *name = source ? source : "NameID";

    if (!is_one(raw)) {
        return eckid_err_make(pool, raw->nelts ? ECKID_TWO_KEYS : ECKID_NO_KEY, "%s has %d values",
                              name, raw->nelts);
    }
    return eckid_match_apply(made, match, value_at(raw, 0), pool)
               ? NULL
               : eckid_err_make(pool, ECKID_KEY_MISMATCH, "%s", name);
}

eckid_err_t *eckid_student_find_key(eckid_student_key_t *key, const eckid_student_t *student,
                                    eckid_attributes_t login, apr_pool_t *pool)
{
    *key = (eckid_student_key_t){.type = student->type};
    ECKID_ERR(check_conditions(student, login, pool));
    ECKID_ERR(make_one(&key->value, student->source, student->match, login, pool));
    if (student->school_match) {
        eckid_err_t *err =
            make_one(&key->school, student->school_source, student->school_match, login, pool);

        return err ? eckid_err_wrap(pool, err, ECKID_NO_SCHOOL, "%s", "") : NULL;
    }
    return NULL;
}
