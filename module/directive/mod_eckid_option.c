/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses the "name=value" arguments of a directive by a table. */
#include "directive/mod_eckid_option.h"

#include <apr_strings.h>

#include "conf/mod_eckid_expiry.h"
#include "directive/mod_eckid_directive.h"

#define PEM "-----BEGIN CERTIFICATE-----"

static const char *read_time(cmd_parms *cmd, const mod_eckid_option_t *option, const char *value)
{
    apr_interval_time_t time;

    if (ap_timeout_parameter_parse(value, &time, "ms") != APR_SUCCESS ||
        time < apr_time_from_msec(option->min) || time > apr_time_from_msec(option->max)) {
        return apr_psprintf(cmd->pool, "%s: %s=%s is not a time from %d to %d milliseconds",
                            cmd->directive->directive, option->name, value, option->min,
                            option->max);
    }
    if (option->kind == MOD_ECKID_MS) {
        *(int *)option->to = (int)apr_time_as_msec(time);
    }
    else {
        *(apr_interval_time_t *)option->to = time;
    }
    return NULL;
}

static const char *read_number(cmd_parms *cmd, const mod_eckid_option_t *option, const char *value)
{
    char *end;
    apr_int64_t number = apr_strtoi64(value, &end, 10);

    if (*end || number < option->min || number > option->max) {
        return apr_psprintf(cmd->pool, "%s: %s=%s is not a number from %d to %d",
                            cmd->directive->directive, option->name, value, option->min,
                            option->max);
    }
    *(int *)option->to = (int)number;
    return NULL;
}

/* One of several CAs may be enough, so the one that expires last counts. */
static void note_last_end(const cmd_parms *cmd, eckid_bytes_t content, const char *path)
{
    eckid_expiry_t expiry = {.what = apr_pstrcat(cmd->temp_pool, "the authority in ", path, NULL),
                             .consequence = "that server will no longer be trusted"};
    const char *end = content.data + content.len;
    eckid_key_t *key;

    for (const char *at = content.data;
         (at = memmem(at, (apr_size_t)(end - at), PEM, strlen(PEM))) != NULL; at += strlen(PEM)) {
        if (!eckid_key_certificate(&key, eckid_bytes(at, (apr_size_t)(end - at)), path,
                                   cmd->temp_pool) &&
            eckid_key_not_after(key) > expiry.until) {
            expiry.until = eckid_key_not_after(key);
        }
    }
    mod_eckid_expiry_add(&expiry, cmd->directive);
}

static const char *read_content(cmd_parms *cmd, const mod_eckid_option_t *option, const char *value)
{
    eckid_bytes_t *content = option->to;
    const char *path = mod_eckid_path(cmd, value);

    if (option->kind == MOD_ECKID_SECRET) {
        const char *wrong = mod_eckid_check_private(cmd, path);

        if (wrong) {
            return wrong;
        }
    }
    TRY(mod_eckid_read_file(content, path, cmd->pool));
    if (option->kind == MOD_ECKID_AUTHORITIES) {
        note_last_end(cmd, *content, path);
    }
    if ((option->kind == MOD_ECKID_CERTIFICATES || option->kind == MOD_ECKID_AUTHORITIES) &&
        !memmem(content->data, content->len, PEM, strlen(PEM))) {
        return apr_psprintf(cmd->pool, "%s: %s has no certificate in PEM",
                            cmd->directive->directive, path);
    }
    return NULL;
}

static const char *read_option(cmd_parms *cmd, const mod_eckid_option_t *option, const char *value)
{
    if (!*value) {
        return apr_psprintf(cmd->pool, "%s: %s= is empty; no space stands behind the sign",
                            cmd->directive->directive, option->name);
    }
    switch (option->kind) {
    case MOD_ECKID_TEXT:
        *(const char **)option->to = value;
        return NULL;
    case MOD_ECKID_TIME:
    case MOD_ECKID_MS:
        return read_time(cmd, option, value);
    case MOD_ECKID_NUMBER:
        return read_number(cmd, option, value);
    default:
        return read_content(cmd, option, value);
    }
}

static const char *list_of(const mod_eckid_option_t *options, int count, apr_pool_t *pool)
{
    const char *list = "";

    for (int i = 0; i < count; i++) {
        list = apr_pstrcat(pool, list, i ? ", " : "", options[i].name, "=", NULL);
    }
    return list;
}

static const char *read_one(cmd_parms *cmd, const mod_eckid_option_t *options, int count,
                            const char *argument)
{
    for (int i = 0; i < count; i++) {
        const char *value = mod_eckid_option(argument, options[i].name);

        if (value) {
            return read_option(cmd, &options[i], value);
        }
    }
    return apr_psprintf(cmd->pool, "%s: \"%s\" is not one of %s", cmd->directive->directive,
                        argument, list_of(options, count, cmd->pool));
}

const char *mod_eckid_options(cmd_parms *cmd, const mod_eckid_option_t *options, int count,
                              int argc, char *const argv[])
{
    for (int i = 1; i < argc; i++) {
        const char *wrong = read_one(cmd, options, count, argv[i]);

        if (wrong) {
            return wrong;
        }
    }
    return NULL;
}
