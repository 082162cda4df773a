/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: request or response and key to signature base and headers; pure, no clock, no I/O. */
#include "eckid_httpsig.h"
#include "eckid_digest.h"
#include "eckid_url.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_uri.h>

/* The message with its URL taken apart. */
typedef struct parts_t {
    const eckid_httpsig_message_t *message;
    apr_uri_t uri;
    apr_pool_t *pool;
} parts_t;

static const char *method(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->message->method;
}

static const char *target_uri(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->message->url;
}

static const char *scheme(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->uri.scheme ? eckid_codec_lower(eckid_bytes_str(parts->uri.scheme), parts->pool)
                             : NULL;
}

/* Section 2.2.3: the host in lower case, the port only where it is not the scheme's own. */
static const char *authority(const parts_t *parts, const char *unused)
{
    const char *name = scheme(parts, unused);

    if (!name || !parts->uri.hostname) {
        return NULL;
    }
    const char *host = eckid_codec_lower(eckid_bytes_str(parts->uri.hostname), parts->pool);
    bool usual = !parts->uri.port_str || parts->uri.port == apr_uri_port_of_scheme(name);

    return usual ? host : apr_pstrcat(parts->pool, host, ":", parts->uri.port_str, NULL);
}

static const char *path(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->uri.path && *parts->uri.path ? parts->uri.path : "/";
}

static const char *query(const parts_t *parts, const char *unused)
{
    (void)unused;
    return apr_pstrcat(parts->pool, "?", parts->uri.query, NULL);
}

static const char *request_target(const parts_t *parts, const char *unused)
{
    return apr_pstrcat(parts->pool, path(parts, unused), parts->uri.query ? "?" : NULL,
                       parts->uri.query, NULL);
}

/* Section 2.2.8: percent-encoded anew, by the set of the URL standard section 1.3. */
static const char *query_param(const parts_t *parts, const char *name)
{
    eckid_bytes_t decoded, value = eckid_bytes("", 0);

    if (!name || !eckid_codec_form_decode(&decoded, eckid_bytes_str(name), parts->pool) ||
        eckid_url_parameter(&value, parts->message->url, decoded.data, parts->pool) != 1) {
        return NULL;
    }
    return eckid_codec_percent(value, parts->pool);
}

static const char *status(const parts_t *parts, const char *unused)
{
    (void)unused;
    return apr_psprintf(parts->pool, "%03d", parts->message->status);
}

typedef struct derived_t {
    const char *name;
    const char *(*value)(const parts_t *parts, const char *query_param);
    bool of_response;
} derived_t;

static const derived_t derived[] = {
    {"@method", method, false},
    {"@target-uri", target_uri, false},
    {"@authority", authority, false},
    {"@scheme", scheme, false},
    {"@request-target", request_target, false},
    {"@path", path, false},
    {"@query", query, false},
    {"@query-param", query_param, false},
    {"@status", status, true},
};

/* The value of a component, or NULL when the message has none. */
static const char *component_value(const parts_t *parts, const eckid_httpsig_component_t *component)
{
    bool response = !parts->message->method;

    if (component->name[0] != '@') {
        return apr_table_get(parts->message->headers, component->name);
    }
    for (apr_size_t i = 0; i < sizeof(derived) / sizeof(*derived); i++) {
        if (strcmp(derived[i].name, component->name) == 0 && derived[i].of_response == response) {
            return derived[i].value(parts, component->query_param);
        }
    }
    return NULL;
}

/* Section 2.1: the identifier as it stands in the base and in Signature-Input. */
static const char *identifier(const eckid_httpsig_component_t *component, apr_pool_t *pool)
{
    if (component->query_param) {
        return apr_pstrcat(pool, "\"", component->name, "\";name=\"", component->query_param, "\"",
                           NULL);
    }
    return apr_pstrcat(pool, "\"", component->name, "\"", NULL);
}

