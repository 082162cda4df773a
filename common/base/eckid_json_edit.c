/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON object of which members can be set and removed, while the others stay byte for byte. */
#include "base/eckid_json_edit.h"
#include "base/eckid_json_readable.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

typedef struct member_t {
    const char *name;
    eckid_bytes_t key, value; /* as in the text */
    json_t *parsed;           /* the value; NULL while nobody has read one that is plain */
    bool is_removed;
} member_t;

struct eckid_json_edit_t {
    json_t *owner;               /* an array with all that was parsed, whose readers may hold it */
    apr_array_header_t *members; /* member_t *, in the order of the text */
    apr_hash_t *by_name;         /* member_t *, but for those that were removed */
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

/* Whether all of it stands for itself between quotes, as in tokens. */
static bool is_plain(eckid_bytes_t text)
{
    apr_size_t i = 0;

    while (i < text.len && text.data[i] >= ' ' && text.data[i] <= '~' && text.data[i] != '"' &&
           text.data[i] != '\\') {
        i++;
    }
    return i == text.len;
}

/*
 * Brief texts. jansson spends some hundred and fifty instructions on a letter, and most letters are
 * those of tokens. It is given the text without the letters of long plain values of the outermost
 * object, and these are put in place when they are read. That changes nothing but what is between
 * two quotes, so it accepts the same texts.
 */

#define LONG 8 /* from which on that is cheaper */

static bool is_long(const char *from, const char *to)
{
    return *from == '"' && to - from >= LONG &&
           is_plain(eckid_bytes(from + 1, (apr_size_t)(to - from) - 2));
}

static char *move(char *to, const char *from, const char *end)
{
    memmove(to, from, (size_t)(end - from));
    return to + (end - from);
}

/* Makes the text brief in its place; its length then. */
static apr_size_t make_brief(char *text, apr_size_t len)
{
    const char *from = text, *end = text + len, *next;
    char *to = text, before = '\0';
    int depth = 0;

    for (const char *at = text; at < end; at = next) {
        next = *at == '"' ? skip_string(at) : at + 1;
        if (depth == 1 && before == ':' && is_long(at, next)) {
            to = move(to, from, at + 1);
            from = next - 1;
        }
        depth += step(*at);
        before = apr_isspace(*at) ? before : *at;
    }
    return (apr_size_t)(move(to, from, end) - text);
}

/* Finding the members. jansson has parsed the text before, so it is well-formed. */

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static const char *skip_value(const char *at)
{
    int depth = 0;

    do {
        depth += step(*at);
        at = *at == '"' ? skip_string(at) : at + 1;
    } while (depth > 0 || (*at != ',' && *at != '}' && *at != ']'));
    return at;
}

/* Without trailing white space. */
static eckid_bytes_t range(const char *from, const char *to)
{
    return eckid_codec_trim(eckid_bytes(from, (apr_size_t)(to - from)));
}

static const char *decode_name(eckid_bytes_t key, apr_pool_t *pool)
{
    if (!memchr(key.data, '\\', key.len)) {
        return apr_pstrmemdup(pool, key.data + 1, key.len - 2);
    }
    key = eckid_json_readable(key, pool);
    return json_string_value(
        eckid_json_own(json_loadb(key.data, key.len, JSON_DECODE_ANY, NULL), pool));
}

static member_t *add_member(eckid_json_edit_t *object, const member_t *member, apr_pool_t *pool)
{
    member_t *added = apr_pmemdup(pool, member, sizeof(*member));

    APR_ARRAY_PUSH(object->members, member_t *) = added;
    apr_hash_set(object->by_name, added->name, APR_HASH_KEY_STRING, added);
    return added;
}

/* Values has the same members in the same order, or fewer where some are there twice. */
static void find_members(eckid_json_edit_t *object, const char *at, json_t *values,
                         apr_pool_t *pool)
{
    void *next = json_object_iter(values);

    at = skip_space(skip_space(at) + 1);
    while (*at == '"') {
        const char *key_end = skip_string(at);
        const char *value = skip_space(skip_space(key_end) + 1);
        const char *end = skip_value(value);
        member_t member = {.key = range(at, key_end), .value = range(value, end)};

        member.name = decode_name(member.key, pool);
        member.parsed =
            is_long(value, value + member.value.len) ? NULL : json_object_iter_value(next);
        add_member(object, &member, pool);
        next = json_object_iter_next(values, next);
        at = skip_space(end);
        at = *at == ',' ? skip_space(at + 1) : at;
    }
}

/* Keeps a value for as long as the object. */
static json_t *keep(const eckid_json_edit_t *object, json_t *value)
{
    if (json_array_append_new(object->owner, value) != 0) {
        abort(); /* out of memory, as APR does too */
    }
    return value;
}

eckid_json_edit_t *eckid_json_edit_make(apr_pool_t *pool)
{
    eckid_json_edit_t *object = apr_palloc(pool, sizeof(*object));

    *object =
        (eckid_json_edit_t){eckid_json_own(json_array(), pool),
                            apr_array_make(pool, 16, sizeof(member_t *)), apr_hash_make(pool)};
    return object;
}

/* Reading */

static member_t *find(const eckid_json_edit_t *object, const char *name)
{
    return apr_hash_get(object->by_name, name, APR_HASH_KEY_STRING);
}

static json_t *parsed(const eckid_json_edit_t *object, member_t *member)
{
    if (!member->parsed) {
        member->parsed =
            keep(object, json_stringn_nocheck(member->value.data + 1, member->value.len - 2));
    }
    return member->parsed;
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

    return member ? parsed(object, member) : NULL;
}

const json_t *eckid_json_edit_value(const eckid_json_edit_t *object, const char *name)
{
    const json_t *value = eckid_json_edit_get(object, name);

    return json_is_null(value) ? NULL : value;
}

const char *eckid_json_edit_string(const eckid_json_edit_t *object, const char *name)
{
    return json_string_value(eckid_json_edit_get(object, name));
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
        apr_hash_set(object->by_name, name, APR_HASH_KEY_STRING, NULL);
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
    return print_any(eckid_json_own(json_string(name), pool), pool);
}

void eckid_json_edit_rename(eckid_json_edit_t *object, const char *name, const char *to,
                            apr_pool_t *pool)
{
    member_t *member = find(object, name);

    if (member && strcmp(name, to) != 0) {
        eckid_json_edit_remove(object, to);
        apr_hash_set(object->by_name, name, APR_HASH_KEY_STRING, NULL);
        member->name = apr_pstrdup(pool, to);
        member->key = print_name(to, pool);
        apr_hash_set(object->by_name, member->name, APR_HASH_KEY_STRING, member);
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
}

void eckid_json_edit_set_text(eckid_json_edit_t *object, const char *name, eckid_bytes_t value,
                              apr_pool_t *pool)
{
    set(object, name, value, keep(object, json_null()), pool);
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
    set(object, name, print_any(value, pool), keep(object, value), pool);
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

/* Without the letters of long values. */
static json_t *load(json_error_t *where, eckid_bytes_t text, size_t flags, apr_pool_t *pool)
{
    const eckid_bytes_t readable = eckid_json_readable(text, pool);
    char *brief = apr_pstrmemdup(pool, readable.data, readable.len);
    json_t *values =
        json_loadb(brief, make_brief(brief, readable.len), flags | JSON_DECODE_INT_AS_REAL, where);

    return values ? values
                  : json_loadb(readable.data, readable.len, flags | JSON_DECODE_INT_AS_REAL, where);
}

static void drop_repeats(eckid_json_edit_t *object)
{
    for (int i = 0; i < object->members->nelts; i++) {
        member_t *member = APR_ARRAY_IDX(object->members, i, member_t *);
        const member_t *last = apr_hash_get(object->by_name, member->name, APR_HASH_KEY_STRING);

        member->is_removed = member != last && eckid_bytes_equal(member->key, last->key) &&
                             eckid_bytes_equal(member->value, last->value);
    }
}

/* The text without members that it has once more, in the same letters; what else is there twice
 * stays so. */
static eckid_bytes_t without_repeats(eckid_bytes_t text, apr_pool_t *pool)
{
    json_error_t where;
    json_t *values = load(&where, text, 0, pool);
    eckid_json_edit_t *object = eckid_json_edit_make(pool);

    if (!values || !json_is_object(keep(object, values))) {
        return text;
    }
    find_members(object, apr_pstrmemdup(pool, text.data, text.len), values, pool);
    drop_repeats(object);
    return eckid_json_edit_print(object, pool);
}

/* where.text quotes the input, so only the position may be reported. */
static eckid_err_t *unread(const json_error_t *where, eckid_code_t code, apr_pool_t *pool)
{
    return json_error_code(where) == json_error_duplicate_key
               ? eckid_err_make(pool, code, "a member of its JSON is there twice, and not the same")
               : eckid_err_make(pool, code, "it is not JSON, at byte %d", where->position);
}

eckid_err_t *eckid_json_edit_parse(eckid_json_edit_t **out, eckid_bytes_t text, eckid_code_t code,
                                   apr_pool_t *pool)
{
    json_error_t where;

    text = eckid_json_unmarked(text);
    if (text.len > ECKID_JSON_EDIT_MAX) {
        return eckid_err_make(pool, code, "the JSON is longer than %d bytes", ECKID_JSON_EDIT_MAX);
    }
    json_t *values = load(&where, text, JSON_REJECT_DUPLICATES, pool);

    if (!values && json_error_code(&where) == json_error_duplicate_key) {
        text = without_repeats(text, pool);
        values = load(&where, text, JSON_REJECT_DUPLICATES, pool);
    }
    if (!values) {
        return unread(&where, code, pool);
    }
    eckid_json_edit_t *object = eckid_json_edit_make(pool);

    if (!json_is_object(keep(object, values))) {
        return eckid_err_make(pool, code, "it is JSON, but not an object");
    }
    find_members(object, apr_pstrmemdup(pool, text.data, text.len), values, pool);
    *out = object;
    return NULL;
}
