/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library's store on httpd's socache providers (shmcb, redis). */
#include "mod_eckid_store.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <openssl/rand.h>
#include <util_mutex.h>

APLOG_USE_MODULE(eckid);

#define MUTEX_NAME "eckid-cache"

/* Room for the students of a large school: see ARCHITECTURE.md, "The cache". */
#define DEFAULT_CACHE "shmcb:eckid-cache(16777216)"

typedef struct socache_t {
    const ap_socache_provider_t *provider;
    ap_socache_instance_t *instance;
    apr_global_mutex_t *mutex; /* or NULL where the provider needs none */
    server_rec *server;
} socache_t;

int mod_eckid_store_register(apr_pool_t *pconf)
{
    return ap_mutex_register(pconf, MUTEX_NAME, NULL, APR_LOCK_DEFAULT, 0) == APR_SUCCESS
               ? OK
               : HTTP_INTERNAL_SERVER_ERROR;
}

/* "provider:arguments" taken apart; arguments may be NULL. */
static void split(const char **provider, const char **args, const mod_eckid_process_t *process,
                  apr_pool_t *pool)
{
    const char *spec = process->cache ? process->cache : DEFAULT_CACHE;
    const char *colon = strchr(spec, ':');

    *provider = colon ? apr_pstrmemdup(pool, spec, colon - spec) : spec;
    *args = colon ? colon + 1 : NULL;
}

static const ap_socache_provider_t *find_provider(const char *name)
{
    return ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, name, AP_SOCACHE_PROVIDER_VERSION);
}

const char *mod_eckid_store_check(const mod_eckid_process_t *process, apr_pool_t *pool)
{
    const char *name, *args;
    ap_socache_instance_t *instance;

    split(&name, &args, process, pool);
    if (strcmp(name, "none") == 0) {
        return NULL;
    }
    const ap_socache_provider_t *provider = find_provider(name);

    if (!provider) {
        return apr_psprintf(pool,
                            "EckidCache: the provider %s is not loaded; write: a2enmod "
                            "socache_%s",
                            name, name);
    }
    if (!process->has_secret_file && strcmp(name, "shmcb") != 0) {
        return apr_psprintf(pool,
                            "EckidCache %s keeps records outside of this server, so "
                            "EckidSecretFile is needed; write: openssl rand -base64 48 > secret",
                            name);
    }
    const char *wrong = provider->create(&instance, args, pool, pool);

    return wrong ? apr_psprintf(pool, "EckidCache: %s", wrong) : NULL;
}

static void lock(const socache_t *socache)
{
    if (socache->mutex) {
        apr_global_mutex_lock(socache->mutex);
    }
}

static void unlock(const socache_t *socache)
{
    if (socache->mutex) {
        apr_global_mutex_unlock(socache->mutex);
    }
}

static bool get(void *self, unsigned char *record, apr_size_t *len, apr_size_t room,
                const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool)
{
    const socache_t *socache = self;
    unsigned size = (unsigned)room;

    lock(socache);
    apr_status_t status = socache->provider->retrieve(socache->instance, socache->server, index,
                                                      ECKID_CACHE_INDEX, record, &size, pool);
    unlock(socache);
    *len = size;
    return status == APR_SUCCESS;
}

static void put(void *self, const unsigned char index[ECKID_CACHE_INDEX], eckid_bytes_t record,
                apr_time_t until, apr_pool_t *pool)
{
    const socache_t *socache = self;

    lock(socache);
    socache->provider->store(socache->instance, socache->server, index, ECKID_CACHE_INDEX, until,
                             (unsigned char *)record.data, (unsigned)record.len, pool);
    unlock(socache);
}

static void forget(void *self, const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool)
{
    const socache_t *socache = self;

    lock(socache);
    socache->provider->remove(socache->instance, socache->server, index, ECKID_CACHE_INDEX, pool);
    unlock(socache);
}

static apr_status_t destroy(void *self)
{
    const socache_t *socache = self;

    socache->provider->destroy(socache->instance, socache->server);
    return APR_SUCCESS;
}

static int open_provider(socache_t *socache, const char *args, apr_pool_t *pconf)
{
    static const struct ap_socache_hints hints = {
        .avg_id_len = ECKID_CACHE_INDEX,
        .avg_obj_size = 248,
        .expiry_interval = apr_time_from_sec(60),
    };

    if ((socache->provider->flags & AP_SOCACHE_FLAG_NOTMPSAFE) &&
        ap_global_mutex_create(&socache->mutex, NULL, MUTEX_NAME, NULL, socache->server, pconf,
                               0) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    const char *wrong = socache->provider->create(&socache->instance, args, pconf, pconf);

    if (wrong || socache->provider->init(socache->instance, "mod_eckid", &hints, socache->server,
                                         pconf) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, socache->server,
                     "ECK%04d: the cache cannot be opened: %s", ECKID_INTERNAL,
                     wrong ? wrong : "see the lines above");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    apr_pool_cleanup_register(pconf, socache, destroy, apr_pool_cleanup_null);
    return OK;
}

/* Records live in memory that goes with this run, so a key that goes with it will do. */
static eckid_secret_t *random_secret(apr_pool_t *pconf)
{
    unsigned char bytes[ECKID_SECRET_MIN];

    return RAND_bytes(bytes, sizeof(bytes)) == 1
               ? eckid_secret_make(eckid_bytes(bytes, sizeof(bytes)), pconf)
               : NULL;
}

int mod_eckid_store_open(mod_eckid_process_t *process, apr_pool_t *pconf, server_rec *server)
{
    socache_t *socache = apr_pcalloc(pconf, sizeof(*socache));
    const char *name, *args;

    split(&name, &args, process, pconf);
    if (strcmp(name, "none") == 0) {
        return OK;
    }
    if (!process->secret && !(process->secret = random_secret(pconf))) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    socache->server = server;
    socache->provider = find_provider(name);
    if (open_provider(socache, args, pconf) != OK) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    process->store = apr_palloc(pconf, sizeof(*process->store));
    *process->store = (eckid_store_t){get, put, forget, socache};
    return OK;
}

static int on_status(request_rec *r, int flags)
{
    const eckid_store_t *store = mod_eckid_process()->store;
    const socache_t *socache = store ? store->self : NULL;

    if (!socache || !socache->provider->status) {
        return OK;
    }
    ap_rputs(flags & AP_STATUS_SHORT ? "" : "<hr>\n<h2>mod_eckid: the cache</h2>\n", r);
    lock(socache);
    socache->provider->status(socache->instance, r, flags);
    unlock(socache);
    return OK;
}

void mod_eckid_store_show(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, on_status, NULL, NULL, APR_HOOK_MIDDLE);
}

void mod_eckid_store_child(mod_eckid_process_t *process, apr_pool_t *pool, server_rec *server)
{
    socache_t *socache = process->store ? process->store->self : NULL;

    if (socache && socache->mutex) {
        apr_status_t status = apr_global_mutex_child_init(
            &socache->mutex, apr_global_mutex_lockfile(socache->mutex), pool);

        if (status != APR_SUCCESS) {
            ap_log_error(APLOG_MARK, APLOG_ERR, status, server,
                         "ECK%04d: this child goes on without the cache", ECKID_INTERNAL);
            process->store = NULL;
        }
    }
}
