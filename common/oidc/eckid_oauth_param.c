/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A parameter of a request, in every way in which some server may read it. */
#include "oidc/eckid_oauth_param.h"
#include "base/eckid_find.h"

#include <apr_lib.h>

/* Names */

/* The next letter of a name, decoded, and small; 0 at the end. */
static char next_letter(eckid_bytes_t *name)
{
    const int coded = eckid_codec_percent_value(*name);
    apr_size_t len = name->len == 0 ? 0 : coded >= 0 ? 3 : 1;
    char c = coded >= 0 ? (char)coded : len ? *name->data : '\0';

    if (len && !c) { /* NUL ends a name for some servers, and is dropped by others */
        c = '\n';
    }
    *name = eckid_bytes(name->data + len, name->len - len);
    return c == '+' ? ' ' : apr_isascii(c) ? (char)apr_tolower(c) : c;
}

/* What some servers drop around a name, or read as "_" in it, as it has no place in an identifier.
 */
static bool is_gap(char c)
{
    return c && (apr_iscntrl(c) || strchr(" .-[]", c));
}

typedef enum likeness_t { OTHER, LIKE, SAME } likeness_t;

/* Whether a name is the one that is looked for, or one that some server takes for it. */
static likeness_t compare(eckid_bytes_t name, const char *wanted)
{
    const bool same = name.len == strlen(wanted) && memcmp(name.data, wanted, name.len) == 0;
    char c;

    do {
        c = next_letter(&name);
    } while (is_gap(c));
    while (*wanted && (c == *wanted || (*wanted == '_' && is_gap(c)))) {
        c = next_letter(&name);
        wanted++;
    }
    /* what is not ASCII, or coded twice, could be anything */
    bool like = !apr_isascii(c) || c == '%' || (!*wanted && (!c || is_gap(c)));

    return same ? SAME : like ? LIKE : OTHER;
}

/* Pairs */

/* Whether it may be the one: most pairs are seen not to be by their first letter. */
static bool may_be(eckid_bytes_t pair, const char *wanted)
{
    const bool is_letter = pair.len && apr_isascii(*pair.data) && apr_isalnum(*pair.data);

    return pair.len && (!is_letter || apr_tolower(*pair.data) == *wanted);
}

/* Reads a pair, or a part of one that some take for a whole. */
static void read_pair(eckid_oauth_param_t *param, eckid_bytes_t pair, bool is_part,
                      const char *wanted, apr_pool_t *pool)
{
    const char *equals = memchr(pair.data, '=', pair.len);
    apr_size_t len = equals ? (apr_size_t)(equals - pair.data) : pair.len;
    const likeness_t likeness = compare(eckid_bytes(pair.data, len), wanted);
    apr_array_header_t *list = likeness == SAME && !is_part ? param->values : param->readings;
    eckid_bytes_t value = eckid_bytes("", 0);

    if (likeness == OTHER) {
        return;
    }
    if (equals &&
        !eckid_codec_form_decode(&value, eckid_bytes(equals + 1, pair.len - len - 1), pool)) {
        param->hidden = true;
        return;
    }
    APR_ARRAY_PUSH(list, const char *) = value.data;
}

/* Cuts off the text up to that place, and the separator that stands there, if any. */
static eckid_bytes_t cut(eckid_bytes_t *rest, apr_size_t len)
{
    const eckid_bytes_t piece = eckid_bytes(rest->data, len);
    const apr_size_t used = len < rest->len ? len + 1 : len;

    *rest = eckid_bytes(rest->data + used, rest->len - used);
    return piece;
}

static eckid_bytes_t next_pair(eckid_bytes_t *rest)
{
    const char *end = memchr(rest->data, '&', rest->len);

    return cut(rest, end ? (apr_size_t)(end - rest->data) : rest->len);
}

static inline bool ends_part(unsigned char letter)
{
    return (letter == ';') | (letter < ' ') | (letter == 0x7F);
}

