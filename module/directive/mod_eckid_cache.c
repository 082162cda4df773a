/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about what is remembered: where, for how long, and by which secret it is sealed. */
#include "directive/mod_eckid_cache.h"

#include <apr_strings.h>

#include "base/eckid_codec.h"
#include "crypto/eckid_secret.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_option.h"

/* A line about a store; all but its first word is about how to be let in by redis. */
static const char *set_records(mod_eckid_records_t *records, cmd_parms *cmd, int argc,
                               char *const argv[])
{
    const mod_eckid_option_t options[] = {
        {"user", MOD_ECKID_TEXT, &records->user, 0, 0},
        {"password-file", MOD_ECKID_SECRET, &records->password, 0, 0},
        {"ca", MOD_ECKID_AUTHORITIES, &records->authorities, 0, 0}};

    CHECK_ONCE(mod_eckid_process());
    if (argc < 1) {
        return apr_pstrcat(cmd->pool, cmd->directive->directive,
                           ": a socache provider is expected, such as redis:127.0.0.1:6379", NULL);
    }
    records->spec = argv[0];
    mod_eckid_note_source(records->spec, cmd->directive);
    if (argc > 1 && strncmp(records->spec, "redis:", 6) != 0) {
        return apr_psprintf(cmd->pool, "%s: %s is for redis only", cmd->directive->directive,
                            argv[1]);
    }
    const char *wrong =
        mod_eckid_options(cmd, options, sizeof(options) / sizeof(*options), argc, argv);

    if (!wrong && records->user && !records->password.len) {
        return apr_pstrcat(cmd->pool, cmd->directive->directive,
                           ": user= needs password-file=FILE, which only root can read", NULL);
    }
    return wrong ? wrong : ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *mod_eckid_set_cache(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    (void)conf;
    return set_records(&mod_eckid_process()->cache, cmd, argc, argv);
}

const char *mod_eckid_set_token_cache(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    (void)conf;
    return set_records(&mod_eckid_process()->tokens, cmd, argc, argv);
}

static const char *read_secret(eckid_secret_t **secret, cmd_parms *cmd, const char *name)
{
    const char *path = mod_eckid_path(cmd, name), *wrong = mod_eckid_check_private(cmd, path);
    eckid_bytes_t content;

    if (wrong) {
        return wrong;
    }
    TRY(mod_eckid_read_secret(&content, path, cmd->temp_pool));
    content = eckid_codec_trim(content);
    *secret = eckid_secret_make(content, cmd->pool);
    memset((char *)content.data, 0, content.len);
    if (!*secret) {
        return apr_psprintf(cmd->pool,
                            "EckidSecretFile: %s is shorter than %d bytes; write: "
                            "openssl rand -base64 48 > %s",
                            path, ECKID_SECRET_MIN, path);
    }
    return NULL;
}

const char *mod_eckid_set_secret_file(cmd_parms *cmd, void *conf, const char *name,
                                      const char *previous)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)conf;
    wrong = wrong ? wrong : read_secret(&mod_eckid_process()->secret, cmd, name);
    CHECK_ONCE(mod_eckid_process());
    mod_eckid_process()->has_secret_file = true;
    if (!wrong && previous) {
        wrong = read_secret(&mod_eckid_process()->previous, cmd, previous);
    }
    return wrong;
}

/* The path of an SQLite database is relative to the server root, as that of any file. */
static const char *database_of(const cmd_parms *cmd, const char *database)
{
    static const char sqlite[] = "sqlite:";
    apr_size_t len = strlen(sqlite);

    return strncmp(database, sqlite, len) == 0 && database[len]
               ? apr_pstrcat(cmd->pool, sqlite, mod_eckid_path(cmd, database + len), NULL)
               : database;
}

/* Words behind it that are no options may be the rest of a connection string, with a password. */
static bool is_in_words(int argc, char *const argv[])
{
    static const char kind[] = "postgresql:", option[] = "timeout=";

    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[0], kind, strlen(kind)) == 0 &&
            strncmp(argv[i], option, strlen(option)) != 0) {
            return true;
        }
    }
    return false;
}

const char *mod_eckid_set_directory(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    mod_eckid_process_t *process = mod_eckid_process();
    const mod_eckid_option_t options[] = {
        {"timeout", MOD_ECKID_TIME, &process->directory_timeout, 1, 30000},
    };

    (void)conf;
    CHECK_ONCE(process);
    if (argc < 1) {
        return "EckidDirectory: a database is expected, such as "
               "sqlite:/var/lib/eckid/directory.db";
    }
    if (is_in_words(argc, argv)) {
        return "EckidDirectory: a connection string of several words stands in quotes, and only "
               "timeout= behind it, such as \"postgresql:host=/run/postgresql dbname=eckid\"";
    }
    process->database = database_of(cmd, argv[0]);
    process->database_at = cmd->directive;
    process->directory_timeout = MOD_ECKID_DIRECTORY_TIMEOUT;
    const char *wrong = mod_eckid_options(cmd, options, 1, argc, argv);

    return wrong ? wrong : ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *mod_eckid_set_generation(cmd_parms *cmd, void *conf, const char *name)
{
    (void)conf;
    mod_eckid_process()->generation = name;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *mod_eckid_set_audit_log(cmd_parms *cmd, void *conf, const char *place)
{
    (void)conf;
    CHECK_ONCE(mod_eckid_process());
    if (strcmp(place, "|") == 0 || !*place) {
        return "EckidAuditLog: a file is expected, or a program, such as: "
               "\"|/usr/bin/rotatelogs /var/log/apache2/eckid-audit.%F 86400\"";
    }
    mod_eckid_note_source(place, cmd->directive);
    mod_eckid_process()->audit_log = place;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *mod_eckid_set_cache_time(cmd_parms *cmd, void *conf, const char *found,
                                     const char *not_found, const char *stale)
{
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    if (ap_timeout_parameter_parse(found, &dir->found_for, "s") != APR_SUCCESS ||
        ap_timeout_parameter_parse(not_found, &dir->not_found_for, "s") != APR_SUCCESS ||
        (stale && ap_timeout_parameter_parse(stale, &dir->stale_for, "s") != APR_SUCCESS)) {
        return "EckidCacheTime: two times are expected, for found and for not found, and perhaps "
               "a third one, for which a found ECK iD is kept after the first, such as: "
               "12h 2min 72h";
    }
    return NULL;
}
