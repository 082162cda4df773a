/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How it is doing: what the status page shows, gathered for those who write it as a text. */
#include "operator/eckid_status.h"

#define DAY apr_time_from_sec(24 * 3600)

const char *eckid_status_mode(const eckid_status_row_t *row)
{
    return row->observed ? "observe" : "on";
}

const char *eckid_status_outcome(int outcome)
{
    return outcome < ECKID_OUTCOMES ? eckid_outcome_name((eckid_outcome_t)outcome) : "unverified";
}

static bool is_login(int channel)
{
    return channel != ECKID_CHANNEL_USERINFO && channel != ECKID_CHANNEL_INTROSPECTION;
}

eckid_status_totals_t eckid_status_totals(const eckid_counters_row_t *row)
{
    eckid_status_totals_t totals = {.logins = 0};

    for (int channel = 0; channel < ECKID_CHANNELS; channel++) {
        for (int outcome = 0; is_login(channel) && outcome <= ECKID_OUTCOMES; outcome++) {
            for (int result = 0; result < ECKID_RESULTS; result++) {
                totals.results[result] += atomic_load(&row->decisions[channel][outcome][result]);
            }
        }
    }
    totals.logins = totals.results[ECKID_RESULT_FILLED] + totals.results[ECKID_RESULT_WITHOUT] +
                    totals.results[ECKID_RESULT_REFUSED];
    return totals;
}

apr_uint64_t eckid_status_lookups(const eckid_histogram_t *histogram)
{
    apr_uint64_t count = 0;

    for (int i = 0; i < ECKID_COUNTERS_BUCKETS; i++) {
        count += atomic_load(&histogram->buckets[i]);
    }
    return count;
}

long eckid_status_days(apr_time_t until, apr_time_t now)
{
    apr_interval_time_t left = until - now;

    return (long)(left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY));
}

static bool all_open(const apr_array_header_t *lases)
{
    for (int i = 0; i < lases->nelts; i++) {
        if (!APR_ARRAY_IDX(lases, i, eckid_status_las_t).state.open) {
            return false;
        }
    }
    return lases->nelts > 0;
}

static bool is_directory(const eckid_status_source_t *source)
{
    return strcmp(source->kind, "directory") == 0;
}

/* The kind of a source that no login can do without and of which nothing is known; or NULL. */
static const char *find_missing(const apr_array_header_t *sources)
{
    for (int i = 0; i < sources->nelts; i++) {
        const eckid_status_source_t *source = &APR_ARRAY_IDX(sources, i, eckid_status_source_t);

        if (!source->fetched && source->failure != ECKID_OK &&
            strcmp(source->kind, "supplier-metadata") != 0 && !is_directory(source)) {
            return source->kind;
        }
    }
    return NULL;
}

static bool is_directory_away(const apr_array_header_t *sources)
{
    for (int i = 0; i < sources->nelts; i++) {
        const eckid_status_source_t *source = &APR_ARRAY_IDX(sources, i, eckid_status_source_t);

        if (is_directory(source) && source->failure != ECKID_OK) {
            return true;
        }
    }
    return false;
}

const char *eckid_status_health(int *status, const eckid_status_t *now, bool strict)
{
    const char *missing = find_missing(now->sources);
    const char *lookups = all_open(now->lases)              ? "las"
                          : is_directory_away(now->sources) ? "directory"
                                                            : NULL;

    *status = missing || (lookups && strict) ? 503 : 200;
    return missing ? missing : lookups ? lookups : "ok";
}
