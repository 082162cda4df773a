/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The school whose students are looked up. */
#ifndef ECKID_SCHOOL_H
#define ECKID_SCHOOL_H

typedef struct eckid_school_t {
    /* organisationIdType: V_ID (BRIN6), OIE_CODE, BP_ID, DD_ID or AS_ID; "master" for
     * organisationMasterIdentifier; or OIN, which is not a type of Edu-V. */
    const char *type;
    const char *value;
} eckid_school_t;

/* What is wrong with the shape of the value, for the person who wrote it; or NULL. Only that of
 * V_ID is known.
 */
const char *eckid_school_fault(const eckid_school_t *school);

#endif
