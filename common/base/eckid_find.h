/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of ours in texts of others, found by two of their letters. */
#ifndef ECKID_FIND_H
#define ECKID_FIND_H

#include "base/eckid_codec.h"

/*
 * Where the word first stands in the text, or NULL. At worst this takes the product of both
 * lengths, so the word must be one that strangers do not choose. It is not empty.
 */
const char *eckid_find(eckid_bytes_t text, const char *word);

/* Whether it stands there in any case of ASCII letters. The word is in lower case. */
bool eckid_find_any_case(eckid_bytes_t text, const char *word);

/* Where the letter first stands before the second or the other one, or NULL. */
const char *eckid_find_pair(eckid_bytes_t text, char first, char second, char other);

/* Whether a text has a byte of that kind. Most of it is taken by sixteens, each of them at once by
 * a compiler that knows the kind, which so is inline here and has no branch. */
static inline bool eckid_find_kind(eckid_bytes_t text, bool is(unsigned char letter))
{
    apr_size_t at = 0; /* and no pointer, which an empty text need not have */
    unsigned char found = 0;

    for (; !found && text.len - at >= 16; at += 16) {
        for (int i = 0; i < 16; i++) {
            found |= is((unsigned char)text.data[at + (apr_size_t)i]);
        }
    }
    while (!found && at < text.len) {
        found = is((unsigned char)text.data[at++]);
    }
    return found;
}

#endif
