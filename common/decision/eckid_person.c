/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which kind of person a login is of, and which key identifies the person in the LAS. */
#include "decision/eckid_person.h"

#include <apr_strings.h>
#include <strings.h>

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

/* Which attribute may have been meant by one that is not there: one that differs by case only. */
static const char *meant_by(const char *source, eckid_attributes_t login, apr_pool_t *pool)
{
    const apr_array_header_t *names = eckid_attributes_names(login, pool);

    for (int i = 0; source && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (strcasecmp(name, source) == 0) {
            return apr_pstrcat(pool, ", but there is ", name, NULL);
        }
    }
    return "";
}

static eckid_err_t *check_conditions(const eckid_kind_t *kind, eckid_attributes_t login,
                                     apr_pool_t *pool)
{
    for (int i = 0; i < kind->conditions->nelts; i++) {
        const eckid_condition_t *condition = &APR_ARRAY_IDX(kind->conditions, i, eckid_condition_t);
        const apr_array_header_t *values =
            eckid_attributes_values(login, condition->attribute, pool);

        if (values->nelts == 0) {
            return eckid_err_make(pool, ECKID_NO_STUDENT_SIGN, "%s%s", condition->attribute,
                                  meant_by(condition->attribute, login, pool));
        }
        if (!holds(condition, values)) {
            return eckid_err_make(pool, ECKID_NOT_STUDENT, "no value of %s matches",
                                  condition->attribute);
        }
    }
    return NULL;
}

/* Of several kinds, why the login is of none: the reasons in order. A missing attribute counts for
 * more, as with it there might have been a kind. */
static eckid_err_t *add_reason(eckid_err_t *all, const eckid_kind_t *kind, const eckid_err_t *one,
                               apr_pool_t *pool)
{
    const char *detail =
        kind->name ? apr_pstrcat(pool, kind->name, ": ", one->detail, NULL) : one->detail;
    bool lacks_sign =
        (all && all->code == ECKID_NO_STUDENT_SIGN) || one->code == ECKID_NO_STUDENT_SIGN;

    all = eckid_err_make(pool, lacks_sign ? ECKID_NO_STUDENT_SIGN : ECKID_NOT_STUDENT, "%s%s%s",
                         all ? all->detail : "", all ? "; " : "", detail);
    return kind->name
               ? eckid_err_advise(all,
                                  "if that is wrong, compare what the identity provider sends with "
                                  "EckidStudentIf and EckidPersonIf, letter for letter")
               : all;
}

/* The first kind whose conditions hold. */
static eckid_err_t *find_kind(const eckid_kind_t **found, const eckid_kind_t *kinds,
                              eckid_attributes_t login, apr_pool_t *pool)
{
    eckid_err_t *none = NULL;

    for (const eckid_kind_t *kind = kinds; kind; kind = kind->next) {
        const eckid_err_t *err = check_conditions(kind, login, pool);

        if (!err) {
            *found = kind;
            return NULL;
        }
        none = add_reason(none, kind, err, pool);
    }
    return none;
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

/* Without the empty ones: they name nobody. Directories send them beside others, as does xsi:nil.
 */
static apr_array_header_t *values_that_tell(const apr_array_header_t *raw, apr_pool_t *pool)
{
    apr_array_header_t *values = apr_array_make(pool, raw->nelts, sizeof(eckid_bytes_t));

    for (int i = 0; i < raw->nelts; i++) {
        eckid_bytes_t value = value_at(raw, i);

        if (value.len) {
            APR_ARRAY_PUSH(values, eckid_bytes_t) = value;
        }
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
    apr_array_header_t *values = values_that_tell(raw, pool);
    const char *name = source ? source : "NameID";

    if (!is_one(values)) {
        return eckid_err_make(pool, values->nelts ? ECKID_TWO_KEYS : ECKID_NO_KEY,
                              "%s has %d values%s", name, values->nelts,
                              values->nelts ? ""
                              : raw->nelts  ? " that are not empty"
                                            : meant_by(source, login, pool));
    }
    return eckid_match_apply(made, match, value_at(values, 0), pool)
               ? NULL
               : eckid_err_make(pool, ECKID_KEY_MISMATCH, "%s", name);
}

static eckid_err_t *make_key(eckid_person_key_t *key, const eckid_kind_t *kind,
                             eckid_attributes_t login, apr_pool_t *pool)
{
    ECKID_ERR(make_one(&key->value, kind->source, kind->match, login, pool));
    if (kind->school_match) {
        eckid_err_t *err =
            make_one(&key->school, kind->school_source, kind->school_match, login, pool);

        return err ? eckid_err_advise(eckid_err_wrap(pool, err, ECKID_NO_SCHOOL, "%s", ""),
                                      eckid_err_hint(ECKID_NO_SCHOOL))
                   : NULL;
    }
    return NULL;
}

eckid_err_t *eckid_person_find_key(eckid_person_key_t *key, const eckid_kind_t *kinds,
                                   eckid_attributes_t login, apr_pool_t *pool)
{
    const eckid_kind_t *kind = NULL;

    *key = (eckid_person_key_t){.type = NULL};
    ECKID_ERR(find_kind(&kind, kinds, login, pool));
    key->kind = kind->name;
    key->type = kind->type;
    eckid_err_t *err = make_key(key, kind, login, pool);

    return err ? eckid_err_about(err, kind->name) : NULL;
}

const char *eckid_person_key_attribute(const eckid_kind_t *kinds, eckid_attributes_t login,
                                       apr_pool_t *pool)
{
    for (const eckid_kind_t *kind = kinds; kind; kind = kind->next) {
        if (kind->source && eckid_attributes_values(login, kind->source, pool)->nelts) {
            return kind->source;
        }
    }
    return NULL;
}

bool eckid_person_is_untold(const eckid_err_t *err)
{
    while (err->cause) {
        err = err->cause;
    }
    return err->code == ECKID_NO_KEY || err->code == ECKID_NO_STUDENT_SIGN;
}
