/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of an identity provider as they are now. If what is new is bad, the last good ones
 * stay. */
#ifndef ECKID_METADATA_H
#define ECKID_METADATA_H

#include "saml/eckid_saml_metadata.h"

/* How often a file is checked for a change, while there are logins. */
#define ECKID_METADATA_INTERVAL apr_time_from_sec(2)

/* In which unknown keys cause one look at the source. */
#define ECKID_METADATA_WINDOW apr_time_from_sec(30)

/* Read-only for those that share it, but for what it guards itself. */
typedef struct eckid_metadata_t eckid_metadata_t;

/* Who is told of news, in the thread that got them and without a lock. */
typedef struct eckid_metadata_listener_t {
    /* That the metadata were read again, and what in them ends one day (eckid_expiry_t); or, with
     * expiries NULL, why what is new cannot be used. Not called for the first reading of a file. */
    void (*on_news)(void *self, const eckid_metadata_t *metadata,
                    const apr_array_header_t *expiries, const eckid_err_t *err, apr_pool_t *pool);
    void *self;
} eckid_metadata_listener_t;

/* Reads the file for the first time. Errors are those of eckid_saml_metadata_idp. */
eckid_err_t *eckid_metadata_make(eckid_metadata_t **metadata, const char *path,
                                 const char *entity_id, const eckid_metadata_listener_t *listener,
                                 apr_pool_t *pool);

/* The path of the file. */
const char *eckid_metadata_place(const eckid_metadata_t *metadata);

/*
 * The identity provider as it is now, valid as long as pool. At most one thread at a time checks
 * the source, without a lock. Metadata whose validity has ended are used on: a failed fetch must
 * not end a school's logins.
 */
eckid_err_t *eckid_metadata_get(const eckid_idp_t **idp, eckid_metadata_t *metadata, apr_time_t now,
                                apr_pool_t *pool);

/* The same for a login by an unknown key: the source is checked at once, but only once in a window.
 */
eckid_err_t *eckid_metadata_renew(const eckid_idp_t **idp, eckid_metadata_t *metadata,
                                  apr_time_t now, apr_pool_t *pool);

/* The last one that is known; NULL if there is none. Never blocks. */
const eckid_idp_t *eckid_metadata_last(eckid_metadata_t *metadata, apr_pool_t *pool);

#endif
