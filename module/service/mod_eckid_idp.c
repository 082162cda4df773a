/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own identity provider as httpd serves it. */
#include "service/mod_eckid_idp.h"

#include <http_log.h>
#include <http_protocol.h>

#include "base/eckid_params.h"
#include "bridge/eckid_bridge_metadata.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_log.h"
#include "conf/mod_eckid_refusal.h"
#include "conf/mod_eckid_watch.h"
#include "service/mod_eckid_body.h"
#include "service/mod_eckid_idp_logout.h"
#include "service/mod_eckid_reply.h"

APLOG_USE_MODULE(eckid);

/* Sending */

static int send_refusal(const mod_eckid_serving_t *serving, const eckid_decision_t *decision)
{
    serving->r->status = decision->status;
    return mod_eckid_serving_page(
        serving, MOD_ECKID_REFUSAL_CSP,
        mod_eckid_refusal(serving->r, serving->dir, decision, &serving->moment));
}

static int send_post(const mod_eckid_serving_t *serving, const eckid_bridge_answer_t *answer)
{
    const eckid_bridge_post_t post = {answer->consumer, "SAMLResponse", answer->decision.body,
                                      answer->relay_state};

    mod_eckid_serving_cookies(serving, answer->cookies);
    return mod_eckid_serving_post(serving, &post);
}

/* Where we only observe, nobody is logged in: there is nothing to let pass. */
static int carry_out(const mod_eckid_serving_t *serving, const eckid_bridge_answer_t *answer)
{
    static const eckid_decision_t nothing = {.status = 502};
    bool observed = serving->dir->engine == MOD_ECKID_OBSERVE;

    mod_eckid_log_decision(serving->r, &answer->decision, &serving->moment, observed);
    if (answer->location) {
        return mod_eckid_serving_go(serving, answer->location);
    }
    if (answer->decision.verdict == ECKID_CHANGE && !observed) {
        return send_post(serving, answer);
    }
    return send_refusal(serving,
                        answer->decision.verdict == ECKID_REFUSE ? &answer->decision : &nothing);
}

static int refuse(const mod_eckid_serving_t *serving, eckid_code_t code, const char *what)
{
    eckid_bridge_answer_t answer = {
        .decision = eckid_decision_refuse(eckid_err_make(serving->r->pool, code, "%s", what))};

    answer.decision.status = HTTP_BAD_REQUEST;
    return carry_out(serving, &answer);
}

/* The endpoints */

static int serve_metadata(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    eckid_bytes_t text;
    eckid_err_t *err = eckid_bridge_metadata(&text, serving->bridge, serving->dir->metadata_key,
                                             serving->moment.now, r->pool);

    if (err) {
        mod_eckid_log_trouble(r, err, "the metadata of EckidIdp cannot be served");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return mod_eckid_reply(r, "application/samlmetadata+xml", text, "max-age=3600");
}

static int serve_post(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    eckid_bridge_carrier_t carrier = {.is_post = true,
                                      .location = eckid_bridge_sso(serving->bridge, r->pool)};

    if (mod_eckid_body_read(&carrier.text, r, MOD_ECKID_IDP_BODY_MAX) != MOD_ECKID_BODY_WHOLE) {
        return refuse(serving, ECKID_REQUEST, "the body is incomplete or too long");
    }
    const eckid_bridge_answer_t answer =
        eckid_bridge_enter(serving->bridge, &carrier, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

static int serve_sso(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    const eckid_bridge_carrier_t carrier = {.text = eckid_bytes_str(r->args ? r->args : ""),
                                            .location = eckid_bridge_sso(serving->bridge, r->pool)};

    if (r->method_number == M_POST) {
        return serve_post(serving);
    }
    const eckid_bridge_answer_t answer =
        eckid_bridge_message_has(&carrier, "SAMLRequest")
            ? eckid_bridge_enter(serving->bridge, &carrier, &serving->moment, r->pool)
            : eckid_bridge_begin(serving->bridge, carrier.text, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

/* What the server has set for the request, and nothing that the client sent. */
static int serve_login(const mod_eckid_serving_t *serving)
{
    request_rec *r = serving->r;
    const eckid_environment_t environment = {r->subprocess_env, r->user};
    const char *sealed = NULL;

    if (mod_eckid_idp_logout_is_over(serving)) {
        return mod_eckid_idp_logout_over(serving);
    }
    if (!r->args ||
        eckid_params_get(&sealed, eckid_params_parse(eckid_bytes_str(r->args), r->pool), "r",
                         r->pool) != 1 ||
        !sealed) {
        return refuse(serving, ECKID_REQUEST_ENDED, "the URL has no login");
    }
    const eckid_bridge_back_t back = {sealed, serving->place,
                                      apr_table_get(r->headers_in, "Cookie")};
    const eckid_bridge_answer_t answer =
        eckid_bridge_answer(serving->bridge, &back, &environment, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

static const struct {
    const char *place;
    bool takes_post;
    int (*serve)(const mod_eckid_serving_t *serving);
} endpoints[] = {{"", false, serve_metadata},
                 {ECKID_BRIDGE_SSO, true, serve_sso},
                 {ECKID_BRIDGE_LOGIN, false, serve_login},
                 {ECKID_BRIDGE_PASSIVE, false, serve_login},
                 {ECKID_BRIDGE_AGAIN, false, serve_login},
                 {ECKID_BRIDGE_SLO, true, mod_eckid_idp_logout_message},
                 {ECKID_BRIDGE_LOGOUT, true, mod_eckid_idp_logout_page}};

/* To httpd a HEAD is a GET. But a request is answered once, and nobody sees the answer to a HEAD;
 * so only metadata can be asked for by one. */
static bool takes(unsigned i, const request_rec *r)
{
    bool is_metadata = *endpoints[i].place == '\0';

    return r->method_number == M_GET ? is_metadata || !r->header_only
                                     : r->method_number == M_POST && endpoints[i].takes_post;
}

static int serve(const mod_eckid_serving_t *serving)
{
    for (unsigned i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
        if (strcmp(endpoints[i].place, serving->place) == 0) {
            return takes(i, serving->r) ? endpoints[i].serve(serving) : HTTP_METHOD_NOT_ALLOWED;
        }
    }
    return HTTP_NOT_FOUND;
}

int mod_eckid_idp_handler(request_rec *r)
{
    mod_eckid_serving_t serving = {.r = r, .dir = mod_eckid_dir(r)};

    if (!mod_eckid_handler_is(r, MOD_ECKID_IDP)) {
        return DECLINED;
    }
    if (!mod_eckid_is_idp(serving.dir) ||
        strncmp(r->uri, serving.dir->idp->path, strlen(serving.dir->idp->path)) != 0) {
        return HTTP_NOT_FOUND;
    }
    serving.place = r->uri + strlen(serving.dir->idp->path);
    if (!eckid_moment_now(&serving.moment)) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, r->server, "ECK%04d: there is no randomness",
                     ECKID_INTERNAL);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    mod_eckid_watch_response(r->server, serving.moment.now);
    eckid_err_t *err = mod_eckid_bridge(&serving.bridge, r, serving.dir, serving.moment.now);

    if (err) {
        mod_eckid_log_trouble(r, err, "the identity provider cannot answer");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return serve(&serving);
}
