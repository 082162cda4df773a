/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A virtual host as a whole: a login of any of its suppliers is nowhere in it let pass. */
#include "conf/mod_eckid_host.h"
#include "conf/mod_eckid_gateway.h"

#include <apr_strings.h>

static const apr_array_header_t *find(const server_rec *server)
{
    return apr_hash_get(mod_eckid_process()->hosts, &server, sizeof(server));
}

static apr_array_header_t *get(apr_hash_t *hosts, const server_rec *server, apr_pool_t *pool)
{
    apr_array_header_t *settings = apr_hash_get(hosts, &server, sizeof(server));

    if (!settings) {
        settings = apr_array_make(pool, 2, sizeof(const mod_eckid_dir_t *));
        apr_hash_set(hosts, apr_pmemdup(pool, &server, sizeof(server)), sizeof(server), settings);
    }
    return settings;
}

/* Whether both find the same suppliers at the same identity provider. */
static bool is_same(const mod_eckid_dir_t *a, const mod_eckid_dir_t *b)
{
    return a->policy == b->policy && a->metadata == b->metadata && a->provider == b->provider;
}

static void add(apr_array_header_t *settings, const mod_eckid_dir_t *dir)
{
    for (int i = 0; i < settings->nelts; i++) {
        if (is_same(APR_ARRAY_IDX(settings, i, const mod_eckid_dir_t *), dir)) {
            return;
        }
    }
    APR_ARRAY_PUSH(settings, const mod_eckid_dir_t *) = dir;
}

void mod_eckid_host_note(const server_rec *server, const mod_eckid_dir_t *dir,
                         const mod_eckid_dir_t *outer, apr_pool_t *pool)
{
    apr_hash_t *hosts = mod_eckid_process()->hosts;

    if (mod_eckid_is_idp(dir) && dir->policy) {
        add(get(mod_eckid_process()->idps, server, pool), dir);
    }
    if (!mod_eckid_is_at_work(dir) || !dir->policy) {
        return;
    }
    add(get(hosts, server, pool), dir);
    if (outer && !mod_eckid_is_at_work(outer) && outer->policy && outer->policy != dir->policy) {
        mod_eckid_dir_t *around = apr_pmemdup(pool, dir, sizeof(*dir));

        around->policy = outer->policy;
        add(get(hosts, server, pool), around);
    }
}

apr_array_header_t *mod_eckid_host_settings(const request_rec *r)
{
    const apr_array_header_t *all = find(r->server);
    const mod_eckid_dir_t *own = mod_eckid_dir(r);
    apr_array_header_t *settings = apr_array_make(r->pool, 2, sizeof(const mod_eckid_dir_t *));

    if (mod_eckid_is_at_work(own)) {
        APR_ARRAY_PUSH(settings, const mod_eckid_dir_t *) = own;
    }
    for (int i = 0; all && i < all->nelts; i++) {
        add(settings, APR_ARRAY_IDX(all, i, const mod_eckid_dir_t *));
    }
    return settings;
}

apr_array_header_t *mod_eckid_host_all(const server_rec *server, apr_pool_t *pool)
{
    apr_hash_t *const hashes[] = {mod_eckid_process()->hosts, mod_eckid_process()->idps};
    apr_array_header_t *all = apr_array_make(pool, 2, sizeof(const mod_eckid_dir_t *));

    for (int i = 0; i < 2; i++) {
        const apr_array_header_t *some = apr_hash_get(hashes[i], &server, sizeof(server));

        if (some) {
            apr_array_cat(all, some);
        }
    }
    return all;
}

bool mod_eckid_host_is_guarded(const request_rec *r)
{
    return mod_eckid_is_at_work(mod_eckid_dir(r)) || find(r->server);
}
