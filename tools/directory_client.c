/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the commands that work on the directory: options, and its database. */
#include "directory_client.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <apr_strings.h>

#define SECRET_MAX 65536
#define TIMEOUT apr_time_from_sec(300) /* a school at once takes longer than a lookup */

const directory_options_t directory_client_defaults = {
    .database = "sqlite:/var/lib/eckid/directory.db", .secret = "/etc/apache2/eckid/secret"};

bool directory_client_option(directory_options_t *options, int letter, const char *argument)
{
    switch (letter) {
    case 'D':
        options->database = argument;
        return true;
    case 'S':
        options->secret = argument;
        return true;
    case 'P':
        options->previous = argument;
        return true;
    case 'U':
        options->user = argument;
        return true;
    default:
        return false;
    }
}

void directory_client_demand(const eckid_err_t *err, apr_pool_t *pool)
{
    if (err) {
        fprintf(stderr, "ECK%04d: %s\n", (int)err->code, eckid_err_text(err, pool));
        exit(2);
    }
}

static const eckid_secret_t *read_secret(const char *path, apr_pool_t *pool)
{
    char *buffer = apr_palloc(pool, SECRET_MAX);
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(buffer, 1, SECRET_MAX, file) : 0;
    const eckid_secret_t *secret =
        eckid_secret_make(eckid_codec_trim(eckid_bytes(buffer, len)), pool);

    if (file) {
        fclose(file);
    }
    if (!secret) {
        directory_client_demand(
            eckid_err_make(pool, ECKID_FILE, "%s, or it is too short for a secret", path), pool);
    }
    return secret;
}

/* The owner of a file; of its folder, if it does not exist. False if there is neither. */
static bool find_owner(struct stat *owner, const char *path, apr_pool_t *pool)
{
    const char *slash = strrchr(path, '/');

    return stat(path, owner) == 0 ||
           stat(slash ? apr_pstrmemdup(pool, path, (apr_size_t)(slash - path + 1)) : ".", owner) ==
               0;
}

static void become(uid_t user, gid_t group, const char *name, apr_pool_t *pool)
{
    if ((name ? initgroups(name, group) : setgroups(0, NULL)) != 0 || setgid(group) != 0 ||
        setuid(user) != 0) {
        directory_client_demand(
            eckid_err_advise(eckid_err_make(pool, ECKID_CONFIG, "the user cannot be changed"),
                             "start it as root, or as the user of httpd"),
            pool);
    }
}

/* What root makes, httpd could not write to. */
static void give_up_root(const directory_options_t *options, const eckid_directory_t *directory,
                         apr_pool_t *pool)
{
    const char *path = eckid_directory_path(directory);
    const struct passwd *user = options->user ? getpwnam(options->user) : NULL;
    struct stat owner;

    if (options->user && !user) {
        directory_client_demand(
            eckid_err_advise(
                eckid_err_make(pool, ECKID_CONFIG, "there is no user %s", options->user),
                "--user is that of httpd, such as www-data"),
            pool);
    }
    if (user) {
        become(user->pw_uid, user->pw_gid, options->user, pool);
    }
    else if (geteuid() == 0 && path && find_owner(&owner, path, pool) && owner.st_uid != 0) {
        become(owner.st_uid, owner.st_gid, NULL, pool);
    }
}

eckid_directory_t *directory_client_open(const directory_options_t *options, apr_pool_t *pool)
{
    const eckid_directory_setup_t setup = {
        .database = options->database,
        .secret = read_secret(options->secret, pool),
        .previous = options->previous ? read_secret(options->previous, pool) : NULL,
        .timeout = TIMEOUT,
    };
    eckid_directory_t *directory;

    directory_client_demand(eckid_directory_make(&directory, &setup, pool), pool);
    give_up_root(options, directory, pool);
    eckid_directory_child(directory, pool);
    return directory;
}
