/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about our own identity provider. */
#include "directive/mod_eckid_idp_lines.h"

#include <apr_strings.h>
#include <apr_uri.h>

#include "base/eckid_url.h"
#include "bridge/eckid_authn_context.h"
#include "bridge/eckid_name_id.h"
#include "crypto/eckid_secret.h"
#include "decision/eckid_policy.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_option.h"
#include "directive/mod_eckid_supplier.h"

/* All lines of one location together. */
static mod_eckid_idp_t *get_idp(cmd_parms *cmd, mod_eckid_dir_t *dir)
{
    if (!dir->idp) {
        dir->idp = apr_pcalloc(cmd->pool, sizeof(*dir->idp));
        dir->idp->claims = apr_array_make(cmd->pool, 8, sizeof(eckid_claim_t));
        dir->idp->contexts = apr_array_make(cmd->pool, 2, sizeof(eckid_context_rule_t));
        mod_eckid_note_source(dir->idp, cmd->directive);
    }
    return dir->idp;
}

static const char *without_slash(const char *text, apr_pool_t *pool)
{
    apr_size_t len = strlen(text);

    while (len && text[len - 1] == '/') {
        len--;
    }
    return apr_pstrmemdup(pool, text, len);
}

/* The endpoints are at the location, so the path of the URL must be its path. */
static const char *check_url(const mod_eckid_idp_t *idp, apr_pool_t *pool)
{
    apr_uri_t uri;

    if (!eckid_url_normal(idp->url, pool) || apr_uri_parse(pool, idp->url, &uri) != APR_SUCCESS ||
        uri.query || uri.fragment || !uri.path || strcmp(uri.path, idp->path) != 0) {
        return apr_psprintf(pool,
                            "EckidIdp: %s is not the URL of this location; write behind the entity "
                            "ID, for example: url=https://login.school.example%s",
                            idp->url, idp->path);
    }
    return NULL;
}

const char *mod_eckid_idp_entity(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    mod_eckid_dir_t *dir = conf;
    const char *url = NULL;
    const mod_eckid_option_t options[] = {{"url", MOD_ECKID_TEXT, &url, 0, 0}};

    CHECK_LINE();
    CHECK_ONCE(dir);
    if (argc < 1 || !*argv[0] || strlen(argv[0]) > 1024) {
        return "EckidIdp: the entity ID is missing, or has more than 1024 characters";
    }
    if (!cmd->path || cmd->path[0] != '/' || strpbrk(cmd->path, "*?[")) {
        return "EckidIdp stands in a <Location> with a path and no wildcard, such as <Location "
               "/saml/idp>";
    }
    const char *wrong = mod_eckid_options(cmd, options, 1, argc, argv);
    mod_eckid_idp_t *idp = get_idp(cmd, dir);

    idp->entity_id = argv[0];
    idp->path = without_slash(cmd->path, cmd->pool);
    idp->url = without_slash(url ? url : argv[0], cmd->pool);
    mod_eckid_note_source(idp, cmd->directive);
    return wrong ? wrong : check_url(idp, cmd->pool);
}

static bool has_claim(const mod_eckid_idp_t *idp, const char *name)
{
    for (int i = 0; i < idp->claims->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(idp->claims, i, eckid_claim_t).attribute.name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* What a client sends as a header is in variables that begin like this. */
static const char *check_variable(const cmd_parms *cmd, const char *variable)
{
    return strncmp(variable, "HTTP_", 5) == 0
               ? apr_psprintf(cmd->pool,
                              "%s: %s is a header, which anybody can send; let the authentication "
                              "module set an environment variable",
                              cmd->cmd->name, variable)
               : NULL;
}

const char *mod_eckid_idp_attribute(cmd_parms *cmd, void *conf, const char *name,
                                    const char *variable, const char *form)
{
    const char *separator = form ? mod_eckid_option(form, "separator") : NULL;
    bool is_json = form && strcmp(form, "json") == 0;

    CHECK_LINE();
    mod_eckid_idp_t *idp = get_idp(cmd, conf);

    if (form && !is_json && (!separator || !*separator)) {
        return apr_psprintf(cmd->pool,
                            "EckidIdpAttribute: \"%s\" is neither json nor separator=TEXT", form);
    }
    if (has_claim(idp, name)) {
        return apr_psprintf(cmd->pool, "EckidIdpAttribute: %s has two lines; remove one of them",
                            name);
    }
    APR_ARRAY_PUSH(idp->claims, eckid_claim_t) = (eckid_claim_t){
        .attribute = {name, eckid_claims_format(name), NULL},
        .variable = variable,
        .form = is_json     ? ECKID_CLAIM_JSON
                : separator ? ECKID_CLAIM_SEPARATED
                            : ECKID_CLAIM_ONE,
        .separator = separator,
    };
    return check_variable(cmd, variable);
}

const char *mod_eckid_idp_context(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_context_rule_t rule = {.class = argc ? argv[0] : NULL};
    eckid_match_t *match = NULL;

    CHECK_LINE();
    if (argc != 1 && argc != 3) {
        return "EckidIdpAuthnContext: a class is expected, and optionally a variable and an "
               "expression that its value must match";
    }
    if (argc == 3) {
        TRY(eckid_match_make(&match, argv[2], NULL, cmd->pool));
        rule.variable = argv[1];
        rule.match = match;
    }
    APR_ARRAY_PUSH(get_idp(cmd, conf)->contexts, eckid_context_rule_t) = rule;
    return argc == 3 ? check_variable(cmd, argv[1]) : NULL;
}

const char *mod_eckid_idp_instant(cmd_parms *cmd, void *conf, const char *variable)
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    get_idp(cmd, conf)->instant = variable;
    return check_variable(cmd, variable);
}

static const char *check_return(const cmd_parms *cmd, const char *url)
{
    return url[0] == '/' || eckid_url_normal(url, cmd->pool)
               ? NULL
               : apr_psprintf(
                     cmd->pool,
                     "%s: a URL or a path is expected, up to the URL to return to, such as "
                     "/saml/mellon/logout?ReturnTo=",
                     cmd->cmd->name);
}

const char *mod_eckid_idp_renew(cmd_parms *cmd, void *conf, const char *url)
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    get_idp(cmd, conf)->renew = url;
    return check_return(cmd, url);
}

