/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A location to which people are pushed: in which shape, and by whom. */
#include "conf/mod_eckid_push_conf.h"

#include <apr_strings.h>

#include "las/eckid_school_map.h"

mod_eckid_push_t *mod_eckid_push_get(mod_eckid_dir_t *dir, const char *path, apr_pool_t *pool)
{
    apr_size_t len = strlen(path);

    if (!dir->push) {
        dir->push = apr_pcalloc(pool, sizeof(*dir->push));
        dir->push->base = apr_pstrmemdup(pool, path, len && path[len - 1] == '/' ? len - 1 : len);
        dir->push->schema = eckid_scim_schema_user;
        dir->push->kinds = apr_array_make(pool, 2, sizeof(eckid_scim_kind_t));
        dir->push->clients = apr_array_make(pool, 2, sizeof(eckid_push_client_t));
    }
    return dir->push;
}

const eckid_school_t *mod_eckid_push_school(const mod_eckid_dir_t *dir, const char *key)
{
    const eckid_school_map_entry_t *entry =
        key && dir->schools ? eckid_school_map_find(dir->schools->map, key) : NULL;

    return key ? (entry ? &entry->school : NULL) : dir->school;
}
