/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supplier's block: which supplier it is, what it gets, and what happens if there is no ECK
 * iD. */
#include "directive/mod_eckid_supplier.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_person.h"

#include <apr_strings.h>

#include "oidc/eckid_oidc.h"
#include "decision/eckid_policy.h"
#include "saml/eckid_supplier_sources.h"

#define NAME_FORMAT "urn:oasis:names:tc:SAML:2.0:attrname-format:"

const char *mod_eckid_get_supplier(eckid_supplier_t **supplier, cmd_parms *cmd, void *conf)
{
    *supplier = ((mod_eckid_dir_t *)conf)->open_supplier;
    return *supplier ? mod_eckid_check_line(cmd)
                     : apr_psprintf(cmd->pool, "%s belongs inside <EckidSupplier>",
                                    cmd->directive->directive);
}

#define IN_SUPPLIER()                                                                              \
    eckid_supplier_t *supplier;                                                                    \
    const char *outside = mod_eckid_get_supplier(&supplier, cmd, conf);                            \
    if (outside) {                                                                                 \
        return outside;                                                                            \
    }

const char *mod_eckid_supplier_consumer(cmd_parms *cmd, void *conf, const char *url)
{
    IN_SUPPLIER();
    CHECK_WORD(url);
    APR_ARRAY_PUSH(supplier->consumers, const char *) = url;
    return NULL;
}

/* "basic", "uri", "unspecified" or a URI. Without format=, a name that is a URI has the format
 * "uri". */
static const char *format_of(cmd_parms *cmd, const char *format, const char *name)
{
    if (!format) {
        format = strchr(name, ':') ? "uri" : "basic";
    }
    return strchr(format, ':') ? format : apr_pstrcat(cmd->pool, NAME_FORMAT, format, NULL);
}

static const char *read_attribute(eckid_attribute_t *attribute, cmd_parms *cmd, int argc,
                                  char *const argv[])
{
    static const char *const formats[] = {"basic", "uri", "unspecified", NULL};
    const char *format = NULL;

    CHECK_WORD(argv[0]);
    for (int i = 1; i < argc; i++) {
        const char *friendly = mod_eckid_option(argv[i], "friendly"),
                   *given = mod_eckid_option(argv[i], "format");

        if (!friendly && !given) {
            return apr_psprintf(cmd->pool, "%s: \"%s\" is not one of format=, friendly=",
                                cmd->directive->directive, argv[i]);
        }
        attribute->friendly = friendly ? friendly : attribute->friendly;
        format = given ? given : format;
    }
    attribute->name = argv[0];
    attribute->format = format_of(cmd, format, argv[0]);
    return format && !strchr(format, ':') ? mod_eckid_one_of(cmd, format, formats) : NULL;
}

const char *mod_eckid_supplier_name(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    IN_SUPPLIER();
    CHECK_ONCE(supplier);
    if (argc < 1) {
        return "EckidName: the name under which the supplier expects the ECK iD is missing, such "
               "as eckId";
    }
    return read_attribute(&supplier->attribute, cmd, argc, argv);
}

const char *mod_eckid_supplier_release(cmd_parms *cmd, void *conf, const char *name)
{
    IN_SUPPLIER();
    CHECK_WORD(name);
    const bool is_none = strcmp(name, "none") == 0;

    if (supplier->release_stated &&
        (is_none || (!supplier->release_all && !supplier->release->nelts))) {
        return "EckidRelease: \"none\" allows no other attribute";
    }
    if (strcmp(name, "*") == 0) {
        supplier->release_all = true;
    }
    else if (!is_none) {
        APR_ARRAY_PUSH(supplier->release, const char *) = name;
    }
    supplier->release_stated = true;
    return NULL;
}

const char *mod_eckid_supplier_rename(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_rename_t rename = {.from = NULL};

    IN_SUPPLIER();
    if (argc < 2) {
        return "EckidRename: two names are expected, that of the identity provider and that of "
               "the supplier";
    }
    CHECK_WORD(argv[0]);
    const char *wrong = read_attribute(&rename.to, cmd, argc - 1, argv + 1);

    rename.from = argv[0];
    APR_ARRAY_PUSH(supplier->renames, eckid_rename_t) = rename;
    return wrong;
}

