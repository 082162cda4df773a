/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is often in the place of SAML metadata. */
#ifndef ECKID_SAML_LIKENESS_H
#define ECKID_SAML_LIKENESS_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The error about a text that is no metadata: what it is instead, by how it begins, and what to do.
 * NULL if that cannot be told. Place is its file or URL. ECKID_METADATA. */
eckid_err_t *eckid_saml_likeness(const char *place, eckid_bytes_t text, apr_pool_t *pool);

#endif
