/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A regular expression for a whole value, and a template that makes a new value from the match. */
#ifndef ECKID_MATCH_H
#define ECKID_MATCH_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The longest value that can match, and the longest result of a template, in bytes. */
#define ECKID_MATCH_MAX 256

typedef struct eckid_match_t eckid_match_t;

/*
 * Compiles a Perl-compatible expression (PCRE2, UTF-8) and a template, in which $0 to $9 stand for
 * the whole match and its groups, and $$ for a dollar; template may be NULL. Lives as long as pool;
 * shared by threads. ECKID_EXPRESSION for a syntax error, a group that does not exist, or a
 * template without any of $0 to $9.
 */
eckid_err_t *eckid_match_make(eckid_match_t **match, const char *expression, const char *template,
                              apr_pool_t *pool);

/* The expression, as it was given. */
const char *eckid_match_expression(const eckid_match_t *match);

/*
 * Whether the whole value matches; a trailing line feed counts. Also false if the value is longer
 * than ECKID_MATCH_MAX, contains NUL, is not UTF-8, or takes more steps than allowed.
 */
bool eckid_match_is(const eckid_match_t *match, eckid_bytes_t value);

/* Matches the value and writes the result of the template. Also false if the result is empty or too
 * long. */
bool eckid_match_apply(const char **made, const eckid_match_t *match, eckid_bytes_t value,
                       apr_pool_t *pool);

#endif
