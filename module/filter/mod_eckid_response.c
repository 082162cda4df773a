/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of an answer in httpd's hands: read as a whole, and made to fit another body. */
#include "filter/mod_eckid_response.h"
#include "conf/mod_eckid_refusal.h"

#include <apr_strings.h>
#include <http_protocol.h>

/* Most fields are not there, which apr_table_get tells soonest. */
static const char *field_in(const apr_table_t *fields, const char *name, apr_pool_t *pool)
{
    return apr_table_get(fields, name) ? apr_table_getm(pool, fields, name) : NULL;
}

const char *mod_eckid_response_field(const request_rec *r, const char *name)
{
    const char *first = field_in(r->headers_out, name, r->pool);
    const char *second = field_in(r->err_headers_out, name, r->pool);

    return first && second ? apr_pstrcat(r->pool, first, ", ", second, NULL)
           : first         ? first
                           : second;
}

/* The codings that a handler may have noted down in two places. */
static const char *coding_of(const request_rec *r)
{
    const char *field = mod_eckid_response_field(r, "Content-Encoding");
    const char *member = r->content_encoding;

    if (field && member && ap_cstr_casecmp(field, member) == 0) {
        return field;
    }
    return field && member ? apr_pstrcat(r->pool, member, ", ", field, NULL)
           : field         ? field
                           : member;
}

const char *mod_eckid_response_type(const request_rec *r)
{
    return r->content_type ? r->content_type : mod_eckid_response_field(r, "Content-Type");
}

bool mod_eckid_response_is_whole(const request_rec *r, apr_size_t len)
{
    const char *announced = mod_eckid_response_field(r, "Content-Length");
    apr_off_t wanted;
    char *end;

    return !announced || (apr_strtoff(&wanted, announced, &end, 10) == APR_SUCCESS && !*end &&
                          (apr_size_t)wanted == len);
}

eckid_response_head_t mod_eckid_response_head(const request_rec *r, bool at_metadata)
{
    return (eckid_response_head_t){
        .status = r->status,
        .content_type = mod_eckid_response_type(r),
        .content_encoding = coding_of(r),
        .at_metadata = at_metadata && r->status == HTTP_OK,
    };
}

static void unset(request_rec *r, const char *const *names)
{
    for (; *names; names++) {
        apr_table_unset(r->headers_out, *names);
        apr_table_unset(r->err_headers_out, *names);
    }
}

void mod_eckid_response_forget(request_rec *r)
{
    static const char *const names[] = {
        "Content-Length", "Content-MD5",    "ETag",        "Last-Modified",
        "Digest",         "Content-Digest", "Repr-Digest", "Accept-Ranges",
        "Content-Range",  "Trailer",        NULL};

    unset(r, names);
}

void mod_eckid_response_change(request_rec *r, apr_size_t len)
{
    static const char *const names[] = {"Content-Encoding", NULL};

    mod_eckid_response_forget(r);
    unset(r, names);
    r->content_encoding = NULL;
    r->no_cache = 1; /* it was made for one login */
    ap_set_content_length(r, (apr_off_t)len);
}

/* What a browser or a program must know of a refusal too: sessions, who may read it (CORS), how to
 * authenticate (RFC 9110 section 11.6.1, RFC 9449 section 8). */
static bool is_kept(const char *name)
{
    static const char *const names[] = {"Set-Cookie", "Vary", "WWW-Authenticate", "DPoP-Nonce",
                                        NULL};
    const char *const *kept = names;

    while (*kept && ap_cstr_casecmp(*kept, name) != 0) {
        kept++;
    }
    return *kept || ap_cstr_casecmpn(name, "Access-Control-", 15) == 0;
}

static int keep(void *kept, const char *name, const char *value)
{
    if (is_kept(name)) {
        apr_table_addn(kept, name, value);
    }
    return 1;
}

void mod_eckid_response_replace(request_rec *r, int status, apr_size_t len)
{
    static const char *const names[] = {"Location", "Refresh", "Content-Language", "Link", NULL};
    apr_table_t *headers = apr_table_make(r->pool, 8);

    mod_eckid_response_change(r, len);
    unset(r, names);
    apr_table_do(keep, headers, r->headers_out, NULL);
    r->headers_out = headers;
    r->status = status;
    r->status_line = NULL;
    r->content_languages = NULL;
    ap_set_content_type(r, "text/html; charset=utf-8");
    ap_set_content_length(r, (apr_off_t)len);
    apr_table_unset(r->err_headers_out, "Cache-Control");
    apr_table_setn(headers, "Cache-Control", "no-store");
    apr_table_setn(headers, "Content-Security-Policy", MOD_ECKID_REFUSAL_CSP);
}

void mod_eckid_response_program(request_rec *r, const char *type, const char *authenticate,
                                bool retry)
{
    ap_set_content_type(r, type);
    apr_table_unset(r->headers_out, "Content-Security-Policy");
    apr_table_setn(r->headers_out, "Pragma", "no-cache"); /* RFC 6749 section 5.1 */
    if (authenticate) {
        apr_table_unset(r->headers_out, "WWW-Authenticate");
        apr_table_setn(r->err_headers_out, "WWW-Authenticate", authenticate);
    }
    if (retry) {
        apr_table_setn(r->headers_out, "Retry-After", "60");
    }
}

/* httpd makes an error page of all that comes together with an error, though it is to end what was
 * sent before. */
static apr_status_t pass_until_error(ap_filter_t *f, apr_bucket_brigade *held)
{
    apr_bucket *bucket = APR_BRIGADE_FIRST(held);

    while (bucket != APR_BRIGADE_SENTINEL(held) && !AP_BUCKET_IS_ERROR(bucket)) {
        bucket = APR_BUCKET_NEXT(bucket);
    }
    if (bucket == APR_BRIGADE_SENTINEL(held) || bucket == APR_BRIGADE_FIRST(held)) {
        return APR_SUCCESS;
    }
    apr_bucket_brigade *rest = apr_brigade_split_ex(held, bucket, NULL);
    apr_status_t status = ap_pass_brigade(f->next, held);

    apr_brigade_cleanup(held);
    APR_BRIGADE_CONCAT(held, rest);
    return status;
}

apr_status_t mod_eckid_response_pass(ap_filter_t *f, apr_bucket_brigade *held)
{
    apr_status_t status = pass_until_error(f, held);

    if (status == APR_SUCCESS) {
        status = ap_pass_brigade(f->next, held);
    }
    apr_brigade_cleanup(held);
    return status;
}

apr_status_t mod_eckid_response_send(ap_filter_t *f, apr_bucket_brigade *held, eckid_bytes_t body)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;

    apr_brigade_cleanup(held);
    APR_BRIGADE_INSERT_TAIL(held, apr_bucket_pool_create(body.data, body.len, f->r->pool, alloc));
    APR_BRIGADE_INSERT_TAIL(held, apr_bucket_eos_create(alloc));
    return mod_eckid_response_pass(f, held);
}
