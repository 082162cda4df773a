/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the configuration as a whole, so that configtest finds what single lines cannot show. */
#include "mod_eckid_config.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <unixd.h>

#include "mod_eckid_log.h"
#include "mod_eckid_store.h"

APLOG_USE_MODULE(eckid);

/* One configuration as requests will see it, and where it was switched on. */
typedef struct subject_t {
    const mod_eckid_dir_t *dir;
    server_rec *server;
    apr_array_header_t *signers; /* eckid_signer_t: all of them */
    int mistakes;
    apr_pool_t *pool;
} subject_t;

static void tell(subject_t *subject, int level, const char *text)
{
    const ap_directive_t *at = subject->dir->engine_at;

    subject->mistakes += level <= APLOG_ERR;
    ap_log_error(APLOG_MARK, APLOG_STARTUP | level, 0, subject->server, "ECK%04d: %s:%d: %s",
                 ECKID_CONFIG, at->filename, at->line_num, text);
}

static void demand(subject_t *subject, const void *present, const char *what, const char *example)
{
    if (!present) {
        tell(subject, APLOG_ERR,
             apr_psprintf(subject->pool,
                          "EckidEngine is not off, but there is no %s; write, for "
                          "one: %s",
                          what, example));
    }
}

static void check_complete(subject_t *subject)
{
    const mod_eckid_dir_t *dir = subject->dir;

    demand(subject, dir->idp, "EckidIdpMetadata", "EckidIdpMetadata eckid/idp-metadata.xml");
    demand(subject, dir->student, "EckidStudentKey",
           "EckidStudentKey employeeNumber ^([0-9]+)$ $1@1.school.example NEPPI");
    const eckid_err_t *err = mod_eckid_las_check(&dir->las, subject->pool);

    if (err) {
        tell(subject, APLOG_ERR,
             apr_pstrcat(subject->pool, "EckidEngine is not off, but ",
                         *err->detail ? err->detail : eckid_err_text(err, subject->pool), NULL));
    }
    demand(subject, dir->school, "EckidSchool", "EckidSchool V_ID 11ZZ03");
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

/* Our own key in the identity provider's metadata would make what we signed pass as its own. */
static void check_trust(subject_t *subject, const eckid_idp_t *idp)
{
    for (int i = 0; i < subject->signers->nelts; i++) {
        const eckid_signer_t *signer = &APR_ARRAY_IDX(subject->signers, i, eckid_signer_t);
        bool listed = has_key(idp->keys, signer->key);

        if (listed && !signer->shared) {
            tell(subject, APLOG_ERR,
                 apr_psprintf(subject->pool,
                              "the key %s is in the metadata of the identity "
                              "provider; fetch that metadata from the identity provider itself, "
                              "or, if it really is its key, write \"shared\" behind "
                              "EckidSigningKey",
                              eckid_key_name(signer->key)));
        }
        if (!listed && signer->shared) {
            tell(subject, APLOG_ERR,
                 apr_psprintf(subject->pool,
                              "the key %s is called shared, but the metadata of "
                              "the identity provider does not list it",
                              eckid_key_name(signer->key)));
        }
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

static void check_las_keys(subject_t *subject, const eckid_idp_t *idp)
{
    const apr_array_header_t *keys = subject->dir->las.keys;

    for (int i = 0; keys && i < keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(keys, i, mod_eckid_las_key_t).key;

        if (signs_logins(subject, key) || has_key(idp->keys, key)) {
            tell(subject, APLOG_ERR,
                 apr_psprintf(subject->pool,
                              "the key of EckidLasKey, %s, signs logins too; make one "
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
    if (has_key(idp->keys, key) || signs_logins(subject, key) || signs_for_las(subject, key)) {
        tell(subject, APLOG_ERR,
             apr_psprintf(subject->pool,
                          "the key of EckidMetadataKey, %s, signs logins or requests to the LAS "
                          "too; make one for metadata alone",
                          eckid_key_name(key)));
    }
}

/* What time breaks, and what the workers may not read: told, but never a reason not to start. */
static void check_dates(subject_t *subject, const eckid_idp_t *idp)
{
    apr_time_t now = apr_time_now();

    if (idp->valid_until && idp->valid_until < now) {
        tell(subject, APLOG_WARNING,
             apr_psprintf(subject->pool,
                          "the metadata of %s was valid until a time that is past; "
                          "fetch it again",
                          idp->entity_id));
    }
    for (int i = 0; i < subject->signers->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(subject->signers, i, eckid_signer_t).key;

        if (eckid_key_not_after(key) < now) {
            tell(subject, APLOG_WARNING,
                 apr_psprintf(subject->pool,
                              "the certificate of %s has expired; some suppliers "
                              "will refuse it",
                              eckid_key_name(key)));
        }
    }
}

static void check_readable(subject_t *subject)
{
    const char *path = eckid_idp_file_path(subject->dir->idp);
    apr_finfo_t info;

    if (geteuid() != 0 ||
        apr_stat(&info, path, APR_FINFO_PROT | APR_FINFO_OWNER, subject->pool) != APR_SUCCESS) {
        return;
    }
    bool readable = (info.protection & APR_WREAD) ||
                    (info.user == ap_unixd_config.user_id && (info.protection & APR_UREAD)) ||
                    (info.group == ap_unixd_config.group_id && (info.protection & APR_GREAD));

    if (!readable) {
        tell(subject, APLOG_WARNING,
             apr_psprintf(subject->pool,
                          "%s cannot be read by the user that httpd runs as, so "
                          "changes in it will need a reload; write: chmod a+r %s",
                          path, path));
    }
}

static void check_whole(subject_t *subject)
{
    const mod_eckid_dir_t *dir = subject->dir;
    bool changed;
    eckid_err_t *news;

    check_complete(subject);
    if (subject->mistakes) {
        return;
    }
    subject->signers = eckid_policy_signers(dir->policy, dir->signers, subject->pool);
    const eckid_idp_t *idp = eckid_idp_file_get(dir->idp, 0, &changed, &news, subject->pool);

    check_trust(subject, idp);
    check_las_keys(subject, idp);
    check_metadata_key(subject, idp);
    check_dates(subject, idp);
    check_readable(subject);
}

static int check_dir(const mod_eckid_dir_t *dir, server_rec *server, apr_pool_t *pool)
{
    subject_t subject = {.dir = dir, .server = server, .pool = pool};

    if (dir->engine == MOD_ECKID_ON || dir->engine == MOD_ECKID_OBSERVE) {
        check_whole(&subject);
    }
    return subject.mistakes;
}

/* The server by itself, and each of its locations on top of it. */
static int check_server(server_rec *server, apr_pool_t *pool)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    mod_eckid_dir_t *base = ap_get_module_config(server->lookup_defaults, &eckid_module);
    int mistakes = check_dir(base, server, pool);

    for (int i = 0; i < core->sec_url->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);
        mod_eckid_dir_t *location = ap_get_module_config(section, &eckid_module);

        if (location) {
            mistakes += check_dir(mod_eckid_merge_dir(pool, base, location), server, pool);
        }
    }
    return mistakes;
}

int mod_eckid_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                           server_rec *main_server)
{
    const char *wrong = mod_eckid_store_check(mod_eckid_process(), ptemp);
    int mistakes = wrong != NULL;

    (void)pconf, (void)plog;
    if (wrong) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, main_server, "ECK%04d: %s",
                     ECKID_CONFIG, wrong);
    }
    for (server_rec *server = main_server; server; server = server->next) {
        mistakes += check_server(server, ptemp);
    }
    return mistakes ? HTTP_INTERNAL_SERVER_ERROR : OK;
}
