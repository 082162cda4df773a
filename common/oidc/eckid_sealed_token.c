/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider's token as a supplier holds it: sealed, with whose it is, and of use only here. */
#include "oidc/eckid_sealed_token.h"

#include <apr_strings.h>

#define VERSION 1      /* without a kind, which is a student's */
#define VERSION_KIND 2 /* with the kind as the last of the texts */
#define PREFIX "eckid_"
#define PREFIX_LEN 9
#define HEAD_LEN 10 /* version, bound, outcome, and when it was sealed: seven bytes of seconds */
#define UNDECIDED 0xff
#define TEXTS 8 /* at most */
#define DECIDED_FOR apr_time_from_sec(30 * 24 * 3600)

static const char *const prefixes[] = {
    [ECKID_ACCESS_TOKEN] = PREFIX "at_", [ECKID_REFRESH_TOKEN] = PREFIX "rt_"};

bool eckid_sealed_token_is(const char *text)
{
    return strncasecmp(text, PREFIX, strlen(PREFIX)) == 0;
}

eckid_token_kind_t eckid_sealed_token_kind(const char *text)
{
    const char *refresh = prefixes[ECKID_REFRESH_TOKEN];

    return strncmp(text, refresh, PREFIX_LEN) == 0 ? ECKID_REFRESH_TOKEN : ECKID_ACCESS_TOKEN;
}

/* What is authenticated besides the content: "eckid_at_ https://idp.school.example". */
static eckid_bytes_t bound_to(const eckid_token_seal_t *seal, eckid_token_kind_t kind,
                              apr_pool_t *pool)
{
    return eckid_bytes_str(apr_pstrcat(pool, prefixes[kind], " ", seal->issuer, NULL));
}

/* A token in fewer bytes: its parts are decoded where they are base64url, as in a JWT. */

/* Each part behind its length in two bytes; empty when the token is not made of base64url. */
static eckid_bytes_t pack(const char *token, apr_pool_t *pool)
{
    char *packed = apr_palloc(pool, strlen(token) * 2 + 2), *to = packed;
    eckid_bytes_t part;

    for (;;) {
        apr_size_t len = strcspn(token, ".");

        if (!eckid_codec_base64url_decode(&part, eckid_bytes(token, len), pool)) {
            return eckid_bytes(packed, 0);
        }
        *to++ = (char)(part.len >> 8);
        *to++ = (char)part.len;
        memcpy(to, part.data, part.len);
        to += part.len;
        if (!token[len]) {
            return eckid_bytes(packed, (apr_size_t)(to - packed));
        }
        token += len + 1;
    }
}

/* NULL when the lengths do not fit. */
static const char *unpack(eckid_bytes_t packed, apr_pool_t *pool)
{
    const unsigned char *at = (const unsigned char *)packed.data, *end = at + packed.len;
    char *token = apr_palloc(pool, packed.len * 2 + 1), *to = token;

    while (end - at >= 2) {
        apr_size_t len = (apr_size_t)(at[0] << 8 | at[1]);

        if (len > (apr_size_t)(end - at) - 2) {
            return NULL;
        }
        eckid_bytes_t part = eckid_codec_base64url(eckid_bytes(at + 2, len), pool);

        memcpy(to, part.data, part.len);
        to += part.len;
        *to++ = '.';
        at += 2 + len;
    }
    if (at != end || to == token) {
        return NULL;
    }
    to[-1] = '\0';
    return token;
}

static int texts_of(bool has_kind)
{
    return has_kind ? TEXTS : TEXTS - 1;
}

/* Writing: a head; the owner's texts, each of which ends with a NUL; the token, behind "p" where it
 * is packed and "t" where it is not. */

static void write_head(char *to, const eckid_token_owner_t *owner, bool has_kind, apr_time_t now)
{
    apr_int64_t seconds = apr_time_sec(now);

    *to++ = has_kind ? VERSION_KIND : VERSION;
    *to++ = (char)owner->bound;
    *to++ = (char)(owner->decided ? (unsigned char)owner->outcome : UNDECIDED);
    for (int shift = 48; shift >= 0; shift -= 8) {
        *to++ = (char)(seconds >> shift);
    }
}

static eckid_bytes_t write_plain(const eckid_token_seal_t *seal, const char *token,
                                 const eckid_token_owner_t *owner, apr_time_t now, apr_pool_t *pool)
{
    const bool has_key = owner->decided && owner->outcome == ECKID_FOUND;
    const bool has_kind = owner->decided && owner->key.kind;
    const char *const texts[TEXTS] = {owner->client,
                                      owner->subject,
                                      owner->scope,
                                      has_key ? owner->key.type : "",
                                      has_key ? owner->key.value : "",
                                      has_key && owner->key.school ? owner->key.school : "",
                                      seal->realm,
                                      has_kind ? owner->key.kind : ""};
    const int count = texts_of(has_kind);
    eckid_bytes_t body = pack(token, pool);
    const char tag = body.len ? 'p' : 't';
    apr_size_t len = HEAD_LEN;

    body = body.len ? body : eckid_bytes_str(token);
    for (int i = 0; i < count; i++) {
        len += strlen(texts[i]) + 1;
    }
    char *plain = apr_palloc(pool, len + 1 + body.len), *to = plain + HEAD_LEN;

    write_head(plain, owner, has_kind, now);
    for (int i = 0; i < count; i++) {
        to = apr_cpystrn(to, texts[i], strlen(texts[i]) + 1) + 1;
    }
    *to++ = tag;
    memcpy(to, body.data, body.len);
    return eckid_bytes(plain, len + 1 + body.len);
}

