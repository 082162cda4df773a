/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of our identity provider. */
#ifndef ECKID_BRIDGE_METADATA_H
#define ECKID_BRIDGE_METADATA_H

#include "bridge/eckid_bridge.h"

/* How long a copy of it is good. */
#define ECKID_BRIDGE_METADATA_AGE apr_time_from_sec(7 * 24 * 3600)

/*
 * An EntityDescriptor with an IDPSSODescriptor: the certificates of all our keys, those of
 * suppliers included, both bindings, logout if there is any, the NameID formats that suppliers
 * have. Signed with signer unless that is NULL.
 */
eckid_err_t *eckid_bridge_metadata(eckid_bytes_t *text, const eckid_bridge_t *bridge,
                                   const eckid_key_t *signer, apr_time_t now, apr_pool_t *pool);

#endif
