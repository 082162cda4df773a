/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a login is a student's, and the key by which the LAS knows the student. */
#ifndef ECKID_STUDENT_H
#define ECKID_STUDENT_H

#include "base/eckid_match.h"
#include "model/eckid_attributes.h"
#include "model/eckid_finding.h"

/* One value of the attribute must match as a whole. */
typedef struct eckid_condition_t {
    const char *attribute;
    const eckid_match_t *match;
} eckid_condition_t;

/* How a student and the student key are found in the attributes of a login. */
typedef struct eckid_student_t {
    apr_array_header_t *conditions; /* eckid_condition_t: all must hold; if empty, every login is a
                                       student's */
    const char *source;             /* an attribute, or NULL for the NameID or sub */
    const eckid_match_t *match;     /* makes the key from the value */
    const char *type;               /* of the key */
    const char *school_source;      /* the attribute that names the school, if school_match is
                                       set; NULL for the NameID or sub */
    const eckid_match_t *school_match; /* makes the key into the map of schools; NULL if there is
                                          no map */
} eckid_student_t;

/*
 * Finds the student key of a verified login. White space around values does not count, neither for
 * conditions nor for keys, and a value that occurs twice counts once. ECKID_NOT_STUDENT if a
 * condition does not hold. If the LAS cannot be asked for lack of a key: ECKID_NO_KEY,
 * ECKID_TWO_KEYS or ECKID_KEY_MISMATCH; or ECKID_NO_SCHOOL with one of them beneath.
 */
eckid_err_t *eckid_student_find_key(eckid_student_key_t *key, const eckid_student_t *student,
                                    eckid_attributes_t login, apr_pool_t *pool);

#endif
