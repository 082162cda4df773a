/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks the whole configuration, so that configtest finds mistakes that no single line shows. */
#include "directive/mod_eckid_configtest.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <unixd.h>

#include "jose/eckid_jwa.h"
#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_host.h"
#include "conf/mod_eckid_kinds.h"
#include "conf/mod_eckid_log.h"
#include "directive/mod_eckid_configtest_audit.h"
#include "directive/mod_eckid_configtest_idp.h"
#include "directive/mod_eckid_configtest_push.h"
#include "directive/mod_eckid_configtest_warn.h"
#include "directive/mod_eckid_encryption.h"
#include "directive/mod_eckid_person.h"
#include "service/mod_eckid_directory.h"
#include "service/mod_eckid_store.h"
#include "crypto/eckid_key.h"
#include "decision/eckid_policy.h"
#include "oidc/eckid_provider.h"
#include "saml/eckid_metadata.h"

APLOG_USE_MODULE(eckid);

/* A configuration as requests will see it, and the line that switched it on. */
typedef struct subject_t {
    const mod_eckid_dir_t *dir;
    server_rec *server;
    apr_array_header_t *signers; /* eckid_signer_t: those of the gateway and of suppliers */
    int mistakes;
    apr_pool_t *pool;
} subject_t;

/* Logs a message about an object that a line configured; thing is NULL for the whole
 * configuration. */
static void tell_about(subject_t *subject, const void *thing, int level, const char *text)
{
    const ap_directive_t *place = thing ? mod_eckid_find_source(thing) : NULL;
    const ap_directive_t *at = place ? place : subject->dir->engine_at;

    subject->mistakes += level <= APLOG_ERR;
    ap_log_error(APLOG_MARK, APLOG_STARTUP | level, 0, subject->server, "ECK%04d: %s:%d: %s",
                 ECKID_CONFIG, at->filename, at->line_num, text);
}

static void tell(subject_t *subject, int level, const char *text)
{
    tell_about(subject, NULL, level, text);
}

/* Mistakes are const char *. */
static void tell_all(subject_t *subject, const apr_array_header_t *mistakes)
{
    for (int i = 0; i < mistakes->nelts; i++) {
        tell(subject, APLOG_ERR, APR_ARRAY_IDX(mistakes, i, const char *));
    }
}

static void demand(subject_t *subject, const void *present, const char *what, const char *example)
{
    if (!present) {
        tell(subject, APLOG_ERR,
             apr_psprintf(subject->pool,
                          "EckidEngine is not off, but there is no %s; write, "
                          "for example: %s",
                          what, example));
    }
}

/* Whether any supplier can receive logins over SAML. */
static bool uses_saml(const eckid_policy_t *policy)
{
    return apr_hash_count(policy->by_consumer) > 0;
}

static void check_complete(subject_t *subject)
{
    const mod_eckid_dir_t *dir = subject->dir;

    if (!dir->idp && (!dir->policy || dir->sources || uses_saml(dir->policy))) {
        demand(subject, dir->metadata, "EckidIdpMetadata",
               "EckidIdpMetadata eckid/idp-metadata.xml");
    }
    if (!dir->idp && dir->policy && apr_hash_count(dir->policy->by_client)) {
        demand(subject, dir->provider, "EckidProvider",
               "EckidProvider https://idp.school.example backend=http://127.0.0.1:8080");
    }
    demand(subject, mod_eckid_kinds_any(dir) ? dir : NULL, "EckidStudentKey",
           "EckidStudentKey employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI");
    tell_all(subject, mod_eckid_person_mistakes(dir, subject->pool));
    tell_all(subject, mod_eckid_las_mistakes(dir, subject->pool));
    demand(subject, dir->signers, "EckidSigningKey",
           "EckidSigningKey eckid/sign.key eckid/sign.crt");
    demand(subject, dir->policy, "<EckidSupplier>",
           "<EckidSupplier https://books.example/saml> ... </EckidSupplier>");
}

static bool has_key(const apr_array_header_t *keys, const eckid_key_t *key)
{
    for (int i = 0; i < keys->nelts; i++) {
        if (eckid_key_same(APR_ARRAY_IDX(keys, i, const eckid_key_t *), key)) {
            return true;
        }
    }
    return false;
}

