/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy for tests: books.example, to which maker's responses go, and exercises.example. */
#include "support/suppliers.h"

#include <apr_strings.h>

#include "unit.h"

static void add(eckid_policy_t *policy, const char *host)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    supplier->name = apr_pstrcat(pool, "https://", host, "/saml", NULL);
    supplier->attribute = (eckid_attribute_t){"eckId", "urn:format", NULL};
    APR_ARRAY_PUSH(supplier->entity_ids, const char *) = supplier->name;
    APR_ARRAY_PUSH(supplier->consumers, const char *) =
        apr_pstrcat(pool, "https://", host, "/acs", NULL);
    APR_ARRAY_PUSH(supplier->release, const char *) = "uid";
    ok(eckid_policy_add(policy, supplier, pool));
}

eckid_policy_t *two_suppliers(void)
{
    eckid_policy_t *policy = eckid_policy_make(pool);

    add(policy, "books.example");
    add(policy, "exercises.example");
    return policy;
}

eckid_supplier_t *first_supplier(const eckid_policy_t *policy)
{
    return APR_ARRAY_IDX(policy->suppliers, 0, eckid_supplier_t *);
}
