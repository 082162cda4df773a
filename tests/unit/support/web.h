/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An OpenID provider behind a transport: pages by URL; and a gateway in front of it. */
#ifndef WEB_H
#define WEB_H

#include "gateway/eckid_gateway.h"
#include "support/fakes.h"
#include "support/tokens.h"

#define WEB_ISSUER "https://idp.school.example"
#define WEB_BACKEND "http://backend.example:8080"
#define WEB_ACCESS "an-access-token"
#define WEB_BASIC_BOOKS "Basic Ym9va3M6c2VjcmV0"
#define WEB_BASIC_EXERCISES "Basic ZXhlcmNpc2VzOnM="
#define WEB_BASIC_CANTEEN "Basic Y2FudGVlbjpz"

typedef struct web_page_t {
    const char *url, *type, *body;
    int status;
} web_page_t;

typedef struct web_t {
    web_page_t pages[8];
    int calls;
    eckid_http_request_t last;
} web_t;

/* The page of that URL, made if need be. */
web_page_t *web_page(web_t *web, const char *url);

/* Discovery and a JWKS with the key of that number; kid "key" and the number. */
void web_publish(web_t *web, test_kind_t kind, int number);

eckid_transport_t web_transport(web_t *web);
eckid_provider_t *web_provider(web_t *web);

/* A gateway for two suppliers, "books" (RS256) and "exercises" (ES256), with all they need. */
typedef struct web_scene_t {
    web_t web;
    eckid_gateway_t gateway;
    eckid_policy_t *policy;
    eckid_kind_t student;
    eckid_school_t school;
    eckid_las_t las;
    fake_las_t fake;
    eckid_records_t hints;
} web_scene_t;

web_scene_t *web_scene(void);

/* One more, by RS256. */
void web_add_supplier(const web_scene_t *scene, const char *name);

/* The client of a supplier of the scene, to be changed. */
eckid_client_t *web_client(const web_scene_t *scene, const char *id);

/* An ID token that is signed by the client secret of "books", which it gets by this. */
const char *web_token_by_secret(const web_scene_t *scene);

/* An ID token for a client, with more members before the last brace; signed by RS256 and key 0. */
const char *web_id_token(const char *client, const char *more);

/* The member that binds an access token to an ID token by RS256, with its comma. */
const char *web_at_hash(const char *access_token);

/* What the token endpoint answers, with that ID token if there is one. */
const char *web_grant_of(const char *id_token);

/* What becomes of an answer of the token endpoint, and of userinfo. */
eckid_decision_t web_grant(const web_scene_t *scene, const char *authorization, const char *form,
                           const char *body);
eckid_decision_t web_userinfo(const web_scene_t *scene, const char *token, const char *body);

/* A member of what the client gets; the decision must be no refusal. */
const char *web_member(const eckid_decision_t *decision, const char *name);

/* Has a student log in at a supplier; the access token that it gets. */
const char *web_log_in(const web_scene_t *scene, const char *client, const char *authorization);

/* The claims in a token that our key of that kind signed. */
json_t *web_claims(const char *token, test_kind_t kind);

#endif
