/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removes and renames attributes of a login, as its supplier's block says. */
#ifndef ECKID_RELEASE_H
#define ECKID_RELEASE_H

#include "decision/eckid_policy.h"
#include "model/eckid_attributes.h"

/*
 * Removes every attribute that is not on the supplier's release list, and renames those it renames.
 * An incoming attribute with the name of the ECK iD is always removed, because only the LAS is
 * trusted for it. The NameID never changes. If the NameID, or its part before "@", still shows the
 * value of a removed attribute that no remaining attribute has, shows is set to the name of that
 * attribute; otherwise to NULL.
 */
void eckid_release(const char **shows, eckid_attributes_t login, const eckid_supplier_t *supplier,
                   apr_pool_t *pool);

/* The names that the supplier's block releases or renames and that the login does not have
 * (const char *), before eckid_release. */
apr_array_header_t *eckid_release_absent(eckid_attributes_t login, const eckid_supplier_t *supplier,
                                         apr_pool_t *pool);

#endif
