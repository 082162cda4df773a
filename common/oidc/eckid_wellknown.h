/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the provider publishes about itself, with what clients must know of us beside it. */
#ifndef ECKID_WELLKNOWN_H
#define ECKID_WELLKNOWN_H

#include "oidc/eckid_oidc_setup.h"

/* Discovery: our claims and signing algorithms are added to the lists. PASS when it is not that of
 * the issuer. */
eckid_decision_t eckid_wellknown_discovery(const eckid_oidc_setup_t *setup, eckid_bytes_t body,
                                           apr_pool_t *pool);

/* The JWKS: our keys stand beside the provider's, each once for each algorithm by which it signs
 * for a client (see eckid_our_keys.h). */
eckid_decision_t eckid_wellknown_jwks(const eckid_oidc_setup_t *setup, eckid_bytes_t body,
                                      apr_pool_t *pool);

#endif
