/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists and sets of words. */
#ifndef ECKID_WORDS_H
#define ECKID_WORDS_H

#include <apr_hash.h>
#include <apr_tables.h>
#include <stdbool.h>
#include <string.h>

/* Words often differ in their first letter. */
static inline bool eckid_words_same(const char *a, const char *b)
{
    return *a == *b && strcmp(a, b) == 0;
}

/* Whether two words, each of which may be NULL, are the same, or none of them is there. */
static inline bool eckid_words_same_or_none(const char *a, const char *b)
{
    return a && b ? eckid_words_same(a, b) : a == b;
}

/* Whether the list, which ends with NULL, has the word, letter for letter. */
static inline bool eckid_words_have(const char *const *list, const char *word)
{
    while (*list && !eckid_words_same(*list, word)) {
        list++;
    }
    return *list != NULL;
}

/* The same for an array of words (const char *). */
static inline bool eckid_words_listed(const apr_array_header_t *words, const char *word)
{
    for (int i = 0; i < words->nelts; i++) {
        if (eckid_words_same(APR_ARRAY_IDX(words, i, const char *), word)) {
            return true;
        }
    }
    return false;
}

/* A set is a hash of words, each to itself; it does not copy them. */
static inline void eckid_word_set_add(apr_hash_t *set, const char *word)
{
    apr_hash_set(set, word, APR_HASH_KEY_STRING, word);
}

static inline bool eckid_word_set_has(apr_hash_t *set, const char *word)
{
    return apr_hash_get(set, word, APR_HASH_KEY_STRING) != NULL;
}

/* The set of words (const char *). */
static inline apr_hash_t *eckid_word_set_make(const apr_array_header_t *words, apr_pool_t *pool)
{
    apr_hash_t *set = apr_hash_make(pool);

    for (int i = 0; i < words->nelts; i++) {
        eckid_word_set_add(set, APR_ARRAY_IDX(words, i, const char *));
    }
    return set;
}

#endif
