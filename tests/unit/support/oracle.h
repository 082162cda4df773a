/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libgumbo, a full HTML5 parser, finds on a page: the second opinion about ours. */
#ifndef ORACLE_H
#define ORACLE_H

#include "base/eckid_codec.h"

/* One line for each input, button, select and textarea in the tree, in source order: its name, a
 * tab, its decoded value. Gumbo is given at most some kilobytes: it is quadratic in depth. */
const char *oracle_controls(eckid_bytes_t page, apr_pool_t *p);

/* The same by our tokenizer, fed in pieces of that size. */
const char *oracle_ours(eckid_bytes_t page, apr_size_t piece, apr_pool_t *p);

#endif
