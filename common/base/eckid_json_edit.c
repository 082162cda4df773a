/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON object of which members can be set and removed, while the others stay byte for byte. */
#include "base/eckid_json_edit.h"
#include "base/eckid_json_members.h"
#include "base/eckid_words.h"

#include <apr_hash.h>
#include <apr_strings.h>

#define LISTED_MAX 24 /* so few, with those removed, are found by looking at each, in less time */

typedef struct member_t {
    const char *name;
    eckid_bytes_t key, value; /* as in the text */
    json_t *parsed;           /* the value; NULL while nobody has asked for one that is plain */
    const char *string;       /* of one that is plain, likewise */
    bool is_removed;
} member_t;

struct eckid_json_edit_t {
    apr_array_header_t *members; /* member_t *, in the order of the text */
    apr_hash_t *by_name;         /* the same, but for those that were removed; NULL for few */
    apr_pool_t *pool;            /* has all values, also former ones, which readers may hold */
};

eckid_json_edit_t *eckid_json_edit_make(apr_pool_t *pool)
{
    eckid_json_edit_t *object = apr_palloc(pool, sizeof(*object));

    *object = (eckid_json_edit_t){apr_array_make(pool, 16, sizeof(member_t *)), NULL, pool};
    return object;
}

static void note_name(eckid_json_edit_t *object, const char *name, member_t *member)
{
    if (object->by_name) {
        apr_hash_set(object->by_name, name, APR_HASH_KEY_STRING, member);
    }
}

static void note_all(eckid_json_edit_t *object)
{
    object->by_name = apr_hash_make(object->pool);
    for (int i = 0; i < object->members->nelts; i++) {
        member_t *member = APR_ARRAY_IDX(object->members, i, member_t *);

        if (!member->is_removed) {
            note_name(object, member->name, member);
        }
    }
}

static member_t *add_member(eckid_json_edit_t *object, const member_t *member, apr_pool_t *pool)
{
    member_t *added = apr_pmemdup(pool, member, sizeof(*member));

    APR_ARRAY_PUSH(object->members, member_t *) = added;
    note_name(object, added->name, added);
    if (!object->by_name && object->members->nelts > LISTED_MAX) {
        note_all(object);
    }
    return added;
}

/* Reading */

static member_t *find(const eckid_json_edit_t *object, const char *name)
{
    if (object->by_name) {
        return apr_hash_get(object->by_name, name, APR_HASH_KEY_STRING);
    }
    for (int i = 0; i < object->members->nelts; i++) {
        member_t *member = APR_ARRAY_IDX(object->members, i, member_t *);

        if (eckid_words_same(member->name, name) && !member->is_removed) {
            return member;
        }
    }
    return NULL;
}

/* Of a plain value, without its quotes. */
static eckid_bytes_t letters_of(const member_t *member)
{
    return eckid_bytes(member->value.data + 1, member->value.len - 2);
}

apr_array_header_t *eckid_json_edit_names(const eckid_json_edit_t *object, apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, object->members->nelts, sizeof(const char *));

    for (int i = 0; i < object->members->nelts; i++) {
        const member_t *member = APR_ARRAY_IDX(object->members, i, const member_t *);

        if (!member->is_removed) {
            APR_ARRAY_PUSH(names, const char *) = member->name;
        }
    }
    return names;
}

const json_t *eckid_json_edit_get(const eckid_json_edit_t *object, const char *name)
{
    member_t *member = find(object, name);

    if (member && !member->parsed) {
        const eckid_bytes_t letters = letters_of(member);

        member->parsed =
            eckid_json_own(json_stringn_nocheck(letters.data, letters.len), object->pool);
    }
    return member ? member->parsed : NULL;
}

const json_t *eckid_json_edit_value(const eckid_json_edit_t *object, const char *name)
{
    const json_t *value = eckid_json_edit_get(object, name);

    return json_is_null(value) ? NULL : value;
}

bool eckid_json_edit_has(const eckid_json_edit_t *object, const char *name)
{
    const member_t *member = find(object, name);

    return member && !json_is_null(member->parsed);
}

const char *eckid_json_edit_string(const eckid_json_edit_t *object, const char *name)
{
    member_t *member = find(object, name);

    if (!member || member->parsed) {
        return member ? json_string_value(member->parsed) : NULL;
    }
    if (!member->string) {
        const eckid_bytes_t letters = letters_of(member);

        member->string = apr_pstrmemdup(object->pool, letters.data, letters.len);
    }
    return member->string;
}

eckid_bytes_t eckid_json_edit_text(const eckid_json_edit_t *object, const char *name)
{
    const member_t *member = find(object, name);

    return member ? member->value : eckid_bytes("", 0);
}

/* Changing */

void eckid_json_edit_remove(eckid_json_edit_t *object, const char *name)
{
    member_t *member = find(object, name);

    if (member) {
        member->is_removed = true;
        note_name(object, name, NULL);
    }
}

static eckid_bytes_t quote(eckid_bytes_t text, apr_pool_t *pool)
{
    char *quoted = apr_palloc(pool, text.len + 2);

    quoted[0] = quoted[text.len + 1] = '"';
    memcpy(quoted + 1, text.data, text.len);
    return eckid_bytes(quoted, text.len + 2);
}

