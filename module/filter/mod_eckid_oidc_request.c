/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider is asked: at which endpoint, by whom, and with which form. */
#include "filter/mod_eckid_oidc_request.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>

#include "conf/mod_eckid_gateway.h"

/* The longest form that is looked at: a client assertion and a token fit in. */
#define FORM_MAX 131072

static ap_filter_rec_t *input_handle;

/* Where */

/* Compares as careless servers do: slashes that are repeated or last do not count. */
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
        char *asked = r->parsed_uri.path ? apr_pstrdup(r->pool, r->parsed_uri.path) : NULL;

        if (same_path(path, r->uri) ||
            (asked && ap_unescape_url(asked) == OK && same_path(path, asked))) {
            return true;
        }
    }
    return false;
}

/* A path as the most forgiving of servers reads it; NULL when it has no such form. */
static const char *forgiven(const char *path, apr_pool_t *pool)
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

/* The same in other letters, with parameters, or with more behind it. */
static bool is_near(const char *path, const request_rec *r)
{
    const char *wanted = path ? forgiven(path, r->pool) : NULL;
    apr_size_t len = wanted ? strlen(wanted) : 0;

    while (len && wanted[len - 1] == '/') {
        len--;
    }
    for (; len && r; r = r->prev) {
        const char *asked = forgiven(r->uri, r->pool);

        if (!asked || (strncmp(wanted, asked, len) == 0 && !apr_isalnum(asked[len]))) {
            return true;
        }
    }
    return false;
}

static void find_endpoint(mod_eckid_oidc_request_t *asked, request_rec *r,
                          const mod_eckid_dir_t *dir)
{
    const eckid_provider_view_t *view;

    asked->endpoint = ECKID_ENDPOINT_UNKNOWN;
    asked->why = mod_eckid_view(&view, r, dir, apr_time_now());
    if (asked->why) {
        return;
    }
    asked->resembles = is_near(view->userinfo_path, r) ? ECKID_ENDPOINT_USERINFO
                       : is_near(view->token_path, r)  ? ECKID_ENDPOINT_TOKEN
                                                       : ECKID_ENDPOINT_OTHER;
    asked->endpoint = is_path(view->token_path, r)       ? ECKID_ENDPOINT_TOKEN
                      : is_path(view->userinfo_path, r)  ? ECKID_ENDPOINT_USERINFO
                      : is_path(view->discovery_path, r) ? ECKID_ENDPOINT_DISCOVERY
                      : is_path(view->jwks_path, r)      ? ECKID_ENDPOINT_JWKS
                                                         : ECKID_ENDPOINT_OTHER;
}

/* With what */

/* Fields of the request that count here, and that a proxy must not be told to leave out (RFC 9110
 * section 7.6.1): the client would be judged by something that the provider does not get. */
bool mod_eckid_oidc_request_is_torn(const request_rec *r)
{
    const char *options = apr_table_get(r->headers_in, "Connection");

    return options && (ap_find_token(r->pool, options, "Authorization") ||
                       ap_find_token(r->pool, options, "Content-Type") ||
                       ap_find_token(r->pool, options, "Content-Encoding"));
}

/* Whether the body could be something else than its bytes in UTF-8. */
static bool is_coded(const request_rec *r)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    const char *charset = type ? ap_strcasestr(type, "charset") : NULL;

    return apr_table_get(r->headers_in, "Content-Encoding") ||
           (charset && ap_cstr_casecmp(charset, "charset=utf-8") != 0);
}

/* With a parameter, servers may read it as something else, or by other letters. */
static bool is_form(const request_rec *r)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    const char *wanted = "application/x-www-form-urlencoded";
    apr_size_t len = strlen(wanted);

    if (r->method_number != M_POST || !type || ap_cstr_casecmpn(type, wanted, len) != 0 ||
        is_coded(r)) {
        return false;
    }
    type += len + strspn(type + len, " \t;");
    return !*type || ap_cstr_casecmp(type, "charset=utf-8") == 0;
}

/* Copies the body on its way to the provider. */
static apr_status_t on_input(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                             apr_read_type_e block, apr_off_t readbytes)
{
    mod_eckid_oidc_request_t *asked = f->ctx;
    apr_status_t status = ap_get_brigade(f->next, bb, mode, block, readbytes);
    apr_off_t kept = 0;

    if (status != APR_SUCCESS || asked->is_too_long) {
        return status;
    }
    for (apr_bucket *bucket = APR_BRIGADE_FIRST(bb); bucket != APR_BRIGADE_SENTINEL(bb);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *data;
        apr_size_t len;

        if (!APR_BUCKET_IS_METADATA(bucket) &&
            apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) == APR_SUCCESS) {
            apr_brigade_write(asked->body, NULL, NULL, data, len);
        }
    }
    apr_brigade_length(asked->body, 0, &kept);
    asked->is_too_long = kept > FORM_MAX;
    return status;
}

mod_eckid_oidc_request_t *mod_eckid_oidc_request_nothing(request_rec *r)
{
    mod_eckid_oidc_request_t *asked = apr_pcalloc(r->pool, sizeof(*asked));

    asked->endpoint = ECKID_ENDPOINT_OTHER;
    asked->body = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    return asked;
}

mod_eckid_oidc_request_t *mod_eckid_oidc_request_make(request_rec *r, const mod_eckid_dir_t *dir)
{
    mod_eckid_oidc_request_t *asked = mod_eckid_oidc_request_nothing(r);

    find_endpoint(asked, r, dir);
    asked->is_form = is_form(r);
    ap_add_input_filter_handle(input_handle, asked, r, r->connection);
    return asked;
}

eckid_oauth_request_t mod_eckid_oidc_request_call(const mod_eckid_oidc_request_t *asked,
                                                  const request_rec *r)
{
    eckid_oauth_request_t call = {.authorization = apr_table_get(r->headers_in, "Authorization"),
                                  .query = r->args,
                                  .form = {"", 0}};
    char *data;
    apr_size_t len;

    bool is_read = asked->is_form && !asked->is_too_long &&
                   apr_brigade_pflatten(asked->body, &data, &len, r->pool) == APR_SUCCESS;

    if (is_read) {
        call.form = eckid_bytes(data, len);
    }
    call.opaque = !is_read && !APR_BRIGADE_EMPTY(asked->body);
    return call;
}

eckid_request_signs_t mod_eckid_oidc_request_signs(const mod_eckid_oidc_request_t *asked,
                                                   const request_rec *r)
{
    const eckid_oauth_request_t call = mod_eckid_oidc_request_call(asked, r);
    char *data;
    apr_size_t len;
    bool is_read = !asked->is_too_long && !(is_coded(r) && call.opaque) &&
                   apr_brigade_pflatten(asked->body, &data, &len, r->pool) == APR_SUCCESS;
    const eckid_bytes_t body = is_read ? eckid_bytes(data, len) : eckid_bytes("", 0);

    return eckid_response_kind_signs(&call, is_read ? &body : NULL, asked->resembles, r->pool);
}

void mod_eckid_oidc_request_register(void)
{
    input_handle = ap_register_input_filter("ECKID_FORM", on_input, NULL, AP_FTYPE_RESOURCE);
}
