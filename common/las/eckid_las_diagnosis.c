/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits a call to the LAS into steps, and says which of them failed and what to do. */
#include "las/eckid_las_diagnosis.h"

#include <apr_strings.h>

typedef enum step_t {
    LIMITS,
    TOKEN,
    NAME,
    CONNECTION,
    TLS,
    ANSWER,
    CLOCK,
    SIGNATURE,
    SHAPE,
    STUDENT,
    VALUE,
    STEPS
} step_t;

static const char *const names[STEPS] = {
    [LIMITS] = "limits",
    [TOKEN] = "access token",
    [NAME] = "name of the LAS",
    [CONNECTION] = "connection",
    [TLS] = "TLS",
    [ANSWER] = "answer",
    [CLOCK] = "clock",
    [SIGNATURE] = "signature of the answer",
    [SHAPE] = "shape of the answer",
    [STUDENT] = "student",
    [VALUE] = "ECK iD",
};

/* The step to which an error belongs. */
static const struct {
    eckid_code_t code;
    step_t step;
} failures[] = {
    {ECKID_BUSY, LIMITS},          {ECKID_BREAKER, LIMITS},
    {ECKID_LAS_TOKEN, TOKEN},      {ECKID_RESOLVE, NAME},
    {ECKID_TRANSPORT, CONNECTION}, {ECKID_TLS, TLS},
    {ECKID_TIMEOUT, ANSWER},       {ECKID_DIED, ANSWER},
    {ECKID_LAS_REFUSED, ANSWER},   {ECKID_LAS_SIGNATURE, SIGNATURE},
    {ECKID_LAS_SHAPE, SHAPE},      {ECKID_LAS_OTHER, STUDENT},
    {ECKID_MALFORMED, VALUE},
};

static step_t failed_step(const eckid_err_t *err)
{
    for (apr_size_t i = 0; err && i < sizeof(failures) / sizeof(*failures); i++) {
        if (failures[i].code == err->code) {
            return failures[i].step;
        }
    }
    return err ? LIMITS : STEPS; /* after an error of our own no step was reached */
}

static eckid_diagnosis_step_t make_step(step_t step, step_t failed, const char *failure)
{
    eckid_diagnosis_state_t state = step < failed    ? ECKID_STEP_WELL
                                    : step == failed ? ECKID_STEP_FAILED
                                                     : ECKID_STEP_NOT_REACHED;

    return (eckid_diagnosis_step_t){names[step], state, step == failed ? failure : ""};
}

static void note(eckid_diagnosis_step_t *step, const char *text)
{
    if (step->state == ECKID_STEP_WELL || step->state == ECKID_STEP_NOT_REACHED) {
        step->state = ECKID_STEP_NOTED;
        step->text = text;
    }
}

static void leave_out(eckid_diagnosis_step_t *step, bool wanted)
{
    if (!wanted) {
        *step = (eckid_diagnosis_step_t){step->name, ECKID_STEP_NOT_WANTED, ""};
    }
}

static const char *text_of(eckid_code_t code, const eckid_las_result_t *result, apr_pool_t *pool)
{
    return eckid_err_text(eckid_err_about(eckid_err_make(pool, code, "%s", ""), result->kind),
                          pool);
}

/* An outcome that is not an error, but gives no ECK iD either. */
static void note_outcome(eckid_diagnosis_step_t *steps, const eckid_las_result_t *result,
                         apr_pool_t *pool)
{
    if (result->finding.outcome == ECKID_IS_UNKNOWN) {
        note(&steps[STUDENT], text_of(ECKID_UNKNOWN, result, pool));
        steps[VALUE].state = ECKID_STEP_NOT_REACHED;
    }
    if (result->finding.outcome == ECKID_HAS_NONE) {
        note(&steps[VALUE], text_of(ECKID_NO_ECKID, result, pool));
    }
}

apr_array_header_t *eckid_las_diagnosis(const eckid_las_t *las, const eckid_las_result_t *result,
                                        const eckid_err_t *err, apr_pool_t *pool)
{
    apr_array_header_t *all = apr_array_make(pool, STEPS, sizeof(eckid_diagnosis_step_t));
    const char *failure = err ? eckid_err_text(err, pool) : "";
    step_t failed = failed_step(err);

    for (step_t step = LIMITS; step < STEPS; step++) {
        APR_ARRAY_PUSH(all, eckid_diagnosis_step_t) = make_step(step, failed, failure);
    }
    eckid_diagnosis_step_t *steps = (eckid_diagnosis_step_t *)all->elts;

    leave_out(&steps[TOKEN], las->credentials != NULL);
    leave_out(&steps[SIGNATURE], las->answer_keys != NULL);
    if (result->clock_offset) {
        note(&steps[CLOCK], apr_psprintf(pool,
                                         "the clock of the LAS is %+d seconds from ours; "
                                         "compare both with NTP",
                                         (int)apr_time_sec(result->clock_offset)));
    }
    if (!err) {
        note_outcome(steps, result, pool);
    }
    return all;
}
