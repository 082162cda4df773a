/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socache provider for redis that never takes longer than it may. */
#include "mod_eckid_redis.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>
#include <netdb.h>
#include <stdatomic.h>
#include <unistd.h>

#include "eckid_resp.h"
#include "mod_eckid_config.h"
#include "mod_eckid_wire.h"

APLOG_USE_MODULE(eckid);

#define PORT 6379
#define IDLE_MAX 64

struct ap_socache_instance_t {
    const char *host, *space;
    apr_port_t port;
    struct sockaddr_storage address;
    socklen_t address_len;    /* 0: the name was not found */
    apr_thread_mutex_t *lock; /* guards idle and idle_count, never held over I/O */
    int idle[IDLE_MAX];       /* sockets of this child */
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

/* Here, since looking up a name cannot be bounded in time. */
static void find_address(redis_t *redis, apr_pool_t *pool)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_family = strchr(redis->host, ':') ? AF_INET6 : AF_INET};
    struct addrinfo *found;

    if (getaddrinfo(redis->host, apr_itoa(pool, redis->port), &hints, &found) == 0) {
        memcpy(&redis->address, found->ai_addr, found->ai_addrlen);
        redis->address_len = found->ai_addrlen;
        freeaddrinfo(found);
    }
}

static apr_status_t init(redis_t *redis, const char *space, const struct ap_socache_hints *hints,
                         server_rec *server, apr_pool_t *pool)
{
    (void)hints;
    redis->space = apr_pstrdup(pool, space);
    find_address(redis, pool);
    if (!redis->address_len) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "ECK%04d: there is no host %s: until the next reload nothing is remembered",
                     ECKID_STORE, redis->host);
    }
    return apr_thread_mutex_create(&redis->lock, APR_THREAD_MUTEX_DEFAULT, pool);
}

static void destroy(redis_t *redis, server_rec *server)
{
    (void)server;
    while (redis->idle_count) {
        close(redis->idle[--redis->idle_count]);
    }
}

/* Connections */

/* The connection used last, or -1. */
static int take(redis_t *redis)
{
    apr_thread_mutex_lock(redis->lock);
    int fd = redis->idle_count ? redis->idle[--redis->idle_count] : -1;

    apr_thread_mutex_unlock(redis->lock);
    return fd;
}

static void give_back(redis_t *redis, int fd)
{
    apr_thread_mutex_lock(redis->lock);
    bool kept = redis->idle_count < IDLE_MAX;

    if (kept) {
        redis->idle[redis->idle_count++] = fd;
    }
    apr_thread_mutex_unlock(redis->lock);
    if (!kept) {
        close(fd);
    }
}

/* One command and its answer */

typedef struct reply_t {
    char text[ECKID_RESP_MAX];
    apr_size_t len;
    eckid_bytes_t value; /* of a bulk string; data NULL for none */
} reply_t;

typedef enum end_t {
    ANSWERED,
    WRONG, /* by an error, or by what we never kept: redis is there, though */
    LOST
} end_t;

static end_t receive(reply_t *reply, int fd, apr_time_t deadline)
{
    eckid_resp_state_t state = ECKID_RESP_PARTIAL;

    reply->len = 0;
    while (state == ECKID_RESP_PARTIAL && reply->len < sizeof(reply->text)) {
        apr_size_t len = mod_eckid_wire_receive(fd, reply->text + reply->len,
                                                sizeof(reply->text) - reply->len, deadline);

        if (len == 0) {
            return LOST;
        }
        reply->len += len;
        state = eckid_resp_read(&reply->value, eckid_bytes(reply->text, reply->len));
    }
    return state == ECKID_RESP_WHOLE ? ANSWERED : WRONG;
}

/* On a connection, which is closed if that did not go well. */
static end_t exchange(reply_t *reply, redis_t *redis, int fd, eckid_bytes_t command,
                      apr_time_t deadline)
{
    if (fd < 0) {
        return LOST;
    }
    end_t end = mod_eckid_wire_send(fd, command, deadline) ? receive(reply, fd, deadline) : LOST;

    if (end == ANSWERED) {
        give_back(redis, fd);
    }
    else {
        close(fd);
    }
    return end;
}

/* When it does not answer */

/* One caller finds out, every now and then, whether it is back. */
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

/* A new connection, or -1. */
static int connect_to(const redis_t *redis, apr_time_t deadline)
{
    return redis->address_len ? mod_eckid_wire_open(&redis->address, redis->address_len, deadline)
                              : -1;
}

static bool ask(reply_t *reply, redis_t *redis, const eckid_bytes_t *words, int count,
                server_rec *server, apr_pool_t *pool)
{
    apr_time_t now = apr_time_now(), deadline = now + MOD_ECKID_REDIS_TIMEOUT;
    eckid_bytes_t command = eckid_resp_command(words, count, pool);

    if (is_away(redis, now)) {
        return false;
    }
    end_t end = exchange(reply, redis, take(redis), command, deadline);

    if (end == LOST) { /* redis is well, perhaps, and closed a connection that was idle */
        end = exchange(reply, redis, connect_to(redis, deadline), command, deadline);
    }
    note(redis, end != LOST, server);
    if (end == WRONG) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "ECK%04d: redis at %s:%d refused %s, or answered what we never kept",
                     ECKID_STORE, redis->host, redis->port, words[0].data);
    }
    return end == ANSWERED;
}

/* Commands */

static eckid_bytes_t name_of(const redis_t *redis, const unsigned char *id, unsigned len,
                             apr_pool_t *pool)
{
    char *hex = apr_palloc(pool, 2 * (apr_size_t)len + 1);

    ap_bin2hex(id, len, hex);
    return eckid_bytes_str(apr_pstrcat(pool, redis->space, ":", hex, NULL));
}

static apr_status_t store(redis_t *redis, server_rec *server, const unsigned char *id,
                          unsigned id_len, apr_time_t until, unsigned char *data, unsigned len,
                          apr_pool_t *pool)
{
    apr_int64_t seconds = apr_time_sec(until - apr_time_now());
    const eckid_bytes_t words[] = {
        eckid_bytes_str("SETEX"), name_of(redis, id, id_len, pool),
        eckid_bytes_str(apr_psprintf(pool, "%" APR_INT64_T_FMT, seconds)),
        eckid_bytes((const char *)data, len)};
    reply_t reply;

    return seconds > 0 && ask(&reply, redis, words, 4, server, pool) ? APR_SUCCESS : APR_EGENERAL;
}

static apr_status_t retrieve(redis_t *redis, server_rec *server, const unsigned char *id,
                             unsigned id_len, unsigned char *data, unsigned *len, apr_pool_t *pool)
{
    const eckid_bytes_t words[] = {eckid_bytes_str("GET"), name_of(redis, id, id_len, pool)};
    reply_t reply;

    if (!ask(&reply, redis, words, 2, server, pool) || !reply.value.data ||
        reply.value.len > *len) {
        return APR_NOTFOUND;
    }
    memcpy(data, reply.value.data, reply.value.len);
    *len = (unsigned)reply.value.len;
    return APR_SUCCESS;
}

static apr_status_t forget(redis_t *redis, server_rec *server, const unsigned char *id,
                           unsigned id_len, apr_pool_t *pool)
{
    const eckid_bytes_t words[] = {eckid_bytes_str("DEL"), name_of(redis, id, id_len, pool)};
    reply_t reply;

    return ask(&reply, redis, words, 2, server, pool) ? APR_SUCCESS : APR_EGENERAL;
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
