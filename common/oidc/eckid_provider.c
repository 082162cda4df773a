/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider publishes now: fetched by one thread, shared by all, last good kept. */
#include "oidc/eckid_provider.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

/* How long a failure stands before fetching is tried again. */
#define RETRY_AFTER apr_time_from_sec(5)

/* What one fetch brought. Users are counted, so that a request in progress keeps its own. */
typedef struct generation_t {
    eckid_provider_view_t view;
    int users; /* requests, and one more while it is current */
    apr_pool_t *pool;
    eckid_provider_t *provider;
} generation_t;

struct eckid_provider_t {
    eckid_provider_options_t options;
    eckid_backend_t backend;
    apr_thread_mutex_t *lock; /* guards all that follows; never held over I/O */
    apr_thread_cond_t *fetched;
    bool fetching;
    generation_t *current; /* NULL while nothing is known */
    apr_time_t next_fetch; /* when what is known is too old, or a failure long enough ago */
    apr_time_t next_renewal;
    eckid_code_t last_failure; /* ECKID_OK after a success */
    eckid_freshness_t own, *freshness;
};

static apr_status_t destroy(void *self)
{
    eckid_provider_t *provider = self;

    if (provider->current) {
        apr_pool_destroy(provider->current->pool);
    }
    return APR_SUCCESS;
}

eckid_err_t *eckid_provider_make(eckid_provider_t **out, const eckid_provider_options_t *options,
                                 const eckid_transport_t *transport, apr_pool_t *pool)
{
    eckid_provider_t *provider = apr_pcalloc(pool, sizeof(*provider));

    ECKID_ERR(eckid_backend_make(&provider->backend, options->issuer, options->backend, transport,
                                 ECKID_PROVIDER, pool));
    provider->options = *options;
    provider->freshness = &provider->own;
    if (apr_thread_mutex_create(&provider->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&provider->fetched, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for %s", options->issuer);
    }
    apr_pool_cleanup_register(pool, provider, destroy, apr_pool_cleanup_null);
    *out = provider;
    return NULL;
}

const char *eckid_provider_issuer(const eckid_provider_t *provider)
{
    return provider->options.issuer;
}

const eckid_backend_t *eckid_provider_backend(const eckid_provider_t *provider)
{
    return &provider->backend;
}

void eckid_provider_share(eckid_provider_t *provider, eckid_freshness_t *freshness)
{
    eckid_freshness_copy(freshness, provider->freshness);
    provider->freshness = freshness;
}

/* Fetches into a pool of its own. */
static eckid_err_t *fetch_generation(generation_t **out, eckid_provider_t *provider,
                                     apr_pool_t *pool)
{
    apr_pool_t *own;
    generation_t *generation;

    if (apr_pool_create_unmanaged(&own) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no memory for %s", provider->options.issuer);
    }
    generation = apr_pcalloc(own, sizeof(*generation));
    generation->pool = own;
    generation->provider = provider;
    generation->users = 1;
    eckid_err_t *err = eckid_discovery_fetch(&generation->view, &provider->backend, own);

    if (err) {
        err = eckid_err_copy(err, pool);
        apr_pool_destroy(own);
        return err;
    }
    *out = generation;
    return NULL;
}

/* Generations. The caller of a function whose name begins with "locked" holds the lock. */

static bool locked_release(generation_t *generation)
{
    return generation && --generation->users == 0;
}

static apr_status_t on_end_of_request(void *self)
{
    generation_t *generation = self;

    apr_thread_mutex_lock(generation->provider->lock);
    bool last = locked_release(generation);
    apr_thread_mutex_unlock(generation->provider->lock);

    if (last) {
        apr_pool_destroy(generation->pool);
    }
    return APR_SUCCESS;
}

/* The current view, kept until pool ends; the error when there is none. */
static eckid_err_t *locked_view(const eckid_provider_view_t **view,
                                const eckid_provider_t *provider, eckid_code_t without,
                                apr_pool_t *pool)
{
    if (!provider->current) {
        return eckid_err_make(pool, without, "nothing of it is known yet");
    }
    provider->current->users++;
    apr_pool_cleanup_register(pool, provider->current, on_end_of_request, apr_pool_cleanup_null);
    *view = &provider->current->view;
    return NULL;
}

/* Fetches on behalf of all threads. The lock is held on entry and on return, but not in between. */
static eckid_err_t *locked_fetch(eckid_provider_t *provider, apr_time_t now, apr_pool_t *pool)
{
    generation_t *fresh = NULL, *old = provider->current;

    provider->fetching = true;
    provider->next_fetch = now + RETRY_AFTER;
    apr_thread_mutex_unlock(provider->lock);
    eckid_err_t *err = fetch_generation(&fresh, provider, pool);

    apr_thread_mutex_lock(provider->lock);
    provider->fetching = false;
    provider->last_failure = err ? err->code : ECKID_OK;
    eckid_freshness_note(provider->freshness, provider->last_failure);
    if (!err) {
        provider->current = fresh;
        provider->next_fetch = now + provider->options.max_age;
        if (locked_release(old)) {
            apr_pool_destroy(old->pool);
        }
    }
    apr_thread_cond_broadcast(provider->fetched);
    return err;
}

/* Waits while another thread fetches, for the patience at most. */
static void locked_wait(eckid_provider_t *provider)
{
    apr_time_t until = apr_time_now() + provider->options.patience;
    apr_interval_time_t left;

    while (provider->fetching && (left = until - apr_time_now()) > 0) {
        apr_thread_cond_timedwait(provider->fetched, provider->lock, left);
    }
}

static eckid_err_t *locked_get(const eckid_provider_view_t **view, eckid_provider_t *provider,
                               bool *tried, eckid_err_t **failure, apr_time_t now, apr_pool_t *pool)
{
    if (!provider->current) {
        locked_wait(provider);
    }
    if (!provider->fetching && now >= provider->next_fetch) {
        *tried = true;
        *failure = locked_fetch(provider, now, pool);
    }
    return locked_view(view, provider,
                       provider->last_failure ? provider->last_failure : ECKID_PROVIDER, pool);
}

eckid_err_t *eckid_provider_get(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                bool *tried, eckid_err_t **failure, apr_time_t now,
                                apr_pool_t *pool)
{
    *tried = false;
    apr_thread_mutex_lock(provider->lock);
    eckid_err_t *err = locked_get(view, provider, tried, failure, now, pool);

    apr_thread_mutex_unlock(provider->lock);
    return err;
}

eckid_err_t *eckid_provider_renew(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                  bool *tried, eckid_err_t **failure, apr_time_t now,
                                  apr_pool_t *pool)
{
    *tried = false;
    apr_thread_mutex_lock(provider->lock);
    locked_wait(provider); /* the fetch under way may bring the key */
    if (!provider->fetching && now >= provider->next_renewal) {
        provider->next_renewal = now + provider->options.window;
        *tried = true;
        *failure = locked_fetch(provider, now, pool);
    }
    eckid_err_t *err = locked_view(view, provider, ECKID_PROVIDER, pool);

    apr_thread_mutex_unlock(provider->lock);
    return err;
}
