/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about settings that are valid, but have no effect or an unexpected one. */
#include "directive/mod_eckid_configtest_warn.h"
#include "directive/mod_eckid_configtest_handler.h"
#include "directive/mod_eckid_idp_lines.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>

#include "conf/mod_eckid_gateway.h"
#include "contract/eckid_contract_eduv.h"
#include "crypto/eckid_key.h"
#include "decision/eckid_policy.h"

APLOG_USE_MODULE(eckid);

void mod_eckid_warn_at(server_rec *server, const ap_directive_t *at, const char *text)
{
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_WARNING, 0, server, "ECK%04d: %s:%d: %s",
                 ECKID_CONFIG, at->filename, at->line_num, text);
}

/* A configuration as requests will see it */

typedef struct subject_t {
    const mod_eckid_dir_t *dir;
    server_rec *server;
    apr_pool_t *pool;
} subject_t;

static void warn_about(const subject_t *subject, const void *thing, const char *text)
{
    const ap_directive_t *at = mod_eckid_find_source(thing);

    mod_eckid_warn_at(subject->server, at ? at : subject->dir->engine_at, text);
}

/* The first supplier whose SAML logins the first key of the gateway signs; or NULL. */
static const eckid_supplier_t *first_of_default_key(const eckid_policy_t *policy)
{
    for (int i = 0; i < policy->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(policy->suppliers, i, const eckid_supplier_t *);

        if (supplier->consumers->nelts && !supplier->signers) {
            return supplier;
        }
    }
    return NULL;
}

/* Many SAML suppliers cannot verify ECDSA, and nothing here would show it. A key in a supplier's
 * own block is not warned about, because it was chosen for that supplier. */
static void check_ecdsa(const subject_t *subject)
{
    const eckid_key_t *key = APR_ARRAY_IDX(subject->dir->signers, 0, eckid_signer_t).key;
    const eckid_supplier_t *supplier = first_of_default_key(subject->dir->policy);

    if (supplier && eckid_key_kind(key) != ECKID_KEY_RSA) {
        warn_about(subject, key,
                   apr_psprintf(subject->pool,
                                "%s is an EC key and signs SAML logins, at %s for example; about "
                                "half of all SAML software cannot verify ECDSA. Put an RSA key "
                                "before it, or the key into the blocks of suppliers that can",
                                eckid_key_name(key), supplier->name));
    }
}

/* The operation of the contract at the end of a URL; or NULL. */
static const char *operation_at_end(const char *base)
{
    static const char *const operations[] = {"/students", "/employees", "/students/school",
                                             "/employees/school"};
    apr_size_t len = strlen(base);

    for (apr_size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
        apr_size_t end = strlen(operations[i]);

        if (len > end && strcasecmp(base + len - end, operations[i]) == 0) {
            return base + len - end;
        }
    }
    return NULL;
}

/* Examples of URLs often include the operation, but the base URL must not. */
static void check_base(const subject_t *subject, const mod_eckid_las_t *las)
{
    const eckid_contract_t *contract = mod_eckid_las_contract_of(las, NULL);
    const char *base = las->line ? las->line->base : "";
    const char *operation = contract == &eckid_contract_eduv ? operation_at_end(base) : NULL;

    if (operation) {
        warn_about(subject, las->line,
                   apr_psprintf(subject->pool,
                                "calls add the operation to the base URL themselves, so that %s "
                                "would be there twice; write: EckidLas %.*s",
                                operation, (int)(operation - base), base));
    }
}

static void check_bases(const subject_t *subject)
{
    apr_hash_t *named = subject->dir->named;

    check_base(subject, &subject->dir->las);
    for (apr_hash_index_t *i = named ? apr_hash_first(subject->pool, named) : NULL; i;
         i = apr_hash_next(i)) {
        check_base(subject, apr_hash_this_val(i));
    }
}

/* Whether an identity provider of ours is here, or in a location, which has the same suppliers. */
static bool has_own_idp(const subject_t *subject)
{
    const core_server_config *core = ap_get_core_module_config(subject->server->module_config);
    bool has = subject->dir->idp != NULL;

    for (int i = 0; !has && i < core->sec_url->nelts; i++) {
        const mod_eckid_dir_t *location = ap_get_module_config(
            APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *), &eckid_module);

        has = location && location->idp;
    }
    return has;
}

/* In front of an identity provider the NameID stays as it is, and so does what is signed. */
static void check_lines_of_idp(const subject_t *subject)
{
    const apr_array_header_t *suppliers = subject->dir->policy->suppliers;
    const bool may_count = has_own_idp(subject);

    for (int i = 0; !may_count && i < suppliers->nelts; i++) {
        const ap_directive_t *at = mod_eckid_find_source(
            mod_eckid_idp_line_of(APR_ARRAY_IDX(suppliers, i, const eckid_supplier_t *)));

        if (at) {
            mod_eckid_warn_at(subject->server, at,
                              apr_psprintf(subject->pool,
                                           "%s has no effect without EckidIdp: the NameID, and "
                                           "what is signed, stay as the identity provider has "
                                           "them. Remove it, and set that there",
                                           at->directive));
        }
    }
}

