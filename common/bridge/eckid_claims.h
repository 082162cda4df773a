/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the authentication module knows about the user, as attributes of a login. */
#ifndef ECKID_CLAIMS_H
#define ECKID_CLAIMS_H

#include "base/eckid_err.h"
#include "model/eckid_attributes.h"

#define ECKID_CLAIM_MAX 8192       /* bytes of one variable */
#define ECKID_CLAIM_VALUES_MAX 256 /* of one variable */

/* What a server has set for a request; never what the client sent. */
typedef struct eckid_environment_t {
    const apr_table_t *variables;
    const char *user; /* the variable REMOTE_USER; NULL or "": nobody */
} eckid_environment_t;

/* The value of a variable; NULL if there is none. */
const char *eckid_environment_get(const eckid_environment_t *environment, const char *name);

/* How the values of a variable are written. */
typedef enum eckid_claim_form_t {
    ECKID_CLAIM_ONE,       /* the whole is one value */
    ECKID_CLAIM_SEPARATED, /* by the separator; empty ones and space around them do not count */
    ECKID_CLAIM_JSON       /* an array of strings and numbers, or one of these */
} eckid_claim_form_t;

/* An attribute and the variable that it is made of. */
typedef struct eckid_claim_t {
    eckid_attribute_t attribute;
    const char *variable;
    eckid_claim_form_t form;
    const char *separator; /* not empty, with SEPARATED */
} eckid_claim_t;

/* An attribute with its values, as it will be sent. */
typedef struct eckid_claimed_t {
    eckid_attribute_t attribute;
    apr_array_header_t *values; /* eckid_bytes_t */
} eckid_claimed_t;

/* The attributes of one login. */
typedef struct eckid_user_claims_t {
    apr_array_header_t *all; /* eckid_claimed_t, none of them without values */
    const char *subject;     /* the NameID, once it is known; or NULL */
} eckid_user_claims_t;

/*
 * Makes the attributes by the rules (eckid_claim_t), in their order; one whose variable is absent
 * or empty is left out. ECKID_CLAIM, with the name of the variable, for a value that XML cannot
 * hold, that is too long, or that is no JSON where it must be.
 */
eckid_err_t *eckid_claims_read(eckid_user_claims_t **claims, const apr_array_header_t *rules,
                               const eckid_environment_t *environment, apr_pool_t *pool);

/* The interface by which they are decided about. */
eckid_attributes_t eckid_claims_attributes(eckid_user_claims_t *claims);

/* Replaces all attributes of that name by one with one value. */
void eckid_claims_set(eckid_user_claims_t *claims, const eckid_attribute_t *attribute,
                      const char *value, apr_pool_t *pool);

/* The name of a NameFormat: "uri" for names that are URIs, otherwise "basic" (core section 8.2). */
const char *eckid_claims_format(const char *name);

#endif
