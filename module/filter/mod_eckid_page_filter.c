/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages and XML on their way to the browser: held up to a bound, judged by the library, sent. */
#include "filter/mod_eckid_page_filter.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "base/eckid_json.h"
#include "base/eckid_url.h"
#include "conf/mod_eckid_handler.h"
#include "filter/mod_eckid_exchange.h"
#include "conf/mod_eckid_host.h"
#include "filter/mod_eckid_response.h"
#include "gateway/eckid_page.h"
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_oidc_scan.h"

static ap_filter_rec_t *filter_handle, *final_handle;

/* Where the head itself sends the browser; NULL for nowhere. */
typedef struct targets_t {
    const char *location, *refresh;
} targets_t;

/* One answer on its way. */
typedef struct page_t {
    mod_eckid_exchange_t exchange; /* first: the filter's context is both */
    const struct page_t *before;   /* the same answer before its head was final; or NULL */
    targets_t targets;
    eckid_body_kind_t kind;
    const eckid_err_t *unread; /* why the body cannot be read as that kind; or NULL */
    eckid_page_stream_t *stream;
    apr_off_t sent;                     /* while streaming */
    int found;                          /* by which of the settings something was found then */
    const apr_array_header_t *settings; /* const mod_eckid_dir_t *, by which it is judged in turn */
    bool is_elsewhere;                  /* whether the engine is not on at its own location */
    bool has_provider;         /* whether its own settings read tokens, in another filter */
    bool only_json;            /* whether the body is of no kind but JSON or a token */
    bool is_no_feed;           /* whether it is known that it must be held until it is whole */
    int number;                /* of the settings that judge now */
    const eckid_policy_t *own; /* of its own settings */
} page_t;

/* Sending */

static apr_status_t send_page(ap_filter_t *f, const eckid_decision_t *decision)
{
    return mod_eckid_exchange_send_page(f, decision);
}

/* Breaks off an answer that is under way, so that it cannot be mistaken for a whole one. */
static apr_status_t break_off(ap_filter_t *f, page_t *page)
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

/* Judging */

/* What a response shows, by the settings at hand; subject is what is judged. */
typedef eckid_decision_t judge_t(page_t *page, const void *subject);

/* Tokens of the own settings' clients were judged in the other filter, and may be signed by a key
 * that is shared by now. */
static void leave_judged(page_t *page)
{
    eckid_gateway_t *gateway =
        apr_pmemdup(page->exchange.r->pool, page->exchange.gateway, sizeof(*gateway));

    gateway->oidc.judged = page->own;
    page->exchange.gateway = gateway;
}

static eckid_err_t *turn_to(page_t *page, int number)
{
    mod_eckid_exchange_t *exchange = &page->exchange;

    page->number = number;
    exchange->dir = APR_ARRAY_IDX(page->settings, number, const mod_eckid_dir_t *);
    ECKID_ERR(
        mod_eckid_gateway(&exchange->gateway, exchange->r, exchange->dir, exchange->moment.now));
    if (page->has_provider && (number > 0 || page->only_json)) {
        leave_judged(page);
    }
    return NULL;
}

/* By all settings of the virtual host in turn, until one of them has more to say than that it may
 * pass. The exchange then goes on by these. Where they only observe, that is logged. */
static eckid_decision_t judge_by_all(page_t *page, judge_t *judge, const void *subject)
{
    eckid_decision_t first = judge(page, subject), decision = first;

    for (int i = 1; i < page->settings->nelts; i++) {
        if (decision.verdict != ECKID_PASS) {
            if (!mod_eckid_exchange_is_observed(&page->exchange)) {
                return decision;
            }
            mod_eckid_exchange_log(&page->exchange, &decision);
            first = (eckid_decision_t){.verdict = ECKID_PASS};
        }
        eckid_err_t *err = turn_to(page, i);

        decision = err ? eckid_decision_refuse(err) : judge(page, subject);
    }
    if (decision.verdict == ECKID_PASS && page->settings->nelts > 1) {
        turn_to(page, 0);
        return first;
    }
    return decision;
}