const char *mod_eckid_idp_logout(cmd_parms *cmd, void *conf, const char *url, const char *partial)
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    get_idp(cmd, conf)->logout = url;
    get_idp(cmd, conf)->logout_is_partial = partial != NULL;
    return partial && strcmp(partial, "partial") != 0
               ? "EckidIdpLogout: nothing may follow the URL but partial, for a provider that "
                 "keeps "
                 "its session"
               : check_return(cmd, url);
}

const char *mod_eckid_idp_secret(cmd_parms *cmd, void *conf, const char *file,
                                 const char *attribute)
{
    const char *path = mod_eckid_path(cmd, file);
    eckid_bytes_t content;

    CHECK_LINE();
    CHECK_ONCE(conf);
    mod_eckid_idp_t *idp = get_idp(cmd, conf);
    const char *wrong = mod_eckid_check_private(cmd, path);

    TRY(mod_eckid_read_secret(&content, path, cmd->temp_pool));
    idp->pairwise = eckid_secret_make(content, cmd->pool);
    idp->user = attribute;
    memset((char *)content.data, 0, content.len);
    return wrong           ? wrong
           : idp->pairwise ? NULL
                           : apr_psprintf(cmd->pool,
                                          "EckidIdpNameIdSecret: %s has less than %d bytes; write: "
                                          "openssl rand -base64 48 > %s",
                                          path, ECKID_SECRET_MIN, path);
}

const char *mod_eckid_idp_contact(cmd_parms *cmd, void *conf, const char *address)
{
    CHECK_LINE();
    CHECK_ONCE(conf);
    get_idp(cmd, conf)->contact = address;
    return strchr(address, '@') ? NULL : "EckidIdpContact: a mail address is expected";
}

/* In a supplier's block */

static const char *format_of(const char *word)
{
    static const struct {
        const char *word, *format;
    } formats[] = {{"persistent", ECKID_NAME_ID_PERSISTENT},
                   {"transient", ECKID_NAME_ID_TRANSIENT},
                   {"unspecified", ECKID_NAME_ID_UNSPECIFIED},
                   {"emailAddress", ECKID_NAME_ID_EMAIL}};

    for (unsigned i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        if (strcmp(formats[i].word, word) == 0) {
            return formats[i].format;
        }
    }
    return strchr(word, ':') ? word : NULL;
}

static const char *check_name_id(const eckid_name_id_rule_t *rule, const char *word,
                                 apr_pool_t *pool)
{
    bool is_made = rule->format && (strcmp(rule->format, ECKID_NAME_ID_PERSISTENT) == 0 ||
                                    strcmp(rule->format, ECKID_NAME_ID_TRANSIENT) == 0);

    if (!rule->format && strcmp(word, "none") != 0) {
        return apr_psprintf(pool,
                            "EckidNameId: \"%s\" is none of persistent, transient, unspecified, "
                            "emailAddress, none and a URI",
                            word);
    }
    return rule->format && !is_made && !rule->attribute
               ? apr_psprintf(pool,
                              "EckidNameId: %s needs an attribute, such as: EckidNameId %s uid",
                              word, word)
               : NULL;
}

const void *mod_eckid_idp_line_of(const eckid_supplier_t *supplier)
{
    return &supplier->sign_what;
}

const char *mod_eckid_idp_name_id(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    eckid_supplier_t *supplier;
    const char *outside = mod_eckid_get_supplier(&supplier, cmd, conf);
    eckid_match_t *match = NULL;

    if (outside) {
        return outside;
    }
    if (argc != 1 && argc != 2 && argc != 4) {
        return "EckidNameId: a format is expected, optionally an attribute, and optionally an "
               "expression and a template, such as: unspecified uid ^(.+)$ $1@school.example";
    }
    if (argc == 4) {
        TRY(eckid_match_make(&match, argv[2], argv[3], cmd->pool));
    }
    const eckid_name_id_rule_t rule = {format_of(argv[0]), argc > 1 ? argv[1] : NULL, match};

    mod_eckid_note_source(mod_eckid_idp_line_of(supplier), cmd->directive);
    APR_ARRAY_PUSH(supplier->name_ids, eckid_name_id_rule_t) = rule;
    return check_name_id(&rule, argv[0], cmd->pool);
}

const char *mod_eckid_idp_sign(cmd_parms *cmd, void *conf, const char *value)
{
    static const char *const values[] = {"both", "assertion", "response", NULL};
    eckid_supplier_t *supplier;
    const char *outside = mod_eckid_get_supplier(&supplier, cmd, conf);

    if (outside) {
        return outside;
    }
    CHECK_ONCE(supplier);
    mod_eckid_note_source(mod_eckid_idp_line_of(supplier), cmd->directive);
    supplier->sign_what = strcmp(value, "assertion") == 0  ? ECKID_SIGN_ASSERTION
                          : strcmp(value, "response") == 0 ? ECKID_SIGN_RESPONSE
                                                           : ECKID_SIGN_BOTH;
    return mod_eckid_one_of(cmd, value, values);
}
