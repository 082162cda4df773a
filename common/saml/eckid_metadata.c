/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of one entity as it is now: from a file that may change, or from a URL. If what is
 * new is bad, the last good one stays in use. */
#include "saml/eckid_metadata.h"
#include "base/eckid_refresh.h"
#include "base/eckid_time.h"

#include <apr_file_info.h>
#include <apr_strings.h>

struct eckid_metadata_t {
    const char *place;
    eckid_metadata_entity_t entity;
    eckid_metadata_listener_t listener;
    bool has_url;
    eckid_metadata_url_t url;
    apr_interval_time_t patience;
    eckid_refresh_t *refresh; /* of value_t */
    /* of a file, for the one thread that looks */
    bool has_looked;
    apr_finfo_t seen; /* the last version that was read, or tried */
};

/* What one look brought. */
typedef struct value_t {
    eckid_metadata_view_t view; /* first, as callers get no more than this */
    eckid_metadata_version_t version;
} value_t;

/* One look at the source. */
typedef struct look_t {
    eckid_metadata_t *metadata;
    apr_time_t now, deadline;
} look_t;

/* Doc is NULL for a file. */
static eckid_err_t *read_view(eckid_metadata_view_t *view, const eckid_metadata_t *metadata,
                              xmlDocPtr doc, apr_pool_t *pool)
{
    const char *place = metadata->place, *id = metadata->entity.id;
    eckid_saml_metadata_sp_t *sp;
    eckid_idp_t *idp;

    if (metadata->entity.role == ECKID_ROLE_IDP) {
        ECKID_ERR(doc ? eckid_saml_metadata_idp_in(&idp, doc, place, id, pool)
                      : eckid_saml_metadata_idp(&idp, place, id, pool));
        *view = (eckid_metadata_view_t){.idp = idp, .expiries = idp->expiries, .life = &idp->life};
        return NULL;
    }
    ECKID_ERR(doc ? eckid_saml_metadata_sp_in(&sp, doc, place, id, pool)
                  : eckid_saml_metadata_sp(&sp, place, id, pool));
    *view = (eckid_metadata_view_t){.sp = sp, .expiries = sp->expiries, .life = &sp->life};
    return NULL;
}

/* A file */

static bool has_changed(eckid_metadata_t *metadata, apr_pool_t *pool)
{
    const apr_finfo_t before = metadata->seen;
    apr_finfo_t *info = &metadata->seen;
    bool first = !metadata->has_looked;

    metadata->has_looked = true;
    memset(info, 0, sizeof(*info));
    apr_stat(info, metadata->place, APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_INODE, pool);
    return first || info->mtime != before.mtime || info->size != before.size ||
           info->inode != before.inode;
}

static eckid_err_t *read_file(const value_t **value, apr_time_t *due, const look_t *look,
                              apr_pool_t *pool)
{
    value_t *fresh = apr_pcalloc(pool, sizeof(*fresh));

    *due = look->now + ECKID_METADATA_INTERVAL;
    if (!has_changed(look->metadata, pool)) {
        return NULL;
    }
    ECKID_ERR(read_view(&fresh->view, look->metadata, NULL, pool));
    *value = fresh;
    return NULL;
}

/* A URL */

static apr_interval_time_t shorter(apr_interval_time_t a, apr_interval_time_t b)
{
    return a < b ? a : b;
}

static apr_time_t due_of(const eckid_saml_metadata_life_t *life, apr_time_t now)
{
    apr_interval_time_t age =
        life->cache ? shorter(life->cache, ECKID_METADATA_CACHE_MAX) : ECKID_METADATA_MAX_AGE;

    if (life->until) {
        age = shorter(age, (life->until - now) / 4 * 3);
    }
    return now + (age > ECKID_METADATA_CACHE_MIN ? age : ECKID_METADATA_CACHE_MIN);
}

static eckid_err_t *check_order(const look_t *look, const char *what, apr_time_t fresh,
                                apr_time_t known, apr_pool_t *pool)
{
    if (!fresh || !known || fresh >= known) {
        return NULL;
    }
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_METADATA,
                       "%s: it is older than what is in use: its %s, %s, is before %s",
                       look->metadata->place, what, eckid_time_format(fresh, pool),
                       eckid_time_format(known, pool)),
        "if its publisher means it, reload httpd; otherwise it may be an attack");
}

/* Whoever can answer in the place of the server could bring back what was signed once, with keys
 * that were withdrawn since. */
