/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider is asked: at which endpoint, by whom, and with which form. */
#include "mod_eckid_asked.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "mod_eckid_gateway.h"

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

/* The same in other letters, with parameters, or with more behind it. */
static bool is_near(const char *path, const request_rec *r)
{
    apr_size_t len = path ? strlen(path) : 0;

    while (len && path[len - 1] == '/') {
        len--;
    }
    for (; len && r; r = r->prev) {
        if (ap_cstr_casecmpn(path, r->uri, len) == 0 && !apr_isalnum(r->uri[len])) {
            return true;
        }
    }
    return false;
}

static void find_place(mod_eckid_asked_t *asked, request_rec *r, const mod_eckid_dir_t *dir)
{
    const eckid_provider_view_t *view;

    asked->place = MOD_ECKID_UNKNOWN;
    asked->why = mod_eckid_view(&view, r, dir, apr_time_now());
    if (asked->why) {
        return;
    }
    asked->near_token = is_near(view->token_path, r);
    asked->near_userinfo = is_near(view->userinfo_path, r);
    asked->place = is_path(view->token_path, r)       ? MOD_ECKID_AT_TOKEN
                   : is_path(view->userinfo_path, r)  ? MOD_ECKID_AT_USERINFO
                   : is_path(view->discovery_path, r) ? MOD_ECKID_AT_DISCOVERY
                   : is_path(view->jwks_path, r)      ? MOD_ECKID_AT_KEYS
                                                      : MOD_ECKID_ELSEWHERE;
}

/* With what */

static bool is_form(const request_rec *r)
{
    const char *field = apr_table_get(r->headers_in, "Content-Type");
    const char *type = eckid_http_media_type(field, r->pool);

    return r->method_number == M_POST && strcmp(type, "application/x-www-form-urlencoded") == 0 &&
           !strchr(field, ',') && !apr_table_get(r->headers_in, "Content-Encoding");
}

/* Keeps a copy of what goes to the provider. */
static apr_status_t on_input(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                             apr_read_type_e block, apr_off_t readbytes)
{
    mod_eckid_asked_t *asked = f->ctx;
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

mod_eckid_asked_t *mod_eckid_asked_make(request_rec *r, const mod_eckid_dir_t *dir)
{
    mod_eckid_asked_t *asked = apr_pcalloc(r->pool, sizeof(*asked));

    find_place(asked, r, dir);
    asked->is_form = is_form(r);
    asked->body = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    ap_add_input_filter_handle(input_handle, asked, r, r->connection);
    return asked;
}

eckid_call_t mod_eckid_asked_call(const mod_eckid_asked_t *asked, const request_rec *r)
{
    eckid_call_t call = {.authorization = apr_table_get(r->headers_in, "Authorization"),
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

eckid_shown_t mod_eckid_asked_shown(const mod_eckid_asked_t *asked, const request_rec *r)
{
    const eckid_call_t call = mod_eckid_asked_call(asked, r);
    const bool coded = apr_table_get(r->headers_in, "Content-Encoding") != NULL;
    char *data = NULL;
    apr_size_t len = 0;

    if (asked->is_too_long || (coded && call.opaque) ||
        apr_brigade_pflatten(asked->body, &data, &len, r->pool) != APR_SUCCESS) {
        return (eckid_shown_t){.token = true, .client = true};
    }
    eckid_shown_t shown = eckid_elsewhere_shown(&call, eckid_bytes(data, len), r->pool);

    shown.token = shown.token || asked->near_userinfo;
    shown.client = shown.client || asked->near_userinfo || asked->near_token;
    return shown;
}

void mod_eckid_asked_register(void)
{
    input_handle = ap_register_input_filter("ECKID_FORM", on_input, NULL, AP_FTYPE_RESOURCE);
}
