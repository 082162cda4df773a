/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a contract reads a response: where the ECK iD is, and what else a response can mean. */
#ifndef ECKID_CONTRACT_RESPONSE_H
#define ECKID_CONTRACT_RESPONSE_H

#include <apr_tables.h>

#include "contract/eckid_contract_json.h"
#include "base/eckid_json_pointer.h"

/* Where a value is: at a pointer from the top, or in the list entry that has a certain type. */
typedef struct eckid_contract_location_t {
    const eckid_json_pointer_t *at;    /* the value itself, or the list */
    const eckid_json_pointer_t *type;  /* relative to an entry of the list; NULL without a list */
    const eckid_json_pointer_t *value; /* relative to an entry of the list */
    const char *is; /* the type that selects an entry; NULL: that of the student key */
    bool optional;  /* only for an echo: whether it may be absent */
} eckid_contract_location_t;

/* Read-only once made. Strings belong to the JSON from which it was made. */
typedef struct eckid_contract_response_t {
    eckid_contract_location_t eckid;
    apr_array_header_t *echo;     /* eckid_contract_location_t: each must hold the student key */
    apr_array_header_t *no_eckid; /* eckid_contract_sign_t: known to the LAS, but without ECK iD */
    apr_array_header_t *unknown;  /* eckid_contract_sign_t */
} eckid_contract_response_t;

/* A status and, if a pointer is given, a value in the body that together mean something other than
 * an ECK iD. */
typedef struct eckid_contract_sign_t {
    int status;
    const eckid_json_pointer_t *pointer; /* NULL: the status is enough */
    const json_t *equals;                /* NULL: any value but null */
} eckid_contract_sign_t;

/* Reads the members "found", "noEckId" and "unknown" of a contract. ECKID_CONTRACT for any mistake,
 * such as a status that cannot be about the student. */
eckid_err_t *eckid_contract_response_make(eckid_contract_response_t *reading,
                                          const eckid_contract_json_t *contract, apr_pool_t *pool);

/* The functions below read the body of a response. ECKID_LAS_SHAPE if it is not built as they
 * expect, or has several values where one is expected. */

/* The value that should be an ECK iD; NULL if it is absent, null or the empty string. */
eckid_err_t *eckid_contract_response_value(const json_t **value,
                                           const eckid_contract_response_t *reading,
                                           const json_t *answer, apr_pool_t *pool);

/* Checks that the response is about the student who was asked for; otherwise ECKID_LAS_OTHER. */
eckid_err_t *eckid_contract_response_echo(const eckid_contract_response_t *reading,
                                          const json_t *answer, const char *key_type,
                                          const char *key, apr_pool_t *pool);

/* Whether the response matches any of the signs. Answer may be NULL if no sign of that status has a
 * pointer. */
eckid_err_t *eckid_contract_response_says(bool *says, const apr_array_header_t *signs, int status,
                                          const json_t *answer, apr_pool_t *pool);

#endif
