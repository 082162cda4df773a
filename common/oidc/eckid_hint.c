/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens as hints: the provider, which does not know our signature, gets its own one back. */
#include "oidc/eckid_hint.h"

#include <apr_strings.h>

#define KEPT_FOR apr_time_from_sec(24 * 3600)

static void make_index(eckid_records_index_t *index, const eckid_records_t *hints, const char *ours,
                       apr_pool_t *pool)
{
    const eckid_bytes_t parts[] = {eckid_bytes_str("id_token_hint"), eckid_bytes_str(ours)};

    eckid_records_index(index, hints, parts, 2, pool);
}

/* The record is the time at which it ends, in seconds, a space, and the token. */
void eckid_hint_put(const eckid_records_t *hints, const char *ours, bool is_encrypted,
                    const char *theirs, const eckid_moment_t *moment, apr_pool_t *pool)
{
    const apr_time_t until = moment->now + KEPT_FOR;
    const char *record =
        apr_pstrcat(pool, apr_off_t_toa(pool, (apr_off_t)apr_time_sec(until)), " ", theirs, NULL);
    eckid_records_index_t index;

    if (strlen(record) <= ECKID_HINT_MAX) {
        make_index(&index, hints, ours, pool);
        eckid_records_put(hints, &index, eckid_bytes_str(record), until,
                          moment->hint_nonce[is_encrypted], pool);
    }
}

const char *eckid_hint_get(const eckid_records_t *hints, const char *ours, apr_time_t now,
                           apr_pool_t *pool)
{
    eckid_records_index_t index;
    eckid_bytes_t record;

    make_index(&index, hints, ours, pool);
    if (!eckid_records_get(&record, hints, &index, ECKID_HINT_MAX, pool) ||
        apr_time_from_sec(apr_atoi64(record.data)) <= now) {
        return NULL;
    }
    const char *space = memchr(record.data, ' ', record.len);

    return space ? space + 1 : NULL;
}

static int count_of(eckid_bytes_t text, eckid_bytes_t what)
{
    const char *at = text.data, *end = text.data + text.len;
    int count = 0;

    while ((at = memmem(at, (size_t)(end - at), what.data, what.len))) {
        at += what.len;
        count++;
    }
    return count;
}

eckid_bytes_t eckid_hint_restore(const eckid_hint_t *hint, eckid_bytes_t text, apr_pool_t *pool)
{
    const eckid_bytes_t sent = eckid_bytes_str(hint->sent ? hint->sent : "");
    const apr_size_t given = hint->given ? strlen(hint->given) : 0;
    int count = sent.len ? count_of(text, sent) : 0;

    if (!count) {
        return text;
    }
    char *restored = apr_palloc(pool, text.len + (apr_size_t)count * given + 1), *to = restored;
    const char *at = text.data, *end = text.data + text.len, *found;

    for (; count; count--) {
        found = memmem(at, (size_t)(end - at), sent.data, sent.len);
        memcpy(to, at, (size_t)(found - at));
        to += found - at;
        memcpy(to, hint->given, given);
        to += given;
        at = found + sent.len;
    }
    memcpy(to, at, (size_t)(end - at));
    to[end - at] = '\0';
    return eckid_bytes(restored, (apr_size_t)(to - restored) + (apr_size_t)(end - at));
}
