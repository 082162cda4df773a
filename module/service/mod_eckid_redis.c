/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socache provider for redis with a hard time limit. */
#include "service/mod_eckid_redis.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdatomic.h>
#include <sys/un.h>

#include "base/eckid_codec.h"
#include "service/mod_eckid_redis_link.h"

APLOG_USE_MODULE(eckid);

#define PORT 6379
#define IDLE_MAX 64
#define TOLD_AGAIN apr_time_from_sec(60) /* a refused command is told no more often */

struct ap_socache_instance_t {
    const char *name, *space; /* name: for the log, as it was configured */
    const char *host;         /* NULL for a unix socket */
    apr_port_t port;
    const char *user, *password; /* NULL: nothing is said */
    mod_eckid_link_target_t target;
    apr_thread_mutex_t *lock;         /* guards idle and idle_count; never held over I/O */
    mod_eckid_link_t *idle[IDLE_MAX]; /* idle connections of this child */
    int idle_count;
    _Atomic apr_uint64_t away_until; /* 0 while it answers */
    _Atomic apr_uint64_t told;       /* when it was last told that a command was refused */
};

typedef struct ap_socache_instance_t redis_t;

static const char *create(redis_t **out, const char *args, apr_pool_t *tmp, apr_pool_t *pool)
{
    redis_t *redis = apr_pcalloc(pool, sizeof(*redis));
    char *host = NULL, *scope;

    (void)tmp;
    *out = redis;
    redis->name = args;
    if (args && args[0] == '/') {
        return strlen(args) < sizeof(((struct sockaddr_un *)0)->sun_path)
                   ? NULL
                   : "the path of the unix socket is too long";
    }
    if (!args || apr_parse_addr_port(&host, &scope, &redis->port, args, pool) != APR_SUCCESS ||
        !host || strchr(host, ',')) {
        return "one redis is expected, such as redis:127.0.0.1:6379 or redis:/run/redis/redis.sock";
    }
    redis->host = host;
    redis->port = redis->port ? redis->port : PORT;
    return NULL;
}

/* TLS by the authorities that are named, and by no others. */
static SSL_CTX *make_tls(eckid_bytes_t authorities)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    BIO *bio = BIO_new_mem_buf(authorities.data, (int)authorities.len);
    X509 *certificate;

    if (tls && bio) {
        SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
        SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(tls), certificate);
            X509_free(certificate);
        }
        ERR_clear_error();
    }
    BIO_free(bio);
    return tls;
}

static apr_status_t free_tls(void *tls)
{
    SSL_CTX_free(tls);
    return APR_SUCCESS;
}

const char *mod_eckid_redis_secure(ap_socache_instance_t *redis, const mod_eckid_records_t *conf,
                                   apr_pool_t *pool)
{
    redis->user = conf->user;
    if (conf->password.len) {
        eckid_bytes_t password = eckid_codec_trim(conf->password);

        redis->password = apr_pstrmemdup(pool, password.data, password.len);
    }
    if (!conf->authorities.len) {
        return NULL;
    }
    if (!redis->host) {
        return "ca= is for TLS, which a unix socket does not need";
    }
    redis->target.tls = make_tls(conf->authorities);
    redis->target.host = redis->host;
    if (!redis->target.tls) {
        return "TLS cannot be set up";
    }
    apr_pool_cleanup_register(pool, redis->target.tls, free_tls, apr_pool_cleanup_null);
    return NULL;
}

static void set_address(mod_eckid_link_target_t *target, const void *address, apr_size_t len)
{
    memcpy(&target->address, address, len);
    target->address_len = (socklen_t)len;
}

/* At start, because looking up a name has no time limit. */
static void find_address(redis_t *redis, apr_pool_t *pool)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_family = strchr(redis->host, ':') ? AF_INET6 : AF_INET};
    struct addrinfo *found;

    if (getaddrinfo(redis->host, apr_itoa(pool, redis->port), &hints, &found) == 0) {
        set_address(&redis->target, found->ai_addr, found->ai_addrlen);
        freeaddrinfo(found);
    }
}

static apr_status_t init(redis_t *redis, const char *space, const struct ap_socache_hints *hints,
                         server_rec *server, apr_pool_t *pool)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};

    (void)hints;
    redis->space = apr_pstrdup(pool, space);
    if (redis->host) {
        find_address(redis, pool);
    }
    else {
        apr_cpystrn(local.sun_path, redis->name, sizeof(local.sun_path));
        set_address(&redis->target, &local, sizeof(local));
    }
    if (!redis->target.address_len) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "ECK%04d: there is no host %s: the cache is off until the next reload",
                     ECKID_STORE, redis->host);
    }
    return apr_thread_mutex_create(&redis->lock, APR_THREAD_MUTEX_DEFAULT, pool);
}

