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

/*
 * How a lookup can end, and what each outcome is called in logs, in EckidOn and by the commands.
 * The order is stable, as records hold the numbers.
 */
#define ECKID_EACH_OUTCOME(X)                                                                      \
    X(FOUND, "found")                                                                              \
    X(IS_NOT_STUDENT, "not-student") /* so the LAS was not asked */                                \
    X(IS_UNKNOWN, "unknown")         /* to the LAS, or there is no student key to ask with */      \
    X(HAS_NONE, "no-eckid")          /* the LAS knows the student and has no ECK iD */             \
    X(LAS_FAILED, "las-failed")      /* the LAS gave no answer that can be used */                 \
    X(PROVIDER_FAILED,                                                                             \
      "provider-failed") /* nor did the OpenID provider, so the LAS was not asked */

typedef enum eckid_outcome_t {
#define X(outcome, name) ECKID_##outcome,
    ECKID_EACH_OUTCOME(X)
#undef X
        ECKID_OUTCOMES
} eckid_outcome_t;

const char *eckid_outcome_name(eckid_outcome_t outcome);

/* The outcome of that name; false, and nothing is written, when there is none. */
bool eckid_outcome_find(eckid_outcome_t *outcome, const char *name);

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
