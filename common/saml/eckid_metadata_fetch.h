/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metadata from a URL: fetched if it has changed, parsed, and verified. */
#ifndef ECKID_METADATA_FETCH_H
#define ECKID_METADATA_FETCH_H

#include <libxml/tree.h>

#include "crypto/eckid_key.h"
#include "http/eckid_backend.h"

/* Where it is fetched, and how it is believed. */
typedef struct eckid_metadata_url_t {
    const char *url;
    eckid_backend_t backend;   /* where url is asked for; its failure is ECKID_METADATA */
    const eckid_key_t *signer; /* must have signed the root of the document; NULL: the server that
                                  answers is believed */
} eckid_metadata_url_t;

/* What the server calls this version (RFC 9110 section 8.8); NULL where it does not. */
typedef struct eckid_metadata_version_t {
    const char *etag, *last_modified;
} eckid_metadata_version_t;

/* ECKID_CONFIG if url or base is not an http or https URL. Base is the URL that stands for url's
 * scheme, host and port; NULL for these themselves. Url and signer must live as long as pool. */
eckid_err_t *eckid_metadata_url_make(eckid_metadata_url_t *out, const char *url, const char *base,
                                     const eckid_key_t *signer, const eckid_transport_t *transport,
                                     apr_pool_t *pool);

/*
 * Asks once, and blocks until the deadline, by the clock of the system, or for the timeout of the
 * transport. Version says what is known already, and then what was fetched. Doc is NULL if nothing
 * has changed. It has no comments. ECKID_METADATA, whose detail names the URL and the check that
 * failed.
 */
eckid_err_t *eckid_metadata_fetch(xmlDocPtr *doc, eckid_metadata_version_t *version,
                                  const eckid_metadata_url_t *url, apr_time_t deadline,
                                  apr_pool_t *pool);

#endif
