/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person as the directory's database sees one: digests and ciphertext. */
#include "directory/eckid_directory_seal.h"

#include <apr_strings.h>

/* The plain text begins with this. Another layout gets another version. */
#define VERSION 1
/* Its length says nothing about the length of a name. */
#define PADDING 64

/* Names */

const char *eckid_directory_school_name(const eckid_school_t *school, apr_pool_t *pool)
{
    return apr_pstrcat(pool, school->type, ":", school->value, NULL);
}

eckid_school_t eckid_directory_school_of(const char *name, apr_pool_t *pool)
{
    const char *colon = strchr(name, ':');

    return colon ? (eckid_school_t){apr_pstrmemdup(pool, name, (apr_size_t)(colon - name)),
                                    apr_pstrdup(pool, colon + 1)}
                 : (eckid_school_t){"", apr_pstrdup(pool, name)};
}

static bool is_visible(const char *text, apr_size_t max)
{
    apr_size_t len = text ? strlen(text) : 0;

    for (apr_size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    return len > 0 && len <= max;
}

/* A comma separates kinds, and "%" and "_" mean something to LIKE. */
static bool is_kind(const char *kind)
{
    return is_visible(kind, ECKID_DIRECTORY_WORD_MAX) &&
           kind[strspn(kind, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static const char *wrong_key(const eckid_directory_key_t *key)
{
    if (!is_visible(key->type, ECKID_DIRECTORY_WORD_MAX)) {
        return "the type of a key";
    }
    return !key->value || !*key->value || strlen(key->value) > ECKID_DIRECTORY_KEY_MAX ? "a key"
                                                                                       : NULL;
}

eckid_err_t *eckid_directory_person_check(const eckid_school_t *school,
                                          const eckid_directory_person_t *person,
                                          const char *source, apr_pool_t *pool)
{
    const char *wrong = !is_visible(school->type, ECKID_DIRECTORY_WORD_MAX) ||
                                strchr(school->type, ':') ||
                                !is_visible(school->value, ECKID_DIRECTORY_KEY_MAX)
                            ? "the school"
                        : !is_kind(person->kind)                        ? "the kind"
                        : !is_visible(source, ECKID_DIRECTORY_WORD_MAX) ? "the source"
                        : !person->keys || person->keys->nelts < 1      ? "there is no key"
                        : person->keys->nelts > ECKID_DIRECTORY_KEYS    ? "there are too many keys"
                                                                        : NULL;

    for (int i = 0; !wrong && i < person->keys->nelts; i++) {
        wrong = wrong_key(&APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t));
    }
    return wrong ? eckid_err_make(pool, ECKID_DIRECTORY_PERSON, "%s", wrong) : NULL;
}

/* Digests */

static void digest_of(eckid_digest_t *digest, const eckid_secret_t *secret,
                      const char *const *words, int count, apr_pool_t *pool)
{
    eckid_bytes_t parts[5];

    for (int i = 0; i < count; i++) {
        parts[i] = eckid_bytes_str(words[i]);
    }
    eckid_secret_digest(digest->bytes, secret, parts, count, pool);
}

void eckid_directory_key_digest(eckid_digest_t *digest, const eckid_secret_t *secret,
                                const char *school, const char *kind,
                                const eckid_directory_key_t *key, apr_pool_t *pool)
{
    const char *const words[] = {"directory key", school, kind, key->type, key->value};

    digest_of(digest, secret, words, 5, pool);
}

void eckid_directory_eckid_digest(eckid_digest_t *digest, const eckid_secret_t *secret,
                                  const char *school, const eckid_eck_id_t *eckid, apr_pool_t *pool)
{
    const char *const words[] = {"directory ECK iD", school, eckid->text};

    digest_of(digest, secret, words, 3, pool);
}

void eckid_directory_secret_digest(eckid_digest_t *digest, const eckid_secret_t *secret,
                                   apr_pool_t *pool)
{
    const char *const words[] = {"directory secret"};

    digest_of(digest, secret, words, 1, pool);
}

/* Content: version, number of keys, then each text with its length in two bytes. */

static char *write_text(char *to, const char *text)
{
    apr_size_t len = strlen(text);

    *to++ = (char)(len >> 8);
    *to++ = (char)len;
    memcpy(to, text, len);
    return to + len;
}

static eckid_bytes_t write_person(const eckid_directory_person_t *person, apr_pool_t *pool)
{
    apr_size_t room = 2 + 2 + sizeof(person->eckid.text) + PADDING;

    for (int i = 0; i < person->keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t);

        room += 4 + strlen(key->type) + strlen(key->value);
    }
    char *text = apr_pcalloc(pool, room), *to = text;

    *to++ = VERSION;
    *to++ = (char)person->keys->nelts;
    to = write_text(to, person->has_eckid ? person->eckid.text : "");
    for (int i = 0; i < person->keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t);

        to = write_text(write_text(to, key->type), key->value);
    }
    return eckid_bytes(text, ((apr_size_t)(to - text) + PADDING - 1) / PADDING * PADDING);
}

/* A text, and what is left behind it; NULL if it is cut. */
static const char *read_text(eckid_bytes_t *left, apr_pool_t *pool)
{
    apr_size_t len = left->len < 2 ? 0
                                   : (apr_size_t)(unsigned char)left->data[0] << 8 |
                                         (unsigned char)left->data[1];

    if (left->len < 2 + len) {
        return NULL;
    }
    const char *text = apr_pstrmemdup(pool, left->data + 2, len);

    *left = eckid_bytes(left->data + 2 + len, left->len - 2 - len);
    return text;
}

static bool read_person(eckid_directory_person_t *person, eckid_bytes_t text, apr_pool_t *pool)
{
    if (text.len < 2 || text.data[0] != VERSION) {
        return false;
    }
    int count = text.data[1];
    apr_array_header_t *keys = apr_array_make(pool, count, sizeof(eckid_directory_key_t));
    eckid_bytes_t left = eckid_bytes(text.data + 2, text.len - 2);
    const char *eckid = read_text(&left, pool);

    for (int i = 0; i < count; i++) {
        eckid_directory_key_t key = {.type = read_text(&left, pool)};

        key.value = read_text(&left, pool);
        if (!key.type || !key.value) {
            return false;
        }
        APR_ARRAY_PUSH(keys, eckid_directory_key_t) = key;
    }
    person->keys = keys;
    person->has_eckid = eckid && *eckid;
    return eckid && count > 0 &&
           (!person->has_eckid || eckid_eck_id_parse(&person->eckid, eckid_bytes_str(eckid), true));
}

/* Sealing */

/* The record's place: who has no secret cannot move a person to another one. */
typedef struct place_t {
    char first[sizeof(eckid_digest_t)], id[ECKID_DIRECTORY_ID];
} place_t;

static place_t place_of(const void *first, const char *id)
{
    place_t place;

    memcpy(place.first, first, sizeof(place.first));
    memcpy(place.id, id, sizeof(place.id));
    return place;
}

eckid_err_t *eckid_directory_seal(eckid_sealed_person_t *sealed, const eckid_secret_t *secret,
                                  const char *school, const char *id,
                                  const eckid_directory_person_t *person, apr_pool_t *pool)
{
    unsigned char nonce[ECKID_SECRET_NONCE];
    eckid_bytes_t text = write_person(person, pool);
    const eckid_bytes_t content[] = {eckid_bytes_str("directory content"), eckid_bytes_str(school),
                                     eckid_bytes_str(person->kind), text};

    *sealed =
        (eckid_sealed_person_t){.key_count = person->keys->nelts, .has_eckid = person->has_eckid};
    for (int i = 0; i < sealed->key_count; i++) {
        eckid_directory_key_digest(&sealed->keys[i], secret, school, person->kind,
                                   &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t), pool);
    }
    if (person->has_eckid) {
        eckid_directory_eckid_digest(&sealed->eckid, secret, school, &person->eckid, pool);
    }
    eckid_secret_digest(sealed->content.bytes, secret, content, 4, pool);
    if (!eckid_secret_random(nonce, sizeof(nonce))) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no randomness");
    }
    const place_t place = place_of(&sealed->keys[0], id);

    return eckid_secret_seal(&sealed->sealed, secret, nonce, eckid_bytes(&place, sizeof(place)),
                             text, pool);
}

bool eckid_directory_unseal(eckid_directory_person_t *person, const eckid_secret_t *secret,
                            const char *school, const char *kind, const char *id,
                            eckid_bytes_t first, eckid_bytes_t sealed, apr_pool_t *pool)
{
    eckid_bytes_t text;
    eckid_digest_t digest;

    if (first.len != sizeof(digest)) {
        return false;
    }
    const place_t place = place_of(first.data, id);

    if (!eckid_secret_open(&text, secret, eckid_bytes(&place, sizeof(place)), sealed, pool) ||
        !read_person(person, text, pool)) {
        return false;
    }
    person->kind = kind;
    eckid_directory_key_digest(&digest, secret, school, kind,
                               &APR_ARRAY_IDX(person->keys, 0, eckid_directory_key_t), pool);
    return eckid_bytes_equal(eckid_bytes(&digest, sizeof(digest)), first);
}
