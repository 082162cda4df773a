/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by all directives: files, keys, options, and errors. */
#include "directive/mod_eckid_directive.h"

#include <apr_strings.h>

#include "base/eckid_json.h"
#include "conf/mod_eckid_expiry.h"

#define FILE_MAX (1024 * 1024)

const char *mod_eckid_complain(const cmd_parms *cmd, const eckid_err_t *err)
{
    return apr_psprintf(cmd->pool, "ECK%04d: %s", (int)err->code, eckid_err_text(err, cmd->pool));
}

const char *mod_eckid_check_line(cmd_parms *cmd)
{
    const char *wrong = ap_check_cmd_context(
        cmd, NOT_IN_DIRECTORY | NOT_IN_FILES | NOT_IN_HTACCESS | NOT_IN_LIMIT | NOT_IN_PROXY);

    if (!mod_eckid_find_source(cmd->server)) {
        mod_eckid_note_source(cmd->server, cmd->directive); /* the first directive of this server */
    }
    /* tokens, calls to a LAS and pages are UTF-8, and so must be the values put into them */
    return !wrong && cmd->directive->args && !eckid_json_holds(cmd->directive->args)
               ? apr_psprintf(cmd->pool, "%s: the line is not in UTF-8", cmd->cmd->name)
               : wrong;
}

const char *mod_eckid_check_once_for(cmd_parms *cmd, const void *scope, const char *what)
{
    apr_hash_t *once = mod_eckid_process()->once;
    const char *line = apr_pstrcat(cmd->pool, cmd->cmd->name, *what ? " " : "", what, NULL);
    const char *key = apr_psprintf(cmd->pool, "%pp %s", scope, line);
    const ap_directive_t *before = apr_hash_get(once, key, APR_HASH_KEY_STRING);

    apr_hash_set(once, key, APR_HASH_KEY_STRING, cmd->directive);
    return before ? apr_psprintf(cmd->pool, "%s is already on line %d of %s; remove one of them",
                                 line, before->line_num, before->filename)
                  : NULL;
}

const char *mod_eckid_check_once(cmd_parms *cmd, const void *scope)
{
    return mod_eckid_check_once_for(cmd, scope, "");
}

/* Others must be able neither to read nor to change a key file. A group may read it, because the
 * identity provider may use the same key. */
static eckid_err_t *check_key_file(const char *path, apr_pool_t *pool)
{
    apr_finfo_t info;
    bool open = apr_stat(&info, path, APR_FINFO_PROT, pool) == APR_SUCCESS &&
                (info.protection & (APR_GWRITE | APR_WREAD | APR_WWRITE));

    return open ? eckid_err_advise(
                      eckid_err_make(pool, ECKID_KEY, "others can read or change %s", path),
                      apr_psprintf(pool,
                                   "write: chmod 600 %s; or 640, if the identity provider reads "
                                   "the same key by its group",
                                   path))
                : NULL;
}

const char *mod_eckid_path(const cmd_parms *cmd, const char *name)
{
    return ap_server_root_relative(cmd->pool, name);
}

const char *mod_eckid_check_private(const cmd_parms *cmd, const char *path)
{
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_PROT | APR_FINFO_TYPE, cmd->temp_pool) != APR_SUCCESS) {
        return NULL; /* reading it will say why */
    }
    if (info.filetype == APR_DIR) {
        return apr_psprintf(cmd->pool, "%s: %s is a folder; the name of a file in it is expected",
                            cmd->directive->directive, path);
    }
    if (info.protection & (APR_GREAD | APR_GWRITE | APR_WREAD | APR_WWRITE)) {
        return apr_psprintf(cmd->pool, "%s: others can read %s; write: chmod 600 %s",
                            cmd->directive->directive, path, path);
    }
    return NULL;
}

eckid_err_t *mod_eckid_read_file(eckid_bytes_t *content, const char *path, apr_pool_t *pool)
{
    apr_file_t *file;
    char reason[128];
    apr_size_t len = FILE_MAX;
    char *data = apr_palloc(pool, FILE_MAX + 1);
    apr_status_t status = apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, pool);

    if (status == APR_SUCCESS) {
        status = apr_file_read_full(file, data, FILE_MAX, &len);
        apr_file_close(file);
    }
    if (status != APR_EOF) {
        return eckid_err_make(pool, ECKID_FILE, "%s: %s", path,
                              status == APR_SUCCESS ? "the file is far too long"
                                                    : apr_strerror(status, reason, sizeof(reason)));
    }
    data[len] = '\0';
    *content = eckid_bytes(data, len);
    return NULL;
}

eckid_err_t *mod_eckid_read_secret(eckid_bytes_t *content, const char *path, apr_pool_t *pool)
{
    eckid_err_t *err = mod_eckid_read_file(content, path, pool);

    return err ? eckid_err_advise(err, apr_psprintf(pool,
                                                    "if there is none yet, write: (umask 077; "
                                                    "openssl rand -base64 48 > %s)",
                                                    path))
               : NULL;
}

