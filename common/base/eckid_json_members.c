/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of a JSON object, each as its text has it. */
#include "base/eckid_json_members.h"
#include "base/eckid_json_readable.h"

#include <apr_strings.h>

/*
 * The outermost object is read here, since nearly all of its values are plain strings, of which
 * nothing has to be decoded; jansson, which spends some hundred and fifty instructions on each
 * letter of a token, is given all others, and judges them.
 */

#define NESTED_MAX 2048 /* as with jansson, which counts the outermost object too */

typedef struct reader_t {
    const char *text, *at;       /* up to a NUL */
    apr_array_header_t *members; /* eckid_json_member_t */
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

eckid_err_t *eckid_json_members_repeated(eckid_code_t code, apr_pool_t *pool)
{
    return eckid_err_make(pool, code, "a member of its JSON is there twice, and not the same");
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
                   ? eckid_json_members_repeated(reader->code, reader->pool)
                   : bad(reader, text.data + where.position);
    }
    eckid_json_own(*value, reader->pool);
    return NULL;
}

/* A string without escapes, quotes and all. */
static bool is_plain_string(eckid_bytes_t text)
{
    return text.len >= 2 && *text.data == '"' && text.data[text.len - 1] == '"' &&
           eckid_json_is_plain(eckid_bytes(text.data + 1, text.len - 2));
}

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

static eckid_err_t *read_name(eckid_json_member_t *member, reader_t *reader)
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

/* What a letter outside of strings adds to the depth. */
static int step(char letter)
{
    return (letter == '{' || letter == '[') - (letter == '}' || letter == ']');
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

static eckid_err_t *read_value(eckid_json_member_t *member, reader_t *reader)
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

static eckid_err_t *read_member(reader_t *reader)
{
    eckid_json_member_t member = {0};

    skip_space(reader);
    if (*reader->at != '"') {
        return bad(reader, reader->at);
    }
    ECKID_ERR(read_name(&member, reader));
    if (!take(reader, ':')) {
        return bad(reader, reader->at);
    }
    ECKID_ERR(read_value(&member, reader));
    APR_ARRAY_PUSH(reader->members, eckid_json_member_t) = member;
    return NULL;
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

eckid_err_t *eckid_json_members(apr_array_header_t **members, eckid_bytes_t text, eckid_code_t code,
                                apr_pool_t *pool)
{
    const char *copy = apr_pstrmemdup(pool, text.data, text.len);
    reader_t reader = {copy, copy, apr_array_make(pool, 32, sizeof(eckid_json_member_t)), code,
                       pool};

    if (!take(&reader, '{')) {
        return refuse_other(&reader, eckid_bytes(copy, text.len));
    }
    ECKID_ERR(read_members(&reader));
    skip_space(&reader);
    if (reader.at != copy + text.len) {
        return bad(&reader, reader.at);
    }
    *members = reader.members;
    return NULL;
}
