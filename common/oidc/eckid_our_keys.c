/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our keys as clients see them: a JWK of its own for each algorithm by which one signs for them. */
#include "oidc/eckid_our_keys.h"

#include <apr_strings.h>

eckid_key_alg_t eckid_our_keys_alg(const eckid_client_t *client)
{
    return client->has_alg ? client->alg : client->secret ? ECKID_HS256 : ECKID_RS256;
}

/* How the provider publishes that key for that algorithm; NULL when it does not. */
static const eckid_jwk_t *find_published(const apr_array_header_t *published,
                                         const eckid_key_t *key, eckid_key_alg_t alg)
{
    for (int i = 0; published && i < published->nelts; i++) {
        const eckid_jwk_t *jwk = &APR_ARRAY_IDX(published, i, eckid_jwk_t);

        if ((!jwk->has_alg || jwk->alg == alg) && eckid_key_same(jwk->key, key)) {
            return jwk;
        }
    }
    return NULL;
}

/* Some libraries want a JWK's alg (lestrrat-go/jwx), and with it one kid for each: two keys of one
 * kid are refused by others. */
static eckid_our_key_t make_key(const eckid_signer_t *signer, eckid_key_alg_t alg,
                                const apr_array_header_t *published, apr_pool_t *pool)
{
    const eckid_jwk_t *jwk = signer->shared ? find_published(published, signer->key, alg) : NULL;
    const char *kid =
        jwk ? jwk->kid : apr_pstrcat(pool, signer->thumbprint, "-", eckid_jwa_name(alg), NULL);

    return (eckid_our_key_t){{signer->key, alg, kid}, signer->shared, jwk != NULL};
}

static bool is_listed(const apr_array_header_t *keys, const eckid_key_t *key, eckid_key_alg_t alg)
{
    for (int i = 0; i < keys->nelts; i++) {
        const eckid_jws_signer_t *signer = &APR_ARRAY_IDX(keys, i, eckid_our_key_t).signer;

        if (signer->alg == alg && eckid_key_same(signer->key, key)) {
            return true;
        }
    }
    return false;
}

/* All that fit: those behind the first may sign after the next change of keys. */
static void add_keys(apr_array_header_t *keys, const apr_array_header_t *signers,
                     eckid_key_alg_t alg, const apr_array_header_t *published, apr_pool_t *pool)
{
    for (int i = 0; i < signers->nelts; i++) {
        const eckid_signer_t *signer = &APR_ARRAY_IDX(signers, i, eckid_signer_t);

        if (eckid_jwa_fits(alg, eckid_key_kind(signer->key)) &&
            !is_listed(keys, signer->key, alg)) {
            APR_ARRAY_PUSH(keys, eckid_our_key_t) = make_key(signer, alg, published, pool);
        }
    }
}

/* The keys of all clients whose algorithm is by RSA, or by another kind of key. */
static void add_all(apr_array_header_t *keys, const eckid_rules_t *rules, bool by_rsa,
                    const apr_array_header_t *published, apr_pool_t *pool)
{
    for (int i = 0; i < rules->policy->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(rules->policy->suppliers, i, const eckid_supplier_t *);

        for (int j = 0; j < supplier->clients->nelts; j++) {
            const eckid_client_t *client = &APR_ARRAY_IDX(supplier->clients, j, eckid_client_t);
            const eckid_key_alg_t alg = eckid_our_keys_alg(client);

            if (eckid_jwa_fits(alg, ECKID_KEY_RSA) == by_rsa) {
                add_keys(keys, eckid_rules_signers(rules, supplier), alg, published, pool);
            }
        }
    }
}

apr_array_header_t *eckid_our_keys_list(const eckid_rules_t *rules,
                                        const apr_array_header_t *published, apr_pool_t *pool)
{
    apr_array_header_t *keys = apr_array_make(pool, 4, sizeof(eckid_our_key_t));

    add_all(keys, rules, true, published, pool);
    add_all(keys, rules, false, published, pool);
    return keys;
}

eckid_err_t *eckid_our_keys_choose(eckid_jws_signer_t *signer, const eckid_rules_t *rules,
                                   const eckid_supplier_t *supplier, const eckid_client_t *client,
                                   const apr_array_header_t *published, apr_pool_t *pool)
{
    const apr_array_header_t *signers = eckid_rules_signers(rules, supplier);
    const eckid_key_alg_t alg = eckid_our_keys_alg(client);

    if (alg == ECKID_HS256) {
        *signer = (eckid_jws_signer_t){client->secret, alg, NULL};
        return NULL;
    }
    for (int i = 0; i < signers->nelts; i++) {
        const eckid_signer_t *each = &APR_ARRAY_IDX(signers, i, eckid_signer_t);

        if (eckid_jwa_fits(alg, eckid_key_kind(each->key))) {
            *signer = make_key(each, alg, published, pool).signer;
            return NULL;
        }
    }
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_CONFIG, "no EckidSigningKey signs by %s", eckid_jwa_name(alg)),
        "add a key of that kind, or write another alg= behind EckidClient");
}

bool eckid_our_keys_have(const eckid_rules_t *rules, const char *kid, apr_pool_t *pool)
{
    const apr_array_header_t *keys = kid ? eckid_our_keys_list(rules, NULL, pool) : NULL;

    for (int i = 0; keys && i < keys->nelts; i++) {
        const eckid_our_key_t *key = &APR_ARRAY_IDX(keys, i, eckid_our_key_t);

        if (!key->shared && strcmp(key->signer.kid, kid) == 0) {
            return true;
        }
    }
    return false;
}

eckid_err_t *eckid_our_keys_write(json_t **jwk, const eckid_our_key_t *key, apr_pool_t *pool)
{
    ECKID_ERR(eckid_jwk_write(jwk, key->signer.key, pool));
    json_object_set_new(*jwk, "alg", json_string(eckid_jwa_name(key->signer.alg)));
    json_object_set_new(*jwk, "kid", json_string(key->signer.kid));
    return NULL;
}
