/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of ours in texts of others, found by two of their letters. */
#include "base/eckid_find.h"

#include <strings.h>

/*
 * So many places are looked at together. A compiler makes a few instructions of a loop of fixed
 * length that has no way out, and a processor guesses right that there is nothing: what costs is to
 * stop at each letter that might begin a word, in a text that is never the same.
 */
#define BLOCK 64

#define SMALL 0x20 /* is set in small ASCII letters */

/* How common letters are in pages; all others are rare. */
static const unsigned char common[256] = {
    ['e'] = 24, ['t'] = 23, ['a'] = 22, ['i'] = 21, ['o'] = 20, ['n'] = 19, ['s'] = 18, ['r'] = 17,
    ['l'] = 16, ['d'] = 15, ['c'] = 14, ['p'] = 13, ['u'] = 12, ['m'] = 11, ['h'] = 10, ['f'] = 9,
    ['b'] = 8,  ['g'] = 7,  ['y'] = 6,  ['v'] = 5,  ['w'] = 4,  ['k'] = 3,  ['x'] = 2,  ['j'] = 1,
};

/* What tells nearly every place from one where a word begins: its rarest letter, and one more,
 * which may be one of two. */
typedef struct probe_t {
    apr_size_t first_at, second_at;
    char first, second, other;
    char fold; /* is set in a letter of the text before it is compared */
} probe_t;

static apr_size_t rarest(const char *word)
{
    apr_size_t found = 0;

    for (apr_size_t i = 1; word[i]; i++) {
        if (common[(unsigned char)word[i]] < common[(unsigned char)word[found]]) {
            found = i;
        }
    }
    return found;
}

static probe_t make_probe(const char *word, apr_size_t len, char fold)
{
    const apr_size_t first = rarest(word), second = first == len - 1 ? 0 : len - 1;
    const char letter = word[second] | fold;

    return (probe_t){first, second, (char)(word[first] | fold), letter, letter, fold};
}

static unsigned may_begin(const probe_t *probe, const char *at)
{
    const char first = (char)(at[probe->first_at] | probe->fold);
    const char second = (char)(at[probe->second_at] | probe->fold);

    return (first == probe->first) & ((second == probe->second) | (second == probe->other));
}

static bool may_begin_within_block(const probe_t *given, const char *at)
{
    const probe_t probe = *given; /* of which the compiler knows that the loop leaves it alone */
    unsigned char any = 0;

    for (int i = 0; i < BLOCK; i++) {
        any |= (unsigned char)may_begin(&probe, at + i);
    }
    return any;
}

typedef int (*compare_t)(const char *a, const char *b, size_t len);

/* The first of so many places where the word stands. */
static const char *find_within(const char *at, apr_size_t places, const probe_t *probe,
                               const char *word, apr_size_t len, compare_t compare)
{
    for (; places; at++, places--) {
        if (may_begin(probe, at) && compare(at, word, len) == 0) {
            return at;
        }
    }
    return NULL;
}

static const char *find_by(eckid_bytes_t text, const probe_t *probe, const char *word,
                           apr_size_t len, compare_t compare)
{
    const apr_size_t places = text.len < len ? 0 : text.len - len + 1;
    const char *found = NULL;

    if (places < BLOCK) {
        return find_within(text.data, places, probe, word, len, compare);
    }
    for (apr_size_t from = 0; !found && from < places; from += BLOCK) {
        /* the last block has places of the one before it, where nothing stands */
        const char *at = text.data + (from + BLOCK > places ? places - BLOCK : from);

        found = may_begin_within_block(probe, at)
                    ? find_within(at, BLOCK, probe, word, len, compare)
                    : NULL;
    }
    return found;
}

static int compare_bytes(const char *a, const char *b, size_t len)
{
    return memcmp(a, b, len);
}

const char *eckid_find(eckid_bytes_t text, const char *word)
{
    const apr_size_t len = strlen(word);
    const probe_t probe = make_probe(word, len, '\0');

    return find_by(text, &probe, word, len, compare_bytes);
}

bool eckid_find_any_case(eckid_bytes_t text, const char *word)
{
    const apr_size_t len = strlen(word);
    const probe_t probe = make_probe(word, len, SMALL);

    return find_by(text, &probe, word, len, strncasecmp) != NULL;
}

/* The probe has told all there is to a pair. */
static int compare_nothing(const char *a, const char *b, size_t len)
{
    (void)a, (void)b, (void)len;
    return 0;
}

const char *eckid_find_pair(eckid_bytes_t text, char first, char second, char other)
{
    const probe_t probe = {0, 1, first, second, other, '\0'};

    return find_by(text, &probe, NULL, 2, compare_nothing);
}