/* Holding */

static eckid_decision_t decide_by_kind(page_t *page, eckid_bytes_t body)
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

static void note_unread(page_t *page, const char *why)
{
    page->unread = eckid_err_make(page->exchange.r->pool, ECKID_TRUNCATED, "%s", why);
}

static eckid_decision_t judge_body(page_t *page, const void *subject)
{
    const eckid_bytes_t body = *(const eckid_bytes_t *)subject;

    return page->unread ? eckid_page_check_unread(page->exchange.gateway, body, page->exchange.gzip,
                                                  page->unread, page->exchange.r->pool)
                        : decide_by_kind(page, body);
}

static eckid_decision_t decide(page_t *page, eckid_bytes_t body)
{
    if (body.len == 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS}; /* HEAD, 204, 304 */
    }
    if (!mod_eckid_response_is_whole(page->exchange.r, body.len)) {
        note_unread(page, "it is shorter than announced");
    }
    return judge_by_all(page, judge_body, &body);
}

/* From here on the body is watched by all settings at once. */
static eckid_err_t *watch(page_t *page)
{
    apr_pool_t *pool = page->exchange.r->pool;
    apr_array_header_t *gateways =
        apr_array_make(pool, page->settings->nelts, sizeof(const eckid_gateway_t *));

    for (int i = 0; i < page->settings->nelts; i++) {
        ECKID_ERR(turn_to(page, i));
        *(const eckid_gateway_t **)apr_array_push(gateways) = page->exchange.gateway;
    }
    ECKID_ERR(turn_to(page, 0));
    page->stream = eckid_page_watch(&page->found, gateways, page->kind == ECKID_BODY_PAGE,
                                    page->exchange.gzip, pool);
    return NULL;
}

/* What is found counts by the settings that found it. */
static eckid_err_t *turn_to_finder(page_t *page, eckid_err_t *err)
{
    if (err && page->found) {
        turn_to(page, page->found);
    }
    return err;
}

static eckid_err_t *feed(page_t *page, eckid_bytes_t piece)
{
    return turn_to_finder(page, eckid_page_stream_feed(page->stream, piece));
}

/* What can be said of a body when only its beginning is there. */
static eckid_decision_t decide_early(page_t *page, eckid_bytes_t start)
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
    eckid_err_t *err = decision.verdict == ECKID_PASS ? watch(page) : NULL;

    err = err || decision.verdict != ECKID_PASS ? err : feed(page, start);
    return err ? eckid_decision_refuse(err) : decision;
}

/* The body is longer than is held. Nothing of it has been sent, so it can still be refused. */
static apr_status_t on_overflow(ap_filter_t *f, page_t *page)
{
    eckid_decision_t decision = decide_early(page, mod_eckid_exchange_body(&page->exchange));

    if (decision.verdict == ECKID_PASS) {
        page->exchange.state = MOD_ECKID_STREAMING;
        return APR_SUCCESS;
    }
    return mod_eckid_exchange_carry_out(f, &decision, send_page);
}

/* The body ended, or broke off. */
static apr_status_t on_end(ap_filter_t *f, page_t *page, bool broken)
{
    if (broken) {
        note_unread(page, "the connection to the identity provider broke");
    }
    eckid_decision_t decision = decide(page, mod_eckid_exchange_body(&page->exchange));

    return mod_eckid_exchange_carry_out(f, &decision, send_page);
}

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
static bool is_in_lines(const page_t *page, eckid_bytes_t body)
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
static bool is_feed(page_t *page)
{
    if (page->is_no_feed || !ends_with_line(&page->exchange)) {
        return false;
    }
    const eckid_bytes_t body = mod_eckid_exchange_body(&page->exchange);

    page->is_no_feed = !is_in_lines(page, body) || watch(page) || feed(page, body);
    if (page->is_no_feed) {
        turn_to(page, 0);
    }
    return !page->is_no_feed;
}

