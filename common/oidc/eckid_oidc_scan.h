/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens in bytes that no reader of markup understood: found by their looks, and judged. */
#ifndef ECKID_OIDC_SCAN_H
#define ECKID_OIDC_SCAN_H

#include "oidc/eckid_oidc_setup.h"

/* ECKID_RESPONSE_MODE when an ID token that names a supplier, by aud or azp, stands in the bytes.
 * One that we signed may: a page of the provider can repeat what a client showed it as a hint. */
eckid_err_t *eckid_oidc_scan_find(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                  apr_pool_t *pool);

#endif
