/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps the value of an attribute to a school and a LAS, for servers with many schools. */
#include "las/eckid_school_map.h"
#include "contract/eckid_contract.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>

#define WORDS_MAX 4
#define LAS_NAME_MAX 64

struct eckid_school_map_t {
    apr_hash_t *by_key;
    apr_array_header_t *all;
};

/* A line of the file, and its number. */
typedef struct line_t {
    eckid_bytes_t text;
    const char *file;
    int number;
} line_t;

static eckid_err_t *wrong(const line_t *line, const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_SCHOOL_MAP, "%s:%d: %s", line->file, line->number, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts off the next word; it is empty at the end of the line or before a comment. */
static eckid_bytes_t next_word(eckid_bytes_t *left)
{
    eckid_bytes_t word;

    while (left->len && is_blank(*left->data)) {
        *left = eckid_bytes(left->data + 1, left->len - 1);
    }
    word = eckid_bytes(left->data, 0);
    if (left->len && *left->data == '#') {
        return word;
    }
    while (word.len < left->len && !is_blank(word.data[word.len])) {
        word.len++;
    }
    *left = eckid_bytes(left->data + word.len, left->len - word.len);
    return word;
}

static eckid_err_t *check_word(eckid_bytes_t word, const line_t *line, apr_pool_t *pool)
{
    if (word.len > ECKID_SCHOOL_MAP_WORD_MAX) {
        return wrong(
            line, apr_psprintf(pool, "a word is longer than %d", ECKID_SCHOOL_MAP_WORD_MAX), pool);
    }
    for (apr_size_t i = 0; i < word.len; i++) {
        if (word.data[i] <= ' ' || word.data[i] > '~') {
            return wrong(line, "a character that is not visible ASCII", pool);
        }
    }
    return NULL;
}

/* Splits a line into words; count is 0 for an empty line or a comment. */
static eckid_err_t *split(const char *words[WORDS_MAX], int *count, const line_t *line,
                          apr_pool_t *pool)
{
    eckid_bytes_t left = line->text, word;

    *count = 0;
    for (word = next_word(&left); word.len; word = next_word(&left)) {
        ECKID_ERR(check_word(word, line, pool));
        if (*count == WORDS_MAX) {
            return wrong(line, "more than four words", pool);
        }
        words[(*count)++] = apr_pstrmemdup(pool, word.data, word.len);
    }
    return *count == 0 || *count >= 3 ? NULL : wrong(line, "fewer than three words", pool);
}

static bool is_las_name(const char *name)
{
    apr_size_t len = 0;

    while (apr_isalnum(name[len]) || (name[len] && strchr("._-", name[len]))) {
        len++;
    }
    return !name[len] && len <= LAS_NAME_MAX;
}

static eckid_err_t *add(eckid_school_map_t *schools, const char *const words[WORDS_MAX], int count,
                        const line_t *line, apr_pool_t *pool)
{
    const eckid_school_map_entry_t *before = eckid_school_map_find(schools, words[0]);
    eckid_school_map_entry_t *mapped = apr_pcalloc(pool, sizeof(*mapped));

    if (before) {
        return wrong(line, apr_psprintf(pool, "its key is already on line %d", before->line), pool);
    }
    if (!eckid_contract_knows(eckid_contract_school_types, words[1])) {
        return wrong(
            line, "the type is not one of V_ID, OIE_CODE, BP_ID, DD_ID, AS_ID, OIN, master", pool);
    }
    const eckid_school_t school = {words[1], words[2]};
    const char *fault = eckid_school_fault(&school);

    if (fault) {
        return wrong(line, fault, pool);
    }
    if (count == WORDS_MAX && !is_las_name(words[3])) {
        return wrong(line, "the name of a LAS has at most 64 letters, digits, . _ and -", pool);
    }
    *mapped = (eckid_school_map_entry_t){
        words[0], {words[1], words[2]}, count == WORDS_MAX ? words[3] : NULL, line->number};
    apr_hash_set(schools->by_key, words[0], APR_HASH_KEY_STRING, mapped);
    APR_ARRAY_PUSH(schools->all, const eckid_school_map_entry_t *) = mapped;
    return NULL;
}

static eckid_err_t *read_line(eckid_school_map_t *schools, const line_t *line, apr_pool_t *pool)
{
    const char *words[WORDS_MAX];
    int count;

    ECKID_ERR(split(words, &count, line, pool));
    return count ? add(schools, words, count, line, pool) : NULL;
}

static eckid_err_t *read_lines(eckid_school_map_t *schools, eckid_bytes_t left, const char *file,
                               apr_pool_t *pool)
{
    for (int number = 1; left.len; number++) {
        const char *end = memchr(left.data, '\n', left.len);
        apr_size_t len = end ? (apr_size_t)(end - left.data) : left.len;
        const line_t line = {eckid_bytes(left.data, len), file, number};

        ECKID_ERR(read_line(schools, &line, pool));
        len += end != NULL;
        left = eckid_bytes(left.data + len, left.len - len);
    }
    return NULL;
}

eckid_err_t *eckid_school_map_make(eckid_school_map_t **out, eckid_bytes_t content,
                                   const char *file, apr_pool_t *pool)
{
    eckid_school_map_t *schools = apr_pcalloc(pool, sizeof(*schools));

    if (content.len > ECKID_SCHOOL_MAP_MAX) {
        return eckid_err_make(pool, ECKID_SCHOOL_MAP, "%s: the file is longer than %d bytes", file,
                              ECKID_SCHOOL_MAP_MAX);
    }
    schools->by_key = apr_hash_make(pool);
    schools->all = apr_array_make(pool, 16, sizeof(const eckid_school_map_entry_t *));
    ECKID_ERR(read_lines(schools, content, file, pool));
    if (schools->all->nelts == 0) {
        return eckid_err_make(pool, ECKID_SCHOOL_MAP, "%s: there is no school in it", file);
    }
    *out = schools;
    return NULL;
}

const eckid_school_map_entry_t *eckid_school_map_find(const eckid_school_map_t *schools,
                                                      const char *key)
{
    return apr_hash_get(schools->by_key, key, APR_HASH_KEY_STRING);
}

const apr_array_header_t *eckid_school_map_all(const eckid_school_map_t *schools)
{
    return schools->all;
}
