/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns before a certificate or metadata in use ends, at start and while there are logins. */
#ifndef MOD_ECKID_EXPIRY_H
#define MOD_ECKID_EXPIRY_H

#include "base/eckid_expiry.h"
#include "conf/mod_eckid_config.h"
#include "crypto/eckid_key.h"

/* For a new round of configuration. */
void mod_eckid_expiry_new(mod_eckid_process_t *process, apr_pool_t *pool);

/* Remembers something that ends and was configured by that line; its strings are copied. */
void mod_eckid_expiry_add(const eckid_expiry_t *expiry, const ap_directive_t *directive);

/* The same for the certificate of a key, if it has one; what is "the certificate FILE". */
void mod_eckid_expiry_add_key(const eckid_key_t *key, const char *what, const char *consequence,
                              const ap_directive_t *directive);

/* One line, a warning, for each of those that ends soon, and was not told before. At start it goes
 * to where configtest shows it. */
void mod_eckid_expiry_warn(server_rec *server, bool at_start, apr_pool_t *pool);

/* The same for a request, with what else it makes use of (eckid_expiry_t; NULL: nothing). A child
 * does so now and then, or always if the list is new. */
void mod_eckid_expiry_look(request_rec *r, const apr_array_header_t *more, bool is_new,
                           apr_time_t now);

/* Puts what was told into memory that all children share. Of the size of eckid_expiry_told_t. */
void mod_eckid_expiry_share(void *memory);

#endif
