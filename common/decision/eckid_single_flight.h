/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At most one call at a time for a person: simultaneous logins share its result. */
#ifndef ECKID_SINGLE_FLIGHT_H
#define ECKID_SINGLE_FLIGHT_H

#include "store/eckid_cache.h"

/* The calls of one child that are under way; used by all its threads. */
typedef struct eckid_single_flight_t eckid_single_flight_t;

eckid_err_t *eckid_single_flight_make(eckid_single_flight_t **flights, apr_pool_t *pool);

typedef enum eckid_flight_role_t {
    ECKID_FLIGHT_LEADER,   /* the caller asks the LAS and must finish the flight */
    ECKID_FLIGHT_FOLLOWER, /* another thread asked the LAS; result holds its answer */
    ECKID_FLIGHT_TIMEOUT,  /* another thread is still asking; there is no result */
    ECKID_FLIGHT_FULL      /* too many flights: the caller asks the LAS without one */
} eckid_flight_role_t;

typedef struct eckid_flight_result_t {
    eckid_code_t failure; /* why the leader failed; finding is valid with ECKID_OK */
    bool school_refused;
    eckid_finding_t finding;
} eckid_flight_result_t;

/* Joins the flight of a person, or begins one. The index of the person's cache record identifies
 * the person. A follower waits for the leader's result, until `until` at most. Slot is written for
 * a leader, result for a follower. */
eckid_flight_role_t eckid_single_flight_join(int *slot, eckid_flight_result_t *result,
                                             eckid_single_flight_t *flights,
                                             const unsigned char index[ECKID_CACHE_INDEX],
                                             apr_time_t until);

/* Gives a copy of the leader's result to all followers, and ends the flight. */
void eckid_single_flight_finish(eckid_single_flight_t *flights, int slot,
                                const eckid_flight_result_t *result);

#endif
