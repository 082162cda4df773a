/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person as the directory's database sees one: digests and ciphertext. */
#ifndef ECKID_DIRECTORY_SEAL_H
#define ECKID_DIRECTORY_SEAL_H

#include "directory/eckid_directory.h"

typedef struct eckid_digest_t {
    unsigned char bytes[ECKID_SECRET_DIGEST];
} eckid_digest_t;

/* All digests are HMACs with the school among their input, so that nobody can see that two schools
 * have the same person. */
typedef struct eckid_sealed_person_t {
    eckid_digest_t keys[ECKID_DIRECTORY_KEYS]; /* the first one stands for the person */
    int key_count;
    bool has_eckid;
    eckid_digest_t eckid;
    eckid_digest_t content; /* of all that is known: the same as long as nothing changes */
    eckid_bytes_t sealed;   /* bound to the digest of the first key and to the id */
} eckid_sealed_person_t;

/* "TYPE:VALUE", as the database names a school. */
const char *eckid_directory_school_name(const eckid_school_t *school, apr_pool_t *pool);

/* The school of such a name. */
eckid_school_t eckid_directory_school_of(const char *name, apr_pool_t *pool);

/* ECKID_DIRECTORY_PERSON if a person, school or source is not as eckid_directory.h wants it. */
eckid_err_t *eckid_directory_person_check(const eckid_school_t *school,
                                          const eckid_directory_person_t *person,
                                          const char *source, apr_pool_t *pool);

void eckid_directory_key_digest(eckid_digest_t *digest, const eckid_secret_t *secret,
                                const char *school, const char *kind,
                                const eckid_directory_key_t *key, apr_pool_t *pool);

void eckid_directory_eckid_digest(eckid_digest_t *digest, const eckid_secret_t *secret,
                                  const char *school, const eckid_eck_id_t *eckid,
                                  apr_pool_t *pool);

/* A short name of the secret, by which records tell what sealed them. */
void eckid_directory_secret_digest(eckid_digest_t *digest, const eckid_secret_t *secret,
                                   apr_pool_t *pool);

/* An id has ECKID_DIRECTORY_ID characters. */
eckid_err_t *eckid_directory_seal(eckid_sealed_person_t *sealed, const eckid_secret_t *secret,
                                  const char *school, const char *id,
                                  const eckid_directory_person_t *person, apr_pool_t *pool);

/* False if that was not sealed by this secret, in a record with this id, for a person of this
 * school and kind whose first key has this digest. */
bool eckid_directory_unseal(eckid_directory_person_t *person, const eckid_secret_t *secret,
                            const char *school, const char *kind, const char *id,
                            eckid_bytes_t first, eckid_bytes_t sealed, apr_pool_t *pool);

#endif
