/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes between clients and an OpenID provider: JSON, JWT and redirects. */
#include "filter/mod_eckid_oidc_filter.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_token_endpoint.h"
#include "base/eckid_inflate.h"
#include "decision/eckid_refusal_page.h"
#include "decision/eckid_problem.h"
#include "base/eckid_url.h"
#include "oidc/eckid_userinfo.h"
#include "oidc/eckid_wellknown.h"
#include "filter/mod_eckid_response.h"
#include "filter/mod_eckid_oidc_request.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_log.h"

static ap_filter_rec_t *output_handle;

typedef enum state_t { WAITING, HOLDING, PASSING, ENDED } state_t;

/* One request and its answer. */
typedef struct visit_t {
    request_rec *r;
    const mod_eckid_dir_t *dir;
    mod_eckid_oidc_request_t *asked;
    eckid_request_signs_t shown;
    state_t state;
    bool gzip;
    apr_bucket_brigade *held;
    apr_size_t held_len;
    eckid_moment_t moment;
    const eckid_gateway_t *gateway;
} visit_t;

static bool concerns(const mod_eckid_dir_t *dir)
{
    return mod_eckid_is_at_work(dir) && dir->provider;
}

/* The request */

static void forget_conditions(request_rec *r)
{
    static const char *const names[] = {"If-Match", "If-None-Match", "If-Modified-Since",
                                        "If-Unmodified-Since", NULL};

    for (const char *const *name = names; *name; name++) {
        apr_table_unset(r->headers_in, *name);
    }
}

static visit_t *make_visit(request_rec *r, const mod_eckid_dir_t *dir,
                           mod_eckid_oidc_request_t *asked)
{
    visit_t *visit = apr_pcalloc(r->pool, sizeof(*visit));

    visit->r = r;
    visit->dir = dir;
    visit->asked = asked;
    ap_set_module_config(r->request_config, &eckid_module, visit);
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

    if (visit->asked->place == MOD_ECKID_AT_DISCOVERY || visit->asked->place == MOD_ECKID_AT_KEYS) {
        forget_conditions(r);
    }
    apr_table_unset(r->headers_in, "Range"); /* a part cannot be told from something else */
    apr_table_unset(r->headers_in, "If-Range");
    return OK;
}

static bool is_elsewhere(const visit_t *visit)
{
    return visit->asked->place == MOD_ECKID_AT_OTHER;
}

/* Sending */

static bool is_observed(const visit_t *visit)
{
    return visit->dir->engine == MOD_ECKID_OBSERVE;
}

static apr_status_t send_body(ap_filter_t *f, visit_t *visit, eckid_bytes_t body)
{
    visit->state = ENDED;
    return mod_eckid_response_send(f, visit->held, body);
}

/* Elsewhere it is what the answer turned out to be. */
static eckid_problem_reader_t place_of(const visit_t *visit, const eckid_decision_t *decision)
{
    const mod_eckid_endpoint_t place = visit->asked->place;
    const eckid_carrier_t carrier =
        is_elsewhere(visit) ? decision->log.carrier : ECKID_CARRIER_SAML;

    return place == MOD_ECKID_AT_TOKEN || carrier == ECKID_CARRIER_TOKEN_RESPONSE ? ECKID_AT_TOKEN
           : place == MOD_ECKID_AT_USERINFO || carrier == ECKID_CARRIER_USERINFO
               ? ECKID_AT_USERINFO
               : ECKID_AT_DOCUMENT;
}

static apr_status_t send_problem(ap_filter_t *f, visit_t *visit, const eckid_decision_t *decision)
{
    request_rec *r = visit->r;
    const char *reference = eckid_moment_reference(&visit->moment, r->pool);
    const eckid_problem_t problem =
        eckid_problem_make(place_of(visit, decision), decision->status, reference, r->pool);

    mod_eckid_response_replace(r, problem.status, problem.body.len);
    mod_eckid_response_program(r, problem.content_type, problem.authenticate, problem.retry);
    return send_body(f, visit, problem.body);
}

