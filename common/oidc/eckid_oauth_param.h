/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A parameter of a request, in every way in which some server may read it. */
#ifndef ECKID_OAUTH_PARAM_H
#define ECKID_OAUTH_PARAM_H

#include <apr_tables.h>

#include "oidc/eckid_oauth_request.h"

/*
 * All of this is read so that nothing that is present counts as absent. Other readings are those of
 * servers that split at ";" or at control characters too, and of those that take another name for
 * the one that counts (in other letters, or with what they read as "_").
 */
typedef struct eckid_oauth_param_t {
    apr_array_header_t *values;   /* const char *: as all servers read it; each that stands there */
    apr_array_header_t *readings; /* const char *: how some servers read it as well */
    bool hidden;                  /* whether it may be there with a value that cannot be read */
} eckid_oauth_param_t;

eckid_oauth_param_t eckid_oauth_param_in_query(const eckid_oauth_request_t *call, const char *name,
                                               apr_pool_t *pool);
eckid_oauth_param_t eckid_oauth_param_in_body(const eckid_oauth_request_t *call, const char *name,
                                              apr_pool_t *pool);

/* Whether it is there by any reading. */
bool eckid_oauth_param_is_there(const eckid_oauth_param_t *param);

/* Its value, where it is there once and all servers read the same; otherwise NULL. */
const char *eckid_oauth_param_value(const eckid_oauth_param_t *param);

#endif
