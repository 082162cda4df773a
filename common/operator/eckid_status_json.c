/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status as JSON, for scripts. */
#include "operator/eckid_status_json.h"

#include <apr_strings.h>

#include "base/eckid_json.h"
#include "base/eckid_time.h"

static void set_count(json_t *object, const char *name, apr_uint64_t count)
{
    if (count) {
        json_object_set_new(object, name, json_integer((json_int_t)count));
    }
}

/* The member of that name, made if it is not there. */
static json_t *member(json_t *object, const char *name)
{
    json_t *found = json_object_get(object, name);

    if (!found) {
        found = json_object();
        json_object_set_new(object, name, found);
    }
    return found;
}

static json_t *results_of(const eckid_counters_row_t *row)
{
    const eckid_status_totals_t totals = eckid_status_totals(row);
    json_t *results = json_object();

    for (int i = 0; i < ECKID_RESULTS; i++) {
        set_count(results, eckid_result_name((eckid_result_t)i), totals.results[i]);
    }
    return results;
}

static json_t *decisions_of(const eckid_counters_row_t *row)
{
    json_t *decisions = json_object();

    for (int channel = 0; channel < ECKID_CHANNELS; channel++) {
        for (int outcome = 0; outcome <= ECKID_OUTCOMES; outcome++) {
            for (int result = 0; result < ECKID_RESULTS; result++) {
                apr_uint64_t count = atomic_load(&row->decisions[channel][outcome][result]);

                if (count) {
                    json_t *by_channel =
                        member(decisions, eckid_channel_name((eckid_channel_t)channel));

                    set_count(member(by_channel, eckid_status_outcome(outcome)),
                              eckid_result_name((eckid_result_t)result), count);
                }
            }
        }
    }
    return decisions;
}

static json_t *refusals_of(const eckid_counters_row_t *row, apr_pool_t *pool)
{
    json_t *refusals = json_object();

    for (int i = 0; i < ECKID_COUNTERS_CODES; i++) {
        set_count(refusals, apr_psprintf(pool, "ECK%04d", (int)eckid_counters_code(i)),
                  atomic_load(&row->refusals[i]));
    }
    return refusals;
}

static json_t *logouts_of(const eckid_counters_row_t *row)
{
    json_t *logouts = json_object();

    for (int i = 0; i < ECKID_LOGOUTS; i++) {
        set_count(logouts, eckid_logouts_name((eckid_logouts_t)i), atomic_load(&row->logouts[i]));
    }
    return logouts;
}

static json_t *lookups_of(const eckid_counters_row_t *row)
{
    json_t *lookups = json_object();

    for (int i = 0; i < ECKID_SOURCES; i++) {
        apr_uint64_t count = eckid_status_lookups(&row->lookups[i]);

        if (count) {
            json_object_set_new(lookups, eckid_source_name((eckid_source_t)i),
                                json_pack("{s:I,s:f}", "count", (json_int_t)count, "seconds",
                                          (double)atomic_load(&row->lookups[i].sum) / 1e6));
        }
    }
    return lookups;
}

static json_t *rows_of(const eckid_status_t *status, apr_pool_t *pool)
{
    json_t *rows = json_array();

    for (int i = 0; i < status->rows->nelts; i++) {
        const eckid_status_row_t *row = &APR_ARRAY_IDX(status->rows, i, eckid_status_row_t);

        json_array_append_new(
            rows, json_pack("{s:s,s:s,s:s,s:I,s:o,s:o,s:o,s:o,s:o}", "host", row->host, "supplier",
                            row->supplier, "mode", eckid_status_mode(row), "logins",
                            (json_int_t)eckid_status_totals(row->counters).logins, "results",
                            results_of(row->counters), "decisions", decisions_of(row->counters),
                            "refusals", refusals_of(row->counters, pool), "lookups",
                            lookups_of(row->counters), "logouts", logouts_of(row->counters)));
    }
    return rows;
}

static json_t *lases_of(const eckid_status_t *status)
{
    json_t *lases = json_array();

    for (int i = 0; i < status->lases->nelts; i++) {
        const eckid_status_las_t *las = &APR_ARRAY_IDX(status->lases, i, eckid_status_las_t);

        json_array_append_new(lases, json_pack("{s:s,s:i,s:i,s:i,s:i,s:i}", "name", las->name,
                                               "breaker-open", las->state.open, "calls",
                                               las->state.calls, "allowed", las->state.allowed,
                                               "waiting", las->state.waiting, "failures-in-a-row",
                                               las->state.failures));
    }
    return lases;
}

/* A time, or null. */
static json_t *time_of(apr_time_t time, apr_pool_t *pool)
{
    return time > 0 ? json_string(eckid_time_format(time, pool)) : json_null();
}

static json_t *sources_of(const eckid_status_t *status, apr_pool_t *pool)
{
    json_t *sources = json_array();

    for (int i = 0; i < status->sources->nelts; i++) {
        const eckid_status_source_t *source =
            &APR_ARRAY_IDX(status->sources, i, eckid_status_source_t);
        json_t *failure = source->failure
                              ? json_string(apr_psprintf(pool, "ECK%04d", (int)source->failure))
                              : json_null();

        json_array_append_new(
            sources, json_pack("{s:s,s:s,s:o,s:o}", "kind", source->kind, "name", source->name,
                               "fetched", time_of(source->fetched, pool), "failure", failure));
    }
    return sources;
}

static json_t *ends_of(const eckid_status_t *status, apr_pool_t *pool)
{
    json_t *ends = json_array();

    for (int i = 0; i < status->ends->nelts; i++) {
        const eckid_status_end_t *end = &APR_ARRAY_IDX(status->ends, i, eckid_status_end_t);

        json_array_append_new(ends, json_pack("{s:s,s:o,s:i}", "what", end->what, "until",
                                              time_of(end->until, pool), "days",
                                              (int)eckid_status_days(end->until, status->now)));
    }
    return ends;
}

static json_t *audit_of(const eckid_audit_chain_t *chain)
{
    return chain ? json_pack("{s:s,s:I,s:I}", "chain", chain->id, "lines",
                             (json_int_t)atomic_load(&chain->lines), "lost",
                             (json_int_t)atomic_load(&chain->lost))
                 : json_null();
}

eckid_bytes_t eckid_status_json(const eckid_status_t *status, apr_pool_t *pool)
{
    int http;
    const char *health = eckid_status_health(&http, status, false);
    json_t *object =
        eckid_json_own(json_pack("{s:s,s:o,s:o}", "health", health, "now",
                                 time_of(status->now, pool), "since", time_of(status->since, pool)),
                       pool);

    json_object_set_new(object, "suppliers", rows_of(status, pool));
    json_object_set_new(object, "las", lases_of(status));
    json_object_set_new(object, "sources", sources_of(status, pool));
    json_object_set_new(object, "ends", ends_of(status, pool));
    json_object_set_new(object, "audit", audit_of(status->audit));
    return eckid_json_print(object, pool);
}
