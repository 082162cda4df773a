/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about settings that are valid, but have no effect or an unexpected one. */
#ifndef MOD_ECKID_CONFIGTEST_WARN_H
#define MOD_ECKID_CONFIGTEST_WARN_H

#include "conf/mod_eckid_config.h"

/* Warns about one complete configuration whose engine is on or observes. */
void mod_eckid_warn_of_dir(const mod_eckid_dir_t *dir, server_rec *server, apr_pool_t *pool);

/* Warns about suppliers of a location that have a block around it too, which does not count there.
 */
void mod_eckid_warn_of_hidden(const mod_eckid_dir_t *location, const mod_eckid_dir_t *outer,
                              server_rec *server, apr_pool_t *pool);

/* Warns if suppliers around the location of our own identity provider are unknown there. */
void mod_eckid_warn_of_lost(const mod_eckid_dir_t *idp, const mod_eckid_dir_t *outer,
                            server_rec *server, apr_pool_t *pool);

/* Warns about what only all servers together show. */
void mod_eckid_warn_of_servers(server_rec *main_server, apr_pool_t *pool);

/* One warning, with the number of ECKID_CONFIG, about a line. */
void mod_eckid_warn_at(server_rec *server, const ap_directive_t *at, const char *text);

#endif
