/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits a call to the LAS into steps, and says which of them failed and what to do. */
#ifndef ECKID_LAS_DIAGNOSIS_H
#define ECKID_LAS_DIAGNOSIS_H

#include "las/eckid_las.h"

typedef enum eckid_diagnosis_state_t {
    ECKID_STEP_WELL,
    ECKID_STEP_NOTED,      /* successful, but there is something to tell */
    ECKID_STEP_FAILED,     /* the steps after it were not reached */
    ECKID_STEP_NOT_WANTED, /* not configured */
    ECKID_STEP_NOT_REACHED
} eckid_diagnosis_state_t;

typedef struct eckid_diagnosis_step_t {
    const char *name;
    eckid_diagnosis_state_t state;
    const char *text; /* what was found and what to do, or "" */
} eckid_diagnosis_step_t;

/* The steps of a call in their order (eckid_diagnosis_step_t), made from the result of
 * eckid_las_ask and the error that it returned, which may be NULL. No text holds a student key or
 * an ECK iD. */
apr_array_header_t *eckid_las_diagnosis(const eckid_las_t *las, const eckid_las_result_t *result,
                                        const eckid_err_t *err, apr_pool_t *pool);

#endif
