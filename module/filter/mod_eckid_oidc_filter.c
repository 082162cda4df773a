/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes between clients and an OpenID provider: JSON, JWT and redirects. */
#include "filter/mod_eckid_oidc_filter.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_other_endpoint.h"
#include "oidc/eckid_token_endpoint.h"
#include "base/eckid_inflate.h"
#include "decision/eckid_refusal_error.h"
#include "base/eckid_url.h"
#include "oidc/eckid_userinfo.h"
#include "oidc/eckid_wellknown.h"
#include "filter/mod_eckid_response.h"
#include "filter/mod_eckid_oidc_request.h"
#include "filter/mod_eckid_exchange.h"

static ap_filter_rec_t *output_handle;

/* One request and its answer. */
typedef struct visit_t {
    mod_eckid_exchange_t exchange; /* first: the filter's context is both */
    mod_eckid_oidc_request_t *asked;
    eckid_response_looks_t looks;
    eckid_response_kind_t kind; /* as the head tells it */
} visit_t;

static bool concerns(const mod_eckid_dir_t *dir)
{
    return mod_eckid_is_at_work(dir) && dir->provider;
}

/* The request */

static visit_t *make_visit(request_rec *r, const mod_eckid_dir_t *dir,
                           mod_eckid_oidc_request_t *asked)
{
    visit_t *visit = apr_pcalloc(r->pool, sizeof(*visit));

    visit->exchange.r = r;
    visit->exchange.dir = dir;
    visit->asked = asked;
    mod_eckid_request(r)->oidc = visit;
    return visit;
}

int mod_eckid_oidc_filter_fixups(request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);

    if (!concerns(dir) || r->main) {
        return DECLINED;
    }
    if (mod_eckid_is_loop(r, dir)) {
        return HTTP_LOOP_DETECTED;
    }
    if (mod_eckid_oidc_request_is_torn(r)) {
        return HTTP_BAD_REQUEST;
    }
    visit_t *visit = make_visit(r, dir, mod_eckid_oidc_request_make(r, dir));

    if (visit->asked->endpoint == ECKID_ENDPOINT_DISCOVERY ||
        visit->asked->endpoint == ECKID_ENDPOINT_JWKS) {
        mod_eckid_exchange_forget_conditions(r);
    }
    /* a part of a token response could not be recognised */
    apr_table_unset(r->headers_in, "Range");
    apr_table_unset(r->headers_in, "If-Range");
    return OK;
}

/* Sending */

static apr_status_t send_problem(ap_filter_t *f, visit_t *visit, const eckid_decision_t *decision)
{
    request_rec *r = visit->exchange.r;
    const char *reference = eckid_moment_reference(&visit->exchange.moment, r->pool);
    const eckid_refusal_error_t problem =
        eckid_refusal_error_make(eckid_response_kind_reader(visit->kind, decision->log.carrier),
                                 decision->status, reference, r->pool);

    mod_eckid_response_replace(r, problem.status, problem.body.len);
    mod_eckid_response_program(r, problem.content_type, problem.authenticate, problem.retry);
    return mod_eckid_exchange_send(f, problem.body);
}

static apr_status_t carry_out(ap_filter_t *f, visit_t *visit, const eckid_decision_t *decision)
{
    const mod_eckid_exchange_t *exchange = &visit->exchange;

    mod_eckid_exchange_log(exchange, decision);
    if (mod_eckid_exchange_is_observed(exchange) || decision->verdict == ECKID_PASS) {
        return mod_eckid_exchange_pass(f);
    }
    if (decision->verdict == ECKID_REFUSE) {
        return send_problem(f, visit, decision);
    }
    mod_eckid_response_change(exchange->r, decision->body.len);
    return mod_eckid_exchange_send(f, decision->body);
}

/* Deciding */

static eckid_decision_t decide_body(visit_t *visit, eckid_bytes_t body)
{
    const eckid_gateway_t *gateway = visit->exchange.gateway;
    const eckid_oauth_request_t call = mod_eckid_oidc_request_call(visit->asked, visit->exchange.r);
    apr_pool_t *pool = visit->exchange.r->pool;

    switch (visit->kind) {
    case ECKID_RESPONSE_TOKEN:
        return eckid_token_endpoint_rewrite(&gateway->oidc, &call, body, &visit->exchange.moment,
                                            pool);
    case ECKID_RESPONSE_USERINFO:
        return eckid_userinfo_rewrite(&gateway->oidc, &call, visit->looks.type, body,
                                      &visit->exchange.moment, pool);
    case ECKID_RESPONSE_DISCOVERY:
        return eckid_wellknown_discovery(&gateway->oidc, body, pool);
    case ECKID_RESPONSE_JWKS:
        return eckid_wellknown_jwks(&gateway->oidc, body, pool);
    default:
        return eckid_other_endpoint_rewrite(&gateway->oidc, &call, &visit->looks.signs, body,
                                            &visit->exchange.moment, pool);
    }
}

