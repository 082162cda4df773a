/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles the location with "SetHandler eckid-status": a page, JSON, Prometheus, or a word. */
#include "service/mod_eckid_status.h"

#include <apr_strings.h>
#include <stdlib.h>

#include "conf/mod_eckid_audit.h"
#include "conf/mod_eckid_count.h"
#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_freshness.h"
#include "conf/mod_eckid_handler.h"
#include "operator/eckid_status_json.h"
#include "operator/eckid_status_page.h"
#include "operator/eckid_status_prometheus.h"
#include "service/mod_eckid_directory.h"
#include "service/mod_eckid_reply.h"

/* Gathering */

static const apr_array_header_t *gather_rows(apr_pool_t *pool)
{
    const apr_array_header_t *rows = mod_eckid_process()->count->rows;
    apr_array_header_t *all = apr_array_make(pool, rows->nelts, sizeof(eckid_status_row_t));

    for (int i = 0; i < rows->nelts; i++) {
        const mod_eckid_count_row_t *row = &APR_ARRAY_IDX(rows, i, mod_eckid_count_row_t);

        APR_ARRAY_PUSH(all, eckid_status_row_t) =
            (eckid_status_row_t){row->host, row->supplier, row->observed, row->counters};
    }
    return all;
}

static int compare_lases(const void *a, const void *b)
{
    return strcmp(((const eckid_status_las_t *)a)->name, ((const eckid_status_las_t *)b)->name);
}

/* Lines with other options are other LASes, though their URL is the same: they get numbers. */
static void tell_apart(apr_array_header_t *lases, apr_pool_t *pool)
{
    int count = 1;

    for (int i = 1; i < lases->nelts; i++) {
        eckid_status_las_t *las = &APR_ARRAY_IDX(lases, i, eckid_status_las_t);
        const char *before = APR_ARRAY_IDX(lases, i - count, eckid_status_las_t).name;

        count = strcmp(las->name, before) == 0 ? count + 1 : 1;
        if (count > 1) {
            las->name = apr_psprintf(pool, "%s #%d", las->name, count);
        }
    }
}

static const apr_array_header_t *gather_lases(apr_time_t now, apr_pool_t *pool)
{
    apr_hash_t *lines = mod_eckid_process()->lines;
    apr_array_header_t *all = apr_array_make(pool, 2, sizeof(eckid_status_las_t));

    for (apr_hash_index_t *i = apr_hash_first(pool, lines); i; i = apr_hash_next(i)) {
        const mod_eckid_line_t *line = apr_hash_this_val(i);

        APR_ARRAY_PUSH(all, eckid_status_las_t) =
            (eckid_status_las_t){line->base, eckid_las_limits_state(line->limits, now)};
    }
    qsort(all->elts, (size_t)all->nelts, sizeof(eckid_status_las_t), compare_lases);
    tell_apart(all, pool);
    return all;
}

/* The same source in two virtual hosts is shown once, by the one that is behind. */
static void add_source(apr_array_header_t *all, const eckid_status_source_t *source)
{
    for (int i = 0; i < all->nelts; i++) {
        eckid_status_source_t *one = &APR_ARRAY_IDX(all, i, eckid_status_source_t);

        if (strcmp(one->kind, source->kind) == 0 && strcmp(one->name, source->name) == 0) {
            *one = source->fetched < one->fetched ? *source : *one;
            return;
        }
    }
    APR_ARRAY_PUSH(all, eckid_status_source_t) = *source;
}

static const apr_array_header_t *gather_sources(apr_pool_t *pool)
{
    const apr_array_header_t *watched = mod_eckid_process()->watched;
    apr_array_header_t *all = apr_array_make(pool, 2, sizeof(eckid_status_source_t));

    for (int i = 0; i < watched->nelts; i++) {
        const mod_eckid_watched_t *one = &APR_ARRAY_IDX(watched, i, mod_eckid_watched_t);
        const eckid_status_source_t source = {one->kind, one->name,
                                              (apr_time_t)atomic_load(&one->freshness->fetched),
                                              (eckid_code_t)atomic_load(&one->freshness->failure)};

        add_source(all, &source);
    }
    return all;
}

