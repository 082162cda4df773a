/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity provider of our own for tests, and a supplier that asks it for logins. */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "bridge/eckid_authn_request.h"
#include "bridge/eckid_bridge.h"
#include "bridge/eckid_bridge_logout.h"
#include "bridge/eckid_bridge_session.h"
#include "support/fakes.h"
#include "support/maker.h"

#define BRIDGE_ISSUER "https://login.school.example/saml/idp"
#define BRIDGE_SSO BRIDGE_ISSUER "/sso"
#define BRIDGE_SLO BRIDGE_ISSUER "/slo"

/* Suppliers are those of two_suppliers: the first is described, by metadata with the RSA key 0 and
 * two consumers, and its ECK iD is in the LAS. */
typedef struct bridge_scene_t {
    eckid_bridge_t bridge;
    eckid_rules_t rules;
    eckid_policy_t *policy;
    eckid_supplier_t *supplier; /* the first */
    eckid_kind_t student;
    fake_las_t fake;
    eckid_las_t las;
    fake_store_t *store;
    eckid_records_t answered;
    apr_table_t *variables;
    eckid_environment_t environment;
    const char *cookies; /* that the browser brings back; NULL: none */
} bridge_scene_t;

/* Wishes are attributes of its SPSSODescriptor, with a space before. */
bridge_scene_t *bridge_scene(const char *wishes);

/* An AuthnRequest of the first supplier; attributes have a space before. */
const char *bridge_request(const char *attributes, const char *children);

/* A LogoutRequest of the same, and a LogoutResponse to the request of that ID. */
const char *bridge_logout_request(const char *attributes, const char *children);
const char *bridge_logout_response(const char *request, const char *children);

/* A message as a form, unsigned; with a RelayState unless that is NULL. */
eckid_bridge_carrier_t bridge_post(const char *xml, const char *relay_state);

/* As a query, signed with the RSA key of that number; -1: unsigned. */
eckid_bridge_carrier_t bridge_query(const char *xml, const char *relay_state, int key);

/* A message of logout, as a query signed with the RSA key of that number; -1: unsigned. */
eckid_bridge_carrier_t bridge_slo(const char *parameter, const char *xml, const char *relay_state,
                                  int key);

#define BRIDGE_OTHER "https://exercises.example/saml" /* the second supplier */
#define BRIDGE_LOGOUT(binding, url)                                                                \
    "<m:SingleLogoutService Binding='urn:oasis:names:tc:SAML:2.0:bindings:" binding                \
    "' Location='" url "'/>"

/* A scene with single logout; both suppliers are described, with what is given here. */
bridge_scene_t *bridge_logout_scene(const char *first, const char *second);

/* Metadata at a URL. */
#define BRIDGE_PATIENCE apr_time_from_sec(3600)

typedef struct bridge_source_t {
    int status, calls;
    const char *text;
} bridge_source_t;

/* Those of the second supplier are at a URL from now on, and nothing is known of them yet. */
bridge_source_t *bridge_publish(bridge_scene_t *scene, const char *logouts);

/* The browser keeps what it is told to (eckid_bridge_cookie_t). */
void bridge_keep(bridge_scene_t *scene, const apr_array_header_t *changes);

/* The browser is logged in at a supplier. */
void bridge_log_in(bridge_scene_t *scene, const char *supplier);

/* Where it is logged in (const eckid_bridge_session_t *). */
const apr_array_header_t *bridge_sessions(const bridge_scene_t *scene);

/* A LogoutRequest of the first supplier for its session, with more attributes. */
const char *bridge_own_logout(const bridge_scene_t *scene, const char *attributes);

/* One step of a logout, after which the browser keeps what it is told to: a message that the
 * browser brings, and the page of logouts. */
eckid_logout_answer_t bridge_bring(bridge_scene_t *scene, eckid_bridge_carrier_t carrier);
eckid_logout_answer_t bridge_visit(bridge_scene_t *scene, const char *token);

/* The same back from the module, by way of the place that tells whether its session has ended. */
eckid_logout_answer_t bridge_over(bridge_scene_t *scene, bool has_user);

/* The XML of the message that it takes on, which must be by that parameter. */
const char *bridge_taken(const eckid_logout_answer_t *answer, const char *parameter);

/* The answer of the second supplier to the request that it is asked by, with that status, signed by
 * the key of that number. */
eckid_bridge_carrier_t bridge_confirm(const eckid_logout_answer_t *asked, const char *status,
                                      int key);

/* It has come back from the authentication module; location is that of the answer to its request.
 */
eckid_bridge_answer_t bridge_come_back(const bridge_scene_t *scene, const char *location);

/* The sealed value in a location. */
const char *bridge_sealed(const char *location);

#endif
