/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compresses short messages for the HTTP-Redirect binding. */
#ifndef ECKID_DEFLATE_H
#define ECKID_DEFLATE_H

#include "base/eckid_codec.h"

/* RFC 1951 without a header, as SAML bindings section 3.4.4.1 uses it; in pool. */
eckid_bytes_t eckid_deflate(eckid_bytes_t plain, apr_pool_t *pool);

#endif
