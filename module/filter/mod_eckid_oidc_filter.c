/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes between clients and an OpenID provider: JSON, JWT and redirects. */
#include "filter/mod_eckid_oidc_filter.h"

#include <http_protocol.h>

#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_other_endpoint.h"
#include "oidc/eckid_token_endpoint.h"
#include "base/eckid_inflate.h"
#include "decision/eckid_refusal_error.h"
#include "base/eckid_url.h"
#include "oidc/eckid_userinfo.h"
#include "oidc/eckid_wellknown.h"
#include "filter/mod_eckid_response.h"
#include "filter/mod_eckid_oidc_fields.h"
#include "filter/mod_eckid_oidc_request.h"
#include "filter/mod_eckid_oidc_unseal.h"
#include "filter/mod_eckid_exchange.h"

static ap_filter_rec_t *output_handle;

/* One request and its answer. */
typedef struct oidc_exchange_t {
    mod_eckid_exchange_t exchange; /* first: the filter's context is both */
    mod_eckid_oidc_request_t *request;
    eckid_response_looks_t looks;
    eckid_response_kind_t kind; /* as the head tells it */
} oidc_exchange_t;

static bool concerns(const mod_eckid_dir_t *dir)
{
    return mod_eckid_is_at_work(dir) && dir->provider;
}

/* The request */

static oidc_exchange_t *make_exchange(request_rec *r, const mod_eckid_dir_t *dir,
                                      mod_eckid_oidc_request_t *request)
{
    oidc_exchange_t *oidc = apr_pcalloc(r->pool, sizeof(*oidc));

    oidc->exchange.r = r;
    oidc->exchange.dir = dir;
    oidc->request = request;
    mod_eckid_request(r)->oidc = oidc;
    return oidc;
}

/* What is known of the request that was redirected to this one within the server. */
static const mod_eckid_oidc_request_t *request_before(const request_rec *r)
{
    const oidc_exchange_t *oidc = r->prev ? mod_eckid_request(r->prev)->oidc : NULL;

    return oidc ? oidc->request : NULL;
}

void mod_eckid_oidc_filter_note_asked(request_rec *r)
{
    mod_eckid_request_t *kept = mod_eckid_request(r);
    const oidc_exchange_t *oidc = kept->oidc;

    if (oidc && !kept->is_asked_noted) {
        const eckid_oauth_request_t call = mod_eckid_oidc_request_oauth(oidc->request, r);

        kept->is_asked_noted = true;
        kept->asked = eckid_client_auth_requested(&call, "client_id", r->pool);
        kept->redirect_uri =
            kept->asked ? eckid_client_auth_requested(&call, "redirect_uri", r->pool) : NULL;
    }
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
    if (mod_eckid_oidc_request_hides_fields(r)) {
        return HTTP_BAD_REQUEST;
    }
    oidc_exchange_t *oidc =
        make_exchange(r, dir, mod_eckid_oidc_request_make(r, dir, request_before(r)));

    if (oidc->request->endpoint == ECKID_ENDPOINT_DISCOVERY ||
        oidc->request->endpoint == ECKID_ENDPOINT_JWKS) {
        mod_eckid_exchange_forget_conditions(r);
    }
    /* a part of a token response could not be recognised */
    apr_table_unset(r->headers_in, "Range");
    apr_table_unset(r->headers_in, "If-Range");
    return OK;
}

int mod_eckid_oidc_filter_handler(request_rec *r)
{
    oidc_exchange_t *oidc = mod_eckid_request(r)->oidc;

    return oidc && !r->main ? mod_eckid_oidc_unseal(&oidc->exchange, oidc->request) : DECLINED;
}

/* Sending */

static eckid_refusal_error_t error_of(const oidc_exchange_t *oidc, const eckid_decision_t *decision)
{
    apr_pool_t *pool = oidc->exchange.r->pool;

    return eckid_refusal_error_make(eckid_response_kind_reader(oidc->kind, decision->log.channel),
                                    decision->status,
                                    eckid_moment_reference(&oidc->exchange.moment, pool), pool);
}

