/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity provider from its metadata file, which is read again when it changes. If the new
 * content is bad, the last good one stays. */
#ifndef ECKID_IDP_METADATA_H
#define ECKID_IDP_METADATA_H

#include "saml/eckid_saml_metadata.h"

/* How often the file is checked for a change, while there are logins. */
#define ECKID_IDP_METADATA_INTERVAL apr_time_from_sec(2)

typedef struct eckid_idp_metadata_t eckid_idp_metadata_t;

/* Reads the file for the first time. Errors are those of eckid_saml_metadata_idp. */
eckid_err_t *eckid_idp_metadata_make(eckid_idp_metadata_t **file, const char *path,
                                     const char *entity_id, apr_pool_t *pool);

const char *eckid_idp_metadata_path(const eckid_idp_metadata_t *file);

/*
 * The identity provider as it is now, valid as long as pool. At most one thread at a time checks
 * the file, without a lock, and reads it if it changed. Changed tells whether there is news. News
 * is written once for each change, with NULL or the reason why the changed file cannot be used.
 * Metadata whose validity has ended are used on: a failed fetch must not end a school's logins.
 */
const eckid_idp_t *eckid_idp_metadata_get(eckid_idp_metadata_t *file, apr_time_t now, bool *changed,
                                          eckid_err_t **news, apr_pool_t *pool);

#endif
