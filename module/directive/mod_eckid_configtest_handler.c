/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about lines SetHandler eckid-... that do not do what they seem to. */
#include "directive/mod_eckid_configtest_handler.h"

#include <apr_strings.h>

#include "conf/mod_eckid_gateway.h"
#include "conf/mod_eckid_handler.h"
#include "decision/eckid_policy.h"
#include "directive/mod_eckid_configtest_place.h"
#include "directive/mod_eckid_configtest_warn.h"

/* Whether who may come here is restricted, in this section or in one around it. */
static bool is_protected(const ap_directive_t *line)
{
    for (const ap_directive_t *section = line->parent; section; section = section->parent) {
        for (const ap_directive_t *each = section->first_child; each; each = each->next) {
            if (ap_cstr_casecmpn(each->directive, "<Require", 8) == 0 ||
                (strcasecmp(each->directive, "Require") == 0 &&
                 strcasecmp(each->args, "all granted") != 0)) {
                return true;
            }
        }
    }
    return false;
}

/* What it shows is of no person, but tells strangers what the school uses and how it fares. */
static void check_status(const ap_directive_t *line, server_rec *server, apr_pool_t *pool)
{
    (void)pool;
    if (!is_protected(line)) {
        mod_eckid_warn_at(
            server, line,
            "everybody can read this page. Write in the same <Location>, for example: Require "
            "local");
    }
}

/* What a proxy has before us */

/* The first argument, without the end of a section; "" if it is no path. */
static const char *path_of(const ap_directive_t *line, apr_pool_t *pool)
{
    const char *rest = line->args;
    char *path = ap_getword_conf(pool, &rest);
    apr_size_t len = strlen(path);

    if (len && path[len - 1] == '>') {
        path[len - 1] = '\0';
    }
    return *path == '/' ? path : "";
}

static bool is_directive(const ap_directive_t *line, const char *name)
{
    return strcasecmp(line->directive, name) == 0;
}

/* Whether ProxyPass takes the path, or excepts it. */
static bool is_about(const ap_directive_t *line, const char *path, apr_pool_t *pool)
{
    const char *prefix = is_directive(line, "ProxyPass") ? path_of(line, pool) : "";
    apr_size_t len = strlen(prefix);

    return len && strncmp(path, prefix, len) == 0 &&
           (prefix[len - 1] == '/' || path[len] == '/' || !path[len]);
}

/* The first line of ProxyPass about the path, which counts; or NULL. */
static const ap_directive_t *find_proxy(const ap_directive_t *lines, const char *path,
                                        apr_pool_t *pool)
{
    while (lines && !is_about(lines, path, pool)) {
        lines = lines->next;
    }
    return lines;
}

static const ap_directive_t *around(const ap_directive_t *line, const char *section)
{
    do {
        line = line->parent;
    } while (line && !is_directive(line, section));
    return line;
}

static bool is_exception(const ap_directive_t *line)
{
    apr_size_t len = strlen(line->args);

    return len && line->args[len - 1] == '!';
}

/* A location can except itself, by ProxyPass with nothing but "!". */
static bool excepts_itself(const ap_directive_t *location)
{
    const ap_directive_t *line = location->first_child;

    while (line && !(is_directive(line, "ProxyPass") && is_exception(line))) {
        line = line->next;
    }
    return line != NULL;
}

/* mod_proxy takes the first line that fits, those outside of virtual hosts first; a handler that is
 * set does not change that, so the identity provider would be asked, and told the command's token.
 */
static void check_proxy(const ap_directive_t *line, server_rec *server, apr_pool_t *pool)
{
    const ap_directive_t *location = around(line, "<Location");
    const ap_directive_t *host = around(line, "<VirtualHost");
    const char *path = location ? path_of(location, pool) : "";
    const ap_directive_t *proxy = find_proxy(ap_conftree, path, pool);

    proxy = proxy || !host ? proxy : find_proxy(host->first_child, path, pool);
    if (proxy && !is_exception(proxy) && !excepts_itself(location)) {
        mod_eckid_warn_at(server, line,
                          apr_psprintf(pool,
                                       "ProxyPass %s in line %d of %s takes this location, so that "
                                       "nothing of ours answers here. Write before it: ProxyPass "
                                       "%s !",
                                       proxy->args, proxy->line_num, proxy->filename, path));
    }
}

/* What a location lacks */

static const mod_eckid_need_t for_desk = {"this desk", "every command is refused", "desk",
                                          mod_eckid_gateway_wants};

