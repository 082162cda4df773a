/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call at a time for one student: logins that come meanwhile share its result. */
#ifndef ECKID_SINGLE_FLIGHT_H
#define ECKID_SINGLE_FLIGHT_H

#include "store/eckid_cache.h"

/* The flights of one child, used by all its threads. */
typedef struct eckid_single_flight_t eckid_single_flight_t;

eckid_err_t *eckid_single_flight_make(eckid_single_flight_t **flights, apr_pool_t *pool);

typedef enum eckid_flight_role_t {
    ECKID_FLIGHT_LEADER,   /* the caller asks, and must finish the flight */
    ECKID_FLIGHT_FOLLOWER, /* another thread asked, and result holds what it was told */
    ECKID_FLIGHT_TIMEOUT,  /* another thread is still asking; there is no result */
    ECKID_FLIGHT_FULL      /* too many flights at once: the caller asks, and finishes nothing */
} eckid_flight_role_t;

typedef struct eckid_flight_result_t {
    eckid_code_t failure; /* ECKID_OK, or why the leader failed; then there is no finding */
    bool school_refused;
    eckid_finding_t finding;
} eckid_flight_result_t;

/* Joins the flight for a student, who is identified by the index of the cache's record, or begins
 * one. A follower waits for the leader's result, at most to `until`. Slot is written for a leader,
 * result for a follower. */
eckid_flight_role_t eckid_single_flight_join(int *slot, eckid_flight_result_t *result,
                                             eckid_single_flight_t *flights,
                                             const unsigned char index[ECKID_CACHE_INDEX],
                                             apr_time_t until);

/* Gives the leader's result to all followers, as a copy, and ends the flight. */
void eckid_single_flight_finish(eckid_single_flight_t *flights, int slot,
                                const eckid_flight_result_t *result);

#endif
