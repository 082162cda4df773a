/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suppliers whose metadata is at URLs, and the policy with what is known of them by now. */
#include "saml/eckid_supplier_sources.h"
#include "base/eckid_url.h"

#include <apr_strings.h>

static const eckid_supplier_source_t *source_at(const eckid_supplier_sources_t *sources, int i)
{
    return &APR_ARRAY_IDX(sources->all, i, eckid_supplier_source_t);
}

static bool is_free(const eckid_policy_t *policy, const char *url, const char *supplier,
                    apr_pool_t *pool)
{
    const eckid_supplier_t *other = eckid_policy_find_consumer(policy, url, pool);

    return !other || strcmp(other->name, supplier) == 0;
}

/* Adds what was fetched of one entity to the copy of its supplier. */
static void add_view(eckid_supplier_t *copy, const eckid_supplier_source_t *source,
                     const eckid_saml_metadata_sp_t *sp, const eckid_policy_t *configured,
                     const eckid_policy_t *so_far, apr_pool_t *pool)
{
    for (int i = 0; i < sp->consumers->nelts; i++) {
        const char *url = APR_ARRAY_IDX(sp->consumers, i, const char *);

        if (eckid_url_normal(url, pool) && is_free(configured, url, copy->name, pool) &&
            is_free(so_far, url, copy->name, pool)) {
            APR_ARRAY_PUSH(copy->consumers, const char *) = url;
        }
    }
    APR_ARRAY_PUSH(copy->described, eckid_described_t) =
        (eckid_described_t){source->id, sp->encryption, sp->why_not, sp->text, sp->role};
}

static eckid_supplier_t *copy_of(const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    eckid_supplier_t *copy = apr_pmemdup(pool, supplier, sizeof(*copy));

    copy->consumers = apr_array_copy(pool, supplier->consumers);
    copy->described = apr_array_copy(pool, supplier->described);
    return copy;
}

/* The supplier as it is by now; itself if nothing more is known. */
static const eckid_supplier_t *complete(const eckid_supplier_sources_t *sources,
                                        const eckid_supplier_t *supplier,
                                        const eckid_policy_t *so_far, apr_pool_t *pool)
{
    eckid_supplier_t *copy = NULL;

    for (int i = 0; i < sources->all->nelts; i++) {
        const eckid_supplier_source_t *source = source_at(sources, i);
        const eckid_metadata_view_t *view = strcmp(source->supplier, supplier->name) == 0
                                                ? eckid_metadata_last(source->metadata, pool)
                                                : NULL;

        if (view) {
            copy = copy ? copy : copy_of(supplier, pool);
            add_view(copy, source, view->sp, sources->configured, so_far, pool);
        }
    }
    return copy ? copy : supplier;
}

const eckid_policy_t *eckid_supplier_sources_policy(const eckid_supplier_sources_t *sources,
                                                    apr_pool_t *pool)
{
    const apr_array_header_t *suppliers = sources->configured->suppliers;
    eckid_policy_t *policy = eckid_policy_make(pool);

    for (int i = 0; i < suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            complete(sources, APR_ARRAY_IDX(suppliers, i, const eckid_supplier_t *), policy, pool);

        if (eckid_policy_add(policy, supplier, pool)) {
            return sources->configured; /* cannot be: what would not fit was left out */
        }
    }
    return policy;
}

bool eckid_supplier_sources_has(const eckid_supplier_sources_t *sources, const char *supplier)
{
    for (int i = 0; i < sources->all->nelts; i++) {
        if (strcmp(source_at(sources, i)->supplier, supplier) == 0) {
            return true;
        }
    }
    return false;
}

static eckid_err_t *fetch(const eckid_supplier_source_t *source, bool renew,
                          eckid_metadata_wait_t *wait, apr_pool_t *pool)
{
    const eckid_metadata_view_t *view;

    ECKID_ERR(eckid_metadata_get(&view, source->metadata, wait, pool));
    return renew ? eckid_metadata_renew(&view, source->metadata, wait, pool) : NULL;
}

eckid_err_t *eckid_supplier_sources_fetch(const eckid_supplier_sources_t *sources,
                                          const char *supplier, bool renew,
                                          eckid_metadata_wait_t *wait, apr_pool_t *pool)
{
    eckid_err_t *first = NULL;

    for (int i = 0; i < sources->all->nelts; i++) {
        const eckid_supplier_source_t *source = source_at(sources, i);

        if (!supplier || strcmp(source->supplier, supplier) == 0) {
            eckid_err_t *err = fetch(source, renew, wait, pool);

            first = first ? first : err;
        }
    }
    return first;
}

eckid_err_t *eckid_supplier_sources_fetch_entity(const eckid_supplier_sources_t *sources,
                                                 const char *id, eckid_metadata_wait_t *wait,
                                                 apr_pool_t *pool)
{
    for (int i = 0; i < sources->all->nelts; i++) {
        if (strcmp(source_at(sources, i)->id, id) == 0) {
            return fetch(source_at(sources, i), false, wait, pool);
        }
    }
    return NULL;
}

bool eckid_supplier_sources_is_late(const eckid_supplier_sources_t *sources, const char *supplier,
                                    const eckid_metadata_wait_t *wait)
{
    for (int i = 0; i < sources->all->nelts; i++) {
        const eckid_supplier_source_t *source = source_at(sources, i);

        if (strcmp(source->supplier, supplier) == 0 &&
            eckid_metadata_is_late(source->metadata, wait)) {
            return true;
        }
    }
    return false;
}
