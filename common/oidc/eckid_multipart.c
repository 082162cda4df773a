/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A multipart/form-data body, which some clients send in the place of a form. */
#include "oidc/eckid_multipart.h"
#include "base/eckid_words.h"
#include "http/eckid_http.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define BOUNDARY_MAX 70    /* RFC 2046 section 5.1.1 */
#define LINE_MAX_BYTES 998 /* RFC 5322 section 2.1.1; PHP cuts longer ones in two */

#define CRLF "\r\n"

static bool is_all(eckid_bytes_t text, const char *others)
{
    for (apr_size_t i = 0; i < text.len; i++) {
        if (!text.data[i] || (!apr_isalnum(text.data[i]) && !strchr(others, text.data[i]))) {
            return false;
        }
    }
    return text.len > 0;
}

/* Takes the word, in any case, from the start of the text. */
static bool take(eckid_bytes_t *text, const char *word)
{
    const apr_size_t len = strlen(word);

    if (text->len < len || strncasecmp(text->data, word, len) != 0) {
        return false;
    }
    *text = eckid_bytes(text->data + len, text->len - len);
    return true;
}

/* Quotes may be around it; within, there are neither quotes nor escapes. */
static eckid_bytes_t unquoted(eckid_bytes_t text)
{
    return text.len >= 2 && *text.data == '"' && text.data[text.len - 1] == '"'
               ? eckid_bytes(text.data + 1, text.len - 2)
               : text;
}

/* Takes the value of a parameter charset, in which is nothing that a server could take for a
 * boundary; false for another parameter. */
static bool read_charset(eckid_bytes_t *charset, eckid_bytes_t parameter)
{
    const bool is_it = take(&parameter, "charset=");

    *charset = unquoted(parameter);
    return is_it && is_all(*charset, "-_.:");
}

/* The parameter boundary, which stands there once and beside nothing but a charset. No comma is in
 * it, at which PHP would end it. */
static bool find_boundary(eckid_bytes_t *boundary, const char *type)
{
    eckid_bytes_t charset;

    *boundary = eckid_bytes("", 0);
    for (type += strcspn(type, ";"); *type; type += strcspn(type, ";")) {
        eckid_bytes_t parameter = eckid_codec_trim(eckid_bytes(type + 1, strcspn(type + 1, ";")));

        type++;
        if (!boundary->len && take(&parameter, "boundary=")) {
            *boundary = unquoted(parameter);
        }
        else if (!read_charset(&charset, parameter)) {
            return false;
        }
    }
    return boundary->len <= BOUNDARY_MAX && is_all(*boundary, "'()+_-./:=?");
}

/* The fields of a part */

/* A part as far as its fields tell. */
typedef struct part_t {
    eckid_bytes_t name; /* empty while it is not known */
    bool is_plain;      /* its value is a text, as it is there */
} part_t;

/* The name, up to what follows it. */
static bool read_name(eckid_bytes_t *name, eckid_bytes_t *rest)
{
    const char *end = memchr(rest->data, ';', rest->len);
    const apr_size_t len = end ? (apr_size_t)(end - rest->data) : rest->len;

    *name = unquoted(eckid_codec_trim(eckid_bytes(rest->data, len)));
    *rest = eckid_bytes(rest->data + len, rest->len - len);
    return is_all(*name, "_.-") && !eckid_codec_form_is(*name, "_charset_");
}

/* Nothing but the name of a file may follow, in quotes without any others or escapes. */
static bool read_disposition(part_t *part, eckid_bytes_t value)
{
    eckid_bytes_t file;

    if (part->name.len || !take(&value, "form-data;")) {
        return false;
    }
    value = eckid_codec_trim(value);
    if (!take(&value, "name=") || !read_name(&part->name, &value)) {
        return false;
    }
    if (!value.len) {
        return true;
    }
    part->is_plain = false;
    file = eckid_codec_trim(eckid_bytes(value.data + 1, value.len - 1));
    return take(&file, "filename=\"") && file.len && !memchr(file.data, '\\', file.len) &&
           memchr(file.data, '"', file.len) == file.data + file.len - 1;
}

/* Text, in a charset that extends ASCII if one is named. */
static bool is_text(eckid_bytes_t value)
{
    eckid_bytes_t charset;

    if (!take(&value, "text/plain")) {
        return false;
    }
    if (!value.len) {
        return true;
    }
    if (!take(&value, ";") || !read_charset(&charset, eckid_codec_trim(value))) {
        return false;
    }
    return take(&charset, "utf-8") ? !charset.len
                                   : take(&charset, "iso-8859-") || take(&charset, "us-ascii");
}

