/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens where no reader looks for them: found by their looks, and judged. */
#ifndef ECKID_OIDC_SCAN_H
#define ECKID_OIDC_SCAN_H

#include "base/eckid_json_edit.h"
#include "oidc/eckid_oidc_setup.h"

/*
 * The supplier that an ID token in the bytes names by aud or azp; NULL where there is none. One
 * that we signed does not count: a page of the provider can repeat what a client showed it as a
 * hint. Escapes within a token are decoded, as of scripts ("\u002d"), markup and URLs, several
 * times over, and so is UTF-16. The time is linear in the bytes.
 */
const eckid_supplier_t *eckid_oidc_scan_bytes(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                              apr_pool_t *pool);

/* The same in a URL, in which it may be percent-coded several times over. */
const eckid_supplier_t *eckid_oidc_scan_url(const eckid_oidc_setup_t *setup, const char *url,
                                            apr_pool_t *pool);

/* Whether a token was signed by a key of ours that is not shared, by the kid in its header. */
bool eckid_oidc_scan_is_ours(const eckid_oidc_setup_t *setup, const char *token, apr_pool_t *pool);

/* ECKID_RESPONSE_MODE if eckid_oidc_scan_bytes finds a supplier's ID token. */
eckid_err_t *eckid_oidc_scan_find(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                  apr_pool_t *pool);

/* The same in the strings of a JSON object, at any depth and in the names of members. The members
 * of read, whose end is NULL, are left out on top. */
const eckid_supplier_t *eckid_oidc_scan_members(const eckid_oidc_setup_t *setup,
                                                const eckid_json_edit_t *object,
                                                const char *const *read, apr_pool_t *pool);

/* The same in any JSON. */
const eckid_supplier_t *eckid_oidc_scan_value(const eckid_oidc_setup_t *setup, const json_t *value,
                                              apr_pool_t *pool);

/* The supplier that the claims of a token name by one of these, whose end is NULL. */
const eckid_supplier_t *eckid_oidc_scan_claims(const eckid_oidc_setup_t *setup,
                                               const json_t *claims, const char *const *members,
                                               apr_pool_t *pool);

#endif
