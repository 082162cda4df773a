/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pseudonym of a person: to make it one must know the person and have a key. */
#ifndef ECKID_PSEUDONYM_H
#define ECKID_PSEUDONYM_H

#include "crypto/eckid_secret.h"
#include "model/eckid_finding.h"

/* The purpose for eckid_secret_for, by which the secret of EckidSecretFile gives the key. */
#define ECKID_PSEUDONYM_PURPOSE "mod_eckid audit person 1"

#define ECKID_PSEUDONYM_LEN 32 /* characters */

/* HMAC-SHA256 over type, value, school and kind, in hex, cut to 128 bits. The same for all
 * suppliers: it stays within the audit log. */
const char *eckid_pseudonym(const eckid_secret_t *secret, const eckid_person_key_t *key,
                            apr_pool_t *pool);

#endif
