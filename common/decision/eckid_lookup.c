/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks up a person in the directory, in the cache and in the LAS, and caches what the LAS said. */
#include "decision/eckid_lookup.h"
#include "decision/eckid_lookup_pushed.h"

const char *eckid_source_name(eckid_source_t source)
{
    static const char *const names[ECKID_SOURCES] = {[ECKID_FROM_LAS] = "miss",
                                                     [ECKID_FROM_CACHE] = "hit",
                                                     [ECKID_FROM_STALE] = "stale",
                                                     [ECKID_FROM_DIRECTORY] = "directory"};

    return names[source];
}

eckid_err_t *eckid_lookup_setup_for(eckid_lookup_setup_t *setup, const eckid_lookup_setup_t *all,
                                    const eckid_person_key_t *key, apr_pool_t *pool)
{
    *setup = *all;
    if (!all->schools) {
        return NULL;
    }
    const eckid_school_map_entry_t *mapped =
        key->school ? eckid_school_map_find(all->schools, key->school) : NULL;

    if (!mapped) {
        return eckid_err_make(pool, ECKID_NO_SCHOOL, "the map does not have this school");
    }
    setup->school = &mapped->school;
    if (mapped->las) {
        setup->las = apr_hash_get(all->lases, mapped->las, APR_HASH_KEY_STRING);
    }
    return NULL;
}

/* A lookup, with what the cache knows about it. */
typedef struct query_t {
    const eckid_lookup_setup_t *setup;
    const eckid_person_key_t *key;
    const eckid_moment_t *moment;
    eckid_cache_index_t person;
    eckid_cached_t stale;
    bool has_stale; /* there is a stale record, young enough for this supplier */
    apr_pool_t *pool;
} query_t;

/* The cache */

/* The index of a person; or, with NULL, of the school, which has a record while the LAS refuses it.
 */
static eckid_cache_index_t index_of(const query_t *query, const eckid_person_key_t *person)
{
    const eckid_las_t *las = query->setup->las;
    const eckid_school_t *school = query->setup->school;
    const eckid_contract_t *contract = eckid_las_contract(las, query->key->kind);
    const eckid_cache_key_t key = {
        .las = las->base,
        .contract = contract ? contract->name : "",
        .school_type = school->type,
        .school = school->value,
        .signed_only = las->answer_keys != NULL,
        .pilot = las->pilot,
        .person = person,
    };
    eckid_cache_index_t index;

    eckid_cache_index(&index, query->setup->cache, &key, query->pool);
    return index;
}

/* Answers from the person's record if it is fresh, or stale while another caller asks the LAS.
 * Returns true if lookup was written. Keeps a stale record in the query. */
static bool find_person(eckid_lookup_t *lookup, query_t *query, apr_interval_time_t stale_max)
{
    apr_time_t now = query->moment->now;
    eckid_cached_t *cached = &query->stale;

    if (!eckid_cache_get(cached, query->setup->cache, &query->person, now, query->pool)) {
        return false;
    }
    query->has_stale = cached->fresh_until <= now && now - cached->since <= stale_max;
    if (cached->fresh_until > now || (query->has_stale && cached->claimed_until > now)) {
        *lookup = (eckid_lookup_t){
            .finding = cached->finding,
            .source = query->has_stale ? ECKID_FROM_STALE : ECKID_FROM_CACHE,
        };
        return true;
    }
    return false;
}

/* Returns true, with lookup written, if the LAS refused the school recently. */
static bool find_refusal(eckid_lookup_t *lookup, const query_t *query)
{
    const eckid_cache_index_t school = index_of(query, NULL);
    eckid_cached_t refusal;

    if (!eckid_cache_get(&refusal, query->setup->cache, &school, query->moment->now, query->pool)) {
        return false;
    }
    *lookup = (eckid_lookup_t){
        .finding.outcome = ECKID_LAS_FAILED,
        .cause = eckid_err_advise(
            eckid_err_make(query->pool, ECKID_LAS_REFUSED,
                           "status 403 for this school, a short time ago"),
            "may this key or client ask for this school? the school gives its consent in the LAS"),
    };
    return true;
}

static void remember(const query_t *query, const eckid_las_result_t *answer,
                     const eckid_err_t *cause)
{
    static const eckid_finding_t refused = {.outcome = ECKID_LAS_FAILED};
    const eckid_cache_t *cache = query->setup->cache;

    if (cache && answer->school_refused) {
        const eckid_cache_index_t school = index_of(query, NULL);

        eckid_cache_put(cache, &school, &refused, query->moment, query->pool);
    }
    else if (cache && !cause) {
        eckid_cache_put(cache, &query->person, &answer->finding, query->moment, query->pool);
    }
}

/* The LAS */

