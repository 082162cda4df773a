/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configured suppliers: how each is recognised, what is released to it and under which names,
 * and what happens to a login without an ECK iD. */
#ifndef ECKID_POLICY_H
#define ECKID_POLICY_H

#include <apr_hash.h>

#include "base/eckid_match.h"
#include "model/eckid_attribute.h"
#include "jose/eckid_jwe.h"
#include "crypto/eckid_encryption.h"
#include "crypto/eckid_key_sign.h"
#include "model/eckid_finding.h"

/* What happens to a login without an ECK iD. */
typedef enum eckid_action_t {
    ECKID_DENY, /* the login is refused */
    ECKID_OMIT  /* it continues without an ECK iD, and the release list still applies */
} eckid_action_t;

/* The same for people of one kind. */
typedef struct eckid_kind_action_t {
    const char *kind;
    eckid_outcome_t outcome;
    eckid_action_t action;
} eckid_kind_action_t;

/* Whether the Assertion in a SAML login is encrypted to the supplier. */
typedef enum eckid_encrypt_t {
    ECKID_ENCRYPT_AS_IT_CAME, /* if it came encrypted to us, all of it or some */
    ECKID_ENCRYPT_ON,
    ECKID_ENCRYPT_OFF
} eckid_encrypt_t;

/* An entity of a supplier, as its own metadata have it. */
typedef struct eckid_described_t {
    const char *id;
    const eckid_encryption_t *encryption; /* how to encrypt to it; NULL if that is not possible */
    const eckid_err_t *why_not;           /* the reason; NULL if it has no key for encryption */
    eckid_bytes_t metadata;               /* its EntityDescriptor */
    const struct eckid_saml_sp_role_t *role; /* what it says to an identity provider, see there */
} eckid_described_t;

/* A NameID that a supplier can have from an identity provider of ours. */
typedef struct eckid_name_id_rule_t {
    const char *format;         /* a URI (core section 8.3); NULL: the Subject has no NameID */
    const char *attribute;      /* that holds it; NULL: it is made, pairwise or transient */
    const eckid_match_t *match; /* makes it of the attribute's value; or NULL */
} eckid_name_id_rule_t;

/* Which signatures an identity provider of ours makes. */
typedef enum eckid_sign_what_t {
    ECKID_SIGN_BOTH,
    ECKID_SIGN_ASSERTION,
    ECKID_SIGN_RESPONSE
} eckid_sign_what_t;

typedef struct eckid_rename_t {
    const char *from;
    eckid_attribute_t to;
} eckid_rename_t;

/* A key of ours that signs logins. */
typedef struct eckid_signer_t {
    const eckid_key_t *key;
    bool shared; /* with the identity provider; logins signed by a key that is not shared are never
                    trusted */
    const char *thumbprint; /* of RFC 7638, found once: each token names it */
} eckid_signer_t;

/* A signer with that key, RSA or EC. */
eckid_signer_t eckid_signer_make(const eckid_key_t *key, bool shared, apr_pool_t *pool);

/* A client of the OpenID provider that is a supplier. */
typedef struct eckid_client_t {
    const char *id;
    const char *claim; /* the name of its ECK iD claim; NULL: the supplier's attribute name */
    bool has_alg;
    eckid_key_alg_t alg;       /* signs its ID tokens, if has_alg; otherwise RS256 */
    const eckid_key_t *secret; /* the HS256 key, or NULL */
    bool front_channel;        /* whether a token that the browser sees gets the ECK iD */
    bool tokens_as_is; /* whether an access token that names it goes as the provider made it */
    const eckid_jwe_t *encryption; /* encrypts the signed token; or NULL */
} eckid_client_t;

