/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity provider from its metadata file, which is read again when it changes. If the new
 * content is bad, the last good one stays. */
#include "saml/eckid_idp_metadata.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

/* The content of the file at one time. Counted: a login in progress keeps its own. */
typedef struct generation_t {
    eckid_idp_t *idp;
    int users; /* logins, and one for being the current one */
    apr_pool_t *pool;
    eckid_idp_metadata_t *file;
} generation_t;

struct eckid_idp_metadata_t {
    const char *path, *entity_id;
    apr_thread_mutex_t *lock; /* guards current, its users and next_look; never held over I/O */
    generation_t *current;
    apr_time_t next_look;
    apr_finfo_t seen; /* the last version that was read, or tried; only for the one with the turn */
};

/* Reads the file into a pool of its own. */
static eckid_err_t *read_generation(generation_t **out, eckid_idp_metadata_t *file,
                                    apr_pool_t *pool)
{
    apr_pool_t *own;
    generation_t *generation;

    if (apr_pool_create_unmanaged(&own) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no memory for %s", file->path);
    }
    generation = apr_pcalloc(own, sizeof(*generation));
    generation->pool = own;
    generation->file = file;
    generation->users = 1;
    eckid_err_t *err = eckid_saml_metadata_idp(&generation->idp, file->path, file->entity_id, own);

    if (err) {
        err = eckid_err_copy(err, pool);
        apr_pool_destroy(own);
        return err;
    }
    *out = generation;
    return NULL;
}

static void look(apr_finfo_t *info, const eckid_idp_metadata_t *file, apr_pool_t *pool)
{
    memset(info, 0, sizeof(*info));
    apr_stat(info, file->path, APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_INODE, pool);
}

static bool is_same(const apr_finfo_t *a, const apr_finfo_t *b)
{
    return a->mtime == b->mtime && a->size == b->size && a->inode == b->inode;
}

static apr_status_t destroy(void *self)
{
    eckid_idp_metadata_t *file = self;

    apr_pool_destroy(file->current->pool);
    return APR_SUCCESS;
}

eckid_err_t *eckid_idp_metadata_make(eckid_idp_metadata_t **out, const char *path,
                                     const char *entity_id, apr_pool_t *pool)
{
    eckid_idp_metadata_t *file = apr_pcalloc(pool, sizeof(*file));

    file->path = apr_pstrdup(pool, path);
    file->entity_id = entity_id ? apr_pstrdup(pool, entity_id) : NULL;
    look(&file->seen, file, pool);
    ECKID_ERR(read_generation(&file->current, file, pool));
    apr_pool_cleanup_register(pool, file, destroy, apr_pool_cleanup_null);
    if (apr_thread_mutex_create(&file->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for %s", path);
    }
    *out = file;
    return NULL;
}

const char *eckid_idp_metadata_path(const eckid_idp_metadata_t *file)
{
    return file->path;
}

/* Ends one use; the last one destroys the generation. */
static void let_go(generation_t *generation)
{
    apr_thread_mutex_lock(generation->file->lock);
    bool last = --generation->users == 0;
    apr_thread_mutex_unlock(generation->file->lock);

    if (last) {
        apr_pool_destroy(generation->pool);
    }
}

static apr_status_t on_end_of_login(void *generation)
{
    let_go(generation);
    return APR_SUCCESS;
}

/* True for the one thread that is to look at the file this time; it has the turn until it ends it.
 */
static bool take_turn(eckid_idp_metadata_t *file, apr_time_t now)
{
    apr_thread_mutex_lock(file->lock);
    bool mine = now >= file->next_look;

    if (mine) {
        file->next_look = APR_INT64_MAX;
    }
    apr_thread_mutex_unlock(file->lock);
    return mine;
}

static void end_turn(eckid_idp_metadata_t *file, apr_time_t now)
{
    apr_thread_mutex_lock(file->lock);
    file->next_look = now + ECKID_IDP_METADATA_INTERVAL;
    apr_thread_mutex_unlock(file->lock);
}

static void replace(eckid_idp_metadata_t *file, generation_t *generation)
{
    apr_thread_mutex_lock(file->lock);
    generation_t *old = file->current;

    file->current = generation;
    apr_thread_mutex_unlock(file->lock);
    let_go(old);
}

/* Reads the file again if it changed. Only for the thread with the turn. */
static bool refresh(eckid_idp_metadata_t *file, eckid_err_t **news, apr_pool_t *pool)
{
    apr_finfo_t info;
    generation_t *generation;

    look(&info, file, pool);
    if (is_same(&info, &file->seen)) {
        return false;
    }
    file->seen = info;
    *news = read_generation(&generation, file, pool);
    if (!*news) {
        replace(file, generation);
    }
    return true;
}

const eckid_idp_t *eckid_idp_metadata_get(eckid_idp_metadata_t *file, apr_time_t now, bool *changed,
                                          eckid_err_t **news, apr_pool_t *pool)
{
    *changed = false;
    if (take_turn(file, now)) {
        *changed = refresh(file, news, pool);
        end_turn(file, now);
    }
    apr_thread_mutex_lock(file->lock);
    generation_t *generation = file->current;

    generation->users++;
    apr_thread_mutex_unlock(file->lock);
    apr_pool_cleanup_register(pool, generation, on_end_of_login, apr_pool_cleanup_null);
    return generation->idp;
}
