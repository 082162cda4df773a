/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which kind of person a login is of, and which key identifies the person in the LAS. */
#ifndef ECKID_PERSON_H
#define ECKID_PERSON_H

#include "base/eckid_match.h"
#include "model/eckid_attributes.h"
#include "model/eckid_finding.h"

/* At least one value of the attribute must match as a whole. */
typedef struct eckid_condition_t {
    const char *attribute;
    const eckid_match_t *match;
} eckid_condition_t;

/* A kind of people who have ECK iDs: how to recognise one in the attributes of a login, and how to
 * make the key. */
typedef struct eckid_kind_t {
    const char *name;                /* NULL: students */
    const struct eckid_kind_t *next; /* by configuration order; or NULL */
    apr_array_header_t *conditions;  /* eckid_condition_t: all must hold; if there are none, every
                                        login is of this kind */
    const char *source;              /* an attribute; NULL: the NameID or sub */
    const eckid_match_t *match;      /* makes the key from its value */
    const char *type;                /* the type of the key */
    const char *school_source; /* the attribute that identifies the school, if school_match is set;
                                  NULL: the NameID or sub */
    const eckid_match_t *school_match; /* makes the key of the school map; NULL without a map */
} eckid_kind_t;

/*
 * Makes the key of the person whose verified login it is, by the first kind whose conditions hold.
 * White space around values is ignored, in conditions and in keys, and equal values count once.
 * For a person of no kind, ECKID_NOT_STUDENT, or ECKID_NO_STUDENT_SIGN if the login lacks the
 * attribute of a condition, so that nothing can be said. ECKID_NO_KEY, ECKID_TWO_KEYS or
 * ECKID_KEY_MISMATCH if there is no usable key; ECKID_NO_SCHOOL with one of these as its cause if
 * there is no usable key of a school. With all of these the kind is written to the key, and known
 * to the error.
 */
eckid_err_t *eckid_person_find_key(eckid_person_key_t *key, const eckid_kind_t *kinds,
                                   eckid_attributes_t login, apr_pool_t *pool);

/* The attribute that keys are made from, of the first kind of which the login has a value: whoever
 * has one is likely to be of that kind. NULL without a value, or if keys are made from the NameID,
 * which everybody has. */
const char *eckid_person_key_attribute(const eckid_kind_t *kinds, eckid_attributes_t login,
                                       apr_pool_t *pool);

/* Whether an error of eckid_person_find_key says that an attribute is not there: one by which the
 * kind of a person, the key or the school is known. */
bool eckid_person_is_untold(const eckid_err_t *err);

#endif
