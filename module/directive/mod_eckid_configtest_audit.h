/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks EckidAuditLog: without it httpd does not start, and a reload would end it. */
#ifndef MOD_ECKID_CONFIGTEST_AUDIT_H
#define MOD_ECKID_CONFIGTEST_AUDIT_H

#include "conf/mod_eckid_config.h"

/* The number of mistakes. */
int mod_eckid_audit_check(server_rec *main_server, apr_pool_t *pool);

#endif
