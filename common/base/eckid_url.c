/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The normal form of a URL, for comparing; and the parts of a URL. */
#include "base/eckid_url.h"

#include <stdlib.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <curl/curl.h>

#define SHOWN_MAX 200

/* Cleans a URL as browsers do (URL standard section 4.4): removes white space at the ends, tabs and
 * line breaks; turns "\\" into "/"; accepts any number of slashes before the authority; takes
 * "//host" without a scheme as https. */
static const char *clean(const char *text, apr_pool_t *pool)
{
    char *cleaned = apr_palloc(pool, strlen(text) + 1), *to = cleaned;
    const char *query = text + strcspn(text, "?#");

    for (; *text; text++) {
        if (*text != '\t' && *text != '\n' && *text != '\r' && (*text != ' ' || to > cleaned)) {
            *to++ = *text == '\\' && text < query ? '/' : *text;
        }
    }
    while (to > cleaned && to[-1] == ' ') {
        to--;
    }
    *to = '\0';
    const char *scheme = strncasecmp(cleaned, "http:", 5) == 0    ? "http"
                         : strncasecmp(cleaned, "https:", 6) == 0 ? "https"
                         : strncmp(cleaned, "//", 2) == 0         ? ""
                                                                  : NULL;

    if (!scheme) {
        return cleaned;
    }
    cleaned += *scheme ? strlen(scheme) + 1 : 0;
    return apr_pstrcat(pool, *scheme ? scheme : "https", "://", cleaned + strspn(cleaned, "/"),
                       NULL);
}

/* A part of the URL, copied to the pool; "" if it is absent, NULL if it cannot be read. */
static const char *part(CURLU *url, CURLUPart what, unsigned flags, apr_pool_t *pool)
{
    char *text = NULL;
    CURLUcode status = curl_url_get(url, what, &text, flags);

    if (status == CURLUE_NO_PORT || status == CURLUE_NO_QUERY) {
        return "";
    }
    const char *copy = status == CURLUE_OK ? apr_pstrdup(pool, text) : NULL;

    curl_free(text);
    return copy;
}

/* The host in lower case, without the trailing dot that DNS allows, or any more of them; NULL if
 * there is none. */
static const char *host_of(CURLU *url, apr_pool_t *pool)
{
    const char *host = part(url, CURLUPART_HOST, CURLU_URLDECODE, pool);
    apr_size_t len = host ? strlen(host) : 0;

    while (len > 0 && host[len - 1] == '.') {
        len--;
    }
    return len ? eckid_codec_lower(eckid_bytes(host, len), pool) : NULL;
}

static const char *normal_form(CURLU *url, apr_pool_t *pool)
{
    const char *scheme = part(url, CURLUPART_SCHEME, 0, pool);
    const char *host = host_of(url, pool);
    const char *port = part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, pool);
    const char *path = part(url, CURLUPART_PATH, CURLU_URLDECODE, pool);
    const char *query = part(url, CURLUPART_QUERY, 0, pool);

    if (!scheme || !host || !port || !path || !query) {
        return NULL;
    }
    if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0) {
        return NULL;
    }
    return apr_pstrcat(pool, scheme, "://", host, *port ? ":" : "", port, path, *query ? "?" : "",
                       query, NULL);
}

typedef const char *take_t(CURLU *url, apr_pool_t *pool);

static const char *parse_and(take_t *take, const char *text, unsigned flags, apr_pool_t *pool)
{
    CURLU *url = curl_url();
    const char *taken = NULL;

    if (url && curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK) {
        taken = take(url, pool);
    }
    curl_url_cleanup(url);
    return taken;
}

const char *eckid_url_normal(const char *url, apr_pool_t *pool)
{
    return parse_and(normal_form, clean(url, pool), CURLU_NON_SUPPORT_SCHEME, pool);
}

const char *eckid_url_path(const char *url, apr_pool_t *pool)
{
    const char *normal = eckid_url_normal(url, pool);

    return normal ? strchr(strstr(normal, "://") + 3, '/') : NULL;
}

/* The host of a URL that is written as most are, for which libcurl is not needed: a name, and
 * perhaps a port. NULL for any other. */
