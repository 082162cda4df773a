/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value in the JSON file of a contract, and how to speak of it. */
#ifndef ECKID_CONTRACT_JSON_H
#define ECKID_CONTRACT_JSON_H

#include <jansson.h>

#include "base/eckid_err.h"

typedef struct eckid_contract_json_t {
    const json_t *value; /* NULL where there is none */
    const char *file;
    const char *path; /* the names from the top, each with a "/" before it; "" for the top */
} eckid_contract_json_t;

/* ECKID_CONTRACT: "file: path: what". */
eckid_err_t *eckid_contract_json_wrong(const eckid_contract_json_t *place, const char *what,
                                       apr_pool_t *pool);

/* One step down, into an object or into an array. */
eckid_contract_json_t eckid_contract_json_below(const eckid_contract_json_t *place,
                                                const char *name, apr_pool_t *pool);
eckid_contract_json_t eckid_contract_json_entry(const eckid_contract_json_t *place, size_t index,
                                                apr_pool_t *pool);

/* It must be an object with no other members than these, parted by spaces, and with those that have
 * a "!" behind them. */
eckid_err_t *eckid_contract_json_members(const eckid_contract_json_t *place, const char *members,
                                         apr_pool_t *pool);

/* It must be a string. (jansson refuses NUL, so a string is as long as it seems.) */
eckid_err_t *eckid_contract_json_string(const char **text, const eckid_contract_json_t *place,
                                        apr_pool_t *pool);

#endif
