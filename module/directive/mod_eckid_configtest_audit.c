/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks EckidAuditLog: without it httpd does not start, and a reload would end it. */
#include "directive/mod_eckid_configtest_audit.h"

#include <apr_env.h>
#include <apr_file_info.h>
#include <apr_strings.h>
#include <http_log.h>
#include <unistd.h>

APLOG_USE_MODULE(eckid);

static bool has_type(const char *path, apr_filetype_e type, apr_pool_t *pool)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_TYPE, pool) == APR_SUCCESS && info.filetype == type;
}

/* What is wrong with a file that need not be there yet; or NULL. */
static const char *check_file(const char *name, apr_pool_t *pool)
{
    const char *path = ap_server_root_relative(pool, name);
    const char *folder = path ? ap_make_dirstr_parent(pool, path) : "";

    if (!path || has_type(path, APR_DIR, pool)) {
        return "that is no name of a file";
    }
    return has_type(folder, APR_DIR, pool)
               ? NULL
               : apr_psprintf(pool, "there is no folder %s; write: mkdir -p %s", folder, folder);
}

static bool is_program(const char *path, apr_pool_t *pool)
{
    return has_type(path, APR_REG, pool) && access(path, X_OK) == 0;
}

/* Whether httpd finds it by PATH. */
static bool is_on_path(const char *name, apr_pool_t *pool)
{
    char *folders = NULL, *next;

    if (apr_env_get(&folders, "PATH", pool) != APR_SUCCESS) {
        return true;
    }
    for (folders = apr_strtok(folders, ":", &next); folders;
         folders = apr_strtok(NULL, ":", &next)) {
        if (is_program(apr_pstrcat(pool, folders, "/", name, NULL), pool)) {
            return true;
        }
    }
    return false;
}

/* Of what a shell reads ("|$") nothing can be told before it runs. */
static const char *check_program(const char *command, apr_pool_t *pool)
{
    const char *name = ap_getword_conf(pool, &command);

    if (*name == '$' || (strchr(name, '/') ? is_program(name, pool) : is_on_path(name, pool))) {
        return NULL;
    }
    return apr_psprintf(pool, "there is no program %s", name);
}

int mod_eckid_audit_check(server_rec *main_server, apr_pool_t *pool)
{
    const char *place = mod_eckid_process()->audit_log;
    const ap_directive_t *at = place ? mod_eckid_find_source(place) : NULL;

    if (!at) {
        return 0;
    }
    const char *wrong = *place == '|' ? check_program(place + 1 + strspn(place + 1, "| "), pool)
                                      : check_file(place, pool);

    if (!mod_eckid_process()->has_secret_file) {
        /* a random secret would be gone with httpd, and nothing could be verified or found */
        wrong = "it needs a secret; write, outside of virtual hosts: EckidSecretFile eckid/secret";
    }
    if (wrong) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, main_server,
                     "ECK%04d: %s:%d: EckidAuditLog: %s", ECKID_CONFIG, at->filename, at->line_num,
                     wrong);
    }
    return wrong != NULL;
}
