/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the identity provider, keys and schools. */
#ifndef MOD_ECKID_SETTINGS_H
#define MOD_ECKID_SETTINGS_H

#include "conf/mod_eckid_config.h"

/* Handlers for the table of directives. */
const char *mod_eckid_set_engine(cmd_parms *cmd, void *conf, const char *value);
const char *mod_eckid_add_metadata_path(cmd_parms *cmd, void *conf, const char *path);
const char *mod_eckid_set_metadata_key(cmd_parms *cmd, void *conf, const char *key_name,
                                       const char *certificate_name);
const char *mod_eckid_set_skew(cmd_parms *cmd, void *conf, const char *value);
const char *mod_eckid_set_sha1(cmd_parms *cmd, void *conf, int on);
const char *mod_eckid_set_size(cmd_parms *cmd, void *conf, const char *value);
const char *mod_eckid_set_page(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_set_helpdesk(cmd_parms *cmd, void *conf, const char *text);
const char *mod_eckid_add_signing_key(cmd_parms *cmd, void *conf, const char *key_name,
                                      const char *certificate_name, const char *shared);
const char *mod_eckid_set_school(cmd_parms *cmd, void *conf, const char *type, const char *value);
const char *mod_eckid_set_school_map(cmd_parms *cmd, void *conf, int argc, char *const argv[]);

#endif
