/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks the whole configuration, so that configtest finds mistakes that no single line shows. */
#ifndef MOD_ECKID_CONFIGTEST_H
#define MOD_ECKID_CONFIGTEST_H

#include "conf/mod_eckid_config.h"

/* All mistakes about LASes and schools (const char *). */
const apr_array_header_t *mod_eckid_las_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool);

/* The hook check_config: checks everything, and logs every mistake. */
int mod_eckid_configtest(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *main_server);

#endif
