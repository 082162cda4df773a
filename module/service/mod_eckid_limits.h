/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory shared by all children: the limits for each LAS, and the warnings given so far. */
#ifndef MOD_ECKID_LIMITS_H
#define MOD_ECKID_LIMITS_H

#include "conf/mod_eckid_config.h"

/* For post_config: makes the memory for the limits of every LAS, and the flights of lookups. */
int mod_eckid_limits_share(mod_eckid_process_t *process, apr_pool_t *pconf, server_rec *server);

#endif