static apr_status_t send_problem(ap_filter_t *f, const eckid_refusal_error_t *problem)
{
    mod_eckid_response_replace(f->r, problem->status, problem->body.len);
    mod_eckid_response_program(f->r, problem->content_type, problem->authenticate, problem->retry);
    return mod_eckid_exchange_send(f, problem->body);
}

static apr_status_t send_error(ap_filter_t *f, const eckid_decision_t *decision)
{
    const eckid_refusal_error_t problem = error_of(f->ctx, decision);

    return send_problem(f, &problem);
}

static apr_status_t carry_out(ap_filter_t *f, eckid_decision_t *decision)
{
    if (decision->verdict == ECKID_REFUSE) {
        decision->log.sent = error_of(f->ctx, decision).status;
    }
    return mod_eckid_exchange_carry_out(f, decision, send_error);
}

/* Deciding */

static eckid_decision_t decide_body(oidc_exchange_t *oidc, eckid_bytes_t body)
{
    const eckid_gateway_t *gateway = oidc->exchange.gateway;
    const eckid_oauth_request_t call =
        mod_eckid_oidc_request_oauth(oidc->request, oidc->exchange.r);
    apr_pool_t *pool = oidc->exchange.r->pool;

    switch (oidc->kind) {
    case ECKID_RESPONSE_TOKEN:
        return eckid_token_endpoint_rewrite(&gateway->oidc, &call, body, &oidc->exchange.moment,
                                            pool);
    case ECKID_RESPONSE_USERINFO:
        return eckid_userinfo_rewrite(&gateway->oidc, &call, oidc->looks.type, body,
                                      &oidc->exchange.moment, pool);
    case ECKID_RESPONSE_DISCOVERY:
        return eckid_wellknown_discovery(&gateway->oidc, body, pool);
    case ECKID_RESPONSE_JWKS:
        return eckid_wellknown_jwks(&gateway->oidc, body, pool);
    default:
        return eckid_other_endpoint_rewrite(&gateway->oidc, &call, &oidc->looks.signs, body,
                                            &oidc->exchange.moment, pool);
    }
}

/* Whether the client that asked is no supplier, so that its answer is its own matter. */
static bool is_for_other(const oidc_exchange_t *oidc)
{
    const eckid_oidc_setup_t *setup = &oidc->exchange.gateway->oidc;
    const eckid_oauth_request_t call =
        mod_eckid_oidc_request_oauth(oidc->request, oidc->exchange.r);
    apr_pool_t *pool = oidc->exchange.r->pool;

    return oidc->kind == ECKID_RESPONSE_USERINFO
               ? eckid_userinfo_is_for_other(setup, &call, &oidc->exchange.moment, pool)
               : eckid_oidc_login_is_for_other(setup, &call, pool);
}

/* What the provider publishes is for all clients. */
static bool is_published(const oidc_exchange_t *oidc)
{
    return oidc->kind == ECKID_RESPONSE_DISCOVERY || oidc->kind == ECKID_RESPONSE_JWKS;
}

/* Whether the answer need not be read to pass. */
static bool passes_unread(const oidc_exchange_t *oidc)
{
    return is_published(oidc) || is_for_other(oidc);
}

/* Whether what is known of the body says that it is of no interest. */
static bool is_none(const oidc_exchange_t *oidc, eckid_body_state_t body)
{
    eckid_response_looks_t looks = oidc->looks;
    char start[ECKID_RESPONSE_START];

    looks.body = body;
    looks.start = eckid_bytes(start, sizeof(start));
    apr_brigade_flatten(oidc->exchange.held, start, &looks.start.len);
    return eckid_response_kind(&looks) == ECKID_RESPONSE_NONE;
}

