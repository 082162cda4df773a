/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What RFC 8259 allows and jansson cannot hold, written so that jansson reads the rest. */
#ifndef ECKID_JSON_READABLE_H
#define ECKID_JSON_READABLE_H

#include "base/eckid_codec.h"

/*
 * A copy of the same length in which U+FFFD stands for U+0000 and for half of a surrogate pair, and
 * 0 for a number beyond the range of a double. So nothing that is compared as a C string ends
 * early, and two names that differ in this alone count as one. What is malformed stays so.
 */
eckid_bytes_t eckid_json_readable(eckid_bytes_t text, apr_pool_t *pool);

#endif