static void note_down(const visit_t *visit, const eckid_decision_t *decision)
{
    if (decision->log.provider_fetched) {
        mod_eckid_log_provider(visit->r, eckid_provider_issuer(visit->dir->provider->provider),
                               decision->log.provider_error);
    }
    mod_eckid_log_decision(visit->r, decision, &visit->moment, is_observed(visit));
}

static apr_status_t carry_out(ap_filter_t *f, visit_t *visit, const eckid_decision_t *decision)
{
    note_down(visit, decision);
    if (is_observed(visit) || decision->verdict == ECKID_PASS) {
        visit->state = PASSING;
        return mod_eckid_response_pass(f, visit->held);
    }
    if (decision->verdict == ECKID_REFUSE) {
        return send_problem(f, visit, decision);
    }
    mod_eckid_response_change(visit->r, decision->body.len);
    return send_body(f, visit, decision->body);
}

/* Deciding */

static eckid_decision_t refusal(const visit_t *visit, eckid_code_t code, const char *detail)
{
    return eckid_decision_refuse(eckid_err_make(visit->r->pool, code, "%s", detail));
}

static eckid_decision_t decide_body(visit_t *visit, eckid_bytes_t body)
{
    const eckid_gateway_t *gateway = visit->gateway;
    const eckid_oauth_request_t call = mod_eckid_oidc_request_call(visit->asked, visit->r);
    apr_pool_t *pool = visit->r->pool;
    const char *type = eckid_http_media_type(mod_eckid_response_type(visit->r), pool);

    switch (visit->asked->place) {
    case MOD_ECKID_AT_TOKEN:
        return eckid_token_endpoint_rewrite(&gateway->oidc, &call, body, &visit->moment, pool);
    case MOD_ECKID_AT_USERINFO:
        return eckid_userinfo_rewrite(&gateway->oidc, &call, type, body, &visit->moment, pool);
    case MOD_ECKID_AT_OTHER:
        return eckid_other_endpoint_rewrite(&gateway->oidc, &call, &visit->shown, body,
                                            &visit->moment, pool);
    case MOD_ECKID_AT_DISCOVERY:
        return eckid_wellknown_discovery(&gateway->oidc, body, pool);
    default:
        return eckid_wellknown_jwks(&gateway->oidc, body, pool);
    }
}

static eckid_decision_t decide(visit_t *visit)
{
    char *data;
    apr_size_t len;
    eckid_err_t *err = NULL;

    apr_brigade_pflatten(visit->held, &data, &len, visit->r->pool);
    eckid_bytes_t body = eckid_bytes(data, len);

    if (len == 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS}; /* HEAD */
    }
    if (!mod_eckid_response_is_whole(visit->r, len)) {
        return refusal(visit, ECKID_TRUNCATED, "it is shorter than announced");
    }
    if (visit->asked->is_too_long && !is_elsewhere(visit)) {
        return refusal(visit, ECKID_TOO_LONG, "the form it answers");
    }
    if (visit->gzip) {
        err = eckid_inflate_all(&body, ECKID_GZIP, body, visit->gateway->page_max, visit->r->pool);
    }
    if (err && is_elsewhere(visit) && !visit->shown.client) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    return err ? eckid_decision_refuse(err) : decide_body(visit, body);
}

/* Whether what could not be held whole may be something that must not pass unread. */
static bool may_be_tokens(const visit_t *visit)
{
    char start[64] = "";
    apr_size_t len = sizeof(start) - 1;

    if (!visit->shown.client || visit->gzip) {
        return visit->shown.client;
    }
    apr_brigade_flatten(visit->held, start, &len);
    start[len] = '\0';
    const char *first = start + strspn(start, " \t\r\n");

    return !*first || *first == '{' || strncmp(first, "ey", 2) == 0;
}

