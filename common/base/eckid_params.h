/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters of a query or a fragment: set and removed, while all others stay as written. */
#ifndef ECKID_PARAMS_H
#define ECKID_PARAMS_H

#include <apr_tables.h>

#include "base/eckid_codec.h"

typedef struct eckid_params_t eckid_params_t;

/* Splits at "&". Text is without its "?" or "#" and must live as long as pool. */
eckid_params_t *eckid_params_parse(eckid_bytes_t text, apr_pool_t *pool);

/* How often a parameter of that name stands there; value is that of the first one, decoded, and
 * NULL where there is none, or it does not decode, or holds NUL. Names are compared decoded. */
int eckid_params_get(const char **value, const eckid_params_t *params, const char *name,
                     apr_pool_t *pool);

/* Gives every parameter of that name, or a new one at the end, the value. */
void eckid_params_set(eckid_params_t *params, const char *name, const char *value,
                      apr_pool_t *pool);

void eckid_params_remove(eckid_params_t *params, const char *name);

const char *eckid_params_print(const eckid_params_t *params, apr_pool_t *pool);

#endif