/* Whether a response whose body cannot be had, or not whole, may pass all the same. */
static bool may_pass_unread(const visit_t *visit, eckid_body_state_t body)
{
    eckid_response_looks_t looks = visit->looks;
    char start[ECKID_RESPONSE_START];

    looks.body = body;
    looks.start = eckid_bytes(start, sizeof(start));
    apr_brigade_flatten(visit->exchange.held, start, &looks.start.len);
    return eckid_response_kind(&looks) == ECKID_RESPONSE_NONE;
}

static eckid_decision_t decide(visit_t *visit)
{
    eckid_bytes_t body = mod_eckid_exchange_body(&visit->exchange);
    eckid_err_t *err = NULL;

    if (body.len == 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS}; /* HEAD */
    }
    if (!mod_eckid_response_is_whole(visit->exchange.r, body.len)) {
        return mod_eckid_exchange_refuse(&visit->exchange, ECKID_TRUNCATED,
                                         "it is shorter than announced");
    }
    if (visit->asked->is_too_long && visit->kind != ECKID_RESPONSE_ANY) {
        return mod_eckid_exchange_refuse(&visit->exchange, ECKID_TOO_LONG, "the form it answers");
    }
    if (visit->exchange.gzip) {
        err = eckid_inflate_all(&body, ECKID_GZIP, body, visit->exchange.gateway->page_max,
                                visit->exchange.r->pool);
    }
    if (err && may_pass_unread(visit, ECKID_BODY_UNREADABLE)) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    return err ? eckid_decision_refuse(err) : decide_body(visit, body);
}

static apr_status_t hold(ap_filter_t *f, apr_bucket *bucket)
{
    visit_t *visit = f->ctx;
    mod_eckid_exchange_t *exchange = &visit->exchange;
    eckid_decision_t decision;
    bool broken, ended;

    mod_eckid_exchange_take(exchange, bucket, &broken, &ended);
    bool too_long = exchange->held_len > exchange->gateway->page_max;

    if ((broken || too_long) &&
        may_pass_unread(visit, exchange->gzip ? ECKID_BODY_UNREADABLE : ECKID_BODY_CUT)) {
        return mod_eckid_exchange_pass(f);
    }
    if (broken) {
        decision = mod_eckid_exchange_refuse(exchange, ECKID_TRUNCATED,
                                             "the connection to the provider broke");
    }
    else if (too_long) {
        decision =
            mod_eckid_exchange_refuse(exchange, ECKID_TOO_LONG, "it is an answer to a program");
    }
    else if (ended) {
        decision = decide(visit);
    }
    else {
        return APR_SUCCESS;
    }
    return carry_out(f, visit, &decision);
}

/* Redirects */

/* Sends the browser elsewhere, by a head without body: the old one may name the old place. */
static apr_status_t send_elsewhere(ap_filter_t *f, visit_t *visit, const char *url)
{
    request_rec *r = visit->exchange.r;
    bool by_error = apr_table_get(r->err_headers_out, "Location") != NULL;

    apr_table_unset(r->headers_out, "Location");
    apr_table_unset(r->err_headers_out, "Location");
    apr_table_setn(by_error ? r->err_headers_out : r->headers_out, "Location", url);
    mod_eckid_response_change(r, 0);
    return mod_eckid_exchange_send(f, eckid_bytes("", 0));
}

static eckid_decision_t decide_target(visit_t *visit, const char *location, const char *refresh)
{
    apr_pool_t *pool = visit->exchange.r->pool;
    const eckid_oauth_request_t call = {.query = visit->exchange.r->args, .form = {"", 0}};
    eckid_err_t *err = mod_eckid_exchange_begin(&visit->exchange);

    if (!err && refresh) {
        err = eckid_authorization_response_link(&visit->exchange.gateway->oidc, refresh, pool);
    }
    return err ? eckid_decision_refuse(err)
               : eckid_authorization_response_location(&visit->exchange.gateway->oidc,
                                                       eckid_client_auth_requested(&call, pool),
                                                       location, &visit->exchange.moment, pool);
}

