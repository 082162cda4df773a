/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about what is remembered: where, for how long, and by which secret it is sealed. */
#ifndef MOD_ECKID_CACHE_H
#define MOD_ECKID_CACHE_H

#include "conf/mod_eckid_config.h"

/* Handlers for the table of directives. */
const char *mod_eckid_set_cache(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_set_token_cache(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_set_secret_file(cmd_parms *cmd, void *conf, const char *name,
                                      const char *previous);
const char *mod_eckid_set_directory(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_set_audit_log(cmd_parms *cmd, void *conf, const char *place);
const char *mod_eckid_set_generation(cmd_parms *cmd, void *conf, const char *name);
const char *mod_eckid_set_cache_time(cmd_parms *cmd, void *conf, const char *found,
                                     const char *not_found, const char *stale);

#endif
