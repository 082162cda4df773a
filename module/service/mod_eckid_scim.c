/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves pushes of people by SCIM. */
#include "service/mod_eckid_scim.h"

#include <apr_optional.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>

#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_log.h"
#include "conf/mod_eckid_push_conf.h"
#include "provision/eckid_scim_json.h"
#include "service/mod_eckid_body.h"
#include "service/mod_eckid_reply.h"

APLOG_USE_MODULE(eckid);

/* A request on its way, and what the log needs of it. */
typedef struct push_call_t {
    request_rec *r;
    const mod_eckid_dir_t *dir;
    const eckid_push_client_t *client; /* NULL while it is not known */
    const char *school;                /* key of the map; NULL without one, or while unknown */
    apr_time_t now;
} push_call_t;

/* Who calls */

/* Of mod_ssl, which has verified the certificate. Fields of the request are not asked: anybody can
 * send them. */
APR_DECLARE_OPTIONAL_FN(char *, ssl_var_lookup,
                        (apr_pool_t *, server_rec *, conn_rec *, request_rec *, char *));

static const char *ssl_variable(request_rec *r, const char *name)
{
    APR_OPTIONAL_FN_TYPE(ssl_var_lookup) *lookup = APR_RETRIEVE_OPTIONAL_FN(ssl_var_lookup);

    return lookup ? lookup(r->pool, r->server, r->connection, r, apr_pstrdup(r->pool, name)) : NULL;
}

static const eckid_certificate_t *find_certificate(request_rec *r)
{
    const char *verdict = ssl_variable(r, "SSL_CLIENT_VERIFY");
    const char *pem =
        verdict && strcmp(verdict, "SUCCESS") == 0 ? ssl_variable(r, "SSL_CLIENT_CERT") : NULL;
    eckid_certificate_t *certificate = apr_palloc(r->pool, sizeof(*certificate));

    return pem && eckid_certificate_read(certificate, eckid_bytes_str(pem), r->pool) ? certificate
                                                                                     : NULL;
}

#define CLAIM "OAUTH2_CLAIM_"

/* mod_oauth2 writes claims as text; those that are no strings as JSON. */
static json_t *read_claim(const char *name, const char *text, apr_pool_t *pool)
{
    bool is_time = strcmp(name, "exp") == 0 || strcmp(name, "iat") == 0 || strcmp(name, "nbf") == 0;
    json_t *list;

    if (!is_time && *text != '[' && *text != '{') {
        return json_string(text);
    }
    const char *json = apr_pstrcat(pool, "[", text, "]", NULL);

    return eckid_json_parse_any(&list, eckid_bytes_str(json), ECKID_PUSH_TOKEN, pool)
               ? json_string(text)
               : json_incref(json_array_get(list, 0));
}

/* The claims that mod_oauth2 put into the environment, which no client can write to. They must be
 * those of the token in this request. */
static const json_t *find_given(const request_rec *r)
{
    const apr_array_header_t *variables = apr_table_elts(r->subprocess_env);
    const char *token = eckid_bearer_token(apr_table_get(r->headers_in, "Authorization"));
    const char *verified = apr_table_get(r->subprocess_env, CLAIM "access_token");
    json_t *claims;

    if (!token || !verified || strcmp(token, verified) != 0) {
        return NULL;
    }
    claims = eckid_json_own(json_object(), r->pool);
    for (int i = 0; i < variables->nelts; i++) {
        const apr_table_entry_t *each = &APR_ARRAY_IDX(variables, i, apr_table_entry_t);
        const char *name = each->key + strlen(CLAIM);

        if (strncmp(each->key, CLAIM, strlen(CLAIM)) == 0 && strcmp(name, "access_token") != 0 &&
            each->val) {
            json_object_set_new(claims, name, read_claim(name, each->val, r->pool));
        }
    }
    return claims;
}

