/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explains logins: at a desk of the running server, or by a configuration that is only read. */
#ifndef MOD_ECKID_EXPLAIN_H
#define MOD_ECKID_EXPLAIN_H

#include "conf/mod_eckid_gateway.h"

/* Answers a request of eckid-explain, {"at", "logins": [...]}, of which at is the virtual host: see
 * eckid_explain.h. */
eckid_err_t *mod_eckid_explain(eckid_bytes_t *text, request_rec *r, const eckid_gateway_t *gateway,
                               eckid_bytes_t body, const eckid_moment_t *moment);

/* Whether httpd was started to read a configuration and explain by it: -t -D ECKID_EXPLAIN. */
bool mod_eckid_explain_is_wanted(void);

/* Answers one request on standard input by the configuration that was read, for each virtual host
 * that has the supplier: {"logins": [...], "error"} on standard output; the error only where there
 * are no logins. Each login has "at", its virtual host. */
void mod_eckid_explain_once(apr_pool_t *pconf, server_rec *main_server);

#endif
