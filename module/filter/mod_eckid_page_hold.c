/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page that is collected until it can be judged: whole, or as the start of a longer one. */
#include "filter/mod_eckid_page_hold.h"

#include "base/eckid_json.h"
#include "filter/mod_eckid_page_stream.h"
#include "filter/mod_eckid_response.h"

/* The whole body */

static eckid_decision_t decide_by_kind(mod_eckid_page_t *page, eckid_bytes_t body)
{
    const eckid_gateway_t *gateway = page->exchange.gateway;

    switch (page->kind) {
    case ECKID_BODY_PAGE:
        return eckid_page_rewrite(gateway, body, page->exchange.gzip, &page->exchange.moment,
                                  page->exchange.r->pool);
    case ECKID_BODY_METADATA:
        return eckid_page_publish(gateway, body, page->exchange.gzip, page->exchange.moment.now,
                                  page->exchange.r->pool);
    default:
        return eckid_page_check_xml(gateway, body, page->exchange.gzip, page->exchange.r->pool);
    }
}

static void note_unread(mod_eckid_page_t *page, const char *why)
{
    page->unread = eckid_err_make(page->exchange.r->pool, ECKID_TRUNCATED, "%s", why);
}

static eckid_decision_t judge_body(mod_eckid_page_t *page, const void *subject)
{
    const eckid_bytes_t body = *(const eckid_bytes_t *)subject;

    return page->unread ? eckid_page_check_unread(page->exchange.gateway, body, page->exchange.gzip,
                                                  page->unread, page->exchange.r->pool)
                        : decide_by_kind(page, body);
}

static eckid_decision_t decide(mod_eckid_page_t *page, eckid_bytes_t body)
{
    if (body.len == 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS}; /* HEAD, 204, 304 */
    }
    if (!mod_eckid_response_is_whole(page->exchange.r, body.len)) {
        note_unread(page, "it is shorter than announced");
    }
    return mod_eckid_page_judge(page, judge_body, &body);
}

/* The body ended, or broke off. */
static apr_status_t on_end(ap_filter_t *f, mod_eckid_page_t *page, bool broken)
{
    if (broken) {
        note_unread(page, "the connection to the identity provider broke");
    }
    eckid_decision_t decision = decide(page, mod_eckid_exchange_body(&page->exchange));

    return mod_eckid_exchange_carry_out(f, &decision, mod_eckid_exchange_send_page);
}

/* The start of a longer one */

/* What can be said of a body when only its beginning is there. */
static eckid_decision_t decide_early(mod_eckid_page_t *page, eckid_bytes_t start)
{
    const eckid_gateway_t *gateway = page->exchange.gateway;
    apr_pool_t *pool = page->exchange.r->pool;
    eckid_decision_t decision = {.verdict = ECKID_PASS};

    if (page->unread) {
        return eckid_decision_refuse(page->unread);
    }
    if (page->kind == ECKID_BODY_METADATA) {
        return mod_eckid_exchange_refuse(&page->exchange, ECKID_TOO_LONG, "it is metadata");
    }
    if (page->kind == ECKID_BODY_XML) {
        decision = eckid_page_check_xml_start(gateway, start, page->exchange.gzip, pool);
    }
    eckid_err_t *err = decision.verdict == ECKID_PASS ? mod_eckid_page_watch(page) : NULL;

    err = err || decision.verdict != ECKID_PASS ? err : mod_eckid_page_feed(page, start);
    return err ? eckid_decision_refuse(err) : decision;
}

/* The body is longer than is held. Nothing of it has been sent, so it can still be refused. */
static apr_status_t on_overflow(ap_filter_t *f, mod_eckid_page_t *page)
{
    eckid_decision_t decision = decide_early(page, mod_eckid_exchange_body(&page->exchange));

    if (decision.verdict == ECKID_PASS) {
        page->exchange.state = MOD_ECKID_STREAMING;
        return APR_SUCCESS;
    }
    return mod_eckid_exchange_carry_out(f, &decision, mod_eckid_exchange_send_page);
}

/* A feed */

static bool ends_with_line(const mod_eckid_exchange_t *exchange)
{
    apr_bucket *last = APR_BRIGADE_LAST(exchange->held);
    const char *data;
    apr_size_t len;

    return exchange->held_len &&
           apr_bucket_read(last, &data, &len, APR_BLOCK_READ) == APR_SUCCESS && len &&
           data[len - 1] == '\n';
}

/* JSON whose first line is a whole object. */
static bool is_in_lines(const mod_eckid_page_t *page, eckid_bytes_t body)
{
    const char *end = memchr(body.data, '\n', body.len);
    json_t *object;

    return page->only_json && !page->unread && !page->exchange.gzip && end &&
           !mod_eckid_response_field(page->exchange.r, "Content-Length") &&
           eckid_json_peek(&object, eckid_bytes(body.data, (apr_size_t)(end - body.data)),
                           page->exchange.r->pool);
}

/* Whether the backend sends JSON line by line, as things happen, and may do so for ever: there is
 * no whole to wait for. What looks like a login is waited for all the same. */
static bool is_feed(mod_eckid_page_t *page)
{
    if (page->is_no_feed || !ends_with_line(&page->exchange)) {
        return false;
    }
    const eckid_bytes_t body = mod_eckid_exchange_body(&page->exchange);

    page->is_no_feed =
        !is_in_lines(page, body) || mod_eckid_page_watch(page) || mod_eckid_page_feed(page, body);
    if (page->is_no_feed) {
        mod_eckid_page_turn(page, 0);
    }
    return !page->is_no_feed;
}

static apr_status_t on_flush(mod_eckid_page_t *page, apr_bucket *flush)
{
    if (is_feed(page)) {
        page->exchange.state = MOD_ECKID_STREAMING;
    }
    else {
        apr_bucket_delete(flush);
    }
    return APR_SUCCESS;
}

apr_status_t mod_eckid_page_hold(ap_filter_t *f, apr_bucket *bucket)
{
    mod_eckid_page_t *page = f->ctx;
    mod_eckid_exchange_t *exchange = &page->exchange;
    bool broken, ended;

    if (APR_BUCKET_IS_FLUSH(bucket)) {
        return on_flush(page, bucket);
    }
    mod_eckid_exchange_take(exchange, bucket, &broken, &ended);
    if (broken || ended) {
        return on_end(f, page, broken);
    }
    return exchange->held_len > exchange->gateway->page_max ? on_overflow(f, page) : APR_SUCCESS;
}
