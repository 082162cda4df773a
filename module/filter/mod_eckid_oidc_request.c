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

/* The paths that the client asked for, whatever they were rewritten to since (const char *). */
static apr_array_header_t *paths_of(const request_rec *r)
{
    apr_array_header_t *paths = apr_array_make(r->pool, 2, sizeof(const char *));

    for (; r; r = r->prev) {
        char *original = r->parsed_uri.path ? apr_pstrdup(r->pool, r->parsed_uri.path) : NULL;

        APR_ARRAY_PUSH(paths, const char *) = r->uri;
        if (original && ap_unescape_url(original) == OK) {
            APR_ARRAY_PUSH(paths, const char *) = original;
        }
    }
    return paths;
}

static bool is_one_of(const char *path, const apr_array_header_t *paths)
{
    for (int i = 0; path && i < paths->nelts; i++) {
        if (same_path(path, APR_ARRAY_IDX(paths, i, const char *))) {
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

static eckid_endpoint_t find_endpoint(const eckid_provider_view_t *view,
                                      const apr_array_header_t *paths)
{
    const eckid_alias_paths_t *aliases = &view->aliases;
    const struct {
        const char *path;
        eckid_endpoint_t endpoint;
    } known[] = {{view->token_path, ECKID_ENDPOINT_TOKEN},
                 {view->userinfo_path, ECKID_ENDPOINT_USERINFO},
                 {view->discovery_path, ECKID_ENDPOINT_DISCOVERY},
                 {view->oauth_path, ECKID_ENDPOINT_DISCOVERY},
                 {view->jwks_path, ECKID_ENDPOINT_JWKS},
                 {view->introspection_path, ECKID_ENDPOINT_INTROSPECTION},
                 {view->revocation_path, ECKID_ENDPOINT_REVOCATION},
                 {view->end_session_path, ECKID_ENDPOINT_END_SESSION},
                 {view->authorization_path, ECKID_ENDPOINT_AUTHORIZATION},
                 {view->pushed_path, ECKID_ENDPOINT_REQUEST},
                 {view->backchannel_path, ECKID_ENDPOINT_REQUEST},
                 {aliases->token, ECKID_ENDPOINT_TOKEN},
                 {aliases->userinfo, ECKID_ENDPOINT_USERINFO},
                 {aliases->introspection, ECKID_ENDPOINT_INTROSPECTION},
                 {aliases->revocation, ECKID_ENDPOINT_REVOCATION},
                 {aliases->pushed, ECKID_ENDPOINT_REQUEST},
                 {aliases->backchannel, ECKID_ENDPOINT_REQUEST}};

    for (unsigned i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (is_one_of(known[i].path, paths)) {
            return known[i].endpoint;
        }
    }
    return ECKID_ENDPOINT_OTHER;
}

/* Where nothing is known of the provider. */
static eckid_endpoint_t find_discovery(const request_rec *r, const mod_eckid_dir_t *dir,
                                       const apr_array_header_t *paths)
{
    const eckid_backend_t *backend = eckid_provider_backend(dir->provider);

    return is_one_of(eckid_discovery_path(backend, r->pool), paths) ||
                   is_one_of(eckid_discovery_oauth_path(backend, r->pool), paths)
               ? ECKID_ENDPOINT_DISCOVERY
               : ECKID_ENDPOINT_UNKNOWN;
}

/* See eckid_response_kind_signs. */
static eckid_endpoint_t resembles(const eckid_provider_view_t *view, const request_rec *r)
{
    const eckid_alias_paths_t *aliases = view ? &view->aliases : NULL;

    return !view ? ECKID_ENDPOINT_OTHER
           : is_near(view->userinfo_path, r) || is_near(aliases->userinfo, r)
               ? ECKID_ENDPOINT_USERINFO
           : is_near(view->introspection_path, r) || is_near(aliases->introspection, r)
               ? ECKID_ENDPOINT_INTROSPECTION
           : is_near(view->token_path, r) || is_near(aliases->token, r) ? ECKID_ENDPOINT_TOKEN
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

/* Adds what came to the copy; whether it was the end. */
static bool copy(mod_eckid_oidc_request_t *request, const apr_bucket_brigade *bb)
{
    bool ended = false;

    for (apr_bucket *bucket = APR_BRIGADE_FIRST(bb); bucket != APR_BRIGADE_SENTINEL(bb);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *data;
        apr_size_t len;

        ended = ended || APR_BUCKET_IS_EOS(bucket);
        if (!APR_BUCKET_IS_METADATA(bucket) &&
            apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) == APR_SUCCESS) {
            apr_brigade_write(request->body, NULL, NULL, data, len);
            request->body_len += len;
            request->is_read = false;
        }
    }
    request->is_too_long = request->body_len > FORM_MAX;
    return ended;
}

/* Hands out what was read ahead. */
static apr_status_t hand_out(mod_eckid_oidc_request_t *request, apr_bucket_brigade *bb,
                             ap_input_mode_t mode, apr_off_t readbytes)
{
    apr_bucket *after = APR_BRIGADE_SENTINEL(request->ahead);

    if (mode != AP_MODE_READBYTES && mode != AP_MODE_EXHAUSTIVE) {
        return APR_ENOTIMPL;
    }
    if (mode == AP_MODE_READBYTES) {
        apr_status_t status = apr_brigade_partition(request->ahead, readbytes, &after);

        if (status != APR_SUCCESS && status != APR_INCOMPLETE) {
            return status;
        }
    }
    while (!APR_BRIGADE_EMPTY(request->ahead) && APR_BRIGADE_FIRST(request->ahead) != after) {
        apr_bucket *bucket = APR_BRIGADE_FIRST(request->ahead);

        APR_BUCKET_REMOVE(bucket);
        APR_BRIGADE_INSERT_TAIL(bb, bucket);
    }
    return APR_SUCCESS;
}

/* Copies the body on its way to the provider. */
static apr_status_t on_input(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                             apr_read_type_e block, apr_off_t readbytes)
{
    mod_eckid_oidc_request_t *request = f->ctx;

    if (request->ahead && !APR_BRIGADE_EMPTY(request->ahead)) {
        return hand_out(request, bb, mode, readbytes);
    }
    apr_status_t status = ap_get_brigade(f->next, bb, mode, block, readbytes);

    if (status == APR_SUCCESS && !request->is_too_long) {
        copy(request, bb);
    }
    return status;
}

/* Reading ahead */

static void set_ahead(mod_eckid_oidc_request_t *request, request_rec *r, eckid_bytes_t form,
                      bool ended)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;

    request->ahead = apr_brigade_create(r->pool, alloc);
    if (form.len) {
        APR_BRIGADE_INSERT_TAIL(request->ahead,
                                apr_bucket_pool_create(form.data, form.len, r->pool, alloc));
    }
    if (ended) {
        APR_BRIGADE_INSERT_TAIL(request->ahead, apr_bucket_eos_create(alloc));
    }
}

bool mod_eckid_oidc_request_is_form(const request_rec *r)
{
    const char *type = eckid_http_media_type(apr_table_get(r->headers_in, "Content-Type"), r->pool);

    return r->method_number == M_POST && !apr_table_get(r->headers_in, "Content-Encoding") &&
           strcmp(type, "application/x-www-form-urlencoded") == 0;
}

int mod_eckid_oidc_request_read(mod_eckid_oidc_request_t *request, request_rec *r)
{
    apr_bucket_brigade *bb;
    bool ended = false;
    char *data;
    apr_size_t len;

    if (!mod_eckid_oidc_request_is_form(r) || request->ahead || !ap_request_has_body(r)) {
        return OK;
    }
    bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    while (!ended && !request->is_too_long) {
        apr_status_t status = ap_get_brigade(request->filter->next, bb, AP_MODE_READBYTES,
                                             APR_BLOCK_READ, HUGE_STRING_LEN);

        if (status != APR_SUCCESS) {
            return ap_map_http_request_error(status, HTTP_BAD_REQUEST);
        }
        ended = copy(request, bb);
        apr_brigade_cleanup(bb);
    }
    if (apr_brigade_pflatten(request->body, &data, &len, r->pool) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    set_ahead(request, r, eckid_bytes(data, len), ended);
    return OK;
}

void mod_eckid_oidc_request_change_form(mod_eckid_oidc_request_t *request, request_rec *r,
                                        eckid_bytes_t form)
{
    static const char *const names[] = {"Transfer-Encoding", "Content-MD5", "Digest",
                                        "Content-Digest",    "Repr-Digest", NULL};

    for (const char *const *name = names; *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
    apr_table_setn(r->headers_in, "Content-Length",
                   apr_psprintf(r->pool, "%" APR_SIZE_T_FMT, form.len));
    apr_brigade_cleanup(request->body);
    apr_brigade_write(request->body, NULL, NULL, form.data, form.len);
    request->body_len = form.len;
    request->is_read = false;
    set_ahead(request, r, form, true);
}

mod_eckid_oidc_request_t *mod_eckid_oidc_request_early(request_rec *r)
{
    mod_eckid_oidc_request_t *request = apr_pcalloc(r->pool, sizeof(*request));

    request->endpoint = ECKID_ENDPOINT_OTHER;
    request->body = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    return request;
}

mod_eckid_oidc_request_t *mod_eckid_oidc_request_make(request_rec *r, const mod_eckid_dir_t *dir,
                                                      const mod_eckid_oidc_request_t *before)
{
    mod_eckid_oidc_request_t *request = mod_eckid_oidc_request_early(r);

    const apr_array_header_t *paths = paths_of(r);

    request->endpoint = mod_eckid_view(&request->view, r, dir, apr_time_now())
                            ? find_discovery(r, dir, paths)
                            : find_endpoint(request->view, paths);
    if (before) {
        request->body = before->body;
        request->body_len = before->body_len;
        request->ahead = before->ahead;
        request->is_too_long = before->is_too_long;
        request->owner = before->owner;
        request->hint = before->hint;
        request->refusal = before->refusal;
    }
    request->filter = ap_add_input_filter_handle(input_handle, request, r, r->connection);
    return request;
}

/* Reads what has come of the body, once. */
static void read_body(mod_eckid_oidc_request_t *request, const request_rec *r)
{
    const eckid_oauth_head_t head = {.type = apr_table_get(r->headers_in, "Content-Type"),
                                     .coding = apr_table_get(r->headers_in, "Content-Encoding"),
                                     .is_post = r->method_number == M_POST};
    char *data;
    apr_size_t len;
    bool is_kept = !request->is_too_long &&
                   apr_brigade_pflatten(request->body, &data, &len, r->pool) == APR_SUCCESS;

    const eckid_bytes_t body = is_kept ? eckid_bytes(data, len) : eckid_bytes("", 0);

    eckid_oauth_request_read(&request->form, &head, is_kept ? &body : NULL, r->pool);
    request->is_read = true;
}

eckid_oauth_request_t mod_eckid_oidc_request_oauth(mod_eckid_oidc_request_t *request,
                                                   const request_rec *r)
{
    if (!request->is_read) {
        read_body(request, r);
    }
    return (eckid_oauth_request_t){.authorization = apr_table_get(r->headers_in, "Authorization"),
                                   .query = r->args,
                                   .form = request->form.form,
                                   .body = request->form.body,
                                   .owner = request->owner,
                                   .hint = request->hint};
}

eckid_request_signs_t mod_eckid_oidc_request_signs(mod_eckid_oidc_request_t *request,
                                                   const request_rec *r)
{
    const eckid_oauth_request_t call = mod_eckid_oidc_request_oauth(request, r);

    return eckid_response_kind_signs(&call, resembles(request->view, r), r->pool);
}

void mod_eckid_oidc_request_register(void)
{
    input_handle = ap_register_input_filter("ECKID_FORM", on_input, NULL, AP_FTYPE_RESOURCE);
}
