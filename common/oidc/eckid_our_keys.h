/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our keys as clients see them: a JWK of its own for each algorithm by which one signs for them. */
#ifndef ECKID_OUR_KEYS_H
#define ECKID_OUR_KEYS_H

#include "decision/eckid_rules.h"
#include "jose/eckid_jws.h"

typedef struct eckid_our_key_t {
    eckid_jws_signer_t signer;
    bool shared;    /* with the provider */
    bool published; /* by the provider, with that kid */
} eckid_our_key_t;

/* The algorithm of a client's tokens. */
eckid_key_alg_t eckid_our_keys_alg(const eckid_client_t *client);

/*
 * Every key with every algorithm that some supplier's client may be signed for by it
 * (eckid_our_key_t), each once; secrets are not among them. Those by RSA come first: some clients
 * (python-jose) try key by key and fail at the first of another kind than the token's. The kid is
 * made of the key's thumbprint and the algorithm; a shared key keeps the one by which the provider
 * publishes it. Published are the provider's keys (eckid_jwk_t), or NULL.
 */
apr_array_header_t *eckid_our_keys_list(const eckid_rules_t *rules,
                                        const apr_array_header_t *published, apr_pool_t *pool);

/* The key that signs for a client of a supplier: the first that fits its algorithm, or its secret.
 * ECKID_CONFIG when there is none. */
eckid_err_t *eckid_our_keys_choose(eckid_jws_signer_t *signer, const eckid_rules_t *rules,
                                   const eckid_supplier_t *supplier, const eckid_client_t *client,
                                   const apr_array_header_t *published, apr_pool_t *pool);

/* Whether the kid is that of a key of ours that is not shared. NULL is none. */
bool eckid_our_keys_have(const eckid_rules_t *rules, const char *kid, apr_pool_t *pool);

/* The public half as a JWK (RFC 7517) with use, alg and kid; the pool owns the reference. */
eckid_err_t *eckid_our_keys_write(json_t **jwk, const eckid_our_key_t *key, apr_pool_t *pool);

#endif
