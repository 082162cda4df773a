/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single logout at our own identity provider, as httpd serves it. */
#include "service/mod_eckid_idp_logout.h"

#include <apr_strings.h>

#include "base/eckid_params.h"
#include "bridge/eckid_bridge_logout.h"
#include "bridge/eckid_logout_page.h"
#include "conf/mod_eckid_log_logout.h"
#include "conf/mod_eckid_refusal.h"
#include "service/mod_eckid_body.h"

#define FORM_MAX 1024 /* bytes of the form of our own page */

static const char *cookies_of(const mod_eckid_serving_t *serving)
{
    return apr_table_get(serving->r->headers_in, "Cookie");
}

static int send_page(const mod_eckid_serving_t *serving, const eckid_logout_answer_t *answer)
{
    static const eckid_logout_page_kind_t kinds[] = {
        [ECKID_LOGOUT_SHOW_ASK] = ECKID_LOGOUT_PAGE_ASK,
        [ECKID_LOGOUT_SHOW_DONE] = ECKID_LOGOUT_PAGE_DONE,
        [ECKID_LOGOUT_SHOW_PARTIAL] = ECKID_LOGOUT_PAGE_PARTIAL,
        [ECKID_LOGOUT_SHOW_REFUSED] = ECKID_LOGOUT_PAGE_REFUSED,
    };
    request_rec *r = serving->r;
    const char *here = apr_pstrcat(r->pool, serving->bridge->path, ECKID_BRIDGE_LOGOUT, NULL);
    const eckid_refusal_look_t look = mod_eckid_refusal_look(serving->dir);
    const eckid_logout_page_t page = {
        .action = answer->show == ECKID_LOGOUT_SHOW_ASK ? here : NULL,
        .token = answer->token,
        .go_on = answer->can_go_on ? here : NULL,
        .reference = answer->is_over ? eckid_moment_reference(&serving->moment, r->pool) : NULL,
    };

    return mod_eckid_serving_page(serving, MOD_ECKID_REFUSAL_CSP,
                                  eckid_logout_page(kinds[answer->show], &page,
                                                    apr_table_get(r->headers_in, "Accept-Language"),
                                                    &look, r->pool));
}

/* Where we only observe, nobody was logged in by us. */
static int carry_out(const mod_eckid_serving_t *serving, eckid_logout_answer_t *answer)
{
    bool observed = serving->dir->engine == MOD_ECKID_OBSERVE;

    mod_eckid_log_logout(serving->r, answer, &serving->moment, observed);
    if (observed) {
        *answer = (eckid_logout_answer_t){
            .show = ECKID_LOGOUT_SHOW_REFUSED, .status = HTTP_BAD_GATEWAY, .is_over = true};
    }
    mod_eckid_serving_cookies(serving, answer->cookies);
    if (answer->show == ECKID_LOGOUT_SHOW_SENT) {
        return answer->sent.location ? mod_eckid_serving_go(serving, answer->sent.location)
                                     : mod_eckid_serving_post(serving, &answer->sent.post);
    }
    if (answer->show == ECKID_LOGOUT_SHOW_REFUSED) {
        serving->r->status = answer->status;
    }
    return send_page(serving, answer);
}

int mod_eckid_idp_logout_message(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    eckid_bridge_carrier_t carrier = {.is_post = r->method_number == M_POST,
                                      .text = eckid_bytes_str(r->args ? r->args : ""),
                                      .location = eckid_bridge_slo(serving->bridge, r->pool)};

    if (!serving->bridge->logout) {
        return HTTP_NOT_FOUND;
    }
    if (carrier.is_post &&
        mod_eckid_body_read(&carrier.text, r, MOD_ECKID_IDP_BODY_MAX) != MOD_ECKID_BODY_WHOLE) {
        carrier.text = eckid_bytes("", 0); /* in which there is no message */
    }
    eckid_logout_answer_t answer = eckid_bridge_logout_message(
        serving->bridge, &carrier, cookies_of(serving), &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

int mod_eckid_idp_logout_page(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    const char *token = NULL;
    eckid_bytes_t form;

    if (!serving->bridge->logout) {
        return HTTP_NOT_FOUND;
    }
    if (r->method_number == M_POST &&
        mod_eckid_body_read(&form, r, FORM_MAX) == MOD_ECKID_BODY_WHOLE) {
        eckid_params_get(&token, eckid_params_parse(form, r->pool), "token", r->pool);
    }
    eckid_logout_answer_t answer = eckid_bridge_logout_page(serving->bridge, cookies_of(serving),
                                                            token, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

bool mod_eckid_idp_logout_is_over(const mod_eckid_serving_t *serving)
{
    const char *query = serving->r->args;

    return serving->bridge->logout && strcmp(serving->place, ECKID_BRIDGE_PASSIVE) == 0 && query &&
           strcmp(query, ECKID_BRIDGE_OVER) == 0;
}

int mod_eckid_idp_logout_over(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    const eckid_environment_t environment = {r->subprocess_env, r->user};
    eckid_logout_answer_t answer = eckid_bridge_logout_over(
        serving->bridge, cookies_of(serving),
        eckid_environment_get(&environment, "REMOTE_USER") != NULL, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}
