/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7515: parses a compact JWS, verifies it against an allow-list, and signs another payload. */
#include "jose/eckid_jws.h"
#include "base/eckid_words.h"
#include "base/eckid_json_edit.h"

#include <apr_strings.h>

struct eckid_jws_t {
    eckid_json_edit_t *header;
    eckid_key_alg_t alg;
    eckid_bytes_t input; /* the signed bytes of header and payload */
    eckid_bytes_t payload, signature;
};

struct eckid_signed_t {
    eckid_bytes_t payload;
    eckid_key_alg_t alg;
    const char *typ, *cty; /* or NULL */
};

static eckid_err_t *bad(apr_pool_t *pool, const char *why)
{
    return eckid_err_make(pool, ECKID_TOKEN, "%s", why);
}

/* Parsing */

#define PARTS_MAX 5

#define ALG_MAX 20 /* none that is registered is longer */

/* Splits the text at its dots. Returns the number of parts, or PARTS_MAX + 1 if there are more. */
static int split(eckid_bytes_t parts[PARTS_MAX], eckid_bytes_t text)
{
    const char *at = text.data, *end = text.data + text.len;
    int count = 0;

    for (;;) {
        const char *dot = memchr(at, '.', (size_t)(end - at));

        if (count < PARTS_MAX) {
            parts[count] = eckid_bytes(at, (apr_size_t)((dot ? dot : end) - at));
        }
        count++;
        if (!dot || count > PARTS_MAX) {
            return count;
        }
        at = dot + 1;
    }
}

bool eckid_jws_is(eckid_bytes_t text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789-_.";
    eckid_bytes_t parts[PARTS_MAX];
    int count = split(parts, text);

    for (apr_size_t i = 0; i < text.len; i++) {
        if (!text.data[i] || !strchr(digits, text.data[i])) {
            return false;
        }
    }
    return (count == 3 || count == 5) && parts[0].len > 0;
}

/* RFC 7515 section 4.1.11, RFC 7797 section 3. What brings a key or points at one (jku, jwk, x5u,
 * x5c) need not be understood, and is neither trusted nor fetched. */
static eckid_err_t *check_header(const eckid_json_edit_t *header, apr_pool_t *pool)
{
    static const char *const unwanted[] = {"crit", "b64", NULL};

    for (const char *const *name = unwanted; *name; name++) {
        if (eckid_json_edit_get(header, *name)) {
            return eckid_err_make(pool, ECKID_TOKEN, "the header has %s", *name);
        }
    }
    if (eckid_json_edit_has(header, "kid") && !eckid_json_edit_string(header, "kid")) {
        return bad(pool, "the kid is not a string");
    }
    return NULL;
}

/* An alg as the log may have it: nothing else can stand there. */
static const char *shown(const char *alg)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+";
    apr_size_t len = alg ? strlen(alg) : 0;

    return len > 0 && len <= ALG_MAX && strspn(alg, digits) == len ? alg : "its alg";
}

static eckid_err_t *read_header(eckid_jws_t *jws, eckid_bytes_t part, apr_pool_t *pool)
{
    eckid_bytes_t text;

    if (!eckid_codec_base64url_decode(&text, part, pool)) {
        return bad(pool, "the header is not base64url");
    }
    ECKID_ERR(eckid_json_edit_parse(&jws->header, text, ECKID_TOKEN, pool));
    const char *alg = eckid_json_edit_string(jws->header, "alg");

    if (eckid_json_edit_get(jws->header, "enc")) {
        return eckid_err_make(pool, ECKID_TOKEN_ENCRYPTED, "%s", "");
    }
    if (!alg || !eckid_jwa_find(&jws->alg, alg)) {
        return eckid_err_make(pool, ECKID_TOKEN_ALGORITHM, "%s is not supported", shown(alg));
    }
    return check_header(jws->header, pool);
}

