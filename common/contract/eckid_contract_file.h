/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract that is read from a file: the request for one student, and its response. */
#ifndef ECKID_CONTRACT_FILE_H
#define ECKID_CONTRACT_FILE_H

#include "contract/eckid_contract.h"

#define ECKID_CONTRACT_MAX (64 * 1024) /* bytes of a file */

/*
 * Reads the content of a contract file; conf/contracts/README.md describes the format.
 * ECKID_CONTRACT for any mistake, with the file and either the line (if it is not JSON) or the path
 * of the member. Content may be freed afterwards. File must live as long as the contract, as it
 * becomes its name. A response counts only if it says exactly one of FOUND, HAS_NONE and
 * IS_UNKNOWN.
 */
eckid_err_t *eckid_contract_file_make(const eckid_contract_t **contract, eckid_bytes_t content,
                                      const char *file, apr_pool_t *pool);

#endif
