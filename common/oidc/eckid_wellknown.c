/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the provider publishes about itself, with what clients must know of us beside it. */
#include "oidc/eckid_wellknown.h"
#include "base/eckid_json_edit.h"
#include "oidc/eckid_our_keys.h"

#include <apr_strings.h>

/* What we cannot read is for other clients too, who may. Suppliers' tokens are refused meanwhile.
 */
static const eckid_decision_t as_it_came = {.verdict = ECKID_PASS};

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

        add_once(list, eckid_jwa_name(eckid_our_keys_alg(client)));
    }
}

/* Those by which they are encrypted, where they are. */
static void add_encryption(json_t *list, const eckid_supplier_t *supplier,
                           const char *(*name_of)(const eckid_jwe_t *jwe))
{
    for (int i = 0; i < supplier->clients->nelts; i++) {
        const eckid_jwe_t *jwe = APR_ARRAY_IDX(supplier->clients, i, eckid_client_t).encryption;

        if (jwe) {
            add_once(list, name_of(jwe));
        }
    }
}

static void add_encryption_algs(json_t *list, const eckid_supplier_t *supplier)
{
    add_encryption(list, supplier, eckid_jwe_alg);
}

static void add_encryption_encs(json_t *list, const eckid_supplier_t *supplier)
{
    add_encryption(list, supplier, eckid_jwe_enc);
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
    if (json_array_size(list)) {
        eckid_json_edit_set(discovery, name, list, pool);
    }
    else {
        json_decref(list);
    }
}

static eckid_decision_t changed(const eckid_json_edit_t *object, apr_pool_t *pool)
{
    return (eckid_decision_t){
        .verdict = ECKID_CHANGE, .log.wanted = true, .body = eckid_json_edit_print(object, pool)};
}

eckid_decision_t eckid_wellknown_discovery(const eckid_oidc_setup_t *setup, eckid_bytes_t body,
                                           apr_pool_t *pool)
{
    static const char *const if_published[] = {"userinfo_signing_alg_values_supported",
                                               "authorization_signing_alg_values_supported", NULL};
    eckid_json_edit_t *discovery;
    eckid_err_t *err = eckid_json_edit_parse(&discovery, body, ECKID_PROVIDER, pool);

    if (err) {
        return as_it_came;
    }
    const char *issuer = eckid_json_edit_string(discovery, "issuer");

    if (!issuer || strcmp(issuer, eckid_provider_issuer(setup->provider)) != 0) {
        return as_it_came;
    }
    extend(discovery, "claims_supported", setup->rules->policy, add_claims, pool);
    extend(discovery, "id_token_signing_alg_values_supported", setup->rules->policy, add_algs,
           pool);
    extend(discovery, "id_token_encryption_alg_values_supported", setup->rules->policy,
           add_encryption_algs, pool);
    extend(discovery, "id_token_encryption_enc_values_supported", setup->rules->policy,
           add_encryption_encs, pool);
    for (const char *const *name = if_published; *name; name++) {
        if (eckid_json_edit_get(discovery, *name)) {
            extend(discovery, *name, setup->rules->policy, add_algs, pool);
        }
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

/* Our keys behind those of the list, which stay as they are written. A kid that is there already
 * stands for the same key. */
static eckid_err_t *append_keys(const char **text, const eckid_oidc_setup_t *setup,
                                eckid_bytes_t body, const json_t *list, apr_pool_t *pool)
{
    apr_array_header_t *published;
    bool first = json_array_size(list) == 0;
    json_t *jwk;

    if (eckid_jwk_read_set(&published, body, pool)) {
        published = NULL; /* it has none that we could share */
    }
    const apr_array_header_t *keys = eckid_our_keys_list(setup->rules, published, pool);

    for (int i = 0; i < keys->nelts; i++) {
        const eckid_our_key_t *key = &APR_ARRAY_IDX(keys, i, eckid_our_key_t);

        if (!key->published && !has_kid(list, key->signer.kid)) {
            ECKID_ERR(eckid_our_keys_write(&jwk, key, pool));
            *text =
                apr_pstrcat(pool, *text, first ? "" : ",", eckid_json_print(jwk, pool).data, NULL);
            first = false;
        }
    }
    return NULL;
}

eckid_decision_t eckid_wellknown_jwks(const eckid_oidc_setup_t *setup, eckid_bytes_t body,
                                      apr_pool_t *pool)
{
    eckid_json_edit_t *set;
    eckid_err_t *err = eckid_json_edit_parse(&set, body, ECKID_JWKS, pool);

    if (err || !json_is_array(eckid_json_edit_get(set, "keys"))) {
        return as_it_came;
    }
    eckid_bytes_t list = eckid_json_edit_text(set, "keys");
    const char *text = apr_pstrmemdup(pool, list.data, list.len - 1); /* without its bracket */

    err = append_keys(&text, setup, body, eckid_json_edit_get(set, "keys"), pool);
    if (err) {
        return eckid_decision_refuse(err);
    }
    eckid_json_edit_set_text(set, "keys", eckid_bytes_str(apr_pstrcat(pool, text, "]", NULL)),
                             pool);
    return changed(set, pool);
}