void mod_eckid_warn_of_dir(const mod_eckid_dir_t *dir, server_rec *server, apr_pool_t *pool)
{
    const subject_t subject = {dir, server, pool};

    check_ecdsa(&subject);
    check_bases(&subject);
    check_lines_of_idp(&subject);
}

/* Blocks that hide others */

/* The first supplier of outer that has a name of this one. */
static const eckid_supplier_t *find_hidden(const eckid_policy_t *outer,
                                           const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    const eckid_supplier_t *found = NULL;
    const eckid_client_t *client;

    for (int i = 0; !found && i < supplier->entity_ids->nelts; i++) {
        found =
            eckid_policy_find_entity(outer, APR_ARRAY_IDX(supplier->entity_ids, i, const char *));
    }
    for (int i = 0; !found && i < supplier->consumers->nelts; i++) {
        found = eckid_policy_find_consumer(
            outer, APR_ARRAY_IDX(supplier->consumers, i, const char *), pool);
    }
    for (int i = 0; !found && i < supplier->clients->nelts; i++) {
        found = eckid_policy_find_client(&client, outer,
                                         APR_ARRAY_IDX(supplier->clients, i, eckid_client_t).id);
    }
    return found;
}

void mod_eckid_warn_of_hidden(const mod_eckid_dir_t *location, const mod_eckid_dir_t *outer,
                              server_rec *server, apr_pool_t *pool)
{
    const subject_t subject = {location, server, pool};

    if (!location->policy || !outer->policy || location->policy == outer->policy) {
        return;
    }
    for (int i = 0; i < location->policy->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(location->policy->suppliers, i, const eckid_supplier_t *);
        const eckid_supplier_t *hidden = find_hidden(outer->policy, supplier, pool);

        if (hidden) {
            warn_about(&subject, supplier->entity_ids,
                       apr_psprintf(pool,
                                    "in this location this block hides that of %s around it; "
                                    "write all that is meant for the supplier here, or remove one",
                                    hidden->name));
        }
    }
}

/* The first supplier of outer whose entity is none of policy; or NULL. */
static const eckid_supplier_t *find_lost(const eckid_policy_t *outer, const eckid_policy_t *policy)
{
    for (int i = 0; i < outer->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(outer->suppliers, i, const eckid_supplier_t *);

        for (int j = 0; j < supplier->entity_ids->nelts; j++) {
            if (!eckid_policy_find_entity(policy,
                                          APR_ARRAY_IDX(supplier->entity_ids, j, const char *))) {
                return supplier;
            }
        }
    }
    return NULL;
}

void mod_eckid_warn_of_lost(const mod_eckid_dir_t *idp, const mod_eckid_dir_t *outer,
                            server_rec *server, apr_pool_t *pool)
{
    const subject_t subject = {idp, server, pool};
    bool is_for_others = !outer->policy || mod_eckid_is_at_work(outer);
    const eckid_supplier_t *lost =
        is_for_others || !idp->policy ? NULL : find_lost(outer->policy, idp->policy);

    if (lost) {
        warn_about(&subject, idp->idp,
                   apr_psprintf(pool,
                                "%s cannot log in here: this location has blocks of its own, and "
                                "knows none of those around it. Write its block here too, or all "
                                "of them outside",
                                lost->name));
    }
}

/* Directives without an engine */

static bool says_engine(const ap_conf_vector_t *section)
{
    const mod_eckid_dir_t *dir = ap_get_module_config(section, &eckid_module);

    return dir && dir->engine != MOD_ECKID_UNSET;
}

/* Whether the server or one of its locations has EckidEngine. */
static bool has_engine(const server_rec *server)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);

    for (int i = 0; i < core->sec_url->nelts; i++) {
        if (says_engine(APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *))) {
            return true;
        }
    }
    return says_engine(server->lookup_defaults);
}

/* The main server's settings are inherited by virtual hosts, so one of these may have the
 * engine. */
static bool is_switched(server_rec *server, const server_rec *main_server)
{
    bool switched = has_engine(server);

    for (const server_rec *each = server->next; each && server == main_server; each = each->next) {
        switched = switched || has_engine(each);
    }
    return switched;
}

static void check_engine(server_rec *server, const server_rec *main_server, apr_pool_t *pool)
{
    const ap_directive_t *first = mod_eckid_find_source(server);

    if (first && !is_switched(server, main_server)) {
        mod_eckid_warn_at(
            server, first,
            apr_psprintf(
                pool,
                "%s has no effect without EckidEngine: every login passes "
                "unchanged, and an EckidIdp answers 404. Write, for example: EckidEngine observe",
                first->directive));
    }
}

void mod_eckid_warn_of_servers(server_rec *main_server, apr_pool_t *pool)
{
    for (server_rec *server = main_server; server; server = server->next) {
        check_engine(server, main_server, pool);
    }
    mod_eckid_warn_of_handlers(ap_conftree, main_server, pool);
}
