/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key of a person, and the possible results of looking it up. */
#ifndef ECKID_FINDING_H
#define ECKID_FINDING_H

#include "base/eckid_json.h"
#include "model/eckid_eck_id.h"

/* The key by which the LAS knows a person: a student, or one of another kind. */
typedef struct eckid_person_key_t {
    const char *type; /* Edu-V userIdType: NEPPI, NEPRI, BPI, eduID, ASI */
    const char *value;
    const char *school; /* a key of the school map; NULL without a map */
    const char *kind;   /* such as ECKID_KIND_EMPLOYEE; NULL: a student, as most are */
} eckid_person_key_t;

/* The kinds of people that have a meaning of their own, as their names are written. */
#define ECKID_KIND_STUDENT "student"
#define ECKID_KIND_EMPLOYEE "employee"

/* The name of a kind: ECKID_KIND_STUDENT for NULL. */
const char *eckid_kind_name(const char *kind);

/* Whether two kinds, each of which may be NULL, are the same. */
bool eckid_kind_same(const char *kind, const char *other);

/*
 * The possible outcomes of a lookup, and their names in logs, in EckidOn and in the commands. The
 * order is fixed, because cache records hold the numbers.
 */
#define ECKID_EACH_OUTCOME(X)                                                                      \
    X(FOUND, "found")                                                                              \
    X(IS_NOT_STUDENT, "not-student") /* of no kind that has one; the LAS was not asked */          \
    X(IS_UNKNOWN, "unknown")         /* to the LAS; or there is no student key to look up */       \
    X(HAS_NONE, "no-eckid")          /* the LAS knows the student, who has no ECK iD */            \
    X(LAS_FAILED, "las-failed")      /* the LAS gave no usable answer */                           \
    X(PROVIDER_FAILED,                                                                             \
      "provider-failed") /* the OpenID provider gave none either, so the LAS was not asked */      \
    X(DIRECTORY_FAILED, "directory-failed") /* nor did the directory, which may know the person */

typedef enum eckid_outcome_t {
#define X(outcome, name) ECKID_##outcome,
    ECKID_EACH_OUTCOME(X)
#undef X
        ECKID_OUTCOMES
} eckid_outcome_t;

const char *eckid_outcome_name(eckid_outcome_t outcome);

/* The outcome with that name; false, with nothing written, if there is none. */
bool eckid_outcome_find(eckid_outcome_t *outcome, const char *name);

/* The answer of the LAS or of the cache: FOUND with a value, IS_UNKNOWN or HAS_NONE. */
typedef struct eckid_finding_t {
    eckid_outcome_t outcome;
    eckid_eck_id_t value;
} eckid_finding_t;

/* The finding for a person whom the LAS knows: FOUND with the value, HAS_NONE if the value is NULL
 * or null, ECKID_MALFORMED with the name of the member if it is not an ECK iD. Pilot allows the
 * pilot label. */
eckid_err_t *eckid_finding_make(eckid_finding_t *finding, const json_t *value, const char *name,
                                bool pilot, apr_pool_t *pool);

#endif
