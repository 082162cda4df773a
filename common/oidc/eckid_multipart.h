/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A multipart/form-data body, which some clients send in the place of a form. */
#ifndef ECKID_MULTIPART_H
#define ECKID_MULTIPART_H

#include "base/eckid_codec.h"

/*
 * The fields of the body as application/x-www-form-urlencoded (RFC 7578); a file, or what is no
 * text, as a parameter with NUL, which cannot be read. Servers differ in what they make of all that
 * is unusual, so it is read only if it is written as HTTP clients do: it begins with a delimiter
 * and ends with the last one, and each part has a plain name. False for any other; type is its
 * Content-Type.
 */
bool eckid_multipart_form(eckid_bytes_t *form, const char *type, eckid_bytes_t body,
                          apr_pool_t *pool);

#endif
