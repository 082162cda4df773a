/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An expression that a whole value must match, and a template that makes a new value of it. */
#ifndef ECKID_MATCH_H
#define ECKID_MATCH_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The longest value that is looked at, and the longest that a template may make; bytes. */
#define ECKID_MATCH_MAX 256

typedef struct eckid_match_t eckid_match_t;

/*
 * Compiles a Perl-compatible expression (PCRE2, UTF-8) and a template in which $0 to $9 stand for
 * the whole match and its groups and $$ for a dollar; template may be NULL. Lives as long as pool
 * and may be shared by threads. ECKID_EXPRESSION: syntax, a group that does not exist, or a
 * template that makes the same of every value.
 */
eckid_err_t *eckid_match_make(eckid_match_t **match, const char *expression, const char *template,
                              apr_pool_t *pool);

/*
 * Whether the whole value matches; a line feed at its end is part of it. False also for a value
 * that is longer than ECKID_MATCH_MAX, holds NUL, is not UTF-8, or costs more than the limit.
 */
bool eckid_match_is(const eckid_match_t *match, eckid_bytes_t value);

/* The same, and writes what the template makes of it. False too when that is empty or too long. */
bool eckid_match_apply(const char **made, const eckid_match_t *match, eckid_bytes_t value,
                       apr_pool_t *pool);

#endif