static apr_status_t on_flush(page_t *page, apr_bucket *flush)
{
    if (is_feed(page)) {
        page->exchange.state = MOD_ECKID_STREAMING;
    }
    else {
        apr_bucket_delete(flush);
    }
    return APR_SUCCESS;
}

static apr_status_t hold(ap_filter_t *f, apr_bucket *bucket)
{
    page_t *page = f->ctx;
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

/* Streaming */

static apr_status_t send_settled(ap_filter_t *f, page_t *page)
{
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

/* Something was found in what is already under way. */
static apr_status_t on_find(ap_filter_t *f, page_t *page, const eckid_err_t *err)
{
    eckid_decision_t decision = eckid_decision_refuse(err);

    mod_eckid_exchange_log(&page->exchange, &decision);
    if (mod_eckid_exchange_is_observed(&page->exchange)) {
        return mod_eckid_exchange_pass(f);
    }
    return break_off(f, page);
}

static apr_status_t stream(ap_filter_t *f, apr_bucket *bucket)
{
    page_t *page = f->ctx;
    eckid_err_t *err = NULL;
    bool broken, ended;
    const char *data;
    apr_size_t len;

    if (!APR_BUCKET_IS_METADATA(bucket)) {
        apr_status_t status = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ);

        if (status != APR_SUCCESS) {
            return status;
        }
        err = feed(page, eckid_bytes(data, len));
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

/* Deciding by the head */

static bool is_metadata_path(const request_rec *r, const mod_eckid_dir_t *dir)
{
    const apr_array_header_t *paths = dir->metadata_paths;

    for (int i = 0; paths && i < paths->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(paths, i, const char *), r->uri) == 0) {
            return true;
        }
    }
    return false;
}

static targets_t targets_of(const request_rec *r)
{
    const char *refresh = mod_eckid_response_field(r, "Refresh");

    return (targets_t){mod_eckid_response_field(r, "Location"),
                       refresh ? eckid_url_refresh(refresh) : NULL};
}

/* ID tokens in a URL. Where the own settings read them, others only look for their own suppliers'.
 */
static eckid_err_t *check_tokens(const page_t *page, const char *target)
{
    const eckid_gateway_t *gateway = page->exchange.gateway;
    apr_pool_t *pool = page->exchange.r->pool;

    if (!gateway->oidc.provider || (page->has_provider && page->number == 0)) {
        return NULL;
    }
    if (!page->has_provider) {
        return eckid_authorization_response_link(&gateway->oidc, gateway->asked, target, pool);
    }
    return eckid_oidc_scan_url(&gateway->oidc, target, pool)
               ? eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a URL of another provider")
               : NULL;
}

static eckid_decision_t judge_target(page_t *page, const char *target)
{
    eckid_decision_t decision = {.verdict = ECKID_PASS};

    if (target) {
        decision = eckid_page_check_url(page->exchange.gateway, target, page->exchange.r->pool);
    }
    return target && decision.verdict == ECKID_PASS
               ? eckid_decision_pass_unless(check_tokens(page, target))
               : decision;
}

static eckid_decision_t judge_targets(page_t *page, const void *subject)
{
    const targets_t *targets = subject;
    eckid_decision_t decision = judge_target(page, targets->location);

    return decision.verdict == ECKID_PASS ? judge_target(page, targets->refresh) : decision;
}

static eckid_decision_t decide_by_head(page_t *page, const targets_t *targets)
{
    eckid_err_t *err = mod_eckid_exchange_begin(&page->exchange);

    if (err || page->kind == ECKID_BODY_REFUSE) {
        return eckid_decision_refuse(err ? err : page->unread);
    }
    page->own = page->exchange.gateway->rules.policy;
    if (page->has_provider && page->only_json) {
        leave_judged(page);
    }
    return judge_by_all(page, judge_targets, targets);
}

/* Whether JSON can have a login over SAML in it. Elsewhere, what does not say how long it is may
 * have no end, and is left alone. */
static bool may_hold_login(const page_t *page)
{
    bool found = false;

    if (page->is_elsewhere && !mod_eckid_response_field(page->exchange.r, "Content-Length")) {
        return false;
    }
    for (int i = 0; !found && i < page->settings->nelts; i++) {
        found = APR_ARRAY_IDX(page->settings, i, const mod_eckid_dir_t *)->metadata != NULL;
    }
    return found;
}

/* Tokens are read where the own settings have no provider, and for those of other settings; logins
 * in JSON everywhere. */
static void find_kind(page_t *page, eckid_response_head_t *head)
{
    request_rec *r = page->exchange.r;

    page->kind = eckid_body_kind(&page->exchange.gzip, &page->unread, head, r->pool);
    if (page->kind != ECKID_BODY_PASS) {
        return;
    }
    head->may_hold_tokens =
        r->method_number == M_POST && (!page->has_provider || page->settings->nelts > 1);
    head->may_hold_login = may_hold_login(page);
    page->kind = eckid_body_kind(&page->exchange.gzip, &page->unread, head, r->pool);
    page->only_json = page->kind != ECKID_BODY_PASS;
    if (page->kind == ECKID_BODY_REFUSE && (page->has_provider || !head->may_hold_tokens)) {
        page->kind = ECKID_BODY_PASS;
    }
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Whether nobody needs to look at the answer. With before, mod_headers may have made a page of what
 * passed there as something else, or sent the browser elsewhere. */
static bool is_settled(const page_t *page)
{
    const page_t *before = page->before;
    const targets_t none = {NULL, NULL}, *judged = before ? &before->targets : &none;

    return page->kind == ECKID_BODY_PASS && is_same(page->targets.location, judged->location) &&
           is_same(page->targets.refresh, judged->refresh);
}

/* Whether the answer went through the filter before as no page. */
static bool is_open(const page_t *page)
{
    return !page->before || (page->before->kind == ECKID_BODY_PASS &&
                             page->before->exchange.state == MOD_ECKID_PASSING);
}

/* The first thing that happens to an answer. */
static apr_status_t begin(ap_filter_t *f)
{
    page_t *page = f->ctx;
    request_rec *r = page->exchange.r;
    eckid_response_head_t head =
        mod_eckid_response_head(r, !page->is_elsewhere && is_metadata_path(r, page->exchange.dir));

    head.is_elsewhere = page->is_elsewhere;
    page->targets = targets_of(r);
    find_kind(page, &head);
    if (!is_open(page) || is_settled(page)) {
        page->exchange.state = MOD_ECKID_PASSING;
        return APR_SUCCESS;
    }
    page->exchange.held = apr_brigade_create(r->pool, f->c->bucket_alloc);
    eckid_decision_t decision = decide_by_head(page, &page->targets);

    if (decision.verdict == ECKID_REFUSE) {
        return mod_eckid_exchange_carry_out(f, &decision, send_page);
    }
    page->exchange.state = page->kind == ECKID_BODY_PASS ? MOD_ECKID_PASSING : MOD_ECKID_HOLDING;
    if (head.at_metadata && r->header_only && !mod_eckid_exchange_is_observed(&page->exchange)) {
        mod_eckid_response_forget(r);
    }
    return APR_SUCCESS;
}

static apr_status_t on_output(ap_filter_t *f, apr_bucket_brigade *bb)
{
    static const mod_eckid_handlers_t handlers = {begin, hold, stream};
    page_t *page = f->ctx;
    apr_status_t status = mod_eckid_exchange_run(f, bb, &handlers);

    return status == APR_SUCCESS && page->exchange.state == MOD_ECKID_STREAMING
               ? send_settled(f, page)
               : status;
}

/* Hooks */

void mod_eckid_page_filter_register(void)
{
    filter_handle = ap_register_output_filter("ECKID", on_output, NULL, AP_FTYPE_CONTENT_SET - 1);
    final_handle = ap_register_output_filter("ECKID_FINAL", on_output, NULL, AP_FTYPE_CONTENT_SET);
}

/* Whether the client takes gzip: the only coding that we can read. */
static bool takes_gzip(const char *accept)
{
    const char *gzip = accept ? ap_strcasestr(accept, "gzip") : NULL;
    const char *rest = gzip ? gzip + strlen("gzip") : "";

    rest += strspn(rest, " \t");
    const char *weight = *rest == ';' ? strchr(rest, '=') : NULL;

    return gzip && (!weight || strtod(weight + 1, NULL) > 0);
}

static void take_codings(request_rec *r)
{
    if (takes_gzip(apr_table_get(r->headers_in, "Accept-Encoding"))) {
        apr_table_setn(r->headers_in, "Accept-Encoding", "gzip");
    }
    else {
        apr_table_unset(r->headers_in, "Accept-Encoding");
    }
}

static void take_ranges(request_rec *r)
{
    static const char *const ranges[] = {"Range", "If-Range", "Request-Range", NULL};

    for (const char *const *name = ranges; *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
}

/* The engine is not on at this location, but at others. A part of a video is sent; several parts,
 * in which there could be any type, are not asked for. */
static void prepare_elsewhere(request_rec *r)
{
    const char *range = apr_table_get(r->headers_in, "Range");

    if ((range && strchr(range, ',')) || apr_table_get(r->headers_in, "Request-Range")) {
        take_ranges(r);
    }
    take_codings(r);
}

int mod_eckid_page_filter_fixups(request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);

    if (!mod_eckid_host_is_guarded(r)) {
        return DECLINED;
    }
    if (!mod_eckid_is_at_work(dir)) {
        prepare_elsewhere(r);
        return OK;
    }
    if (mod_eckid_is_loop(r, dir)) {
        return HTTP_LOOP_DETECTED;
    }
    take_ranges(r);
    take_codings(r);
    if (is_metadata_path(r, dir)) {
        mod_eckid_exchange_forget_conditions(r);
    }
    return OK;
}

static page_t *make_page(request_rec *r, const page_t *before)
{
    const mod_eckid_dir_t *own = mod_eckid_dir(r);
    page_t *page = apr_pcalloc(r->pool, sizeof(*page));

    page->before = before;
    page->settings = before ? before->settings : mod_eckid_host_settings(r);
    page->is_elsewhere = !mod_eckid_is_at_work(own);
    page->has_provider = !page->is_elsewhere && own->provider;
    page->exchange.r = r;
    page->exchange.dir = APR_ARRAY_IDX(page->settings, 0, const mod_eckid_dir_t *);
    return page;
}

void mod_eckid_page_filter_insert(request_rec *r)
{
    if (mod_eckid_is_idp(mod_eckid_dir(r)) && mod_eckid_handler_is(r, MOD_ECKID_IDP)) {
        return; /* what we send ourselves is no answer of another identity provider */
    }
    /* a part of a page that goes through the filter as a whole does not go through it twice */
    if (mod_eckid_host_is_guarded(r) && !(r->main && mod_eckid_host_is_guarded(r->main))) {
        page_t *page = make_page(r, NULL);

        mod_eckid_request(r)->page = page;
        ap_add_output_filter_handle(filter_handle, page, r, r->connection);
    }
}

void mod_eckid_page_filter_insert_final(request_rec *r)
{
    const page_t *page = mod_eckid_request(r)->page;

    if (page) {
        ap_add_output_filter_handle(final_handle, make_page(r, page), r, r->connection);
    }
}
