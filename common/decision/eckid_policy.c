/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configured suppliers: how each is recognised, what is released to it and under which names,
 * and what happens to a login without an ECK iD. */
#include "decision/eckid_policy.h"
#include "base/eckid_words.h"
#include "base/eckid_url.h"
#include "jose/eckid_jwk.h"

#include <stdlib.h>
#include <apr_strings.h>

eckid_supplier_t *eckid_policy_supplier(apr_pool_t *pool)
{
    eckid_supplier_t *supplier = apr_pcalloc(pool, sizeof(*supplier));

    supplier->entity_ids = apr_array_make(pool, 1, sizeof(const char *));
    supplier->consumers = apr_array_make(pool, 1, sizeof(const char *));
    supplier->hosts = apr_array_make(pool, 1, sizeof(const char *));
    supplier->clients = apr_array_make(pool, 1, sizeof(eckid_client_t));
    supplier->described = apr_array_make(pool, 1, sizeof(eckid_described_t));
    supplier->name_ids = apr_array_make(pool, 1, sizeof(eckid_name_id_rule_t));
    supplier->release = apr_array_make(pool, 4, sizeof(const char *));
    supplier->renames = apr_array_make(pool, 1, sizeof(eckid_rename_t));
    supplier->on_kind = apr_array_make(pool, 1, sizeof(eckid_kind_action_t));
    supplier->on[ECKID_IS_NOT_STUDENT] = ECKID_OMIT; /* teachers use the same suppliers */
    return supplier;
}

eckid_action_t eckid_policy_action(const eckid_supplier_t *supplier, const char *kind,
                                   eckid_outcome_t outcome)
{
    for (int i = supplier->on_kind->nelts - 1; i >= 0; i--) {
        const eckid_kind_action_t *one = &APR_ARRAY_IDX(supplier->on_kind, i, eckid_kind_action_t);

        if (one->outcome == outcome && eckid_kind_same(one->kind, kind)) {
            return one->action;
        }
    }
    return supplier->on[outcome];
}

bool eckid_policy_releases(const eckid_supplier_t *supplier, const char *name)
{
    return supplier->release_all || eckid_words_listed(supplier->release, name);
}

eckid_policy_t *eckid_policy_make(apr_pool_t *pool)
{
    eckid_policy_t *policy = apr_pcalloc(pool, sizeof(*policy));

    policy->suppliers = apr_array_make(pool, 4, sizeof(const eckid_supplier_t *));
    policy->by_entity = apr_hash_make(pool);
    policy->by_client = apr_hash_make(pool);
    policy->by_similar_client = apr_hash_make(pool);
    policy->by_consumer = apr_hash_make(pool);
    policy->by_path = apr_hash_make(pool);
    policy->by_host = apr_hash_make(pool);
    return policy;
}

static eckid_err_t *add_name(apr_hash_t *index, const char *name, const eckid_supplier_t *supplier,
                             apr_pool_t *pool)
{
    const eckid_supplier_t *other = apr_hash_get(index, name, APR_HASH_KEY_STRING);

    if (other && other != supplier) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_CONFIG,
                                               "%s already belongs to the supplier %s", name,
                                               other->name),
                                "keep it in one of the two blocks");
    }
    apr_hash_set(index, name, APR_HASH_KEY_STRING, supplier);
    return NULL;
}

static const char *without_query(const char *url, apr_pool_t *pool)
{
    return apr_pstrmemdup(pool, url, strcspn(url, "?"));
}

static eckid_err_t *add_consumer(eckid_policy_t *policy, const char *url,
                                 const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    const char *normal = eckid_url_normal(url, pool);

    if (!normal) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_CONFIG, "%s is not an https or http URL", url),
            "write the whole URL, such as https://books.example/saml/acs");
    }
    apr_hash_set(policy->by_host, eckid_url_host(url, pool), APR_HASH_KEY_STRING, supplier);
    apr_hash_set(policy->by_path, without_query(normal, pool), APR_HASH_KEY_STRING, supplier);
    return add_name(policy->by_consumer, normal, supplier, pool);
}

static const char *normal_client(const char *id, apr_pool_t *pool)
{
    return eckid_codec_lower(eckid_codec_trim(eckid_bytes_str(id)), pool);
}

static eckid_err_t *add_clients(eckid_policy_t *policy, const eckid_supplier_t *supplier,
                                apr_pool_t *pool)
{
    for (int i = 0; i < supplier->clients->nelts; i++) {
        const char *id = APR_ARRAY_IDX(supplier->clients, i, eckid_client_t).id;

        if (apr_hash_get(policy->by_client, id, APR_HASH_KEY_STRING) == supplier) {
            return eckid_err_advise(eckid_err_make(pool, ECKID_CONFIG, "%s is listed twice", id),
                                    "leave one of the two lines");
        }
        ECKID_ERR(add_name(policy->by_client, id, supplier, pool));
        apr_hash_set(policy->by_similar_client, normal_client(id, pool), APR_HASH_KEY_STRING,
                     supplier);
    }
    return NULL;
}

