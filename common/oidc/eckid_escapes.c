/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escapes as URLs, markup, and the strings of scripts and JSON have them. */
#include "oidc/eckid_escapes.h"

bool eckid_escapes_begin(char c)
{
    return c == '%' || c == '&' || c == '\\';
}

bool eckid_escapes_are_in(eckid_bytes_t text)
{
    return text.len && (memchr(text.data, '%', text.len) || memchr(text.data, '&', text.len) ||
                        memchr(text.data, '\\', text.len));
}

/* The ASCII character that an escape stands for, and its length; 0 where it is none. */
static char unescaped(apr_size_t *len, eckid_bytes_t text)
{
    const char letter = *text.data == '\\' && text.len > 1 ? text.data[1] : '\0';
    const apr_size_t digits = *text.data == '%' || letter == 'x' ? 2 : letter == 'u' ? 4 : 0;
    const apr_size_t start = *text.data == '%' ? 1 : 2;

    *len = start + digits;
    if (!digits || text.len < *len) {
        return '\0';
    }
    const int code = eckid_codec_hex_number(eckid_bytes(text.data + start, digits), digits);

    return code > 0 && code < 0x80 ? (char)code : '\0';
}

eckid_bytes_t eckid_escapes_decode(eckid_bytes_t text, apr_pool_t *pool)
{
    const eckid_bytes_t plain = eckid_codec_html_decode(text, pool);
    const char *at = plain.data, *end = plain.data + plain.len;
    char *to = (char *)plain.data;

    while (at < end) {
        apr_size_t len;
        const char c = unescaped(&len, eckid_bytes(at, (apr_size_t)(end - at)));

        if (c) {
            *to++ = c;
            at += len;
        }
        else if (*at == '\\') {
            at++;
        }
        else {
            *to++ = *at++;
        }
    }
    return eckid_bytes(plain.data, (apr_size_t)(to - plain.data));
}
