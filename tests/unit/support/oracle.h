/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libgumbo, a full HTML5 parser, finds on a page: the second opinion about ours. */
#ifndef ORACLE_H
#define ORACLE_H

#include <apr.h>

/* Fails unless both see the same input, button, select and textarea elements, with the same names
 * and values, in the same order. Ours is fed in pieces of that size. At most some kilobytes: gumbo
 * is quadratic in depth. */
void oracle_check(const char *page, apr_size_t piece);

/* The same in pieces of each size. */
void oracle_check_pieces(const char *page);

#endif
