/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of this server: made, checked and given to each child. */
#include "service/mod_eckid_directory.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <apr_strings.h>
#include <unixd.h>

#include "conf/mod_eckid_freshness.h"
#include "directory/eckid_directory.h"

/* Files */

/* Children run as httpd's user; the parent may be root, to whom everything is allowed. */
static bool is_childrens(const struct stat *file)
{
    return geteuid() != 0 || file->st_uid == ap_unixd_config.user_id;
}

/* Who may do what with the file, if that is wrong; or NULL. Root may all, so trying shows nothing.
 */
static const char *wrong_mode(const struct stat *file)
{
    return file->st_mode & 077              ? "others than its owner may read or change it"
           : (file->st_mode & 0600) != 0600 ? "its owner may not read and change it"
                                            : NULL;
}

static eckid_err_t *check_file(const char *path, apr_pool_t *pool)
{
    struct stat file;

    if (stat(path, &file) != 0) {
        return errno == ENOENT ? NULL /* the database's own check says what to do */
                               : eckid_err_make(pool, ECKID_FILE, "%s: %s", path, strerror(errno));
    }
    if (wrong_mode(&file)) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_FILE, "%s: %s", path, wrong_mode(&file)),
                                apr_pstrcat(pool, "write: chmod 600 ", path, NULL));
    }
    return is_childrens(&file)
               ? NULL
               : eckid_err_advise(eckid_err_make(pool, ECKID_FILE,
                                                 "%s belongs to another user than httpd's", path),
                                  apr_psprintf(pool,
                                               "write: chown %s %s*, and the same for its folder",
                                               ap_unixd_config.user_name, path));
}

/* The journal stands beside the database. */
static eckid_err_t *check_folder(const char *path, apr_pool_t *pool)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? apr_pstrmemdup(pool, path, (apr_size_t)(slash - path)) : ".";
    struct stat found;

    if (stat(*folder ? folder : "/", &found) != 0) {
        return eckid_err_make(pool, ECKID_FILE, "%s: %s", folder, strerror(errno));
    }
    bool writable =
        geteuid() == 0
            ? (found.st_uid == ap_unixd_config.user_id && found.st_mode & S_IWUSR) ||
                  (found.st_gid == ap_unixd_config.group_id && found.st_mode & S_IWGRP) ||
                  found.st_mode & S_IWOTH
            : access(folder, W_OK) == 0;

    return writable
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_FILE, "httpd's user may not write to %s", folder),
                     "SQLite keeps its journal beside the database: give the database a "
                     "folder of its own that belongs to httpd's user");
}

static eckid_err_t *check_place(const eckid_directory_t *directory, apr_pool_t *pool)
{
    const char *path = eckid_directory_path(directory);

    if (!path) {
        return NULL;
    }
    ECKID_ERR(check_file(path, pool));
    return check_folder(path, pool);
}

/* Making */

/* How long the status waits for the database: load balancers ask for it. */
#define PROBE_TIMEOUT apr_time_from_msec(500)

static eckid_err_t *make(eckid_directory_t **directory, const mod_eckid_process_t *process,
                         apr_interval_time_t timeout, apr_pool_t *pool)
{
    const eckid_directory_setup_t setup = {
        .database = process->database,
        .secret = process->secret,
        .previous = process->previous,
        .timeout = timeout,
    };

    if (!process->has_secret_file) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_CONFIG,
                                               "EckidDirectory keeps records beyond this run, so "
                                               "EckidSecretFile is needed"),
                                "write: openssl rand -base64 48 > secret");
    }
    return eckid_directory_make(directory, &setup, pool);
}

eckid_err_t *mod_eckid_directory_open(mod_eckid_process_t *process, apr_pool_t *pconf,
                                      apr_pool_t *ptemp)
{
    apr_interval_time_t timeout = process->directory_timeout;
    eckid_directory_t *tried;

    if (!process->database) {
        return NULL;
    }
    ECKID_ERR(make(&process->directory, process, timeout, pconf));
    ECKID_ERR(
        make(&process->probed, process, timeout < PROBE_TIMEOUT ? timeout : PROBE_TIMEOUT, pconf));
    const char *path = eckid_directory_path(process->directory);

    mod_eckid_freshness_add_directory(path ? path : "postgresql");
    /* the connections of this one are closed before children start */
    ECKID_ERR(make(&tried, process, timeout, ptemp));
    ECKID_ERR(check_place(tried, ptemp));
    eckid_directory_child(tried, ptemp);
    return eckid_directory_check_writing(tried, ptemp);
}

void mod_eckid_directory_child(mod_eckid_process_t *process, apr_pool_t *pchild)
{
    if (process->directory) {
        eckid_directory_child(process->directory, pchild);
        eckid_directory_child(process->probed, pchild);
    }
}

void mod_eckid_directory_look(const mod_eckid_process_t *process, apr_pool_t *pool)
{
    for (int i = 0; process->probed && i < process->watched->nelts; i++) {
        const mod_eckid_watched_t *one = &APR_ARRAY_IDX(process->watched, i, mod_eckid_watched_t);

        if (strcmp(one->kind, "directory") == 0) {
            eckid_err_t *err = eckid_directory_check(process->probed, pool);

            eckid_freshness_note(one->freshness, err ? err->code : ECKID_OK);
        }
    }
}