/* If our own key were in the identity provider's metadata, our logins would pass as its own. */
static void check_trust(subject_t *subject, const eckid_idp_t *idp)
{
    for (int i = 0; i < subject->signers->nelts; i++) {
        const eckid_signer_t *signer = &APR_ARRAY_IDX(subject->signers, i, eckid_signer_t);
        bool listed = has_key(idp->keys, signer->key);

        if (listed && !signer->shared) {
            tell_about(
                subject, signer->key, APLOG_ERR,
                apr_psprintf(subject->pool,
                             "the key %s is in the metadata of the identity "
                             "provider; fetch that metadata from the identity provider itself, "
                             "or, if it really is its key, add \"shared\" after "
                             "EckidSigningKey",
                             eckid_key_name(signer->key)));
        }
        if (!listed && signer->shared) {
            tell_about(subject, signer->key, APLOG_ERR,
                       apr_psprintf(subject->pool,
                                    "the key %s is marked shared, but the metadata of "
                                    "the identity provider does not list it",
                                    eckid_key_name(signer->key)));
        }
    }
}

/* Such a block would never have a login. */
static void check_names(subject_t *subject, const eckid_idp_t *idp)
{
    const eckid_supplier_t *same = eckid_policy_find_entity(subject->dir->policy, idp->entity_id);

    if (same) {
        tell_about(subject, same->entity_ids, APLOG_WARNING,
                   apr_psprintf(subject->pool,
                                "%s is the identity provider's own entity ID, by its metadata; "
                                "write that of the supplier behind <EckidSupplier",
                                idp->entity_id));
    }
}

static bool signs_logins(const subject_t *subject, const eckid_key_t *key)
{
    for (int i = 0; i < subject->signers->nelts; i++) {
        if (eckid_key_same(APR_ARRAY_IDX(subject->signers, i, eckid_signer_t).key, key)) {
            return true;
        }
    }
    return false;
}

static void check_keys_of(subject_t *subject, const apr_array_header_t *keys,
                          const eckid_idp_t *idp)
{
    for (int i = 0; keys && i < keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(keys, i, mod_eckid_las_key_t).key;

        /* of all virtual hosts */
        if (has_key(mod_eckid_process()->signers, key) || (idp && has_key(idp->keys, key))) {
            tell_about(subject, key, APLOG_ERR,
                       apr_psprintf(subject->pool,
                                    "the key of EckidLasKey, %s, also signs logins; make a key "
                                    "for the LAS alone",
                                    eckid_key_name(key)));
        }
    }
}

static bool signs_for_las(const subject_t *subject, const eckid_key_t *key)
{
    const apr_array_header_t *keys = subject->dir->las.keys;

    for (int i = 0; keys && i < keys->nelts; i++) {
        if (eckid_key_same(APR_ARRAY_IDX(keys, i, mod_eckid_las_key_t).key, key)) {
            return true;
        }
    }
    return false;
}

/* Metadata holds what others may have a say in: it must not be a login, or a request to the LAS,
 * that is signed with it. */
static void check_metadata_key(subject_t *subject, const eckid_idp_t *idp)
{
    const eckid_key_t *key = subject->dir->metadata_key;

    if (!key) {
        return;
    }
    if (!subject->dir->metadata_paths && !subject->dir->idp) {
        tell_about(subject, key, APLOG_ERR,
                   "EckidMetadataKey signs nothing without EckidMetadataPath; write, for example: "
                   "EckidMetadataPath /simplesaml/saml2/idp/metadata.php");
    }
    if ((idp && has_key(idp->keys, key)) || signs_logins(subject, key) ||
        signs_for_las(subject, key)) {
        tell_about(
            subject, key, APLOG_ERR,
            apr_psprintf(subject->pool,
                         "the key of EckidMetadataKey, %s, also signs logins or requests to the "
                         "LAS; make one for metadata alone",
                         eckid_key_name(key)));
    }
}

/* Checks all LASes. Idp may be NULL. */
static void check_las_keys(subject_t *subject, const eckid_idp_t *idp)
{
    apr_hash_t *named = subject->dir->named;

    check_keys_of(subject, subject->dir->las.keys, idp);
    for (apr_hash_index_t *i = named ? apr_hash_first(subject->pool, named) : NULL; i;
         i = apr_hash_next(i)) {
        check_keys_of(subject, ((const mod_eckid_las_t *)apr_hash_this_val(i))->keys, idp);
    }
}

/* Expired ones are reported by mod_eckid_expiry. */
static void check_dates_of(subject_t *subject, const eckid_key_t *key, apr_time_t now)
{
    if (eckid_key_not_before(key) > now) {
        tell_about(subject, key, APLOG_WARNING,
                   apr_psprintf(subject->pool,
                                "the certificate of %s is not valid yet; some suppliers will "
                                "refuse it",
                                eckid_key_name(key)));
    }
}