/* Where no consumer URL says more. */
static void add_host(eckid_policy_t *policy, const char *url, const eckid_supplier_t *supplier,
                     apr_pool_t *pool)
{
    const char *host = eckid_url_host(url, pool);

    if (host && !apr_hash_get(policy->by_host, host, APR_HASH_KEY_STRING)) {
        apr_hash_set(policy->by_host, host, APR_HASH_KEY_STRING, supplier);
    }
}

eckid_err_t *eckid_policy_add(eckid_policy_t *policy, const eckid_supplier_t *supplier,
                              apr_pool_t *pool)
{
    for (int i = 0; i < supplier->entity_ids->nelts; i++) {
        ECKID_ERR(add_name(policy->by_entity, APR_ARRAY_IDX(supplier->entity_ids, i, const char *),
                           supplier, pool));
    }
    for (int i = 0; i < supplier->consumers->nelts; i++) {
        ECKID_ERR(add_consumer(policy, APR_ARRAY_IDX(supplier->consumers, i, const char *),
                               supplier, pool));
    }
    for (int i = 0; i < supplier->hosts->nelts; i++) {
        add_host(policy, APR_ARRAY_IDX(supplier->hosts, i, const char *), supplier, pool);
    }
    ECKID_ERR(add_clients(policy, supplier, pool));
    APR_ARRAY_PUSH(policy->suppliers, const eckid_supplier_t *) = supplier;
    return NULL;
}

const eckid_supplier_t *eckid_policy_find_entity(const eckid_policy_t *policy, const char *id)
{
    return apr_hash_get(policy->by_entity, id, APR_HASH_KEY_STRING);
}

const eckid_supplier_t *eckid_policy_find_client(const eckid_client_t **client,
                                                 const eckid_policy_t *policy, const char *id)
{
    const eckid_supplier_t *supplier = apr_hash_get(policy->by_client, id, APR_HASH_KEY_STRING);

    *client = NULL;
    for (int i = 0; supplier && i < supplier->clients->nelts; i++) {
        const eckid_client_t *each = &APR_ARRAY_IDX(supplier->clients, i, eckid_client_t);

        *client = strcmp(each->id, id) == 0 ? each : *client;
    }
    return supplier;
}

bool eckid_policy_is_similar_client(const eckid_policy_t *policy, const char *id, apr_pool_t *pool)
{
    return !apr_hash_get(policy->by_client, id, APR_HASH_KEY_STRING) &&
           apr_hash_get(policy->by_similar_client, normal_client(id, pool), APR_HASH_KEY_STRING);
}

const eckid_supplier_t *eckid_policy_find_consumer(const eckid_policy_t *policy, const char *url,
                                                   apr_pool_t *pool)
{
    const eckid_supplier_t *supplier = apr_hash_get(policy->by_consumer, url, APR_HASH_KEY_STRING);

    if (supplier) { /* it has the normal form, which is its own */
        return supplier;
    }
    const char *normal = eckid_url_normal(url, pool);

    return normal ? apr_hash_get(policy->by_consumer, normal, APR_HASH_KEY_STRING) : NULL;
}

const eckid_supplier_t *eckid_policy_find_consumer_path(const eckid_policy_t *policy,
                                                        const char *url, apr_pool_t *pool)
{
    const char *normal = eckid_url_normal(url, pool);

    return normal ? apr_hash_get(policy->by_path, without_query(normal, pool), APR_HASH_KEY_STRING)
                  : NULL;
}

const eckid_supplier_t *eckid_policy_find_host(const eckid_policy_t *policy, const char *url,
                                               apr_pool_t *pool)
{
    const char *host = eckid_url_host(url, pool);

    return host ? apr_hash_get(policy->by_host, host, APR_HASH_KEY_STRING) : NULL;
}

const eckid_described_t *eckid_policy_find_described(const eckid_supplier_t *supplier,
                                                     const char *id)
{
    for (int i = 0; i < supplier->described->nelts; i++) {
        const eckid_described_t *described =
            &APR_ARRAY_IDX(supplier->described, i, eckid_described_t);

        if (strcmp(described->id, id) == 0) {
            return described;
        }
    }
    return NULL;
}

eckid_signer_t eckid_signer_make(const eckid_key_t *key, bool shared, apr_pool_t *pool)
{
    eckid_signer_t signer = {key, shared, NULL};

    if (eckid_jwk_thumbprint(&signer.thumbprint, key, pool)) {
        abort(); /* only secrets have none */
    }
    return signer;
}

apr_array_header_t *eckid_policy_signers(const eckid_policy_t *policy,
                                         const apr_array_header_t *gateway, apr_pool_t *pool)
{
    apr_array_header_t *signers = apr_array_copy(pool, gateway);

    for (int i = 0; i < policy->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(policy->suppliers, i, const eckid_supplier_t *);

        if (supplier->signers) {
            apr_array_cat(signers, supplier->signers);
        }
    }
    return signers;
}
