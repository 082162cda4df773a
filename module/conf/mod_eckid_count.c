/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts the decisions of all children, for each virtual host and supplier. */
#include "conf/mod_eckid_count.h"

#include <apr_strings.h>

#include "conf/mod_eckid_host.h"
#include "conf/mod_eckid_shared.h"

/* What outlives a reload. */
typedef struct shared_t {
    apr_time_t since;
    eckid_counters_t counters;
} shared_t;

/* Where the decisions of a virtual host are counted; indexed by whether they are only observed. */
typedef struct host_t {
    eckid_counters_row_t *none[2]; /* for those that are for no supplier */
    apr_hash_t *suppliers[2];      /* eckid_counters_row_t * by name */
} host_t;

/* Making */

typedef struct making_t {
    mod_eckid_count_t *count;
    eckid_counters_t *counters;
    const char *host;
    apr_pool_t *pool;
} making_t;

const char *mod_eckid_count_host(const server_rec *server, apr_pool_t *pool)
{
    int port = server->port                                ? server->port
               : server->addrs && server->addrs->host_port ? server->addrs->host_port
                                                           : 0;

    return port ? apr_psprintf(pool, "%s:%d", server->server_hostname, port)
                : server->server_hostname;
}

static bool is_listed(const apr_array_header_t *rows, const eckid_counters_row_t *row)
{
    for (int i = 0; i < rows->nelts; i++) {
        if (APR_ARRAY_IDX(rows, i, mod_eckid_count_row_t).counters == row) {
            return true;
        }
    }
    return false;
}

/* Two servers of one name, or blocks of one name in two locations, share a row. */
static eckid_counters_row_t *get_row(const making_t *making, const char *supplier, bool observed)
{
    eckid_counters_row_t *row = eckid_counters_find(making->counters, making->host, supplier,
                                                    observed ? "observe" : "on", making->pool);
    bool is_last = row == &making->counters->rows[ECKID_COUNTERS_ROWS - 1];

    if (!is_listed(making->count->rows, row)) {
        APR_ARRAY_PUSH(making->count->rows, mod_eckid_count_row_t) =
            is_last ? (mod_eckid_count_row_t){"other", "other", false, row}
                    : (mod_eckid_count_row_t){making->host, supplier, observed, row};
    }
    return row;
}

static void add_suppliers(host_t *host, const making_t *making, const mod_eckid_dir_t *dir)
{
    bool observed = dir->engine == MOD_ECKID_OBSERVE;

    if (!host->none[observed]) {
        host->none[observed] = get_row(making, "", observed);
        host->suppliers[observed] = apr_hash_make(making->pool);
    }
    for (int i = 0; i < dir->policy->suppliers->nelts; i++) {
        const char *name = APR_ARRAY_IDX(dir->policy->suppliers, i, const eckid_supplier_t *)->name;

        apr_hash_set(host->suppliers[observed], name, APR_HASH_KEY_STRING,
                     get_row(making, name, observed));
    }
}

static void add_host(making_t *making, const server_rec *server, const apr_array_header_t *settings)
{
    host_t *host = apr_pcalloc(making->pool, sizeof(*host));

    making->host = mod_eckid_count_host(server, making->pool);
    for (int i = 0; i < settings->nelts; i++) {
        add_suppliers(host, making, APR_ARRAY_IDX(settings, i, const mod_eckid_dir_t *));
    }
    apr_hash_set(making->count->hosts, apr_pmemdup(making->pool, &server, sizeof(server)),
                 sizeof(server), host);
}

apr_status_t mod_eckid_count_start(mod_eckid_process_t *process, apr_pool_t *pconf,
                                   server_rec *main_server)
{
    void *memory;
    apr_status_t status =
        mod_eckid_shared(&memory, "count 2", sizeof(shared_t), main_server->process->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    shared_t *shared = memory;
    making_t making = {.count = apr_pcalloc(pconf, sizeof(*making.count)),
                       .counters = &shared->counters,
                       .pool = pconf};

    shared->since = shared->since ? shared->since : apr_time_now();
    *making.count = (mod_eckid_count_t){apr_array_make(pconf, 8, sizeof(mod_eckid_count_row_t)),
                                        apr_hash_make(pconf), &shared->since};
    eckid_counters_begin(&shared->counters);
    for (server_rec *server = main_server; server; server = server->next) {
        const apr_array_header_t *settings = mod_eckid_host_all(server, pconf);

        if (settings->nelts) {
            add_host(&making, server, settings);
        }
    }
    process->count = making.count;
    return APR_SUCCESS;
}

/* Counting */

/* NULL where nothing is counted. */
static eckid_counters_row_t *row_of(const server_rec *server, const char *supplier, bool observed)
{
    const mod_eckid_count_t *count = mod_eckid_process()->count;
    const host_t *host = count ? apr_hash_get(count->hosts, &server, sizeof(server)) : NULL;
    eckid_counters_row_t *row =
        host && supplier && host->suppliers[observed]
            ? apr_hash_get(host->suppliers[observed], supplier, APR_HASH_KEY_STRING)
            : NULL;

    return row ? row : host ? host->none[observed] : NULL;
}

void mod_eckid_count_decision(const server_rec *server, const eckid_decision_t *decision,
                              bool observed)
{
    const eckid_supplier_t *supplier = decision->supplier;
    eckid_counters_row_t *row = row_of(server, supplier ? supplier->name : NULL, observed);

    if (row) {
        eckid_counters_count(row, decision);
    }
}

void mod_eckid_count_logout(const server_rec *server, const char *supplier, eckid_logouts_t step,
                            bool observed)
{
    eckid_counters_row_t *row = row_of(server, supplier, observed);

    if (row) {
        eckid_counters_count_logout(row, step);
    }
}
