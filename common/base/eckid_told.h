/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was told before, so that it is not told again: a set of texts, for all processes. */
#ifndef ECKID_TOLD_H
#define ECKID_TOLD_H

#include <apr_time.h>
#include <stdbool.h>

/* Of a fixed size and without pointers, so that it can lie in memory that processes share; all zero
 * at first. */
typedef struct eckid_told_t {
    apr_uint32_t day;       /* of the last call of eckid_told_is_news_today */
    apr_uint32_t keys[512]; /* of texts; 0 for an empty slot */
    apr_uint32_t overflow;  /* 1 once a text found no room, 2 once that was told */
} eckid_told_t;

/*
 * Whether the text was not told before; it counts as told from now on. Of several threads and
 * processes that ask, one gets true. Texts are told apart by a hash. A full set takes no more, and
 * nothing is news then: that is better than telling it each time. Never blocks.
 */
bool eckid_told_is_news(eckid_told_t *told, const char *text);

/* The same in a set that is emptied each day (UTC). */
bool eckid_told_is_news_today(eckid_told_t *told, const char *text, apr_time_t now);

/* Whether it is news that the set is full: once, after a text found no room. */
bool eckid_told_is_overflow_news(eckid_told_t *told);

#endif
