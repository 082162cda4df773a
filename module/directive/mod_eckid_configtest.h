/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at the configuration as a whole, so that configtest finds what single lines cannot show. */
#ifndef MOD_ECKID_CONFIGTEST_H
#define MOD_ECKID_CONFIGTEST_H

#include "conf/mod_eckid_config.h"

/* What is wrong with LASes and schools, as a whole (const char *). */
const apr_array_header_t *mod_eckid_las_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool);

/* Looks at everything together; every mistake is logged. A hook of httpd. */
int mod_eckid_configtest(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *main_server);

#endif
