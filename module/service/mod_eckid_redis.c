/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socache provider for redis with a hard time limit. */
#include "service/mod_eckid_redis.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <hiredis/hiredis.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <netdb.h>
#include <stdatomic.h>

#include "conf/mod_eckid_config.h"

APLOG_USE_MODULE(eckid);

#define PORT 6379
#define IDLE_MAX 64
#define REPLY_MAX 4096 /* longer than any record */

struct ap_socache_instance_t {
    const char *host, *space;
    apr_port_t port;
    const char *address;          /* numeric; NULL if the name was not found */
    apr_thread_mutex_t *lock;     /* guards idle and idle_count; never held over I/O */
    redisContext *idle[IDLE_MAX]; /* idle connections of this child */
    int idle_count;
    _Atomic apr_uint64_t away_until; /* 0 while it answers */
};

typedef struct ap_socache_instance_t redis_t;

static const char *create(redis_t **out, const char *args, apr_pool_t *tmp, apr_pool_t *pool)
{
    redis_t *redis = apr_pcalloc(pool, sizeof(*redis));
    char *host, *scope;

    (void)tmp;
    if (!args || apr_parse_addr_port(&host, &scope, &redis->port, args, pool) != APR_SUCCESS ||
        !host || strchr(host, ',')) {
        return "one redis is expected, such as redis:127.0.0.1:6379";
    }
    redis->host = host;
    redis->port = redis->port ? redis->port : PORT;
    *out = redis;
    return NULL;
}

/* At start, because looking up a name has no time limit. */
static void find_address(redis_t *redis, apr_pool_t *pool)
{
    char numeric[NI_MAXHOST];
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_family = strchr(redis->host, ':') ? AF_INET6 : AF_INET};
    struct addrinfo *found;

    if (getaddrinfo(redis->host, NULL, &hints, &found) != 0) {
        return;
    }
    if (getnameinfo(found->ai_addr, found->ai_addrlen, numeric, sizeof(numeric), NULL, 0,
                    NI_NUMERICHOST) == 0) {
        redis->address = apr_pstrdup(pool, numeric);
    }
    freeaddrinfo(found);
}

static apr_status_t init(redis_t *redis, const char *space, const struct ap_socache_hints *hints,
                         server_rec *server, apr_pool_t *pool)
{
    (void)hints;
    redis->space = apr_pstrdup(pool, space);
    find_address(redis, pool);
    if (!redis->address) {
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
        redisFree(redis->idle[--redis->idle_count]);
    }
}

/* Connections */

static struct timeval as_timeval(apr_interval_time_t time)
{
    return (struct timeval){.tv_sec = apr_time_sec(time), .tv_usec = apr_time_usec(time)};
}

/* A new connection, or NULL. */
static redisContext *open_connection(const redis_t *redis, apr_time_t until)
{
    apr_interval_time_t left = until - apr_time_now();
    redisContext *connection =
        redis->address && left > 0
            ? redisConnectWithTimeout(redis->address, redis->port, as_timeval(left))
            : NULL;

    if (connection && connection->err) {
        redisFree(connection);
        return NULL;
    }
    return connection;
}

/* The connection that was used last, or NULL. */
static redisContext *take(redis_t *redis)
{
    apr_thread_mutex_lock(redis->lock);
    redisContext *connection = redis->idle_count ? redis->idle[--redis->idle_count] : NULL;

    apr_thread_mutex_unlock(redis->lock);
    return connection;
}

static void give_back(redis_t *redis, redisContext *connection)
{
    apr_thread_mutex_lock(redis->lock);
    if (redis->idle_count < IDLE_MAX) {
        redis->idle[redis->idle_count++] = connection;
        connection = NULL;
    }
    apr_thread_mutex_unlock(redis->lock);
    if (connection) {
        redisFree(connection);
    }
}

/* Sending a command and reading the reply */

typedef struct words_t {
    int count;
    const char *words[4];
    size_t lens[4];
} words_t;

static bool send_words(redisContext *connection, const words_t *words)
{
    int done = 0;
    /* hiredis only reads the words; its prototype lacks a const */
    int status =
        redisAppendCommandArgv(connection, words->count, (const char **)words->words, words->lens);

    while (status == REDIS_OK && !done) {
        status = redisBufferWrite(connection, &done);
    }
    return status == REDIS_OK;
}

