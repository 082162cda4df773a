/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns before a certificate or metadata expires, at start and while there are logins. */
#ifndef MOD_ECKID_EXPIRY_H
#define MOD_ECKID_EXPIRY_H

#include "base/eckid_expiry.h"
#include "conf/mod_eckid_config.h"
#include "crypto/eckid_key.h"

/* Call this for each new configuration. */
void mod_eckid_expiry_new(mod_eckid_process_t *process, apr_pool_t *pool);

/* Adds something that expires and was configured by that line. Copies its strings. */
void mod_eckid_expiry_add(const eckid_expiry_t *expiry, const ap_directive_t *directive);

/* Adds the certificate of a key, if it has one; what is "the certificate FILE". */
void mod_eckid_expiry_add_key(const eckid_key_t *key, const char *what, const char *consequence,
                              const ap_directive_t *directive);

/* The same for what the metadata say at any time. */
void mod_eckid_expiry_add_metadata(eckid_metadata_t *metadata, const ap_directive_t *directive);

/* One line, a warning, for each of those that ends soon, and was not told before. At start it goes
 * to where configtest shows it. */
void mod_eckid_expiry_warn(server_rec *server, bool at_start, apr_pool_t *pool);

/* The same for these only (eckid_expiry_t), which that line configured. */
void mod_eckid_expiry_warn_of(const apr_array_header_t *expiries, const ap_directive_t *directive,
                              server_rec *server, apr_pool_t *pool);

/* Calls each with all that is known to this child to end one day, or that does not end. What it is
 * given lives as long as pool. */
void mod_eckid_expiry_each(void (*each)(void *self, const eckid_expiry_t *expiry), void *self,
                           apr_pool_t *pool);

/* Warns as above, if this child has not looked for a while. */
void mod_eckid_expiry_look(request_rec *r, apr_time_t now);

/* Moves the record of given warnings to memory that all children share, of the size of
 * eckid_told_t. */
void mod_eckid_expiry_share(void *memory);

#endif
