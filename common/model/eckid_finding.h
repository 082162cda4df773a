/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A student key, and how looking it up can end. */
#ifndef ECKID_FINDING_H
#define ECKID_FINDING_H

#include "base/eckid_json.h"
#include "model/eckid_eck_id.h"

/* Who is asked for, in the LAS's words. */
typedef struct eckid_student_key_t {
    const char *type; /* Edu-V userIdType: NEPPI, NEPRI, BPI, eduID, ASI */
    const char *value;
    const char *school; /* a key of the map of schools; NULL where there is one school */
} eckid_student_key_t;

typedef enum eckid_outcome_t {
    ECKID_FOUND,
    ECKID_IS_NOT_STUDENT, /* so nobody was asked */
    ECKID_IS_UNKNOWN,     /* to the LAS, or to us: there is no student key to ask with */
    ECKID_HAS_NONE,       /* the LAS knows the student and has no ECK iD */
    ECKID_LAS_FAILED      /* no answer that could be used */
} eckid_outcome_t;

#define ECKID_OUTCOMES 5

/* What the LAS, or the cache in its place, said: FOUND with a value, IS_UNKNOWN or HAS_NONE. */
typedef struct eckid_finding_t {
    eckid_outcome_t outcome;
    eckid_eck_id_t value;
} eckid_finding_t;

/* What a LAS says about a student it knows: FOUND with the value, HAS_NONE where it is NULL or
 * null, ECKID_MALFORMED, with the name of the member, for what is no ECK iD. Pilot allows the pilot
 * label. */
eckid_err_t *eckid_finding_make(eckid_finding_t *finding, const json_t *value, const char *name,
                                bool pilot, apr_pool_t *pool);

#endif
