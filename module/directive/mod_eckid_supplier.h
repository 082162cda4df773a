/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives of the supplier's block. */
#ifndef MOD_ECKID_SUPPLIER_H
#define MOD_ECKID_SUPPLIER_H

#include "conf/mod_eckid_config.h"

/* The supplier whose block is being read. Outside of a block, returns an error. */
const char *mod_eckid_get_supplier(eckid_supplier_t **supplier, cmd_parms *cmd, void *conf);

/* Handlers for the directives in a supplier's block. */
const char *mod_eckid_supplier_block(cmd_parms *cmd, void *conf, const char *args);
const char *mod_eckid_supplier_consumer(cmd_parms *cmd, void *conf, const char *url);
const char *mod_eckid_supplier_name(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_supplier_release(cmd_parms *cmd, void *conf, const char *name);
const char *mod_eckid_supplier_rename(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_supplier_on(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_supplier_deny_by(cmd_parms *cmd, void *conf, const char *value);

#endif
