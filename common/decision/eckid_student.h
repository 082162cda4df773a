/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a login is a student's, and which key identifies the student in the LAS. */
#ifndef ECKID_STUDENT_H
#define ECKID_STUDENT_H

#include "base/eckid_match.h"
#include "model/eckid_attributes.h"
#include "model/eckid_finding.h"

/* At least one value of the attribute must match as a whole. */
typedef struct eckid_condition_t {
    const char *attribute;
    const eckid_match_t *match;
} eckid_condition_t;

/* How to recognise a student in the attributes of a login, and how to make the student key. */
typedef struct eckid_student_t {
    apr_array_header_t *conditions; /* eckid_condition_t: all must hold; if there are none, every
                                       login is a student's */
    const char *source;             /* an attribute; NULL: the NameID or sub */
    const eckid_match_t *match;     /* makes the key from its value */
    const char *type;               /* the type of the key */
    const char *school_source; /* the attribute that identifies the school, if school_match is set;
                                  NULL: the NameID or sub */
    const eckid_match_t *school_match; /* makes the key of the school map; NULL without a map */
} eckid_student_t;

/*
 * Makes the student key of a verified login. White space around values is ignored, in conditions
 * and in keys, and equal values count once. ECKID_NOT_STUDENT if no value of a
 * condition's attribute matches, ECKID_NO_STUDENT_SIGN if the login does not have that attribute.
 * ECKID_NO_KEY, ECKID_TWO_KEYS or ECKID_KEY_MISMATCH if there is no usable student key;
 * ECKID_NO_SCHOOL with one of these as its cause if there is no usable key of a school.
 */
eckid_err_t *eckid_student_find_key(eckid_student_key_t *key, const eckid_student_t *student,
                                    eckid_attributes_t login, apr_pool_t *pool);

#endif
