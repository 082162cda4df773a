/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input that is one long list, and where it can stand. */
#include "list.h"

#include <apr_strings.h>

#include "unit.h"

static void add(char **to, const char *text)
{
    apr_size_t len = strlen(text);

    memcpy(*to, text, len);
    *to += len;
}

static void add_element(char **to, const char *element, int number)
{
    char digits[16];

    apr_snprintf(digits, sizeof(digits), "%d", number);
    for (const char *at = element; *at; at++) {
        if (*at == '@') {
            add(to, digits);
        }
        else {
            *(*to)++ = *at;
        }
    }
}

static void add_all(char **to, const char *element, apr_size_t size)
{
    const char *from = *to;

    for (int i = 0; element && (apr_size_t)(*to - from) < size; i++) {
        add_element(to, element, i);
    }
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

const char *list_text(const list_t *list, apr_size_t size)
{
    char *text = apr_palloc(pool, size + 65536), *to = text;

    size = list->also ? size / 2 : size;
    add(&to, or_empty(list->before));
    add_all(&to, list->element, size);
    add(&to, or_empty(list->after));
    add_all(&to, list->also, size);
    add(&to, or_empty(list->end));
    *to = '\0';
    return text;
}
