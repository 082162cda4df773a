/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON object of which members can be set and removed, while the others stay byte for byte. */
#include "base/eckid_json_edit.h"
#include "base/eckid_find.h"
#include "base/eckid_json_readable.h"
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

/* Behind the string that begins there, or at the NUL when it has no end. */
static const char *skip_string(const char *at)
{
    static const char ends[] = "\"\\";

    at += 1 + strcspn(at + 1, ends);
    while (*at == '\\') {
        at += at[1] ? 2 : 1;
        at += strcspn(at, ends);
    }
    return *at ? at + 1 : at;
}

/* What a letter outside of strings adds to the depth. */
static int step(char letter)
{
    return (letter == '{' || letter == '[') - (letter == '}' || letter == ']');
}

/* Whether a letter needs to be decoded, judged or escaped within a string. */
static inline bool is_odd(unsigned char letter)
{
    return (letter < ' ') | (letter > '~') | (letter == '"') | (letter == '\\');
}

/* Whether all of it stands for itself between quotes, as in tokens. */
static bool is_plain(eckid_bytes_t text)
{
    return !eckid_find_kind(text, is_odd);
}

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

    if (json_is_string(value) && is_plain(string)) {
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

    return is_plain(text) ? quote(text, pool)
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

    if (is_plain(text)) {
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

/*
 * Parsing. The outermost object is read here, since nearly all of its values are plain strings, of
 * which nothing has to be decoded; jansson, which spends some hundred and fifty instructions on
 * each letter of a token, is given all others, and judges them.
 */

#define NESTED_MAX 2048 /* as with jansson, which counts the outermost object too */

typedef struct reader_t {
    const char *text, *at; /* up to a NUL */
    eckid_json_edit_t *object;
    eckid_code_t code;
    apr_pool_t *pool;
} reader_t;

/* RFC 8259 section 2. */
static bool is_space(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

static void skip_space(reader_t *reader)
{
    while (is_space(*reader->at)) {
        reader->at++;
    }
}

/* Whether the next letter behind white space is that one, which then has been read. */
static bool take(reader_t *reader, char letter)
{
    skip_space(reader);
    if (*reader->at != letter) {
        return false;
    }
    reader->at++;
    return true;
}

static eckid_err_t *bad(const reader_t *reader, const char *at)
{
    return eckid_err_make(reader->pool, reader->code, "it is not JSON, at byte %d",
                          (int)(at - reader->text));
}

static eckid_err_t *repeated(const reader_t *reader)
{
    return eckid_err_make(reader->pool, reader->code,
                          "a member of its JSON is there twice, and not the same");
}

/* where.text quotes the input, so only the position may be reported. */
static eckid_err_t *load(json_t **value, reader_t *reader, eckid_bytes_t text)
{
    const eckid_bytes_t readable = eckid_json_readable(text, reader->pool);
    json_error_t where;

    *value = json_loadb(readable.data, readable.len,
                        JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &where);
    if (!*value) {
        return json_error_code(&where) == json_error_duplicate_key
                   ? repeated(reader)
                   : bad(reader, text.data + where.position);
    }
    eckid_json_own(*value, reader->pool);
    return NULL;
}

/* A string without escapes, quotes and all. */
static bool is_plain_string(eckid_bytes_t text)
{
    return text.len >= 2 && *text.data == '"' && text.data[text.len - 1] == '"' &&
           is_plain(eckid_bytes(text.data + 1, text.len - 2));
}

static eckid_err_t *read_name(member_t *member, reader_t *reader)
{
    json_t *name;

    member->key = eckid_bytes(reader->at, (apr_size_t)(skip_string(reader->at) - reader->at));
    reader->at += member->key.len;
    if (is_plain_string(member->key)) {
        member->name = apr_pstrmemdup(reader->pool, member->key.data + 1, member->key.len - 2);
        return NULL;
    }
    ECKID_ERR(load(&name, reader, member->key));
    member->name = json_string_value(name);
    return NULL;
}

/* Up to what ends the value. One that is nested too deeply is cut, and so refused. */
static const char *skip_value(const char *at)
{
    int depth = 0;

    while (*at && depth < NESTED_MAX && (depth > 0 || !strchr(",}]", *at))) {
        depth += step(*at);
        at = *at == '"' ? skip_string(at) : at + 1;
    }
    return at;
}

static eckid_err_t *read_value(member_t *member, reader_t *reader)
{
    skip_space(reader);
    const char *from = reader->at, *to = skip_value(from);

    reader->at = to;
    while (to > from && is_space(to[-1])) {
        to--;
    }
    member->value = eckid_bytes(from, (apr_size_t)(to - from));
    return is_plain_string(member->value) ? NULL : load(&member->parsed, reader, member->value);
}

/* One that is there once more, in the same letters, counts where it stands last. */
static eckid_err_t *add_read(reader_t *reader, const member_t *member)
{
    member_t *before = find(reader->object, member->name);

    if (before && (!eckid_bytes_equal(before->key, member->key) ||
                   !eckid_bytes_equal(before->value, member->value))) {
        return repeated(reader);
    }
    if (before) {
        before->is_removed = true;
    }
    add_member(reader->object, member, reader->pool);
    return NULL;
}

static eckid_err_t *read_member(reader_t *reader)
{
    member_t member = {0};

    skip_space(reader);
    if (*reader->at != '"') {
        return bad(reader, reader->at);
    }
    ECKID_ERR(read_name(&member, reader));
    if (!take(reader, ':')) {
        return bad(reader, reader->at);
    }
    ECKID_ERR(read_value(&member, reader));
    return add_read(reader, &member);
}

static eckid_err_t *read_members(reader_t *reader)
{
    bool more = !take(reader, '}');

    while (more) {
        ECKID_ERR(read_member(reader));
        more = take(reader, ',');
        if (!more && !take(reader, '}')) {
            return bad(reader, reader->at);
        }
    }
    return NULL;
}

/* Another kind of JSON, or none. */
static eckid_err_t *refuse_other(reader_t *reader, eckid_bytes_t text)
{
    json_t *value;

    ECKID_ERR(load(&value, reader, text));
    return eckid_err_make(reader->pool, reader->code, "it is JSON, but not an object");
}

eckid_err_t *eckid_json_edit_parse(eckid_json_edit_t **out, eckid_bytes_t text, eckid_code_t code,
                                   apr_pool_t *pool)
{
    text = eckid_json_unmarked(text);
    if (text.len > ECKID_JSON_EDIT_MAX) {
        return eckid_err_make(pool, code, "the JSON is longer than %d bytes", ECKID_JSON_EDIT_MAX);
    }
    const char *copy = apr_pstrmemdup(pool, text.data, text.len);
    reader_t reader = {copy, copy, eckid_json_edit_make(pool), code, pool};

    if (!take(&reader, '{')) {
        return refuse_other(&reader, eckid_bytes(copy, text.len));
    }
    ECKID_ERR(read_members(&reader));
    skip_space(&reader);
    if (reader.at != copy + text.len) {
        return bad(&reader, reader.at);
    }
    *out = reader.object;
    return NULL;
}
