/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which supplier gets what under which name, which attribute holds the student key, what failure
 * means. Data only. */
#ifndef ECKID_POLICY_H
#define ECKID_POLICY_H

#include <apr_hash.h>

#include "model/eckid_attribute.h"
#include "jose/eckid_jwe.h"
#include "crypto/eckid_key_sign.h"
#include "base/eckid_match.h"
#include "model/eckid_finding.h"

/* What becomes of a login without ECK iD. */
typedef enum eckid_action_t {
    ECKID_DENY, /* the login is refused */
    ECKID_OMIT  /* the login goes on without; release is by the list all the same */
} eckid_action_t;

typedef struct eckid_rename_t {
    const char *from;
    eckid_attribute_t to;
} eckid_rename_t;

/* A key of ours that signs logins. */
typedef struct eckid_signer_t {
    const eckid_key_t *key;
    bool shared; /* with the identity provider; otherwise it is in no trust set */
} eckid_signer_t;

/* A client of the OpenID provider that is a supplier. */
typedef struct eckid_client_t {
    const char *id;
    const char *claim; /* what the ECK iD is called there; NULL as over SAML */
    bool has_alg;
    eckid_key_alg_t alg;           /* by which tokens for it are signed; otherwise by RS256 */
    const eckid_key_t *secret;     /* HS256 in and out by this; or NULL */
    bool front_channel;            /* whether tokens that the browser carries show the ECK iD */
    const eckid_jwe_t *encryption; /* what is signed is encrypted by this; or NULL */
} eckid_client_t;

typedef struct eckid_supplier_t {
    const char *name;               /* its first entity ID; stands for it in messages */
    apr_array_header_t *entity_ids; /* const char * */
    apr_array_header_t *consumers;  /* const char *: assertion consumer URLs */
    apr_array_header_t *clients;    /* eckid_client_t */
    eckid_attribute_t attribute;    /* what the ECK iD is called there */
    bool release_stated;            /* so that nothing is released by oversight */
    bool release_all;               /* what the identity provider released, stays */
    apr_array_header_t *release;    /* const char *: otherwise, these attributes only */
    apr_array_header_t *renames;    /* eckid_rename_t */
    eckid_action_t on[ECKID_OUTCOMES];
    apr_interval_time_t stale_max; /* how old an ECK iD may be when there is no newer one */
    bool refuse_by_status;         /* a denial is told to the supplier, not only to the student */
    apr_array_header_t *signers;   /* eckid_signer_t: the first signs; NULL for the gateway's */
} eckid_supplier_t;

/* A supplier with nothing stated yet but the defaults of on. */
eckid_supplier_t *eckid_policy_supplier(apr_pool_t *pool);

/* Whether the supplier may see what the identity provider sent under that name. */
bool eckid_policy_releases(const eckid_supplier_t *supplier, const char *name);

typedef struct eckid_policy_t {
    apr_array_header_t *suppliers; /* const eckid_supplier_t * */
    apr_hash_t *by_entity;
    apr_hash_t *by_client;
    apr_hash_t *by_client_near; /* keyed by small letters, without spaces around */
    apr_hash_t *by_consumer;    /* keyed by normal form, see eckid_url.h */
    apr_hash_t *by_place;       /* the same without query */
    apr_hash_t *by_host;        /* of several with one host, any */
} eckid_policy_t;

eckid_policy_t *eckid_policy_make(apr_pool_t *pool);

/* ECKID_CONFIG when an entity ID, a client ID or a consumer URL is another supplier's already, or
 * the URL is not an absolute http or https one. */
eckid_err_t *eckid_policy_add(eckid_policy_t *policy, const eckid_supplier_t *supplier,
                              apr_pool_t *pool);

const eckid_supplier_t *eckid_policy_find_entity(const eckid_policy_t *policy, const char *id);
const eckid_supplier_t *eckid_policy_find_consumer(const eckid_policy_t *policy, const char *url,
                                                   apr_pool_t *pool);

/* The supplier with that client, and what is said about the client; NULL when it is nobody's. */
const eckid_supplier_t *eckid_policy_find_client(const eckid_client_t **client,
                                                 const eckid_policy_t *policy, const char *id);

/* Whether a client ID is nobody's, but would be a supplier's to a provider that minds neither
 * letters nor spaces around (as the usual collations of databases do). */
bool eckid_policy_is_near_client(const eckid_policy_t *policy, const char *id, apr_pool_t *pool);

/* A supplier of which a consumer URL differs at most by its query: for URLs that got parameters. */
const eckid_supplier_t *eckid_policy_find_consumer_path(const eckid_policy_t *policy,
                                                        const char *url, apr_pool_t *pool);

/* A supplier with a consumer URL on the same host: for what can be known by nothing else. */
const eckid_supplier_t *eckid_policy_find_host(const eckid_policy_t *policy, const char *url,
                                               apr_pool_t *pool);

/* Every signer there is, the gateway's and those of suppliers (eckid_signer_t). */
apr_array_header_t *eckid_policy_signers(const eckid_policy_t *policy,
                                         const apr_array_header_t *gateway, apr_pool_t *pool);

/* One value of the attribute must match as a whole. */
typedef struct eckid_condition_t {
    const char *attribute;
    const eckid_match_t *match;
} eckid_condition_t;

/* Who is a student, and by which key the LAS knows the student. */
typedef struct eckid_student_t {
    apr_array_header_t *conditions;    /* eckid_condition_t: all must hold; empty: everybody is */
    const char *source;                /* an attribute, or NULL for the NameID */
    const eckid_match_t *match;        /* makes the key of the value */
    const char *type;                  /* of the key */
    const char *school_source;         /* the attribute that tells the school, if match is set */
    const eckid_match_t *school_match; /* makes the key of the map of schools; NULL without one */
} eckid_student_t;

#endif
