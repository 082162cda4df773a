/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supplier that a SAML message is for: one, none, or undecidable as it names several. */
#include "saml/eckid_saml_recipient.h"

/* What the names of a message have told so far. */
typedef struct names_t {
    const eckid_policy_t *policy;
    const eckid_supplier_t *supplier; /* the first one that was named */
    const char *mismatch;             /* which name is not that of a supplier; or NULL */
    bool several;
    bool by_host;
    apr_pool_t *pool;
} names_t;

/* A name that no supplier has is an error if it is strict. A name that another supplier has always
 * is. */
static void note(names_t *names, const eckid_supplier_t *found, const char *what, bool strict)
{
    if (!found) {
        names->mismatch = strict ? what : names->mismatch;
        return;
    }
    if (names->supplier && names->supplier != found) {
        names->several = true;
    }
    names->supplier = names->supplier ? names->supplier : found;
}

/* Suppliers read their URLs less strictly than they are compared here, and the audience of an
 * encrypted login cannot be seen. So the host decides, unless it is a plain login. */
static const eckid_supplier_t *find_by_url(const names_t *names, const char *url)
{
    return names->by_host ? eckid_policy_find_host(names->policy, url, names->pool)
                          : eckid_policy_find_consumer(names->policy, url, names->pool);
}

static void note_url(names_t *names, const char *url, const char *what, bool strict)
{
    if (url) {
        note(names, find_by_url(names, url), what, strict);
    }
}

static const eckid_supplier_t *find_by_path(const names_t *names, const char *url)
{
    return names->by_host ? eckid_policy_find_host(names->policy, url, names->pool)
                          : eckid_policy_find_consumer_path(names->policy, url, names->pool);
}

static void note_route(names_t *names, const eckid_saml_route_t *route)
{
    if (route->sent_to) {
        note(names, find_by_path(names, route->sent_to), "URL", true);
    }
    note_url(names, route->action, "form action", true);
    for (int i = 0; route->all_urls && i < route->all_urls->nelts; i++) {
        note_url(names, APR_ARRAY_IDX(route->all_urls, i, const char *), "another form", false);
    }
}

/* A login can be confirmed for several receivers, of which the supplier must be one (profiles
 * section 4.1.4.2); eckid_saml_verify takes out the others. */
static void note_recipients(names_t *names, const apr_array_header_t *recipients)
{
    bool any = false;

    for (int i = 0; i < recipients->nelts; i++) {
        const eckid_supplier_t *found =
            find_by_url(names, APR_ARRAY_IDX(recipients, i, const char *));

        any = any || found;
        note(names, found, "Recipient", false);
    }
    if (recipients->nelts && !any) {
        note(names, NULL, "Recipient", true);
    }
}

static void note_message(names_t *names, const eckid_saml_message_t *message)
{
    for (int i = 0; i < message->targets->nelts; i++) {
        const eckid_saml_target_t *target =
            &APR_ARRAY_IDX(message->targets, i, eckid_saml_target_t);

        note_url(names, target->url, target->attribute, true);
    }
    note_recipients(names, message->recipients);
    for (int i = 0; i < message->audiences->nelts; i++) {
        const char *audience = APR_ARRAY_IDX(message->audiences, i, const char *);

        note(names, eckid_policy_find_entity(names->policy, audience), "Audience", true);
    }
}

eckid_err_t *eckid_saml_recipient_find(const eckid_supplier_t **supplier,
                                       const eckid_policy_t *policy,
                                       const eckid_saml_route_t *route,
                                       const eckid_saml_message_t *message, apr_pool_t *pool)
{
    names_t names = {.policy = policy, .by_host = message->kind != ECKID_SAML_LOGIN, .pool = pool};

    if (eckid_saml_message_may_log_in(message)) {
        note_route(&names, route);
        note_message(&names, message);
    }
    *supplier = names.supplier;
    if (names.several) {
        return eckid_err_make(pool, ECKID_MIXED, "it names more than one supplier");
    }
    if (names.supplier && names.mismatch) {
        return eckid_err_make(pool, ECKID_MIXED, "its %s is not one of %s", names.mismatch,
                              names.supplier->name);
    }
    return NULL;
}
