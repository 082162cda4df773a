/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An access token for the LAS by the client credentials grant: fetched, kept and renewed. */
#include "las/eckid_client_credentials.h"
#include "base/eckid_json.h"
#include "base/eckid_refresh.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define TOKEN_MAX 8192
#define DEFAULT_SECONDS 60 /* if the response has no expires_in */
#define SECONDS_MAX 86400
#define NEW apr_time_from_sec(1)
#define RENEW_BEFORE apr_time_from_sec(60)

struct eckid_client_credentials_t {
    eckid_client_credentials_options_t options;
    eckid_refresh_t *token; /* access_token_t */
};

typedef struct access_token_t {
    const char *text;
    apr_time_t fetched;
} access_token_t;

eckid_err_t *eckid_client_credentials_make(eckid_client_credentials_t **out,
                                           const eckid_client_credentials_options_t *options,
                                           apr_pool_t *pool)
{
    eckid_client_credentials_t *credentials = apr_pcalloc(pool, sizeof(*credentials));

    credentials->options = *options;
    *out = credentials;
    return eckid_refresh_make(&credentials->token, pool);
}

/* The request */

/* RFC 6749 section 2.3.1: both parts form-encoded, then Basic as in RFC 7617. */
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
static eckid_err_t *add_assertion(const char **body,
                                  const eckid_client_credentials_options_t *options,
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

static eckid_err_t *authenticate(eckid_http_request_t *request, const char **body,
                                 const eckid_client_credentials_options_t *options,
                                 apr_pool_t *pool)
{
    if (options->secret) {
        apr_table_setn(request->headers, "Authorization", basic(options, pool));
        return NULL;
    }
    *body = apr_pstrcat(pool, *body, parameter("client_id", options->client_id, pool), NULL);
    return options->assertion ? add_assertion(body, options, pool) : NULL;
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
    ECKID_ERR(authenticate(request, &body, options, pool));
    request->body = eckid_bytes_str(body);
    return NULL;
}

/* The response */

/* RFC 6749 section 5.2. Only these known values may appear in the log. */
static const char *error_of(const json_t *response)
{
    static const char *const names[] = {"invalid_request",        "invalid_client",
                                        "invalid_grant",          "unauthorized_client",
                                        "unsupported_grant_type", "invalid_scope"};
    const json_t *error = json_object_get(response, "error");

    for (apr_size_t i = 0; json_is_string(error) && i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(json_string_value(error), names[i]) == 0) {
            return names[i];
        }
    }
    return "no known error code";
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

static eckid_err_t *check_response(const json_t *object, int status, apr_pool_t *pool)
{
    const json_t *type = json_object_get(object, "token_type");

    if (status != 200) {
        return eckid_err_make(pool, ECKID_LAS_TOKEN, "status %d, %s", status, error_of(object));
    }
    if (!json_is_string(type) || strcasecmp(json_string_value(type), "Bearer") != 0) {
        return eckid_err_make(pool, ECKID_LAS_TOKEN, "the token_type is not Bearer");
    }
    if (!is_token(json_object_get(object, "access_token"))) {
        return eckid_err_make(pool, ECKID_LAS_TOKEN, "no usable access_token");
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

/* An assertion that is refused is often only too old, or too new. */
static eckid_err_t *advise_clock(eckid_err_t *err,
                                 const eckid_client_credentials_options_t *options,
                                 const eckid_http_response_t *response, apr_pool_t *pool)
{
    apr_interval_time_t offset = eckid_http_clock_offset(response);
    bool may_be_clock = options->assertion && response->status >= 400 && response->status <= 403;

    return err && offset && may_be_clock
               ? eckid_err_advise(err, eckid_http_clock_advice("its token endpoint", offset, pool))
               : err;
}

static eckid_err_t *request_token(const char **token, apr_interval_time_t *lifetime,
                                  const eckid_client_credentials_options_t *options,
                                  apr_time_t deadline, apr_pool_t *pool)
{
    eckid_http_request_t request;
    eckid_http_response_t *response;
    json_t *object = NULL;

    ECKID_ERR(make_request(&request, options, deadline, pool));
    ECKID_ERR(options->transport.send(options->transport.self, &response, &request, pool));
    eckid_err_t *err = eckid_json_parse(&object, response->body, ECKID_LAS_TOKEN, pool);

    if (err && response->status == 200) {
        return err;
    }
    ECKID_ERR(
        advise_clock(check_response(object, response->status, pool), options, response, pool));
    *token = json_string_value(json_object_get(object, "access_token"));
    *lifetime = lifetime_of(object);
    return NULL;
}

/* Refreshing */

typedef struct fetch_t {
    const eckid_client_credentials_options_t *options;
    apr_time_t deadline;
    apr_pool_t *pool; /* the caller's: request and response need not outlive the call */
} fetch_t;

static eckid_err_t *fetch(void *self, eckid_refresh_result_t *result, apr_pool_t *pool)
{
    const fetch_t *call = self;
    access_token_t *token = apr_palloc(pool, sizeof(*token));
    apr_interval_time_t lifetime = 0;
    const char *text = NULL;
    eckid_err_t *err = request_token(&text, &lifetime, call->options, call->deadline, call->pool);

    if (err) {
        if (err->code == ECKID_TLS) {
            eckid_err_advise(err, "compare its certificate with ca= of EckidLasToken, and its name "
                                  "with the URL there");
        }
        return eckid_err_wrap(pool, err, ECKID_LAS_TOKEN, "%s", "");
    }
    *token = (access_token_t){apr_pstrdup(pool, text), apr_time_now()};
    result->value = token;
    result->until = token->fetched + lifetime;
    result->due = result->until - (lifetime / 10 < RENEW_BEFORE ? lifetime / 10 : RENEW_BEFORE);
    return NULL;
}

eckid_err_t *eckid_client_credentials_get(const char **token,
                                          eckid_client_credentials_t *credentials,
                                          apr_time_t deadline, apr_pool_t *pool)
{
    fetch_t call = {&credentials->options, deadline, pool};
    const eckid_refresh_source_t source = {
        .fetch = fetch, .self = &call, .now = apr_time_now(), .wait_until = deadline};
    const void *value;
    eckid_err_t *err = eckid_refresh_get(&value, credentials->token, &source, pool);

    if (err) {
        return err->cause
                   ? err
                   : eckid_err_make(pool, ECKID_LAS_TOKEN, "another login asked for it and failed");
    }
    *token = ((const access_token_t *)value)->text;
    return NULL;
}

bool eckid_client_credentials_drop(eckid_client_credentials_t *credentials, const char *token,
                                   apr_pool_t *pool)
{
    const access_token_t *last = eckid_refresh_last(credentials->token, pool);

    if (last && apr_time_now() - last->fetched < NEW) {
        return false;
    }
    if (last && strcmp(last->text, token) == 0) {
        eckid_refresh_drop(credentials->token, last);
    }
    return true;
}
