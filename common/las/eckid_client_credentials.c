/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An access token for the LAS: fetched by client_credentials, kept, renewed by one thread. */
#include "las/eckid_client_credentials.h"
#include "base/eckid_json.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

#define TOKEN_MAX 8192
#define DEFAULT_SECONDS 60 /* where the answer does not say how long the token is good for */
#define SECONDS_MAX 86400
#define NEW apr_time_from_sec(1)
#define RENEW_BEFORE apr_time_from_sec(60)

struct eckid_client_credentials_t {
    eckid_client_credentials_options_t options;
    apr_thread_mutex_t *lock; /* guards what follows; not held over I/O */
    apr_thread_cond_t *settled;
    char token[TOKEN_MAX + 1]; /* "" for none */
    apr_time_t fetched, renew_at, until;
    bool fetching;
    unsigned failures;
};

eckid_err_t *eckid_client_credentials_make(eckid_client_credentials_t **out,
                                           const eckid_client_credentials_options_t *options,
                                           apr_pool_t *pool)
{
    eckid_client_credentials_t *oauth = apr_pcalloc(pool, sizeof(*oauth));

    oauth->options = *options;
    if (apr_thread_mutex_create(&oauth->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&oauth->settled, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for the access token");
    }
    *out = oauth;
    return NULL;
}

/* The request */

/* RFC 6749 section 2.3.1: each part as in a form, then as in RFC 7617. */
static const char *basic(const eckid_client_credentials_options_t *options, apr_pool_t *pool)
{
    const char *pair =
        apr_pstrcat(pool, eckid_codec_percent(eckid_bytes_str(options->client_id), pool), ":",
                    eckid_codec_percent(eckid_bytes_str(options->secret), pool), NULL);

    return apr_pstrcat(pool, "Basic ", eckid_codec_base64(eckid_bytes_str(pair), pool).data, NULL);
}

static const char *parameter(const char *name, const char *value, apr_pool_t *pool)
{
    return value ? apr_pstrcat(pool, "&", name, "=",
                               eckid_codec_percent(eckid_bytes_str(value), pool), NULL)
                 : "";
}

/* RFC 7523 section 2.2. */
static eckid_err_t *assert_it(const char **body, const eckid_client_credentials_options_t *options,
                              apr_pool_t *pool)
{
    eckid_moment_t moment;
    const char *text;

    if (!options->clock(&moment)) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no randomness");
    }
    ECKID_ERR(eckid_client_assertion_make(&text, options->assertion, moment.now,
                                          eckid_bytes(moment.jti, sizeof(moment.jti)), pool));
    *body = apr_pstrcat(pool, *body,
                        parameter("client_assertion_type", ECKID_CLIENT_ASSERTION_TYPE, pool),
                        parameter("client_assertion", text, pool), NULL);
    return NULL;
}

static eckid_err_t *prove(eckid_http_request_t *request, const char **body,
                          const eckid_client_credentials_options_t *options, apr_pool_t *pool)
{
    if (options->secret) {
        apr_table_setn(request->headers, "Authorization", basic(options, pool));
        return NULL;
    }
    *body = apr_pstrcat(pool, *body, parameter("client_id", options->client_id, pool), NULL);
    return options->assertion ? assert_it(body, options, pool) : NULL;
}

static eckid_err_t *make_request(eckid_http_request_t *request,
                                 const eckid_client_credentials_options_t *options,
                                 apr_time_t deadline, apr_pool_t *pool)
{
    const char *body = apr_pstrcat(pool, "grant_type=client_credentials",
                                   parameter("scope", options->scope, pool), NULL);

    *request = (eckid_http_request_t){.method = "POST", .url = options->url, .deadline = deadline};
    request->headers = apr_table_make(pool, 3);
    apr_table_setn(request->headers, "Content-Type", "application/x-www-form-urlencoded");
    apr_table_setn(request->headers, "Accept", "application/json");
    ECKID_ERR(prove(request, &body, options, pool));
    request->body = eckid_bytes_str(body);
    return NULL;
}

/* The answer */

/* RFC 6749 section 5.2. No other text of the answer gets into a log. */
static const char *error_of(const json_t *answer)
{
    static const char *const names[] = {"invalid_request",        "invalid_client",
                                        "invalid_grant",          "unauthorized_client",
                                        "unsupported_grant_type", "invalid_scope"};
    const json_t *error = json_object_get(answer, "error");

    for (apr_size_t i = 0; json_is_string(error) && i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(json_string_value(error), names[i]) == 0) {
            return names[i];
        }
    }
    return "no error that is known";
}

/* RFC 6750 section 2.1. */
static bool is_token(const json_t *value)
{
    const char *text = json_string_value(value);
    apr_size_t len = json_string_length(value);

    for (apr_size_t i = 0; i < len; i++) {
        if (!apr_isalnum(text[i]) && !strchr("-._~+/=", text[i])) {
            return false;
        }
    }
    return len > 0 && len <= TOKEN_MAX;
}