static eckid_err_t *check_age(const look_t *look, const eckid_saml_metadata_life_t *fresh,
                              const value_t *last, apr_pool_t *pool)
{
    const eckid_saml_metadata_life_t none = {0}, *known = last ? last->view.life : &none;

    if (fresh->until && fresh->until <= look->now) {
        return eckid_err_make(pool, ECKID_METADATA, "%s: its validUntil, %s, is past",
                              look->metadata->place, eckid_time_format(fresh->until, pool));
    }
    return fresh->created && known->created
               ? check_order(look, "creationInstant", fresh->created, known->created, pool)
               : check_order(look, "validUntil", fresh->until, known->until, pool);
}

/* Some metadata is valid for a few days at any time, and renewed each hour. So warnings that were
 * due from the beginning are not given. */
static void note_since(const eckid_metadata_view_t *view, apr_time_t now)
{
    APR_ARRAY_IDX(view->expiries, 0, eckid_expiry_t).since = now;
}

static eckid_err_t *read_answer(const value_t **value, apr_time_t *due, const look_t *look,
                                const value_t *last, xmlDocPtr doc,
                                const eckid_metadata_version_t *version, apr_pool_t *pool)
{
    value_t *fresh = apr_pcalloc(pool, sizeof(*fresh));

    ECKID_ERR(read_view(&fresh->view, look->metadata, doc, pool));
    ECKID_ERR(check_age(look, fresh->view.life, last, pool));
    note_since(&fresh->view, look->now);
    fresh->version.etag = apr_pstrdup(pool, version->etag);
    fresh->version.last_modified = apr_pstrdup(pool, version->last_modified);
    *due = due_of(fresh->view.life, look->now);
    *value = fresh;
    return NULL;
}

/* The answer and its document live in scratch. */
static eckid_err_t *fetch_into(const value_t **value, apr_time_t *due, const look_t *look,
                               apr_pool_t *scratch, apr_pool_t *pool)
{
    const value_t *last = eckid_refresh_last(look->metadata->refresh, scratch);
    eckid_metadata_version_t version = {NULL, NULL};
    xmlDocPtr doc;

    if (last) {
        version = last->version;
    }
    ECKID_ERR(eckid_metadata_fetch(&doc, &version, &look->metadata->url, look->deadline, scratch));
    if (doc) {
        return read_answer(value, due, look, last, doc, &version, pool);
    }
    *due = due_of(last->view.life, look->now);
    return NULL;
}

