/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removes from a login what its supplier may not see. */
#ifndef ECKID_RELEASE_H
#define ECKID_RELEASE_H

#include "decision/eckid_policy.h"
#include "model/eckid_attributes.h"

/*
 * Removes every attribute that the supplier's list does not name, and renames those it renames. An
 * attribute with the name of the ECK iD is removed in any case, as only the LAS is believed about
 * it. The NameID is never changed. If an attribute that was removed can still be read there, as all
 * of it or the part before "@", and no attribute that stays says the same, shows is set to its
 * name; otherwise to NULL.
 */
void eckid_release(const char **shows, eckid_attributes_t login, const eckid_supplier_t *supplier,
                   apr_pool_t *pool);

#endif
