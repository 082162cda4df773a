/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <strings.h>

#include "base/eckid_find.h"

static const char *const words[] = {"code",     "error",   "SAMLResponse", "_token", "&#",
                                    "response", "samlart", "<!entity",     "eee",    "e",
                                    "#",        "ete"};

/* The slow way. */
static const char *search(eckid_bytes_t text, const char *word,
                          int compare(const char *a, const char *b, size_t len))
{
    const apr_size_t len = strlen(word);

    for (apr_size_t i = 0; i + len <= text.len; i++) {
        if (compare(text.data + i, word, len) == 0) {
            return text.data + i;
        }
    }
    return NULL;
}

/* All but the first word, which strncasecmp compares as bytes do, are found in small letters. */
static void compare_ways(eckid_bytes_t text, const char *word)
{
    const char *small = apr_pstrdup(pool, word);

    for (char *at = (char *)small; *at; at++) {
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
    }
    ck_assert_ptr_eq(eckid_find(text, word), search(text, word, strncmp));
    ck_assert_int_eq(eckid_find_any_case(text, small), search(text, small, strncasecmp) != NULL);
}

START_TEST(a_word_is_found_at_any_place)
{
    static const char *const around[] = {"",         " ",    "e", "cod", "SAMLRespons",
                                         "_tok_tok", "eett", "&&"};

    for (int w = 0; w < COUNT(words); w++) {
        for (int a = 0; a < COUNT(around); a++) {
            for (int b = 0; b < COUNT(around); b++) {
                compare_ways(str(apr_pstrcat(pool, around[a], words[w], around[b], NULL)),
                             words[w]);
                compare_ways(str(apr_pstrcat(pool, around[a], around[b], NULL)), words[w]);
            }
        }
    }
}
END_TEST

/* Texts of the letters of a word, so that much of it stands there. */
START_TEST(a_word_is_found_as_by_the_slow_way)
{
    unsigned seed = 1;

    for (int i = 0; i < 20000; i++) {
        const char *word = words[i % COUNT(words)];
        const apr_size_t len = strlen(word);
        char text[24];

        for (apr_size_t at = 0; at < sizeof(text); at++) {
            seed = seed * 1103515245 + 12345;
            const char letter = word[(at + (seed >> 16) % 2) % len];

            text[at] =
                (char)((seed >> 20) % 7 == 0                                     ? '\0'
                       : (seed >> 24) % 5 == 0 && letter >= 'a' && letter <= 'z' ? letter - 32
                                                                                 : letter);
        }
        /* from the heap, so that what is read behind the end is seen */
        char *copy = malloc(1 + (seed >> 18) % sizeof(text));
        const apr_size_t size = (seed >> 18) % sizeof(text);

        memcpy(copy, text, size);
        compare_ways(eckid_bytes(copy, size), word);
        free(copy);
    }
}
END_TEST

UNIT_SUITE(find)
{
    Suite *suite = suite_create("find");
    TCase *tcase = unit_case(suite, "word");

    tcase_add_test(tcase, a_word_is_found_at_any_place);
    tcase_add_test(tcase, a_word_is_found_as_by_the_slow_way);
    return suite;
}
