/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The school on whose behalf is asked. */
#ifndef ECKID_SCHOOL_H
#define ECKID_SCHOOL_H

typedef struct eckid_school_t {
    const char *type; /* organisationIdType: V_ID (BRIN6), OIE_CODE, BP_ID, DD_ID, AS_ID; or
                         "master" for organisationMasterIdentifier; or OIN, which Edu-V has not */
    const char *value;
} eckid_school_t;

#endif
