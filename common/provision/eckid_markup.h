/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches that no tag of an XML document grows without end: parsers compare all attributes of one.
 */
#ifndef ECKID_MARKUP_H
#define ECKID_MARKUP_H

#include "base/eckid_codec.h"

#define ECKID_MARKUP_MAX 65536 /* bytes from "<" to ">" */

/* All zero at the beginning of a document. */
typedef struct eckid_markup_t {
    int state, run;
    apr_size_t len;
} eckid_markup_t;

/* Whether, with these next bytes, no tag is longer than the maximum. Comments, CDATA and
 * instructions may be. The encoding is one that contains ASCII. */
bool eckid_markup_is_bounded(eckid_markup_t *markup, eckid_bytes_t next);

#endif
