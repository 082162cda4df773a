/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7662: asks an authorization server about an access token, and remembers what it said. */
#include "access/eckid_bearer_introspection.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "crypto/eckid_digest.h"

#define SLOTS 64
#define DIGEST 32
#define RESPONSE_MAX 4096 /* bytes that are remembered; a longer response is used once */
#define REMEMBERED_FOR apr_time_from_sec(60)
#define PAUSE apr_time_from_sec(5)

/* What was said of a token. The slot of a token is chosen by its digest. */
typedef struct slot_t {
    unsigned char digest[DIGEST];
    apr_time_t until;
    apr_size_t len; /* 0: the token is not active, or was refused */
    char response[RESPONSE_MAX];
} slot_t;

struct eckid_bearer_introspection_t {
    const char *url, *authorization;
    eckid_transport_t transport;
    apr_thread_mutex_t *lock; /* guards what follows; never held over I/O */
    int calls;
    apr_time_t paused_until;
    slot_t slots[SLOTS];
};

eckid_err_t *eckid_bearer_introspection_make(eckid_bearer_introspection_t **out, const char *url,
                                             const char *authorization,
                                             const eckid_transport_t *transport, apr_pool_t *pool)
{
    eckid_bearer_introspection_t *introspection = apr_pcalloc(pool, sizeof(*introspection));

    introspection->url = url;
    introspection->authorization = authorization;
    introspection->transport = *transport;
    if (apr_thread_mutex_create(&introspection->lock, APR_THREAD_MUTEX_DEFAULT, pool) !=
        APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for %s", url);
    }
    *out = introspection;
    return NULL;
}

static eckid_err_t *issuer(const eckid_bearer_introspection_t *introspection, const char *why,
                           apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_PUSH_ISSUER, "introspection at %s: %s", introspection->url,
                          why);
}

static eckid_err_t *inactive(apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_PUSH_TOKEN, "its server does not say that it is active");
}

/* Memory. Functions named locked_... are called with the lock held. */

static slot_t *slot_of(eckid_bearer_introspection_t *introspection, const unsigned char *digest)
{
    return &introspection->slots[digest[0] % SLOTS];
}

/* Whether it is remembered; the response, empty for a token that is not active. */
static bool locked_recall(eckid_bytes_t *response, eckid_bearer_introspection_t *introspection,
                          const unsigned char *digest, apr_time_t now, apr_pool_t *pool)
{
    const slot_t *slot = slot_of(introspection, digest);

    if (slot->until <= now || memcmp(slot->digest, digest, DIGEST) != 0) {
        return false;
    }
    *response = eckid_bytes(apr_pstrmemdup(pool, slot->response, slot->len), slot->len);
    return true;
}

/* A token that is not active takes no slot of one that is. */
static void locked_remember(eckid_bearer_introspection_t *introspection,
                            const unsigned char *digest, eckid_bytes_t response, apr_time_t now)
{
    slot_t *slot = slot_of(introspection, digest);

    if (response.len > RESPONSE_MAX || (!response.len && slot->until > now && slot->len)) {
        return;
    }
    memcpy(slot->digest, digest, DIGEST);
    memcpy(slot->response, response.data, response.len);
    slot->len = response.len;
    slot->until = now + REMEMBERED_FOR;
}

/* Asking */

