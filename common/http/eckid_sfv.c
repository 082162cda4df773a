/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structured fields (RFC 9651): parses and serializes a dictionary, strictly and within bounds. */
#include "http/eckid_sfv.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define FIELD_MAX 16384
#define PLACE_MAX 64

/* The rest of the input. It ends with NUL, which no rule of the grammar matches. */
typedef struct reader_t {
    const char *at;
    apr_pool_t *pool;
} reader_t;

static bool skip(reader_t *reader, char c)
{
    if (*reader->at != c) {
        return false;
    }
    reader->at++;
    return true;
}

static void skip_spaces(reader_t *reader, const char *spaces)
{
    reader->at += strspn(reader->at, spaces);
}

/* Takes the longest run of bytes from the set, which may be empty. */
static eckid_bytes_t take(reader_t *reader, const char *set)
{
    eckid_bytes_t taken = eckid_bytes(reader->at, strspn(reader->at, set));

    reader->at += taken.len;
    return taken;
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Section 4.2.3.3. */
static bool read_key(reader_t *reader, const char **key)
{
    eckid_bytes_t text = eckid_bytes("", 0);

    if (apr_islower(*reader->at) || *reader->at == '*') {
        text = take(reader, LOWER DIGITS "_-.*");
    }
    *key = apr_pstrmemdup(reader->pool, text.data, text.len);
    return text.len > 0;
}

/* Sections 4.2.4 and 4.1.5: at most three digits after the decimal point. */
static bool read_decimal(eckid_sfv_value_t *value, eckid_bytes_t whole, eckid_bytes_t fraction,
                         bool negative, apr_pool_t *pool)
{
    if (whole.len < 1 || whole.len > 12 || fraction.len < 1 || fraction.len > 3) {
        return false;
    }
    const char *digits = apr_pstrcat(pool, apr_pstrmemdup(pool, fraction.data, fraction.len),
                                     &"000"[fraction.len], NULL);
    apr_int64_t front = apr_atoi64(whole.data), back = apr_atoi64(digits);
    char *text = apr_psprintf(pool, "%s%" APR_INT64_T_FMT ".%03" APR_INT64_T_FMT,
                              negative && front + back ? "-" : "", front, back);
    apr_size_t len = strlen(text);

    while (text[len - 1] == '0' && text[len - 2] != '.') {
        text[--len] = '\0';
    }
    value->type = ECKID_SFV_DECIMAL;
    value->text = text;
    return true;
}

static bool read_number(reader_t *reader, eckid_sfv_value_t *value)
{
    bool negative = skip(reader, '-');
    eckid_bytes_t whole = take(reader, DIGITS);

    if (skip(reader, '.')) {
        return read_decimal(value, whole, take(reader, DIGITS), negative, reader->pool);
    }
    if (whole.len < 1 || whole.len > 15) {
        return false;
    }
    value->type = ECKID_SFV_INTEGER;
    value->integer = negative ? -apr_atoi64(whole.data) : apr_atoi64(whole.data);
    value->text = apr_psprintf(reader->pool, "%" APR_INT64_T_FMT, value->integer);
    return true;
}

/* Section 4.2.5: the length of a string with both quotes; 0 if it is malformed. */
static apr_size_t string_len(const char *from)
{
    const char *at = from + 1;

    for (; *at != '"'; at++) {
        if (*at == '\\' && *++at != '"' && *at != '\\') {
            return 0;
        }
        if (*at < ' ' || *at > '~') {
            return 0;
        }
    }
    return (apr_size_t)(at + 1 - from);
}

/* Both escapes stand for the escaped character, so the serialized text is the input. */
static bool read_string(reader_t *reader, eckid_sfv_value_t *value)
{
    apr_size_t len = string_len(reader->at);
    char *out = apr_palloc(reader->pool, len + 1), *to = out;

    if (!len) {
        return false;
    }
    value->type = ECKID_SFV_STRING;
    value->text = apr_pstrmemdup(reader->pool, reader->at, len);
    for (apr_size_t i = 1; i < len - 1; i++) {
        i += reader->at[i] == '\\';
        *to++ = reader->at[i];
    }
    *to = '\0';
    value->bytes = eckid_bytes(out, (apr_size_t)(to - out));
    reader->at += len;
    return true;
}

/* Section 4.2.6. */
static bool read_token(reader_t *reader, eckid_sfv_value_t *value)
{
    eckid_bytes_t text = take(reader, UPPER LOWER DIGITS "!#$%&'*+-.^_`|~:/");

    value->type = ECKID_SFV_TOKEN;
    value->text = apr_pstrmemdup(reader->pool, text.data, text.len);
    value->bytes = eckid_bytes(value->text, text.len);
    return true;
}

/* Section 4.2.7. The set excludes the white space that the decoder would skip. */
static bool read_bytes(reader_t *reader, eckid_sfv_value_t *value)
{
    reader->at++;
    eckid_bytes_t text = take(reader, UPPER LOWER DIGITS "+/=");

    if (!skip(reader, ':') || !eckid_codec_base64_decode(&value->bytes, text, reader->pool)) {
        return false;
    }
    value->type = ECKID_SFV_BYTES;
    value->text = apr_pstrmemdup(reader->pool, text.data - 1, text.len + 2);
    return true;
}

static bool read_boolean(reader_t *reader, eckid_sfv_value_t *value)
{
    reader->at++;
    value->type = ECKID_SFV_BOOLEAN;
    value->integer = *reader->at == '1';
    value->text = value->integer ? "?1" : "?0";
    return skip(reader, '1') || skip(reader, '0');
}

/* Section 4.2.3.1: the first byte determines the type. */
static bool read_value(reader_t *reader, eckid_sfv_value_t *value)
{
    char first = *reader->at;

    return first == '-' || apr_isdigit(first)   ? read_number(reader, value)
           : first == '"'                       ? read_string(reader, value)
           : first == '*' || apr_isalpha(first) ? read_token(reader, value)
           : first == ':'                       ? read_bytes(reader, value)
           : first == '?'                       ? read_boolean(reader, value)
                                                : false;
}

/* Section 4.1.1.2: the value true is omitted. */
static const char *print_pair(const char *key, const char *text, apr_pool_t *pool)
{
    return strcmp(text, "?1") == 0 ? key : apr_pstrcat(pool, key, "=", text, NULL);
}

/* Section 4.2.3.2; appends the parameters to the item's text. */
static bool read_params(reader_t *reader, eckid_sfv_item_t *item)
{
    item->params = apr_array_make(reader->pool, 4, sizeof(eckid_sfv_param_t));
    while (skip(reader, ';')) {
        eckid_sfv_param_t param = {.value = {ECKID_SFV_BOOLEAN, 1, {"", 0}, "?1"}};

        skip_spaces(reader, " ");
        if (!read_key(reader, &param.key) || eckid_sfv_param(item, param.key) ||
            (skip(reader, '=') && !read_value(reader, &param.value)) ||
            item->params->nelts == PLACE_MAX) {
            return false;
        }
        APR_ARRAY_PUSH(item->params, eckid_sfv_param_t) = param;
        item->text = apr_pstrcat(reader->pool, item->text, ";",
                                 print_pair(param.key, param.value.text, reader->pool), NULL);
    }
    return true;
}

static bool read_item(reader_t *reader, eckid_sfv_item_t *item)
{
    if (!read_value(reader, &item->value)) {
        return false;
    }
    item->text = item->value.text;
    return read_params(reader, item);
}

/* Section 4.2.1.2. */
static bool read_inner_list(reader_t *reader, eckid_sfv_item_t *item)
{
    item->list = apr_array_make(reader->pool, 8, sizeof(eckid_sfv_item_t));
    item->text = "(";
    reader->at++;
    for (skip_spaces(reader, " "); !skip(reader, ')'); skip_spaces(reader, " ")) {
        eckid_sfv_item_t inner = {.list = NULL};

        if (!read_item(reader, &inner) || !strchr(" )", *reader->at) || !*reader->at ||
            item->list->nelts == PLACE_MAX) {
            return false;
        }
        item->text =
            apr_pstrcat(reader->pool, item->text, item->list->nelts ? " " : "", inner.text, NULL);
        APR_ARRAY_PUSH(item->list, eckid_sfv_item_t) = inner;
    }
    item->text = apr_pstrcat(reader->pool, item->text, ")", NULL);
    return read_params(reader, item);
}

/* Section 4.2.2: a key without value is true; it may have parameters. */
static bool read_member(reader_t *reader, eckid_sfv_member_t *member)
{
    if (!read_key(reader, &member->key)) {
        return false;
    }
    if (!skip(reader, '=')) {
        member->item.value = (eckid_sfv_value_t){ECKID_SFV_BOOLEAN, 1, {"", 0}, "?1"};
        member->item.text = "?1";
        return read_params(reader, &member->item);
    }
    return *reader->at == '(' ? read_inner_list(reader, &member->item)
                              : read_item(reader, &member->item);
}

/* Whether a comma and then another member follow; a trailing comma is an error. */
static bool is_next(reader_t *reader)
{
    skip_spaces(reader, " \t");
    if (!skip(reader, ',')) {
        return false;
    }
    skip_spaces(reader, " \t");
    return true;
}

bool eckid_sfv_dictionary(apr_array_header_t **out, const char *field, apr_pool_t *pool)
{
    apr_array_header_t *members = apr_array_make(pool, 4, sizeof(eckid_sfv_member_t));
    reader_t reader = {field, pool};

    skip_spaces(&reader, " ");
    if (strlen(field) > FIELD_MAX) {
        return false;
    }
    if (*reader.at) {
        do {
            eckid_sfv_member_t member = {.key = NULL};

            if (!read_member(&reader, &member) || eckid_sfv_find(members, member.key) ||
                members->nelts == PLACE_MAX) {
                return false;
            }
            APR_ARRAY_PUSH(members, eckid_sfv_member_t) = member;
        } while (is_next(&reader));
    }
    if (*reader.at) {
        return false;
    }
    *out = members;
    return true;
}

const eckid_sfv_item_t *eckid_sfv_find(const apr_array_header_t *members, const char *key)
{
    for (int i = 0; i < members->nelts; i++) {
        const eckid_sfv_member_t *member = &APR_ARRAY_IDX(members, i, eckid_sfv_member_t);

        if (strcmp(member->key, key) == 0) {
            return &member->item;
        }
    }
    return NULL;
}

const eckid_sfv_value_t *eckid_sfv_param(const eckid_sfv_item_t *item, const char *key)
{
    for (int i = 0; i < item->params->nelts; i++) {
        const eckid_sfv_param_t *param = &APR_ARRAY_IDX(item->params, i, eckid_sfv_param_t);

        if (strcmp(param->key, key) == 0) {
            return &param->value;
        }
    }
    return NULL;
}
