/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the operator should not miss, told once: what is seen for the first time today, and that no
 * login passes at all. */
#include "conf/mod_eckid_watch.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>

#include "base/eckid_told.h"
#include "conf/mod_eckid_shared.h"

APLOG_USE_MODULE(eckid);

#define SERVERS 256 /* more are not watched */
#define PATIENCE_SECONDS 3600

/* A server that waits for its first login. */
typedef struct waiting_t {
    apr_uint32_t key;   /* of its name; 0 for an empty slot */
    apr_uint32_t since; /* seconds */
    apr_uint32_t done;  /* whether there was a login, or it was told that there is none */
} waiting_t;

/* All of them, in one piece that children inherit. */
typedef struct shared_t {
    waiting_t servers[SERVERS];
} shared_t;

/* Servers */

static bool is_at_work(const ap_conf_vector_t *section)
{
    const mod_eckid_dir_t *dir = ap_get_module_config(section, &eckid_module);

    return dir && (dir->engine == MOD_ECKID_ON || dir->engine == MOD_ECKID_OBSERVE);
}

/* In the server itself or in one of its locations. */
static bool has_engine(const server_rec *server)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    bool found = is_at_work(server->lookup_defaults);

    for (int i = 0; !found && i < core->sec_url->nelts; i++) {
        found = is_at_work(APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *));
    }
    return found;
}

static apr_uint32_t key_of(const server_rec *server, apr_pool_t *pool)
{
    apr_ssize_t len = APR_HASH_KEY_STRING;
    const char *text = apr_psprintf(pool, "%s:%d %s", server->server_hostname, server->port,
                                    server->addrs ? server->addrs->virthost : "");
    apr_uint32_t key = apr_hashfunc_default(text, &len);

    return key ? key : 1;
}

/* By the parent alone, so nobody else writes keys. NULL if there is no room. */
static waiting_t *find_or_add(shared_t *shared, apr_uint32_t key)
{
    for (int i = 0; i < SERVERS; i++) {
        waiting_t *one = &shared->servers[i];

        if (!one->key) {
            *one = (waiting_t){key, (apr_uint32_t)apr_time_sec(apr_time_now()), 0};
        }
        if (one->key == key) {
            return one;
        }
    }
    return NULL;
}

apr_status_t mod_eckid_watch_start(mod_eckid_process_t *process, apr_pool_t *pconf,
                                   server_rec *main_server)
{
    void *memory;
    apr_status_t status =
        mod_eckid_shared(&memory, "watch 2", sizeof(shared_t), main_server->process->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    shared_t *shared = memory;

    for (server_rec *server = main_server; server; server = server->next) {
        if (has_engine(server)) {
            const void **key = apr_pmemdup(pconf, &server, sizeof(server));

            apr_hash_set(process->waiting, key, sizeof(server),
                         find_or_add(shared, key_of(server, pconf)));
        }
    }
    return APR_SUCCESS;
}

/* Requests */

bool mod_eckid_watch_is_news(server_rec *server, mod_eckid_remark_t kind, const char *text,
                             apr_time_t now)
{
    eckid_told_t *told = &mod_eckid_process()->told_today[kind];
    bool is_news = eckid_told_is_news_today(told, text, now);

    if (!is_news && eckid_told_is_overflow_news(told)) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server, "ECK%04d: %s (%s)", ECKID_MANY_REMARKS,
                     eckid_err_fact(ECKID_MANY_REMARKS), eckid_err_hint(ECKID_MANY_REMARKS));
    }
    return is_news;
}

static waiting_t *waiting_of(const server_rec *server)
{
    return apr_hash_get(mod_eckid_process()->waiting, &server, sizeof(server));
}

void mod_eckid_watch_login(const server_rec *server)
{
    waiting_t *waiting = waiting_of(server);

    if (waiting && !apr_atomic_read32(&waiting->done)) {
        apr_atomic_set32(&waiting->done, 1);
    }
}

void mod_eckid_watch_response(server_rec *server, apr_time_t now)
{
    waiting_t *waiting = waiting_of(server);

    if (waiting && !apr_atomic_read32(&waiting->done) &&
        apr_time_sec(now) - waiting->since >= PATIENCE_SECONDS &&
        apr_atomic_cas32(&waiting->done, 1, 0) == 0) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server, "ECK%04d: %s at %s (%s)", ECKID_NO_LOGINS,
                     eckid_err_fact(ECKID_NO_LOGINS), server->server_hostname,
                     eckid_err_hint(ECKID_NO_LOGINS));
    }
}
