/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One moment: what time it is, and randomness that is used once; both given as values. */
#include "crypto/eckid_moment.h"

#include <openssl/rand.h>

bool eckid_moment_now(eckid_moment_t *moment)
{
    if (RAND_bytes((unsigned char *)moment, sizeof(*moment)) != 1) {
        return false;
    }
    moment->now = apr_time_now();
    return true;
}