static eckid_http_request_t make_request(const eckid_bearer_introspection_t *introspection,
                                         const char *token, apr_pool_t *pool)
{
    eckid_http_request_t request = {
        .method = "POST", .url = introspection->url, .headers = apr_table_make(pool, 3)};

    apr_table_setn(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    apr_table_setn(request.headers, "Accept", "application/json");
    apr_table_setn(request.headers, "Authorization", introspection->authorization);
    request.body =
        eckid_bytes_str(apr_pstrcat(pool, "token_type_hint=access_token&token=",
                                    eckid_codec_percent(eckid_bytes_str(token), pool), NULL));
    return request;
}

/* Errors about what was sent (RFC 9110 section 15.5.1, RFC 6749 section 5.2): of that only the
 * token differs from call to call. All others are about the server, its URL, or us. */
static bool refuses_token(const eckid_http_response_t *response, apr_pool_t *pool)
{
    json_t *object;
    const char *error = eckid_json_peek(&object, response->body, pool)
                            ? json_string_value(json_object_get(object, "error"))
                            : NULL;
    bool is_us = error && (strcmp(error, "invalid_client") == 0 ||
                           strcmp(error, "unauthorized_client") == 0);

    return !is_us &&
           (response->status == 400 || response->status == 413 || response->status == 422);
}

static eckid_err_t *bad_status(const eckid_bearer_introspection_t *introspection,
                               const eckid_http_response_t *response, apr_pool_t *pool)
{
    if (refuses_token(response, pool)) {
        return eckid_err_make(pool, ECKID_PUSH_TOKEN, "introspection at %s: status %d",
                              introspection->url, response->status);
    }
    return issuer(introspection, apr_psprintf(pool, "status %d", response->status), pool);
}

/* The response; empty if the token is not active or is refused, which is an error, too. */
static eckid_err_t *ask(eckid_bytes_t *text, const eckid_bearer_introspection_t *introspection,
                        const char *token, apr_pool_t *pool)
{
    const eckid_http_request_t request = make_request(introspection, token, pool);
    const eckid_transport_t *transport = &introspection->transport;
    eckid_http_response_t *response;
    json_t *object;
    eckid_err_t *err = transport->send(transport->self, &response, &request, pool);

    *text = eckid_bytes("", 0);
    if (err) {
        return eckid_err_wrap(pool, err, ECKID_PUSH_ISSUER, "%s", introspection->url);
    }
    if (response->status != 200) {
        return bad_status(introspection, response, pool);
    }
    if (eckid_json_parse(&object, response->body, ECKID_PUSH_ISSUER, pool) ||
        !json_is_boolean(json_object_get(object, "active"))) {
        return issuer(introspection, "no response of RFC 7662", pool);
    }
    if (json_is_true(json_object_get(object, "active"))) {
        *text = response->body;
    }
    return NULL;
}

/* Whether this thread may ask. */
static eckid_err_t *locked_enter(eckid_bearer_introspection_t *introspection, apr_time_t now,
                                 apr_pool_t *pool)
{
    if (now < introspection->paused_until) {
        return issuer(introspection, "it failed a moment ago", pool);
    }
    if (introspection->calls >= ECKID_BEARER_CALLS_MAX) {
        return issuer(introspection, "too many calls are under way", pool);
    }
    introspection->calls++;
    return NULL;
}

static eckid_err_t *ask_and_remember(eckid_bytes_t *text,
                                     eckid_bearer_introspection_t *introspection,
                                     const unsigned char *digest, const char *token, apr_time_t now,
                                     apr_pool_t *pool)
{
    eckid_err_t *err = ask(text, introspection, token, pool);

    apr_thread_mutex_lock(introspection->lock);
    introspection->calls--;
    if (err && err->code == ECKID_PUSH_ISSUER) {
        introspection->paused_until = now + PAUSE;
    }
    else {
        locked_remember(introspection, digest, *text, now);
    }
    apr_thread_mutex_unlock(introspection->lock);
    return err;
}

eckid_err_t *eckid_bearer_introspection_ask(json_t **claims,
                                            eckid_bearer_introspection_t *introspection,
                                            const char *token, apr_time_t now, apr_pool_t *pool)
{
    const unsigned char *digest =
        (const unsigned char *)eckid_digest_sha256(eckid_bytes_str(token), pool).data;
    eckid_err_t *err = NULL;
    eckid_bytes_t text;

    apr_thread_mutex_lock(introspection->lock);
    bool known = locked_recall(&text, introspection, digest, now, pool);

    err = known ? NULL : locked_enter(introspection, now, pool);
    apr_thread_mutex_unlock(introspection->lock);
    ECKID_ERR(err);
    if (!known) {
        ECKID_ERR(ask_and_remember(&text, introspection, digest, token, now, pool));
    }
    return text.len ? eckid_json_parse(claims, text, ECKID_PUSH_ISSUER, pool) : inactive(pool);
}
