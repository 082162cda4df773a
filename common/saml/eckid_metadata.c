/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of an identity provider as they are now. If what is new is bad, the last good ones
 * stay. */
#include "saml/eckid_metadata.h"
#include "base/eckid_refresh.h"

#include <apr_file_info.h>
#include <apr_strings.h>

struct eckid_metadata_t {
    const char *path, *entity_id;
    eckid_metadata_listener_t listener;
    eckid_refresh_t *refresh; /* of eckid_idp_t */
    /* of the one thread that fetches */
    bool has_looked;
    apr_finfo_t seen; /* the last version that was read, or tried */
};

/* One look at the source. */
typedef struct look_t {
    eckid_metadata_t *metadata;
    apr_time_t now;
} look_t;

static bool has_changed(eckid_metadata_t *metadata, apr_pool_t *pool)
{
    const apr_finfo_t before = metadata->seen;
    apr_finfo_t *info = &metadata->seen;

    memset(info, 0, sizeof(*info));
    apr_stat(info, metadata->path, APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_INODE, pool);
    return info->mtime != before.mtime || info->size != before.size || info->inode != before.inode;
}

/* For eckid_refresh. */
static eckid_err_t *fetch(void *self, eckid_refresh_result_t *result, apr_pool_t *pool)
{
    const look_t *look = self;
    eckid_metadata_t *metadata = look->metadata;
    eckid_idp_t *idp;

    result->due = look->now + ECKID_METADATA_INTERVAL;
    result->until = APR_INT64_MAX;
    if (!has_changed(metadata, pool) && metadata->has_looked) {
        return NULL;
    }
    metadata->has_looked = true;
    eckid_err_t *err = eckid_saml_metadata_idp(&idp, metadata->path, metadata->entity_id, pool);

    if (metadata->listener.on_news) {
        metadata->listener.on_news(metadata->listener.self, metadata, err ? NULL : idp->expiries,
                                   err, pool);
    }
    result->value = err ? NULL : idp;
    return err;
}

static eckid_refresh_source_t source_of(look_t *look)
{
    return (eckid_refresh_source_t){
        .fetch = fetch,
        .self = look,
        .now = look->now,
        .wait_until = apr_time_now() + ECKID_METADATA_INTERVAL,
        .retry_after = ECKID_METADATA_INTERVAL,
    };
}

eckid_err_t *eckid_metadata_get(const eckid_idp_t **idp, eckid_metadata_t *metadata, apr_time_t now,
                                apr_pool_t *pool)
{
    look_t look = {metadata, now};
    const eckid_refresh_source_t source = source_of(&look);
    const void *value;

    ECKID_ERR(eckid_refresh_get(&value, metadata->refresh, &source, pool));
    *idp = value;
    return NULL;
}

eckid_err_t *eckid_metadata_renew(const eckid_idp_t **idp, eckid_metadata_t *metadata,
                                  apr_time_t now, apr_pool_t *pool)
{
    look_t look = {metadata, now};
    const eckid_refresh_source_t source = source_of(&look);
    const void *value;

    ECKID_ERR(eckid_refresh_renew(&value, metadata->refresh, &source, ECKID_METADATA_WINDOW, pool));
    *idp = value;
    return NULL;
}

const eckid_idp_t *eckid_metadata_last(eckid_metadata_t *metadata, apr_pool_t *pool)
{
    return eckid_refresh_last(metadata->refresh, pool);
}

eckid_err_t *eckid_metadata_make(eckid_metadata_t **out, const char *path, const char *entity_id,
                                 const eckid_metadata_listener_t *listener, apr_pool_t *pool)
{
    eckid_metadata_t *metadata = apr_pcalloc(pool, sizeof(*metadata));
    const eckid_idp_t *idp;

    metadata->path = apr_pstrdup(pool, path);
    metadata->entity_id = entity_id ? apr_pstrdup(pool, entity_id) : NULL;
    ECKID_ERR(eckid_refresh_make(&metadata->refresh, pool));
    ECKID_ERR(eckid_metadata_get(&idp, metadata, 0, pool));
    metadata->listener = *listener;
    *out = metadata;
    return NULL;
}

const char *eckid_metadata_place(const eckid_metadata_t *metadata)
{
    return metadata->path;
}
