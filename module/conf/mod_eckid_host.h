/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A virtual host as a whole: a login of any of its suppliers is nowhere in it let pass. */
#ifndef MOD_ECKID_HOST_H
#define MOD_ECKID_HOST_H

#include "conf/mod_eckid_config.h"

/*
 * The backend may read a path in another way than httpd does, and send the response of one location
 * to a request for another. Therefore each response is judged by the settings of all
 * locations of its virtual host, and not only by those of its own.
 */

/* Notes our own identity providers, for what is counted, and the settings of a server, with outer
 * NULL, or of a location merged with those around it, if the engine is on there. If it is not on
 * around it, suppliers of outer that the location replaces are noted too, with the location's other
 * settings. Called while the configuration is checked; pool must live as long as the configuration.
 */
void mod_eckid_host_note(const server_rec *server, const mod_eckid_dir_t *dir,
                         const mod_eckid_dir_t *outer, apr_pool_t *pool);

/* By which settings a response is judged, one after the other (const mod_eckid_dir_t *): those for
 * the request if the engine is on there, then all others of the virtual host with other suppliers
 * or another identity provider. Empty if the engine is nowhere on. */
apr_array_header_t *mod_eckid_host_settings(const request_rec *r);

/* All settings of a virtual host, in front of identity providers and as our own (const
 * mod_eckid_dir_t *). */
apr_array_header_t *mod_eckid_host_all(const server_rec *server, apr_pool_t *pool);

/* Whether a virtual host has the engine anywhere. */
bool mod_eckid_host_is_guarded(const request_rec *r);

#endif
