/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the LAS. */
#ifndef MOD_ECKID_LAS_H
#define MOD_ECKID_LAS_H

#include "conf/mod_eckid_config.h"
#include "http/eckid_curl.h"

/* The LAS that a directive is about: that of the enclosing block, or of the scope. */
mod_eckid_las_t *mod_eckid_las_of(void *conf);

/* The default limits of a call to a LAS, in milliseconds and bytes. */
#define MOD_ECKID_LAS_CONNECT_MS 500
#define MOD_ECKID_LAS_TOTAL_MS 1500
#define MOD_ECKID_LAS_ANSWER_MAX 65536

/* Whether the text is an https URL with a host, and without fragment and spaces. */
bool mod_eckid_las_is_url(const char *url);

/* What is wrong with certificate= and key= of a line, or NULL. A certificate that is not valid now
 * is only logged, and does not prevent the start. */
const char *mod_eckid_las_pair(cmd_parms *cmd, const eckid_curl_options_t *options);

/* Handlers for the table of directives. */
const char *mod_eckid_las_line(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_las_key(cmd_parms *cmd, void *conf, const char *name, const char *keyid);
const char *mod_eckid_las_sign(cmd_parms *cmd, void *conf, const char *components,
                               const char *parameters);
const char *mod_eckid_las_answer_key(cmd_parms *cmd, void *conf, const char *name,
                                     const char *keyid);
const char *mod_eckid_las_contract(cmd_parms *cmd, void *conf, const char *name, const char *kind);
const char *mod_eckid_las_token(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_las_pilot(cmd_parms *cmd, void *conf, int on);
const char *mod_eckid_las_lookup(cmd_parms *cmd, void *conf, const char *first, const char *second);
const char *mod_eckid_las_block(cmd_parms *cmd, void *conf, const char *args);

#endif
