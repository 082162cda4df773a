/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request and its answer on the way through a filter: held, decided about, sent. */
#include "filter/mod_eckid_exchange.h"

#include <http_protocol.h>

#include "conf/mod_eckid_log.h"
#include "conf/mod_eckid_refusal.h"
#include "filter/mod_eckid_response.h"
#include "oidc/eckid_form_post.h"

apr_status_t mod_eckid_exchange_run(ap_filter_t *f, apr_bucket_brigade *bb,
                                    const mod_eckid_handlers_t *handlers)
{
    const mod_eckid_exchange_t *exchange = f->ctx;
    apr_status_t status = exchange->state == MOD_ECKID_WAITING ? handlers->begin(f) : APR_SUCCESS;

    while (status == APR_SUCCESS && !APR_BRIGADE_EMPTY(bb)) {
        switch (exchange->state) {
        case MOD_ECKID_HOLDING:
            status = handlers->hold(f, APR_BRIGADE_FIRST(bb));
            break;
        case MOD_ECKID_STREAMING:
            status = handlers->stream(f, APR_BRIGADE_FIRST(bb));
            break;
        case MOD_ECKID_PASSING:
            ap_remove_output_filter(f);
            return ap_pass_brigade(f->next, bb);
        default:
            apr_brigade_cleanup(bb);
        }
    }
    return status;
}

eckid_err_t *mod_eckid_exchange_begin(mod_eckid_exchange_t *exchange)
{
    request_rec *r = exchange->r;

    return eckid_moment_now(&exchange->moment)
               ? mod_eckid_gateway(&exchange->gateway, r, exchange->dir, exchange->moment.now)
               : eckid_err_make(r->pool, ECKID_INTERNAL, "there is no randomness");
}

bool mod_eckid_exchange_is_observed(const mod_eckid_exchange_t *exchange)
{
    return exchange->dir->engine == MOD_ECKID_OBSERVE;
}

eckid_decision_t mod_eckid_exchange_refuse(const mod_eckid_exchange_t *exchange, eckid_code_t code,
                                           const char *detail)
{
    return eckid_decision_refuse(eckid_err_make(exchange->r->pool, code, "%s", detail));
}

void mod_eckid_exchange_take(mod_eckid_exchange_t *exchange, apr_bucket *bucket, bool *broken,
                             bool *ended)
{
    const char *data;
    apr_size_t len = 0;

    *broken = AP_BUCKET_IS_ERROR(bucket);
    *ended = APR_BUCKET_IS_EOS(bucket);
    if (!APR_BUCKET_IS_METADATA(bucket)) {
        *broken = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) != APR_SUCCESS;
    }
    apr_bucket_setaside(bucket, exchange->r->pool);
    APR_BUCKET_REMOVE(bucket);
    APR_BRIGADE_INSERT_TAIL(exchange->held, bucket);
    exchange->held_len += len;
}

/* The bucket that holds all of the data, as of most responses; NULL if there is none. */
static apr_bucket *only_bucket(const mod_eckid_exchange_t *exchange)
{
    apr_bucket *bucket = APR_BRIGADE_FIRST(exchange->held);

    while (bucket != APR_BRIGADE_SENTINEL(exchange->held) && APR_BUCKET_IS_METADATA(bucket)) {
        bucket = APR_BUCKET_NEXT(bucket);
    }
    return bucket != APR_BRIGADE_SENTINEL(exchange->held) && bucket->length == exchange->held_len
               ? bucket
               : NULL;
}

eckid_bytes_t mod_eckid_exchange_body(const mod_eckid_exchange_t *exchange)
{
    apr_bucket *only = only_bucket(exchange);
    const char *there;
    char *data;
    apr_size_t len;

    if (only && apr_bucket_read(only, &there, &len, APR_BLOCK_READ) == APR_SUCCESS &&
        len == exchange->held_len) {
        return eckid_bytes(there, len);
    }
    apr_brigade_pflatten(exchange->held, &data, &len, exchange->r->pool);
    return eckid_bytes(data, len);
}

void mod_eckid_exchange_log(const mod_eckid_exchange_t *exchange, const eckid_decision_t *decision)
{
    if (decision->log.provider_fetched) {
        mod_eckid_log_provider(exchange->r, eckid_provider_issuer(exchange->dir->provider), true,
                               decision->log.provider_error);
    }
    mod_eckid_log_decision(exchange->r, decision, &exchange->moment,
                           mod_eckid_exchange_is_observed(exchange));
}

apr_status_t mod_eckid_exchange_pass(ap_filter_t *f)
{
    mod_eckid_exchange_t *exchange = f->ctx;

    exchange->state = MOD_ECKID_PASSING;
    return mod_eckid_response_pass(f, exchange->held);
}

apr_status_t mod_eckid_exchange_send(ap_filter_t *f, eckid_bytes_t body)
{
    mod_eckid_exchange_t *exchange = f->ctx;

    exchange->state = MOD_ECKID_ENDED;
    return mod_eckid_response_send(f, exchange->held, body);
}

apr_status_t mod_eckid_exchange_carry_out(ap_filter_t *f, const eckid_decision_t *decision,
                                          apr_status_t (*refuse)(ap_filter_t *f,
                                                                 const eckid_decision_t *decision))
{
    const mod_eckid_exchange_t *exchange = f->ctx;

    mod_eckid_exchange_log(exchange, decision);
    if (mod_eckid_exchange_is_observed(exchange) || decision->verdict == ECKID_PASS) {
        return mod_eckid_exchange_pass(f);
    }
    if (decision->verdict == ECKID_REFUSE) {
        return refuse(f, decision);
    }
    if (decision->own_page) {
        mod_eckid_response_replace(exchange->r, HTTP_OK, decision->body.len);
        apr_table_setn(exchange->r->headers_out, "Content-Security-Policy", ECKID_FORM_POST_CSP);
    }
    else {
        mod_eckid_response_change(exchange->r, decision->body.len);
    }
    return mod_eckid_exchange_send(f, decision->body);
}

apr_status_t mod_eckid_exchange_send_page(ap_filter_t *f, const eckid_decision_t *decision)
{
    const mod_eckid_exchange_t *exchange = f->ctx;
    request_rec *r = exchange->r;
    eckid_bytes_t page = mod_eckid_refusal(r, exchange->dir, decision, &exchange->moment);

    mod_eckid_response_replace(r, decision->status, page.len);
    return mod_eckid_exchange_send(f, page);
}

void mod_eckid_exchange_forget_conditions(request_rec *r)
{
    static const char *const names[] = {"If-Match", "If-None-Match", "If-Modified-Since",
                                        "If-Unmodified-Since", NULL};

    for (const char *const *name = names; *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
}