/* True when the answer was a redirect that has been dealt with. */
static bool redirect(apr_status_t *status, ap_filter_t *f, visit_t *visit)
{
    const char *location = mod_eckid_response_field(visit->exchange.r, "Location");
    const char *refresh = mod_eckid_response_field(visit->exchange.r, "Refresh");

    refresh = refresh ? eckid_url_refresh(refresh) : NULL;
    if (!location && !refresh) {
        return false;
    }
    eckid_decision_t decision = decide_target(visit, location ? location : "", refresh);

    mod_eckid_exchange_log(&visit->exchange, &decision);
    if (mod_eckid_exchange_is_observed(&visit->exchange) || decision.verdict == ECKID_PASS) {
        return false;
    }
    *status = decision.verdict == ECKID_REFUSE ? mod_eckid_exchange_send_page(f, decision.status)
                                               : send_elsewhere(f, visit, decision.body.data);
    return true;
}

/* The first decision, by the head alone: PASS means that the body is to be looked at. */
static eckid_decision_t decide_by_head(visit_t *visit)
{
    const eckid_response_head_t head = mod_eckid_response_head(visit->exchange.r, false);
    const char *coding = head.content_encoding ? head.content_encoding : "identity";

    eckid_err_t *err = mod_eckid_exchange_begin(&visit->exchange);

    if (err) {
        return eckid_decision_refuse(err);
    }
    if (visit->asked->endpoint == ECKID_ENDPOINT_UNKNOWN) {
        eckid_decision_t unknown = eckid_decision_refuse(visit->asked->why);

        unknown.status = 503;
        return unknown;
    }
    visit->exchange.gzip =
        ap_cstr_casecmp(coding, "gzip") == 0 || ap_cstr_casecmp(coding, "x-gzip") == 0;
    if (!visit->exchange.gzip && ap_cstr_casecmp(coding, "identity") != 0) {
        return mod_eckid_exchange_refuse(&visit->exchange, ECKID_CODING,
                                         "Content-Encoding is neither gzip nor identity");
    }
    return (eckid_decision_t){.verdict = ECKID_PASS};
}

static eckid_response_looks_t looks_of(const visit_t *visit)
{
    const request_rec *r = visit->exchange.r;

    return (eckid_response_looks_t){
        .endpoint = visit->asked->endpoint,
        .signs = mod_eckid_oidc_request_signs(visit->asked, r),
        .status = r->status,
        .type = eckid_http_media_type(mod_eckid_response_type(r), r->pool),
    };
}

static apr_status_t begin(ap_filter_t *f)
{
    visit_t *visit = f->ctx;
    apr_status_t status;

    visit->exchange.held = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    if (redirect(&status, f, visit)) {
        return status;
    }
    visit->looks = looks_of(visit);
    visit->kind = eckid_response_kind(&visit->looks);
    if (visit->kind == ECKID_RESPONSE_NONE) {
        visit->exchange.state = MOD_ECKID_PASSING;
        return APR_SUCCESS;
    }
    eckid_decision_t decision = decide_by_head(visit);

    visit->exchange.state = MOD_ECKID_HOLDING;
    if (decision.verdict == ECKID_REFUSE) {
        return carry_out(f, visit, &decision);
    }
    if (visit->exchange.r->header_only && !mod_eckid_exchange_is_observed(&visit->exchange)) {
        mod_eckid_response_forget(visit->exchange.r);
    }
    return APR_SUCCESS;
}

static apr_status_t on_output(ap_filter_t *f, apr_bucket_brigade *bb)
{
    static const mod_eckid_steps_t steps = {begin, hold, NULL};

    return mod_eckid_exchange_run(f, bb, &steps);
}

/* Hooks */

void mod_eckid_oidc_filter_register(void)
{
    mod_eckid_oidc_request_register();
    /* before the filter for pages: a redirect's old target may stand in its body too */
    output_handle =
        ap_register_output_filter("ECKID_OIDC", on_output, NULL, AP_FTYPE_CONTENT_SET - 2);
}

void mod_eckid_oidc_filter_insert(request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);
    visit_t *visit = mod_eckid_request(r)->oidc;

    if (!visit && concerns(dir) && !r->main) { /* redirected before it came to fixups */
        visit = make_visit(r, dir, mod_eckid_oidc_request_nothing(r));
    }
    /* an error drops all filters, with what they have not sent, and has them inserted again */
    if (visit && visit->exchange.state == MOD_ECKID_WAITING) {
        ap_add_output_filter_handle(output_handle, visit, r, r->connection);
    }
}