/* Whether a response whose body cannot be had, or not whole, may pass all the same. */
static bool may_pass_unread(const oidc_exchange_t *oidc, eckid_body_state_t body)
{
    return passes_unread(oidc) || is_none(oidc, body);
}

static eckid_decision_t decide(oidc_exchange_t *oidc)
{
    eckid_bytes_t body = mod_eckid_exchange_body(&oidc->exchange);
    eckid_err_t *err = NULL;

    if (body.len == 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS}; /* HEAD */
    }
    if (!mod_eckid_response_is_whole(oidc->exchange.r, body.len) && !passes_unread(oidc)) {
        return mod_eckid_exchange_refuse(&oidc->exchange, ECKID_TRUNCATED,
                                         "it is shorter than announced");
    }
    if (oidc->exchange.gzip) {
        err = eckid_inflate_all(&body, ECKID_GZIP, body, oidc->exchange.gateway->page_max,
                                oidc->exchange.r->pool);
    }
    if (err && may_pass_unread(oidc, ECKID_BODY_UNREADABLE)) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    return err ? eckid_decision_refuse(err) : decide_body(oidc, body);
}

static apr_status_t hold(ap_filter_t *f, apr_bucket *bucket)
{
    oidc_exchange_t *oidc = f->ctx;
    mod_eckid_exchange_t *exchange = &oidc->exchange;
    eckid_decision_t decision;
    bool broken, ended;

    mod_eckid_exchange_take(exchange, bucket, &broken, &ended);
    bool too_long = exchange->held_len > exchange->gateway->page_max;

    if ((broken || too_long) &&
        may_pass_unread(oidc, exchange->gzip ? ECKID_BODY_UNREADABLE : ECKID_BODY_CUT)) {
        return mod_eckid_exchange_pass(f);
    }
    if (!broken && !exchange->gzip && exchange->held_len && is_none(oidc, ECKID_BODY_BEGUN)) {
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
        decision = decide(oidc);
    }
    else {
        return APR_SUCCESS;
    }
    return carry_out(f, &decision);
}

/* Requests */

/* True when the answer was to a request whose sealed token is not accepted, and so was replaced. */
static bool refuse_request(apr_status_t *status, ap_filter_t *f, oidc_exchange_t *oidc)
{
    const mod_eckid_oidc_refusal_t *refusal = &oidc->request->refusal;
    apr_pool_t *pool = f->r->pool;

    if (!refusal->cause || mod_eckid_exchange_begin(&oidc->exchange)) {
        return false;
    }
    const eckid_refusal_error_t problem =
        eckid_refusal_error_make(refusal->reader, HTTP_UNAUTHORIZED,
                                 eckid_moment_reference(&oidc->exchange.moment, pool), pool);
    eckid_decision_t decision = eckid_decision_refuse(refusal->cause);

    decision.status = problem.status;
    decision.supplier = refusal->supplier;
    mod_eckid_exchange_log(&oidc->exchange, &decision);
    if (mod_eckid_exchange_is_observed(&oidc->exchange)) {
        return false;
    }
    *status = send_problem(f, &problem);
    return true;
}

/* Redirects */

/* Sends the browser elsewhere, by a head without body: the old one may name the old place. */
static apr_status_t send_redirect(ap_filter_t *f, oidc_exchange_t *oidc, const char *url)
{
    request_rec *r = oidc->exchange.r;
    bool by_error = apr_table_get(r->err_headers_out, "Location") != NULL;

    apr_table_unset(r->headers_out, "Location");
    apr_table_unset(r->err_headers_out, "Location");
    apr_table_setn(by_error ? r->err_headers_out : r->headers_out, "Location", url);
    mod_eckid_response_change(r, 0);
    return mod_eckid_exchange_send(f, eckid_bytes("", 0));
}

