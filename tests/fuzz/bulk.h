/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Targets of the fuzzer: files of people. */
#ifndef FUZZ_BULK_H
#define FUZZ_BULK_H

#include "base/eckid_codec.h"

void fuzz_uwlr(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_csv(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_eduv_list(eckid_bytes_t input, apr_pool_t *pool);

#endif
