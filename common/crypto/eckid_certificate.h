/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the certificate of a client says of who it is. */
#ifndef ECKID_CERTIFICATE_H
#define ECKID_CERTIFICATE_H

#include "base/eckid_codec.h"

typedef struct eckid_certificate_t {
    const char *subject;    /* RFC 2253, the most specific part first: "CN=las,O=Example,C=NL" */
    const char *oin;        /* PKIoverheid's: the only serialNumber in the subject; or NULL */
    const char *thumbprint; /* RFC 8705 section 3.1: x5t#S256 */
} eckid_certificate_t;

/* Reads a PEM certificate, whose signature and dates were verified by others. False if it is
 * none. */
bool eckid_certificate_read(eckid_certificate_t *certificate, eckid_bytes_t pem, apr_pool_t *pool);

#endif