static eckid_decision_t decide_target(oidc_exchange_t *oidc, const char *location,
                                      const char *refresh)
{
    apr_pool_t *pool = oidc->exchange.r->pool;
    const char *asked = mod_eckid_request(oidc->exchange.r)->asked;
    eckid_err_t *err = mod_eckid_exchange_begin(&oidc->exchange);

    if (!err && refresh) {
        err =
            eckid_authorization_response_link(&oidc->exchange.gateway->oidc, asked, refresh, pool);
    }
    return err ? eckid_decision_refuse(err)
               : eckid_authorization_response_location(&oidc->exchange.gateway->oidc, asked,
                                                       location, &oidc->exchange.moment, pool);
}

/* True when the answer was a redirect that has been dealt with. */
static bool redirect(apr_status_t *status, ap_filter_t *f, oidc_exchange_t *oidc)
{
    const char *location = mod_eckid_response_field(oidc->exchange.r, "Location");
    const char *refresh = mod_eckid_response_field(oidc->exchange.r, "Refresh");

    refresh = refresh ? eckid_url_refresh(refresh) : NULL;
    if (!location && !refresh) {
        return false;
    }
    mod_eckid_oidc_filter_note_asked(oidc->exchange.r);
    eckid_decision_t decision = decide_target(oidc, location ? location : "", refresh);

    mod_eckid_exchange_log(&oidc->exchange, &decision);
    if (mod_eckid_exchange_is_observed(&oidc->exchange) || decision.verdict == ECKID_PASS) {
        return false;
    }
    *status = decision.verdict == ECKID_REFUSE ? mod_eckid_exchange_send_page(f, &decision)
                                               : send_redirect(f, oidc, decision.body.data);
    return true;
}

/* The first decision, by the head alone: CHANGE means that the body is to be looked at. */
static eckid_decision_t decide_by_head(oidc_exchange_t *oidc)
{
    const eckid_response_head_t head = mod_eckid_response_head(oidc->exchange.r, false);
    const char *coding = head.content_encoding ? head.content_encoding : "identity";

    eckid_err_t *err = mod_eckid_exchange_begin(&oidc->exchange);

    if (err) {
        return eckid_decision_refuse(err);
    }
    oidc->exchange.gzip =
        ap_cstr_casecmp(coding, "gzip") == 0 || ap_cstr_casecmp(coding, "x-gzip") == 0;
    if (oidc->exchange.gzip || ap_cstr_casecmp(coding, "identity") == 0) {
        return (eckid_decision_t){.verdict = ECKID_CHANGE};
    }
    return passes_unread(oidc)
               ? (eckid_decision_t){.verdict = ECKID_PASS}
               : mod_eckid_exchange_refuse(&oidc->exchange, ECKID_CODING,
                                           "Content-Encoding is neither gzip nor identity");
}

static eckid_response_looks_t looks_of(const oidc_exchange_t *oidc)
{
    const request_rec *r = oidc->exchange.r;

    eckid_response_looks_t looks = {
        .endpoint = oidc->request->endpoint,
        .status = r->status,
        .type = eckid_http_media_type(mod_eckid_response_type(r), r->pool),
    };

    if (eckid_response_kind_needs_signs(looks.endpoint, looks.status)) {
        looks.signs = mod_eckid_oidc_request_signs(oidc->request, r);
    }
    return looks;
}

/* Whether a program gets the answer for its credentials, as the endpoint alone tells. */
static bool is_for_program(const oidc_exchange_t *oidc)
{
    return oidc->request->endpoint == ECKID_ENDPOINT_TOKEN ||
           oidc->request->endpoint == ECKID_ENDPOINT_USERINFO;
}

