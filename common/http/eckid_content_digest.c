/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9530: makes and checks the Content-Digest of a body. */
#include "http/eckid_content_digest.h"
#include "crypto/eckid_digest.h"
#include "http/eckid_sfv.h"

#include <apr_strings.h>

const char *eckid_content_digest(eckid_bytes_t body, apr_pool_t *pool)
{
    return apr_pstrcat(pool,
                       "sha-256=:", eckid_codec_base64(eckid_digest_sha256(body, pool), pool).data,
                       ":", NULL);
}

typedef struct known_t {
    const char *name; /* section 7.2 */
    eckid_digest_alg_t alg;
} known_t;

static const known_t known[] = {{"sha-256", ECKID_SHA256}, {"sha-512", ECKID_SHA512}};

static bool is_of(const eckid_sfv_item_t *item, eckid_digest_alg_t alg, eckid_bytes_t body,
                  apr_pool_t *pool)
{
    return !item->list && item->value.type == ECKID_SFV_BYTES &&
           eckid_bytes_equal(item->value.bytes, eckid_digest(alg, body, pool));
}

eckid_err_t *eckid_content_digest_check(const char *field, eckid_bytes_t body, eckid_code_t code,
                                        apr_pool_t *pool)
{
    apr_array_header_t *members;
    int good = 0;

    if (!field || !eckid_sfv_dictionary(&members, field, pool)) {
        return eckid_err_make(pool, code, "Content-Digest is absent or cannot be read");
    }
    for (apr_size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        const eckid_sfv_item_t *item = eckid_sfv_find(members, known[i].name);

        if (item && !is_of(item, known[i].alg, body, pool)) {
            return eckid_err_make(pool, code, "Content-Digest does not match the body (%s)",
                                  known[i].name);
        }
        good += item != NULL;
    }
    return good ? NULL
                : eckid_err_make(pool, code, "Content-Digest has neither sha-256 nor sha-512");
}
