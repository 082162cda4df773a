/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the provider publishes about itself, with what clients must know of us beside it. */
#include "oidc/eckid_wellknown.h"
#include "base/eckid_json_edit.h"

#include <apr_strings.h>

/* Discovery */

static void add_once(json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *other = json_string_value(json_array_get(list, i));

        if (other && strcmp(other, text) == 0) {
            return;
        }
    }
    json_array_append_new(list, json_string(text));
}

/* A copy of the list of that name, or a new one. */
static json_t *copy_list(const eckid_json_edit_t *object, const char *name)
{
    const json_t *list = eckid_json_edit_get(object, name);

    return json_is_array(list) ? json_copy((json_t *)list) : json_array();
}

/* The algorithms by which tokens for suppliers are signed. */
static void add_algs(json_t *list, const eckid_supplier_t *supplier)
{
    for (int i = 0; i < supplier->clients->nelts; i++) {
        const eckid_client_t *client = &APR_ARRAY_IDX(supplier->clients, i, eckid_client_t);
        eckid_key_alg_t alg = client->has_alg  ? client->alg
                              : client->secret ? ECKID_HS256
                                               : ECKID_RS256;

        add_once(list, eckid_jwa_name(alg));
    }
}

static void add_claims(json_t *list, const eckid_supplier_t *supplier)
{
    for (int i = 0; i < supplier->clients->nelts; i++) {
        const char *claim = APR_ARRAY_IDX(supplier->clients, i, eckid_client_t).claim;

        add_once(list, claim ? claim : supplier->attribute.name);
    }
}

static void extend(eckid_json_edit_t *discovery, const char *name, const eckid_policy_t *policy,
                   void (*add)(json_t *list, const eckid_supplier_t *supplier), apr_pool_t *pool)
{
    json_t *list = copy_list(discovery, name);

    for (int i = 0; i < policy->suppliers->nelts; i++) {
        add(list, APR_ARRAY_IDX(policy->suppliers, i, const eckid_supplier_t *));
    }
    eckid_json_edit_set(discovery, name, list, pool);
}

static eckid_decision_t changed(const eckid_json_edit_t *object, apr_pool_t *pool)
{
    return (eckid_decision_t){
        .verdict = ECKID_CHANGE, .log.wanted = true, .body = eckid_json_edit_print(object, pool)};
}

eckid_decision_t eckid_wellknown_discovery(const eckid_oidc_setup_t *setup, eckid_bytes_t body,
                                           apr_pool_t *pool)
{
    eckid_json_edit_t *discovery;
    eckid_err_t *err = eckid_json_edit_parse(&discovery, body, ECKID_PROVIDER, pool);

    if (err) {
        return eckid_decision_refuse(err);
    }
    const char *issuer = eckid_json_edit_string(discovery, "issuer");

    if (!issuer || strcmp(issuer, eckid_provider_issuer(setup->provider)) != 0) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    extend(discovery, "claims_supported", setup->rules->policy, add_claims, pool);
    extend(discovery, "id_token_signing_alg_values_supported", setup->rules->policy, add_algs,
           pool);
    if (eckid_json_edit_get(discovery, "userinfo_signing_alg_values_supported")) {
        extend(discovery, "userinfo_signing_alg_values_supported", setup->rules->policy, add_algs,
               pool);
    }
    return changed(discovery, pool);
}

/* The JWKS */

static bool has_kid(const json_t *keys, const char *kid)
{
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *other = json_string_value(json_object_get(json_array_get(keys, i), "kid"));

        if (other && strcmp(other, kid) == 0) {
            return true;
        }
    }
    return false;
}

/* Our keys behind those of the list, which stay as they are written. A thumbprint that is there
 * already stands for the same key. */
static eckid_err_t *append_keys(const char **text, const eckid_oidc_setup_t *setup,
                                const json_t *list, apr_pool_t *pool)
{
    const apr_array_header_t *signers = eckid_rules_all_signers(setup->rules, pool);
    json_t *added = eckid_json_own(json_array(), pool);
    json_t *jwk;

    for (int i = 0; i < signers->nelts; i++) {
        ECKID_ERR(eckid_jwk_write(&jwk, APR_ARRAY_IDX(signers, i, eckid_signer_t).key, pool));
        const char *kid = json_string_value(json_object_get(jwk, "kid"));

        if (!has_kid(list, kid) && !has_kid(added, kid)) {
            bool first = json_array_size(list) + json_array_size(added) == 0;

            *text =
                apr_pstrcat(pool, *text, first ? "" : ",", eckid_json_print(jwk, pool).data, NULL);
            json_array_append(added, jwk);
        }
    }
    return NULL;
}

eckid_decision_t eckid_wellknown_jwks(const eckid_oidc_setup_t *setup, eckid_bytes_t body,
                                      apr_pool_t *pool)
{
    eckid_json_edit_t *set;
    eckid_err_t *err = eckid_json_edit_parse(&set, body, ECKID_JWKS, pool);

    if (!err && !json_is_array(eckid_json_edit_get(set, "keys"))) {
        err = eckid_err_make(pool, ECKID_JWKS, "it has no list of keys");
    }
    if (err) {
        return eckid_decision_refuse(err);
    }
    eckid_bytes_t list = eckid_json_edit_text(set, "keys");
    const char *text = apr_pstrmemdup(pool, list.data, list.len - 1); /* without its bracket */

    err = append_keys(&text, setup, eckid_json_edit_get(set, "keys"), pool);
    if (err) {
        return eckid_decision_refuse(err);
    }
    eckid_json_edit_set_text(set, "keys", eckid_bytes_str(apr_pstrcat(pool, text, "]", NULL)),
                             pool);
    return changed(set, pool);
}
