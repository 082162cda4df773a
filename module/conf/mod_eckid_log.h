/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines about requests: each decision about a login, and trouble on the way to it. */
#ifndef MOD_ECKID_LOG_H
#define MOD_ECKID_LOG_H

#include <httpd.h>

#include "crypto/eckid_moment.h"
#include "decision/eckid_decision.h"

/* One line for a decision, to the log of the request's server. Lines about requests are written
 * without the request, as httpd would add its Referer, which can hold personal data. */
void mod_eckid_log_decision(const request_rec *r, const eckid_decision_t *decision,
                            const eckid_moment_t *moment, bool observed);

/* One line, a warning, for trouble that is no decision about a login. */
void mod_eckid_log_trouble(const request_rec *r, const eckid_err_t *err, const char *what);

/* One line for news about the OpenID provider; err is NULL when it was fetched well. */
void mod_eckid_log_provider(const request_rec *r, const char *issuer, const eckid_err_t *err);

/* One line for news about the identity provider's metadata; err is NULL when they are good. */
void mod_eckid_log_metadata(const request_rec *r, const char *path, const eckid_err_t *err);

#endif
