/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SOAP faults of UWLR, and what the operator can do about each. */
#ifndef ECKID_UWLR_FAULT_H
#define ECKID_UWLR_FAULT_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/*
 * ECKID_LAS_REFUSED for a fault, with a hint that fits its code. Code is the text of faultcode
 * (SOAP 1.1 section 4.4.1), with or without prefix: one of UWLR 2, such as
 * Client.AutorisatieOngeldig, or of SOAP. What is not made of letters and dots is not repeated.
 * Where says which document and line.
 */
eckid_err_t *eckid_uwlr_fault(eckid_bytes_t code, const char *where, apr_pool_t *pool);

#endif
