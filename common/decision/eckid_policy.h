/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suppliers: how each is recognised, what it gets under which name, and what becomes of its logins
 * without an ECK iD. Data only. */
#ifndef ECKID_POLICY_H
#define ECKID_POLICY_H

#include <apr_hash.h>

#include "model/eckid_attribute.h"
#include "jose/eckid_jwe.h"
#include "crypto/eckid_key_sign.h"
#include "model/eckid_finding.h"

/* What becomes of a login without ECK iD. */
typedef enum eckid_action_t {
    ECKID_DENY, /* the login is refused */
    ECKID_OMIT  /* the login goes on without it; the release list applies all the same */
} eckid_action_t;

typedef struct eckid_rename_t {
    const char *from;
    eckid_attribute_t to;
} eckid_rename_t;

/* A key of ours that signs logins. */
typedef struct eckid_signer_t {
    const eckid_key_t *key;
    bool shared; /* with the identity provider; otherwise no login signed by it is believed */
} eckid_signer_t;

/* A client of the OpenID provider that is a supplier. */
typedef struct eckid_client_t {
    const char *id;
    const char *claim; /* what the ECK iD is called there; NULL: as over SAML */
    bool has_alg;
    eckid_key_alg_t alg;           /* of tokens for it, if has_alg; otherwise RS256 */
    const eckid_key_t *secret;     /* verifies and signs by HS256; or NULL */
    bool front_channel;            /* whether tokens that pass the browser get the ECK iD */
    const eckid_jwe_t *encryption; /* encrypts what was signed; or NULL */
} eckid_client_t;

typedef struct eckid_supplier_t {
    const char *name;               /* its first entity ID; stands for it in messages */
    apr_array_header_t *entity_ids; /* const char * */
    apr_array_header_t *consumers;  /* const char *: assertion consumer URLs */
    apr_array_header_t *clients;    /* eckid_client_t */
    eckid_attribute_t attribute;    /* what the ECK iD is called there */
    bool release_stated;            /* whether the block says what is released, so that
                                       nothing is released by oversight */
    bool release_all;               /* all that the identity provider released stays */
    apr_array_header_t *release;    /* const char *: otherwise, these attributes only */
    apr_array_header_t *renames;    /* eckid_rename_t */
    eckid_action_t on[ECKID_OUTCOMES];
    apr_interval_time_t stale_max; /* how old an ECK iD may be if there is no newer one */
    bool refuse_by_status;         /* the supplier gets an error status, where the student would get
                                      a page */
    apr_array_header_t *signers;   /* eckid_signer_t: the first signs; NULL: those of the gateway */
} eckid_supplier_t;

/* A supplier of which nothing is stated yet; on has its defaults. */
eckid_supplier_t *eckid_policy_supplier(apr_pool_t *pool);

/* Whether the supplier may see what the identity provider sent under that name. */
bool eckid_policy_releases(const eckid_supplier_t *supplier, const char *name);

typedef struct eckid_policy_t {
    apr_array_header_t *suppliers; /* const eckid_supplier_t * */
    apr_hash_t *by_entity;
    apr_hash_t *by_client;
    apr_hash_t *by_similar_client; /* keyed by lower case, without white space around */
    apr_hash_t *by_consumer;       /* keyed by normal form, see eckid_url.h */
    apr_hash_t *by_path;           /* the same without query */
    apr_hash_t *by_host;           /* any one of several with the same host */
} eckid_policy_t;

eckid_policy_t *eckid_policy_make(apr_pool_t *pool);

/* ECKID_CONFIG if an entity ID, a client ID or a consumer URL is another supplier's already, or if
 * a consumer URL is not an absolute http or https one. */
eckid_err_t *eckid_policy_add(eckid_policy_t *policy, const eckid_supplier_t *supplier,
                              apr_pool_t *pool);

const eckid_supplier_t *eckid_policy_find_entity(const eckid_policy_t *policy, const char *id);
const eckid_supplier_t *eckid_policy_find_consumer(const eckid_policy_t *policy, const char *url,
                                                   apr_pool_t *pool);

/* The supplier with that client, and what is stated about the client; NULL if no supplier has it.
 */
const eckid_supplier_t *eckid_policy_find_client(const eckid_client_t **client,
                                                 const eckid_policy_t *policy, const char *id);

/* Whether no supplier has that client ID, but one has an ID that differs only by upper and lower
 * case or white space around it. A provider may take both for the same, as the usual collations of
 * databases do. */
bool eckid_policy_is_similar_client(const eckid_policy_t *policy, const char *id, apr_pool_t *pool);

/* A supplier with a consumer URL that differs at most by its query: for URLs that got parameters.
 */
const eckid_supplier_t *eckid_policy_find_consumer_path(const eckid_policy_t *policy,
                                                        const char *url, apr_pool_t *pool);

/* A supplier with a consumer URL on the same host: for messages that tell nothing else. */
const eckid_supplier_t *eckid_policy_find_host(const eckid_policy_t *policy, const char *url,
                                               apr_pool_t *pool);

/* All signers, those of the gateway and those of suppliers (eckid_signer_t). */
apr_array_header_t *eckid_policy_signers(const eckid_policy_t *policy,
                                         const apr_array_header_t *gateway, apr_pool_t *pool);

#endif
