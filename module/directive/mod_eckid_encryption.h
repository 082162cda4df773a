/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about encrypted SAML logins, and what of them can be checked at start. */
#ifndef MOD_ECKID_ENCRYPTION_H
#define MOD_ECKID_ENCRYPTION_H

#include "conf/mod_eckid_config.h"

const char *mod_eckid_encryption_key(cmd_parms *cmd, void *conf, const char *key_name,
                                     const char *certificate_name);
const char *mod_eckid_encryption_supplier(cmd_parms *cmd, void *conf, const char *value);

/* A mistake, or something worth a warning, about what a line configured. */
typedef struct mod_eckid_finding_t {
    bool is_mistake;
    const void *thing; /* see mod_eckid_find_source */
    const char *text;
} mod_eckid_finding_t;

/* What is wrong with the configuration as a whole (mod_eckid_finding_t). Idp is NULL if it is not
 * known yet. */
apr_array_header_t *mod_eckid_encryption_check(const mod_eckid_dir_t *dir,
                                               const apr_array_header_t *signers,
                                               const apr_array_header_t *idp_keys,
                                               apr_pool_t *pool);

#endif