eckid_err_t *eckid_jws_open(eckid_jws_t **out, eckid_bytes_t text, apr_pool_t *pool)
{
    eckid_jws_t *jws = apr_pcalloc(pool, sizeof(*jws));
    eckid_bytes_t parts[PARTS_MAX];

    if (text.len > ECKID_JWS_MAX) {
        return eckid_err_make(pool, ECKID_TOKEN, "the token is longer than %d bytes",
                              ECKID_JWS_MAX);
    }
    int count = split(parts, text);

    if (count == 5) {
        return eckid_err_make(pool, ECKID_TOKEN_ENCRYPTED, "%s", "");
    }
    if (count != 3) {
        return bad(pool, "the token does not have three parts");
    }
    ECKID_ERR(read_header(jws, parts[0], pool));
    if (!eckid_codec_base64url_decode(&jws->payload, parts[1], pool) ||
        !eckid_codec_base64url_decode(&jws->signature, parts[2], pool)) {
        return bad(pool, "the token is not base64url");
    }
    jws->input = eckid_bytes(text.data, parts[0].len + 1 + parts[1].len);
    *out = jws;
    return NULL;
}

eckid_bytes_t eckid_jws_claimed(const eckid_jws_t *jws)
{
    return jws->payload;
}

const char *eckid_jws_kid(const eckid_jws_t *jws)
{
    return eckid_json_edit_string(jws->header, "kid");
}

/* Verifying */

static bool may_verify(const eckid_jwk_t *jwk, eckid_key_alg_t alg)
{
    return eckid_jwa_fits(alg, eckid_key_kind(jwk->key)) && (!jwk->has_alg || jwk->alg == alg);
}

/* More keys of one kid are not tried; all of one provider's are as trustworthy. */
#define CANDIDATES_MAX 4

typedef struct candidates_t {
    const eckid_key_t *keys[CANDIDATES_MAX];
    int count;      /* different keys that fit; may be more than there is room for */
    bool other_alg; /* whether there are keys of that kid for other algorithms */
} candidates_t;

static void add_candidate(candidates_t *found, const eckid_jwk_t *jwk, eckid_key_alg_t alg)
{
    bool is_new = true;

    if (!may_verify(jwk, alg)) {
        found->other_alg = true;
        return;
    }
    for (int i = 0; i < found->count && i < CANDIDATES_MAX; i++) {
        is_new = is_new && !eckid_key_same(found->keys[i], jwk->key);
    }
    if (is_new && found->count < CANDIDATES_MAX) {
        found->keys[found->count] = jwk->key;
    }
    found->count += is_new;
}

/* The keys of that kid, or those without one, by alg and kind. */
static candidates_t find_keys(const apr_array_header_t *keys, const char *kid, eckid_key_alg_t alg)
{
    candidates_t found = {.count = 0};

    for (int i = 0; i < keys->nelts; i++) {
        const eckid_jwk_t *jwk = &APR_ARRAY_IDX(keys, i, eckid_jwk_t);

        if (eckid_words_same_or_none(jwk->kid, kid)) {
            add_candidate(&found, jwk, alg);
        }
    }
    return found;
}

/* Whatever their kid. */
static candidates_t find_all(const apr_array_header_t *keys, eckid_key_alg_t alg)
{
    candidates_t found = {.count = 0};

    for (int i = 0; i < keys->nelts; i++) {
        add_candidate(&found, &APR_ARRAY_IDX(keys, i, eckid_jwk_t), alg);
    }
    return found;
}

static eckid_err_t *no_key(const candidates_t *found, const eckid_jws_t *jws,
                           const apr_array_header_t *keys, apr_pool_t *pool)
{
    const char *alg = eckid_jwa_name(jws->alg);

    return found->count
               ? eckid_err_advise(
                     eckid_err_make(pool, ECKID_TOKEN_KEY,
                                    "%d trusted keys are for its %s, and no kid says which it is",
                                    found->count, alg),
                     "let the provider put a kid into its tokens and into each key")
               : eckid_err_make(pool, ECKID_TOKEN_KEY,
                                "none of the %d trusted keys is the one for its %s", keys->nelts,
                                alg);
}

/* RFC 7517 section 4.5: keys of one kid may differ in alg or kty. OpenID Connect Core section 10.1:
 * where the kid does not choose, there must be no choice. */