static const char *set_stale(const cmd_parms *cmd, eckid_supplier_t *supplier, const char *outcome,
                             const char *argument)
{
    const char *age = mod_eckid_option(argument, "stale");

    if (age && strcmp(outcome, "las-failed") != 0) {
        return apr_psprintf(cmd->pool,
                            "EckidOn: %s is only for las-failed, not for %s; write, for example: "
                            "EckidOn las-failed deny %s",
                            argument, outcome, argument);
    }
    if (!age || ap_timeout_parameter_parse(age, &supplier->stale_max, "s") != APR_SUCCESS) {
        return apr_psprintf(cmd->pool,
                            "EckidOn: \"%s\" is not stale=AGE; it says how old an ECK iD may be "
                            "when the LAS fails, such as: EckidOn las-failed deny stale=72h",
                            argument);
    }
    return NULL;
}

/* Reads what stands behind outcome and action. Kind stays NULL if it is not said. */
static const char *read_rest(const char **kind, cmd_parms *cmd, eckid_supplier_t *supplier,
                             int argc, char *const argv[])
{
    const char *wrong = NULL;

    for (int i = 2; i < argc && !wrong; i++) {
        const char *name = mod_eckid_option(argv[i], "kind");

        *kind = name ? name : *kind;
        wrong = name ? mod_eckid_person_check_kind(cmd, name)
                     : set_stale(cmd, supplier, argv[0], argv[i]);
    }
    return wrong;
}

/* The names of all outcomes without an ECK iD, ended by NULL. */
static void list_failures(const char *names[ECKID_OUTCOMES])
{
    int count = 0;

    for (int outcome = 0; outcome < ECKID_OUTCOMES; outcome++) {
        if (outcome != ECKID_FOUND) {
            names[count++] = eckid_outcome_name((eckid_outcome_t)outcome);
        }
    }
    names[count] = NULL;
}

static void set_action(eckid_supplier_t *supplier, const char *kind, eckid_outcome_t outcome,
                       eckid_action_t action)
{
    if (kind) {
        APR_ARRAY_PUSH(supplier->on_kind, eckid_kind_action_t) =
            (eckid_kind_action_t){kind, outcome, action};
    }
    else {
        supplier->on[outcome] = action;
    }
}

static const char *check_action_once(cmd_parms *cmd, const eckid_supplier_t *supplier,
                                     const char *outcome, const char *kind)
{
    const char *what = kind ? apr_pstrcat(cmd->pool, outcome, " kind=", kind, NULL) : outcome;

    return mod_eckid_check_once_for(cmd, supplier, what);
}

const char *mod_eckid_supplier_on(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    static const char *const actions[] = {"deny", "omit", NULL};
    const char *names[ECKID_OUTCOMES], *kind = NULL;
    eckid_outcome_t outcome;

    IN_SUPPLIER();
    if (argc < 2) {
        return "EckidOn: an outcome and deny or omit are expected, such as: EckidOn no-eckid omit";
    }
    list_failures(names);
    const char *wrong = mod_eckid_one_of(cmd, argv[0], names);

    wrong = wrong ? wrong : mod_eckid_one_of(cmd, argv[1], actions);
    wrong = wrong ? wrong : read_rest(&kind, cmd, supplier, argc, argv);
    wrong = wrong ? wrong : check_action_once(cmd, supplier, argv[0], kind);
    if (!wrong && eckid_outcome_find(&outcome, argv[0])) {
        set_action(supplier, kind, outcome, strcmp(argv[1], "deny") == 0 ? ECKID_DENY : ECKID_OMIT);
    }
    return wrong;
}

const char *mod_eckid_supplier_deny_by(cmd_parms *cmd, void *conf, const char *value)
{
    static const char *const values[] = {"page", "status", NULL};

    IN_SUPPLIER();
    CHECK_ONCE(supplier);
    supplier->refuse_by_status = strcmp(value, "status") == 0;
    return mod_eckid_one_of(cmd, value, values);
}

/* Renames must be independent of each other. Otherwise an attribute could be released under the
 * name of another. */
static const char *check_rename_alone(const eckid_supplier_t *supplier,
                                      const eckid_rename_t *rename, apr_pool_t *pool)
{
    for (int i = 0; i < supplier->renames->nelts; i++) {
        const eckid_rename_t *other = &APR_ARRAY_IDX(supplier->renames, i, eckid_rename_t);

        if (strcmp(rename->to.name, other->from) == 0) {
            return apr_psprintf(pool, "EckidRename: %s is itself renamed; choose another new name",
                                other->from);
        }
        if (other != rename && (strcmp(rename->from, other->from) == 0 ||
                                strcmp(rename->to.name, other->to.name) == 0)) {
            return apr_psprintf(pool, "EckidRename: %s and %s share a name; write one of them",
                                rename->from, other->from);
        }
    }
    return NULL;
}

