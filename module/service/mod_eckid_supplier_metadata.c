/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves the metadata of suppliers that the identity provider gets. */
#include "service/mod_eckid_supplier_metadata.h"

#include <apr_strings.h>

#include "base/eckid_params.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_log.h"
#include "decision/eckid_policy.h"
#include "saml/eckid_saml_supplier.h"
#include "service/mod_eckid_reply.h"

/* All entities that are described (eckid_described_t). */
static apr_array_header_t *all_described(const eckid_policy_t *policy, apr_pool_t *pool)
{
    apr_array_header_t *all = apr_array_make(pool, 4, sizeof(eckid_described_t));

    for (int i = 0; policy && i < policy->suppliers->nelts; i++) {
        apr_array_cat(all,
                      APR_ARRAY_IDX(policy->suppliers, i, const eckid_supplier_t *)->described);
    }
    return all;
}

/* What is at a URL is fetched: that of the entity, or of all suppliers if it is NULL. */
static const eckid_policy_t *fetch_policy(request_rec *r, const mod_eckid_dir_t *dir,
                                          const char *id)
{
    eckid_metadata_wait_t wait = {.now = apr_time_now()};
    eckid_err_t *err =
        !dir->sources ? NULL
        : id          ? eckid_supplier_sources_fetch_entity(dir->sources, id, &wait, r->pool)
                      : eckid_supplier_sources_fetch(dir->sources, NULL, false, &wait, r->pool);

    if (err) {
        mod_eckid_log_trouble(r, err, "the metadata of a supplier is not known");
    }
    return mod_eckid_policy(dir, r->pool);
}

/* The entityID that the query names; NULL if it does not name one. */
static const char *read_id(const char *query, apr_pool_t *pool)
{
    const char *id;
    int count =
        eckid_params_get(&id, eckid_params_parse(eckid_bytes_str(query), pool), "entityID", pool);

    return count == 1 ? id : NULL;
}

/* Without a query, the only one there is. */
static const eckid_described_t *find_wanted(const apr_array_header_t *all, const char *query,
                                            const char *id)
{
    if (!*query) {
        return all->nelts == 1 ? &APR_ARRAY_IDX(all, 0, eckid_described_t) : NULL;
    }
    for (int i = 0; i < all->nelts; i++) {
        const eckid_described_t *each = &APR_ARRAY_IDX(all, i, eckid_described_t);

        if (id && strcmp(each->id, id) == 0) {
            return each;
        }
    }
    return NULL;
}

/* Names those that there are. */
static int reply_list(request_rec *r, const mod_eckid_dir_t *dir)
{
    const apr_array_header_t *all = all_described(fetch_policy(r, dir, NULL), r->pool);
    const char *text = all->nelts ? "Name a supplier by ?entityID= and one of these, escaped:\n"
                                  : "No supplier has EckidSupplierMetadata.\n";

    for (int i = 0; i < all->nelts; i++) {
        text = apr_pstrcat(r->pool, text, APR_ARRAY_IDX(all, i, eckid_described_t).id, "\n", NULL);
    }
    r->status = HTTP_NOT_FOUND;
    return mod_eckid_reply(r, "text/plain; charset=utf-8", eckid_bytes_str(text), "no-store");
}

int mod_eckid_supplier_metadata_handler(request_rec *r)
{
    const mod_eckid_dir_t *dir = mod_eckid_dir(r);
    eckid_bytes_t text;

    if (!mod_eckid_handler_is(r, MOD_ECKID_SUPPLIER_METADATA)) {
        return DECLINED;
    }
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    const char *query = r->args ? r->args : "", *id = read_id(query, r->pool);
    const apr_array_header_t *all = all_described(fetch_policy(r, dir, id), r->pool);
    const eckid_described_t *wanted = find_wanted(all, query, id);

    if (!wanted || !dir->decryption_keys) {
        return reply_list(r, dir);
    }
    eckid_err_t *err = eckid_saml_supplier_metadata(
        &text, wanted->metadata, APR_ARRAY_IDX(dir->decryption_keys, 0, const eckid_key_t *),
        dir->metadata_key, r->pool);

    if (err) {
        mod_eckid_log_trouble(r, err, "the metadata of a supplier cannot be served");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return mod_eckid_reply(r, "application/samlmetadata+xml", text, "max-age=300");
}
