/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what was changed in an audit log, removed from it or added to it. */
#ifndef ECKID_AUDIT_VERIFY_H
#define ECKID_AUDIT_VERIFY_H

#include "base/eckid_json.h"
#include "record/eckid_audit.h"

typedef struct eckid_audit_verify_t eckid_audit_verify_t;

/* Secrets (eckid_secret_t *, for ECKID_AUDIT_PURPOSE) that lines may have been written with. */
eckid_audit_verify_t *eckid_audit_verify_make(const apr_array_header_t *secrets, apr_pool_t *pool);

/* Reads a line without its line feed. Lines of all files of a log go to the same verification, in
 * any order. Where says in messages where it stands, such as "audit.log:17". Returns the object
 * of a line whose MAC is right, in scratch, or NULL. */
const json_t *eckid_audit_verify_line(eckid_audit_verify_t *verify, const char *where,
                                      eckid_bytes_t line, apr_pool_t *scratch);

/* What was found. */
typedef struct eckid_audit_finding_t {
    bool is_bad; /* something was changed, removed or added; else it is only told */
    const char *text;
} eckid_audit_finding_t;

/*
 * After the last line: all findings (eckid_audit_finding_t). A chain that does not begin with its
 * first line, or has no end, is told and not bad: the log may have been rotated, or goes on.
 * Last_chain and last_number say how far the last chain must reach, as the status page has it; NULL
 * and 0 if that is not known.
 */
const apr_array_header_t *eckid_audit_verify_end(eckid_audit_verify_t *verify,
                                                 const char *last_chain, apr_uint64_t last_number);

#endif
