/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters of a query or a fragment: some can be set and removed, the others stay byte for
 * byte. */
#ifndef ECKID_PARAMS_H
#define ECKID_PARAMS_H

#include <apr_tables.h>

#include "base/eckid_codec.h"

typedef struct eckid_params_t eckid_params_t;

/* Splits the text at "&". It has no "?" or "#" and must live as long as pool. */
eckid_params_t *eckid_params_parse(eckid_bytes_t text, apr_pool_t *pool);

/* Returns how many parameters have that name, compared after decoding. Value is the decoded value
 * of the first one; NULL if there is none, or if it cannot be decoded or contains NUL. */
int eckid_params_get(const char **value, const eckid_params_t *params, const char *name,
                     apr_pool_t *pool);

/* Sets every parameter of that name to the value; adds one at the end if there is none. */
void eckid_params_set(eckid_params_t *params, const char *name, const char *value,
                      apr_pool_t *pool);

void eckid_params_remove(eckid_params_t *params, const char *name);

/* Whether a parameter stays, by its decoded name and value; each NULL if it cannot be decoded or
 * contains NUL. */
typedef bool eckid_params_test_t(void *self, const char *name, const char *value);

/* Removes the parameters that do not stay, and returns how many those were. */
int eckid_params_filter(eckid_params_t *params, eckid_params_test_t *stays, void *self,
                        apr_pool_t *pool);

const char *eckid_params_print(const eckid_params_t *params, apr_pool_t *pool);

#endif
