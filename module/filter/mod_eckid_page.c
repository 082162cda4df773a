/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One answer on its way to the browser, and the settings by which it is judged in turn. */
#include "filter/mod_eckid_page.h"

#include <apr_strings.h>

#include "conf/mod_eckid_host.h"
#include "filter/mod_eckid_oidc_filter.h"

mod_eckid_page_t *mod_eckid_page_make(request_rec *r, const mod_eckid_page_t *before)
{
    const mod_eckid_dir_t *own = mod_eckid_dir(r);
    mod_eckid_page_t *page = apr_pcalloc(r->pool, sizeof(*page));

    page->before = before;
    page->settings = before ? before->settings : mod_eckid_host_settings(r);
    page->is_elsewhere = !mod_eckid_is_at_work(own);
    page->has_provider = !page->is_elsewhere && own->provider;
    page->exchange.r = r;
    page->exchange.dir = APR_ARRAY_IDX(page->settings, 0, const mod_eckid_dir_t *);
    return page;
}

/* Tokens of the own settings' clients were judged in the other filter, and may be signed by a key
 * that is shared by now. */
static void leave_judged(mod_eckid_page_t *page)
{
    eckid_gateway_t *gateway =
        apr_pmemdup(page->exchange.r->pool, page->exchange.gateway, sizeof(*gateway));

    gateway->oidc.judged = page->own;
    page->exchange.gateway = gateway;
}

eckid_err_t *mod_eckid_page_begin(mod_eckid_page_t *page)
{
    mod_eckid_oidc_filter_note_asked(page->exchange.r);
    ECKID_ERR(mod_eckid_exchange_begin(&page->exchange));
    page->own = page->exchange.gateway->rules.policy;
    if (page->has_provider && page->only_json) {
        leave_judged(page);
    }
    return NULL;
}

eckid_err_t *mod_eckid_page_turn(mod_eckid_page_t *page, int number)
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

eckid_decision_t mod_eckid_page_judge(mod_eckid_page_t *page, mod_eckid_page_judge_t *judge,
                                      const void *subject)
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
        eckid_err_t *err = mod_eckid_page_turn(page, i);

        decision = err ? eckid_decision_refuse(err) : judge(page, subject);
    }
    if (decision.verdict == ECKID_PASS && page->settings->nelts > 1) {
        mod_eckid_page_turn(page, 0);
        return first;
    }
    return decision;
}
