/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escapes as URLs, markup, and the strings of scripts and JSON have them. */
#ifndef ECKID_ESCAPES_H
#define ECKID_ESCAPES_H

#include <stdbool.h>

#include "base/eckid_codec.h"

/* How often a text that is searched is decoded: escapes may be escaped again. */
#define ECKID_ESCAPES_MAX 4

/* Whether an escape begins with that character. */
bool eckid_escapes_begin(char c);

bool eckid_escapes_are_in(eckid_bytes_t text);

/* The text with each escape for an ASCII character decoded once; shorter if there was one. A
 * backslash before any other letter is left out. */
eckid_bytes_t eckid_escapes_decode(eckid_bytes_t text, apr_pool_t *pool);

#endif
