/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leaves in a login what its supplier may see. */
#ifndef ECKID_RELEASE_H
#define ECKID_RELEASE_H

#include "decision/eckid_policy.h"
#include "model/eckid_attributes.h"

/*
 * Removes every attribute that the supplier's list does not name, and renames those it renames.
 * What came under the name of the ECK iD goes in any case: only the LAS is believed about it. Shows
 * is set to the name of an attribute that was removed but can be read from the NameID, which is
 * never touched, as its whole or before its "@", and from no attribute that stays; otherwise to
 * NULL.
 */
void eckid_release(const char **shows, eckid_attributes_t login, const eckid_supplier_t *supplier,
                   apr_pool_t *pool);

#endif
