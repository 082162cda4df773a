/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Implements the library's store on httpd's socache providers (shmcb, redis). */
#include "service/mod_eckid_redis.h"
#include "service/mod_eckid_store.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <openssl/rand.h>
#include <util_mutex.h>

#include "crypto/eckid_secret.h"
#include "store/eckid_cache.h"

APLOG_USE_MODULE(eckid);

/* The kinds of stores. */
typedef struct kind_t {
    const char *directive, *fallback; /* fallback: if the directive is not set */
    const char *mutex, *space;        /* names that must differ between kinds */
    unsigned size;                    /* of a typical record */
    apr_size_t conf, store;           /* offsets in mod_eckid_process_t */
} kind_t;

#define MEMBER(name) APR_OFFSETOF(mod_eckid_process_t, name)

/* Room for the students of a large school: see ARCHITECTURE.md, "The cache". */
#define DEFAULT_CACHE "shmcb:eckid-cache(16777216)"
#define DEFAULT_TOKENS "shmcb:eckid-tokens(16777216)"

static const kind_t kinds[] = {
    {"EckidCache", DEFAULT_CACHE, "eckid-cache", "mod_eckid", 248, MEMBER(cache), MEMBER(store)},
    {"EckidTokenCache", DEFAULT_TOKENS, "eckid-tokens", "mod_eckid-tokens", 1500, MEMBER(tokens),
     MEMBER(token_store)},
};

#define KINDS ((int)(sizeof(kinds) / sizeof(*kinds)))

static const mod_eckid_records_t *conf_of(const kind_t *kind, const mod_eckid_process_t *process)
{
    return (const mod_eckid_records_t *)((const char *)process + kind->conf);
}

static const char *spec_of(const kind_t *kind, const mod_eckid_process_t *process)
{
    const char *spec = conf_of(kind, process)->spec;

    return spec ? spec : kind->fallback;
}

static eckid_store_t **store_of(const kind_t *kind, mod_eckid_process_t *process)
{
    return (eckid_store_t **)((char *)process + kind->store);
}

typedef struct socache_t {
    const ap_socache_provider_t *provider;
    ap_socache_instance_t *instance;
    apr_global_mutex_t *mutex; /* NULL if the provider needs none */
    server_rec *server;
    const kind_t *kind;
} socache_t;

