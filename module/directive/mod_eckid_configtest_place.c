/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about a location of ours where the lines that it goes by do not apply. */
#include "directive/mod_eckid_configtest_place.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <http_core.h>

#include "directive/mod_eckid_configtest_warn.h"

/* Whether httpd has a request with this path go by the section (ap_location_walk). */
static bool applies(const core_dir_config *section, const char *path)
{
    apr_size_t len = strlen(section->d);

    if (section->r) {
        return ap_regexec(section->r, path, 0, NULL, 0) == 0;
    }
    if (section->d_is_fnmatch) {
        return apr_fnmatch(section->d, path, APR_FNM_PATHNAME) == APR_SUCCESS;
    }
    return strncmp(section->d, path, len) == 0 &&
           ((len && section->d[len - 1] == '/') || path[len] == '/' || !path[len]);
}

/* The settings that a request for the path goes by. */
static const mod_eckid_dir_t *settings_at(const server_rec *server, const char *path,
                                          apr_pool_t *pool)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);
    mod_eckid_dir_t *all = ap_get_module_config(server->lookup_defaults, &eckid_module);

    for (int i = 0; i < core->sec_url->nelts; i++) {
        ap_conf_vector_t *section = APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *);
        mod_eckid_dir_t *location = ap_get_module_config(section, &eckid_module);

        if (location && applies(ap_get_core_module_config(section), path)) {
            all = mod_eckid_merge_dir(pool, all, location);
        }
    }
    return all;
}

/* A path that has all that is needed; or NULL. */
static const char *find_better(const server_rec *server, const mod_eckid_need_t *need,
                               apr_pool_t *pool)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);

    for (int i = 0; i < core->sec_url->nelts; i++) {
        const core_dir_config *section =
            ap_get_core_module_config(APR_ARRAY_IDX(core->sec_url, i, ap_conf_vector_t *));

        if (!section->r && !section->d_is_fnmatch &&
            !need->find_lack(settings_at(server, section->d, pool))) {
            return section->d;
        }
    }
    return NULL;
}

static bool is_of(const server_rec *server, const ap_directive_t *host)
{
    return !host || (server->defn_name && host->line_num == (int)server->defn_line_number &&
                     strcmp(host->filename, server->defn_name) == 0);
}

static const char *tell(const mod_eckid_need_t *need, const char *lack, const char *better,
                        apr_pool_t *pool)
{
    const char *text =
        apr_psprintf(pool, "no %s applies to %s, so %s.", lack, need->what, need->consequence);

    return better
               ? apr_psprintf(pool, "%s Put it below the location that has one: <Location %s%s%s>",
                              text, better, better[strlen(better) - 1] == '/' ? "" : "/",
                              need->name)
               : apr_psprintf(pool,
                              "%s Put it into the virtual host, or below the location, that has "
                              "the lines for logins, and write what is missing there",
                              text);
}

void mod_eckid_warn_of_place(const ap_directive_t *line, const char *path,
                             const ap_directive_t *host, const mod_eckid_need_t *need,
                             server_rec *main_server, apr_pool_t *pool)
{
    const char *lacks = NULL, *better = NULL;

    for (const server_rec *server = main_server; server; server = server->next) {
        const char *lack =
            is_of(server, host) ? need->find_lack(settings_at(server, path, pool)) : NULL;

        if (is_of(server, host) && !lack) {
            return;
        }
        lacks = lacks ? lacks : lack;
        better = better || !lack ? better : find_better(server, need, pool);
    }
    if (lacks) {
        mod_eckid_warn_at(main_server, line, tell(need, lacks, better, pool));
    }
}
