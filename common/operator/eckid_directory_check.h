/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the directory knows of one person, for those who run it. */
#ifndef ECKID_DIRECTORY_CHECK_H
#define ECKID_DIRECTORY_CHECK_H

#include "decision/eckid_lookup.h"
#include "las/eckid_las_diagnosis.h"

/* Looks up the person in the directory, and adds to steps (eckid_diagnosis_step_t) what it says:
 * who brought the record and when; and whether other schools have the same key, with another ECK
 * iD. No text holds a key or an ECK iD. */
eckid_lookup_t eckid_directory_check_person(apr_array_header_t *steps,
                                            const eckid_lookup_setup_t *setup,
                                            const eckid_person_key_t *key, apr_pool_t *pool);

#endif
