/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a message that cannot be read: it is refused only if it may be a supplier's. */
#include "saml/eckid_saml_unread.h"
#include "base/eckid_find.h"
#include "base/eckid_inflate.h"
#include "base/eckid_url.h"
#include "html/eckid_saml_scan.h"

#include <apr_strings.h>

#define PAIRS (1 << 16)
#define BASE64_MIN 16              /* shorter stretches hold no name */
#define INFLATED_MAX (1024 * 1024) /* of all messages in URLs together */

/* A search for the names of all suppliers at once. */
typedef struct search_t {
    eckid_saml_context_t *context;
    apr_array_header_t *names; /* eckid_bytes_t, in lower case */
    bool *begins;              /* for each pair of bytes, whether a name begins with it */
    apr_size_t inflatable;     /* how many bytes may still be inflated */
    apr_pool_t *pool;          /* of one reading */
} search_t;

/* The names */

static unsigned pair_of(const char *text)
{
    return (unsigned)(unsigned char)text[0] << 8 | (unsigned char)text[1];
}

/* A URL is searched for without its scheme, with which nearly every page is full. */
static void add_name(search_t *search, const char *name, apr_pool_t *pool)
{
    const char *lower = eckid_codec_lower(eckid_bytes_str(name), pool);
    const char *rest = strncmp(lower, "http", 4) == 0 ? strstr(lower, "://") : NULL;
    eckid_bytes_t text = eckid_bytes_str(rest ? rest + 3 : lower);

    if (text.len >= 2) {
        search->begins[pair_of(text.data)] = true;
        APR_ARRAY_PUSH(search->names, eckid_bytes_t) = text;
    }
}

static void add_names(search_t *search, apr_hash_t *by_name, apr_pool_t *pool)
{
    for (apr_hash_index_t *each = apr_hash_first(pool, by_name); each; each = apr_hash_next(each)) {
        add_name(search, apr_hash_this_key(each), pool);
    }
}

/* The readings */

static void note_name_at(search_t *search, eckid_bytes_t text)
{
    for (int i = 0; i < search->names->nelts; i++) {
        eckid_bytes_t name = APR_ARRAY_IDX(search->names, i, eckid_bytes_t);

        if (name.len <= text.len && memcmp(name.data, text.data, name.len) == 0) {
            search->context->named = name.data;
        }
    }
}

static void look_at(search_t *search, eckid_bytes_t text)
{
    eckid_bytes_t lower = eckid_bytes(eckid_codec_lower(text, search->pool), text.len);

    if (eckid_find(lower, "<!entity")) {
        search->context->has_entities = true;
    }
    for (apr_size_t i = 0; i + 1 < lower.len && !search->context->named; i++) {
        if (search->begins[pair_of(lower.data + i)]) {
            note_name_at(search, eckid_bytes(lower.data + i, lower.len - i));
        }
    }
}

static bool has(eckid_bytes_t text, char c)
{
    return text.len && memchr(text.data, c, text.len);
}

/* Looks at text and at what its character references stand for, which is returned. */
static eckid_bytes_t look_at_markup(search_t *search, eckid_bytes_t bytes)
{
    eckid_bytes_t text = eckid_codec_narrow(bytes, search->pool);

    look_at(search, text);
    if (has(text, '&')) {
        text = eckid_codec_html_decode(text, search->pool);
        look_at(search, text);
    }
    return text;
}

static void look_at_deflated(search_t *search, eckid_bytes_t packed)
{
    eckid_bytes_t text;

    eckid_inflate_start(&text, ECKID_DEFLATE, packed, search->inflatable, search->pool);
    search->context->cut = search->context->cut || text.len == search->inflatable;
    search->inflatable -= text.len;
    look_at_markup(search, text);
}

/* Looks at what a stretch of base64 stands for. What precedes it may look like a part of it, so all
 * four alignments are tried; what is deflated is a parameter, which ends what precedes it. */
