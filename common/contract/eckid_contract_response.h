/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a contract understands an answer: where the ECK iD stands, and what else can be said. */
#ifndef ECKID_CONTRACT_RESPONSE_H
#define ECKID_CONTRACT_RESPONSE_H

#include <apr_tables.h>

#include "contract/eckid_contract_json.h"
#include "base/eckid_json_pointer.h"

/* Where a value stands: a pointer from the top, or an entry of a list that is known by its type. */
typedef struct eckid_contract_location_t {
    const eckid_json_pointer_t *at;    /* the value, or the list */
    const eckid_json_pointer_t *type;  /* from an entry of the list; NULL when there is no list */
    const eckid_json_pointer_t *value; /* from an entry of the list */
    const char *is; /* the type that is meant; NULL for that of the student key */
    bool optional;  /* of an echo: whether it may be absent */
} eckid_contract_location_t;

/* Read-only once made. Strings live as long as the JSON that it was made of. */
typedef struct eckid_contract_response_t {
    eckid_contract_location_t eckid;
    apr_array_header_t *echo; /* eckid_contract_location_t: each holds the student key */
    apr_array_header_t
        *no_eckid; /* eckid_contract_sign_t: any of them means known, without ECK iD */
    apr_array_header_t *unknown; /* eckid_contract_sign_t */
} eckid_contract_response_t;

/* One way in which an answer says something other than an ECK iD. */
typedef struct eckid_contract_sign_t {
    int status;
    const eckid_json_pointer_t *pointer; /* NULL: the status says it all */
    const json_t *equals;                /* NULL: anything but null */
} eckid_contract_sign_t;

/* Reads the members "found", "noEckId" and "unknown" of a contract. ECKID_CONTRACT for what is not
 * plainly right, such as a status that can mean nothing about a student. */
eckid_err_t *eckid_contract_response_make(eckid_contract_response_t *reading,
                                          const eckid_contract_json_t *contract, apr_pool_t *pool);

/* The functions below look at an answer; ECKID_LAS_SHAPE when it is not built as they expect, or
 * has several values where one is meant. */

/* The value that should be an ECK iD; NULL where it is absent, null or the empty string. */
eckid_err_t *eckid_contract_response_value(const json_t **value,
                                           const eckid_contract_response_t *reading,
                                           const json_t *answer, apr_pool_t *pool);

/* Whether the answer is about the student that was asked for; otherwise ECKID_LAS_OTHER. */
eckid_err_t *eckid_contract_response_echo(const eckid_contract_response_t *reading,
                                          const json_t *answer, const char *key_type,
                                          const char *key, apr_pool_t *pool);

/* Whether any of the signs is there. Answer may be NULL where no sign of that status has a pointer.
 */
eckid_err_t *eckid_contract_response_says(bool *says, const apr_array_header_t *signs, int status,
                                          const json_t *answer, apr_pool_t *pool);

#endif
