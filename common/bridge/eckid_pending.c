/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login that was asked for and not yet answered: it travels in a URL, sealed, through the
 * authentication module and back. */
#include "bridge/eckid_pending.h"

#include <stddef.h>
#include <apr_strings.h>

/* The text members, by their short names: the URL must fit into a cookie of the authentication
 * module. */
static const eckid_bridge_text_t texts[] = {{"s", offsetof(eckid_pending_t, supplier)},
                                            {"c", offsetof(eckid_pending_t, consumer)},
                                            {"i", offsetof(eckid_pending_t, request)},
                                            {"r", offsetof(eckid_pending_t, relay_state)},
                                            {"n", offsetof(eckid_pending_t, name_format)}};

#define TEXTS (sizeof(texts) / sizeof(*texts))
#define PURPOSE "pending login"

static json_t *print_classes(const eckid_pending_t *pending)
{
    json_t *classes = json_array();

    for (int i = 0; i < pending->classes->nelts; i++) {
        json_array_append_new(classes,
                              json_string(APR_ARRAY_IDX(pending->classes, i, const char *)));
    }
    return classes;
}

static json_t *print(const eckid_pending_t *pending, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_object(), pool);

    eckid_bridge_put_texts(object, pending, texts, TEXTS);
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
    return object;
}

eckid_err_t *eckid_pending_seal(const char **sealed, const eckid_pending_t *pending,
                                const eckid_bridge_seal_t *seal,
                                const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool)
{
    ECKID_ERR(eckid_bridge_seal(sealed, print(pending, pool), PURPOSE, seal, nonce, pool));
    return strlen(*sealed) <= ECKID_PENDING_MAX
               ? NULL
               : eckid_err_make(pool, ECKID_REQUEST,
                                "its RelayState and what it asks for do not fit into a URL");
}

/* What was sealed is what print has written. */
static eckid_pending_t *parse(const json_t *object, apr_pool_t *pool)
{
    eckid_pending_t *pending = apr_pcalloc(pool, sizeof(*pending));
    const json_t *classes = json_object_get(object, "a");
    json_int_t flags = json_integer_value(json_object_get(object, "f"));

    eckid_bridge_get_texts(pending, object, texts, TEXTS, pool);
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
                                const eckid_bridge_seal_t *seal, apr_time_t now, apr_pool_t *pool)
{
    const json_t *object = eckid_bridge_unseal(sealed, PURPOSE, seal, pool);

    if (!object) {
        return eckid_err_make(pool, ECKID_REQUEST_ENDED, "it is not by our secret");
    }
    *pending = parse(object, pool);
    return now - (*pending)->begun <= ECKID_PENDING_AGE
               ? NULL
               : eckid_err_make(pool, ECKID_REQUEST_ENDED, "it is more than an hour old");
}
