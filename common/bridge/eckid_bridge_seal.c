/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the browser carries for us, in URLs and cookies: small objects, sealed. */
#include "bridge/eckid_bridge_seal.h"

#include <apr_strings.h>

static eckid_bytes_t bound_of(const eckid_bridge_seal_t *seal, const char *purpose,
                              apr_pool_t *pool)
{
    return eckid_bytes_str(apr_pstrcat(pool, purpose, "\n", seal->issuer, NULL));
}

eckid_err_t *eckid_bridge_seal(const char **sealed, const json_t *object, const char *purpose,
                               const eckid_bridge_seal_t *seal,
                               const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool)
{
    eckid_bytes_t record;

    ECKID_ERR(eckid_secret_seal(&record, seal->secret, nonce, bound_of(seal, purpose, pool),
                                eckid_json_print(object, pool), pool));
    *sealed = eckid_codec_base64url(record, pool).data;
    return NULL;
}

json_t *eckid_bridge_unseal(const char *sealed, const char *purpose,
                            const eckid_bridge_seal_t *seal, apr_pool_t *pool)
{
    eckid_bytes_t record, plain, bound = bound_of(seal, purpose, pool);
    json_t *object;

    return eckid_codec_base64url_decode(&record, eckid_bytes_str(sealed), pool) &&
                   (eckid_secret_open(&plain, seal->secret, bound, record, pool) ||
                    (seal->previous &&
                     eckid_secret_open(&plain, seal->previous, bound, record, pool))) &&
                   !eckid_json_parse(&object, plain, ECKID_REQUEST_ENDED, pool)
               ? object
               : NULL;
}

void eckid_bridge_put_texts(json_t *object, const void *from, const eckid_bridge_text_t *texts,
                            int count)
{
    for (int i = 0; i < count; i++) {
        const char *text = *(const char *const *)((const char *)from + texts[i].offset);

        if (text) {
            json_object_set_new(object, texts[i].name, json_string(text));
        }
    }
}

void eckid_bridge_get_texts(void *to, const json_t *object, const eckid_bridge_text_t *texts,
                            int count, apr_pool_t *pool)
{
    for (int i = 0; i < count; i++) {
        const char *text = json_string_value(json_object_get(object, texts[i].name));

        *(const char **)((char *)to + texts[i].offset) = text ? apr_pstrdup(pool, text) : NULL;
    }
}