static bool is_as_it_is(eckid_bytes_t value, apr_pool_t *pool)
{
    static const char *const codings[] = {"7bit", "8bit", "binary", NULL};

    return eckid_words_have(codings, eckid_codec_lower(value, pool));
}

/* Bare CR or LF end a line for some servers. */
static bool is_one_line(eckid_bytes_t line)
{
    apr_size_t i = 0;

    while (i < line.len && !apr_iscntrl(line.data[i])) {
        i++;
    }
    return i == line.len && line.len <= LINE_MAX_BYTES;
}

static bool read_field(part_t *part, eckid_bytes_t line, apr_pool_t *pool)
{
    if (!is_one_line(line)) {
        return false;
    }
    if (take(&line, "Content-Disposition:")) {
        return read_disposition(part, eckid_codec_trim(line));
    }
    if (take(&line, "Content-Type:")) {
        part->is_plain = part->is_plain && is_text(eckid_codec_trim(line));
        return true;
    }
    return take(&line, "Content-Transfer-Encoding:") ? is_as_it_is(eckid_codec_trim(line), pool)
                                                     : take(&line, "Content-Length:");
}

/* The text up to the separator, which is skipped; false where there is none. */
static bool next(eckid_bytes_t *piece, eckid_bytes_t *rest, eckid_bytes_t separator)
{
    const char *end = memmem(rest->data, rest->len, separator.data, separator.len);

    if (!end) {
        return false;
    }
    *piece = eckid_bytes(rest->data, (apr_size_t)(end - rest->data));
    apr_size_t used = piece->len + separator.len;

    *rest = eckid_bytes(rest->data + used, rest->len - used);
    return true;
}

/* The fields, up to the empty line, which is skipped. */
static bool read_head(part_t *part, eckid_bytes_t *rest, apr_pool_t *pool)
{
    eckid_bytes_t line;

    *part = (part_t){.name = eckid_bytes("", 0), .is_plain = true};
    while (next(&line, rest, eckid_bytes_str(CRLF))) {
        if (!line.len) {
            return part->name.len > 0;
        }
        if (!read_field(part, line, pool)) {
            return false;
        }
    }
    return false;
}

/* Parts */

/* What is no plain text has NUL, so that its value cannot be read. */
static const char *pair_of(const part_t *part, eckid_bytes_t value, apr_pool_t *pool)
{
    const char *name = eckid_codec_percent(part->name, pool);

    return part->is_plain ? apr_pstrcat(pool, name, "=", eckid_codec_percent(value, pool), NULL)
                          : apr_pstrcat(pool, name, "=%00", NULL);
}

static bool read_parts(apr_array_header_t *pairs, eckid_bytes_t rest, eckid_bytes_t delimiter,
                       apr_pool_t *pool)
{
    const eckid_bytes_t dashed =
        eckid_bytes(delimiter.data + strlen(CRLF), delimiter.len - strlen(CRLF));
    eckid_bytes_t value;
    part_t part;

    while (!take(&rest, "--")) {
        if (!take(&rest, CRLF) || !read_head(&part, &rest, pool) ||
            !next(&value, &rest, delimiter) ||
            memmem(value.data, value.len, dashed.data, dashed.len)) { /* behind a bare LF */
            return false;
        }
        APR_ARRAY_PUSH(pairs, const char *) = pair_of(&part, value, pool);
    }
    return eckid_codec_trim(rest).len == 0;
}

bool eckid_multipart_form(eckid_bytes_t *form, const char *type, eckid_bytes_t body,
                          apr_pool_t *pool)
{
    apr_array_header_t *pairs = apr_array_make(pool, 8, sizeof(const char *));
    eckid_bytes_t boundary;

    if (strcmp(eckid_http_media_type(type, pool), "multipart/form-data") != 0 ||
        !find_boundary(&boundary, type)) {
        return false;
    }
    const char *delimiter =
        apr_pstrcat(pool, CRLF "--", apr_pstrmemdup(pool, boundary.data, boundary.len), NULL);
    const apr_size_t first = strlen(delimiter) - strlen(CRLF); /* a body begins without CR LF */

    if (body.len < first || memcmp(body.data, delimiter + strlen(CRLF), first) != 0) {
        return false;
    }
    body = eckid_bytes(body.data + first, body.len - first);
    if (!read_parts(pairs, body, eckid_bytes_str(delimiter), pool)) {
        return false;
    }
    *form = eckid_bytes_str(apr_array_pstrcat(pool, pairs, '&'));
    return true;
}
