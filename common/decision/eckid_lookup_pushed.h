/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks up a person in the directory of those who were pushed or imported. */
#ifndef ECKID_LOOKUP_PUSHED_H
#define ECKID_LOOKUP_PUSHED_H

#include "decision/eckid_lookup.h"

/* The record of a person at the school of the setup; NULL if there is none. Errors as in
 * eckid_directory.h, and ECKID_MALFORMED for an ECK iD with the pilot label where the LAS does not
 * allow it. */
eckid_err_t *eckid_lookup_record(const eckid_directory_record_t **record,
                                 const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                                 apr_pool_t *pool);

/* The source is ECKID_FROM_DIRECTORY; the outcome FOUND, HAS_NONE, IS_UNKNOWN or
 * DIRECTORY_FAILED. */
eckid_lookup_t eckid_lookup_pushed(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                                   apr_pool_t *pool);

#endif
