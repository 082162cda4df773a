/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supplier that a SAML message is for: one, none, or undecidable as it names several. */
#include "saml/eckid_saml_recipient.h"
#include "base/eckid_url.h"

#define AUDIENCE "Audience"

/* Where a name stands, and the name. */
typedef struct name_t {
    const char *what, *value;
} name_t;

/* What the names of a message have told so far. */
typedef struct names_t {
    const eckid_policy_t *policy;
    const eckid_supplier_t *supplier; /* the first one that was named */
    const eckid_supplier_t *other;    /* the last one that is another one; or NULL */
    name_t first, second;             /* by which the two were named */
    name_t mismatch;                  /* the last name that is not that of a supplier, if any */
    bool by_host;
    apr_pool_t *pool;
} names_t;

/* A name that no supplier has is an error if it is strict. A name that another supplier has always
 * is. */
static void note(names_t *names, const eckid_supplier_t *found, name_t name, bool strict)
{
    if (!found) {
        names->mismatch = strict ? name : names->mismatch;
    }
    else if (!names->supplier) {
        names->supplier = found;
        names->first = name;
    }
    else if (names->supplier != found) {
        names->other = found;
        names->second = name;
    }
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
        note(names, find_by_url(names, url), (name_t){what, url}, strict);
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
        note(names, find_by_path(names, route->sent_to), (name_t){"URL", route->sent_to}, true);
    }
    note_url(names, route->action, "form action", true);
    for (int i = 0; route->all_urls && i < route->all_urls->nelts; i++) {
        note_url(names, APR_ARRAY_IDX(route->all_urls, i, const char *), "another form", false);
    }
}

/* Who has an entity ID. */
static const eckid_supplier_t *find_entity(const names_t *names, const char *id)
{
    return eckid_policy_find_entity(names->policy, id);
}

/* A login can be confirmed for several receivers, and have several audiences. The supplier must be
 * one of them (profiles section 4.1.4.2, core section 2.5.1.4); eckid_saml_verify takes out the
 * others. */
static void note_any(names_t *names, const char *what, const apr_array_header_t *values,
                     const eckid_supplier_t *(*find)(const names_t *names, const char *value))
{
    name_t name = {what, NULL};
    bool any = false;

    for (int i = 0; i < values->nelts; i++) {
        name.value = APR_ARRAY_IDX(values, i, const char *);
        const eckid_supplier_t *found = find(names, name.value);

        any = any || found;
        note(names, found, name, false);
    }
    if (values->nelts && !any) {
        note(names, NULL, name, true);
    }
}

static void note_message(names_t *names, const eckid_saml_message_t *message)
{
    for (int i = 0; i < message->targets->nelts; i++) {
        const eckid_saml_target_t *target =
            &APR_ARRAY_IDX(message->targets, i, eckid_saml_target_t);

        note_url(names, target->url, target->attribute, true);
    }
    note_any(names, "Recipient", message->recipients, find_by_url);
    for (int i = 0; i < message->key_recipients->nelts; i++) {
        const char *recipient = APR_ARRAY_IDX(message->key_recipients, i, const char *);

        note(names, find_entity(names, recipient), (name_t){"EncryptedKey", recipient}, false);
    }
    note_any(names, AUDIENCE, message->audiences, find_entity);
}

static eckid_err_t *two_suppliers(const names_t *names)
{
    eckid_err_t *err = eckid_err_make(
        names->pool, ECKID_MIXED, "its %s names %s, but its %s names %s", names->first.what,
        names->supplier->name, names->second.what, names->other->name);

    return eckid_err_advise(err, "is an entity ID or a URL in the wrong block? a page that was put "
                                 "together of two logins is an attack");
}

static eckid_err_t *no_supplier(const names_t *names)
{
    const name_t *name = &names->mismatch;
    eckid_err_t *err =
        eckid_err_make(names->pool, ECKID_MIXED, "its %s, %s, is not one of %s", name->what,
                       eckid_url_shown(name->value, names->pool), names->supplier->name);

    return eckid_err_advise(
        err, strcmp(name->what, AUDIENCE) == 0
                 ? "if it is the same supplier, add it behind <EckidSupplier; if not, the identity "
                   "provider must not name it here"
                 : "if it is the supplier's, add it as EckidConsumer or renew the file of "
                   "EckidSupplierMetadata");
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
    return names.other                             ? two_suppliers(&names)
           : names.supplier && names.mismatch.what ? no_supplier(&names)
                                                   : NULL;
}
