/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status in Prometheus' text format, version 0.0.4. */
#include "operator/eckid_status_prometheus.h"

#include <apr_strings.h>
#include <stddef.h>
#include <stdio.h>

#include "base/eckid_json.h"

/* The text so far. */
typedef struct text_t {
    apr_array_header_t *parts; /* const char * */
    apr_pool_t *pool;
} text_t;

static void put(text_t *text, const char *part)
{
    APR_ARRAY_PUSH(text->parts, const char *) = part;
}

/* A label with its value: a backslash, a quote and a line feed are escaped; what is no UTF-8 is
 * not shown. */
static const char *label(const text_t *text, const char *name, const char *value)
{
    const char *from = eckid_json_holds(value) ? value : "?";
    char *to = apr_palloc(text->pool, 2 * strlen(from) + 1), *escaped = to;

    for (; *from; from++) {
        if (strchr("\\\"\n", *from)) {
            *to++ = '\\';
        }
        *to++ = *from == '\n' ? 'n' : *from;
    }
    *to = '\0';
    return apr_pstrcat(text->pool, name, "=\"", escaped, "\"", NULL);
}

/* As C prints it: APR leaves out a zero before the point. */
static const char *number(const text_t *text, double value)
{
    char digits[32];

    snprintf(digits, sizeof(digits), "%.15g", value);
    return apr_pstrdup(text->pool, digits);
}

static void put_number(text_t *text, const char *metric, const char *labels, double value)
{
    put(text, apr_pstrcat(text->pool, metric, "{", labels, "} ", number(text, value), "\n", NULL));
}

static const char *labels_of(const text_t *text, const eckid_status_row_t *row)
{
    return apr_pstrcat(text->pool, label(text, "host", row->host), ",",
                       label(text, "supplier", row->supplier), ",",
                       label(text, "mode", eckid_status_mode(row)), NULL);
}

/* Of suppliers: for each row */

static void put_decisions(text_t *text, const char *metric, const eckid_status_row_t *row)
{
    const char *labels = labels_of(text, row);

    for (int channel = 0; channel < ECKID_CHANNELS; channel++) {
        for (int outcome = 0; outcome <= ECKID_OUTCOMES; outcome++) {
            for (int result = 0; result < ECKID_RESULTS; result++) {
                apr_uint64_t count =
                    atomic_load(&row->counters->decisions[channel][outcome][result]);

                if (count) {
                    put_number(text, metric,
                               apr_pstrcat(text->pool, labels, ",channel=\"",
                                           eckid_channel_name((eckid_channel_t)channel),
                                           "\",outcome=\"", eckid_status_outcome(outcome),
                                           "\",result=\"",
                                           eckid_result_name((eckid_result_t)result), "\"", NULL),
                               (double)count);
                }
            }
        }
    }
}

static void put_refusals(text_t *text, const char *metric, const eckid_status_row_t *row)
{
    for (int i = 0; i < ECKID_COUNTERS_CODES; i++) {
        apr_uint64_t count = atomic_load(&row->counters->refusals[i]);

        if (count) {
            put_number(text, metric,
                       apr_psprintf(text->pool, "%s,code=\"ECK%04d\"", labels_of(text, row),
                                    (int)eckid_counters_code(i)),
                       (double)count);
        }
    }
}

static void put_histogram(text_t *text, const char *metric, const char *labels,
                          const eckid_histogram_t *histogram)
{
    apr_uint64_t count = 0;

    for (int i = 0; i < ECKID_COUNTERS_BUCKETS; i++) {
        const char *bound = i < ECKID_COUNTERS_BUCKETS - 1
                                ? number(text, (double)eckid_counters_bounds[i] / 1e6)
                                : "+Inf";

        count += atomic_load(&histogram->buckets[i]);
        put_number(text, apr_pstrcat(text->pool, metric, "_bucket", NULL),
                   apr_pstrcat(text->pool, labels, ",le=\"", bound, "\"", NULL), (double)count);
    }
    put_number(text, apr_pstrcat(text->pool, metric, "_sum", NULL), labels,
               (double)atomic_load(&histogram->sum) / 1e6);
    put_number(text, apr_pstrcat(text->pool, metric, "_count", NULL), labels, (double)count);
}

static void put_lookups(text_t *text, const char *metric, const eckid_status_row_t *row)
{
    for (int i = 0; i < ECKID_SOURCES; i++) {
        const eckid_histogram_t *histogram = &row->counters->lookups[i];

        if (eckid_status_lookups(histogram)) {
            put_histogram(text, metric,
                          apr_pstrcat(text->pool, labels_of(text, row), ",cache=\"",
                                      eckid_source_name((eckid_source_t)i), "\"", NULL),
                          histogram);
        }
    }
}

static void put_logouts(text_t *text, const char *metric, const eckid_status_row_t *row)
{
    for (int i = 0; i < ECKID_LOGOUTS; i++) {
        apr_uint64_t count = atomic_load(&row->counters->logouts[i]);

        if (count) {
            put_number(text, metric,
                       apr_pstrcat(text->pool, labels_of(text, row), ",step=\"",
                                   eckid_logouts_name((eckid_logouts_t)i), "\"", NULL),
                       (double)count);
        }
    }
}