static const char *plain_host(const char *url, apr_pool_t *pool)
{
    static const char digits[] = "0123456789", name[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const char *host = strncmp(url, "https://", 8) == 0  ? url + 8
                       : strncmp(url, "http://", 7) == 0 ? url + 7
                                                         : "";
    apr_size_t len = strspn(host, name);
    apr_size_t port = host[len] == ':' ? strspn(host + len + 1, digits) : 0;
    bool is_plain = len > 0 && len < 256 && apr_isalpha(*host) && host[len - 1] != '.' &&
                    port <= 5 && (!port || atoi(host + len + 1) <= 65535);

    return is_plain && strchr("/?#", host[len + (port ? port + 1 : 0)])
               ? apr_pstrmemdup(pool, host, len)
               : NULL;
}

const char *eckid_url_host(const char *url, apr_pool_t *pool)
{
    const char *plain = plain_host(url, pool);

    if (plain) {
        return plain;
    }
    const char *cleaned = clean(url, pool);
    const char *rest = strstr(cleaned, "://");

    /* the rest may be malformed, so only scheme and authority are parsed */
    return rest ? parse_and(
                      host_of,
                      apr_pstrmemdup(pool, cleaned,
                                     (apr_size_t)(rest - cleaned) + 3 + strcspn(rest + 3, "/?#")),
                      CURLU_NON_SUPPORT_SCHEME, pool)
                : NULL;
}

static const char *skip(const char *text, const char *what)
{
    return text + strspn(text, what);
}

const char *eckid_url_refresh(const char *value)
{
    static const char space[] = " \t\n\f\r";
    const char *at = skip(skip(skip(skip(value, space), "0123456789."), space), ";,");

    at = skip(at, space);
    if (strncasecmp(at, "url", 3) == 0 && *skip(at + 3, space) == '=') {
        at = skip(skip(at + 3, space) + 1, space);
    }
    at = skip(at, "\"'");
    return *at ? at : NULL;
}

int eckid_url_parameter(eckid_bytes_t *value, const char *url, const char *name, apr_pool_t *pool)
{
    const char *at = url + strcspn(url, "?#");
    int count = 0;

    while (*at) {
        apr_size_t len = strcspn(++at, "&;?#");
        const char *equals = memchr(at, '=', len);
        apr_size_t name_len = equals ? (apr_size_t)(equals - at) : len;

        if (eckid_codec_form_is(eckid_bytes(at, name_len), name) && count++ == 0 && equals) {
            eckid_codec_form_decode(value, eckid_bytes(equals + 1, len - name_len - 1), pool);
        }
        at += len;
    }
    return count;
}

const char *eckid_url_shown(const char *name, apr_pool_t *pool)
{
    char *shown = apr_pstrndup(pool, name, strcspn(name, "?#"));

    if (strchr(shown, '@')) {
        return "a name with an @";
    }
    if (strlen(shown) > SHOWN_MAX) {
        shown[SHOWN_MAX] = '\0';
    }
    for (char *c = shown; *c; c++) {
        *c = apr_isalnum(*c) || strchr("-._~:/[]!$&()*+,;=%", *c) ? *c : '_';
    }
    return *shown ? shown : "an empty name";
}

bool eckid_url_is_relative(const char *text)
{
    for (; *text; text++) {
        if (*text == '%' && (!apr_isxdigit(text[1]) || !apr_isxdigit(text[2]))) {
            return false;
        }
        if (!apr_isascii(*text) ||
            (!apr_isalnum(*text) && !strchr("-._~!$&'()*+,;=:@/?%", *text))) {
            return false;
        }
    }
    return true;
}

/* The length of a "." at the start of text, plain or escaped (RFC 3986 section 6.2.2.2); otherwise
 * 0. */
static int dot(const char *text)
{
    return *text == '.' ? 1 : strncasecmp(text, "%2e", 3) == 0 ? 3 : 0;
}

bool eckid_url_has_dots(const char *url)
{
    const char *end = url + strcspn(url, "?");

    for (const char *at = memchr(url, '/', end - url); at; at = memchr(at, '/', end - at)) {
        at++;
        const char *rest = at + dot(at);

        rest += dot(rest);
        if (rest > at && (rest == end || *rest == '/')) {
            return true;
        }
    }
    return false;
}
