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

#define TEXT_MAX 200 /* long enough for a block, the next one, and what is left */

/* From the heap without a byte to spare, so that a sanitizer sees what is read behind the end. */
static char *room_for(apr_size_t size)
{
    return memset(malloc(size ? size : 1), '-', size);
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 8;
}

/* A text of the letters of a word, so that much of it stands there. */
static eckid_bytes_t make_text(unsigned *seed, const char *word)
{
    const apr_size_t len = strlen(word), size = next_random(seed) % TEXT_MAX;
    const unsigned rare = 2 + next_random(seed) % 60;
    char *text = room_for(size);

    for (apr_size_t at = 0; at < size; at++) {
        const char letter = word[(at + (next_random(seed) % rare == 0)) % len];

        text[at] =
            (char)(next_random(seed) % 7 == 0                                     ? '\0'
                   : next_random(seed) % 5 == 0 && letter >= 'a' && letter <= 'z' ? letter - 32
                                                                                  : letter);
    }
    return eckid_bytes(text, size);
}

START_TEST(a_word_is_found_as_by_the_slow_way)
{
    unsigned seed = 1, found = 0;

    for (int i = 0; i < 20000; i++) {
        const char *word = words[i % COUNT(words)];
        const eckid_bytes_t text = make_text(&seed, word);

        compare_ways(text, word);
        found += eckid_find(text, word) != NULL;
        free((char *)text.data);
    }
    ck_assert(found > 5000 && found < 15000); /* both are tried */
}
END_TEST

/* Alone, at each place of texts of each length. */
START_TEST(a_word_is_found_wherever_it_stands)
{
    for (apr_size_t size = 0; size < TEXT_MAX; size++) {
        char *text = room_for(size);

        for (apr_size_t at = 0; at + 4 <= size; at++) {
            memcpy(text + at, "code", 4);
            ck_assert_ptr_eq(eckid_find(eckid_bytes(text, size), "code"), text + at);
            ck_assert(eckid_find_any_case(eckid_bytes(text, size), "code"));
            ck_assert_ptr_eq(eckid_find_pair(eckid_bytes(text, size), 'o', 'x', 'd'),
                             text + at + 1);
            ck_assert_ptr_eq(eckid_find_pair(eckid_bytes(text, size), 'd', 'e', 'x'),
                             text + at + 2);
            ck_assert_ptr_null(eckid_find(eckid_bytes(text, at + 3), "code"));
            memset(text + at, '-', 4);
        }
        ck_assert_ptr_null(eckid_find(eckid_bytes(text, size), "code"));
        ck_assert_ptr_null(eckid_find_pair(eckid_bytes(text, size), '-', 'x', 'y'));
        free(text);
    }
}
END_TEST

static inline bool is_bar(unsigned char letter)
{
    return letter == '|';
}

START_TEST(nothing_is_found_in_no_text)
{
    const eckid_bytes_t none = {NULL, 0};

    ck_assert_ptr_null(eckid_find(none, "code"));
    ck_assert(!eckid_find_any_case(none, "code"));
    ck_assert_ptr_null(eckid_find_pair(none, 'e', 'y', 'w'));
    ck_assert(!eckid_find_kind(none, is_bar));
}
END_TEST

START_TEST(a_kind_is_found_wherever_it_stands)
{
    for (apr_size_t size = 0; size < TEXT_MAX; size++) {
        char *text = memset(malloc(size + 1), '-', size + 1);

        text[size] = '|'; /* behind the end */
        ck_assert(!eckid_find_kind(eckid_bytes(text, size), is_bar));
        for (apr_size_t at = 0; at < size; at++) {
            text[at] = '|';
            ck_assert(eckid_find_kind(eckid_bytes(text, size), is_bar));
            text[at] = '-';
        }
        free(text);
    }
}
END_TEST

UNIT_SUITE(find)
{
    Suite *suite = suite_create("find");
    TCase *tcase = unit_case(suite, "word");

    tcase_add_test(tcase, a_word_is_found_at_any_place);
    tcase_add_test(tcase, a_word_is_found_as_by_the_slow_way);
    tcase_add_test(tcase, a_word_is_found_wherever_it_stands);
    tcase_add_test(tcase, a_kind_is_found_wherever_it_stands);
    tcase_add_test(tcase, nothing_is_found_in_no_text);
    return suite;
}
