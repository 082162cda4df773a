/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When something was last fetched, by whichever process, and how the last attempt ended. */
#ifndef ECKID_FRESHNESS_H
#define ECKID_FRESHNESS_H

#include <apr_time.h>
#include <stdatomic.h>

#include "base/eckid_err.h"

/* Without pointers, so that it can lie in memory that processes share; all zero at first. */
typedef struct eckid_freshness_t {
    _Atomic apr_uint64_t tried;   /* apr_time_t of the last attempt; 0 if there was none */
    _Atomic apr_uint64_t fetched; /* of the last that succeeded, also if nothing had changed */
    _Atomic apr_uint32_t failure; /* eckid_code_t of the last attempt; ECKID_OK after a success */
} eckid_freshness_t;

/* Notes an attempt that has just ended; failure is ECKID_OK for a success. */
void eckid_freshness_note(eckid_freshness_t *freshness, eckid_code_t failure);

/* Copies what is known to another one. */
void eckid_freshness_copy(eckid_freshness_t *to, const eckid_freshness_t *from);

#endif
