/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines about requests: each decision about a login, and trouble on the way to it. */
#ifndef MOD_ECKID_LOG_H
#define MOD_ECKID_LOG_H

#include <httpd.h>

#include "crypto/eckid_moment.h"
#include "decision/eckid_decision.h"

/* Counts a decision, writes it to the audit log, and logs it in one line, to the log of the
 * request's server. It is not logged with the request, because httpd would add the Referer, which
 * can hold personal data. */
void mod_eckid_log_decision(const request_rec *r, const eckid_decision_t *decision,
                            const eckid_moment_t *moment, bool observed);

/* Logs a warning that is not about the decision on a login. */
void mod_eckid_log_trouble(const request_rec *r, const eckid_err_t *err, const char *what);

/* Logs the result of fetching from the OpenID provider; err is NULL after success. Known is whether
 * something was known of it before. */
void mod_eckid_log_provider(const request_rec *r, const char *issuer, bool known,
                            const eckid_err_t *err);

/* Logs that metadata changed; err is NULL if the new metadata is good. Known is the same. */
void mod_eckid_log_metadata(server_rec *server, const char *place, bool known,
                            const eckid_err_t *err, apr_pool_t *pool);

#endif
