/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of this server: made, checked and given to each child. */
#ifndef MOD_ECKID_DIRECTORY_H
#define MOD_ECKID_DIRECTORY_H

#include "base/eckid_err.h"
#include "conf/mod_eckid_config.h"

/* For check_config: makes the directory, if EckidDirectory names one. ECKID_CONFIG, ECKID_FILE and
 * ECKID_DIRECTORY_SCHEMA for mistakes; ECKID_DIRECTORY if the database does not answer now, which
 * is no reason not to start. */
eckid_err_t *mod_eckid_directory_open(mod_eckid_process_t *process, apr_pool_t *pconf,
                                      apr_pool_t *ptemp);

/* For each child. */
void mod_eckid_directory_child(mod_eckid_process_t *process, apr_pool_t *pchild);

/* Tries whether the database answers, for the status, and notes how that ended. Blocks for
 * half a second at most. */
void mod_eckid_directory_look(const mod_eckid_process_t *process, apr_pool_t *pool);

#endif