static void destroy(redis_t *redis, server_rec *server)
{
    (void)server;
    while (redis->idle_count) {
        mod_eckid_link_close(redis->idle[--redis->idle_count]);
    }
}

/* Words */

static void add(mod_eckid_link_words_t *words, const char *word, size_t len)
{
    words->words[words->count] = word;
    words->lens[words->count++] = len;
}

/* The code that an error begins with, such as NOAUTH; what follows may repeat what was sent. */
static const char *code_of(const redisReply *error, char room[16])
{
    apr_size_t len = strspn(error->str, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    apr_cpystrn(room, error->str, len < 16 ? len + 1 : 16);
    return room;
}

/* Connections */

/* Says who we are. */
static bool log_in(const redis_t *redis, mod_eckid_link_t *link, apr_time_t until,
                   const char **reason)
{
    mod_eckid_link_words_t words = {.count = 0};

    add(&words, "AUTH", 4);
    if (redis->user) {
        add(&words, redis->user, strlen(redis->user));
    }
    add(&words, redis->password, strlen(redis->password));
    redisReply *reply = mod_eckid_link_ask(link, &words, until);
    bool known = reply && reply->type == REDIS_REPLY_STATUS;

    if (reply && !known) {
        *reason = "it does not know that user and password; see user= and password-file=";
    }
    if (reply) {
        freeReplyObject(reply);
    }
    return known;
}

/* A new connection, or NULL. */
static mod_eckid_link_t *open_connection(const redis_t *redis, apr_time_t until,
                                         const char **reason)
{
    mod_eckid_link_t *link =
        redis->target.address_len ? mod_eckid_link_open(&redis->target, until, reason) : NULL;

    if (link && redis->password && !log_in(redis, link, until, reason)) {
        mod_eckid_link_close(link);
        return NULL;
    }
    return link;
}

/* The connection that was used last, or NULL. */
static mod_eckid_link_t *take(redis_t *redis)
{
    apr_thread_mutex_lock(redis->lock);
    mod_eckid_link_t *link = redis->idle_count ? redis->idle[--redis->idle_count] : NULL;

    apr_thread_mutex_unlock(redis->lock);
    return link;
}

static void give_back(redis_t *redis, mod_eckid_link_t *link)
{
    apr_thread_mutex_lock(redis->lock);
    if (redis->idle_count < IDLE_MAX) {
        redis->idle[redis->idle_count++] = link;
        link = NULL;
    }
    apr_thread_mutex_unlock(redis->lock);
    if (link) {
        mod_eckid_link_close(link);
    }
}

/* Exchanges over a connection, which is closed if that fails. */
static redisReply *exchange(redis_t *redis, mod_eckid_link_t *link,
                            const mod_eckid_link_words_t *words, apr_time_t until)
{
    redisReply *reply = link ? mod_eckid_link_ask(link, words, until) : NULL;

    if (reply) {
        give_back(redis, link);
    }
    else if (link) {
        mod_eckid_link_close(link);
    }
    return reply;
}

/* When redis does not answer */

/* One caller at a time tries again from time to time. */
static bool is_away(redis_t *redis, apr_time_t now)
{
    apr_uint64_t until = atomic_load(&redis->away_until);

    return until && (until > (apr_uint64_t)now ||
                     !atomic_compare_exchange_strong(&redis->away_until, &until,
                                                     (apr_uint64_t)(now + MOD_ECKID_REDIS_AWAY)));
}

static void note(redis_t *redis, bool answered, const char *reason, server_rec *server)
{
    apr_uint64_t until = answered ? 0 : (apr_uint64_t)(apr_time_now() + MOD_ECKID_REDIS_AWAY);

    if (answered && atomic_load(&redis->away_until) == 0) {
        return;
    }
    apr_uint64_t before = atomic_exchange(&redis->away_until, until);

    if (!before != !until) {
        ap_log_error(APLOG_MARK, answered ? APLOG_NOTICE : APLOG_WARNING, 0, server,
                     "ECK%04d: %s: redis at %s%s%s%s", answered ? 0 : ECKID_STORE,
                     answered ? "the cache is back" : eckid_err_fact(ECKID_STORE), redis->name,
                     answered ? "" : ": ", answered ? "" : reason,
                     answered ? "" : " (until it is back, lookups go to the LAS)");
    }
}

/* A command that is refused once is refused each time: one line must do. */
static void tell_refused(redis_t *redis, const char *command, const redisReply *error,
                         server_rec *server)
{
    apr_uint64_t now = (apr_uint64_t)apr_time_now(), told = atomic_load(&redis->told);
    char code[16];

    if (now - told > TOLD_AGAIN && atomic_compare_exchange_strong(&redis->told, &told, now)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "ECK%04d: redis at %s refused %s (%s); see user= and password-file=, and what "
                     "that user may do",
                     ECKID_STORE, redis->name, command, code_of(error, code));
    }
}

