/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity provider of our own for tests, and a supplier that asks it for logins. */
#ifndef BRIDGE_H
#define BRIDGE_H

#include "bridge/eckid_authn_request.h"
#include "bridge/eckid_bridge.h"
#include "support/fakes.h"
#include "support/maker.h"

#define BRIDGE_ISSUER "https://login.school.example/saml/idp"
#define BRIDGE_SSO BRIDGE_ISSUER "/sso"

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
} bridge_scene_t;

/* Wishes are attributes of its SPSSODescriptor, with a space before. */
bridge_scene_t *bridge_scene(const char *wishes);

/* An AuthnRequest of the first supplier; attributes have a space before. */
const char *bridge_request(const char *attributes, const char *children);

/* The same as a form, unsigned; with a RelayState unless that is NULL. */
eckid_bridge_carrier_t bridge_post(const char *xml, const char *relay_state);

/* As a query, signed with the RSA key of that number; -1: unsigned. */
eckid_bridge_carrier_t bridge_query(const char *xml, const char *relay_state, int key);

/* It has come back from the authentication module; location is that of the answer to its request.
 */
eckid_bridge_answer_t bridge_come_back(const bridge_scene_t *scene, const char *location);

/* The sealed value in a location. */
const char *bridge_sealed(const char *location);

#endif
