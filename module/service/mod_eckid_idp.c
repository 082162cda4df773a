/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own identity provider as httpd serves it. */
#include "service/mod_eckid_idp.h"

#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>

#include "base/eckid_params.h"
#include "bridge/eckid_bridge_metadata.h"
#include "bridge/eckid_bridge_page.h"
#include "conf/mod_eckid_bridge.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_log.h"
#include "conf/mod_eckid_refusal.h"
#include "conf/mod_eckid_watch.h"
#include "service/mod_eckid_body.h"
#include "service/mod_eckid_reply.h"

APLOG_USE_MODULE(eckid);

/* A message of the largest size, with base64 and every character of that percent-encoded. */
#define BODY_MAX (ECKID_MESSAGE_MAX * 4 + 4 * ECKID_RELAY_STATE_MAX)

/* One request while it is handled. */
typedef struct serving_t {
    request_rec *r;
    const mod_eckid_dir_t *dir;
    const eckid_bridge_t *bridge;
    const char *place; /* what stands behind the path of the location */
    eckid_moment_t moment;
} serving_t;

/* Sending */

static int send_page(const serving_t *serving, const char *policy, eckid_bytes_t page)
{
    request_rec *r = serving->r;

    apr_table_setn(r->headers_out, "Content-Security-Policy", policy);
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    r->no_cache = 1; /* it was made for one login */
    return mod_eckid_reply(r, "text/html; charset=utf-8", page, "no-store");
}

static int send_refusal(const serving_t *serving, const eckid_decision_t *decision)
{
    serving->r->status = decision->status;
    return send_page(serving, MOD_ECKID_REFUSAL_CSP,
                     mod_eckid_refusal(serving->r, serving->dir, decision, &serving->moment));
}

static int send_post(const serving_t *serving, const eckid_bridge_answer_t *answer)
{
    request_rec *r = serving->r;
    const eckid_bridge_post_t post = {answer->consumer, "SAMLResponse", answer->decision.body,
                                      answer->relay_state};

    return send_page(
        serving, ECKID_BRIDGE_PAGE_CSP,
        eckid_bridge_page(&post, apr_table_get(r->headers_in, "Accept-Language"), r->pool));
}

static int send_on(const serving_t *serving, const char *location)
{
    apr_table_setn(serving->r->headers_out, "Location", location);
    apr_table_setn(serving->r->err_headers_out, "Cache-Control", "no-store");
    return HTTP_SEE_OTHER;
}

/* Where we only observe, nobody is logged in: there is nothing to let pass. */
static int carry_out(const serving_t *serving, const eckid_bridge_answer_t *answer)
{
    static const eckid_decision_t nothing = {.status = 502};
    bool observed = serving->dir->engine == MOD_ECKID_OBSERVE;

    mod_eckid_log_decision(serving->r, &answer->decision, &serving->moment, observed);
    if (answer->location) {
        return send_on(serving, answer->location);
    }
    if (answer->decision.verdict == ECKID_CHANGE && !observed) {
        return send_post(serving, answer);
    }
    return send_refusal(serving,
                        answer->decision.verdict == ECKID_REFUSE ? &answer->decision : &nothing);
}

static int refuse(const serving_t *serving, eckid_code_t code, const char *what)
{
    eckid_bridge_answer_t answer = {
        .decision = eckid_decision_refuse(eckid_err_make(serving->r->pool, code, "%s", what))};

    answer.decision.status = HTTP_BAD_REQUEST;
    return carry_out(serving, &answer);
}

/* The endpoints */

static int serve_metadata(const serving_t *serving)
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

static int serve_post(const serving_t *serving)
{
    request_rec *r = serving->r;
    eckid_bridge_carrier_t carrier = {.is_post = true,
                                      .location = eckid_bridge_sso(serving->bridge, r->pool)};

    if (mod_eckid_body_read(&carrier.text, r, BODY_MAX) != MOD_ECKID_BODY_WHOLE) {
        return refuse(serving, ECKID_REQUEST, "the body is incomplete or too long");
    }
    const eckid_bridge_answer_t answer =
        eckid_bridge_enter(serving->bridge, &carrier, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

static int serve_sso(const serving_t *serving)
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
static int serve_login(const serving_t *serving)
{
    request_rec *r = serving->r;
    const eckid_environment_t environment = {r->subprocess_env, r->user};
    const char *sealed = NULL;

    if (!r->args ||
        eckid_params_get(&sealed, eckid_params_parse(eckid_bytes_str(r->args), r->pool), "r",
                         r->pool) != 1 ||
        !sealed) {
        return refuse(serving, ECKID_REQUEST_ENDED, "the URL has no login");
    }
    const eckid_bridge_answer_t answer = eckid_bridge_answer(
        serving->bridge, sealed, serving->place, &environment, &serving->moment, r->pool);

    return carry_out(serving, &answer);
}

static const struct {
    const char *place;
    bool takes_post;
    int (*serve)(const serving_t *serving);
} endpoints[] = {{"", false, serve_metadata},
                 {ECKID_BRIDGE_SSO, true, serve_sso},
                 {ECKID_BRIDGE_LOGIN, false, serve_login},
                 {ECKID_BRIDGE_PASSIVE, false, serve_login},
                 {ECKID_BRIDGE_AGAIN, false, serve_login}};

static int serve(const serving_t *serving)
{
    for (unsigned i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
        if (strcmp(endpoints[i].place, serving->place) == 0) {
            return serving->r->method_number == M_GET ||
                           (endpoints[i].takes_post && serving->r->method_number == M_POST)
                       ? endpoints[i].serve(serving)
                       : HTTP_METHOD_NOT_ALLOWED;
        }
    }
    return HTTP_NOT_FOUND;
}

int mod_eckid_idp_handler(request_rec *r)
{
    serving_t serving = {.r = r, .dir = mod_eckid_dir(r)};

    if (!r->handler || strcmp(r->handler, "eckid-idp") != 0) {
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