static eckid_err_t *check_answer(const json_t *object, int status, apr_pool_t *pool)
{
    const json_t *type = json_object_get(object, "token_type");

    if (status != 200) {
        return eckid_err_make(pool, ECKID_LAS_TOKEN, "status %d, %s", status, error_of(object));
    }
    if (!json_is_string(type) || strcasecmp(json_string_value(type), "Bearer") != 0) {
        return eckid_err_make(pool, ECKID_LAS_TOKEN, "the token_type is not Bearer");
    }
    if (!is_token(json_object_get(object, "access_token"))) {
        return eckid_err_make(pool, ECKID_LAS_TOKEN, "no access_token that can be sent");
    }
    return NULL;
}

static apr_interval_time_t lifetime_of(const json_t *object)
{
    const json_t *value = json_object_get(object, "expires_in");
    json_int_t seconds = json_is_integer(value) ? json_integer_value(value) : DEFAULT_SECONDS;

    seconds = seconds < 0 ? 0 : seconds > SECONDS_MAX ? SECONDS_MAX : seconds;
    return apr_time_from_sec(seconds);
}

static eckid_err_t *fetch(const char **token, apr_interval_time_t *lifetime,
                          const eckid_client_credentials_options_t *options, apr_time_t deadline,
                          apr_pool_t *pool)
{
    eckid_http_request_t request;
    eckid_http_response_t *answer;
    json_t *object = NULL;

    ECKID_ERR(make_request(&request, options, deadline, pool));
    ECKID_ERR(options->transport.send(options->transport.self, &answer, &request, pool));
    eckid_err_t *err = eckid_json_parse(&object, answer->body, ECKID_LAS_TOKEN, pool);

    if (err && answer->status == 200) {
        return err;
    }
    ECKID_ERR(check_answer(object, answer->status, pool));
    *token = json_string_value(json_object_get(object, "access_token"));
    *lifetime = lifetime_of(object);
    return NULL;
}

/* One at a time */

static void keep(eckid_client_credentials_t *oauth, const char *token, apr_interval_time_t lifetime)
{
    apr_time_t now = apr_time_now();
    apr_interval_time_t before = lifetime / 10 < RENEW_BEFORE ? lifetime / 10 : RENEW_BEFORE;

    apr_cpystrn(oauth->token, token, sizeof(oauth->token));
    oauth->fetched = now;
    oauth->until = now + lifetime;
    oauth->renew_at = oauth->until - before;
}

/* Called with the lock, which is let go while fetching. */
static eckid_err_t *renew(const char **token, eckid_client_credentials_t *oauth,
                          apr_time_t deadline, apr_pool_t *pool)
{
    apr_interval_time_t lifetime = 0;

    oauth->fetching = true;
    apr_thread_mutex_unlock(oauth->lock);
    eckid_err_t *err = fetch(token, &lifetime, &oauth->options, deadline, pool);

    apr_thread_mutex_lock(oauth->lock);
    oauth->fetching = false;
    if (err) {
        oauth->failures++;
    }
    else {
        keep(oauth, *token, lifetime);
    }
    apr_thread_cond_broadcast(oauth->settled);
    return err ? eckid_err_wrap(pool, err, ECKID_LAS_TOKEN, "%s", "") : NULL;
}

/* Called with the lock. */
static eckid_err_t *wait_for_other(eckid_client_credentials_t *oauth, apr_time_t deadline,
                                   apr_pool_t *pool)
{
    unsigned failures = oauth->failures;
    apr_interval_time_t left;

    while (oauth->fetching && (left = deadline - apr_time_now()) > 0) {
        apr_thread_cond_timedwait(oauth->settled, oauth->lock, left);
    }
    return oauth->fetching || oauth->failures != failures || !*oauth->token
               ? eckid_err_make(pool, ECKID_LAS_TOKEN, "another login asked for it, in vain")
               : NULL;
}

static eckid_err_t *get_locked(const char **token, eckid_client_credentials_t *oauth,
                               apr_time_t deadline, apr_pool_t *pool)
{
    apr_time_t now = apr_time_now();
    bool usable = *oauth->token && now < oauth->until;

    if (oauth->fetching && !usable) {
        ECKID_ERR(wait_for_other(oauth, deadline, pool));
    }
    else if (!usable || (now >= oauth->renew_at && !oauth->fetching)) {
        eckid_err_t *err = renew(token, oauth, deadline, pool);

        if (!err || !usable) {
            return err;
        }
    }
    *token = apr_pstrdup(pool, oauth->token);
    return NULL;
}

eckid_err_t *eckid_client_credentials_get(const char **token, eckid_client_credentials_t *oauth,
                                          apr_time_t deadline, apr_pool_t *pool)
{
    apr_thread_mutex_lock(oauth->lock);
    eckid_err_t *err = get_locked(token, oauth, deadline, pool);

    apr_thread_mutex_unlock(oauth->lock);
    return err;
}

bool eckid_client_credentials_drop(eckid_client_credentials_t *oauth, const char *token)
{
    apr_thread_mutex_lock(oauth->lock);
    bool is_new = apr_time_now() - oauth->fetched < NEW;

    if (!is_new && strcmp(oauth->token, token) == 0) {
        oauth->token[0] = '\0';
    }
    apr_thread_mutex_unlock(oauth->lock);
    return !is_new;
}
