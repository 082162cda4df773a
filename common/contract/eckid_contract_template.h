/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text with placeholders such as "{student}". */
#ifndef ECKID_CONTRACT_TEMPLATE_H
#define ECKID_CONTRACT_TEMPLATE_H

#include <apr_time.h>
#include <jansson.h>

#include "base/eckid_codec.h"

typedef enum eckid_contract_placeholder_t {
    ECKID_BASE,         /* {base}: the URL of the LAS, without a trailing slash */
    ECKID_STUDENT,      /* {student}: the value of the student key */
    ECKID_STUDENT_TYPE, /* {student-type}: its type */
    ECKID_SCHOOL,       /* {school}: the school whose student it is */
    ECKID_SCHOOL_TYPE,  /* {school-type}: the type of its identifier */
    ECKID_SCHOOL_YEAR   /* {school-year}: "2025-2026" from the first of August 2025, in UTC */
} eckid_contract_placeholder_t;

#define ECKID_PLACEHOLDERS 6

/* The value for each placeholder; NULL counts as "". */
typedef struct eckid_contract_values_t {
    const char *of[ECKID_PLACEHOLDERS];
} eckid_contract_values_t;

/* As written in a text: "{base}". */
const char *eckid_contract_template_name(eckid_contract_placeholder_t placeholder);

/*
 * Adds the placeholders of a text to uses, as bits (1 << placeholder). "{{" is a literal "{". False
 * for any other "{"; *at is then its offset.
 */
bool eckid_contract_template_check(unsigned *uses, apr_size_t *at, const char *text);

/* The text, which must have passed the check, with its placeholders replaced. With percent, all
 * values but {base} are percent-encoded, so that none can leave its part of a path or a query. (A
 * value of only dots still can: see eckid_url_has_dots.) */
const char *eckid_contract_template_fill(const char *text, const eckid_contract_values_t *values,
                                         bool percent, apr_pool_t *pool);

/* The same for every string value in a JSON tree. The result is a new tree that the caller owns:
 * other threads read the model, so even its reference counts must not change. NULL if a value is
 * not UTF-8. */
json_t *eckid_contract_template_json(const json_t *model, const eckid_contract_values_t *values,
                                     apr_pool_t *pool);

/* The value of {school-year} at that time. */
const char *eckid_contract_template_school_year(apr_time_t now, apr_pool_t *pool);

#endif
