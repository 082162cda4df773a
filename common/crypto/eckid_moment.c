/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time and the random bytes for one login, passed as values. */
#include "crypto/eckid_moment.h"

#include <apr_strings.h>
#include <stddef.h>
#include <unistd.h>

#define RANDOM offsetof(eckid_moment_t, http_nonce) /* where it begins, behind the time */

_Static_assert(sizeof(eckid_moment_t) - RANDOM <= 256, "getentropy gives no more at once");

bool eckid_moment_now(eckid_moment_t *moment)
{
    moment->now = apr_time_now();
    return getentropy((char *)moment + RANDOM, sizeof(*moment) - RANDOM) == 0;
}

const char *eckid_moment_reference(const eckid_moment_t *moment, apr_pool_t *pool)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned long long bits = 0;
    char code[9];

    for (unsigned i = 0; i < sizeof(moment->reference); i++) {
        bits = bits << 8 | moment->reference[i];
    }
    for (int i = 7; i >= 0; i--, bits >>= 5) {
        code[i] = digits[bits & 31];
    }
    code[8] = '\0';
    return apr_psprintf(pool, "%.4s-%s", code, code + 4);
}
