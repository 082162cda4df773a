/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks locations to which people are pushed. */
#ifndef MOD_ECKID_CONFIGTEST_PUSH_H
#define MOD_ECKID_CONFIGTEST_PUSH_H

#include "conf/mod_eckid_config.h"

/* What is wrong with a location that has lines about pushes (const char *). Dir is its
 * configuration, merged with what is around it. */
const apr_array_header_t *mod_eckid_push_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool);

/* Logs each handler that nothing protects, from that line of the configuration on; how many. */
int mod_eckid_push_check_handlers(const ap_directive_t *at, server_rec *server, apr_pool_t *pool);

#endif
