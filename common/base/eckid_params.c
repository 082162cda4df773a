/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters of a query or a fragment: some can be set and removed, the others stay byte for
 * byte. */
#include "base/eckid_params.h"

#include <apr_strings.h>

typedef struct param_t {
    const char *name;   /* decoded; "" if it cannot be decoded */
    eckid_bytes_t text; /* the whole parameter as written */
    eckid_bytes_t value;
} param_t;

struct eckid_params_t {
    apr_array_header_t *list; /* param_t */
};

static param_t read_param(const char *at, apr_size_t len, apr_pool_t *pool)
{
    const char *equals = memchr(at, '=', len);
    apr_size_t name_len = equals ? (apr_size_t)(equals - at) : len;
    param_t param = {"", eckid_bytes(at, len), eckid_bytes("", 0)};
    eckid_bytes_t name;

    if (eckid_codec_form_decode(&name, eckid_bytes(at, name_len), pool)) {
        param.name = name.data;
    }
    if (equals) {
        param.value = eckid_bytes(equals + 1, len - name_len - 1);
    }
    return param;
}

eckid_params_t *eckid_params_parse(eckid_bytes_t text, apr_pool_t *pool)
{
    eckid_params_t *params = apr_pcalloc(pool, sizeof(*params));
    const char *at = text.data, *end = text.data + text.len;

    params->list = apr_array_make(pool, 8, sizeof(param_t));
    while (at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));

        next = next ? next : end;
        APR_ARRAY_PUSH(params->list, param_t) = read_param(at, (apr_size_t)(next - at), pool);
        at = next + (next < end);
    }
    return params;
}

int eckid_params_get(const char **value, const eckid_params_t *params, const char *name,
                     apr_pool_t *pool)
{
    eckid_bytes_t decoded;
    int count = 0;

    *value = NULL;
    for (int i = 0; i < params->list->nelts; i++) {
        const param_t *param = &APR_ARRAY_IDX(params->list, i, param_t);

        if (strcmp(param->name, name) == 0 && count++ == 0 &&
            eckid_codec_form_decode(&decoded, param->value, pool)) {
            *value = decoded.data;
        }
    }
    return count;
}

void eckid_params_set(eckid_params_t *params, const char *name, const char *value, apr_pool_t *pool)
{
    const char *text =
        apr_pstrcat(pool, name, "=", eckid_codec_percent(eckid_bytes_str(value), pool), NULL);
    bool done = false;

    for (int i = 0; i < params->list->nelts; i++) {
        param_t *param = &APR_ARRAY_IDX(params->list, i, param_t);

        if (strcmp(param->name, name) == 0) {
            *param = read_param(text, strlen(text), pool);
            done = true;
        }
    }
    if (!done) {
        APR_ARRAY_PUSH(params->list, param_t) = read_param(text, strlen(text), pool);
    }
}

void eckid_params_remove(eckid_params_t *params, const char *name)
{
    int kept = 0;

    for (int i = 0; i < params->list->nelts; i++) {
        const param_t param = APR_ARRAY_IDX(params->list, i, param_t);

        if (strcmp(param.name, name) != 0) {
            APR_ARRAY_IDX(params->list, kept++, param_t) = param;
        }
    }
    params->list->nelts = kept;
}

const char *eckid_params_print(const eckid_params_t *params, apr_pool_t *pool)
{
    apr_size_t len = 0;

    for (int i = 0; i < params->list->nelts; i++) {
        len += APR_ARRAY_IDX(params->list, i, param_t).text.len + 1;
    }
    char *text = apr_palloc(pool, len + 1), *to = text;

    for (int i = 0; i < params->list->nelts; i++) {
        const param_t *param = &APR_ARRAY_IDX(params->list, i, param_t);

        if (i) {
            *to++ = '&';
        }
        memcpy(to, param->text.data, param->text.len);
        to += param->text.len;
    }
    *to = '\0';
    return text;
}
