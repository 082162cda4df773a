/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about a desk for the commands where the lines that logins go by do not apply. */
#ifndef MOD_ECKID_CONFIGTEST_DESK_H
#define MOD_ECKID_CONFIGTEST_DESK_H

#include "conf/mod_eckid_config.h"

/* The desk is at this path, by a line SetHandler. The host is NULL if that stands outside of
 * virtual hosts: then one server with all that is needed is enough. */
void mod_eckid_warn_of_desk(const ap_directive_t *line, const char *path,
                            const ap_directive_t *host, server_rec *main_server, apr_pool_t *pool);

#endif
