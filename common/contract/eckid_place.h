/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value in the JSON file of a contract, and how to speak of it. */
#ifndef ECKID_PLACE_H
#define ECKID_PLACE_H

#include <jansson.h>

#include "base/eckid_err.h"

typedef struct eckid_place_t {
    const json_t *value; /* NULL where there is none */
    const char *file;
    const char *path; /* the names from the top, each with a "/" before it; "" for the top */
} eckid_place_t;

/* ECKID_CONTRACT: "file: path: what". */
eckid_err_t *eckid_place_wrong(const eckid_place_t *place, const char *what, apr_pool_t *pool);

/* One step down, into an object or into an array. */
eckid_place_t eckid_place_below(const eckid_place_t *place, const char *name, apr_pool_t *pool);
eckid_place_t eckid_place_entry(const eckid_place_t *place, size_t index, apr_pool_t *pool);

/* It must be an object with no other members than these, parted by spaces, and with those that have
 * a "!" behind them. */
eckid_err_t *eckid_place_members(const eckid_place_t *place, const char *members, apr_pool_t *pool);

/* It must be a string. (jansson refuses NUL, so a string is as long as it seems.) */
eckid_err_t *eckid_place_string(const char **text, const eckid_place_t *place, apr_pool_t *pool);

#endif
