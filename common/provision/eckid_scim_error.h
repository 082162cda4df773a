/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as a SCIM client gets them: RFC 7644 section 3.12. */
#ifndef ECKID_SCIM_ERROR_H
#define ECKID_SCIM_ERROR_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The status of HTTP for an error; 500 for one that is not a client's affair. */
int eckid_scim_error_status(const eckid_err_t *err);

/* The body with status, scimType and detail. A client that is not let in gets no details, nor does
 * any client about what is wrong with this server: the log has them. */
eckid_bytes_t eckid_scim_error_body(const eckid_err_t *err, apr_pool_t *pool);

#endif
