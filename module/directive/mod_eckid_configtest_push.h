/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks locations to which people are pushed. */
#ifndef MOD_ECKID_CONFIGTEST_PUSH_H
#define MOD_ECKID_CONFIGTEST_PUSH_H

#include "conf/mod_eckid_config.h"

/* What is wrong with a location, and the directory (const char *); empty for one to which nobody
 * pushes. Section is its configuration, dir ours for it, merged with what is around it. */
const apr_array_header_t *mod_eckid_push_mistakes(ap_conf_vector_t *section,
                                                  const mod_eckid_dir_t *dir, apr_pool_t *pool);

#endif
