/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns before a certificate or metadata expires, at start and while there are logins. */
#include "conf/mod_eckid_expiry.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <http_log.h>

#include "saml/eckid_metadata.h"

APLOG_USE_MODULE(eckid);

/* How often a child checks for expiry, if there are logins. */
#define INTERVAL_SECONDS 600

/* What expires, or metadata that does, and the line that configured it. */
typedef struct source_t {
    eckid_expiry_t expiry;
    eckid_metadata_t *metadata; /* or NULL */
    const ap_directive_t *directive;
} source_t;

void mod_eckid_expiry_new(mod_eckid_process_t *process, apr_pool_t *pool)
{
    process->expiries = apr_array_make(pool, 8, sizeof(source_t));
    process->told = apr_pcalloc(pool, sizeof(*process->told));
}

void mod_eckid_expiry_add(const eckid_expiry_t *expiry, const ap_directive_t *directive)
{
    apr_array_header_t *all = mod_eckid_process()->expiries;
    source_t *source = apr_array_push(all);

    *source = (source_t){*expiry, NULL, directive};
    source->expiry.what = apr_pstrdup(all->pool, expiry->what);
    source->expiry.consequence = apr_pstrdup(all->pool, expiry->consequence);
}

void mod_eckid_expiry_add_key(const eckid_key_t *key, const char *what, const char *consequence,
                              const ap_directive_t *directive)
{
    const eckid_expiry_t expiry = {
        .what = what, .until = eckid_key_not_after(key), .consequence = consequence};

    mod_eckid_expiry_add(&expiry, directive);
}

void mod_eckid_expiry_add_metadata(eckid_metadata_t *metadata, const ap_directive_t *directive)
{
    APR_ARRAY_PUSH(mod_eckid_process()->expiries, source_t) =
        (source_t){.metadata = metadata, .directive = directive};
}

static void warn_of(const eckid_expiry_t *expiry, const ap_directive_t *at, server_rec *server,
                    int level, apr_pool_t *pool)
{
    apr_time_t now = apr_time_now();

    if (eckid_expiry_is_news(mod_eckid_process()->told, expiry, now, pool)) {
        eckid_code_t code = expiry->until > now ? ECKID_EXPIRES : ECKID_EXPIRED;

        ap_log_error(APLOG_MARK, level, 0, server, "ECK%04d: %s:%d: %s (%s)", code, at->filename,
                     at->line_num, eckid_expiry_text(expiry, now, pool), eckid_err_hint(code));
    }
}

static void warn_of_all(const apr_array_header_t *all, const ap_directive_t *at, server_rec *server,
                        int level, apr_pool_t *pool)
{
    for (int i = 0; i < all->nelts; i++) {
        warn_of(&APR_ARRAY_IDX(all, i, eckid_expiry_t), at, server, level, pool);
    }
}

/* What the metadata say now. */
static void warn_of_metadata(eckid_metadata_t *metadata, const ap_directive_t *at,
                             server_rec *server, int level, apr_pool_t *pool)
{
    const eckid_metadata_view_t *view = eckid_metadata_last(metadata, pool);

    if (view) {
        warn_of_all(view->expiries, at, server, level, pool);
    }
}

void mod_eckid_expiry_warn(server_rec *server, bool at_start, apr_pool_t *pool)
{
    const apr_array_header_t *all = mod_eckid_process()->expiries;
    int level = APLOG_WARNING | (at_start ? APLOG_STARTUP : 0);

    for (int i = 0; i < all->nelts; i++) {
        const source_t *source = &APR_ARRAY_IDX(all, i, source_t);

        if (source->metadata) {
            warn_of_metadata(source->metadata, source->directive, server, level, pool);
        }
        else {
            warn_of(&source->expiry, source->directive, server, level, pool);
        }
    }
}

void mod_eckid_expiry_warn_of(const apr_array_header_t *expiries, const ap_directive_t *directive,
                              server_rec *server, apr_pool_t *pool)
{
    warn_of_all(expiries, directive, server, APLOG_WARNING, pool);
}

void mod_eckid_expiry_each(void (*each)(void *self, const eckid_expiry_t *expiry), void *self,
                           apr_pool_t *pool)
{
    const apr_array_header_t *all = mod_eckid_process()->expiries;

    for (int i = 0; i < all->nelts; i++) {
        const source_t *source = &APR_ARRAY_IDX(all, i, source_t);
        const eckid_metadata_view_t *view =
            source->metadata ? eckid_metadata_last(source->metadata, pool) : NULL;

        for (int j = 0; view && j < view->expiries->nelts; j++) {
            each(self, &APR_ARRAY_IDX(view->expiries, j, eckid_expiry_t));
        }
        if (!source->metadata) {
            each(self, &source->expiry);
        }
    }
}

/* True for one thread of this child per interval. */
static bool is_time(apr_time_t now)
{
    volatile apr_uint32_t *next = &mod_eckid_process()->next_expiry_look;
    apr_uint32_t due = apr_atomic_read32(next), seconds = (apr_uint32_t)apr_time_sec(now);

    return seconds >= due && apr_atomic_cas32(next, seconds + INTERVAL_SECONDS, due) == due;
}

void mod_eckid_expiry_look(request_rec *r, apr_time_t now)
{
    if (is_time(now)) {
        mod_eckid_expiry_warn(r->server, false, r->pool);
    }
}

void mod_eckid_expiry_share(void *memory)
{
    mod_eckid_process_t *process = mod_eckid_process();

    process->told = memcpy(memory, process->told, sizeof(eckid_told_t));
}
