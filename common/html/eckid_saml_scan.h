/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traces of a login in bytes that were not understood: an assertion, as XML or as base64. */
#ifndef ECKID_SAML_SCAN_H
#define ECKID_SAML_SCAN_H

#include "base/eckid_codec.h"

/*
 * A page can hold a login where a reader of markup does not see it, but whoever reads its bytes
 * does. What makes bytes a login is not the name of a field, which scripts and help texts mention
 * too, but the start of an element Assertion or EncryptedAssertion. Base64 has three spellings of
 * it, by its position modulo 3; they are recognised with white space, character references and
 * escaped line ends between. AuthnRequest, logout messages, metadata and error statuses hold none.
 */

typedef enum eckid_saml_scan_kind_t {
    ECKID_SAML_SCAN_NONE,
    ECKID_SAML_SCAN_XML,   /* a start tag, its "<" possibly a character reference */
    ECKID_SAML_SCAN_BASE64 /* one within base64 */
} eckid_saml_scan_kind_t;

/* What has been seen up to now; begins as {0}. */
typedef struct eckid_saml_scan_t {
    unsigned char at[3];     /* how much of each spelling */
    unsigned char before[3]; /* and how much before what may be a character reference */
    unsigned char skip, skipped;
    char last;
    bool in_name;
    char name[20];
    apr_size_t name_len;
} eckid_saml_scan_t;

/* Looks at the next piece, up to the first trace; upto, which may be NULL, tells where it ends. */
eckid_saml_scan_kind_t eckid_saml_scan_feed(eckid_saml_scan_t *trace, apr_size_t *upto,
                                            eckid_bytes_t piece);

/* The longest stretch of base64 and white space in text that holds the byte before offset. */
eckid_bytes_t eckid_saml_scan_stretch(eckid_bytes_t text, apr_size_t offset);

#endif
