/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base64, base64url, hex, percent and HTML-entity coding of byte ranges. */
#ifndef ECKID_CODEC_H
#define ECKID_CODEC_H

#include <stdbool.h>
#include <string.h>
#include <apr_pools.h>

/*
 * A range of bytes that belongs to somebody else. The library puts a NUL after its own ranges,
 * which len does not count. Ranges from outside may lack it.
 */
typedef struct eckid_bytes_t {
    const char *data;
    apr_size_t len;
} eckid_bytes_t;

static inline eckid_bytes_t eckid_bytes(const void *data, apr_size_t len)
{
    return (eckid_bytes_t){(const char *)data, len};
}

static inline eckid_bytes_t eckid_bytes_str(const char *text)
{
    return eckid_bytes(text, strlen(text));
}

static inline bool eckid_bytes_equal(eckid_bytes_t a, eckid_bytes_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* All results are allocated in pool. A decoder returns false and writes nothing if its standard
 * does not allow a byte. */

/* RFC 4648 section 4, with padding, on one line. */
eckid_bytes_t eckid_codec_base64(eckid_bytes_t in, apr_pool_t *pool);

/* Decodes base64. White space is skipped (RFC 2045 section 6.8, as SAML bindings section 3.5.4
 * requires). Padding must be present and unused bits must be zero, so that a value has only one
 * spelling. */
bool eckid_codec_base64_decode(eckid_bytes_t *out, eckid_bytes_t in, apr_pool_t *pool);

/* RFC 4648 section 5, without padding. */
eckid_bytes_t eckid_codec_base64url(eckid_bytes_t in, apr_pool_t *pool);

/* Decodes base64url as RFC 7515 section 2 defines it: without padding, white space or unused
 * bits. */
bool eckid_codec_base64url_decode(eckid_bytes_t *out, eckid_bytes_t in, apr_pool_t *pool);

/* Lower-case hexadecimal. */
eckid_bytes_t eckid_codec_hex(eckid_bytes_t in, apr_pool_t *pool);

/* The number that in begins with, of so many hexadecimal digits, 7 at most; -1 if there are fewer.
 * What is behind the first byte that is no digit is not read. */
int eckid_codec_hex_number(eckid_bytes_t in, apr_size_t digits);

/* The byte that is written as "%xx" at the start of in, or -1. */
static inline int eckid_codec_percent_value(eckid_bytes_t in)
{
    return in.len >= 3 && *in.data == '%' ? eckid_codec_hex_number(eckid_bytes(in.data + 1, 2), 2)
                                          : -1;
}

/* Decodes a component of application/x-www-form-urlencoded: %xx, and "+" for a space. A "%" without
 * two hexadecimal digits stands for itself (URL standard section 1.3). False for NUL. */
bool eckid_codec_form_decode(eckid_bytes_t *out, eckid_bytes_t in, apr_pool_t *pool);

/* Whether a component decodes to that text. */
bool eckid_codec_form_is(eckid_bytes_t in, const char *text);

/* Percent-encodes all but letters, digits and "*-._": for a form, a query or a path segment. */
const char *eckid_codec_percent(eckid_bytes_t in, apr_pool_t *pool);

/*
 * Decodes the character references in an HTML attribute value (HTML standard section 13.2.5.72 ff)
 * to UTF-8: all numeric references, and the named ones for ASCII characters. No other character can
 * occur in base64, in a field name or in a URL that is compared here.
 */
eckid_bytes_t eckid_codec_html_decode(eckid_bytes_t in, apr_pool_t *pool);

/* The ASCII characters of text in UTF-16 or UTF-32; other text as it is. */
eckid_bytes_t eckid_codec_narrow(eckid_bytes_t text, apr_pool_t *pool);

/* Escapes text for HTML content and quoted attribute values. */
const char *eckid_codec_html(const char *text, apr_pool_t *pool);

/* A copy with ASCII letters in lower case. */
const char *eckid_codec_lower(eckid_bytes_t text, apr_pool_t *pool);

/* White space in HTML and HTTP forms: space, tab, line feed, form feed or carriage return. */
static inline bool eckid_codec_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

/* The range without surrounding white space. */
eckid_bytes_t eckid_codec_trim(eckid_bytes_t in);

#endif