static void check_dates(subject_t *subject)
{
    apr_time_t now = apr_time_now();

    for (int i = 0; i < subject->signers->nelts; i++) {
        check_dates_of(subject, APR_ARRAY_IDX(subject->signers, i, eckid_signer_t).key, now);
    }
    if (subject->dir->metadata_key) {
        check_dates_of(subject, subject->dir->metadata_key, now);
    }
}

/* Whether the user that httpd runs as may do this: read a file, or pass through a folder. */
static bool may(const char *path, apr_fileperms_t user, apr_fileperms_t group,
                apr_fileperms_t world, apr_pool_t *pool)
{
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_PROT | APR_FINFO_OWNER, pool) != APR_SUCCESS) {
        return true;
    }
    return (info.protection & world) ||
           (info.user == ap_unixd_config.user_id && (info.protection & user)) ||
           (info.group == ap_unixd_config.group_id && (info.protection & group));
}

/* The folder of a file, if the user cannot pass it; or NULL. Those around it are the system's. */
static const char *find_closed(const char *path, apr_pool_t *pool)
{
    const char *folder = apr_pstrmemdup(pool, path, (apr_size_t)(strrchr(path, '/') - path));

    return *folder && !may(folder, APR_UEXECUTE, APR_GEXECUTE, APR_WEXECUTE, pool) ? folder : NULL;
}

/* Only a warning, because the server can start. */
static void check_readable(subject_t *subject)
{
    const char *path = eckid_metadata_place(subject->dir->metadata);
    const char *closed = *path == '/' ? find_closed(path, subject->pool) : NULL;

    if (geteuid() == 0 && (closed || !may(path, APR_UREAD, APR_GREAD, APR_WREAD, subject->pool))) {
        tell_about(subject, subject->dir->metadata, APLOG_WARNING,
                   apr_psprintf(subject->pool,
                                "%s cannot be read by the user that httpd runs as, so "
                                "changes in it will need a reload; write: chmod %s %s",
                                path, closed ? "a+x" : "a+r", closed ? closed : path));
    }
}

static const apr_array_header_t *signers_of(const subject_t *subject,
                                            const eckid_supplier_t *supplier)
{
    return supplier->signers ? supplier->signers : subject->dir->signers;
}

static bool has_signer(const apr_array_header_t *signers, eckid_key_alg_t alg)
{
    for (int i = 0; i < signers->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(signers, i, eckid_signer_t).key;

        if (eckid_jwa_fits(alg, eckid_key_kind(key))) {
            return true;
        }
    }
    return false;
}

/* The key for a client's tokens must be of the right kind. Showing an ECK iD to browsers deserves a
 * warning. */
static void check_client(subject_t *subject, const eckid_supplier_t *supplier,
                         const eckid_client_t *client)
{
    eckid_key_alg_t alg = client->has_alg ? client->alg : ECKID_RS256;
    bool by_secret = client->secret && (!client->has_alg || alg == ECKID_HS256);

    if (!by_secret && !has_signer(signers_of(subject, supplier), alg)) {
        tell(subject, APLOG_ERR,
             apr_psprintf(subject->pool,
                          "tokens for %s must be signed with %s, but there is no "
                          "EckidSigningKey of that kind; add one, or write alg= behind EckidClient",
                          client->id, eckid_jwa_name(alg)));
    }
    if (client->front_channel) {
        tell(subject, APLOG_WARNING,
             apr_psprintf(subject->pool,
                          "front-channel=on shows the ECK iD to the browser, its history and its "
                          "extensions, when a token for %s passes through it",
                          client->id));
    }
}

static void check_clients(subject_t *subject)
{
    const apr_array_header_t *suppliers = subject->dir->policy->suppliers;

    for (int i = 0; i < suppliers->nelts; i++) {
        const eckid_supplier_t *supplier = APR_ARRAY_IDX(suppliers, i, const eckid_supplier_t *);

        for (int j = 0; j < supplier->clients->nelts; j++) {
            check_client(subject, supplier, &APR_ARRAY_IDX(supplier->clients, j, eckid_client_t));
        }
    }
}

static void tell_findings(subject_t *subject, const apr_array_header_t *findings)
{
    for (int i = 0; i < findings->nelts; i++) {
        const mod_eckid_finding_t *each = &APR_ARRAY_IDX(findings, i, mod_eckid_finding_t);

        tell_about(subject, each->thing, each->is_mistake ? APLOG_ERR : APLOG_WARNING, each->text);
    }
}

