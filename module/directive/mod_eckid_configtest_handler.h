/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns about lines SetHandler eckid-... that do not do what they seem to. */
#ifndef MOD_ECKID_CONFIGTEST_HANDLER_H
#define MOD_ECKID_CONFIGTEST_HANDLER_H

#include "conf/mod_eckid_config.h"

/* In this list of lines and all that is within. */
void mod_eckid_warn_of_handlers(const ap_directive_t *lines, server_rec *server, apr_pool_t *pool);

#endif