/* If there was no answer, a stale record is used, unless the LAS refused the school. */
static eckid_lookup_t without_answer(const query_t *query, bool school_refused, eckid_err_t *cause)
{
    eckid_lookup_t lookup = {.finding.outcome = ECKID_LAS_FAILED, .cause = cause};

    if (query->has_stale && !school_refused) {
        lookup.finding = query->stale.finding;
        lookup.source = ECKID_FROM_STALE;
    }
    return lookup;
}

/* Result is for other logins of the same person, which wait for it. */
static eckid_lookup_t ask(const query_t *query, eckid_flight_result_t *result)
{
    const eckid_lookup_setup_t *setup = query->setup;
    eckid_las_result_t answer;

    if (query->has_stale) {
        eckid_cache_claim(setup->cache, &query->person, &query->stale, setup->las->timeout,
                          query->moment, query->pool);
    }
    eckid_err_t *cause = eckid_las_ask(&answer, setup->las, setup->school, query->key, query->pool);
    eckid_lookup_t lookup = cause ? without_answer(query, answer.school_refused, cause)
                                  : (eckid_lookup_t){.finding = answer.finding};

    lookup.clock_offset = answer.clock_offset;
    remember(query, &answer, cause);
    *result = (eckid_flight_result_t){cause ? cause->code : ECKID_OK, answer.school_refused,
                                      answer.finding};
    return lookup;
}

/* Uses the result of another login's call. */
static eckid_lookup_t share(const query_t *query, const eckid_flight_result_t *result)
{
    return result->failure ? without_answer(query, result->school_refused,
                                            eckid_err_make(query->pool, result->failure,
                                                           "to another login of the same person"))
                           : (eckid_lookup_t){.finding = result->finding};
}

/* Another login's call has no result yet. That is an error only if this one waited for it: with a
 * stale record it did not. */
static eckid_lookup_t stop_waiting(const query_t *query)
{
    return without_answer(query, false,
                          query->has_stale
                              ? NULL
                              : eckid_err_make(query->pool, ECKID_TIMEOUT,
                                               "another login of the same person asks it"));
}

static eckid_lookup_t ask_together(const query_t *query)
{
    eckid_single_flight_t *flights = query->setup->flights;
    apr_time_t until = apr_time_now() + (query->has_stale ? 0 : query->setup->las->timeout);
    eckid_flight_result_t result = {0};
    eckid_lookup_t lookup;
    int slot = 0;

    switch (eckid_single_flight_join(&slot, &result, flights, query->person.now, until)) {
    case ECKID_FLIGHT_FOLLOWER:
        return share(query, &result);
    case ECKID_FLIGHT_TIMEOUT:
        return stop_waiting(query);
    case ECKID_FLIGHT_FULL:
        return ask(query, &result);
    default:
        lookup = ask(query, &result);
        eckid_single_flight_finish(flights, slot, &result);
        return lookup;
    }
}

static eckid_lookup_t look_up_at_las(const eckid_lookup_setup_t *setup,
                                     const eckid_person_key_t *key, apr_interval_time_t stale_max,
                                     const eckid_moment_t *moment, apr_pool_t *pool)
{
    query_t query = {.setup = setup, .key = key, .moment = moment, .pool = pool};
    eckid_flight_result_t unshared;
    eckid_lookup_t lookup;

    if (!setup->cache) {
        return ask(&query, &unshared);
    }
    query.person = index_of(&query, key);
    return find_person(&lookup, &query, stale_max) || find_refusal(&lookup, &query)
               ? lookup
               : ask_together(&query);
}

/* Both said something, and it was not the directory that found the person. */
static eckid_lookup_t choose(const eckid_lookup_t *pushed, eckid_lookup_t asked)
{
    if (asked.finding.outcome == ECKID_FOUND) {
        asked.cause = asked.cause ? asked.cause : pushed->cause;
        return asked;
    }
    return pushed->finding.outcome == ECKID_DIRECTORY_FAILED ||
                   (pushed->finding.outcome == ECKID_HAS_NONE &&
                    asked.finding.outcome == ECKID_IS_UNKNOWN)
               ? *pushed
               : asked;
}

eckid_lookup_t eckid_lookup(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                            apr_interval_time_t stale_max, const eckid_moment_t *moment,
                            apr_pool_t *pool)
{
    if (setup->las->order == ECKID_LAS_ONLY) {
        return look_up_at_las(setup, key, stale_max, moment, pool);
    }
    eckid_lookup_t pushed = eckid_lookup_pushed(setup, key, pool);

    return pushed.finding.outcome == ECKID_FOUND || setup->las->order == ECKID_DIRECTORY_ONLY
               ? pushed
               : choose(&pushed, look_up_at_las(setup, key, stale_max, moment, pool));
}

void eckid_lookup_forget(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                         apr_pool_t *pool)
{
    query_t query = {.setup = setup, .key = key, .pool = pool};

    if (setup->cache && setup->las->order != ECKID_DIRECTORY_ONLY) {
        query.person = index_of(&query, key);
        eckid_cache_forget(setup->cache, &query.person, pool);
    }
}
