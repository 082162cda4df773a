/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What directive handlers have in common: files, keys, options, and how a mistake is reported. */
#ifndef MOD_ECKID_DIRECTIVE_H
#define MOD_ECKID_DIRECTIVE_H

#include "conf/mod_eckid_config.h"
#include "crypto/eckid_key.h"

/* An error as httpd prints it behind the file and the line. */
const char *mod_eckid_complain(const cmd_parms *cmd, const eckid_err_t *err);

#define TRY(expression)                                                                            \
    do {                                                                                           \
        const eckid_err_t *err__ = (expression);                                                   \
        if (err__) {                                                                               \
            return mod_eckid_complain(cmd, err__);                                                 \
        }                                                                                          \
    } while (0)

/* What is wrong with a directive by its place, or for its letters; or NULL. Servers and locations
 * are what logins are told apart by: anywhere else the line would have no effect, in silence. */
const char *mod_eckid_check_line(cmd_parms *cmd);

#define CHECK_LINE()                                                                               \
    do {                                                                                           \
        const char *wrong__ = mod_eckid_check_line(cmd);                                           \
        if (wrong__) {                                                                             \
            return wrong__;                                                                        \
        }                                                                                          \
    } while (0)

/* That a directive stands a second time in its scope, where one of them would be without effect; or
 * NULL. */
const char *mod_eckid_check_once(cmd_parms *cmd, const void *scope);

#define CHECK_ONCE(scope)                                                                          \
    do {                                                                                           \
        const char *twice__ = mod_eckid_check_once(cmd, scope);                                    \
        if (twice__) {                                                                             \
            return twice__;                                                                        \
        }                                                                                          \
    } while (0)

/* A file name as the operator wrote it, from the server root. */
const char *mod_eckid_path(const cmd_parms *cmd, const char *name);

/* NULL, or that others than its owner can read or change the file. */
const char *mod_eckid_check_private(const cmd_parms *cmd, const char *path);

/* The content of a small file, in pool. ECKID_FILE. */
eckid_err_t *mod_eckid_read_file(eckid_bytes_t *content, const char *path, apr_pool_t *pool);

/* Keys by the names of their files. What was read is wiped. */
eckid_err_t *mod_eckid_read_key(eckid_key_t **key, const cmd_parms *cmd, const char *name);
eckid_err_t *mod_eckid_read_pair(eckid_key_t **key, const cmd_parms *cmd, const char *key_name,
                                 const char *certificate_name);

/* The value of "name=value"; NULL when the argument is another one. */
const char *mod_eckid_option(const char *argument, const char *name);

/* NULL when value is in the NULL-terminated list, otherwise what to say. */
const char *mod_eckid_one_of(const cmd_parms *cmd, const char *value, const char *const *allowed);

#endif
