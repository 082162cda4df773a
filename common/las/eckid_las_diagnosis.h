/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How asking the LAS went, step by step, in words an operator can act on. */
#ifndef ECKID_LAS_DIAGNOSIS_H
#define ECKID_LAS_DIAGNOSIS_H

#include "las/eckid_las.h"

typedef enum eckid_diagnosis_state_t {
    ECKID_STEP_WELL,
    ECKID_STEP_NOTED,      /* well, but there is something to know */
    ECKID_STEP_FAILED,     /* later steps were not reached */
    ECKID_STEP_NOT_WANTED, /* the configuration does not ask for it */
    ECKID_STEP_NOT_REACHED
} eckid_diagnosis_state_t;

typedef struct eckid_diagnosis_step_t {
    const char *name;
    eckid_diagnosis_state_t state;
    const char *text; /* what to know, and what to do; "" for nothing */
} eckid_diagnosis_step_t;

/* The steps of asking (eckid_diagnosis_step_t) in their order, from the result of eckid_las_ask and
 * the error that it returned, which may be NULL. No text holds a student key or an ECK iD. */
apr_array_header_t *eckid_las_diagnosis(const eckid_las_t *las, const eckid_las_result_t *result,
                                        const eckid_err_t *err, apr_pool_t *pool);

#endif