static eckid_err_t *find_client(push_call_t *call)
{
    request_rec *r = call->r;
    const mod_eckid_push_t *push = call->dir->push;
    eckid_bearer_t bearer = push->bearer ? *push->bearer : (eckid_bearer_t){.keys = NULL};
    const eckid_push_caller_t caller = {
        .authorization = apr_table_get(r->headers_in, "Authorization"),
        .given = bearer.is_given ? find_given(r) : NULL,
        .certificate = find_certificate(r),
    };

    bearer.rules.skew = call->dir->skew >= 0 ? call->dir->skew : MOD_ECKID_SKEW;
    return eckid_push_client_find(&call->client, push->clients, push->bearer ? &bearer : NULL,
                                  &caller, call->now, r->pool);
}

/* What is asked */

static eckid_err_t *read_body(eckid_bytes_t *body, request_rec *r)
{
    switch (mod_eckid_body_read(body, r, ECKID_SCIM_BODY_MAX)) {
    case MOD_ECKID_BODY_WHOLE:
        return NULL;
    case MOD_ECKID_BODY_TOO_LONG:
        return eckid_err_make(r->pool, ECKID_SCIM_LARGE, "it is longer than %d bytes",
                              ECKID_SCIM_BODY_MAX);
    default:
        return eckid_err_make(r->pool, ECKID_SCIM_SYNTAX, "the body is incomplete");
    }
}

/* The part of the path that is behind the location; none if httpd found the location by another
 * spelling, as it may with several slashes. */
static const char *path_of(const request_rec *r, const char *base)
{
    apr_size_t len = strlen(base);

    return strncmp(r->uri, base, len) == 0 ? r->uri + len : "";
}

static eckid_scim_request_t make_request(const push_call_t *call)
{
    request_rec *r = call->r;
    const apr_table_t *fields = r->headers_in;
    const mod_eckid_push_t *push = call->dir->push;

    return (eckid_scim_request_t){
        .method = r->method_number == M_GET ? "GET" : r->method,
        .route = eckid_scim_route(path_of(r, push->base), &push->schema, r->pool),
        .query = r->args,
        .if_match = apr_table_get(fields, "If-Match"),
        .if_none_match = apr_table_get(fields, "If-None-Match"),
        .content_type = apr_table_get(fields, "Content-Type"),
        .now = call->now};
}

static eckid_err_t *make_setup(eckid_scim_setup_t *setup, eckid_scim_schema_t *schema,
                               push_call_t *call, const char *school)
{
    request_rec *r = call->r;
    const mod_eckid_push_t *push = call->dir->push;

    ECKID_ERR(eckid_push_client_school(&call->school, call->client, school, r->pool));
    *schema = push->schema;
    schema->pilot = call->dir->las.pilot == 1;
    *setup = (eckid_scim_setup_t){
        .schema = schema,
        .kinds = push->kinds,
        .directory = mod_eckid_process()->directory,
        .school = mod_eckid_push_school(call->dir, call->school),
        .source = call->client->name,
        .base = ap_construct_url(
            r->pool, apr_pstrcat(r->pool, push->base, school ? "/" : "", school, NULL), r)};
    return setup->school && setup->directory
               ? NULL
               : eckid_err_make(r->pool, ECKID_CONFIG, "there is no school or no directory");
}

static eckid_err_t *serve(eckid_scim_response_t *response, push_call_t *call)
{
    eckid_scim_request_t request = make_request(call);
    eckid_scim_schema_t schema;
    eckid_scim_setup_t setup;
    /* even if it is refused: mod_http2 resets a stream whose body was not read, response and all */
    eckid_err_t *err = read_body(&request.body, call->r);

    ECKID_ERR(find_client(call));
    ECKID_ERR(err);
    if (request.route.place == ECKID_SCIM_NOWHERE) {
        return eckid_err_make(call->r->pool, ECKID_SCIM_ENDPOINT, "people are pushed to %s%s",
                              call->dir->push->base, call->dir->push->schema.endpoint);
    }
    ECKID_ERR(make_setup(&setup, &schema, call, request.route.school));
    *response = eckid_scim_serve(&request, &setup, call->r->pool);
    return NULL;
}

