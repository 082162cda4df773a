/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides from the head of a response how its body is handled. */
#include "html/eckid_body_kind.h"
#include "base/eckid_words.h"
#include "http/eckid_http.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* Skips a token (RFC 9110 section 5.6.2); returns the rest, or NULL if there is none. */
static const char *skip_token(const char *text)
{
    const char *at = text;

    while (apr_isalnum(*at) || (*at && strchr("!#$%&'*+-.^_`|~", *at))) {
        at++;
    }
    return at > text ? at : NULL;
}

static bool is_valid(const char *type)
{
    const char *slash = skip_token(type);
    const char *end = slash && *slash == '/' ? skip_token(slash + 1) : NULL;

    return end && !*end;
}

/* Types that a browser renders as HTML or sniffs (MIME sniffing section 7), including a missing,
 * malformed or repeated type. */
static bool is_page(const char *content_type, const char *type)
{
    static const char *const types[] = {"text/html", "application/unknown", "unknown/unknown",
                                        "*/*", NULL};

    return eckid_words_have(types, type) || !is_valid(type) || strchr(content_type, ',');
}

static bool is_xml(const char *type)
{
    static const char *const types[] = {"text/xml", "application/xml", "text/xsl", NULL};
    apr_size_t len = strlen(type);

    return eckid_words_have(types, type) || (len > 4 && strcmp(type + len - 4, "+xml") == 0);
}

/* Types that hold a login where the bytes of one stand: XML, and a body of several parts, in any of
 * which a browser may find a page. */
static bool is_searched(const char *type)
{
    return is_xml(type) || strncmp(type, "multipart/", strlen("multipart/")) == 0;
}

/* The charset parameter in lower case, without quotes; "" if there is none. */
static const char *charset_of(const char *content_type, apr_pool_t *pool)
{
    const char *lower = eckid_codec_lower(eckid_bytes_str(content_type ? content_type : ""), pool);
    const char *found = strstr(lower, "charset=");
    const char *value = found ? found + strlen("charset=") : "";

    value += strspn(value, "\"' ");
    return apr_pstrndup(pool, value, strcspn(value, "\"'; ,"));
}

/* Encodings in which the bytes of "<" or of a quote can have another meaning (encoding standard
 * section 4.2). All others extend ASCII as far as markup is concerned. */
static bool hides_markup(const char *charset)
{
    static const char *const prefixes[] = {"utf-16",    "utf-32",     "utf-7",     "ucs",
                                           "unicode",   "csunicode",  "iso-10646", "iso-2022",
                                           "csiso2022", "hz-gb-2312", NULL};

    for (const char *const *prefix = prefixes; *prefix; prefix++) {
        if (strncmp(charset, *prefix, strlen(*prefix)) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the content coding can be decoded here. */
static bool read_coding(bool *gzip, const char *content_encoding, apr_pool_t *pool)
{
    eckid_bytes_t coding =
        eckid_codec_trim(eckid_bytes_str(content_encoding ? content_encoding : ""));
    const char *name = eckid_codec_lower(coding, pool);

    *gzip = strcmp(name, "gzip") == 0 || strcmp(name, "x-gzip") == 0;
    return *gzip || !*name || strcmp(name, "identity") == 0;
}

static bool is_tokens(const char *type)
{
    return strstr(type, "json") || strstr(type, "jwt");
}

static bool ends_with(const char *text, const char *end)
{
    const apr_size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* JSON that is read once it is whole, unlike types of which each part is. */
static bool is_json(const char *type)
{
    return ends_with(type, "json") && !ends_with(type, "ndjson") && !ends_with(type, "stream+json");
}

eckid_body_kind_t eckid_body_kind(bool *gzip, const eckid_err_t **why,
                                  const eckid_response_head_t *head, apr_pool_t *pool)
{
    const char *content_type = head->content_type ? head->content_type : "";
    const char *type = eckid_http_media_type(content_type, pool);
    /* at a metadata path any media type counts, because servers use many */
    bool is_metadata = head->at_metadata && (is_xml(type) || head->status < 300);
    eckid_body_kind_t kind = is_page(content_type, type) ? ECKID_BODY_PAGE
                             : is_metadata               ? ECKID_BODY_METADATA
                             : is_searched(type) || (head->may_hold_tokens && is_tokens(type)) ||
                                     (head->may_hold_login && is_json(type))
                                 ? ECKID_BODY_XML
                                 : ECKID_BODY_PASS;

    *why = NULL;

    if (kind == ECKID_BODY_PASS) {
        return kind;
    }
    if (head->status == 206) {
        *why = eckid_err_make(pool, ECKID_PARTIAL, "%s", "");
    }
    if (*why && head->is_elsewhere) { /* the client chose where a name is cut in two */
        return ECKID_BODY_REFUSE;
    }
    if (!read_coding(gzip, head->content_encoding, pool)) {
        *why = eckid_err_make(pool, ECKID_CODING, "Content-Encoding is neither gzip nor identity");
        return ECKID_BODY_REFUSE;
    }
    if (kind != ECKID_BODY_METADATA && hides_markup(charset_of(head->content_type, pool))) {
        *why = eckid_err_make(pool, ECKID_CODING, "the charset does not extend ASCII");
    }
    return kind;
}