eckid_err_t *eckid_sealed_token_make(const char **text, const eckid_token_seal_t *seal,
                                     eckid_token_kind_t kind, const char *token,
                                     const eckid_token_owner_t *owner, const eckid_moment_t *moment,
                                     apr_pool_t *pool)
{
    eckid_bytes_t sealed = {"", 0};

    if (eckid_sealed_token_is(token)) {
        return eckid_err_make(pool, ECKID_TOKEN_SEAL, "the provider handed out a sealed one");
    }
    if (strlen(token) < ECKID_SEALED_TOKEN_MAX) {
        ECKID_ERR(eckid_secret_seal(&sealed, seal->secret, moment->token_nonce[kind],
                                    bound_to(seal, kind, pool),
                                    write_plain(seal, token, owner, moment->now, pool), pool));
    }
    if (!sealed.len || PREFIX_LEN + sealed.len / 3 * 4 + 4 > ECKID_SEALED_TOKEN_MAX) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_TOO_LONG, "a token of the provider"),
            "let the provider put fewer claims into it; it is sealed, so it must be shorter than "
            "64 kB");
    }
    *text = apr_pstrcat(pool, prefixes[kind], eckid_codec_base64url(sealed, pool).data, NULL);
    return NULL;
}

/* Reading */

/* Cuts off the texts; false when one does not end. */
static bool read_texts(const char *texts[TEXTS], int count, eckid_bytes_t *rest)
{
    texts[TEXTS - 1] = "";
    for (int i = 0; i < count; i++) {
        const char *nul = memchr(rest->data, '\0', rest->len);

        if (!nul) {
            return false;
        }
        texts[i] = rest->data;
        *rest = eckid_bytes(nul + 1, rest->len - (apr_size_t)(nul + 1 - rest->data));
    }
    return true;
}

static const char *read_token(eckid_bytes_t rest, apr_pool_t *pool)
{
    if (!rest.len) {
        return NULL;
    }
    return *rest.data == 'p' ? unpack(eckid_bytes(rest.data + 1, rest.len - 1), pool)
                             : apr_pstrmemdup(pool, rest.data + 1, rest.len - 1);
}

static apr_time_t read_time(const char *from)
{
    apr_int64_t seconds = 0;

    for (int i = 0; i < 7; i++) {
        seconds = seconds << 8 | (unsigned char)from[i];
    }
    return apr_time_from_sec(seconds);
}

static eckid_token_owner_t read_owner(const char *head, const char *const texts[TEXTS],
                                      const eckid_token_seal_t *seal, apr_time_t now)
{
    const unsigned char outcome = (unsigned char)head[2];

    return (eckid_token_owner_t){
        .bound = head[1] != 0,
        .client = texts[0],
        .subject = texts[1],
        .scope = texts[2],
        .key = {.type = texts[3],
                .value = texts[4],
                .school = *texts[5] ? texts[5] : NULL,
                .kind = *texts[7] ? texts[7] : NULL},
        .decided = outcome < ECKID_OUTCOMES && strcmp(texts[6], seal->realm) == 0 &&
                   read_time(head + 3) + DECIDED_FOR > now,
        .outcome = outcome < ECKID_OUTCOMES ? (eckid_outcome_t)outcome : ECKID_IS_UNKNOWN,
    };
}

static eckid_err_t *refuse(const char *why, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_TOKEN_SEAL, "%s", why);
}

static eckid_err_t *read_plain(const char **token, eckid_token_owner_t *owner, eckid_bytes_t plain,
                               const eckid_token_seal_t *seal, apr_time_t now, apr_pool_t *pool)
{
    const char *texts[TEXTS], *head = plain.data;

    if (plain.len < HEAD_LEN || (*head != VERSION && *head != VERSION_KIND)) {
        return refuse("it is of another version", pool);
    }
    plain = eckid_bytes(head + HEAD_LEN, plain.len - HEAD_LEN);
    if (!read_texts(texts, texts_of(*head == VERSION_KIND), &plain) ||
        !(*token = read_token(plain, pool))) {
        return refuse("what is in it cannot be read", pool);
    }
    *owner = read_owner(head, texts, seal, now);
    return NULL;
}

static bool unseal(eckid_bytes_t *plain, const eckid_token_seal_t *seal, eckid_bytes_t bound,
                   eckid_bytes_t sealed, apr_pool_t *pool)
{
    return eckid_secret_open(plain, seal->secret, bound, sealed, pool) ||
           (seal->previous && eckid_secret_open(plain, seal->previous, bound, sealed, pool));
}

eckid_err_t *eckid_sealed_token_open(const char **token, eckid_token_owner_t *owner,
                                     const eckid_token_seal_t *seal, eckid_token_kind_t kind,
                                     const char *text, apr_time_t now, apr_pool_t *pool)
{
    eckid_bytes_t sealed, plain;

    if (strncmp(text, prefixes[kind], PREFIX_LEN) != 0) {
        return refuse("it is of another kind", pool);
    }
    if (strlen(text) > ECKID_SEALED_TOKEN_MAX) {
        return refuse("it is too long", pool);
    }
    if (!eckid_codec_base64url_decode(&sealed, eckid_bytes_str(text + PREFIX_LEN), pool)) {
        return refuse("it is not base64url", pool);
    }
    if (!unseal(&plain, seal, bound_to(seal, kind, pool), sealed, pool)) {
        return refuse("it was changed, or sealed with another secret or for another provider",
                      pool);
    }
    return read_plain(token, owner, plain, seal, now, pool);
}
