/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Edu-V contract (Students API 0.9.1): one student asked for, and what the response says. */
#ifndef ECKID_CONTRACT_EDUV_H
#define ECKID_CONTRACT_EDUV_H

#include "contract/eckid_contract.h"

/*
 * "POST {base}/students". A 200 with a student object is FOUND or, without userMasterIdentifier,
 * HAS_NONE; a 404 that is JSON is IS_UNKNOWN. ECKID_LAS_OTHER when the response has an identifier
 * of the type that was asked for, and it is another one.
 */
extern const eckid_contract_t eckid_contract_eduv;

#endif
