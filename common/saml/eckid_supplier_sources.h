/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suppliers whose metadata is at URLs, and the policy with what is known of them by now. */
#ifndef ECKID_SUPPLIER_SOURCES_H
#define ECKID_SUPPLIER_SOURCES_H

#include "decision/eckid_policy.h"
#include "saml/eckid_metadata.h"

/* The metadata of one entity of a supplier. */
typedef struct eckid_supplier_source_t {
    const char *supplier; /* its name */
    const char *id;       /* of the entity */
    eckid_metadata_t *metadata;
} eckid_supplier_source_t;

/* Read-only, shared by threads. */
typedef struct eckid_supplier_sources_t {
    const eckid_policy_t *configured; /* the policy without what is fetched */
    apr_array_header_t *all;          /* eckid_supplier_source_t */
} eckid_supplier_sources_t;

/*
 * The configured policy with the consumer URLs and keys that are known by now, in pool. Never
 * blocks. A URL that another supplier has already, or that is no http or https URL, is left out.
 */
const eckid_policy_t *eckid_supplier_sources_policy(const eckid_supplier_sources_t *sources,
                                                    apr_pool_t *pool);

/* Whether any metadata of that supplier is at a URL. */
bool eckid_supplier_sources_has(const eckid_supplier_sources_t *sources, const char *supplier);

/*
 * Fetches the metadata of that supplier where it is due, or with renew at once but only once in a
 * window; of all suppliers if the name is NULL. Blocks as long as wait says. ECKID_METADATA for the
 * first of which nothing is known; the others are fetched nevertheless.
 */
eckid_err_t *eckid_supplier_sources_fetch(const eckid_supplier_sources_t *sources,
                                          const char *supplier, bool renew,
                                          eckid_metadata_wait_t *wait, apr_pool_t *pool);

/* The same for the metadata of one entity. An entity whose metadata is not at a URL is no error. */
eckid_err_t *eckid_supplier_sources_fetch_entity(const eckid_supplier_sources_t *sources,
                                                 const char *id, eckid_metadata_wait_t *wait,
                                                 apr_pool_t *pool);

/* Whether the request has no time left to fetch any metadata of that supplier. */
bool eckid_supplier_sources_is_late(const eckid_supplier_sources_t *sources, const char *supplier,
                                    const eckid_metadata_wait_t *wait);

#endif
