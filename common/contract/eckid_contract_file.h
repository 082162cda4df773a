/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract that a file states: one student asked for, and what the response says. */
#ifndef ECKID_CONTRACT_FILE_H
#define ECKID_CONTRACT_FILE_H

#include "contract/eckid_contract.h"

#define ECKID_CONTRACT_MAX (64 * 1024) /* bytes of a file */

/*
 * Reads the content of a file; conf/contracts/README.md says what it means. ECKID_CONTRACT, naming
 * the file and the place in it (the line where it is not JSON, the member where it is), for
 * everything that is not plainly right. Content need not live on, file must: it is the contract's
 * name. A finding needs a response that says exactly one of FOUND, HAS_NONE and IS_UNKNOWN.
 */
eckid_err_t *eckid_contract_file_make(const eckid_contract_t **contract, eckid_bytes_t content,
                                      const char *file, apr_pool_t *pool);

#endif
