/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lists stand in OpenID Connect: in pages, redirects, requests and answers. */
#include "places.h"

#include <apr_strings.h>

#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_other_endpoint.h"
#include "oidc/eckid_wellknown.h"
#include "unit.h"

static const char *judge_oidc_page(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return scene_outcome(eckid_page_rewrite(&scene->oidc->gateway, body, false, scene->moment, p),
                         p);
}

const place_t in_oidc_page = {as_it_is, judge_oidc_page};

/* The same for a supplier that asked. */
static const char *judge_asked_page(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    eckid_gateway_t asked = scene->oidc->gateway;

    asked.asked = "books";
    return scene_outcome(eckid_page_rewrite(&asked, body, false, scene->moment, p), p);
}

const place_t in_asked_page = {as_it_is, judge_asked_page};

/* The same; all before the first tag is the redirect URI of the request. */
static const char *judge_page_for_uri(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    const apr_size_t len = strcspn(body.data, "<");
    eckid_gateway_t asked = scene->oidc->gateway;

    asked.asked = "books";
    asked.oidc.redirect_uri = apr_pstrmemdup(p, body.data, len);
    return scene_outcome(eckid_page_rewrite(&asked, eckid_bytes(body.data + len, body.len - len),
                                            false, scene->moment, p),
                         p);
}

const place_t in_page_for_uri = {as_it_is, judge_page_for_uri};

static const char *judge_redirect(const scene_t *scene, eckid_bytes_t url, apr_pool_t *p)
{
    return scene_outcome(eckid_authorization_response_location(&scene->oidc->gateway.oidc, "books",
                                                               url.data, scene->moment, p),
                         p);
}

const place_t in_redirect = {as_it_is, judge_redirect};

/* The same, and the request told all of the URL as redirect URI. */
static const char *judge_own_redirect(const scene_t *scene, eckid_bytes_t url, apr_pool_t *p)
{
    eckid_oidc_setup_t setup = scene->oidc->gateway.oidc;

    setup.redirect_uri = url.data;
    return scene_outcome(
        eckid_authorization_response_location(&setup, "books", url.data, scene->moment, p), p);
}

const place_t in_own_redirect = {as_it_is, judge_own_redirect};

static const char *judge_link(const scene_t *scene, eckid_bytes_t url, apr_pool_t *p)
{
    const eckid_err_t *err =
        eckid_authorization_response_link(&scene->oidc->gateway.oidc, NULL, url.data, p);

    return scene_outcome(eckid_decision_pass_unless(err), p);
}

const place_t in_link = {as_it_is, judge_link};

/* As it streams, in pieces. */
static const char *judge_long_page(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    apr_array_header_t *gateways = apr_array_make(p, 1, sizeof(const eckid_gateway_t *));
    eckid_err_t *err = NULL;
    int found;

    APR_ARRAY_PUSH(gateways, const eckid_gateway_t *) = &scene->oidc->gateway;
    eckid_page_stream_t *stream = eckid_page_watch(&found, gateways, true, false, p);

    for (apr_size_t at = 0; !err && at < body.len; at += 100) {
        apr_size_t len = body.len - at < 100 ? body.len - at : 100;

        err = eckid_page_stream_feed(stream, eckid_bytes(body.data + at, len));
    }
    return scene_outcome(eckid_decision_pass_unless(err), p);
}

const place_t in_long_page = {as_it_is, judge_long_page};

static const char *grant_by(const scene_t *scene, const eckid_oauth_request_t *call,
                            eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_request_signs_t signs = eckid_response_kind_signs(call, ECKID_ENDPOINT_OTHER, p);

    return scene_outcome(eckid_other_endpoint_rewrite(&scene->oidc->gateway.oidc, call, &signs,
                                                      body, scene->moment, p),
                         p);
}

static const char *judge_grant(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_oauth_request_t call = {.authorization = WEB_BASIC_BOOKS,
                                        .form = str("grant_type=authorization_code")};

    return grant_by(scene, &call, body, p);
}

const place_t in_grant = {as_it_is, judge_grant};

static eckid_bytes_t make_claims(const char *text)
{
    return str(web_grant_of(web_id_token("books", text)));
}

const place_t in_claims = {make_claims, judge_grant};

static const char *judge_form(const scene_t *scene, eckid_bytes_t form, apr_pool_t *p)
{
    const eckid_oauth_request_t call = {.form = form};

    return grant_by(scene, &call, str(web_grant_of(web_id_token("books", ""))), p);
}

const place_t in_form = {as_it_is, judge_form};

/* A request of that type, and the grant that it gets. */
static const char *judge_request(const scene_t *scene, const char *type, eckid_bytes_t body,
                                 apr_pool_t *p)
{
    const eckid_oauth_head_t head = {.type = type, .is_post = true};
    eckid_oauth_request_t call = {.form = body};

    eckid_oauth_request_read(&call, &head, &body, p);
    return grant_by(scene, &call, str(web_grant_of(web_id_token("books", ""))), p);
}

static const char *judge_multipart(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return judge_request(scene, "multipart/form-data; boundary=b", body, p);
}

const place_t in_multipart = {as_it_is, judge_multipart};

static const char *judge_request_json(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return judge_request(scene, "application/json", body, p);
}

const place_t in_request_json = {as_it_is, judge_request_json};

static const char *judge_userinfo(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_oauth_request_t call = {.authorization = "Bearer " WEB_ACCESS, .form = {"", 0}};

    return grant_by(scene, &call, body, p);
}

const place_t in_userinfo = {as_it_is, judge_userinfo};

static const char *judge_discovery(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return scene_outcome(eckid_wellknown_discovery(&scene->oidc->gateway.oidc, body, p), p);
}

const place_t in_discovery = {as_it_is, judge_discovery};

static const char *judge_jwks(const scene_t *scene, eckid_bytes_t body, apr_pool_t *p)
{
    return scene_outcome(eckid_wellknown_jwks(&scene->oidc->gateway.oidc, body, p), p);
}

const place_t in_jwks = {as_it_is, judge_jwks};
