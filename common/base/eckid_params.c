/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters of a query or a fragment: some can be set and removed, the others stay byte for
 * byte. */
#include "base/eckid_params.h"
#include "base/eckid_find.h"

#include <apr_strings.h>

struct eckid_params_t {
    eckid_bytes_t text;
    apr_pool_t *pool;
};

eckid_params_t *eckid_params_parse(eckid_bytes_t text, apr_pool_t *pool)
{
    eckid_params_t *params = apr_palloc(pool, sizeof(*params));

    *params = (eckid_params_t){text, pool};
    return params;
}

/* Takes the first parameter off the rest; false when there is none. */
static bool next_param(eckid_bytes_t *param, eckid_bytes_t *rest)
{
    const char *and = rest->len ? memchr(rest->data, '&', rest->len) : NULL;
    bool any = rest->len > 0;

    *param = eckid_bytes(rest->data, and? (apr_size_t)(and-rest->data) : rest->len);
    *rest = and? eckid_bytes(and+1, rest->len - param->len - 1) : eckid_bytes("", 0);
    return any;
}

/* Cuts off the name; what is left is the value. */
static eckid_bytes_t cut_name(eckid_bytes_t *param)
{
    const char *equals = memchr(param->data, '=', param->len);
    eckid_bytes_t name =
        eckid_bytes(param->data, equals ? (apr_size_t)(equals - param->data) : param->len);

    *param = equals ? eckid_bytes(equals + 1, param->len - name.len - 1) : eckid_bytes("", 0);
    return name;
}

/* Whether that is the name, as most are seen not to be by their first letter; what is left is the
 * value. */
static bool take_name(eckid_bytes_t *param, const char *name)
{
    return param->len && (*param->data == *name || *param->data == '%') &&
           eckid_codec_form_is(cut_name(param), name);
}

static bool is_named(eckid_bytes_t param, const char *name)
{
    return take_name(&param, name);
}

/* Whether a parameter may have that name: in most texts it cannot, which is soon seen. */
static bool may_have(eckid_bytes_t text, const char *name)
{
    return text.len && (eckid_find(text, name) || memchr(text.data, '%', text.len));
}

/* Skips parameters that are empty. */
static void skip_empty(eckid_bytes_t *rest)
{
    apr_size_t len = 0;

    while (len < rest->len && rest->data[len] == '&') {
        len++;
    }
    *rest = eckid_bytes(rest->data + len, rest->len - len);
}

int eckid_params_get(const char **value, const eckid_params_t *params, const char *name,
                     apr_pool_t *pool)
{
    eckid_bytes_t rest = may_have(params->text, name) ? params->text : eckid_bytes("", 0);
    const apr_size_t shortest = strlen(name);
    eckid_bytes_t param, decoded;
    int count = 0;

    *value = NULL;
    while (skip_empty(&rest), next_param(&param, &rest)) {
        if (param.len >= shortest && take_name(&param, name) && count++ == 0 &&
            eckid_codec_form_decode(&decoded, param, pool)) {
            *value = decoded.data;
        }
    }
    return count;
}

static char *append(char *to, const char *start, eckid_bytes_t param)
{
    if (to > start) {
        *to++ = '&';
    }
    memcpy(to, param.data, param.len);
    return to + param.len;
}

/* The text with text in the place of each parameter of that name; empty text removes them. Last
 * says whether it is appended where there is none. */
static void replace(eckid_params_t *params, const char *name, eckid_bytes_t by, bool last)
{
    eckid_bytes_t rest = params->text, param;
    const char *ignored;
    apr_size_t count = (apr_size_t)eckid_params_get(&ignored, params, name, params->pool);

    if (!count && !last) {
        return;
    }
    char *text = apr_palloc(params->pool, params->text.len + (count + 1) * (by.len + 1) + 1);
    char *to = text;

    while (next_param(&param, &rest)) {
        bool is_it = is_named(param, name);

        if (!is_it || by.len) {
            to = append(to, text, is_it ? by : param);
        }
    }
    to = !count && last ? append(to, text, by) : to;
    *to = '\0';
    params->text = eckid_bytes(text, (apr_size_t)(to - text));
}

void eckid_params_set(eckid_params_t *params, const char *name, const char *value, apr_pool_t *pool)
{
    const char *text =
        apr_pstrcat(pool, name, "=", eckid_codec_percent(eckid_bytes_str(value), pool), NULL);

    replace(params, name, eckid_bytes_str(text), true);
}

void eckid_params_remove(eckid_params_t *params, const char *name)
{
    replace(params, name, eckid_bytes("", 0), false);
}

static const char *decoded_text(eckid_bytes_t part, apr_pool_t *pool)
{
    eckid_bytes_t text;

    return eckid_codec_form_decode(&text, part, pool) ? text.data : NULL;
}

int eckid_params_filter(eckid_params_t *params, eckid_params_test_t *stays, void *self,
                        apr_pool_t *pool)
{
    char *text = apr_palloc(pool, params->text.len + 1), *to = text;
    eckid_bytes_t rest = params->text, param;
    int removed = 0;

    while (skip_empty(&rest), next_param(&param, &rest)) {
        eckid_bytes_t value = param, name = cut_name(&value);

        if (stays(self, decoded_text(name, pool), decoded_text(value, pool))) {
            to = append(to, text, param);
        }
        else {
            removed++;
        }
    }
    *to = '\0';
    if (removed) { /* otherwise each byte stays */
        params->text = eckid_bytes(text, (apr_size_t)(to - text));
    }
    return removed;
}

const char *eckid_params_print(const eckid_params_t *params, apr_pool_t *pool)
{
    return apr_pstrmemdup(pool, params->text.data, params->text.len);
}
