/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks locations to which people are pushed. */
#include "directive/mod_eckid_configtest_push.h"

#include <apr_strings.h>
#include <http_log.h>

#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_kinds.h"
#include "conf/mod_eckid_push_conf.h"

APLOG_USE_MODULE(eckid);

static void tell(apr_array_header_t *mistakes, const char *text)
{
    APR_ARRAY_PUSH(mistakes, const char *) = text;
}

/* Its school must be known, and logins must be of the same one. */
static void check_schools(apr_array_header_t *mistakes, const mod_eckid_dir_t *dir,
                          const eckid_push_client_t *client)
{
    if (!client->schools) {
        if (dir->schools || !dir->school) {
            tell(mistakes,
                 apr_psprintf(mistakes->pool,
                              "EckidScimClient %s: nothing tells for which school it may push; %s",
                              client->name,
                              dir->schools ? "write school= and keys of EckidSchoolMap behind it"
                                           : "write EckidSchool"));
        }
        return;
    }
    for (int i = 0; i < client->schools->nelts; i++) {
        const char *key = APR_ARRAY_IDX(client->schools, i, const char *);

        if (!mod_eckid_push_school(dir, key)) {
            tell(mistakes, apr_psprintf(mistakes->pool,
                                        "EckidScimClient %s: school=%s is no key of EckidSchoolMap",
                                        client->name, key));
        }
    }
}

static void check_client(apr_array_header_t *mistakes, const mod_eckid_dir_t *dir,
                         const eckid_push_client_t *client)
{
    if (client->client_id && !dir->push->bearer) {
        tell(mistakes, apr_psprintf(mistakes->pool,
                                    "EckidScimClient %s has client_id=, but no access token can be "
                                    "verified here; add EckidScimToken",
                                    client->name));
    }
    if ((client->subject || client->oin) && !ap_find_linked_module("mod_ssl.c")) {
        tell(mistakes, apr_psprintf(mistakes->pool,
                                    "EckidScimClient %s needs a certificate, but mod_ssl is not "
                                    "loaded; write: a2enmod ssl",
                                    client->name));
    }
    check_schools(mistakes, dir, client);
}

/* A key that logins do not make would never be found. */
static void check_kind(apr_array_header_t *mistakes, const mod_eckid_dir_t *dir,
                       const eckid_scim_kind_t *kind)
{
    const eckid_kind_t *all = mod_eckid_kinds_make(dir, mistakes->pool);

    for (; all; all = all->next) {
        const char *name = all->name ? all->name : "student";

        if (strcmp(name, kind->name) == 0 && strcmp(all->type, kind->type) != 0) {
            tell(mistakes, apr_psprintf(mistakes->pool,
                                        "EckidScimKind %s takes externalId as a %s, but logins "
                                        "look for a %s, so nobody would be found",
                                        kind->name, kind->type, all->type));
        }
    }
}

static void check_push(apr_array_header_t *mistakes, const mod_eckid_dir_t *dir)
{
    const mod_eckid_push_t *push = dir->push;

    if (!mod_eckid_process()->database) {
        tell(mistakes, "there is no EckidDirectory to push into; write, for example: "
                       "EckidDirectory sqlite:/var/lib/eckid/people.db");
    }
    if (!push->kinds->nelts) {
        tell(mistakes, "there is no EckidScimKind, which says what an externalId is; write, for "
                       "example: EckidScimKind student NEPRI");
    }
    if (push->bearer && push->bearer->is_given && !ap_find_linked_module("mod_oauth2.c")) {
        tell(mistakes, "verified-by=mod_oauth2, but mod_oauth2 is not loaded; write: a2enmod "
                       "oauth2, or jwks= instead");
    }
    for (int i = 0; i < push->kinds->nelts; i++) {
        check_kind(mistakes, dir, &APR_ARRAY_IDX(push->kinds, i, eckid_scim_kind_t));
    }
    for (int i = 0; i < push->clients->nelts; i++) {
        check_client(mistakes, dir, &APR_ARRAY_IDX(push->clients, i, eckid_push_client_t));
    }
}

const apr_array_header_t *mod_eckid_push_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    apr_array_header_t *mistakes = apr_array_make(pool, 2, sizeof(const char *));

    if (dir->push->clients->nelts) { /* without, the handler is reported */
        check_push(mistakes, dir);
    }
    return mistakes;
}

/* Handlers. httpd keeps them in a form that cannot be read, so the lines are looked at. */

static bool has_client(const ap_directive_t *section)
{
    const ap_directive_t *at = section ? section->first_child : NULL;

    while (at && strcasecmp(at->directive, "EckidScimClient") != 0) {
        at = at->next;
    }
    return at != NULL;
}

static bool is_handler(const ap_directive_t *at, apr_pool_t *pool)
{
    return strcasecmp(at->directive, "SetHandler") == 0 &&
           strcmp(mod_eckid_handler_named(at->args, pool), MOD_ECKID_SCIM) == 0;
}

int mod_eckid_push_check_handlers(const ap_directive_t *at, server_rec *server, apr_pool_t *pool)
{
    int mistakes = 0;

    for (; at; at = at->next) {
        mistakes += mod_eckid_push_check_handlers(at->first_child, server, pool);
        if (is_handler(at, pool) && !has_client(at->parent)) {
            mistakes++;
            ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, server,
                         "ECK%04d: %s:%d: SetHandler " MOD_ECKID_SCIM
                         " without EckidScimClient in the same <Location>: it is not protected, so "
                         "it will serve nobody; write, for example: EckidScimClient magister "
                         "client_id=magister-11zz",
                         ECKID_CONFIG, at->filename, at->line_num);
        }
    }
    return mistakes;
}
