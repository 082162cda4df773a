/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the commands that work on the directory: options, and its database. */
#ifndef DIRECTORY_CLIENT_H
#define DIRECTORY_CLIENT_H

#include <getopt.h>

#include "directory/eckid_directory.h"

typedef struct directory_options_t {
    const char *database; /* as EckidDirectory names it */
    const char *secret;   /* the first file of EckidSecretFile */
    const char *previous; /* the second one; or NULL */
    const char *user;     /* who to be on the database's system; or NULL */
} directory_options_t;

/* For the options of getopt_long; their letters are in upper case. */
#define DIRECTORY_OPTIONS                                                                          \
    {"database", required_argument, NULL, 'D'}, {"secret", required_argument, NULL, 'S'},          \
        {"previous", required_argument, NULL, 'P'},                                                \
    {                                                                                              \
        "user", required_argument, NULL, 'U'                                                       \
    }

/* What usage says of them. */
#define DIRECTORY_USAGE                                                                            \
    "  --database DB     as in EckidDirectory (sqlite:/var/lib/eckid/directory.db)\n"              \
    "  --secret FILE     the first file of EckidSecretFile (/etc/apache2/eckid/secret)\n"          \
    "  --previous FILE   the second one, if there is one\n"                                        \
    "  --user NAME       the user to be; of SQLite, root becomes the owner of the database\n"

/* The defaults. */
extern const directory_options_t directory_client_defaults;

/* Takes an option by its letter; false if it is none of these. */
bool directory_client_option(directory_options_t *options, int letter, const char *argument);

/* Reads the secrets, gives up root, and makes the directory. Prints why not, and exits with
 * status 2. */
eckid_directory_t *directory_client_open(const directory_options_t *options, apr_pool_t *pool);

/* Prints an error, and exits with status 2; nothing for NULL. */
void directory_client_demand(const eckid_err_t *err, apr_pool_t *pool);

#endif