static eckid_err_t *read_url(const value_t **value, apr_time_t *due, const look_t *look,
                             apr_pool_t *pool)
{
    apr_pool_t *scratch;

    if (apr_pool_create(&scratch, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no memory for %s", look->metadata->place);
    }
    eckid_err_t *err = fetch_into(value, due, look, scratch, pool);

    err = err ? eckid_err_copy(err, pool) : NULL;
    apr_pool_destroy(scratch);
    return err;
}

/* Either of them */

/* For eckid_refresh. */
static eckid_err_t *fetch(void *self, eckid_refresh_result_t *result, apr_pool_t *pool)
{
    const look_t *look = self;
    const eckid_metadata_t *metadata = look->metadata;
    const eckid_metadata_listener_t *listener = &metadata->listener;
    const value_t *value = NULL;
    eckid_err_t *err = metadata->has_url ? read_url(&value, &result->due, look, pool)
                                         : read_file(&value, &result->due, look, pool);

    result->until = APR_INT64_MAX;
    result->value = value;
    if (listener->on_news && (err || value)) {
        listener->on_news(listener->self, metadata, value ? value->view.expiries : NULL, err, pool);
    }
    return err;
}

static eckid_refresh_source_t source_of(look_t *look, apr_pool_t *pool)
{
    const eckid_metadata_t *metadata = look->metadata;
    bool knows = eckid_refresh_last(metadata->refresh, pool) != NULL;

    return (eckid_refresh_source_t){
        .fetch = fetch,
        .self = look,
        .now = look->now,
        .wait_until = look->deadline,
        .retry_after = !metadata->has_url ? ECKID_METADATA_INTERVAL
                       : knows            ? ECKID_METADATA_RETRY
                                          : ECKID_METADATA_RETRY_FIRST,
    };
}

/* The failure of a look that was another's has no detail. */
static eckid_err_t *absent(const eckid_metadata_t *metadata, eckid_err_t *err, apr_pool_t *pool)
{
    return !err || *err->detail ? err
                                : eckid_err_make(pool, ECKID_METADATA, "nothing is known of %s yet",
                                                 metadata->place);
}

bool eckid_metadata_is_late(const eckid_metadata_t *metadata, const eckid_metadata_wait_t *wait)
{
    return metadata->has_url && wait->begun &&
           apr_time_now() - wait->begun >= metadata->patience / 2;
}

/* What a request without time gets. */
static eckid_err_t *get_last(const eckid_metadata_view_t **view, eckid_metadata_t *metadata,
                             apr_pool_t *pool)
{
    *view = eckid_metadata_last(metadata, pool);
    return *view ? NULL
                 : eckid_err_make(pool, ECKID_METADATA,
                                  "%s: other metadata took the time that there was to fetch it",
                                  metadata->place);
}

static eckid_err_t *look(const eckid_metadata_view_t **view, eckid_metadata_t *metadata, bool renew,
                         eckid_metadata_wait_t *wait, apr_pool_t *pool)
{
    const void *value = NULL;

    if (eckid_metadata_is_late(metadata, wait)) {
        return get_last(view, metadata, pool);
    }
    wait->begun = wait->begun || !metadata->has_url ? wait->begun : apr_time_now();
    look_t this_look = {metadata, wait->now, wait->begun + metadata->patience};
    const eckid_refresh_source_t source = source_of(&this_look, pool);
    eckid_err_t *err =
        renew ? eckid_refresh_renew(&value, metadata->refresh, &source, ECKID_METADATA_WINDOW, pool)
              : eckid_refresh_get(&value, metadata->refresh, &source, pool);

    *view = value;
    return absent(metadata, err, pool);
}

eckid_err_t *eckid_metadata_get(const eckid_metadata_view_t **view, eckid_metadata_t *metadata,
                                eckid_metadata_wait_t *wait, apr_pool_t *pool)
{
    return look(view, metadata, false, wait, pool);
}

eckid_err_t *eckid_metadata_renew(const eckid_metadata_view_t **view, eckid_metadata_t *metadata,
                                  eckid_metadata_wait_t *wait, apr_pool_t *pool)
{
    return look(view, metadata, true, wait, pool);
}

const eckid_metadata_view_t *eckid_metadata_last(const eckid_metadata_t *metadata, apr_pool_t *pool)
{
    return eckid_refresh_last(metadata->refresh, pool);
}

/* Making */

static eckid_err_t *make(eckid_metadata_t **out, const char *place,
                         const eckid_metadata_entity_t *entity, apr_pool_t *pool)
{
    eckid_metadata_t *metadata = apr_pcalloc(pool, sizeof(*metadata));

    metadata->place = apr_pstrdup(pool, place);
    metadata->entity = *entity;
    metadata->entity.id = apr_pstrdup(pool, entity->id);
    *out = metadata;
    return eckid_refresh_make(&metadata->refresh, pool);
}

eckid_err_t *eckid_metadata_from_file(eckid_metadata_t **out, const char *path,
                                      const eckid_metadata_entity_t *entity,
                                      const eckid_metadata_listener_t *listener, apr_pool_t *pool)
{
    eckid_metadata_wait_t wait = {0, 0};
    const eckid_metadata_view_t *view;

    ECKID_ERR(make(out, path, entity, pool));
    ECKID_ERR(eckid_metadata_get(&view, *out, &wait, pool));
    (*out)->listener = *listener;
    return NULL;
}

eckid_err_t *eckid_metadata_from_url(eckid_metadata_t **out, const eckid_metadata_url_t *url,
                                     apr_interval_time_t patience,
                                     const eckid_metadata_entity_t *entity,
                                     const eckid_metadata_listener_t *listener, apr_pool_t *pool)
{
    ECKID_ERR(make(out, url->url, entity, pool));
    (*out)->has_url = true;
    (*out)->url = *url;
    (*out)->patience = patience;
    (*out)->listener = *listener;
    return NULL;
}

const char *eckid_metadata_place(const eckid_metadata_t *metadata)
{
    return metadata->place;
}

void eckid_metadata_share(eckid_metadata_t *metadata, eckid_freshness_t *freshness)
{
    eckid_refresh_share(metadata->refresh, freshness);
}

const eckid_metadata_url_t *eckid_metadata_url(const eckid_metadata_t *metadata)
{
    return metadata->has_url ? &metadata->url : NULL;
}