static const char *check_renames(const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    for (int i = 0; i < supplier->renames->nelts; i++) {
        const eckid_rename_t *rename = &APR_ARRAY_IDX(supplier->renames, i, eckid_rename_t);
        const char *wrong = check_rename_alone(supplier, rename, pool);

        if (wrong) {
            return wrong;
        }
        if (strcmp(rename->to.name, supplier->attribute.name) == 0) {
            return apr_psprintf(pool, "EckidRename: %s is the name of the ECK iD at %s",
                                rename->to.name, supplier->name);
        }
        for (int j = 0; j < supplier->release->nelts; j++) {
            if (strcmp(rename->to.name, APR_ARRAY_IDX(supplier->release, j, const char *)) == 0) {
                return apr_psprintf(pool,
                                    "EckidRename: %s is in EckidRelease too, so there would "
                                    "be two of that name",
                                    rename->to.name);
            }
        }
    }
    return NULL;
}

/* The claim for the ECK iD must not be one that OpenID Connect defines for another use. */
static const char *check_claims(const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    for (int i = 0; i < supplier->clients->nelts; i++) {
        const char *claim = APR_ARRAY_IDX(supplier->clients, i, eckid_client_t).claim;

        claim = claim ? claim : supplier->attribute.name;
        if (eckid_oidc_is_protocol(claim)) {
            return apr_psprintf(pool,
                                "EckidClient: %s is a claim of the protocol itself; write "
                                "for example claim=eckId",
                                claim);
        }
    }
    return NULL;
}

static const char *check_supplier(const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    if (!supplier->attribute.name) {
        return apr_psprintf(pool,
                            "<EckidSupplier %s> has no EckidName; write, for example: EckidName "
                            "eckId",
                            supplier->name);
    }
    if (!supplier->release_stated) {
        return apr_psprintf(pool,
                            "<EckidSupplier %s> has no EckidRelease; write the attributes "
                            "it may see, or * for all, or none",
                            supplier->name);
    }
    if (supplier->consumers->nelts == 0 && supplier->hosts->nelts == 0 &&
        supplier->clients->nelts == 0) {
        return apr_psprintf(pool,
                            "<EckidSupplier %s> has no consumer URL; write "
                            "EckidSupplierMetadata FILE or EckidConsumer URL, or EckidClient ID "
                            "over OpenID Connect",
                            supplier->name);
    }
    const char *wrong = check_claims(supplier, pool);

    return wrong ? wrong : check_renames(supplier, pool);
}

static const char *open_supplier(eckid_supplier_t **out, cmd_parms *cmd, const char *args)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(cmd->pool);
    const char *end = strrchr(args, '>');

    if (!end || end[1]) {
        return "<EckidSupplier> has no closing \">\"";
    }
    args = apr_pstrmemdup(cmd->pool, args, end - args);
    while (*args) {
        const char *id = ap_getword_conf(cmd->pool, &args);

        CHECK_WORD(id);
        APR_ARRAY_PUSH(supplier->entity_ids, const char *) = id;
    }
    if (supplier->entity_ids->nelts == 0) {
        return "<EckidSupplier> needs the supplier's entity ID";
    }
    supplier->name = APR_ARRAY_IDX(supplier->entity_ids, 0, const char *);
    mod_eckid_note_source(supplier->entity_ids, cmd->directive);
    *out = supplier;
    return NULL;
}

const char *mod_eckid_supplier_block(cmd_parms *cmd, void *conf, const char *args)
{
    mod_eckid_dir_t *dir = conf;
    const char *wrong;

    CHECK_LINE();
    if (dir->open_supplier) {
        return "<EckidSupplier> is not allowed inside another";
    }
    wrong = open_supplier(&dir->open_supplier, cmd, args);
    wrong = wrong ? wrong : ap_walk_config(cmd->directive->first_child, cmd, cmd->context);
    wrong = wrong ? wrong : check_supplier(dir->open_supplier, cmd->pool);
    if (wrong) {
        return wrong;
    }
    if (!dir->policy) {
        dir->policy = eckid_policy_make(cmd->pool);
    }
    TRY(eckid_policy_add(dir->policy, dir->open_supplier, cmd->pool));
    if (dir->sources) {
        dir->sources->configured = dir->policy;
    }
    dir->open_supplier = NULL;
    return NULL;
}