/* jansson takes ten times as long for strings that need no escape. Most other values fit at once;
 * printing them a second time, only to know how long they are, costs as much as the first. */
static eckid_bytes_t print_any(const json_t *value, apr_pool_t *pool)
{
    const eckid_bytes_t string = eckid_bytes(json_string_value(value), json_string_length(value));
    char start[512];

    if (json_is_string(value) && eckid_json_is_plain(string)) {
        return quote(string, pool);
    }
    size_t len = json_dumpb(value, start, sizeof(start), JSON_COMPACT | JSON_ENCODE_ANY);
    char *text = apr_pcalloc(pool, len + 1);

    if (len <= sizeof(start)) {
        memcpy(text, start, len);
    }
    else {
        json_dumpb(value, text, len, JSON_COMPACT | JSON_ENCODE_ANY);
    }
    return eckid_bytes(text, len);
}

static eckid_bytes_t print_name(const char *name, apr_pool_t *pool)
{
    const eckid_bytes_t text = eckid_bytes_str(name);

    return eckid_json_is_plain(text) ? quote(text, pool)
                                     : print_any(eckid_json_own(json_string(name), pool), pool);
}

void eckid_json_edit_rename(eckid_json_edit_t *object, const char *name, const char *to,
                            apr_pool_t *pool)
{
    member_t *member = find(object, name);

    if (member && strcmp(name, to) != 0) {
        eckid_json_edit_remove(object, to);
        note_name(object, name, NULL);
        member->name = apr_pstrdup(pool, to);
        member->key = print_name(to, pool);
        note_name(object, member->name, member);
    }
}

static void set(eckid_json_edit_t *object, const char *name, eckid_bytes_t text, json_t *value,
                apr_pool_t *pool)
{
    member_t *member = find(object, name);

    if (!member) {
        const member_t added = {.name = apr_pstrdup(pool, name), .key = print_name(name, pool)};

        member = add_member(object, &added, pool);
    }
    member->value = text;
    member->parsed = value;
    member->string = NULL;
}

void eckid_json_edit_set_text(eckid_json_edit_t *object, const char *name, eckid_bytes_t value,
                              apr_pool_t *pool)
{
    set(object, name, value, json_null(), pool);
}

void eckid_json_edit_set_string(eckid_json_edit_t *object, const char *name, const char *value,
                                apr_pool_t *pool)
{
    const eckid_bytes_t text = eckid_bytes_str(value);

    if (eckid_json_is_plain(text)) {
        set(object, name, quote(text, pool), NULL, pool);
    }
    else {
        eckid_json_edit_set(object, name, json_string(value), pool);
    }
}

void eckid_json_edit_set(eckid_json_edit_t *object, const char *name, json_t *value,
                         apr_pool_t *pool)
{
    json_t *given = eckid_json_own(value ? value : json_null(), object->pool);

    set(object, name, print_any(given, pool), given, pool);
}

eckid_bytes_t eckid_json_edit_print(const eckid_json_edit_t *object, apr_pool_t *pool)
{
    apr_size_t len = 2;

    for (int i = 0; i < object->members->nelts; i++) {
        const member_t *member = APR_ARRAY_IDX(object->members, i, const member_t *);

        len += member->key.len + member->value.len + 2;
    }
    char *text = apr_palloc(pool, len + 1), *to = text;

    *to++ = '{';
    for (int i = 0; i < object->members->nelts; i++) {
        const member_t *member = APR_ARRAY_IDX(object->members, i, const member_t *);

        if (member->is_removed) {
            continue;
        }
        if (to > text + 1) {
            *to++ = ',';
        }
        memcpy(to, member->key.data, member->key.len);
        to += member->key.len;
        *to++ = ':';
        memcpy(to, member->value.data, member->value.len);
        to += member->value.len;
    }
    *to++ = '}';
    *to = '\0';
    return eckid_bytes(text, (apr_size_t)(to - text));
}

/* Parsing */

/* One that is there once more, in the same letters, counts where it stands last. */
static eckid_err_t *add_read(eckid_json_edit_t *object, const eckid_json_member_t *read,
                             eckid_code_t code)
{
    const member_t member = {
        .name = read->name, .key = read->key, .value = read->value, .parsed = read->parsed};
    member_t *before = find(object, read->name);

    if (before && (!eckid_bytes_equal(before->key, read->key) ||
                   !eckid_bytes_equal(before->value, read->value))) {
        return eckid_json_members_repeated(code, object->pool);
    }
    if (before) {
        before->is_removed = true;
    }
    add_member(object, &member, object->pool);
    return NULL;
}

eckid_err_t *eckid_json_edit_parse(eckid_json_edit_t **out, eckid_bytes_t text, eckid_code_t code,
                                   apr_pool_t *pool)
{
    apr_array_header_t *members;

    text = eckid_json_unmarked(text);
    if (text.len > ECKID_JSON_EDIT_MAX) {
        return eckid_err_make(pool, code, "the JSON is longer than %d bytes", ECKID_JSON_EDIT_MAX);
    }
    ECKID_ERR(eckid_json_members(&members, text, code, pool));
    eckid_json_edit_t *object = eckid_json_edit_make(pool);

    for (int i = 0; i < members->nelts; i++) {
        ECKID_ERR(add_read(object, &APR_ARRAY_IDX(members, i, eckid_json_member_t), code));
    }
    *out = object;
    return NULL;
}
