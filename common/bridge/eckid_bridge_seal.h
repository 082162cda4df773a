/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the browser carries for us, in URLs and cookies: small objects, sealed. */
#ifndef ECKID_BRIDGE_SEAL_H
#define ECKID_BRIDGE_SEAL_H

#include "base/eckid_json.h"
#include "crypto/eckid_secret.h"

/* By what they are sealed. */
typedef struct eckid_bridge_seal_t {
    const eckid_secret_t *secret, *previous; /* previous still opens; or NULL */
    const char *issuer;                      /* only this identity provider opens them */
} eckid_bridge_seal_t;

/* Seals an object to base64url; it opens for the same purpose alone. The nonce must be random and
 * used once. */
eckid_err_t *eckid_bridge_seal(const char **sealed, const json_t *object, const char *purpose,
                               const eckid_bridge_seal_t *seal,
                               const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool);

/* NULL if it is not by this seal, or for another purpose. */
json_t *eckid_bridge_unseal(const char *sealed, const char *purpose,
                            const eckid_bridge_seal_t *seal, apr_pool_t *pool);

/* A member of a struct that is a text, and its short name in the object. */
typedef struct eckid_bridge_text_t {
    const char *name;
    apr_size_t offset;
} eckid_bridge_text_t;

/* Copies the texts of a struct into an object, and back; NULL is left out. */
void eckid_bridge_put_texts(json_t *object, const void *from, const eckid_bridge_text_t *texts,
                            int count);
void eckid_bridge_get_texts(void *to, const json_t *object, const eckid_bridge_text_t *texts,
                            int count, apr_pool_t *pool);

#endif