/* Why nothing usable came of a connection. */
static const char *reason_for_silence(const redis_t *redis, apr_time_t until)
{
    return !redis->target.address_len  ? "its name was not found when httpd was started"
           : apr_time_now() >= until   ? "it did not reply in time"
           : redis->target.tls == NULL ? "it hung up, or replied as redis does not; does it want "
                                         "TLS? then name its authority by ca="
                                       : "it hung up, or replied as redis does not";
}

/* The reply, which the caller frees; NULL if there is none, or for an error. */
static redisReply *ask(redis_t *redis, const mod_eckid_link_words_t *words, server_rec *server)
{
    apr_time_t now = apr_time_now(), until = now + MOD_ECKID_REDIS_TIMEOUT;
    const char *reason = NULL;

    if (is_away(redis, now)) {
        return NULL;
    }
    redisReply *reply = exchange(redis, take(redis), words, until);

    if (!reply) { /* redis may only have closed an idle connection, so try a new one */
        reply = exchange(redis, open_connection(redis, until, &reason), words, until);
        reason = reason ? reason : reason_for_silence(redis, until);
    }
    note(redis, reply != NULL, reason, server);
    if (reply && reply->type == REDIS_REPLY_ERROR) {
        tell_refused(redis, words->words[0], reply, server);
        freeReplyObject(reply);
        return NULL;
    }
    return reply;
}

/* Commands */

/* A command for the record of that index. */
static mod_eckid_link_words_t command(const char *verb, const redis_t *redis,
                                      const unsigned char *id, unsigned len, apr_pool_t *pool)
{
    char *hex = apr_palloc(pool, 2 * (apr_size_t)len + 1);
    mod_eckid_link_words_t words = {.count = 0};

    ap_bin2hex(id, len, hex);
    const char *name = apr_pstrcat(pool, redis->space, ":", hex, NULL);

    add(&words, verb, strlen(verb));
    add(&words, name, strlen(name));
    return words;
}

static apr_status_t end_with(redisReply *reply)
{
    if (reply) {
        freeReplyObject(reply);
    }
    return reply ? APR_SUCCESS : APR_EGENERAL;
}

static apr_status_t store(redis_t *redis, server_rec *server, const unsigned char *id,
                          unsigned id_len, apr_time_t until, unsigned char *data, unsigned len,
                          apr_pool_t *pool)
{
    apr_int64_t seconds = apr_time_sec(until - apr_time_now());
    const char *text = apr_psprintf(pool, "%" APR_INT64_T_FMT, seconds);
    mod_eckid_link_words_t words = command("SETEX", redis, id, id_len, pool);

    add(&words, text, strlen(text));
    add(&words, (const char *)data, len);
    return seconds > 0 ? end_with(ask(redis, &words, server)) : APR_EGENERAL;
}

/* No more is asked for than shows that a record is too long to be ours: what others may have put
 * there is a miss, and no reason to give the connection up. */
static apr_status_t retrieve(redis_t *redis, server_rec *server, const unsigned char *id,
                             unsigned id_len, unsigned char *data, unsigned *len, apr_pool_t *pool)
{
    mod_eckid_link_words_t words = command("GETRANGE", redis, id, id_len, pool);
    const char *last = apr_psprintf(pool, "%u", *len);

    add(&words, "0", 1);
    add(&words, last, strlen(last));
    redisReply *reply = ask(redis, &words, server);
    bool found = reply && reply->type == REDIS_REPLY_STRING && reply->len > 0 && reply->len <= *len;

    if (found) {
        memcpy(data, reply->str, reply->len);
        *len = (unsigned)reply->len;
    }
    end_with(reply);
    return found ? APR_SUCCESS : APR_NOTFOUND;
}

static apr_status_t forget(redis_t *redis, server_rec *server, const unsigned char *id,
                           unsigned id_len, apr_pool_t *pool)
{
    const mod_eckid_link_words_t words = command("DEL", redis, id, id_len, pool);

    return end_with(ask(redis, &words, server));
}

static void show(redis_t *redis, request_rec *r, int flags)
{
    ap_rprintf(r, flags & AP_STATUS_SHORT ? "EckidRedis: %s %s\n" : "redis at %s %s<br>\n",
               redis->name, atomic_load(&redis->away_until) ? "does not answer" : "answers");
}

const ap_socache_provider_t mod_eckid_redis = {
    .name = "redis",
    .create = create,
    .init = init,
    .destroy = destroy,
    .store = store,
    .retrieve = retrieve,
    .remove = forget,
    .status = show,
};
