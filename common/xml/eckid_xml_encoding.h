/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML in any encoding that it may declare, as UTF-8. */
#ifndef ECKID_XML_ENCODING_H
#define ECKID_XML_ENCODING_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/*
 * The document in UTF-8 and without a byte order mark; the declaration still names the old
 * encoding, so the parser must ignore it. The encoding is found as XML 1.0 appendix F has it: by
 * the byte order mark, by the first bytes, by the declaration. What libxml2 can read is converted,
 * but for encodings in which the bytes of ASCII markup can mean something else (UTF-7, ISO 2022,
 * HZ). A document in UTF-8 is not copied, nor checked: that is for the parser.
 *
 * ECKID_XML for an encoding that is not read, and for bytes that are not in it.
 */
eckid_err_t *eckid_xml_to_utf8(eckid_bytes_t *text, eckid_bytes_t document, apr_pool_t *pool);

#endif