/* True when an ID token stood in a field, so that the answer was replaced. */
static bool refuse_field(apr_status_t *status, ap_filter_t *f, oidc_exchange_t *oidc)
{
    mod_eckid_oidc_fields_t found;
    eckid_err_t *err = mod_eckid_oidc_fields_search(&found, &oidc->exchange, is_for_program(oidc));

    if (!err && found.supplier) {
        err = eckid_err_make(f->r->pool, ECKID_RESPONSE_MODE, "in the field %s", found.name);
    }
    if (!err) {
        return false;
    }
    eckid_err_t *unable = mod_eckid_exchange_begin(&oidc->exchange);
    eckid_decision_t decision = eckid_decision_refuse(unable ? unable : err);

    decision.supplier = found.supplier;
    mod_eckid_exchange_log(&oidc->exchange, &decision);
    if (mod_eckid_exchange_is_observed(&oidc->exchange)) {
        return false;
    }
    oidc->looks = looks_of(oidc);
    oidc->kind = eckid_response_kind(&oidc->looks);
    *status = is_for_program(oidc) || oidc->looks.signs.client
                  ? send_error(f, &decision)
                  : mod_eckid_exchange_send_page(f, &decision);
    return true;
}

/* Whether the body that HEAD asks about may become another one. */
static bool may_change(const oidc_exchange_t *oidc)
{
    return is_published(oidc) || (oidc->kind != ECKID_RESPONSE_ANY && !is_for_other(oidc));
}

/* What a browser asks before a script's request: it shows nothing, and is told nothing. */
static bool is_preflight(const oidc_exchange_t *oidc)
{
    const request_rec *r = oidc->exchange.r;
    const eckid_oauth_request_t call = {.query = r->args, .form = eckid_bytes("", 0)};

    if (r->method_number != M_OPTIONS || apr_table_get(r->headers_in, "Authorization") ||
        !APR_BRIGADE_EMPTY(oidc->request->body)) {
        return false;
    }
    const eckid_request_signs_t signs =
        eckid_response_kind_signs(&call, ECKID_ENDPOINT_OTHER, r->pool);
    const eckid_oauth_param_t token = eckid_oauth_param_in_query(&call, "token", r->pool);

    return !signs.client && !eckid_oauth_param_is_there(&token);
}

static apr_status_t begin(ap_filter_t *f)
{
    oidc_exchange_t *oidc = f->ctx;
    apr_status_t status;

    oidc->exchange.held = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    mod_eckid_oidc_fields_restore(f->r);
    if (refuse_request(&status, f, oidc) || refuse_field(&status, f, oidc) ||
        redirect(&status, f, oidc)) {
        return status;
    }
    oidc->looks = looks_of(oidc);
    oidc->kind = eckid_response_kind(&oidc->looks);
    if (oidc->kind == ECKID_RESPONSE_NONE || is_preflight(oidc)) {
        oidc->exchange.state = MOD_ECKID_PASSING;
        return APR_SUCCESS;
    }
    eckid_decision_t decision = decide_by_head(oidc);

    oidc->exchange.state = MOD_ECKID_HOLDING;
    if (decision.verdict != ECKID_CHANGE) {
        return carry_out(f, &decision);
    }
    if (oidc->exchange.r->header_only && !mod_eckid_exchange_is_observed(&oidc->exchange) &&
        may_change(oidc)) {
        mod_eckid_response_forget(oidc->exchange.r);
    }
    return APR_SUCCESS;
}

static apr_status_t on_output(ap_filter_t *f, apr_bucket_brigade *bb)
{
    static const mod_eckid_handlers_t handlers = {begin, hold, NULL};

    return mod_eckid_exchange_run(f, bb, &handlers);
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
    oidc_exchange_t *oidc = mod_eckid_request(r)->oidc;

    if (!oidc && concerns(dir) && !r->main) { /* redirected before it came to fixups */
        oidc = make_exchange(r, dir, mod_eckid_oidc_request_early(r));
    }
    /* an error drops all filters, with what they have not sent, and has them inserted again */
    if (oidc && oidc->exchange.state == MOD_ECKID_WAITING) {
        ap_add_output_filter_handle(output_handle, oidc, r, r->connection);
    }
}