/* hiredis limits the time of each read, but neither the total time nor the size of a reply. */
static redisReply *read_reply(redisContext *connection, apr_time_t until)
{
    void *reply = NULL;

    while (redisGetReplyFromReader(connection, &reply) == REDIS_OK && !reply) {
        apr_interval_time_t left = until - apr_time_now();

        if (left <= 0 || connection->reader->len > REPLY_MAX ||
            redisSetTimeout(connection, as_timeval(left)) != REDIS_OK ||
            redisBufferRead(connection) != REDIS_OK) {
            return NULL;
        }
    }
    return reply;
}

/* Exchanges over a connection, which is closed if that fails. */
static redisReply *exchange(redis_t *redis, redisContext *connection, const words_t *words,
                            apr_time_t until)
{
    if (!connection) {
        return NULL;
    }
    apr_interval_time_t left = until - apr_time_now();
    bool sent = left > 0 && redisSetTimeout(connection, as_timeval(left)) == REDIS_OK &&
                send_words(connection, words);
    redisReply *reply = sent ? read_reply(connection, until) : NULL;

    if (reply) {
        give_back(redis, connection);
    }
    else {
        redisFree(connection);
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

static void note(redis_t *redis, bool answered, server_rec *server)
{
    apr_uint64_t until = answered ? 0 : (apr_uint64_t)(apr_time_now() + MOD_ECKID_REDIS_AWAY);

    if (answered && atomic_load(&redis->away_until) == 0) {
        return;
    }
    apr_uint64_t before = atomic_exchange(&redis->away_until, until);

    if (!before != !until) {
        ap_log_error(APLOG_MARK, answered ? APLOG_NOTICE : APLOG_WARNING, 0, server,
                     "ECK%04d: %s: redis at %s:%d", answered ? 0 : ECKID_STORE,
                     answered ? "the cache is back" : eckid_err_fact(ECKID_STORE), redis->host,
                     redis->port);
    }
}

static void tell_refused(const redis_t *redis, const char *command, server_rec *server)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server, "ECK%04d: redis at %s:%d refused %s",
                 ECKID_STORE, redis->host, redis->port, command);
}

/* The reply, which the caller frees; NULL if there is none, or for an error. */
static redisReply *ask(redis_t *redis, const words_t *words, server_rec *server)
{
    apr_time_t now = apr_time_now(), until = now + MOD_ECKID_REDIS_TIMEOUT;

    if (is_away(redis, now)) {
        return NULL;
    }
    redisReply *reply = exchange(redis, take(redis), words, until);

    if (!reply) { /* redis may only have closed an idle connection, so try a new one */
        reply = exchange(redis, open_connection(redis, until), words, until);
    }
    note(redis, reply != NULL, server);
    if (reply && reply->type == REDIS_REPLY_ERROR) {
        tell_refused(redis, words->words[0], server);
        freeReplyObject(reply);
        return NULL;
    }
    return reply;
}

/* Commands */

static void add(words_t *words, const char *word, size_t len)
{
    words->words[words->count] = word;
    words->lens[words->count++] = len;
}

/* A command for the record of that index. */
static words_t command(const char *verb, const redis_t *redis, const unsigned char *id,
                       unsigned len, apr_pool_t *pool)
{
    char *hex = apr_palloc(pool, 2 * (apr_size_t)len + 1);
    words_t words = {.count = 0};

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
    words_t words = command("SETEX", redis, id, id_len, pool);

    add(&words, text, strlen(text));
    add(&words, (const char *)data, len);
    return seconds > 0 ? end_with(ask(redis, &words, server)) : APR_EGENERAL;
}

static apr_status_t retrieve(redis_t *redis, server_rec *server, const unsigned char *id,
                             unsigned id_len, unsigned char *data, unsigned *len, apr_pool_t *pool)
{
    const words_t words = command("GET", redis, id, id_len, pool);
    redisReply *reply = ask(redis, &words, server);
    bool found = reply && reply->type == REDIS_REPLY_STRING && reply->len <= *len;

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
    const words_t words = command("DEL", redis, id, id_len, pool);

    return end_with(ask(redis, &words, server));
}

static void show(redis_t *redis, request_rec *r, int flags)
{
    ap_rprintf(r, flags & AP_STATUS_SHORT ? "EckidRedis: %s:%d %s\n" : "redis at %s:%d %s<br>\n",
               redis->host, redis->port,
               atomic_load(&redis->away_until) ? "does not answer" : "answers");
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
