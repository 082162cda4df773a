/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to an OpenID provider: its endpoint, its client and its form. */
#include "filter/mod_eckid_oidc_request.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>

#include "conf/mod_eckid_gateway.h"

/* The longest form that is read: a client assertion and a token fit in. */
#define FORM_MAX 131072

static ap_filter_rec_t *input_handle;

/* The endpoint */

/* Compares as lenient servers do: repeated and trailing slashes do not count. */
static bool same_path(const char *a, const char *b)
{
    for (; *a || *b; a++, b++) {
        while (*a == '/' && (a[1] == '/' || !a[1])) {
            a++;
        }
        while (*b == '/' && (b[1] == '/' || !b[1])) {
            b++;
        }
        if (*a != *b) {
            return false;
        }
        if (!*a) {
            return true;
        }
    }
    return true;
}

/* Whether the client asked for that path, whatever it was rewritten to since. */
static bool is_path(const char *path, const request_rec *r)
{
    for (; path && r; r = r->prev) {
        char *original = r->parsed_uri.path ? apr_pstrdup(r->pool, r->parsed_uri.path) : NULL;

        if (same_path(path, r->uri) ||
            (original && ap_unescape_url(original) == OK && same_path(path, original))) {
            return true;
        }
    }
    return false;
}

/* A path as the most lenient server reads it; NULL when it cannot be read so. */
static const char *lenient(const char *path, apr_pool_t *pool)
{
    char *plain = apr_palloc(pool, strlen(path) + 1), *to = plain;

    while (*path) {
        if (*path == ';') {
            path += strcspn(path, "/\\");
            continue;
        }
        *to++ = (char)(*path == '\\' ? '/' : apr_tolower(*path));
        path++;
    }
    *to = '\0';
    return *plain == '/' && ap_normalize_path(plain, AP_NORMALIZE_MERGE_SLASHES) ? plain : NULL;
}

/* Whether the path is that one in another case, with parameters, or with more after it. */
static bool is_near(const char *path, const request_rec *r)
{
    const char *wanted = path ? lenient(path, r->pool) : NULL;
    apr_size_t len = wanted ? strlen(wanted) : 0;

    while (len && wanted[len - 1] == '/') {
        len--;
    }
    for (; len && r; r = r->prev) {
        const char *requested = lenient(r->uri, r->pool);

        if (!requested || (strncmp(wanted, requested, len) == 0 && !apr_isalnum(requested[len]))) {
            return true;
        }
    }
    return false;
}

static void find_endpoint(mod_eckid_oidc_request_t *request, request_rec *r,
                          const mod_eckid_dir_t *dir)
{
    const eckid_provider_view_t *view;

    if (mod_eckid_view(&view, r, dir, apr_time_now())) {
        request->endpoint =
            is_path(eckid_discovery_path(eckid_provider_backend(dir->provider), r->pool), r)
                ? ECKID_ENDPOINT_DISCOVERY
                : ECKID_ENDPOINT_UNKNOWN;
        return;
    }
    request->resembles = is_near(view->userinfo_path, r) ? ECKID_ENDPOINT_USERINFO
                         : is_near(view->token_path, r)  ? ECKID_ENDPOINT_TOKEN
                                                         : ECKID_ENDPOINT_OTHER;
    request->endpoint = is_path(view->token_path, r)       ? ECKID_ENDPOINT_TOKEN
                        : is_path(view->userinfo_path, r)  ? ECKID_ENDPOINT_USERINFO
                        : is_path(view->discovery_path, r) ? ECKID_ENDPOINT_DISCOVERY
                        : is_path(view->jwks_path, r)      ? ECKID_ENDPOINT_JWKS
                                                           : ECKID_ENDPOINT_OTHER;
}

/* The client and the form */

/* RFC 9110 section 7.6.1: a proxy leaves out the fields that Connection names. The client would be
 * judged by fields that the provider does not get. */
bool mod_eckid_oidc_request_hides_fields(const request_rec *r)
{
    const char *options = apr_table_get(r->headers_in, "Connection");

    return options && (ap_find_token(r->pool, options, "Authorization") ||
                       ap_find_token(r->pool, options, "Content-Type") ||
                       ap_find_token(r->pool, options, "Content-Encoding"));
}

/* Copies the body on its way to the provider. */
static apr_status_t on_input(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                             apr_read_type_e block, apr_off_t readbytes)
{
    mod_eckid_oidc_request_t *request = f->ctx;
    apr_status_t status = ap_get_brigade(f->next, bb, mode, block, readbytes);
    apr_off_t kept = 0;

    if (status != APR_SUCCESS || request->is_too_long) {
        return status;
    }
    for (apr_bucket *bucket = APR_BRIGADE_FIRST(bb); bucket != APR_BRIGADE_SENTINEL(bb);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *data;
        apr_size_t len;

        if (!APR_BUCKET_IS_METADATA(bucket) &&
            apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) == APR_SUCCESS) {
            apr_brigade_write(request->body, NULL, NULL, data, len);
        }
    }
    apr_brigade_length(request->body, 0, &kept);
    request->is_too_long = kept > FORM_MAX;
    return status;
}

mod_eckid_oidc_request_t *mod_eckid_oidc_request_early(request_rec *r)
{
    mod_eckid_oidc_request_t *request = apr_pcalloc(r->pool, sizeof(*request));

    request->endpoint = ECKID_ENDPOINT_OTHER;
    request->body = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    return request;
}

mod_eckid_oidc_request_t *mod_eckid_oidc_request_make(request_rec *r, const mod_eckid_dir_t *dir)
{
    mod_eckid_oidc_request_t *request = mod_eckid_oidc_request_early(r);

    find_endpoint(request, r, dir);
    ap_add_input_filter_handle(input_handle, request, r, r->connection);
    return request;
}

/* The body as it came; false when it was not kept. */
static bool read_body(eckid_bytes_t *body, const mod_eckid_oidc_request_t *request,
                      const request_rec *r)
{
    char *data;
    apr_size_t len;

    if (request->is_too_long ||
        apr_brigade_pflatten(request->body, &data, &len, r->pool) != APR_SUCCESS) {
        return false;
    }
    *body = eckid_bytes(data, len);
    return true;
}

eckid_oauth_request_t mod_eckid_oidc_request_oauth(const mod_eckid_oidc_request_t *request,
                                                   const request_rec *r)
{
    eckid_oauth_request_t call = {.authorization = apr_table_get(r->headers_in, "Authorization"),
                                  .query = r->args};
    const eckid_oauth_head_t head = {.type = apr_table_get(r->headers_in, "Content-Type"),
                                     .coding = apr_table_get(r->headers_in, "Content-Encoding"),
                                     .is_post = r->method_number == M_POST};
    eckid_bytes_t body;
    bool is_read = read_body(&body, request, r);

    eckid_oauth_request_read(&call, &head, is_read ? &body : NULL, r->pool);
    return call;
}

eckid_request_signs_t mod_eckid_oidc_request_signs(const mod_eckid_oidc_request_t *request,
                                                   const request_rec *r)
{
    const eckid_oauth_request_t call = mod_eckid_oidc_request_oauth(request, r);
    eckid_bytes_t body;
    bool is_read = call.body != ECKID_OAUTH_HIDDEN && read_body(&body, request, r);

    return eckid_response_kind_signs(&call, is_read ? &body : NULL, request->resembles, r->pool);
}

void mod_eckid_oidc_request_register(void)
{
    input_handle = ap_register_input_filter("ECKID_FORM", on_input, NULL, AP_FTYPE_RESOURCE);
}
