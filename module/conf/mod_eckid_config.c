/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: read-only objects for each server and location. */
#include "conf/mod_eckid_config.h"

#include <apr_strings.h>

#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_freshness.h"
#include "conf/mod_eckid_kinds.h"
#include "las/eckid_school_map.h"

static mod_eckid_process_t *process;

mod_eckid_process_t *mod_eckid_process(void)
{
    return process;
}

void mod_eckid_new_process(apr_pool_t *pconf)
{
    process = apr_pcalloc(pconf, sizeof(*process));
    process->curls = apr_array_make(pconf, 2, sizeof(eckid_curl_t *));
    process->limits = apr_array_make(pconf, 2, sizeof(eckid_las_limits_t *));
    process->signers = apr_array_make(pconf, 2, sizeof(const eckid_key_t *));
    process->lines = apr_hash_make(pconf);
    process->sources = apr_hash_make(pconf);
    process->hosts = apr_hash_make(pconf);
    process->idps = apr_hash_make(pconf);
    process->once = apr_hash_make(pconf);
    process->waiting = apr_hash_make(pconf);
    process->watched = apr_array_make(pconf, 2, sizeof(mod_eckid_watched_t));
    mod_eckid_expiry_new(process, pconf);
}

/* Creating and merging */

void *mod_eckid_create_dir(apr_pool_t *pool, char *path)
{
    mod_eckid_dir_t *dir = apr_pcalloc(pool, sizeof(*dir));

    (void)path;
    dir->skew = dir->found_for = dir->not_found_for = -1;
    dir->sha1 = -1;
    dir->las = *mod_eckid_las_create(pool);
    return dir;
}

#define CHOOSE(member, unset) dir->member = (a->member != (unset)) ? a->member : b->member

void *mod_eckid_merge_dir(apr_pool_t *pool, void *base, void *add)
{
    const mod_eckid_dir_t *b = base, *a = add;
    mod_eckid_dir_t *dir = apr_pcalloc(pool, sizeof(*dir));

    CHOOSE(engine, MOD_ECKID_UNSET);
    CHOOSE(engine_at, NULL);
    CHOOSE(metadata, NULL);
    CHOOSE(idp, NULL);
    CHOOSE(provider, NULL);
    dir->claims_in_userinfo = (a->provider ? a : b)->claims_in_userinfo;
    CHOOSE(introspection, NULL);
    CHOOSE(metadata_paths, NULL);
    CHOOSE(metadata_key, NULL);
    CHOOSE(signers, NULL);
    CHOOSE(decryption_keys, NULL);
    dir->kinds = mod_eckid_kinds_merge(b->kinds, a->kinds, pool);
    dir->las = mod_eckid_las_merge(&b->las, &a->las);
    CHOOSE(named, NULL);
    CHOOSE(channels, NULL);
    CHOOSE(school, NULL);
    CHOOSE(schools, NULL);
    CHOOSE(policy, NULL);
    dir->sources = (a->policy ? a : b)->sources;
    CHOOSE(found_for, -1);
    CHOOSE(not_found_for, -1);
    dir->stale_for = a->found_for >= 0 ? a->stale_for : b->stale_for;
    CHOOSE(skew, -1);
    CHOOSE(sha1, -1);
    CHOOSE(page_max, 0);
    CHOOSE(response_max, 0);
    CHOOSE(helpdesk, NULL);
    CHOOSE(page, NULL);
    CHOOSE(push, NULL);
    return dir;
}

mod_eckid_dir_t *mod_eckid_dir(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &eckid_module);
}

bool mod_eckid_las_is_spared(const mod_eckid_dir_t *dir)
{
    const apr_array_header_t *all = dir->schools ? eckid_school_map_all(dir->schools->map) : NULL;

    for (int i = 0; all && i < all->nelts; i++) {
        if (!APR_ARRAY_IDX(all, i, const eckid_school_map_entry_t *)->las) {
            return false;
        }
    }
    return all != NULL;
}

void mod_eckid_note_source(const void *thing, const ap_directive_t *directive)
{
    apr_hash_t *sources = process->sources;
    const void **key = apr_pmemdup(apr_hash_pool_get(sources), &thing, sizeof(thing));

    apr_hash_set(sources, key, sizeof(thing), directive);
}

const ap_directive_t *mod_eckid_find_source(const void *thing)
{
    return apr_hash_get(process->sources, &thing, sizeof(thing));
}
