/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of an answer: whether its body is held, and where it sends the browser itself. */
#include "filter/mod_eckid_page_head.h"

#include "base/eckid_words.h"

#include "base/eckid_url.h"
#include "filter/mod_eckid_response.h"
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_oidc_scan.h"

/* Where it sends the browser */

static mod_eckid_targets_t targets_of(const request_rec *r)
{
    const char *refresh = mod_eckid_response_field(r, "Refresh");

    return (mod_eckid_targets_t){mod_eckid_response_field(r, "Location"),
                                 refresh ? eckid_url_refresh(refresh) : NULL};
}

/* ID tokens in a URL. Where the own settings read them, others only look for their own suppliers'.
 */
static eckid_err_t *check_tokens(const mod_eckid_page_t *page, const char *target)
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

static eckid_decision_t judge_target(mod_eckid_page_t *page, const char *target)
{
    eckid_decision_t decision = {.verdict = ECKID_PASS};

    if (target) {
        decision = eckid_page_check_url(page->exchange.gateway, target, page->exchange.r->pool);
    }
    return target && decision.verdict == ECKID_PASS
               ? eckid_decision_pass_unless(check_tokens(page, target))
               : decision;
}

static eckid_decision_t judge_targets(mod_eckid_page_t *page, const void *subject)
{
    const mod_eckid_targets_t *targets = subject;
    eckid_decision_t decision = judge_target(page, targets->location);

    return decision.verdict == ECKID_PASS ? judge_target(page, targets->refresh) : decision;
}

static eckid_decision_t decide_by_head(mod_eckid_page_t *page, const mod_eckid_targets_t *targets)
{
    eckid_err_t *err = mod_eckid_page_begin(page);

    if (err || page->kind == ECKID_BODY_REFUSE) {
        return eckid_decision_refuse(err ? err : page->unread);
    }
    return mod_eckid_page_judge(page, judge_targets, targets);
}

/* What its body is */

bool mod_eckid_page_is_metadata(const request_rec *r, const mod_eckid_dir_t *dir)
{
    const apr_array_header_t *paths = dir->metadata_paths;

    for (int i = 0; paths && i < paths->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(paths, i, const char *), r->uri) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether JSON can have a login over SAML in it. Elsewhere, what does not say how long it is may
 * have no end, and is left alone. */
static bool may_hold_login(const mod_eckid_page_t *page)
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
static void find_kind(mod_eckid_page_t *page, eckid_response_head_t *head)
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

/* Whether nobody needs to look at the answer. With before, mod_headers may have made a page of what
 * passed there as something else, or sent the browser elsewhere. */
static bool is_settled(const mod_eckid_page_t *page)
{
    const mod_eckid_page_t *before = page->before;
    const mod_eckid_targets_t none = {NULL, NULL}, *judged = before ? &before->targets : &none;

    return page->kind == ECKID_BODY_PASS &&
           eckid_words_same_or_none(page->targets.location, judged->location) &&
           eckid_words_same_or_none(page->targets.refresh, judged->refresh);
}

/* Whether the answer went through the filter before as no page. */
static bool is_open(const mod_eckid_page_t *page)
{
    return !page->before || (page->before->kind == ECKID_BODY_PASS &&
                             page->before->exchange.state == MOD_ECKID_PASSING);
}

apr_status_t mod_eckid_page_head(ap_filter_t *f)
{
    mod_eckid_page_t *page = f->ctx;
    request_rec *r = page->exchange.r;
    eckid_response_head_t head = mod_eckid_response_head(
        r, !page->is_elsewhere && mod_eckid_page_is_metadata(r, page->exchange.dir));

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
        return mod_eckid_exchange_carry_out(f, &decision, mod_eckid_exchange_send_page);
    }
    page->exchange.state = page->kind == ECKID_BODY_PASS ? MOD_ECKID_PASSING : MOD_ECKID_HOLDING;
    if (head.at_metadata && r->header_only && !mod_eckid_exchange_is_observed(&page->exchange)) {
        mod_eckid_response_forget(r);
    }
    return APR_SUCCESS;
}
