/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What RFC 8259 allows and jansson cannot hold, written so that jansson reads the rest. */
#include "base/eckid_json_readable.h"

#include <math.h>
#include <stdlib.h>
#include <apr_lib.h>
#include <apr_strings.h>

#define ESCAPE 6 /* the length of a backslash, u, and four digits */

/* The code unit of an escape; -1 for what is none, as the NUL at the end. */
static int unit_at(const char *at)
{
    return at[0] == '\\' && at[1] == 'u' ? eckid_codec_hex_number(eckid_bytes(at + 2, 4), 4) : -1;
}

static bool is_high(int unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(int unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/* Mends the escape at that place; its length. */
static size_t mend_escape(char *at)
{
    const int unit = unit_at(at);

    if (unit < 0) {
        return at[1] ? 2 : 1;
    }
    if (is_high(unit) && is_low(unit_at(at + ESCAPE))) {
        return 2 * ESCAPE;
    }
    if (unit == 0 || is_high(unit) || is_low(unit)) {
        memcpy(at, "\\ufffd", ESCAPE);
    }
    return ESCAPE;
}

static size_t digits(const char *at)
{
    return strspn(at, "0123456789");
}

/* The length of the number at that place by RFC 8259 section 6; 0 when it is none. */
static size_t number_len(const char *at)
{
    const char *from = at;

    at += *at == '-';
    if (!digits(at) || (*at == '0' && digits(at) > 1)) {
        return 0;
    }
    at += digits(at);
    if (*at == '.') {
        if (!digits(at + 1)) {
            return 0;
        }
        at += 1 + digits(at + 1);
    }
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1 + (at[1] == '-' || at[1] == '+');

        if (!digits(exponent)) {
            return 0;
        }
        at = exponent + digits(exponent);
    }
    return (size_t)(at - from);
}

static size_t mend_number(char *at)
{
    const size_t len = number_len(at);

    if (len && !isfinite(strtod(at, NULL))) {
        memset(at, ' ', len);
        *at = '0';
    }
    return len ? len : 1;
}

/* Mends the string that begins there; what stands behind it. */
static char *mend_string(char *at)
{
    static const char ends[] = "\"\\";

    at += 1 + strcspn(at + 1, ends);
    while (*at == '\\') {
        at += mend_escape(at);
        at += strcspn(at, ends);
    }
    return *at ? at + 1 : at;
}

static void mend(char *at)
{
    while (*at) {
        at = *at == '"'                       ? mend_string(at)
             : *at == '-' || apr_isdigit(*at) ? at + mend_number(at)
                                              : at + 1;
    }
}

eckid_bytes_t eckid_json_readable(eckid_bytes_t text, apr_pool_t *pool)
{
    char *copy = apr_pstrmemdup(pool, text.data, text.len);

    mend(copy);
    return eckid_bytes(copy, text.len);
}
