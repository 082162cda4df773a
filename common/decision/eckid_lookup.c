/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cache first, then LAS, then remember. */
#include "decision/eckid_lookup.h"

eckid_err_t *eckid_lookup_setup_for(eckid_lookup_setup_t *means, const eckid_lookup_setup_t *all,
                                    const eckid_student_key_t *key, apr_pool_t *pool)
{
    *means = *all;
    if (!all->schools) {
        return NULL;
    }
    const eckid_school_map_entry_t *mapped =
        key->school ? eckid_school_map_find(all->schools, key->school) : NULL;

    if (!mapped) {
        return eckid_err_make(pool, ECKID_NO_SCHOOL, "the map has no such school");
    }
    means->school = &mapped->school;
    if (mapped->las) {
        means->las = apr_hash_get(all->lases, mapped->las, APR_HASH_KEY_STRING);
    }
    return NULL;
}

/* One lookup on its way. */
typedef struct way_t {
    const eckid_lookup_setup_t *means;
    const eckid_student_key_t *key;
    const eckid_moment_t *moment;
    eckid_cache_index_t student, school; /* the latter has a record if it was refused */
    eckid_cached_t stale;
    bool has_stale; /* and it may be used */
    eckid_lookup_t result;
    apr_pool_t *pool;
} way_t;

/* The cache */

static void make_indexes(way_t *way)
{
    const eckid_las_t *las = way->means->las;
    const eckid_school_t *school = way->means->school;
    eckid_cache_key_t whom = {
        .las = las->base,
        .contract = las->contract->name,
        .school_type = school->type,
        .school = school->value,
        .proved = las->answer_keys != NULL,
        .pilot = las->pilot,
    };

    eckid_cache_index(&way->school, way->means->cache, &whom, way->pool);
    whom.student = way->key;
    eckid_cache_index(&way->student, way->means->cache, &whom, way->pool);
}

static bool is_refused(way_t *way)
{
    eckid_cached_t school;

    if (!eckid_cache_get(&school, way->means->cache, &way->school, way->moment->now, way->pool)) {
        return false;
    }
    way->result.finding.outcome = ECKID_LAS_FAILED;
    way->result.cause = eckid_err_make(way->pool, ECKID_LAS_REFUSED,
                                       "status 403 for this school, a short while ago");
    return true;
}

/* Whether there is an answer without asking. */
static bool is_remembered(way_t *way, apr_interval_time_t stale_max)
{
    apr_time_t now = way->moment->now;
    eckid_cached_t cached;

    if (!eckid_cache_get(&cached, way->means->cache, &way->student, now, way->pool)) {
        return false;
    }
    way->stale = cached;
    way->has_stale = cached.fresh_until <= now && now - cached.since <= stale_max;
    if (cached.fresh_until > now || (way->has_stale && cached.claimed_until > now)) {
        way->result.finding = cached.finding;
        way->result.source = way->has_stale ? ECKID_FROM_STALE : ECKID_FROM_CACHE;
        return true;
    }
    return false;
}

static void remember(const way_t *way, const eckid_las_result_t *asked)
{
    static const eckid_finding_t refused = {.outcome = ECKID_LAS_FAILED};
    const eckid_cache_t *cache = way->means->cache;

    if (cache && asked->school_refused) {
        eckid_cache_put(cache, &way->school, &refused, way->moment, way->pool);
    }
    else if (cache && !way->result.cause) {
        eckid_cache_put(cache, &way->student, &asked->finding, way->moment, way->pool);
    }
}

/* The LAS */

/* What the LAS's failure means for this login. */
static void fail(way_t *way, bool school_refused)
{
    if (way->has_stale && !school_refused) {
        way->result.finding = way->stale.finding;
        way->result.source = ECKID_FROM_STALE;
    }
    else {
        way->result.finding.outcome = ECKID_LAS_FAILED;
    }
}

static void ask(way_t *way, eckid_flight_result_t *landing)
{
    eckid_las_result_t asked;

    if (way->has_stale) {
        eckid_cache_claim(way->means->cache, &way->student, &way->stale, way->means->las->timeout,
                          way->moment, way->pool);
    }
    way->result.cause =
        eckid_las_ask(&asked, way->means->las, way->means->school, way->key, way->pool);
    way->result.clock_offset = asked.clock_offset;
    remember(way, &asked);
    *landing = (eckid_flight_result_t){way->result.cause ? way->result.cause->code : ECKID_OK,
                                       asked.school_refused, asked.finding};
    way->result.finding = asked.finding;
    if (way->result.cause) {
        fail(way, asked.school_refused);
    }
}

/* What became of another login's call is what becomes of this one. */
static void share(way_t *way, const eckid_flight_result_t *landing)
{
    way->result.finding = landing->finding;
    if (landing->failure) {
        way->result.cause =
            eckid_err_make(way->pool, landing->failure, "to another login about the same student");
        fail(way, landing->school_refused);
    }
}

static void be_late(way_t *way)
{
    if (!way->has_stale) {
        way->result.cause =
            eckid_err_make(way->pool, ECKID_TIMEOUT, "another login asks about the same student");
    }
    fail(way, false);
}

static void ask_together(way_t *way)
{
    eckid_single_flight_t *flights = way->means->flights;
    apr_time_t until = apr_time_now() + (way->has_stale ? 0 : way->means->las->timeout);
    eckid_flight_result_t landing = {0};
    int seat = 0;

    switch (eckid_single_flight_join(&seat, &landing, flights, way->student.now, until)) {
    case ECKID_FLIGHT_LEADER:
        ask(way, &landing);
        eckid_single_flight_finish(flights, seat, &landing);
        break;
    case ECKID_FLIGHT_FOLLOWER:
        share(way, &landing);
        break;
    case ECKID_FLIGHT_TIMEOUT:
        be_late(way);
        break;
    case ECKID_FLIGHT_FULL:
        ask(way, &landing);
        break;
    }
}

eckid_lookup_t eckid_lookup(const eckid_lookup_setup_t *means, const eckid_student_key_t *key,
                            apr_interval_time_t stale_max, const eckid_moment_t *moment,
                            apr_pool_t *pool)
{
    way_t way = {.means = means, .key = key, .moment = moment, .pool = pool};
    eckid_flight_result_t nobody_waits;

    if (!means->cache) {
        ask(&way, &nobody_waits);
        return way.result;
    }
    make_indexes(&way);
    if (!is_remembered(&way, stale_max) && !is_refused(&way)) {
        ask_together(&way);
    }
    return way.result;
}

void eckid_lookup_forget(const eckid_lookup_setup_t *means, const eckid_student_key_t *key,
                         apr_pool_t *pool)
{
    way_t way = {.means = means, .key = key, .pool = pool};

    if (means->cache) {
        make_indexes(&way);
        eckid_cache_forget(means->cache, &way.student, pool);
    }
}
