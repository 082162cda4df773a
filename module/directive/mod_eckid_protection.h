/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an authentication module protects a path, as far as the lines of the configuration show
 * it. */
#ifndef MOD_ECKID_PROTECTION_H
#define MOD_ECKID_PROTECTION_H

#include <httpd.h>
#include <http_config.h>
#include <stdbool.h>

/* Whether who asks for that path must log in: AuthType and Require of the server and of its
 * <Location>s, the last of which counts. A <LocationMatch> counts as one for every path. */
bool mod_eckid_is_protected(const char *path, const server_rec *server, apr_pool_t *pool);

/* Who may come in there, in the words of the lines that say so: those of Require, MellonCond and
 * MellonRequire that count by the same rules. "" for whoever is logged in. NULL if no
 * authentication module is at work there, so that nobody is logged in. */
const char *mod_eckid_admitted(const char *path, const server_rec *server, apr_pool_t *pool);

/* The line by which a module passes what it knows about the user as headers there; or NULL. */
const ap_directive_t *mod_eckid_claims_by_headers(const char *path, const server_rec *server,
                                                  apr_pool_t *pool);

#endif
