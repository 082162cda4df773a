/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value in the JSON file of a contract, with its path for error messages. */
#ifndef ECKID_CONTRACT_JSON_H
#define ECKID_CONTRACT_JSON_H

#include <jansson.h>

#include "base/eckid_err.h"

typedef struct eckid_contract_json_t {
    const json_t *value; /* NULL if it is absent */
    const char *file;
    const char *path; /* the member names from the top, each after a "/"; "" for the top */
} eckid_contract_json_t;

/* ECKID_CONTRACT with the message "file: path: what". */
eckid_err_t *eckid_contract_json_wrong(const eckid_contract_json_t *place, const char *what,
                                       apr_pool_t *pool);

/* The value one level down, in an object or in an array. */
eckid_contract_json_t eckid_contract_json_below(const eckid_contract_json_t *place,
                                                const char *name, apr_pool_t *pool);
eckid_contract_json_t eckid_contract_json_entry(const eckid_contract_json_t *place, size_t index,
                                                apr_pool_t *pool);

/* Checks that the value is an object whose members are all in this list, separated by spaces, and
 * which has every member marked with a "!". */
eckid_err_t *eckid_contract_json_members(const eckid_contract_json_t *place, const char *members,
                                         apr_pool_t *pool);

/* Checks that the value is a string and returns it. It holds no NUL, which jansson refuses. */
eckid_err_t *eckid_contract_json_string(const char **text, const eckid_contract_json_t *place,
                                        apr_pool_t *pool);

#endif
