/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifies access tokens that are JWTs by the keys that their server publishes. */
#include "access/eckid_bearer_keys.h"

#include <strings.h>

#include "base/eckid_refresh.h"

#define FRESH_FOR apr_time_from_sec(3600)
#define KEPT_FOR apr_time_from_sec(24 * 3600)
#define WINDOW apr_time_from_sec(30)
#define RETRY_AFTER apr_time_from_sec(5)

struct eckid_bearer_keys_t {
    const char *url;
    eckid_transport_t transport;
    apr_interval_time_t patience;
    eckid_refresh_t *set; /* const apr_array_header_t *: eckid_jwk_t */
};

eckid_err_t *eckid_bearer_keys_make(eckid_bearer_keys_t **out, const char *url,
                                    const eckid_transport_t *transport,
                                    apr_interval_time_t patience, apr_pool_t *pool)
{
    eckid_bearer_keys_t *keys = apr_palloc(pool, sizeof(*keys));

    *keys = (eckid_bearer_keys_t){url, *transport, patience, NULL};
    *out = keys;
    return eckid_refresh_make(&keys->set, pool);
}

/* Fetching */

static eckid_err_t *fetch_set(apr_array_header_t **set, const eckid_bearer_keys_t *keys,
                              apr_pool_t *pool)
{
    eckid_http_request_t request = {
        .method = "GET", .url = keys->url, .headers = apr_table_make(pool, 1)};
    eckid_http_response_t *response;

    apr_table_setn(request.headers, "Accept", "application/json");
    ECKID_ERR(keys->transport.send(keys->transport.self, &response, &request, pool));
    if (response->status != 200) {
        return eckid_err_make(pool, ECKID_PUSH_ISSUER, "status %d", response->status);
    }
    return eckid_jwk_read_set(set, response->body, pool);
}

/* A fetch, with the time that it counts from. */
typedef struct fetch_t {
    const eckid_bearer_keys_t *keys;
    apr_time_t now;
} fetch_t;

static eckid_err_t *fetch(void *self, eckid_refresh_result_t *result, apr_pool_t *pool)
{
    const fetch_t *this = self;
    apr_array_header_t *set;
    eckid_err_t *err = fetch_set(&set, this->keys, pool);

    if (err) { /* the transport speaks of a LAS, and this is another server */
        return eckid_err_make(pool, ECKID_PUSH_ISSUER, "the JWK Set at %s: %s", this->keys->url,
                              *err->detail ? err->detail : eckid_err_fact(err->code));
    }
    *result = (eckid_refresh_result_t){set, this->now + FRESH_FOR, this->now + KEPT_FOR};
    return NULL;
}

/* The keys; newer ones than are known if anew. */
static eckid_err_t *get(const apr_array_header_t **set, eckid_bearer_keys_t *keys, bool anew,
                        apr_time_t now, apr_pool_t *pool)
{
    fetch_t this = {keys, now};
    const eckid_refresh_source_t source = {.fetch = fetch,
                                           .self = &this,
                                           .now = now,
                                           .wait_until = now + keys->patience,
                                           .retry_after = RETRY_AFTER};
    const void *value;
    eckid_err_t *err = anew ? eckid_refresh_renew(&value, keys->set, &source, WINDOW, pool)
                            : eckid_refresh_get(&value, keys->set, &source, pool);

    if (err) {
        return err->code == ECKID_PUSH_ISSUER
                   ? err
                   : eckid_err_wrap(pool, err, ECKID_PUSH_ISSUER, "%s", keys->url);
    }
    *set = value;
    return NULL;
}

/* Verifying */

/* What is wrong with a token, by the one code that clients are told. The log has the cause. */
static eckid_err_t *bad(eckid_err_t *cause, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_PUSH_TOKEN, "%s%s%s", eckid_err_fact(cause->code),
                          *cause->detail ? ": " : "", cause->detail);
}

static eckid_err_t *verify(const eckid_signed_t **verified, const eckid_jws_t *jws,
                           eckid_bearer_keys_t *keys, apr_time_t now, apr_pool_t *pool)
{
    eckid_jws_trust_t trust = {NULL, NULL};

    ECKID_ERR(get(&trust.keys, keys, false, now, pool));
    eckid_err_t *err = eckid_jws_verify(verified, jws, &trust, pool);

    if (err && err->code == ECKID_TOKEN_KEY) {
        ECKID_ERR(get(&trust.keys, keys, true, now, pool));
        err = eckid_jws_verify(verified, jws, &trust, pool);
    }
    return err ? bad(err, pool) : NULL;
}

/* RFC 9068 section 2.1 has at+jwt, and some servers say JWT, or nothing. A type of its own says
 * that a token is something else. */
static eckid_err_t *check_type(const eckid_signed_t *verified, apr_pool_t *pool)
{
    static const char *const types[] = {"at+jwt", "application/at+jwt", "JWT", NULL};
    const char *type = eckid_jws_typ(verified);
    const char *const *at = types;

    while (type && *at && strcasecmp(*at, type) != 0) {
        at++;
    }
    return *at ? NULL : eckid_err_make(pool, ECKID_PUSH_TOKEN, "typ is that of another token");
}

eckid_err_t *eckid_bearer_keys_verify(json_t **claims, eckid_bearer_keys_t *keys, const char *token,
                                      apr_time_t now, apr_pool_t *pool)
{
    const eckid_signed_t *verified;
    eckid_jws_t *jws;
    eckid_err_t *err = eckid_jws_open(&jws, eckid_bytes_str(token), pool);

    if (err) {
        return bad(err, pool);
    }
    ECKID_ERR(verify(&verified, jws, keys, now, pool));
    ECKID_ERR(check_type(verified, pool));
    return eckid_json_parse(claims, eckid_jws_payload(verified), ECKID_PUSH_TOKEN, pool);
}