static void look_at_base64(search_t *search, eckid_bytes_t stretch, bool is_parameter)
{
    char *packed = apr_palloc(search->pool, stretch.len + 1);
    apr_size_t len = 0;
    eckid_bytes_t plain;

    for (apr_size_t i = 0; i < stretch.len; i++) {
        packed[len] = stretch.data[i];
        len += !eckid_codec_is_space(stretch.data[i]) && stretch.data[i] != '=';
    }
    for (apr_size_t from = 0; from < 4 && len >= BASE64_MIN; from++) {
        eckid_bytes_t whole = eckid_bytes(packed + from, (len - from) & ~(apr_size_t)3);

        if (!eckid_codec_base64_decode(&plain, whole, search->pool)) {
            return; /* of no alphabet, whatever the alignment */
        }
        look_at_markup(search, plain);
        if (is_parameter && from == 0) {
            look_at_deflated(search, plain);
        }
    }
}

static void look_at_all_base64(search_t *search, eckid_bytes_t text)
{
    apr_pool_t *outer = search->pool;

    apr_pool_create(&search->pool, outer);
    for (apr_size_t at = 0; at < text.len; at++) {
        eckid_bytes_t stretch = eckid_saml_scan_stretch(text, at);

        look_at_base64(search, stretch, stretch.data > text.data && stretch.data[-1] == '=');
        apr_pool_clear(search->pool);
        at = (apr_size_t)(stretch.data + stretch.len - text.data);
    }
    apr_pool_destroy(search->pool);
    search->pool = outer;
}

/* NUL cannot be decoded, and is no part of a name. */
static eckid_bytes_t without_coded_nul(eckid_bytes_t text, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, text.len + 1), *to = out;

    for (apr_size_t i = 0; i < text.len; i++) {
        if (text.len - i >= 3 && memcmp(text.data + i, "%00", 3) == 0) {
            i += 2;
        }
        else {
            *to++ = text.data[i];
        }
    }
    *to = '\0';
    return eckid_bytes(out, (apr_size_t)(to - out));
}

static void look_everywhere(search_t *search, eckid_bytes_t bytes)
{
    eckid_bytes_t text = look_at_markup(search, bytes), decoded;

    look_at_all_base64(search, text);
    if (has(text, '%') &&
        eckid_codec_form_decode(&decoded, without_coded_nul(text, search->pool), search->pool)) {
        look_at(search, decoded);
        look_at_all_base64(search, decoded);
    }
}

static void find_names(eckid_saml_context_t *context, apr_pool_t *pool)
{
    search_t search = {.context = context, .inflatable = INFLATED_MAX};

    apr_pool_create(&search.pool, pool);
    search.names = apr_array_make(search.pool, 16, sizeof(eckid_bytes_t));
    search.begins = apr_pcalloc(search.pool, PAIRS * sizeof(bool));
    add_names(&search, context->policy->by_entity, search.pool);
    add_names(&search, context->policy->by_host, search.pool);
    look_everywhere(&search, context->bytes);
    if (context->request) {
        look_everywhere(&search, eckid_bytes_str(context->request));
    }
    context->named = context->named ? apr_pstrdup(pool, context->named) : NULL;
    context->searched = true;
    apr_pool_destroy(search.pool);
}

/* The decision */

static const char *name_of(eckid_saml_context_t *context, const char *action, apr_pool_t *pool)
{
    const eckid_supplier_t *supplier =
        action ? eckid_policy_find_host(context->policy, action, pool) : NULL;

    if (!supplier && !context->searched) {
        find_names(context, pool);
    }
    return supplier ? supplier->name : context->named;
}

eckid_err_t *eckid_saml_unread(const eckid_err_t *err, eckid_saml_context_t *context,
                               const char *action, apr_pool_t *pool)
{
    const char *name = name_of(context, action, pool);
    const char *comma = *err->detail ? ", " : "";

    if (name) {
        return eckid_err_advise(
            eckid_err_make(pool, err->code, "%s%sand %s is named", err->detail, comma, name),
            err->hint);
    }
    if (context->cut) {
        return eckid_err_advise(eckid_err_make(pool, err->code,
                                               "%s%sand more is beside it than is searched",
                                               err->detail, comma),
                                err->hint);
    }
    if (context->has_entities && !(action && eckid_url_host(action, pool))) {
        return eckid_err_advise(eckid_err_make(pool, err->code,
                                               "%s%sand nothing tells who it is for", err->detail,
                                               comma),
                                err->hint);
    }
    context->why = err;
    return NULL;
}
