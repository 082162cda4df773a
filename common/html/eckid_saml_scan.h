/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scans arbitrary bytes for the start of an assertion, as XML or as base64. */
#ifndef ECKID_SAML_SCAN_H
#define ECKID_SAML_SCAN_H

#include "base/eckid_codec.h"

/*
 * A page can contain a login that the tokenizer does not see, but another reader does. The sign of
 * a login is not a field's name, which scripts and help texts also mention, but the start of an
 * element Assertion or EncryptedAssertion. In base64 that has three spellings, depending on the
 * position modulo 3. They are found even with white space, character references or escaped line
 * ends in between. AuthnRequests, logout messages, metadata and error statuses have no such
 * element.
 */

typedef enum eckid_saml_scan_kind_t {
    ECKID_SAML_SCAN_NONE,
    ECKID_SAML_SCAN_XML,   /* a start tag, its "<" possibly a character reference */
    ECKID_SAML_SCAN_BASE64 /* the same within base64 */
} eckid_saml_scan_kind_t;

/* The state of a scan; starts as {0}. */
typedef struct eckid_saml_scan_t {
    unsigned char at[3];     /* how much of each spelling was matched */
    unsigned char before[3]; /* the same before a possible character reference */
    unsigned char skip, skipped;
    char last;
    bool in_name;
    char name[20];
    apr_size_t name_len;
} eckid_saml_scan_t;

/* Scans the next piece until the first match; upto, which may be NULL, is the offset of its end. */
eckid_saml_scan_kind_t eckid_saml_scan_feed(eckid_saml_scan_t *scan, apr_size_t *upto,
                                            eckid_bytes_t piece);

/* Whether there is a match in a whole text. Fast for a text without any part of one. */
bool eckid_saml_scan_finds(eckid_bytes_t text);

/* The longest run of base64 and white space in text around offset. */
eckid_bytes_t eckid_saml_scan_stretch(eckid_bytes_t text, apr_size_t offset);

#endif
