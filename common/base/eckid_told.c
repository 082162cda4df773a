/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was told before, so that it is not told again: a set of texts, for all processes. */
#include "base/eckid_told.h"

#include <apr_atomic.h>
#include <apr_hash.h>

#define SLOTS (sizeof(((eckid_told_t *)NULL)->keys) / sizeof(apr_uint32_t))
#define DAY apr_time_from_sec(24 * 3600)

/* Never 0, which is an empty slot. */
static apr_uint32_t key_of(const char *text)
{
    apr_ssize_t len = APR_HASH_KEY_STRING;
    apr_uint32_t key = apr_hashfunc_default(text, &len);

    return key ? key : 1;
}

bool eckid_told_is_news(eckid_told_t *told, const char *text)
{
    apr_uint32_t key = key_of(text);

    for (apr_size_t i = 0; i < SLOTS; i++) {
        apr_uint32_t before = apr_atomic_cas32(&told->keys[(key + i) % SLOTS], key, 0);

        if (before == 0 || before == key) {
            return before == 0;
        }
    }
    apr_atomic_cas32(&told->overflow, 1, 0);
    return false;
}

bool eckid_told_is_news_today(eckid_told_t *told, const char *text, apr_time_t now)
{
    apr_uint32_t day = (apr_uint32_t)(now / DAY), before = apr_atomic_read32(&told->day);

    if (before != day && apr_atomic_cas32(&told->day, day, before) == before) {
        for (apr_size_t i = 0; i < SLOTS; i++) {
            apr_atomic_set32(&told->keys[i], 0);
        }
        apr_atomic_set32(&told->overflow, 0);
    }
    return eckid_told_is_news(told, text);
}

bool eckid_told_is_overflow_news(eckid_told_t *told)
{
    return apr_atomic_cas32(&told->overflow, 2, 1) == 1;
}
