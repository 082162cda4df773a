/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What configtest finds about our own identity provider. */
#ifndef MOD_ECKID_CONFIGTEST_IDP_H
#define MOD_ECKID_CONFIGTEST_IDP_H

#include "conf/mod_eckid_config.h"
#include "directive/mod_eckid_encryption.h"

/* What is wrong with it (mod_eckid_finding_t): with what alone would no login work, is a mistake.
 */
apr_array_header_t *mod_eckid_idp_check(const mod_eckid_dir_t *dir, const server_rec *server,
                                        apr_pool_t *pool);

#endif