typedef void put_row_t(text_t *text, const char *metric, const eckid_status_row_t *row);

static const struct {
    const char *name, *type, *help;
    put_row_t *put;
} of_rows[] = {
    {"eckid_decisions_total", "counter",
     "Decisions about logins; channels userinfo and introspection follow a login.", put_decisions},
    {"eckid_refusals_total", "counter", "Refused logins by the code of their cause.", put_refusals},
    {"eckid_lookup_seconds", "histogram", "How long lookups took, by what the cache did.",
     put_lookups},
    {"eckid_logouts_total", "counter",
     "Single logouts, by what became of them. Those without supplier were begun by the user; "
     "refused "
     "ones may also be messages whose sender is not known.",
     put_logouts},
};

static void put_head(text_t *text, const char *name, const char *type, const char *help)
{
    put(text, apr_pstrcat(text->pool, "# HELP ", name, " ", help, "\n# TYPE ", name, " ", type,
                          "\n", NULL));
}

static void put_rows(text_t *text, const eckid_status_t *status)
{
    for (size_t i = 0; i < sizeof(of_rows) / sizeof(*of_rows); i++) {
        put_head(text, of_rows[i].name, of_rows[i].type, of_rows[i].help);
        for (int j = 0; j < status->rows->nelts; j++) {
            of_rows[i].put(text, of_rows[i].name,
                           &APR_ARRAY_IDX(status->rows, j, eckid_status_row_t));
        }
    }
}

/* Of LASes */

#define STATE(member) offsetof(eckid_las_limits_state_t, member)

static void put_lases(text_t *text, const eckid_status_t *status)
{
    static const struct {
        const char *name, *help;
        size_t member; /* an int of the state */
    } metrics[] = {
        {"eckid_las_breaker_open", "Whether the LAS was given up for a moment.", STATE(open)},
        {"eckid_las_calls", "Calls under way.", STATE(calls)},
        {"eckid_las_calls_allowed", "How many calls may be under way by now.", STATE(allowed)},
        {"eckid_las_waiting", "Lookups that wait for their turn.", STATE(waiting)},
        {"eckid_las_failures", "Failures in a row.", STATE(failures)},
    };

    for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
        put_head(text, metrics[i].name, "gauge", metrics[i].help);
        for (int j = 0; j < status->lases->nelts; j++) {
            const eckid_status_las_t *las = &APR_ARRAY_IDX(status->lases, j, eckid_status_las_t);
            const char *state = (const char *)&las->state;

            put_number(text, metrics[i].name, label(text, "las", las->name),
                       *(const int *)(state + metrics[i].member));
        }
    }
}

/* Of what is fetched, and what ends */

static const char *source_labels(const text_t *text, const eckid_status_source_t *source)
{
    return apr_pstrcat(text->pool, label(text, "kind", source->kind), ",",
                       label(text, "name", source->name), NULL);
}

static void put_sources(text_t *text, const eckid_status_t *status)
{
    static const char fetched[] = "eckid_source_fetched_timestamp_seconds",
                      failing[] = "eckid_source_failing";

    put_head(text, fetched, "gauge", "When it was last found to be good; 0: not since the reload.");
    for (int i = 0; i < status->sources->nelts; i++) {
        const eckid_status_source_t *source =
            &APR_ARRAY_IDX(status->sources, i, eckid_status_source_t);

        put_number(text, fetched, source_labels(text, source), (double)source->fetched / 1e6);
    }
    put_head(text, failing, "gauge", "Whether the last attempt to fetch it failed.");
    for (int i = 0; i < status->sources->nelts; i++) {
        const eckid_status_source_t *source =
            &APR_ARRAY_IDX(status->sources, i, eckid_status_source_t);

        put_number(text, failing, source_labels(text, source), source->failure != ECKID_OK);
    }
}

static void put_ends(text_t *text, const eckid_status_t *status)
{
    static const char name[] = "eckid_expiry_timestamp_seconds";

    put_head(text, name, "gauge", "When a certificate or metadata ends.");
    for (int i = 0; i < status->ends->nelts; i++) {
        const eckid_status_end_t *end = &APR_ARRAY_IDX(status->ends, i, eckid_status_end_t);

        put_number(text, name, label(text, "what", end->what), (double)(end->until / 1000000));
    }
}

static void put_audit(text_t *text, const eckid_audit_chain_t *chain)
{
    static const char lines[] = "eckid_audit_lines_total", lost[] = "eckid_audit_lost_total";

    put_head(text, lines, "counter", "Lines of the audit log.");
    if (chain) {
        put_number(text, lines, label(text, "chain", chain->id),
                   (double)atomic_load(&chain->lines));
    }
    put_head(text, lost, "counter", "Lines of it that could not be written.");
    if (chain) {
        put_number(text, lost, label(text, "chain", chain->id), (double)atomic_load(&chain->lost));
    }
}

eckid_bytes_t eckid_status_prometheus(const eckid_status_t *status, apr_pool_t *pool)
{
    text_t text = {apr_array_make(pool, 128, sizeof(const char *)), pool};

    put_rows(&text, status);
    put_lases(&text, status);
    put_sources(&text, status);
    put_ends(&text, status);
    put_audit(&text, status->audit);
    return eckid_bytes_str(apr_array_pstrcat(pool, text.parts, 0));
}
