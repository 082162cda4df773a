/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a supplier's metadata say to an identity provider: its keys, its endpoints, its wishes. */
#include "saml/eckid_saml_sp_role.h"
#include "base/eckid_url.h"
#include "saml/eckid_saml_metadata.h"
#include "xml/eckid_xml_namespaces.h"

#include <stdlib.h>

bool eckid_saml_sp_role_is_true(const xmlNode *node, const char *name, apr_pool_t *pool)
{
    const char *value = eckid_xml_attribute(node, name, pool);

    return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

static void add_endpoint(apr_array_header_t *endpoints, const xmlNode *node, apr_pool_t *pool)
{
    const char *index = eckid_xml_attribute(node, "index", pool);
    const char *response = eckid_xml_attribute(node, "ResponseLocation", pool);
    eckid_saml_endpoint_t endpoint = {
        .binding = eckid_xml_attribute(node, "Binding", pool),
        .location = eckid_xml_attribute(node, "Location", pool),
        .index = index ? atoi(index) : -1,
        .is_default = eckid_saml_sp_role_is_true(node, "isDefault", pool),
    };

    endpoint.response = response ? response : endpoint.location;
    if (endpoint.binding && endpoint.location && eckid_url_normal(endpoint.location, pool) &&
        eckid_url_normal(endpoint.response, pool)) {
        APR_ARRAY_PUSH(endpoints, eckid_saml_endpoint_t) = endpoint;
    }
}

static void add_endpoints(apr_array_header_t *endpoints, const xmlNode *role, const char *name,
                          apr_pool_t *pool)
{
    xmlNodePtr node = eckid_xml_child(role, ECKID_NS_METADATA, name);

    for (; node; node = eckid_xml_next(node, ECKID_NS_METADATA, name)) {
        add_endpoint(endpoints, node, pool);
    }
}

static void add_role(eckid_saml_sp_role_t *all, const xmlNode *role, apr_pool_t *pool)
{
    eckid_saml_metadata_keys(all->keys, role, pool);
    add_endpoints(all->consumers, role, "AssertionConsumerService", pool);
    add_endpoints(all->logouts, role, "SingleLogoutService", pool);
    all->signs_requests =
        all->signs_requests || eckid_saml_sp_role_is_true(role, "AuthnRequestsSigned", pool);
    all->wants_signed =
        all->wants_signed || eckid_saml_sp_role_is_true(role, "WantAssertionsSigned", pool);
}

const eckid_saml_sp_role_t *eckid_saml_sp_role_read(const xmlNode *entity, apr_pool_t *pool)
{
    eckid_saml_sp_role_t *all = apr_pcalloc(pool, sizeof(*all));
    xmlNodePtr role = eckid_xml_child(entity, ECKID_NS_METADATA, "SPSSODescriptor");

    all->keys = apr_array_make(pool, 2, sizeof(const eckid_key_t *));
    all->consumers = apr_array_make(pool, 2, sizeof(eckid_saml_endpoint_t));
    all->logouts = apr_array_make(pool, 2, sizeof(eckid_saml_endpoint_t));
    for (; role; role = eckid_xml_next(role, ECKID_NS_METADATA, "SPSSODescriptor")) {
        if (eckid_saml_metadata_is_saml2(role, pool)) {
            add_role(all, role, pool);
        }
    }
    return all;
}

/* How well an endpoint fits a request that names none: the one marked as default, or else that of
 * the lowest index, or else the first. */
static bool is_better(const eckid_saml_endpoint_t *one, const eckid_saml_endpoint_t *other)
{
    return !other || (one->is_default && !other->is_default) ||
           (one->is_default == other->is_default && one->index < other->index);
}

static bool is_meant(const eckid_saml_endpoint_t *endpoint, const char *url, int index)
{
    return url ? strcmp(endpoint->location, url) == 0 : index < 0 || endpoint->index == index;
}

const eckid_saml_endpoint_t *eckid_saml_sp_role_consumer(const eckid_saml_sp_role_t *role,
                                                         const char *url, int index)
{
    const eckid_saml_endpoint_t *best = NULL;

    for (int i = 0; i < role->consumers->nelts; i++) {
        const eckid_saml_endpoint_t *each =
            &APR_ARRAY_IDX(role->consumers, i, eckid_saml_endpoint_t);

        if (strcmp(each->binding, ECKID_BINDING_POST) == 0 && is_meant(each, url, index) &&
            is_better(each, best)) {
            best = each;
        }
    }
    return best;
}
