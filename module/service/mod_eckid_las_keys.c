/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publishes the public keys with which a LAS verifies our calls. */
#include "service/mod_eckid_las_keys.h"

#include "base/eckid_json.h"
#include "conf/mod_eckid_config.h"
#include "conf/mod_eckid_handler.h"
#include "conf/mod_eckid_log.h"
#include "jose/eckid_jwk.h"
#include "service/mod_eckid_reply.h"

static bool holds(const json_t *set, const json_t *wanted)
{
    const json_t *jwk;
    size_t i;

    json_array_foreach(set, i, jwk)
    {
        if (json_equal(jwk, wanted)) {
            return true;
        }
    }
    return false;
}

/* The same key may be used for several LASes. */
static eckid_err_t *add_keys(json_t *set, const mod_eckid_las_t *las, apr_pool_t *pool)
{
    for (int i = 0; las->keys && i < las->keys->nelts; i++) {
        const mod_eckid_las_key_t *one = &APR_ARRAY_IDX(las->keys, i, mod_eckid_las_key_t);
        json_t *jwk;

        ECKID_ERR(eckid_jwk_write(&jwk, one->key, pool));
        json_object_set_new(jwk, "kid", json_string(one->keyid));
        if (!holds(set, jwk)) {
            json_array_append(set, jwk);
        }
    }
    return NULL;
}

static eckid_err_t *make_set(eckid_bytes_t *text, const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    json_t *set = json_array();
    json_t *object = eckid_json_own(json_pack("{s:o}", "keys", set), pool);

    ECKID_ERR(add_keys(set, &dir->las, pool));
    for (apr_hash_index_t *i = dir->named ? apr_hash_first(pool, dir->named) : NULL; i;
         i = apr_hash_next(i)) {
        ECKID_ERR(add_keys(set, apr_hash_this_val(i), pool));
    }
    *text = eckid_json_print(object, pool);
    return NULL;
}

int mod_eckid_las_keys_handler(request_rec *r)
{
    eckid_bytes_t text;

    if (!mod_eckid_handler_is(r, MOD_ECKID_LAS_KEYS)) {
        return DECLINED;
    }
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    eckid_err_t *err = make_set(&text, mod_eckid_dir(r), r->pool);

    if (err) {
        mod_eckid_log_trouble(r, err, "the keys for the LAS cannot be served");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return mod_eckid_reply_json(r, text, "max-age=300");
}
