/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that all children share and that outlives a reload. */
#ifndef MOD_ECKID_SHARED_H
#define MOD_ECKID_SHARED_H

#include <apr_pools.h>

/*
 * The memory of that name, all zero at first. It belongs to process_pool, the pool of httpd's own
 * process, so it is there until httpd is stopped. The name must change with the layout: a module
 * that was upgraded must not read what another one wrote. For post_config, in the parent.
 */
apr_status_t mod_eckid_shared(void **memory, const char *name, apr_size_t size,
                              apr_pool_t *process_pool);

#endif
