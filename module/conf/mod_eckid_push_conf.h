/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A location to which people are pushed: in which shape, and by whom. */
#ifndef MOD_ECKID_PUSH_CONF_H
#define MOD_ECKID_PUSH_CONF_H

#include "access/eckid_push_client.h"
#include "conf/mod_eckid_config.h"
#include "provision/eckid_scim.h"

/* The content of the EckidScim... lines of one location. */
struct mod_eckid_push_t {
    const char *base;            /* the path of the location, without a slash at its end */
    eckid_scim_schema_t schema;  /* without pilot */
    apr_array_header_t *kinds;   /* eckid_scim_kind_t */
    eckid_bearer_t *bearer;      /* without skew; NULL: access tokens are not taken */
    apr_array_header_t *clients; /* eckid_push_client_t */
};

/* Those of a location, made if need be. */
mod_eckid_push_t *mod_eckid_push_get(mod_eckid_dir_t *dir, const char *path, apr_pool_t *pool);

/* The school with that key of the map, or, where key is NULL, the only one; NULL if there is
 * none. */
const eckid_school_t *mod_eckid_push_school(const mod_eckid_dir_t *dir, const char *key);

#endif
