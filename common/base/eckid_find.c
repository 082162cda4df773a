/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of ours in texts of others, found by their rarest letter. */
#include "base/eckid_find.h"

#include <strings.h>
#include <apr_lib.h>

/* How common letters are in pages; all others are rare. */
static const unsigned char common[256] = {
    ['e'] = 24, ['t'] = 23, ['a'] = 22, ['i'] = 21, ['o'] = 20, ['n'] = 19, ['s'] = 18, ['r'] = 17,
    ['l'] = 16, ['d'] = 15, ['c'] = 14, ['p'] = 13, ['u'] = 12, ['m'] = 11, ['h'] = 10, ['f'] = 9,
    ['b'] = 8,  ['g'] = 7,  ['y'] = 6,  ['v'] = 5,  ['w'] = 4,  ['k'] = 3,  ['x'] = 2,  ['j'] = 1,
};

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

typedef int (*compare_t)(const char *a, const char *b, size_t len);

/* By the letter at that place of the word, which the text may have in another case, and then by the
 * last one, which tells most others apart. */
static const char *find_by(eckid_bytes_t text, const char *word, apr_size_t place, char letter,
                           compare_t compare)
{
    const apr_size_t len = strlen(word);
    const char *at = text.data, *end;

    if (text.len < len) {
        return NULL;
    }
    end = text.data + text.len - len + 1;
    while ((at = memchr(at + place, letter, (apr_size_t)(end - at)))) {
        at -= place;
        if (((at[len - 1] ^ word[len - 1]) & ~0x20) == 0 && compare(at, word, len) == 0) {
            return at;
        }
        at++;
    }
    return NULL;
}

static int compare_bytes(const char *a, const char *b, size_t len)
{
    return memcmp(a, b, len);
}

const char *eckid_find(eckid_bytes_t text, const char *word)
{
    const apr_size_t place = rarest(word);

    return find_by(text, word, place, word[place], compare_bytes);
}

bool eckid_find_any_case(eckid_bytes_t text, const char *word)
{
    const apr_size_t place = rarest(word);
    const char small = word[place], capital = (char)apr_toupper(small);

    return find_by(text, word, place, small, strncasecmp) ||
           (capital != small && find_by(text, word, place, capital, strncasecmp));
}
