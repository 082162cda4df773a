/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library's store on httpd's socache providers (shmcb, redis). */
#ifndef MOD_ECKID_STORE_H
#define MOD_ECKID_STORE_H

#include "conf/mod_eckid_config.h"

/* In pre_config: makes the name of our mutex known, so that the Mutex directive can set it. */
int mod_eckid_store_register(apr_pool_t *pconf);

/* In check_config: NULL, or what is wrong with the argument of EckidCache or EckidTokenCache. */
const char *mod_eckid_store_check(const char **spec, const mod_eckid_process_t *process,
                                  apr_pool_t *pool);

/* In post_config: opens the store and, where there is no secret, makes one for this run. */
int mod_eckid_store_open(mod_eckid_process_t *process, apr_pool_t *pconf, server_rec *server);

/* Shows on the page of mod_status, where it is loaded, how full the cache is. */
void mod_eckid_store_show(void);

/* In each child. */
void mod_eckid_store_child(mod_eckid_process_t *process, apr_pool_t *pool, server_rec *server);

#endif
