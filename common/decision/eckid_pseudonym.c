/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pseudonym of a person: to make it one must know the person and have a key. */
#include "decision/eckid_pseudonym.h"

const char *eckid_pseudonym(const eckid_secret_t *secret, const eckid_person_key_t *key,
                            apr_pool_t *pool)
{
    const eckid_bytes_t parts[] = {eckid_bytes_str(key->type), eckid_bytes_str(key->value),
                                   eckid_bytes_str(key->school ? key->school : ""),
                                   eckid_bytes_str(eckid_kind_name(key->kind))};
    unsigned char digest[ECKID_SECRET_DIGEST];

    eckid_secret_digest(digest, secret, parts, sizeof(parts) / sizeof(*parts), pool);
    return eckid_codec_hex(eckid_bytes(digest, ECKID_PSEUDONYM_LEN / 2), pool).data;
}
