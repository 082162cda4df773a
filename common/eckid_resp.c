/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The protocol of redis (RESP2): a command as it is sent, and an answer as it comes; pure. */
#include "eckid_resp.h"

#include <apr_strings.h>

#define HEAD_MAX 32 /* of a word: "$", its length, and the end of a line */

static char *add(char *to, const char *data, apr_size_t len)
{
    memcpy(to, data, len);
    return to + len;
}

eckid_bytes_t eckid_resp_command(const eckid_bytes_t *words, int count, apr_pool_t *pool)
{
    apr_size_t room = HEAD_MAX;

    for (int i = 0; i < count; i++) {
        room += words[i].len + HEAD_MAX;
    }
    char *text = apr_palloc(pool, room);
    char *end = text + apr_snprintf(text, HEAD_MAX, "*%d\r\n", count);

    for (int i = 0; i < count; i++) {
        end += apr_snprintf(end, HEAD_MAX, "$%" APR_SIZE_T_FMT "\r\n", words[i].len);
        end = add(add(end, words[i].data, words[i].len), "\r\n", 2);
    }
    return eckid_bytes(text, (apr_size_t)(end - text));
}

/* Digits, or -1; at most ECKID_RESP_MAX. */
static bool read_length(int *len, eckid_bytes_t text)
{
    *len = text.len == 2 && memcmp(text.data, "-1", 2) == 0 ? -1 : 0;
    for (apr_size_t i = 0; *len >= 0 && i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || *len > ECKID_RESP_MAX) {
            return false;
        }
        *len = 10 * *len + (text.data[i] - '0');
    }
    return text.len > 0 && *len <= ECKID_RESP_MAX;
}

static eckid_resp_state_t read_bulk(eckid_bytes_t *value, eckid_bytes_t length, eckid_bytes_t rest)
{
    int len;

    if (!read_length(&len, length)) {
        return ECKID_RESP_WRONG;
    }
    apr_size_t wanted = len < 0 ? 0 : (apr_size_t)len + 2;

    if (rest.len < wanted) {
        return ECKID_RESP_PARTIAL;
    }
    if (rest.len > wanted || (len >= 0 && memcmp(rest.data + len, "\r\n", 2) != 0)) {
        return ECKID_RESP_WRONG;
    }
    *value = len < 0 ? eckid_bytes(NULL, 0) : eckid_bytes(rest.data, (apr_size_t)len);
    return ECKID_RESP_WHOLE;
}

eckid_resp_state_t eckid_resp_read(eckid_bytes_t *value, eckid_bytes_t answer)
{
    const char *feed = answer.len ? memchr(answer.data, '\n', answer.len) : NULL;

    if (!feed) {
        return answer.len < ECKID_RESP_MAX ? ECKID_RESP_PARTIAL : ECKID_RESP_WRONG;
    }
    if (feed - answer.data < 2 || feed[-1] != '\r') {
        return ECKID_RESP_WRONG;
    }
    eckid_bytes_t line = eckid_bytes(answer.data + 1, (apr_size_t)(feed - answer.data) - 2);
    eckid_bytes_t rest = eckid_bytes(feed + 1, answer.len - (apr_size_t)(feed + 1 - answer.data));

    if (*answer.data == '$') {
        return read_bulk(value, line, rest);
    }
    if ((*answer.data != '+' && *answer.data != ':') || rest.len) {
        return ECKID_RESP_WRONG;
    }
    *value = eckid_bytes(NULL, 0);
    return ECKID_RESP_WHOLE;
}
