/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mod_eckid: puts the ECK iD into logins. All hooks of the module, in their order. */
#include <httpd.h>

#include <curl/curl.h>
#include <http_config.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <libxml/parser.h>

#include "conf/mod_eckid_audit.h"
#include "conf/mod_eckid_config.h"
#include "directive/mod_eckid_configtest.h"
#include "directive/mod_eckid_table.h"
#include "service/mod_eckid_admin.h"
#include "service/mod_eckid_scim.h"
#include "service/mod_eckid_directory.h"
#include "service/mod_eckid_explain.h"
#include "service/mod_eckid_idp.h"
#include "service/mod_eckid_las_keys.h"
#include "filter/mod_eckid_page_filter.h"
#include "filter/mod_eckid_oidc_filter.h"
#include "service/mod_eckid_limits.h"
#include "service/mod_eckid_store.h"
#include "service/mod_eckid_status.h"
#include "service/mod_eckid_supplier_metadata.h"
#include "http/eckid_curl.h"

/* 1. Before the configuration is read, in the parent. */
static int on_pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog, (void)ptemp;
    xmlInitParser();
    mod_eckid_new_process(pconf);
    mod_eckid_store_show();
    return mod_eckid_store_register(pconf);
}

/* 2. Directives: mod_eckid_table.c. 3. Checks of the whole configuration:
 * mod_eckid_configtest.c. */

/* 4. When the configuration takes effect, in the parent; the audit log is opened before:
 * mod_eckid_audit.c. */
static int on_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *server)
{
    (void)plog, (void)ptemp;
    return mod_eckid_limits_share(mod_eckid_process(), pconf, server) == OK
               ? mod_eckid_store_open(mod_eckid_process(), pconf, server)
               : HTTP_INTERNAL_SERVER_ERROR;
}

/* 5. In each child, before its threads start. */
static void on_child_init(apr_pool_t *pchild, server_rec *server)
{
    mod_eckid_process_t *process = mod_eckid_process();

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, server, "ECK0501: libcurl cannot be initialized");
    }
    for (int i = 0; i < process->curls->nelts; i++) {
        eckid_curl_child(APR_ARRAY_IDX(process->curls, i, eckid_curl_t *), pchild);
    }
    mod_eckid_store_child(process, pchild, server);
    mod_eckid_directory_child(process, pchild);
}

/* With -t nothing takes effect: no port, log or cache is opened. A login may be explained by the
 * configuration that was read. */
static void on_test_config(apr_pool_t *pconf, server_rec *server)
{
    mod_eckid_process_t *process = mod_eckid_process();

    if (mod_eckid_explain_is_wanted()) {
        process->cache.spec = process->tokens.spec = "none";
        if (on_post_config(pconf, pconf, pconf, server) == OK) {
            on_child_init(pconf, server);
            mod_eckid_explain_once(pconf, server);
        }
    }
}

/* 6. For each request: mod_eckid_page_filter.c for pages, mod_eckid_oidc_filter.c for programs. */
static void on_register(apr_pool_t *pool)
{
    static const char *const headers[] = {"mod_headers.c", NULL};

    (void)pool;
    ap_hook_pre_config(on_pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(mod_eckid_configtest, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_open_logs(mod_eckid_audit_open, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(on_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(on_test_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(on_child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_eckid_oidc_filter_handler, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(mod_eckid_admin_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_eckid_scim_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_eckid_las_keys_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_eckid_status_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_eckid_idp_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(mod_eckid_supplier_metadata_handler, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_fixups(mod_eckid_page_filter_fixups, NULL, NULL, APR_HOOK_LAST);
    ap_hook_fixups(mod_eckid_oidc_filter_fixups, NULL, NULL, APR_HOOK_LAST);
    mod_eckid_page_filter_register();
    mod_eckid_oidc_filter_register();
    ap_hook_insert_filter(mod_eckid_page_filter_insert, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_filter(mod_eckid_page_filter_insert_final, headers, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(mod_eckid_page_filter_insert_final, headers, NULL,
                                APR_HOOK_REALLY_LAST);
    ap_hook_insert_error_filter(mod_eckid_page_filter_insert, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_filter(mod_eckid_oidc_filter_insert, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_error_filter(mod_eckid_oidc_filter_insert, NULL, NULL, APR_HOOK_LAST);
}

AP_DECLARE_MODULE(eckid) = {
    STANDARD20_MODULE_STUFF, mod_eckid_create_dir, mod_eckid_merge_dir, NULL, NULL,
    mod_eckid_directives,    on_register,
#ifdef AP_MODULE_FLAG_NONE
    AP_MODULE_FLAG_NONE,
#endif
};
