/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page too long to be held: searched while it goes on, and broken off at what is found. */
#include "filter/mod_eckid_page_stream.h"

#include <http_protocol.h>

#include "filter/mod_eckid_response.h"

eckid_err_t *mod_eckid_page_watch(mod_eckid_page_t *page)
{
    apr_pool_t *pool = page->exchange.r->pool;
    apr_array_header_t *gateways =
        apr_array_make(pool, page->settings->nelts, sizeof(const eckid_gateway_t *));

    for (int i = 0; i < page->settings->nelts; i++) {
        ECKID_ERR(mod_eckid_page_turn(page, i));
        *(const eckid_gateway_t **)apr_array_push(gateways) = page->exchange.gateway;
    }
    ECKID_ERR(mod_eckid_page_turn(page, 0));
    page->stream = eckid_page_watch(&page->found, gateways, page->kind == ECKID_BODY_PAGE,
                                    page->exchange.gzip, pool);
    return NULL;
}

/* What is found counts by the settings that found it. */
static eckid_err_t *turn_to_finder(mod_eckid_page_t *page, eckid_err_t *err)
{
    if (err && page->found) {
        mod_eckid_page_turn(page, page->found);
    }
    return err;
}

eckid_err_t *mod_eckid_page_feed(mod_eckid_page_t *page, eckid_bytes_t piece)
{
    return turn_to_finder(page, eckid_page_stream_feed(page->stream, piece));
}

/* Breaks off an answer that is under way, so that it cannot be mistaken for a whole one. */
static apr_status_t break_off(ap_filter_t *f, mod_eckid_page_t *page)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;

    page->exchange.state = MOD_ECKID_ENDED;
    f->c->keepalive = AP_CONN_CLOSE;
    apr_brigade_cleanup(page->exchange.held);
    APR_BRIGADE_INSERT_TAIL(page->exchange.held,
                            ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, f->r->pool, alloc));
    APR_BRIGADE_INSERT_TAIL(page->exchange.held, apr_bucket_eos_create(alloc));
    return mod_eckid_response_pass(f, page->exchange.held);
}

/* Something was found in what is already under way. */
static apr_status_t on_find(ap_filter_t *f, mod_eckid_page_t *page, const eckid_err_t *err)
{
    eckid_decision_t decision = eckid_decision_refuse(err);

    mod_eckid_exchange_log(&page->exchange, &decision);
    if (mod_eckid_exchange_is_observed(&page->exchange)) {
        return mod_eckid_exchange_pass(f);
    }
    return break_off(f, page);
}

apr_status_t mod_eckid_page_stream(ap_filter_t *f, apr_bucket *bucket)
{
    mod_eckid_page_t *page = f->ctx;
    eckid_err_t *err = NULL;
    bool broken, ended;
    const char *data;
    apr_size_t len;

    if (!APR_BUCKET_IS_METADATA(bucket)) {
        apr_status_t status = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ);

        if (status != APR_SUCCESS) {
            return status;
        }
        err = mod_eckid_page_feed(page, eckid_bytes(data, len));
    }
    mod_eckid_exchange_take(&page->exchange, bucket, &broken, &ended);
    err = ended ? turn_to_finder(page, eckid_page_stream_end(page->stream)) : err;
    if (err) {
        return on_find(f, page, err);
    }
    if (ended) {
        page->exchange.state = MOD_ECKID_ENDED;
        return mod_eckid_response_pass(f, page->exchange.held);
    }
    return APR_SUCCESS;
}

apr_status_t mod_eckid_page_send_settled(ap_filter_t *f)
{
    mod_eckid_page_t *page = f->ctx;
    apr_off_t len = eckid_page_stream_settled(page->stream) - page->sent;
    apr_bucket_brigade *rest = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    apr_bucket *after;
    apr_status_t status = apr_brigade_partition(page->exchange.held, len, &after);

    if (status != APR_SUCCESS && status != APR_INCOMPLETE) {
        return status;
    }
    if (after != APR_BRIGADE_SENTINEL(page->exchange.held) && APR_BUCKET_IS_FLUSH(after)) {
        after = APR_BUCKET_NEXT(after);
    }
    apr_brigade_split_ex(page->exchange.held, after, rest);
    page->sent += len;
    status = mod_eckid_response_pass(f, page->exchange.held);
    APR_BRIGADE_CONCAT(page->exchange.held, rest);
    apr_brigade_destroy(rest);
    return status;
}