typedef struct eckid_supplier_t {
    const char *name;               /* the first entity ID or client ID, used in messages */
    apr_array_header_t *entity_ids; /* const char * */
    apr_array_header_t *consumers;  /* const char *: assertion consumer URLs */
    apr_array_header_t *hosts;      /* const char *: more URLs whose hosts are the supplier's */
    apr_array_header_t *clients;    /* eckid_client_t */
    eckid_attribute_t attribute;    /* the name of the ECK iD attribute */
    bool release_stated; /* whether the block has a release directive; it must, so that nothing is
                            released by accident */
    bool release_all;    /* everything the identity provider releases stays */
    apr_array_header_t *release; /* const char *: if not release_all, only these attributes stay */
    apr_array_header_t *renames; /* eckid_rename_t */
    eckid_action_t on[ECKID_OUTCOMES];
    apr_array_header_t *on_kind;   /* eckid_kind_action_t: where it differs for a kind of people */
    apr_interval_time_t stale_max; /* the maximal age of an ECK iD if there is no newer one */
    bool refuse_by_status; /* whether a refusal is a SAML error status for the supplier, instead of
                              a page for the student */
    eckid_encrypt_t encrypt;
    apr_array_header_t *described; /* eckid_described_t: entities with EckidSupplierMetadata */
    apr_array_header_t *signers;   /* eckid_signer_t: the first signs; NULL: those of the gateway */
    apr_array_header_t *name_ids; /* eckid_name_id_rule_t: the first is the default; may be empty */
    eckid_sign_what_t sign_what;
} eckid_supplier_t;

/* An empty supplier, whose member on has the defaults. */
eckid_supplier_t *eckid_policy_supplier(apr_pool_t *pool);

/* What happens to a login with that outcome. Kind may be NULL: see eckid_person_key_t. */
eckid_action_t eckid_policy_action(const eckid_supplier_t *supplier, const char *kind,
                                   eckid_outcome_t outcome);

/* Whether an attribute of that name is released to the supplier unchanged. */
bool eckid_policy_releases(const eckid_supplier_t *supplier, const char *name);

typedef struct eckid_policy_t {
    apr_array_header_t *suppliers; /* const eckid_supplier_t * */
    apr_hash_t *by_entity;
    apr_hash_t *by_client;
    apr_hash_t *by_similar_client; /* keyed by the ID in lower case, trimmed */
    apr_hash_t *by_consumer;       /* keyed by the normal form, see eckid_url.h */
    apr_hash_t *by_path;           /* keyed by the normal form without query */
    apr_hash_t *by_host;           /* the supplier added last, if several share the host */
} eckid_policy_t;

eckid_policy_t *eckid_policy_make(apr_pool_t *pool);

/* ECKID_CONFIG if another supplier already has the entity ID, client ID or consumer URL, or if a
 * consumer URL is not an absolute http or https URL. */
eckid_err_t *eckid_policy_add(eckid_policy_t *policy, const eckid_supplier_t *supplier,
                              apr_pool_t *pool);

const eckid_supplier_t *eckid_policy_find_entity(const eckid_policy_t *policy, const char *id);
const eckid_supplier_t *eckid_policy_find_consumer(const eckid_policy_t *policy, const char *url,
                                                   apr_pool_t *pool);

/* The supplier that has the client, and the client's settings; NULL if there is none. */
const eckid_supplier_t *eckid_policy_find_client(const eckid_client_t **client,
                                                 const eckid_policy_t *policy, const char *id);

/* Whether no supplier has this client ID, but one has an ID that differs only in case or in
 * surrounding white space. A provider may treat both as the same, as the usual collations of
 * databases do. */
bool eckid_policy_is_similar_client(const eckid_policy_t *policy, const char *id, apr_pool_t *pool);

/* A supplier with a consumer URL that differs at most in its query: for URLs to which parameters
 * were added. */
const eckid_supplier_t *eckid_policy_find_consumer_path(const eckid_policy_t *policy,
                                                        const char *url, apr_pool_t *pool);

/* A supplier with a consumer URL on the same host, for messages where nothing but the host is
 * known. */
const eckid_supplier_t *eckid_policy_find_host(const eckid_policy_t *policy, const char *url,
                                               apr_pool_t *pool);

/* The described entity with that ID; NULL if there is none. */
const eckid_described_t *eckid_policy_find_described(const eckid_supplier_t *supplier,
                                                     const char *id);

/* All signers, of the gateway and of all suppliers (eckid_signer_t). */
apr_array_header_t *eckid_policy_signers(const eckid_policy_t *policy,
                                         const apr_array_header_t *gateway, apr_pool_t *pool);

#endif
