/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about our own identity provider. */
#ifndef MOD_ECKID_IDP_LINES_H
#define MOD_ECKID_IDP_LINES_H

#include "conf/mod_eckid_config.h"
#include "decision/eckid_policy.h"

/* Handlers for the table of directives. */
const char *mod_eckid_idp_entity(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_idp_attribute(cmd_parms *cmd, void *conf, const char *name,
                                    const char *variable, const char *form);
const char *mod_eckid_idp_context(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_idp_instant(cmd_parms *cmd, void *conf, const char *variable);
const char *mod_eckid_idp_logout(cmd_parms *cmd, void *conf, const char *url, const char *partial);
const char *mod_eckid_idp_renew(cmd_parms *cmd, void *conf, const char *url);
const char *mod_eckid_idp_secret(cmd_parms *cmd, void *conf, const char *file,
                                 const char *attribute);
const char *mod_eckid_idp_contact(cmd_parms *cmd, void *conf, const char *address);

/* In a supplier's block. Where the last of these lines is, is noted for this pointer. */
const void *mod_eckid_idp_line_of(const eckid_supplier_t *supplier);
const char *mod_eckid_idp_name_id(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_idp_sign(cmd_parms *cmd, void *conf, const char *value);

#endif