static apr_status_t hold(ap_filter_t *f, visit_t *visit, apr_bucket *bucket)
{
    const char *data;
    apr_size_t len = 0;
    bool broken = AP_BUCKET_IS_ERROR(bucket), ended = APR_BUCKET_IS_EOS(bucket);
    eckid_decision_t decision;

    if (!APR_BUCKET_IS_METADATA(bucket)) {
        broken = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) != APR_SUCCESS;
    }
    apr_bucket_setaside(bucket, f->r->pool);
    APR_BUCKET_REMOVE(bucket);
    APR_BRIGADE_INSERT_TAIL(visit->held, bucket);
    visit->held_len += len;
    if (is_elsewhere(visit) && (broken || visit->held_len > visit->gateway->page_max) &&
        !may_be_tokens(visit)) {
        visit->state = PASSING;
        return mod_eckid_response_pass(f, visit->held);
    }
    if (broken) {
        decision = refusal(visit, ECKID_TRUNCATED, "the connection to the provider broke");
    }
    else if (visit->held_len > visit->gateway->page_max) {
        decision = refusal(visit, ECKID_TOO_LONG, "it is an answer to a program");
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

static apr_status_t send_notice(ap_filter_t *f, visit_t *visit, int status)
{
    request_rec *r = visit->r;
    eckid_bytes_t page = eckid_refusal_page(
        status, apr_table_get(r->headers_in, "Accept-Language"), visit->dir->helpdesk,
        eckid_moment_reference(&visit->moment, r->pool), r->pool);

    mod_eckid_response_replace(r, status, page.len);
    return send_body(f, visit, page);
}

/* Sends the browser elsewhere, by a head without body: the old one may name the old place. */
static apr_status_t send_elsewhere(ap_filter_t *f, visit_t *visit, const char *url)
{
    request_rec *r = visit->r;
    bool by_error = apr_table_get(r->err_headers_out, "Location") != NULL;

    apr_table_unset(r->headers_out, "Location");
    apr_table_unset(r->err_headers_out, "Location");
    apr_table_setn(by_error ? r->err_headers_out : r->headers_out, "Location", url);
    mod_eckid_response_change(r, 0);
    return send_body(f, visit, eckid_bytes("", 0));
}

static eckid_decision_t decide_target(visit_t *visit, const char *location, const char *refresh)
{
    apr_pool_t *pool = visit->r->pool;
    const eckid_oauth_request_t call = {.query = visit->r->args, .form = {"", 0}};
    eckid_err_t *err = mod_eckid_gateway(&visit->gateway, visit->r, visit->dir, visit->moment.now);

    if (!err && refresh) {
        err = eckid_authorization_response_link(&visit->gateway->oidc, refresh, pool);
    }
    return err ? eckid_decision_refuse(err)
               : eckid_authorization_response_location(&visit->gateway->oidc,
                                                       eckid_client_auth_requested(&call, pool),
                                                       location, &visit->moment, pool);
}

/* True when the answer was a redirect that has been dealt with. */
static bool redirect(apr_status_t *status, ap_filter_t *f, visit_t *visit)
{
    const char *location = mod_eckid_response_field(visit->r, "Location");
    const char *refresh = mod_eckid_response_field(visit->r, "Refresh");

    refresh = refresh ? eckid_url_refresh(refresh) : NULL;
    if (!location && !refresh) {
        return false;
    }
    eckid_decision_t decision = eckid_moment_now(&visit->moment)
                                    ? decide_target(visit, location ? location : "", refresh)
                                    : refusal(visit, ECKID_INTERNAL, "there is no randomness");

    note_down(visit, &decision);
    if (is_observed(visit) || decision.verdict == ECKID_PASS) {
        return false;
    }
    *status = decision.verdict == ECKID_REFUSE ? send_notice(f, visit, decision.status)
                                               : send_elsewhere(f, visit, decision.body.data);
    return true;
}

static bool is_for_people(const char *type)
{
    return strcmp(type, "text/html") == 0 || strcmp(type, "text/css") == 0 ||
           strncmp(type, "image/", 6) == 0 || strncmp(type, "font/", 5) == 0 ||
           strstr(type, "javascript") != NULL;
}

/* Whether a body of that type may hold tokens, where it is not known what it is. */
static bool may_hold_tokens(const visit_t *visit)
{
    const char *type = eckid_http_media_type(mod_eckid_response_type(visit->r), visit->r->pool);

    return strstr(type, "json") != NULL || strstr(type, "jwt") != NULL ||
           (visit->shown.client && !is_for_people(type));
}

/* The first decision, by the head alone: PASS means that the body is to be looked at. */
static eckid_decision_t decide_by_head(visit_t *visit)
{
    const eckid_response_head_t head = mod_eckid_response_head(visit->r, false);
    const char *coding = head.content_encoding ? head.content_encoding : "identity";

    if (!eckid_moment_now(&visit->moment)) {
        return refusal(visit, ECKID_INTERNAL, "there is no randomness");
    }
    eckid_err_t *err = mod_eckid_gateway(&visit->gateway, visit->r, visit->dir, visit->moment.now);

    if (err) {
        return eckid_decision_refuse(err);
    }
    if (visit->asked->place == MOD_ECKID_AT_UNKNOWN) {
        eckid_decision_t unknown = eckid_decision_refuse(visit->asked->why);

        unknown.status = 503;
        return unknown;
    }
    visit->gzip = ap_cstr_casecmp(coding, "gzip") == 0 || ap_cstr_casecmp(coding, "x-gzip") == 0;
    if (!visit->gzip && ap_cstr_casecmp(coding, "identity") != 0) {
        return refusal(visit, ECKID_CODING, "Content-Encoding is neither gzip nor identity");
    }
    return (eckid_decision_t){.verdict = ECKID_PASS};
}

static bool is_looked_at(const visit_t *visit)
{
    int status = visit->r->status;

    if (visit->asked->place == MOD_ECKID_AT_UNKNOWN || is_elsewhere(visit)) {
        return status < 300 && may_hold_tokens(visit);
    }
    return status < 300;
}

static apr_status_t begin(ap_filter_t *f, visit_t *visit)
{
    apr_status_t status;

    visit->held = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    visit->shown = mod_eckid_oidc_request_shown(visit->asked, f->r);
    if (redirect(&status, f, visit)) {
        return status;
    }
    if (!is_looked_at(visit)) {
        visit->state = PASSING;
        return APR_SUCCESS;
    }
    eckid_decision_t decision = decide_by_head(visit);

    visit->state = HOLDING;
    if (decision.verdict == ECKID_REFUSE) {
        return carry_out(f, visit, &decision);
    }
    if (visit->r->header_only && !is_observed(visit)) {
        mod_eckid_response_forget(visit->r);
    }
    return APR_SUCCESS;
}

static apr_status_t on_output(ap_filter_t *f, apr_bucket_brigade *bb)
{
    visit_t *visit = f->ctx;
    apr_status_t status = visit->state == WAITING ? begin(f, visit) : APR_SUCCESS;

    while (status == APR_SUCCESS && !APR_BRIGADE_EMPTY(bb)) {
        switch (visit->state) {
        case HOLDING:
            status = hold(f, visit, APR_BRIGADE_FIRST(bb));
            break;
        case PASSING:
            ap_remove_output_filter(f);
            return ap_pass_brigade(f->next, bb);
        default:
            apr_brigade_cleanup(bb);
        }
    }
    return status;
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
    visit_t *visit = ap_get_module_config(r->request_config, &eckid_module);

    if (!visit && concerns(dir) && !r->main) { /* redirected before it came to fixups */
        visit = make_visit(r, dir, mod_eckid_oidc_request_nothing(r));
    }
    /* an error drops all filters, with what they have not sent, and has them inserted again */
    if (visit && visit->state == WAITING) {
        ap_add_output_filter_handle(output_handle, visit, r, r->connection);
    }
}
