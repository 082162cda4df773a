/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own identity provider, for schools whose users log in elsewhere: a supplier's request in, an
 * answer out. */
#ifndef ECKID_BRIDGE_H
#define ECKID_BRIDGE_H

#include "bridge/eckid_bridge_message.h"
#include "bridge/eckid_claims.h"
#include "decision/eckid_decision.h"
#include "saml/eckid_saml_login.h"
#include "store/eckid_records.h"

/* What it needs. Read-only, shared by threads. */
typedef struct eckid_bridge_t {
    const eckid_rules_t *rules;
    const eckid_supplier_sources_t *sources; /* suppliers with metadata at URLs; NULL: none */
    const char *entity_id;
    const char *url;                    /* under which its endpoints are, without "/" at its end */
    const char *path;                   /* the path of url */
    const apr_array_header_t *claims;   /* eckid_claim_t */
    const apr_array_header_t *contexts; /* eckid_context_rule_t, from weak to strong */
    const char *instant; /* the variable with the time of authentication; NULL: it is not known,
                            and so ForceAuthn is unsupported */
    const char *renew;   /* the URL at which the user's session ends, up to the URL to return to;
                            NULL: users cannot be asked to log in anew */
    const char *logout;  /* the URL at which the session of the authentication module ends, written
                            like renew; NULL: there is no single logout */
    bool logout_is_partial;         /* whether the provider keeps its session all the same */
    const char *contact;            /* a mail address; or NULL */
    const eckid_secret_t *pairwise; /* for persistent NameIDs; or NULL */
    const char *user;               /* an attribute that they are made of; or NULL */
    const eckid_secret_t *secret, *previous; /* for logins on their way */
    const eckid_records_t *answered;         /* where answered requests are noted; NULL: nowhere */
    bool sha1;                               /* whether SHA-1 is accepted in signatures */
} eckid_bridge_t;

/* The endpoints below url, in URLs and paths. */
#define ECKID_BRIDGE_SSO "/sso"         /* takes requests; nothing protects it */
#define ECKID_BRIDGE_LOGIN "/login"     /* the authentication module protects it */
#define ECKID_BRIDGE_PASSIVE "/passive" /* the same, but nobody is asked to log in there */
#define ECKID_BRIDGE_AGAIN "/again"     /* the same, for users whose session has just been ended */

#define ECKID_BRIDGE_SLO "/slo"       /* takes messages of logout; nothing protects it */
#define ECKID_BRIDGE_OVER "logout"    /* the query by which PASSIVE ends a logout */
#define ECKID_BRIDGE_LOGOUT "/logout" /* where users log out; nothing protects it */

/* The URLs that suppliers send requests to, and messages of logout. */
const char *eckid_bridge_sso(const eckid_bridge_t *bridge, apr_pool_t *pool);
const char *eckid_bridge_slo(const eckid_bridge_t *bridge, apr_pool_t *pool);

/* What becomes of a request. */
typedef struct eckid_bridge_answer_t {
    eckid_decision_t
        decision;         /* REFUSE: a page with its status. CHANGE: its body is the XML of a
                             Response, to be posted to consumer. Otherwise there is location. */
    const char *location; /* to which the browser is sent on; or NULL */
    const char *consumer;
    const char *relay_state;     /* or NULL */
    apr_array_header_t *cookies; /* eckid_bridge_cookie_t; NULL: none */
} eckid_bridge_answer_t;

/*
 * A supplier asks for a login: the message is read, verified and checked. If all is well the
 * browser is sent on to the login, with the request sealed in the URL. What the standard has a
 * status for is told to the supplier, if its consumer is known. May fetch a supplier's metadata,
 * and then blocks for the longest of their timeouts at most.
 */
eckid_bridge_answer_t eckid_bridge_enter(const eckid_bridge_t *bridge,
                                         const eckid_bridge_carrier_t *carrier,
                                         const eckid_moment_t *moment, apr_pool_t *pool);

/* A login that no supplier asked for (profiles section 4.1.5), at the entity that the query names:
 * parameters supplier and RelayState. */
eckid_bridge_answer_t eckid_bridge_begin(const eckid_bridge_t *bridge, eckid_bytes_t query,
                                         const eckid_moment_t *moment, apr_pool_t *pool);

/* What the browser brings when it comes back. */
typedef struct eckid_bridge_back_t {
    const char *sealed;  /* what eckid_bridge_enter has put into the URL */
    const char *place;   /* the endpoint */
    const char *cookies; /* the field of the request; or NULL */
} eckid_bridge_back_t;

/*
 * The user comes back. The attributes are read, the student is looked up, and the Response is made,
 * as the supplier's block says. May ask the LAS, and then blocks for its timeout at most.
 */
eckid_bridge_answer_t eckid_bridge_answer(const eckid_bridge_t *bridge,
                                          const eckid_bridge_back_t *back,
                                          const eckid_environment_t *environment,
                                          const eckid_moment_t *moment, apr_pool_t *pool);

#endif