int mod_eckid_store_register(apr_pool_t *pconf)
{
    for (int i = 0; i < KINDS; i++) {
        if (ap_mutex_register(pconf, kinds[i].mutex, NULL, APR_LOCK_DEFAULT, 0) != APR_SUCCESS) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

/* Splits "provider:arguments"; arguments may be NULL. */
static void split(const char **provider, const char **args, const char *spec, apr_pool_t *pool)
{
    const char *colon = strchr(spec, ':');

    *provider = colon ? apr_pstrmemdup(pool, spec, colon - spec) : spec;
    *args = colon ? colon + 1 : NULL;
}

/* The provider for redis is our own: see mod_eckid_redis.h. */
static const ap_socache_provider_t *find_provider(const char *name)
{
    if (strcmp(name, mod_eckid_redis.name) == 0) {
        return &mod_eckid_redis;
    }
    return ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, name, AP_SOCACHE_PROVIDER_VERSION);
}

/* An instance of the provider; returns an error or NULL. */
static const char *create(ap_socache_instance_t **instance, const ap_socache_provider_t *provider,
                          const char *args, const mod_eckid_records_t *conf, apr_pool_t *pool)
{
    const char *wrong = provider->create(instance, args, pool, pool);

    return wrong || provider != &mod_eckid_redis ? wrong
                                                 : mod_eckid_redis_secure(*instance, conf, pool);
}

static const char *check(const kind_t *kind, const mod_eckid_process_t *process, apr_pool_t *pool)
{
    const char *name, *args;
    ap_socache_instance_t *instance;

    split(&name, &args, spec_of(kind, process), pool);
    if (strcmp(name, "none") == 0) {
        return NULL;
    }
    const ap_socache_provider_t *provider = find_provider(name);

    if (!provider) {
        return apr_psprintf(pool, "%s: the provider %s is not loaded; write: a2enmod socache_%s",
                            kind->directive, name, name);
    }
    if (!process->has_secret_file && strcmp(name, "shmcb") != 0) {
        return apr_psprintf(pool,
                            "%s %s keeps records outside of this server, so "
                            "EckidSecretFile is needed; write: openssl rand -base64 48 > secret",
                            kind->directive, name);
    }
    const char *wrong = create(&instance, provider, args, conf_of(kind, process), pool);

    return wrong ? apr_psprintf(pool, "%s: %s; see conf/eckid.conf for an example", kind->directive,
                                wrong)
                 : NULL;
}

const char *mod_eckid_store_check(const char **spec, const mod_eckid_process_t *process,
                                  apr_pool_t *pool)
{
    const char *wrong = NULL;

    for (int i = 0; !wrong && i < KINDS; i++) {
        *spec = spec_of(&kinds[i], process);
        wrong = check(&kinds[i], process, pool);
    }
    return wrong;
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

static int open_provider(socache_t *socache, const char *args, const mod_eckid_records_t *conf,
                         apr_pool_t *pconf)
{
    const struct ap_socache_hints hints = {
        .avg_id_len = ECKID_CACHE_INDEX,
        .avg_obj_size = socache->kind->size,
        .expiry_interval = apr_time_from_sec(60),
    };

    if ((socache->provider->flags & AP_SOCACHE_FLAG_NOTMPSAFE) &&
        ap_global_mutex_create(&socache->mutex, NULL, socache->kind->mutex, NULL, socache->server,
                               pconf, 0) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    const char *wrong = create(&socache->instance, socache->provider, args, conf, pconf);

    if (wrong || socache->provider->init(socache->instance, socache->kind->space, &hints,
                                         socache->server, pconf) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, socache->server,
                     "ECK%04d: the cache cannot be opened: %s", ECKID_INTERNAL,
                     wrong ? wrong : "see the lines above");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    apr_pool_cleanup_register(pconf, socache, destroy, apr_pool_cleanup_null);
    return OK;
}

/* Where no file says one, a secret for as long as the parent process lives: what is sealed with it
 * outlives a reload. */
static eckid_secret_t *random_secret(server_rec *server, apr_pool_t *pconf)
{
    static const char key[] = "mod_eckid secret";
    void *bytes = NULL;

    apr_pool_userdata_get(&bytes, key, server->process->pool);
    if (!bytes) {
        bytes = apr_palloc(server->process->pool, ECKID_SECRET_MIN);
        if (RAND_bytes(bytes, ECKID_SECRET_MIN) != 1) {
            return NULL;
        }
        apr_pool_userdata_setn(bytes, key, NULL, server->process->pool);
    }
    return eckid_secret_make(eckid_bytes(bytes, ECKID_SECRET_MIN), pconf);
}

static int open_store(const kind_t *kind, mod_eckid_process_t *process, apr_pool_t *pconf,
                      server_rec *server)
{
    socache_t *socache = apr_pcalloc(pconf, sizeof(*socache));
    eckid_store_t *store = apr_palloc(pconf, sizeof(*store));
    const char *name, *args;

    split(&name, &args, spec_of(kind, process), pconf);
    if (strcmp(name, "none") == 0) {
        return OK;
    }
    socache->server = server;
    socache->kind = kind;
    socache->provider = find_provider(name);
    if (open_provider(socache, args, conf_of(kind, process), pconf) != OK) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    *store = (eckid_store_t){get, put, forget, socache};
    *store_of(kind, process) = store;
    return OK;
}

int mod_eckid_store_open(mod_eckid_process_t *process, apr_pool_t *pconf, server_rec *server)
{
    if (!process->secret && !(process->secret = random_secret(server, pconf))) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    for (int i = 0; i < KINDS; i++) {
        /* without an OpenID provider no memory is needed for ID tokens */
        if ((i == 0 || process->has_provider) &&
            open_store(&kinds[i], process, pconf, server) != OK) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

static void show(const eckid_store_t *store, request_rec *r, int flags)
{
    const socache_t *socache = store ? store->self : NULL;

    if (socache && socache->provider->status) {
        if (!(flags & AP_STATUS_SHORT)) {
            ap_rprintf(r, "<hr>\n<h2>mod_eckid: the cache of %s</h2>\n", socache->kind->directive);
        }
        lock(socache);
        socache->provider->status(socache->instance, r, flags);
        unlock(socache);
    }
}

static int on_status(request_rec *r, int flags)
{
    for (int i = 0; i < KINDS; i++) {
        show(*store_of(&kinds[i], mod_eckid_process()), r, flags);
    }
    return OK;
}

void mod_eckid_store_show(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, on_status, NULL, NULL, APR_HOOK_MIDDLE);
}

static void enter_child(eckid_store_t **store, apr_pool_t *pool, server_rec *server)
{
    socache_t *socache = *store ? (*store)->self : NULL;

    if (socache && socache->mutex) {
        apr_status_t status = apr_global_mutex_child_init(
            &socache->mutex, apr_global_mutex_lockfile(socache->mutex), pool);

        if (status != APR_SUCCESS) {
            ap_log_error(APLOG_MARK, APLOG_ERR, status, server,
                         "ECK%04d: this child works without the cache", ECKID_INTERNAL);
            *store = NULL;
        }
    }
}

void mod_eckid_store_child(mod_eckid_process_t *process, apr_pool_t *pool, server_rec *server)
{
    for (int i = 0; i < KINDS; i++) {
        enter_child(store_of(&kinds[i], process), pool, server);
    }
}
