/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text with places for what differs from question to question: "{student}" and its like. */
#ifndef ECKID_CONTRACT_TEMPLATE_H
#define ECKID_CONTRACT_TEMPLATE_H

#include <apr_time.h>
#include <jansson.h>

#include "base/eckid_codec.h"

typedef enum eckid_contract_placeholder_t {
    ECKID_BASE,         /* {base}: the URL of the LAS, without a slash at its end */
    ECKID_STUDENT,      /* {student}: the student key */
    ECKID_STUDENT_TYPE, /* {student-type} */
    ECKID_SCHOOL,       /* {school}: on whose behalf is asked */
    ECKID_SCHOOL_TYPE,  /* {school-type} */
    ECKID_SCHOOL_YEAR   /* {school-year}: "2025-2026" from the first of August 2025, in UTC */
} eckid_contract_placeholder_t;

#define ECKID_PLACEHOLDERS 6

/* What stands in the places; NULL where there is nothing, which is "". */
typedef struct eckid_contract_values_t {
    const char *of[ECKID_PLACEHOLDERS];
} eckid_contract_values_t;

/* As it is written: "{base}". */
const char *eckid_contract_template_name(eckid_contract_placeholder_t placeholder);

/*
 * Adds the placeholders of a text to uses, as bits (1 << placeholder). "{{" stands for "{". False
 * when a "{" is neither of these; *at is then its offset.
 */
bool eckid_contract_template_check(unsigned *uses, apr_size_t *at, const char *text);

/* The text, which must have passed the check, with the values in their places. All but {base} are
 * percent-encoded if so wanted, so that none can leave its place in a path or a query. (A value of
 * dots alone still can: see eckid_url_has_dots.) */
const char *eckid_contract_template_fill(const char *text, const eckid_contract_values_t *values,
                                         bool percent, apr_pool_t *pool);

/* The same for every string that is a value in a tree: a new tree, the caller's, since other
 * threads read the model and not even its counts of references may change. NULL if a value is not
 * UTF-8. */
json_t *eckid_contract_template_json(const json_t *model, const eckid_contract_values_t *values,
                                     apr_pool_t *pool);

/* The value of {school-year} at a moment. */
const char *eckid_contract_template_school_year(apr_time_t now, apr_pool_t *pool);

#endif
