/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log: opened by the parent process, written by all, waited for by nobody. */
#ifndef MOD_ECKID_AUDIT_H
#define MOD_ECKID_AUDIT_H

#include "conf/mod_eckid_config.h"
#include "crypto/eckid_moment.h"
#include "decision/eckid_decision.h"
#include "record/eckid_audit.h"

/* The open log. */
typedef struct mod_eckid_audit_t {
    eckid_audit_t audit;
    int fd;
    server_rec *server; /* where losses are told */
} mod_eckid_audit_t;

/* Opens the file, or starts the program, of EckidAuditLog, as root; nothing without one. For
 * open_logs. */
int mod_eckid_audit_open(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *server);

/* Writes the line of a decision. If it cannot be written at once, it is counted as lost, and that
 * is told once a minute. Called in one place, by what logs decisions. */
void mod_eckid_audit_decision(const request_rec *r, const eckid_decision_t *decision,
                              const eckid_moment_t *moment, bool observed);

#endif