static eckid_err_t *choose_keys(candidates_t *found, const eckid_jws_t *jws,
                                const apr_array_header_t *keys, apr_pool_t *pool)
{
    const char *kid = eckid_json_edit_string(jws->header, "kid");

    *found = kid ? find_keys(keys, kid, jws->alg) : find_all(keys, jws->alg);
    if (kid && !found->count && found->other_alg) {
        return eckid_err_make(pool, ECKID_TOKEN_ALGORITHM, "%s is not the algorithm of the key",
                              eckid_jwa_name(jws->alg));
    }
    if (kid && found->count) {
        return NULL;
    }
    if (kid) {
        *found = find_keys(keys, NULL, jws->alg);
    }
    return found->count == 1 ? NULL : no_key(found, jws, keys, pool);
}

static eckid_err_t *choose(candidates_t *found, const eckid_jws_t *jws,
                           const eckid_jws_trust_t *trust, apr_pool_t *pool)
{
    bool is_mac = jws->alg == ECKID_HS256;

    if (is_mac != (trust->secret != NULL)) {
        return eckid_err_make(pool, ECKID_TOKEN_ALGORITHM, "%s is not this client's algorithm",
                              eckid_jwa_name(jws->alg));
    }
    if (is_mac) {
        *found = (candidates_t){{trust->secret}, 1, false};
        return NULL;
    }
    return choose_keys(found, jws, trust->keys, pool);
}

static bool holds(const eckid_jws_t *jws, const candidates_t *candidates)
{
    bool held = false;

    for (int i = 0; !held && i < candidates->count && i < CANDIDATES_MAX; i++) {
        held = eckid_key_verify(candidates->keys[i], jws->alg, jws->signature, jws->input);
    }
    return held;
}

eckid_err_t *eckid_jws_verify(const eckid_signed_t **out, const eckid_jws_t *jws,
                              const eckid_jws_trust_t *trust, apr_pool_t *pool)
{
    candidates_t candidates;
    eckid_signed_t *verified = apr_pcalloc(pool, sizeof(*verified));

    ECKID_ERR(choose(&candidates, jws, trust, pool));
    if (!holds(jws, &candidates)) {
        return eckid_err_make(pool, ECKID_TOKEN_SIGNATURE, "by %s", eckid_jwa_name(jws->alg));
    }
    verified->payload = jws->payload;
    verified->alg = jws->alg;
    verified->typ = eckid_json_edit_string(jws->header, "typ");
    verified->cty = eckid_json_edit_string(jws->header, "cty");
    *out = verified;
    return NULL;
}

eckid_bytes_t eckid_jws_payload(const eckid_signed_t *verified)
{
    return verified->payload;
}

eckid_key_alg_t eckid_jws_alg(const eckid_signed_t *verified)
{
    return verified->alg;
}

const char *eckid_jws_typ(const eckid_signed_t *verified)
{
    return verified->typ;
}

/* Signing */

static void set_text(eckid_json_edit_t *header, const char *name, const char *value,
                     apr_pool_t *pool)
{
    if (value) {
        eckid_json_edit_set_string(header, name, value, pool);
    }
}

static const char *make_header(const eckid_signed_t *verified, const eckid_jws_signer_t *signer,
                               apr_pool_t *pool)
{
    eckid_json_edit_t *header = eckid_json_edit_make(pool);

    set_text(header, "alg", eckid_jwa_name(signer->alg), pool);
    set_text(header, "typ", verified->typ, pool);
    set_text(header, "cty", verified->cty, pool);
    set_text(header, "kid", signer->kid, pool);
    return eckid_codec_base64url(eckid_json_edit_print(header, pool), pool).data;
}

eckid_err_t *eckid_jws_sign(eckid_bytes_t *text, const eckid_signed_t *verified,
                            eckid_bytes_t payload, const eckid_jws_signer_t *signer,
                            apr_pool_t *pool)
{
    eckid_bytes_t signature;

    if (!eckid_jwa_fits(signer->alg, eckid_key_kind(signer->key))) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_KEY, "%s cannot sign with %s",
                                               eckid_key_name(signer->key),
                                               eckid_jwa_name(signer->alg)),
                                "alg= and the kind of the key must fit each other");
    }
    const char *input = apr_pstrcat(pool, make_header(verified, signer, pool), ".",
                                    eckid_codec_base64url(payload, pool).data, NULL);

    ECKID_ERR(eckid_key_sign(&signature, signer->key, signer->alg, eckid_bytes_str(input), pool));
    *text = eckid_bytes_str(
        apr_pstrcat(pool, input, ".", eckid_codec_base64url(signature, pool).data, NULL));
    return NULL;
}
