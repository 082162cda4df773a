/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call at a time for one student: whoever comes meanwhile shares its result. */
#ifndef ECKID_SINGLE_FLIGHT_H
#define ECKID_SINGLE_FLIGHT_H

#include "store/eckid_cache.h"

/* The flights of one child, used by all its threads. */
typedef struct eckid_single_flight_t eckid_single_flight_t;

eckid_err_t *eckid_single_flight_make(eckid_single_flight_t **flights, apr_pool_t *pool);

typedef enum eckid_flight_role_t {
    ECKID_FLIGHT_LEADER,   /* the caller asks, and must land */
    ECKID_FLIGHT_FOLLOWER, /* another one asked; its result is there */
    ECKID_FLIGHT_TIMEOUT,  /* another one asks still; there is no result */
    ECKID_FLIGHT_FULL      /* too many flights at once: the caller asks, and does not land */
} eckid_flight_role_t;

typedef struct eckid_flight_result_t {
    eckid_code_t failure; /* ECKID_OK, or why the leader failed; then there is no finding */
    bool school_refused;
    eckid_finding_t finding;
} eckid_flight_result_t;

/* Joins the flight for a student, given by the index of the cache's record, or begins one. Who
 * follows waits until the leader lands or until is past. */
eckid_flight_role_t eckid_single_flight_join(int *seat, eckid_flight_result_t *landing,
                                             eckid_single_flight_t *flights,
                                             const unsigned char index[ECKID_CACHE_INDEX],
                                             apr_time_t until);

/* The leader's result: all who follow get a copy of it. */
void eckid_single_flight_finish(eckid_single_flight_t *flights, int seat,
                                const eckid_flight_result_t *landing);

#endif