static void check_whole(subject_t *subject)
{
    const mod_eckid_dir_t *dir = subject->dir;

    check_complete(subject);
    if (subject->mistakes) {
        return;
    }
    subject->signers = eckid_policy_signers(dir->policy, dir->signers, subject->pool);
    check_clients(subject);
    mod_eckid_warn_of_dir(dir, subject->server, subject->pool);
    check_dates(subject);
    const eckid_metadata_view_t *view =
        dir->metadata && !dir->idp ? eckid_metadata_last(dir->metadata, subject->pool) : NULL;
    const eckid_idp_t *idp = view ? view->idp : NULL;

    tell_findings(subject, mod_eckid_encryption_check(dir, subject->signers, idp ? idp->keys : NULL,
                                                      subject->pool));
    if (dir->idp) {
        tell_findings(subject, mod_eckid_idp_check(dir, subject->server, subject->pool));
    }
    check_las_keys(subject, idp);
    check_metadata_key(subject, idp);
    if (idp) { /* of a URL nothing is known yet */
        check_trust(subject, idp);
        check_names(subject, idp);
        check_readable(subject);
    }
}

static int check_dir(const mod_eckid_dir_t *dir, server_rec *server, apr_pool_t *pool)
{
    subject_t subject = {.dir = dir, .server = server, .pool = pool};

    if (dir->engine == MOD_ECKID_ON || dir->engine == MOD_ECKID_OBSERVE) {
        check_whole(&subject);
    }
    return subject.mistakes;
}

static int check_push(const mod_eckid_dir_t *dir, server_rec *server, apr_pool_t *pool)
{
    const apr_array_header_t *mistakes = mod_eckid_push_mistakes(dir, pool);
    const ap_directive_t *at = mod_eckid_find_source(dir->push);

    for (int i = 0; i < mistakes->nelts; i++) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, server, "ECK%04d: %s:%d: %s",
                     ECKID_CONFIG, at->filename, at->line_num,
                     APR_ARRAY_IDX(mistakes, i, const char *));
    }
    return mistakes->nelts;
}

/* Checks the server's own configuration, and each of its locations merged with it. */
static int check_server(server_rec *server, apr_pool_t *pconf, apr_pool_t *pool)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    mod_eckid_dir_t *base = ap_get_module_config(server->lookup_defaults, &eckid_module);
    int mistakes = check_dir(base, server, pool);

    mod_eckid_host_note(server, base, NULL, pconf);
    for (int i = 0; i < core->sec_url->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);
        mod_eckid_dir_t *location = ap_get_module_config(section, &eckid_module);

        if (location) {
            const mod_eckid_dir_t *merged = mod_eckid_merge_dir(pconf, base, location);

            mistakes += location->push ? check_push(merged, server, pool) : 0;
            mistakes += check_dir(merged, server, pool);
            mod_eckid_host_note(server, merged, base, pconf);
            if (mod_eckid_is_at_work(merged)) {
                mod_eckid_warn_of_hidden(merged, base, server, pool);
            }
            if (mod_eckid_is_idp(merged)) {
                mod_eckid_warn_of_lost(merged, base, server, pool);
            }
        }
    }
    return mistakes;
}

/* What is wrong with the database of the directory. One that does not answer now may do so later:
 * its logins wait for that, and no other service does. */
static int check_directory(server_rec *server, apr_pool_t *pconf, apr_pool_t *pool)
{
    const ap_directive_t *at = mod_eckid_process()->database_at;
    const eckid_err_t *err = mod_eckid_directory_open(mod_eckid_process(), pconf, pool);
    bool is_mistake = err && err->code != ECKID_DIRECTORY;

    if (err) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | (is_mistake ? APLOG_ERR : APLOG_WARNING), 0,
                     server, "ECK%04d: %s:%d: EckidDirectory: %s", (int)err->code, at->filename,
                     at->line_num, eckid_err_text(err, pool));
    }
    return is_mistake;
}

int mod_eckid_configtest(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *main_server)
{
    const char *spec, *wrong = mod_eckid_store_check(&spec, mod_eckid_process(), ptemp);
    int mistakes = wrong != NULL;

    (void)plog;
    mistakes += mod_eckid_audit_check(main_server, ptemp);
    if (wrong) {
        const ap_directive_t *at = mod_eckid_find_source(spec);

        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, main_server, "ECK%04d: %s:%d: %s",
                     ECKID_CONFIG, at ? at->filename : "default", at ? at->line_num : 0, wrong);
    }
    mistakes += check_directory(main_server, pconf, ptemp);
    for (server_rec *server = main_server; server; server = server->next) {
        mistakes += check_server(server, pconf, ptemp);
    }
    mistakes += mod_eckid_push_check_handlers(ap_conftree, main_server, ptemp);
    mod_eckid_warn_of_servers(main_server, ptemp);
    mod_eckid_expiry_warn(main_server, true, ptemp);
    return mistakes ? HTTP_INTERNAL_SERVER_ERROR : OK;
}
