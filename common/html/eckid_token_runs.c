/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be a signed token in bytes that come in pieces: put together, and handed on to be
 * judged.
 */
#include "html/eckid_token_runs.h"

#include <apr_lib.h>

/* The more there is room for, the less is judged twice. */
#define ROOM ((apr_size_t)4 * ECKID_TOKEN_RUNS_MAX)

struct eckid_token_runs_t {
    eckid_token_runs_judge_t *judge;
    void *self;
    char *open; /* the run that no piece has ended so far */
    apr_size_t len, room;
    bool may_start; /* whether a header may begin in it */
    apr_off_t fed;
    apr_pool_t *pool;
};

eckid_token_runs_t *eckid_token_runs_make(eckid_token_runs_judge_t *judge, void *self,
                                          apr_pool_t *pool)
{
    eckid_token_runs_t *runs = apr_pcalloc(pool, sizeof(*runs));

    runs->judge = judge;
    runs->self = self;
    runs->pool = pool;
    return runs;
}

static bool is_digit(char c)
{
    return apr_isalnum(c) || c == '-' || c == '_' || c == '.';
}

static const char *end_of_run(const char *at, const char *end)
{
    while (at < end && is_digit(*at)) {
        at++;
    }
    return at;
}

static int count_dots(eckid_bytes_t text)
{
    const char *at = text.data, *end = text.data + text.len;
    int count = 0;

    while (count < 2 && (at = memchr(at, '.', (size_t)(end - at)))) {
        at++;
        count++;
    }
    return count;
}

/* "{" and a quote or white space behind it begin with "ey" or "ew"; the second letter may be in the
 * next piece. */
static bool may_start(eckid_bytes_t text)
{
    return memchr(text.data, 'e', text.len) != NULL;
}

static eckid_err_t *judge(eckid_token_runs_t *runs, eckid_bytes_t run)
{
    return count_dots(run) == 2 && may_start(run) ? runs->judge(runs->self, run) : NULL;
}

static void make_room(eckid_token_runs_t *runs, apr_size_t wanted)
{
    apr_size_t room = runs->room ? runs->room : 1024;

    while (room < wanted) {
        room *= 2;
    }
    if (room > runs->room) {
        char *larger = apr_palloc(runs->pool, room);

        if (runs->len) {
            memcpy(larger, runs->open, runs->len);
        }
        runs->open = larger;
        runs->room = room;
    }
}

/* Judges what is there, and keeps what may be the beginning of a token that goes on. */
static eckid_err_t *shorten(eckid_token_runs_t *runs)
{
    eckid_err_t *err = judge(runs, eckid_bytes(runs->open, runs->len));
    const apr_size_t from = runs->len - ECKID_TOKEN_RUNS_MAX;

    memmove(runs->open, runs->open + from, ECKID_TOKEN_RUNS_MAX);
    runs->len = ECKID_TOKEN_RUNS_MAX;
    runs->may_start = may_start(eckid_bytes(runs->open, runs->len));
    return err;
}

static eckid_err_t *append(eckid_token_runs_t *runs, eckid_bytes_t part)
{
    while (part.len) {
        const apr_size_t len = part.len < ROOM - runs->len ? part.len : ROOM - runs->len;

        make_room(runs, runs->len + len);
        memcpy(runs->open + runs->len, part.data, len);
        runs->len += len;
        runs->may_start = runs->may_start || may_start(eckid_bytes(part.data, len));
        part = eckid_bytes(part.data + len, part.len - len);
        if (runs->len == ROOM) {
            ECKID_ERR(shorten(runs));
        }
    }
    return NULL;
}

static eckid_err_t *close_run(eckid_token_runs_t *runs)
{
    const eckid_bytes_t run = eckid_bytes(runs->open ? runs->open : "", runs->len);

    runs->len = 0;
    runs->may_start = false;
    return judge(runs, run);
}

eckid_err_t *eckid_token_runs_feed(eckid_token_runs_t *runs, eckid_bytes_t piece)
{
    const char *at = piece.data, *end = piece.data + piece.len;

    runs->fed += (apr_off_t)piece.len;
    while (at < end) {
        const char *to = end_of_run(at, end);
        const eckid_bytes_t part = eckid_bytes(at, (apr_size_t)(to - at));

        if (runs->len || to == end) {
            ECKID_ERR(append(runs, part));
            ECKID_ERR(to < end ? close_run(runs) : NULL);
        }
        else {
            ECKID_ERR(judge(runs, part));
        }
        at = to + 1;
    }
    return NULL;
}

eckid_err_t *eckid_token_runs_end(eckid_token_runs_t *runs)
{
    return close_run(runs);
}

apr_off_t eckid_token_runs_settled(const eckid_token_runs_t *runs)
{
    return runs->fed - (runs->may_start ? (apr_off_t)runs->len : 0);
}