/* What some servers take for a pair in a pair. */
static eckid_bytes_t next_part(eckid_bytes_t *rest)
{
    apr_size_t len = 0;

    while (len < rest->len && !ends_part((unsigned char)rest->data[len])) {
        len++;
    }
    return cut(rest, len);
}

static void read_parts(eckid_oauth_param_t *param, eckid_bytes_t pair, const char *wanted,
                       apr_pool_t *pool)
{
    eckid_bytes_t rest = pair, part = next_part(&rest);

    while (part.len < pair.len) {
        if (may_be(part, wanted)) {
            read_pair(param, part, true, wanted, pool);
        }
        if (!rest.len) {
            break;
        }
        part = next_part(&rest);
    }
}

static void read_pairs(eckid_oauth_param_t *param, eckid_bytes_t pairs, const char *wanted,
                       apr_pool_t *pool)
{
    const bool in_parts = eckid_find_kind(pairs, ends_part);

    while (pairs.len) {
        const eckid_bytes_t pair = next_pair(&pairs);

        if (may_be(pair, wanted)) {
            read_pair(param, pair, false, wanted, pool);
        }
        if (in_parts) {
            read_parts(param, pair, wanted, pool);
        }
    }
}

/* Other bodies */

/* The letters and digits of a text, small, with what is percent-coded decoded. */
static const char *letters_of(eckid_bytes_t text, apr_pool_t *pool)
{
    char *letters = apr_palloc(pool, text.len + 1), *to = letters;

    while (text.len) {
        const char c = next_letter(&text);

        if (apr_isalnum(c)) {
            *to++ = c;
        }
    }
    *to = '\0';
    return letters;
}

/* Whether the name could stand in a body that is no form: only ASCII that nothing stands for other
 * characters in (JSON's escapes, RFC 2047, quoted-printable) is known not to hold it. */
static bool may_hold(eckid_bytes_t body, const char *wanted, apr_pool_t *pool)
{
    for (apr_size_t i = 0; i < body.len; i++) {
        const char c = body.data[i];

        if (!apr_isascii(c) || !c || c == '\\' ||
            (c == '=' && i + 1 < body.len &&
             (body.data[i + 1] == '?' || body.data[i + 1] == '3' ||
              (body.data[i + 1] >= '4' && body.data[i + 1] <= '7')))) {
            return true;
        }
    }
    return strstr(letters_of(body, pool), letters_of(eckid_bytes_str(wanted), pool)) != NULL;
}

static eckid_oauth_param_t make(apr_pool_t *pool)
{
    return (eckid_oauth_param_t){.values = apr_array_make(pool, 1, sizeof(const char *)),
                                 .readings = apr_array_make(pool, 1, sizeof(const char *))};
}

eckid_oauth_param_t eckid_oauth_param_in_query(const eckid_oauth_request_t *call, const char *name,
                                               apr_pool_t *pool)
{
    eckid_oauth_param_t param = make(pool);

    read_pairs(&param, eckid_bytes_str(call->query ? call->query : ""), name, pool);
    return param;
}

eckid_oauth_param_t eckid_oauth_param_in_body(const eckid_oauth_request_t *call, const char *name,
                                              apr_pool_t *pool)
{
    eckid_oauth_param_t param = make(pool);

    if (call->body == ECKID_OAUTH_FORM) {
        read_pairs(&param, call->form, name, pool);
    }
    else {
        param.hidden = call->body == ECKID_OAUTH_HIDDEN || may_hold(call->form, name, pool);
    }
    return param;
}

bool eckid_oauth_param_is_there(const eckid_oauth_param_t *param)
{
    return param->hidden || param->values->nelts || param->readings->nelts;
}

const char *eckid_oauth_param_value(const eckid_oauth_param_t *param)
{
    return param->values->nelts == 1 && !param->readings->nelts && !param->hidden
               ? APR_ARRAY_IDX(param->values, 0, const char *)
               : NULL;
}
