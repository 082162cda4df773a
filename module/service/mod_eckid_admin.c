/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves the public halves of the LAS keys, and an operator's commands. */
#include "service/mod_eckid_admin.h"

#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>

#include "operator/eckid_admin.h"
#include "base/eckid_json.h"
#include "jose/eckid_jwk.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_log.h"

APLOG_USE_MODULE(eckid);

static int send_json(request_rec *r, eckid_bytes_t body, const char *cache_control)
{
    ap_set_content_type(r, "application/json");
    ap_set_content_length(r, (apr_off_t)body.len);
    apr_table_setn(r->headers_out, "Cache-Control", cache_control);
    ap_rwrite(body.data, (int)body.len, r);
    return OK;
}

/* eckid-las-keys: RFC 7517, by the names under which the LAS knows the keys */

static bool holds(const json_t *set, const json_t *wanted)
{
    const json_t *jwk;
    size_t i;

    json_array_foreach(set, i, jwk)
    {
        if (json_equal(jwk, wanted)) {
            return true;
        }
    }
    return false;
}

/* One key may be used towards several LASes. */
static eckid_err_t *add_keys(json_t *set, const mod_eckid_las_t *las, apr_pool_t *pool)
{
    for (int i = 0; las->keys && i < las->keys->nelts; i++) {
        const mod_eckid_las_key_t *one = &APR_ARRAY_IDX(las->keys, i, mod_eckid_las_key_t);
        json_t *jwk;

        ECKID_ERR(eckid_jwk_write(&jwk, one->key, pool));
        json_object_set_new(jwk, "kid", json_string(one->keyid));
        if (!holds(set, jwk)) {
            json_array_append(set, jwk);
        }
    }
    return NULL;
}

static eckid_err_t *make_set(eckid_bytes_t *text, const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    json_t *set = json_array();
    json_t *object = eckid_json_own(json_pack("{s:o}", "keys", set), pool);

    ECKID_ERR(add_keys(set, &dir->las, pool));
    for (apr_hash_index_t *i = dir->named ? apr_hash_first(pool, dir->named) : NULL; i;
         i = apr_hash_next(i)) {
        ECKID_ERR(add_keys(set, apr_hash_this_val(i), pool));
    }
    *text = eckid_json_print(object, pool);
    return NULL;
}

static int serve_keys(request_rec *r)
{
    eckid_bytes_t text;

    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    eckid_err_t *err = make_set(&text, mod_eckid_dir(r), r->pool);

    if (err) {
        mod_eckid_log_trouble(r, err, "the keys for the LAS cannot be served");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return send_json(r, text, "max-age=300");
}

/* eckid-desk */

static bool is_allowed(request_rec *r)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    const char *given = apr_table_get(r->headers_in, "Authorization");

    return process->has_secret_file && given && strncmp(given, "Bearer ", 7) == 0 &&
           eckid_admin_is_token(process->secret, given + 7, r->pool);
}

static eckid_err_t *read_body(eckid_bytes_t *body, request_rec *r)
{
    char *buffer = apr_palloc(r->pool, ECKID_ADMIN_REQUEST_MAX);
    apr_size_t len = 0;
    long got = 1;

    if (ap_setup_client_block(r, REQUEST_CHUNKED_ERROR) != OK || !ap_should_client_block(r)) {
        return eckid_err_make(r->pool, ECKID_ADMIN_REQUEST, "there is no body");
    }
    while (got > 0 && len < ECKID_ADMIN_REQUEST_MAX) {
        got = ap_get_client_block(r, buffer + len, ECKID_ADMIN_REQUEST_MAX - len);
        len += got > 0 ? (apr_size_t)got : 0;
    }
    *body = eckid_bytes(buffer, len);
    return got ? eckid_err_make(r->pool, ECKID_ADMIN_REQUEST, "its body is cut short or too long")
               : NULL;
}

static eckid_err_t *serve(eckid_bytes_t *text, request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);
    const eckid_gateway_t *gateway;
    eckid_admin_request_t request;
    eckid_moment_t moment;
    eckid_bytes_t body;

    if (!eckid_moment_now(&moment)) {
        return eckid_err_make(r->pool, ECKID_INTERNAL, "no randomness");
    }
    ECKID_ERR(read_body(&body, r));
    ECKID_ERR(eckid_admin_read(&request, body, r->pool));
    ECKID_ERR(mod_eckid_gateway(&gateway, r, dir, moment.now));
    *text =
        eckid_admin_serve(&request, &gateway->rules.lookup, dir->student->type, &moment, r->pool);
    return NULL;
}

static int serve_desk(request_rec *r)
{
    eckid_bytes_t text;

    if (r->method_number != M_POST) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    if (!is_allowed(r)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, r->server,
                     "ECK%04d: the desk was asked without the token that EckidSecretFile makes",
                     ECKID_ADMIN_REQUEST);
        return HTTP_FORBIDDEN;
    }
    eckid_err_t *err = serve(&text, r);

    if (err) {
        mod_eckid_log_trouble(r, err, "the desk");
        return HTTP_BAD_REQUEST;
    }
    return send_json(r, text, "no-store");
}

int mod_eckid_admin_handler(request_rec *r)
{
    if (r->handler && strcmp(r->handler, "eckid-las-keys") == 0) {
        return serve_keys(r);
    }
    return r->handler && strcmp(r->handler, "eckid-desk") == 0 ? serve_desk(r) : DECLINED;
}
