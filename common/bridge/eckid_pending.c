/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login that was asked for and not yet answered: it travels in a URL, sealed, through the
 * authentication module and back. */
#include "bridge/eckid_pending.h"
#include "base/eckid_json.h"

#include <stddef.h>
#include <stdint.h>
#include <apr_strings.h>

/* The text members, by their short names: the URL must fit into a cookie of the authentication
 * module. */
static const struct {
    const char *name;
    apr_size_t offset;
} texts[] = {{"s", offsetof(eckid_pending_t, supplier)},
             {"c", offsetof(eckid_pending_t, consumer)},
             {"i", offsetof(eckid_pending_t, request)},
             {"r", offsetof(eckid_pending_t, relay_state)},
             {"n", offsetof(eckid_pending_t, name_format)}};

#define TEXTS (sizeof(texts) / sizeof(*texts))

static const char **text_of(const eckid_pending_t *pending, unsigned i)
{
    return (const char **)((char *)(uintptr_t)pending + texts[i].offset);
}

static json_t *print_classes(const eckid_pending_t *pending)
{
    json_t *classes = json_array();

    for (int i = 0; i < pending->classes->nelts; i++) {
        json_array_append_new(classes,
                              json_string(APR_ARRAY_IDX(pending->classes, i, const char *)));
    }
    return classes;
}

static eckid_bytes_t print(const eckid_pending_t *pending, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_object(), pool);

    for (unsigned i = 0; i < TEXTS; i++) {
        if (*text_of(pending, i)) {
            json_object_set_new(object, texts[i].name, json_string(*text_of(pending, i)));
        }
    }
    json_object_set_new(object, "t", json_integer(apr_time_sec(pending->begun)));
    json_object_set_new(object, "f",
                        json_integer(pending->force | pending->passive << 1 | pending->again << 2 |
                                     (int)pending->comparison << 3));
    if (pending->seen) {
        json_object_set_new(object, "o", json_integer(pending->seen));
    }
    if (pending->classes->nelts) {
        json_object_set_new(object, "a", print_classes(pending));
    }
    return eckid_json_print(object, pool);
}

static eckid_bytes_t bound_of(const eckid_pending_seal_t *seal, apr_pool_t *pool)
{
    return eckid_bytes_str(apr_pstrcat(pool, "pending login\n", seal->issuer, NULL));
}

eckid_err_t *eckid_pending_seal(const char **sealed, const eckid_pending_t *pending,
                                const eckid_pending_seal_t *seal,
                                const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool)
{
    eckid_bytes_t record;

    ECKID_ERR(eckid_secret_seal(&record, seal->secret, nonce, bound_of(seal, pool),
                                print(pending, pool), pool));
    *sealed = eckid_codec_base64url(record, pool).data;
    return NULL;
}

static const char *string_in(const json_t *object, const char *name, apr_pool_t *pool)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? apr_pstrdup(pool, text) : NULL;
}

/* What was sealed is what print has written. */
static eckid_pending_t *parse(const json_t *object, apr_pool_t *pool)
{
    eckid_pending_t *pending = apr_pcalloc(pool, sizeof(*pending));
    const json_t *classes = json_object_get(object, "a");
    json_int_t flags = json_integer_value(json_object_get(object, "f"));

    for (unsigned i = 0; i < TEXTS; i++) {
        *text_of(pending, i) = string_in(object, texts[i].name, pool);
    }
    pending->begun = apr_time_from_sec(json_integer_value(json_object_get(object, "t")));
    pending->seen = json_integer_value(json_object_get(object, "o"));
    pending->force = flags & 1;
    pending->passive = flags & 2;
    pending->again = flags & 4;
    pending->comparison = (eckid_comparison_t)(flags >> 3 & 3);
    pending->classes = apr_array_make(pool, 2, sizeof(const char *));
    for (size_t i = 0; i < json_array_size(classes); i++) {
        APR_ARRAY_PUSH(pending->classes, const char *) =
            apr_pstrdup(pool, json_string_value(json_array_get(classes, i)));
    }
    return pending;
}

eckid_err_t *eckid_pending_open(eckid_pending_t **pending, const char *sealed,
                                const eckid_pending_seal_t *seal, apr_time_t now, apr_pool_t *pool)
{
    eckid_bytes_t record, plain, bound = bound_of(seal, pool);
    json_t *object;

    if (!eckid_codec_base64url_decode(&record, eckid_bytes_str(sealed), pool) ||
        !(eckid_secret_open(&plain, seal->secret, bound, record, pool) ||
          (seal->previous && eckid_secret_open(&plain, seal->previous, bound, record, pool)))) {
        return eckid_err_make(pool, ECKID_REQUEST_ENDED, "it is not by our secret");
    }
    ECKID_ERR(eckid_json_parse(&object, plain, ECKID_REQUEST_ENDED, pool));
    *pending = parse(object, pool);
    return now - (*pending)->begun <= ECKID_PENDING_AGE
               ? NULL
               : eckid_err_make(pool, ECKID_REQUEST_ENDED, "it is more than an hour old");
}
