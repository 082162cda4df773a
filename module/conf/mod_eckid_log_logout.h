/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log lines of a logout at our own identity provider, and its place in the numbers. */
#ifndef MOD_ECKID_LOG_LOGOUT_H
#define MOD_ECKID_LOG_LOGOUT_H

#include <httpd.h>

#include "bridge/eckid_bridge_logout.h"

/* Logs a logout that begins and one that is over, in one line each, and counts them. The steps
 * between have none. */
void mod_eckid_log_logout(const request_rec *r, const eckid_logout_answer_t *answer,
                          const eckid_moment_t *moment, bool observed);

#endif