eckid_err_t *eckid_httpsig_base(eckid_bytes_t *base, const eckid_httpsig_message_t *message,
                                const eckid_httpsig_component_t *components, int count,
                                const char *input, apr_pool_t *pool)
{
    parts_t parts = {.message = message, .pool = pool};
    const char *text = "";

    if (message->url && apr_uri_parse(pool, message->url, &parts.uri) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "the URL to be signed cannot be read");
    }
    for (int i = 0; i < count; i++) {
        const char *value = component_value(&parts, &components[i]);

        if (!value) {
            return eckid_err_make(pool, ECKID_INTERNAL, "no component %s to be signed",
                                  components[i].name);
        }
        text = apr_pstrcat(pool, text, identifier(&components[i], pool), ": ", value, "\n", NULL);
    }
    *base = eckid_bytes_str(apr_pstrcat(pool, text, "\"@signature-params\": ", input, NULL));
    return NULL;
}

const char *eckid_httpsig_input(const eckid_httpsig_component_t *components, int count,
                                const char *parameters, apr_pool_t *pool)
{
    const char *list = "";

    for (int i = 0; i < count; i++) {
        list = apr_pstrcat(pool, list, i ? " " : "", identifier(&components[i], pool), NULL);
    }
    return apr_pstrcat(pool, "(", list, ")", parameters, NULL);
}

const char *eckid_httpsig_content_digest(eckid_bytes_t body, apr_pool_t *pool)
{
    return apr_pstrcat(pool,
                       "sha-256=:", eckid_codec_base64(eckid_digest_sha256(body, pool), pool).data,
                       ":", NULL);
}

typedef struct algorithm_t {
    const char *name; /* section 6.2.2 */
    eckid_key_alg_t alg;
} algorithm_t;

static const algorithm_t algorithms[] = {
    [ECKID_KEY_RSA] = {"rsa-pss-sha512", ECKID_PS512},
    [ECKID_KEY_P256] = {"ecdsa-p256-sha256", ECKID_ES256},
    [ECKID_KEY_P384] = {NULL, ECKID_ES384},
    [ECKID_KEY_P521] = {NULL, ECKID_ES512},
    [ECKID_KEY_ED25519] = {"ed25519", ECKID_EDDSA},
    [ECKID_KEY_SECRET] = {NULL, ECKID_HS256},
};

static const char *moment_param(const char *name, apr_time_t moment, apr_pool_t *pool)
{
    return moment ? apr_psprintf(pool, ";%s=%" APR_TIME_T_FMT, name, apr_time_sec(moment)) : "";
}

static const char *string_param(const char *name, const char *value, apr_pool_t *pool)
{
    return value ? apr_pstrcat(pool, ";", name, "=\"", value, "\"", NULL) : "";
}

static const char *parameters(const eckid_httpsig_params_t *params, const char *alg,
                              apr_pool_t *pool)
{
    return apr_pstrcat(pool, moment_param("created", params->created, pool),
                       moment_param("expires", params->expires, pool),
                       string_param("nonce", params->nonce, pool), string_param("alg", alg, pool),
                       string_param("keyid", params->keyid, pool),
                       string_param("tag", params->tag, pool), NULL);
}

eckid_err_t *eckid_httpsig_sign(eckid_http_request_t *request, const eckid_key_t *key,
                                const eckid_httpsig_component_t *components, int count,
                                const eckid_httpsig_params_t *params, apr_pool_t *pool)
{
    const algorithm_t *algorithm = &algorithms[eckid_key_kind(key)];
    const eckid_httpsig_message_t message = {request->method, request->url, 0, request->headers};
    eckid_bytes_t base, signature;

    if (!algorithm->name) {
        return eckid_err_make(pool, ECKID_KEY, "RFC 9421 has no algorithm for %s",
                              eckid_key_name(key));
    }
    apr_table_setn(request->headers, "Content-Digest",
                   eckid_httpsig_content_digest(request->body, pool));
    const char *input =
        eckid_httpsig_input(components, count, parameters(params, algorithm->name, pool), pool);

    ECKID_ERR(eckid_httpsig_base(&base, &message, components, count, input, pool));
    ECKID_ERR(eckid_key_sign(&signature, key, algorithm->alg, base, pool));
    apr_table_setn(request->headers, "Signature-Input", apr_pstrcat(pool, "sig1=", input, NULL));
    apr_table_setn(
        request->headers, "Signature",
        apr_pstrcat(pool, "sig1=:", eckid_codec_base64(signature, pool).data, ":", NULL));
    return NULL;
}