/* What is answered */

/* RFC 6750 section 3. Without a token there is no error to name. */
static const char *challenge(const eckid_scim_response_t *response, const push_call_t *call)
{
    const char *realm = "Bearer realm=\"scim\"";
    const char *scope = call->dir->push->bearer ? call->dir->push->bearer->rules.scope : NULL;
    bool has_token = apr_table_get(call->r->headers_in, "Authorization") != NULL;

    if (response->cause->code == ECKID_PUSH_SCOPE) {
        return apr_pstrcat(call->r->pool, realm, ", error=\"insufficient_scope\", scope=\"", scope,
                           "\"", NULL);
    }
    return has_token ? apr_pstrcat(call->r->pool, realm, ", error=\"invalid_token\"", NULL) : realm;
}

static void set_field(const request_rec *r, const char *name, const char *value)
{
    if (value) {
        apr_table_setn(r->headers_out, name, value);
    }
}

static int answer(const eckid_scim_response_t *response, const push_call_t *call)
{
    request_rec *r = call->r;
    eckid_code_t code = response->cause ? response->cause->code : ECKID_OK;

    r->status = response->status;
    set_field(r, "Location", response->location);
    set_field(r, "ETag", response->etag);
    set_field(r, "Allow", response->allow);
    set_field(r, "Retry-After", response->status == 503 ? "5" : NULL);
    set_field(r, "WWW-Authenticate",
              code == ECKID_PUSH_TOKEN || code == ECKID_PUSH_SCOPE ? challenge(response, call)
                                                                   : NULL);
    if (!response->body.len) {
        set_field(r, "Cache-Control", "no-store");
        return OK;
    }
    return mod_eckid_reply(r, "application/scim+json", response->body, "no-store");
}

/* A person who is not there is no trouble; all else that is refused is, such as another endpoint.
 */
static int level_of(const eckid_scim_response_t *response, const request_rec *r)
{
    if (!response->cause || response->cause->code == ECKID_SCIM_ABSENT) {
        return r->method_number == M_GET ? APLOG_DEBUG : APLOG_INFO;
    }
    return response->status >= 500 ? APLOG_ERR : APLOG_WARNING;
}

/* No line has an id, a key or a URL: who is pushed is nobody's business. */
static void log_response(const eckid_scim_response_t *response, const push_call_t *call)
{
    const request_rec *r = call->r;
    const eckid_err_t *cause = response->cause;
    int level = level_of(response, r);

    if (!APLOG_MODULE_IS_LEVEL(r->server, APLOG_MODULE_INDEX, level)) {
        return;
    }
    ap_log_error(
        APLOG_MARK, level, 0, r->server, "ECK%04d: push by %s %s%s [status=%d school=%s ms=%d]",
        cause ? (int)cause->code : 0, call->client ? call->client->name : "nobody known",
        cause             ? "refused: "
        : response->wrote ? "kept"
                          : "answered",
        cause ? eckid_err_text(cause, r->pool) : "", response->status,
        call->school ? call->school : "-", (int)apr_time_as_msec(apr_time_now() - call->now));
}

int mod_eckid_scim_handler(request_rec *r)
{
    push_call_t call = {.r = r, .dir = mod_eckid_dir(r), .now = apr_time_now()};
    eckid_scim_response_t response;

    if (!mod_eckid_handler_is(r, MOD_ECKID_SCIM)) {
        return DECLINED;
    }
    if (!call.dir->push || !call.dir->push->clients->nelts) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, r->server,
                     "ECK%04d: a push was refused: its location has no EckidScimClient",
                     ECKID_CONFIG);
        return HTTP_FORBIDDEN;
    }
    eckid_err_t *err = serve(&response, &call);

    if (err) {
        response = eckid_scim_refuse(err, r->pool);
    }
    log_response(&response, &call);
    return answer(&response, &call);
}
