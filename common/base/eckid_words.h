/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of words. */
#ifndef ECKID_WORDS_H
#define ECKID_WORDS_H

#include <stdbool.h>
#include <string.h>

/* Whether the list, which ends with NULL, has the word, letter for letter. */
static inline bool eckid_words_have(const char *const *list, const char *word)
{
    while (*list && strcmp(*list, word) != 0) {
        list++;
    }
    return *list != NULL;
}

#endif
