/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What configtest finds about our own identity provider. */
#include "directive/mod_eckid_configtest_idp.h"

#include <apr_strings.h>

#include "bridge/eckid_bridge.h"
#include "bridge/eckid_name_id.h"
#include "conf/mod_eckid_kinds.h"
#include "decision/eckid_policy.h"
#include "directive/mod_eckid_protection.h"
#include "saml/eckid_supplier_sources.h"

typedef struct check_t {
    const mod_eckid_dir_t *dir;
    const mod_eckid_idp_t *idp;
    apr_array_header_t *findings;
    apr_pool_t *pool;
} check_t;

static void find(const check_t *check, bool is_mistake, const void *thing, const char *text)
{
    APR_ARRAY_PUSH(check->findings, mod_eckid_finding_t) =
        (mod_eckid_finding_t){is_mistake, thing, text};
}

/* Attributes */

static bool is_mapped(const check_t *check, const char *name)
{
    for (int i = 0; i < check->idp->claims->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(check->idp->claims, i, eckid_claim_t).attribute.name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void demand(const check_t *check, const void *thing, const char *name, const char *whom)
{
    if (!name || !is_mapped(check, name)) {
        find(check, true, thing,
             apr_psprintf(check->pool,
                          "%s needs the attribute %s, which no EckidIdpAttribute makes; write, for "
                          "example: EckidIdpAttribute %s OIDC_CLAIM_%s",
                          whom, name ? name : "in place of NameID", name ? name : "employeeNumber",
                          name ? name : "employeeNumber"));
    }
}

static void check_kind(const check_t *check, const eckid_kind_t *kind)
{
    demand(check, check->idp, kind->source, "the key of a person");
    for (int i = 0; i < kind->conditions->nelts; i++) {
        demand(check, check->idp, APR_ARRAY_IDX(kind->conditions, i, eckid_condition_t).attribute,
               "the condition for a person");
    }
}

static void check_people(const check_t *check)
{
    const mod_eckid_dir_t *dir = check->dir;
    const eckid_kind_t *kind = mod_eckid_kinds_make(dir, check->pool);

    for (; kind; kind = kind->next) {
        check_kind(check, kind);
    }
    if (dir->schools) {
        demand(check, check->idp, dir->schools->source, "EckidSchoolMap");
    }
    if (check->idp->user) {
        demand(check, check->idp, check->idp->user, "EckidIdpNameIdSecret");
    }
}

/* Suppliers */

static void check_release(const check_t *check, const eckid_supplier_t *supplier)
{
    for (int i = 0; i < supplier->release->nelts; i++) {
        const char *name = APR_ARRAY_IDX(supplier->release, i, const char *);

        if (!is_mapped(check, name)) {
            find(check, false, supplier->entity_ids,
                 apr_psprintf(check->pool, "EckidRelease has %s, which no EckidIdpAttribute makes",
                              name));
        }
    }
}

static void check_name_ids(const check_t *check, const eckid_supplier_t *supplier)
{
    for (int i = 0; i < supplier->name_ids->nelts; i++) {
        const eckid_name_id_rule_t *rule =
            &APR_ARRAY_IDX(supplier->name_ids, i, eckid_name_id_rule_t);

        if (rule->attribute) {
            demand(check, supplier->entity_ids, rule->attribute, "EckidNameId");
        }
        else if (rule->format && strcmp(rule->format, ECKID_NAME_ID_PERSISTENT) == 0 &&
                 !check->idp->pairwise) {
            find(check, true, supplier->entity_ids,
                 "EckidNameId persistent needs a secret that never changes; write: "
                 "EckidIdpNameIdSecret eckid/nameid.secret");
        }
    }
}

static void check_role(const check_t *check, const eckid_supplier_t *supplier,
                       const eckid_described_t *described)
{
    if (!eckid_saml_sp_role_consumer(described->role, NULL, -1)) {
        find(check, true, supplier->entity_ids,
             apr_psprintf(check->pool,
                          "the metadata of %s have no AssertionConsumerService for HTTP-POST, the "
                          "only binding by which logins are sent",
                          described->id));
    }
    if (described->role->signs_requests && !described->role->keys->nelts) {
        find(check, true, supplier->entity_ids,
             apr_psprintf(check->pool,
                          "the metadata of %s say AuthnRequestsSigned, and have no key for signing "
                          "that can be used",
                          described->id));
    }
}

static void check_entities(const check_t *check, const eckid_supplier_t *supplier)
{
    const eckid_supplier_sources_t *sources = check->dir->sources;
    bool is_fetched = sources && eckid_supplier_sources_has(sources, supplier->name);

    for (int i = 0; i < supplier->entity_ids->nelts && supplier->consumers->nelts; i++) {
        const char *id = APR_ARRAY_IDX(supplier->entity_ids, i, const char *);
        const eckid_described_t *described = eckid_policy_find_described(supplier, id);

        if (described) {
            check_role(check, supplier, described);
        }
        else if (!is_fetched) {
            find(
                check, true, supplier->entity_ids,
                apr_psprintf(check->pool,
                             "%s has no EckidSupplierMetadata, and only those say where its logins "
                             "go",
                             id));
        }
    }
}

static void check_suppliers(const check_t *check)
{
    const apr_array_header_t *suppliers = check->dir->policy->suppliers;

    for (int i = 0; i < suppliers->nelts; i++) {
        const eckid_supplier_t *supplier = APR_ARRAY_IDX(suppliers, i, const eckid_supplier_t *);

        check_entities(check, supplier);
        check_release(check, supplier);
        check_name_ids(check, supplier);
    }
}

/* The authentication module, as far as its lines show it */

/* What suppliers' messages come to must not ask for a login. */
static void check_open(const check_t *check, const server_rec *server, const char *place)
{
    const char *login = apr_pstrcat(check->pool, check->idp->path, ECKID_BRIDGE_LOGIN, NULL);
    const char *open = apr_pstrcat(check->pool, check->idp->path, place, NULL);

    if (mod_eckid_is_protected(open, server, check->pool)) {
        find(check, false, check->idp,
             apr_psprintf(check->pool,
                          "%s asks for a login too, where suppliers' messages by HTTP-POST get "
                          "lost; protect %s alone",
                          open, login));
    }
}

/* Where nobody is ever logged in, every logout seems to have ended the session. */
static void check_over(const check_t *check, const server_rec *server)
{
    const char *passive = apr_pstrcat(check->pool, check->idp->path, ECKID_BRIDGE_PASSIVE, NULL);

    if (!mod_eckid_admitted(passive, server, check->pool)) {
        find(check, false, check->idp,
             apr_psprintf(check->pool,
                          "nothing at %s tells whether a logout has ended the session; it needs "
                          "the AuthType and the Require lines of login, and that nobody is asked "
                          "there (such as OIDCUnAuthAction pass)",
                          passive));
    }
}

static void check_protection(const check_t *check, const server_rec *server)
{
    const char *login = apr_pstrcat(check->pool, check->idp->path, ECKID_BRIDGE_LOGIN, NULL);
    const ap_directive_t *headers = mod_eckid_claims_by_headers(login, server, check->pool);

    if (!mod_eckid_is_protected(login, server, check->pool)) {
        find(check, false, check->idp,
             apr_psprintf(check->pool,
                          "nothing protects %s, so nobody can log in there; it needs both the "
                          "AuthType of the module that logs users in (such as openid-connect, "
                          "Mellon or Basic) and a line such as Require valid-user",
                          login));
    }
    check_open(check, server, ECKID_BRIDGE_SSO);
    if (check->idp->logout) {
        check_open(check, server, ECKID_BRIDGE_SLO);
        check_open(check, server, ECKID_BRIDGE_LOGOUT);
        check_over(check, server);
    }
    if (headers) {
        find(check, false, check->idp,
             apr_psprintf(check->pool,
                          "%s in line %d of %s passes claims as headers, which are not read; let "
                          "it set environment variables, as by OIDCPassClaimsAs environment",
                          headers->directive, headers->line_num, headers->filename));
    }
}

/* Sessions of the authentication module can be of all the server, and of users whom login does not
 * let in; so the other places must ask the same of them. */
static void check_admitted(const check_t *check, const server_rec *server)
{
    static const char *const places[] = {ECKID_BRIDGE_PASSIVE, ECKID_BRIDGE_AGAIN};
    const char *login = apr_pstrcat(check->pool, check->idp->path, ECKID_BRIDGE_LOGIN, NULL);
    const char *wanted = mod_eckid_admitted(login, server, check->pool);

    for (unsigned i = 0; wanted && i < sizeof(places) / sizeof(*places); i++) {
        const char *place = apr_pstrcat(check->pool, check->idp->path, places[i], NULL);
        const char *here = mod_eckid_admitted(place, server, check->pool);

        if (here && strcmp(here, wanted) != 0) {
            find(check, false, check->idp,
                 apr_psprintf(check->pool,
                              "%s does not admit the same users as %s, and whoever has a session "
                              "and is admitted at one of them is logged in at suppliers; write the "
                              "same lines of Require and MellonCond at both",
                              place, login));
        }
    }
}

/* Who returns there without a login could not be let in. */
static void check_again(const check_t *check, const server_rec *server)
{
    const char *again = apr_pstrcat(check->pool, check->idp->path, ECKID_BRIDGE_AGAIN, NULL);

    if (check->idp->renew && !mod_eckid_admitted(again, server, check->pool)) {
        find(check, false, check->idp,
             apr_psprintf(check->pool,
                          "nothing protects %s, where users return to from EckidIdpRenew; it needs "
                          "what %s%s has",
                          again, check->idp->path, ECKID_BRIDGE_LOGIN));
    }
}

/* Without the time of the login nothing would tell a new one from an old session. */
static void check_force(const check_t *check)
{
    if (check->idp->renew && !check->idp->instant) {
        find(check, true, check->idp,
             "EckidIdpRenew needs the time at which the user authenticated, or ForceAuthn could be "
             "skipped; write, for example: EckidIdpAuthnInstant OIDC_CLAIM_auth_time; or remove "
             "EckidIdpRenew");
    }
}

apr_array_header_t *mod_eckid_idp_check(const mod_eckid_dir_t *dir, const server_rec *server,
                                        apr_pool_t *pool)
{
    const check_t check = {dir, dir->idp, apr_array_make(pool, 4, sizeof(mod_eckid_finding_t)),
                           pool};

    if (!dir->idp->entity_id) {
        find(&check, true, dir->idp,
             "this belongs into the location of an EckidIdp, beside that line");
        return check.findings;
    }
    check_people(&check);
    check_suppliers(&check);
    check_force(&check);
    check_protection(&check, server);
    check_admitted(&check, server);
    check_again(&check, server);
    return check.findings;
}
