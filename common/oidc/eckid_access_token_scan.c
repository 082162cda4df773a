/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access and refresh tokens where no reader looks for them: found by their names. */
#include "oidc/eckid_access_token_scan.h"
#include "base/eckid_find.h"
#include "oidc/eckid_escapes.h"

#include <apr_lib.h>

#define VALUE_MIN 20  /* 128 bits in base64, and a little less */
#define VALUE_LOOK 64 /* so much of it is looked at, so that the time is linear */

static const char *const names[] = {"access_token", "refresh_token", "accessToken", "refreshToken",
                                    "access-token", "refresh-token", NULL};

/* Names */

bool eckid_access_token_scan_is_name(const char *name)
{
    static const char *const plain[] = {"accesstoken", "refreshtoken", "devicesecret"};

    for (unsigned i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
        const char *at = name, *wanted = plain[i];

        while (*at && (apr_tolower(*at) == *wanted || strchr("_-. ", *at))) {
            wanted += apr_tolower(*at) == *wanted;
            at++;
        }
        if (!*at && !*wanted) {
            return true;
        }
    }
    return false;
}

/* Values */

static bool is_any_of(const char *at, const char *end, const char *letters)
{
    return at < end && *at && strchr(letters, *at);
}

static const char *skip(const char *at, const char *end, const char *letters)
{
    while (is_any_of(at, end, letters)) {
        at++;
    }
    return at;
}

/* A token (RFC 6750 section 2.1) rather than a word of a text or of a script. */
static bool is_value(const char *at, const char *end)
{
    const char *from = at;
    bool has_digit = false;

    while (at < end && at - from < VALUE_LOOK &&
           (apr_isalnum(*at) || is_any_of(at, end, "-._~+/="))) {
        has_digit = has_digit || apr_isdigit(*at);
        at++;
    }
    return has_digit && at - from >= VALUE_MIN;
}

/* Behind a name: a sign, and a value in quotes, or as in a URL. */
static bool has_value(const char *at, const char *end)
{
    static const char quotes[] = "\"'`", spaces[] = " \t\r\n";
    const char *name_end = at + is_any_of(at, end, quotes);
    const char *sign = skip(name_end + is_any_of(name_end, end, "]"), end, spaces);

    if (!is_any_of(sign, end, ":=")) {
        return false;
    }
    const char *value = skip(sign + 1, end, spaces);

    return is_any_of(value, end, quotes)
               ? is_value(value + 1, end)
               : *sign == '=' && sign == at && value == at + 1 && is_value(value, end);
}

/* Finding */

static bool has_named(eckid_bytes_t text, const char *name)
{
    const char *at = text.data, *end = text.data + text.len;

    while ((at = eckid_find(eckid_bytes(at, (apr_size_t)(end - at)), name))) {
        bool is_whole = at == text.data || (!apr_isalnum(at[-1]) && at[-1] != '_');

        at += strlen(name);
        if (is_whole && has_value(at, end)) {
            return true;
        }
    }
    return false;
}

static bool has_token(eckid_bytes_t text)
{
    const char *const *name = names;

    while (*name && !has_named(text, *name)) {
        name++;
    }
    return *name != NULL;
}

bool eckid_access_token_scan(eckid_bytes_t bytes, apr_pool_t *pool)
{
    /* without "oken", as in most texts, there is no name */
    for (int i = 0; i < ECKID_ESCAPES_MAX && eckid_find(bytes, "oken"); i++) {
        if (has_token(bytes)) {
            return true;
        }
        const apr_size_t len = bytes.len;

        bytes = eckid_escapes_are_in(bytes) ? eckid_escapes_decode(bytes, pool) : bytes;
        if (bytes.len == len) {
            break;
        }
    }
    return false;
}
