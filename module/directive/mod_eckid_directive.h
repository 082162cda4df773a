/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by all directives: files, keys, options, and errors. */
#ifndef MOD_ECKID_DIRECTIVE_H
#define MOD_ECKID_DIRECTIVE_H

#include "conf/mod_eckid_config.h"
#include "crypto/eckid_key.h"

/* Returns an error as text, which httpd prints after the file and the line. */
const char *mod_eckid_complain(const cmd_parms *cmd, const eckid_err_t *err);

#define TRY(expression)                                                                            \
    do {                                                                                           \
        const eckid_err_t *err__ = (expression);                                                   \
        if (err__) {                                                                               \
            return mod_eckid_complain(cmd, err__);                                                 \
        }                                                                                          \
    } while (0)

/* What is wrong with the place or the characters of a directive, or NULL. Logins are told apart by
 * servers and locations; in any other section the directive would silently have no effect. */
const char *mod_eckid_check_line(cmd_parms *cmd);

#define CHECK_LINE()                                                                               \
    do {                                                                                           \
        const char *wrong__ = mod_eckid_check_line(cmd);                                           \
        if (wrong__) {                                                                             \
            return wrong__;                                                                        \
        }                                                                                          \
    } while (0)

/* An error if the directive already occurred in its scope, so that one of the two would have no
 * effect; otherwise NULL. */
const char *mod_eckid_check_once(cmd_parms *cmd, const void *scope);

/* The same for a directive that may occur once for each such word. */
const char *mod_eckid_check_once_for(cmd_parms *cmd, const void *scope, const char *what);

#define CHECK_ONCE(scope)                                                                          \
    do {                                                                                           \
        const char *twice__ = mod_eckid_check_once(cmd, scope);                                    \
        if (twice__) {                                                                             \
            return twice__;                                                                        \
        }                                                                                          \
    } while (0)

/* An error if the word of a list has a comma or a semicolon that was meant to separate, and would
 * be taken for a part of it; otherwise NULL. */
const char *mod_eckid_check_word(const cmd_parms *cmd, const char *word);

#define CHECK_WORD(word)                                                                           \
    do {                                                                                           \
        const char *comma__ = mod_eckid_check_word(cmd, word);                                     \
        if (comma__) {                                                                             \
            return comma__;                                                                        \
        }                                                                                          \
    } while (0)

/* A file name relative to the server root, as the operator wrote it. */
const char *mod_eckid_path(const cmd_parms *cmd, const char *name);

/* An error if others than the owner can read or change the file; otherwise NULL. */
const char *mod_eckid_check_private(const cmd_parms *cmd, const char *path);

/* The content of a small file, in pool. ECKID_FILE. */
eckid_err_t *mod_eckid_read_file(eckid_bytes_t *content, const char *path, apr_pool_t *pool);

/* The same for a secret that the operator makes: the error says how. */
eckid_err_t *mod_eckid_read_secret(eckid_bytes_t *content, const char *path, apr_pool_t *pool);

/* Reads a private key from a file, and wipes what was read. ECKID_FILE, ECKID_KEY. */
eckid_err_t *mod_eckid_read_key(eckid_key_t **key, const cmd_parms *cmd, const char *name);

/* The same with its certificate, which ends one day: consequence is what may happen then. */
eckid_err_t *mod_eckid_read_pair(eckid_key_t **key, const cmd_parms *cmd, const char *key_name,
                                 const char *certificate_name, const char *consequence);

/* The same for a key that signs logins: of RSA or EC P-256. */
eckid_err_t *mod_eckid_read_signer(eckid_key_t **key, const cmd_parms *cmd, const char *key_name,
                                   const char *certificate_name);

/* The public key that verifies what another signs, from a certificate or a public key. ECKID_FILE,
 * ECKID_KEY. */
eckid_err_t *mod_eckid_read_verifier(eckid_key_t **key, const cmd_parms *cmd, const char *name,
                                     const char *consequence);

/* The value of "name=value"; NULL if the argument has another name. */
const char *mod_eckid_option(const char *argument, const char *name);

/* NULL if the value is in the NULL-terminated list; otherwise the error. */
const char *mod_eckid_one_of(const cmd_parms *cmd, const char *value, const char *const *allowed);

#endif
