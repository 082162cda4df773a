/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At most one call at a time for a person: simultaneous logins share its result. */
#include "decision/eckid_single_flight.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

#define FLIGHTS_MAX 256 /* at the same time; far more than the limits of a LAS allow */

typedef enum state_t { IDLE, ACTIVE, FINISHED } state_t;

typedef struct flight_t {
    unsigned char index[ECKID_CACHE_INDEX];
    state_t state;
    int followers; /* how many have not copied the result yet */
    eckid_flight_result_t result;
} flight_t;

struct eckid_single_flight_t {
    apr_thread_mutex_t *lock; /* guards all members; never held during a call to the LAS */
    apr_thread_cond_t *finished;
    int used; /* how many flights have ever been used */
    flight_t flights[FLIGHTS_MAX];
};

eckid_err_t *eckid_single_flight_make(eckid_single_flight_t **out, apr_pool_t *pool)
{
    eckid_single_flight_t *flights = apr_pcalloc(pool, sizeof(*flights));

    if (apr_thread_mutex_create(&flights->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&flights->finished, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for lookups");
    }
    *out = flights;
    return NULL;
}

static flight_t *find(eckid_single_flight_t *flights, const unsigned char *index)
{
    for (int i = 0; i < flights->used; i++) {
        flight_t *flight = &flights->flights[i];

        if (flight->state == ACTIVE && memcmp(flight->index, index, ECKID_CACHE_INDEX) == 0) {
            return flight;
        }
    }
    return NULL;
}

static flight_t *find_idle(eckid_single_flight_t *flights)
{
    for (int i = 0; i < flights->used; i++) {
        if (flights->flights[i].state == IDLE) {
            return &flights->flights[i];
        }
    }
    return flights->used < FLIGHTS_MAX ? &flights->flights[flights->used++] : NULL;
}

static eckid_flight_role_t begin(int *slot, eckid_single_flight_t *flights,
                                 const unsigned char *index)
{
    flight_t *flight = find_idle(flights);

    if (!flight) {
        return ECKID_FLIGHT_FULL;
    }
    memcpy(flight->index, index, ECKID_CACHE_INDEX);
    flight->state = ACTIVE;
    *slot = (int)(flight - flights->flights);
    return ECKID_FLIGHT_LEADER;
}

/* Called with the lock held, which is released while waiting. The last follower frees the
 * flight. */
static eckid_flight_role_t follow(eckid_flight_result_t *result, eckid_single_flight_t *flights,
                                  flight_t *flight, apr_time_t until)
{
    apr_interval_time_t left;

    flight->followers++;
    while (flight->state == ACTIVE && (left = until - apr_time_now()) > 0) {
        apr_thread_cond_timedwait(flights->finished, flights->lock, left);
    }
    eckid_flight_role_t role =
        flight->state == FINISHED ? ECKID_FLIGHT_FOLLOWER : ECKID_FLIGHT_TIMEOUT;

    *result = flight->result;
    if (--flight->followers == 0 && flight->state == FINISHED) {
        memset(flight, 0, sizeof(*flight));
    }
    return role;
}

eckid_flight_role_t eckid_single_flight_join(int *slot, eckid_flight_result_t *result,
                                             eckid_single_flight_t *flights,
                                             const unsigned char index[ECKID_CACHE_INDEX],
                                             apr_time_t until)
{
    apr_thread_mutex_lock(flights->lock);
    flight_t *flight = find(flights, index);
    eckid_flight_role_t role =
        flight ? follow(result, flights, flight, until) : begin(slot, flights, index);

    apr_thread_mutex_unlock(flights->lock);
    return role;
}

void eckid_single_flight_finish(eckid_single_flight_t *flights, int slot,
                                const eckid_flight_result_t *result)
{
    flight_t *flight = &flights->flights[slot];

    apr_thread_mutex_lock(flights->lock);
    if (flight->followers) {
        flight->result = *result;
        flight->state = FINISHED;
        apr_thread_cond_broadcast(flights->finished);
    }
    else {
        memset(flight, 0, sizeof(*flight));
    }
    apr_thread_mutex_unlock(flights->lock);
}