eckid_err_t *mod_eckid_read_key(eckid_key_t **key, const cmd_parms *cmd, const char *name)
{
    const char *path = mod_eckid_path(cmd, name);
    eckid_bytes_t pem;

    ECKID_ERR(mod_eckid_read_file(&pem, path, cmd->temp_pool));
    eckid_err_t *err = eckid_key_private(key, pem, path, cmd->pool);

    memset((char *)pem.data, 0, pem.len);
    ECKID_ERR(err ? err : check_key_file(path, cmd->pool));
    mod_eckid_note_source(*key, cmd->directive);
    return NULL;
}

eckid_err_t *mod_eckid_read_pair(eckid_key_t **key, const cmd_parms *cmd, const char *key_name,
                                 const char *certificate_name, const char *consequence)
{
    const char *path = mod_eckid_path(cmd, certificate_name);
    eckid_key_t *private, *certificate;
    eckid_bytes_t pem;

    ECKID_ERR(mod_eckid_read_key(&private, cmd, key_name));
    ECKID_ERR(mod_eckid_read_file(&pem, path, cmd->temp_pool));
    ECKID_ERR(eckid_key_certificate(&certificate, pem, path, cmd->pool));
    ECKID_ERR(eckid_key_pair(key, private, certificate, cmd->pool));
    mod_eckid_note_source(*key, cmd->directive);
    mod_eckid_expiry_add_key(*key, apr_pstrcat(cmd->pool, "the certificate ", path, NULL),
                             consequence, cmd->directive);
    return NULL;
}

eckid_err_t *mod_eckid_read_signer(eckid_key_t **key, const cmd_parms *cmd, const char *key_name,
                                   const char *certificate_name)
{
    ECKID_ERR(mod_eckid_read_pair(key, cmd, key_name, certificate_name,
                                  "suppliers may refuse what it signs"));
    return eckid_key_kind(*key) == ECKID_KEY_RSA || eckid_key_kind(*key) == ECKID_KEY_P256
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(cmd->pool, ECKID_KEY,
                                    "%s is neither RSA nor EC P-256, which suppliers can usually "
                                    "verify",
                                    eckid_key_name(*key)),
                     "make an RSA key of 2048 bits or more; Ed25519 is only for the LAS");
}

eckid_err_t *mod_eckid_read_verifier(eckid_key_t **key, const cmd_parms *cmd, const char *name,
                                     const char *consequence)
{
    const char *path = mod_eckid_path(cmd, name);
    eckid_bytes_t pem;

    ECKID_ERR(mod_eckid_read_file(&pem, path, cmd->temp_pool));
    ECKID_ERR(eckid_key_verifier(key, pem, path, cmd->pool));
    mod_eckid_expiry_add_key(*key, apr_pstrcat(cmd->pool, "the certificate ", path, NULL),
                             consequence, cmd->directive);
    return NULL;
}

const char *mod_eckid_option(const char *argument, const char *name)
{
    apr_size_t len = strlen(name);

    return strncmp(argument, name, len) == 0 && argument[len] == '=' ? argument + len + 1 : NULL;
}

/* URIs, paths, names of a directory (DC=school,DC=nl) and attributes with an option of RFC 4512
 * section 2.5 may have commas and semicolons in them. */
static bool may_have_marks(const char *word)
{
    return strpbrk(word, ":=") || *word == '/' || strstr(word, ";lang-") || strstr(word, ";binary");
}

const char *mod_eckid_check_word(const cmd_parms *cmd, const char *word)
{
    apr_size_t len = strlen(word);
    const char *mark = len ? strpbrk(word, ",;") : NULL;

    if (!mark || (mark[1] && may_have_marks(word))) {
        return NULL;
    }
    return apr_psprintf(cmd->pool, "%s: \"%s\" %s a %s; spaces separate names here",
                        cmd->directive->directive, word, mark[1] ? "has" : "ends with",
                        *mark == ',' ? "comma" : "semicolon");
}

const char *mod_eckid_one_of(const cmd_parms *cmd, const char *value, const char *const *allowed)
{
    const char *list = "", *same = NULL;

    for (; *allowed; allowed++) {
        if (strcmp(value, *allowed) == 0) {
            return NULL;
        }
        same = strcasecmp(value, *allowed) == 0 ? *allowed : same;
        list = apr_pstrcat(cmd->pool, list, *list ? ", " : "", *allowed, NULL);
    }
    return apr_psprintf(cmd->pool, "%s: \"%s\" is not one of %s%s%s", cmd->directive->directive,
                        value, list, same ? "; write: " : "", same ? same : "");
}
