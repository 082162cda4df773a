/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON Pointer (RFC 6901) and its evaluation. */
#include "base/eckid_json_pointer.h"

#include <string.h>
#include <apr_strings.h>
#include <apr_tables.h>

#define POINTER_MAX 512

struct eckid_json_pointer_t {
    apr_array_header_t *tokens; /* const char *, unescaped */
};

/* Unescapes in place (section 4). False for an invalid "~". */
static bool unescape(char *token)
{
    char *to = token;

    for (const char *from = token; *from; from++) {
        if (*from == '~') {
            from++;
            if (*from != '0' && *from != '1') {
                return false;
            }
            *to++ = *from == '0' ? '~' : '/';
        }
        else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return true;
}

eckid_json_pointer_t *eckid_json_pointer_make(const char *text, apr_pool_t *pool)
{
    eckid_json_pointer_t *pointer = apr_pcalloc(pool, sizeof(*pointer));

    if ((*text && *text != '/') || strlen(text) > POINTER_MAX) {
        return NULL;
    }
    pointer->tokens = apr_array_make(pool, 4, sizeof(const char *));
    while (*text) {
        apr_size_t len = strcspn(++text, "/");
        char *token = apr_pstrmemdup(pool, text, len);

        if (!unescape(token)) {
            return NULL;
        }
        APR_ARRAY_PUSH(pointer->tokens, const char *) = token;
        text += len;
    }
    return pointer;
}

/* An array with several elements is ambiguous; otherwise only index 0 can exist. */
static bool element(const json_t **found, const json_t *array, const char *token)
{
    if (json_array_size(array) > 1) {
        return false;
    }
    *found = strcmp(token, "0") == 0 ? json_array_get(array, 0) : NULL;
    return true;
}

bool eckid_json_pointer_find(const json_t **found, const eckid_json_pointer_t *pointer,
                             const json_t *whole)
{
    const json_t *at = whole;

    for (int i = 0; i < pointer->tokens->nelts && at; i++) {
        const char *token = APR_ARRAY_IDX(pointer->tokens, i, const char *);

        if (!json_is_array(at)) {
            at = json_object_get(at, token); /* NULL if it is not an object */
        }
        else if (!element(&at, at, token)) {
            return false;
        }
    }
    *found = at;
    return true;
}