static const char *find_lack_of_metadata(const mod_eckid_dir_t *dir)
{
    bool is_described = dir->sources != NULL;

    for (int i = 0; dir->policy && i < dir->policy->suppliers->nelts; i++) {
        is_described =
            is_described ||
            APR_ARRAY_IDX(dir->policy->suppliers, i, const eckid_supplier_t *)->described->nelts;
    }
    return !dir->decryption_keys ? "EckidDecryptionKey"
           : !is_described       ? "EckidSupplierMetadata"
                                 : NULL;
}

static const mod_eckid_need_t for_supplier_metadata = {
    "this location", "it has no metadata to serve", "supplier-metadata", find_lack_of_metadata};

static const char *find_lack_of_keys(const mod_eckid_dir_t *dir)
{
    return dir->las.keys || dir->named ? NULL : "EckidLasKey";
}

static const mod_eckid_need_t for_las_keys = {"this location", "it has no keys to serve",
                                              "las-keys.json", find_lack_of_keys};

static void check_place(const ap_directive_t *line, const mod_eckid_need_t *need,
                        server_rec *server, apr_pool_t *pool)
{
    const ap_directive_t *location = around(line, "<Location");
    const char *path = location ? path_of(location, pool) : "";

    if (*path) {
        mod_eckid_warn_of_place(line, path, around(line, "<VirtualHost"), need, server, pool);
    }
}

static void check_supplier_metadata(const ap_directive_t *line, server_rec *server,
                                    apr_pool_t *pool)
{
    check_place(line, &for_supplier_metadata, server, pool);
}

static void check_las_keys(const ap_directive_t *line, server_rec *server, apr_pool_t *pool)
{
    check_place(line, &for_las_keys, server, pool);
}

static void check_desk(const ap_directive_t *line, server_rec *server, apr_pool_t *pool)
{
    check_place(line, &for_desk, server, pool);
    if (!mod_eckid_process()->has_secret_file) {
        mod_eckid_warn_at(
            server, line,
            "without EckidSecretFile no command can authenticate, so this handler refuses all "
            "requests. Write, outside of virtual hosts: EckidSecretFile eckid/secret");
    }
}

/* All of them, with what there is to check about one; or NULL. */
typedef struct handler_t {
    const char *name;
    void (*check)(const ap_directive_t *line, server_rec *server, apr_pool_t *pool);
} handler_t;

static const handler_t handlers[] = {{MOD_ECKID_STATUS, check_status},
                                     {MOD_ECKID_DESK, check_desk},
                                     {MOD_ECKID_SCIM, NULL},
                                     {MOD_ECKID_LAS_KEYS, check_las_keys},
                                     {MOD_ECKID_IDP, NULL},
                                     {MOD_ECKID_SUPPLIER_METADATA, check_supplier_metadata},
                                     {NULL, NULL}};

static const handler_t *find_handler(const char *name)
{
    const handler_t *handler = handlers;

    while (handler->name && strcmp(handler->name, name) != 0) {
        handler++;
    }
    return handler->name ? handler : NULL;
}

/* httpd knows handlers by name only when a request comes, and then looks for a file instead. */
static void warn_of_unknown(const ap_directive_t *line, const char *name, server_rec *server,
                            apr_pool_t *pool)
{
    const char *names = handlers->name;

    for (const handler_t *next = handlers + 1; next->name; next++) {
        names = apr_pstrcat(pool, names, next[1].name ? ", " : " and ", next->name, NULL);
    }
    mod_eckid_warn_at(server, line,
                      apr_psprintf(pool,
                                   "there is no handler %s, so nothing answers here. It is one of "
                                   "%s",
                                   name, names));
}

static void check_handler(const ap_directive_t *line, server_rec *server, apr_pool_t *pool)
{
    const char *name =
        is_directive(line, "SetHandler") ? mod_eckid_handler_named(line->args, pool) : "";
    const handler_t *handler = find_handler(name);

    if (strncmp(name, "eckid", 5) != 0) {
        return;
    }
    check_proxy(line, server, pool);
    if (!handler) {
        warn_of_unknown(line, name, server, pool);
    }
    else if (handler->check) {
        handler->check(line, server, pool);
    }
}

void mod_eckid_warn_of_handlers(const ap_directive_t *lines, server_rec *server, apr_pool_t *pool)
{
    for (; lines; lines = lines->next) {
        check_handler(lines, server, pool);
        mod_eckid_warn_of_handlers(lines->first_child, server, pool);
    }
}
