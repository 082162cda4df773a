/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers the owner of access and refresh tokens, encrypted, indexed by a keyed digest. */
#include "store/eckid_token_owner.h"

#include <apr_strings.h>

#define RECORD_VERSION 2
#define TEXTS 7

/* The first part of a record before encryption. Texts follow, each ended by NUL. */
typedef struct head_t {
    unsigned char version, decided, outcome;
    apr_time_t until;
} head_t;

static void make_index(unsigned char index[ECKID_CACHE_INDEX], const eckid_secret_t *secret,
                       eckid_token_kind_t kind, const char *issuer, const char *token,
                       apr_pool_t *pool)
{
    const eckid_bytes_t parts[] = {
        eckid_bytes_str(kind == ECKID_ACCESS_TOKEN ? "access token" : "refresh token"),
        eckid_bytes_str(issuer),
        eckid_bytes_str(token),
    };

    eckid_secret_digest(index, secret, parts, sizeof(parts) / sizeof(*parts), pool);
}

/* Reading: false if a text is not ended. */
static bool read_texts(const char *texts[TEXTS], eckid_bytes_t plain)
{
    const char *at = plain.data + sizeof(head_t), *end = plain.data + plain.len;

    for (int i = 0; i < TEXTS; i++) {
        const char *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;

        if (!nul) {
            return false;
        }
        texts[i] = at;
        at = nul + 1;
    }
    return at == end;
}

static bool read_record(eckid_token_owner_t *owner, eckid_bytes_t plain, const char *realm,
                        apr_time_t now)
{
    const char *texts[TEXTS];
    head_t head;

    if (plain.len < sizeof(head)) {
        return false;
    }
    memcpy(&head, plain.data, sizeof(head));
    if (head.version != RECORD_VERSION || head.until <= now || head.outcome >= ECKID_OUTCOMES ||
        !read_texts(texts, plain)) {
        return false;
    }
    owner->client = texts[0];
    owner->subject = texts[1];
    owner->scope = texts[2];
    owner->key = (eckid_student_key_t){
        .type = texts[3], .value = texts[4], .school = *texts[5] ? texts[5] : NULL};
    owner->decided = head.decided && strcmp(texts[6], realm) == 0;
    owner->outcome = (eckid_outcome_t)head.outcome;
    return true;
}

static bool get_by(eckid_token_owner_t *owner, const eckid_token_owners_t *owners,
                   const eckid_secret_t *secret, eckid_token_kind_t kind, const char *token,
                   apr_time_t now, apr_pool_t *pool)
{
    unsigned char index[ECKID_CACHE_INDEX],
        *sealed = apr_palloc(pool, ECKID_TOKEN_OWNER_RECORD_MAX);
    apr_size_t len = 0;
    eckid_bytes_t plain;

    make_index(index, secret, kind, owner->issuer, token, pool);
    return owners->store.get(owners->store.self, sealed, &len, ECKID_TOKEN_OWNER_RECORD_MAX, index,
                             pool) &&
           eckid_secret_open(&plain, secret, eckid_bytes(index, sizeof(index)),
                             eckid_bytes(sealed, len), pool) &&
           read_record(owner, plain, owners->realm, now);
}

bool eckid_token_owner_get(eckid_token_owner_t *owner, const eckid_token_owners_t *owners,
                           eckid_token_kind_t kind, const char *issuer, const char *token,
                           apr_time_t now, apr_pool_t *pool)
{
    owner->issuer = issuer;
    return get_by(owner, owners, owners->secret, kind, token, now, pool) ||
           (owners->previous && get_by(owner, owners, owners->previous, kind, token, now, pool));
}

/* Writing: empty if the record is too long to be stored. */
static eckid_bytes_t write_record(const eckid_token_owner_t *owner, const char *realm,
                                  apr_time_t until, apr_pool_t *pool)
{
    const bool has_key = owner->decided && owner->outcome == ECKID_FOUND;
    const char *texts[TEXTS] = {owner->client,
                                owner->subject,
                                owner->scope,
                                has_key ? owner->key.type : "",
                                has_key ? owner->key.value : "",
                                has_key && owner->key.school ? owner->key.school : "",
                                realm};
    char *record = apr_pcalloc(pool, ECKID_TOKEN_OWNER_RECORD_MAX);
    apr_size_t len = sizeof(head_t);
    head_t head;

    memset(&head, 0, sizeof(head)); /* so that the padding is defined too */
    head.version = RECORD_VERSION;
    head.decided = owner->decided;
    head.outcome = owner->decided ? (unsigned char)owner->outcome : 0;
    head.until = until;
    memcpy(record, &head, sizeof(head));
    for (int i = 0; i < TEXTS; i++) {
        apr_size_t size = strlen(texts[i]) + 1;

        if (len + size > ECKID_TOKEN_OWNER_RECORD_MAX - ECKID_SECRET_OVERHEAD) {
            return eckid_bytes(record, 0);
        }
        memcpy(record + len, texts[i], size);
        len += size;
    }
    return eckid_bytes(record, len);
}

void eckid_token_owner_put(const eckid_token_owners_t *owners, eckid_token_kind_t kind,
                           const char *token, const eckid_token_owner_t *owner, apr_time_t until,
                           const eckid_moment_t *moment, apr_pool_t *pool)
{
    unsigned char index[ECKID_CACHE_INDEX];
    eckid_bytes_t record = write_record(owner, owners->realm, until, pool), sealed;

    make_index(index, owners->secret, kind, owner->issuer, token, pool);
    if (record.len && until > moment->now &&
        !eckid_secret_seal(&sealed, owners->secret, moment->token_nonce[kind],
                           eckid_bytes(index, sizeof(index)), record, pool)) {
        owners->store.put(owners->store.self, index, sealed, until, pool);
    }
}
