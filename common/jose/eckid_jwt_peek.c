/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a JWT says of itself: read leniently and never believed, to see whom it may concern. */
#include "jose/eckid_jwt_peek.h"

#include <apr_strings.h>

/* Decoded with the unused bits of the last digit, which then stand in a byte that is cut off. */
static bool decode(eckid_bytes_t *out, eckid_bytes_t part, apr_pool_t *pool)
{
    apr_size_t odd = part.len % 4, missing = odd ? 4 - odd : 0;
    const char *full =
        apr_pstrcat(pool, apr_pstrmemdup(pool, part.data, part.len), &"AAA"[3 - missing], NULL);

    if (odd == 1 || !eckid_codec_base64url_decode(out, eckid_bytes_str(full), pool)) {
        return false;
    }
    out->len -= missing;
    return true;
}

json_t *eckid_jwt_peek(eckid_bytes_t part, apr_pool_t *pool)
{
    eckid_bytes_t text;
    json_t *object;

    return decode(&text, part, pool) && eckid_json_peek(&object, text, pool) ? object : NULL;
}

json_t *eckid_jwt_peek_claims(eckid_bytes_t token, apr_pool_t *pool)
{
    const char *end = token.data + token.len;
    const char *first = memchr(token.data, '.', token.len);
    const char *second = first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;

    return second && !memchr(second + 1, '.', (size_t)(end - second - 1))
               ? eckid_jwt_peek(eckid_bytes(first + 1, (apr_size_t)(second - first - 1)), pool)
               : NULL;
}

static void add(apr_array_header_t *names, const json_t *value)
{
    if (json_is_string(value)) {
        APR_ARRAY_PUSH(names, const char *) = json_string_value(value);
    }
}

apr_array_header_t *eckid_jwt_peek_names(const json_t *claims, const char *const *members,
                                         apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, 4, sizeof(const char *));

    for (; *members; members++) {
        const json_t *value = json_object_get(claims, *members);

        add(names, value);
        for (size_t i = 0; i < json_array_size(value); i++) {
            add(names, json_array_get(value, i));
        }
    }
    return names;
}