/* For mod_eckid_expiry_each. What is named twice is shown with the earlier end. */
static void add_end(void *self, const eckid_expiry_t *expiry)
{
    apr_array_header_t *all = self;

    if (expiry->until <= 0) {
        return;
    }
    for (int i = 0; i < all->nelts; i++) {
        eckid_status_end_t *end = &APR_ARRAY_IDX(all, i, eckid_status_end_t);

        if (strcmp(end->what, expiry->what) == 0) {
            end->until = expiry->until < end->until ? expiry->until : end->until;
            return;
        }
    }
    APR_ARRAY_PUSH(all, eckid_status_end_t) = (eckid_status_end_t){expiry->what, expiry->until};
}

static int compare_ends(const void *a, const void *b)
{
    apr_time_t one = ((const eckid_status_end_t *)a)->until,
               other = ((const eckid_status_end_t *)b)->until;

    return one < other ? -1 : one > other;
}

static const apr_array_header_t *gather_ends(apr_pool_t *pool)
{
    apr_array_header_t *all = apr_array_make(pool, 8, sizeof(eckid_status_end_t));

    mod_eckid_expiry_each(add_end, all, pool);
    qsort(all->elts, (size_t)all->nelts, sizeof(eckid_status_end_t), compare_ends);
    return all;
}

static eckid_status_t gather(apr_pool_t *pool)
{
    const mod_eckid_audit_t *log = mod_eckid_process()->audit;
    apr_time_t now = apr_time_now();

    mod_eckid_directory_look(mod_eckid_process(), pool);
    return (eckid_status_t){
        .now = now,
        .since = *mod_eckid_process()->count->since,
        .rows = gather_rows(pool),
        .lases = gather_lases(now, pool),
        .sources = gather_sources(pool),
        .ends = gather_ends(pool),
        .audit = log ? log->audit.chain : NULL,
    };
}

/* Sending */

static int send_health(request_rec *r, const eckid_status_t *status, bool strict)
{
    int code;
    const char *word = eckid_status_health(&code, status, strict);

    r->status = code;
    return mod_eckid_reply(r, "text/plain", eckid_bytes_str(apr_pstrcat(r->pool, word, "\n", NULL)),
                           "no-store");
}

static int send_page(request_rec *r, const eckid_status_t *status)
{
    static const eckid_refusal_look_t plain;
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);

    apr_table_setn(r->headers_out, "Vary", "Accept, Accept-Language");
    apr_table_setn(r->headers_out, "Content-Security-Policy",
                   "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return mod_eckid_reply(r, "text/html; charset=utf-8",
                           eckid_status_page(status, dir->page ? dir->page : &plain,
                                             apr_table_get(r->headers_in, "Accept-Language"),
                                             r->pool),
                           "no-store");
}

/* The word in the query, or the one that Accept stands for. */
static const char *wanted(const request_rec *r)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");

    if (r->args && *r->args) {
        return apr_pstrmemdup(r->pool, r->args, strcspn(r->args, "=&"));
    }
    return !accept                                     ? "html"
           : strstr(accept, "application/openmetrics") ? "prometheus"
           : strstr(accept, "text/html")               ? "html"
           : strstr(accept, "application/json")        ? "json"
           : strstr(accept, "text/plain")              ? "prometheus"
                                                       : "html";
}

int mod_eckid_status_handler(request_rec *r)
{
    if (!mod_eckid_handler_is(r, MOD_ECKID_STATUS)) {
        return DECLINED;
    }
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    const eckid_status_t status = gather(r->pool);
    const char *what = wanted(r);

    if (strcmp(what, "health") == 0) {
        return send_health(r, &status, strcmp(r->args, "health=strict") == 0);
    }
    if (strcmp(what, "json") == 0) {
        return mod_eckid_reply_json(r, eckid_status_json(&status, r->pool), "no-store");
    }
    if (strcmp(what, "prometheus") == 0) {
        return mod_eckid_reply(r, ECKID_STATUS_PROMETHEUS_TYPE,
                               eckid_status_prometheus(&status, r->pool), "no-store");
    }
    return strcmp(what, "html") == 0 ? send_page(r, &status) : HTTP_NOT_FOUND;
}
