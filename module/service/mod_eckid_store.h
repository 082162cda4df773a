/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Implements the library's store on httpd's socache providers (shmcb, redis). */
#ifndef MOD_ECKID_STORE_H
#define MOD_ECKID_STORE_H

#include "conf/mod_eckid_config.h"

/* For pre_config: registers our mutexes, so that the Mutex directive can configure them. */
int mod_eckid_store_register(apr_pool_t *pconf);

/* For check_config: what is wrong with the argument of EckidCache or EckidTokenCache, or NULL. */
const char *mod_eckid_store_check(const char **spec, const mod_eckid_process_t *process,
                                  apr_pool_t *pool);

/* For post_config: opens the stores. Makes a random secret for this run if none is configured. */
int mod_eckid_store_open(mod_eckid_process_t *process, apr_pool_t *pconf, server_rec *server);

/* Adds the fill level of the caches to the page of mod_status, if that is loaded. */
void mod_eckid_store_show(void);

/* For each child. */
void mod_eckid_store_child(mod_eckid_process_t *process, apr_pool_t *pool, server_rec *server);

#endif
