/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Edu-V contract (Students API 0.9.1): the request for one student, and its response. */
#ifndef ECKID_CONTRACT_EDUV_H
#define ECKID_CONTRACT_EDUV_H

#include "contract/eckid_contract.h"

/*
 * "POST {base}/students". A 200 with a student object is FOUND, or HAS_NONE if it lacks
 * userMasterIdentifier. A 404 in JSON is IS_UNKNOWN. ECKID_LAS_OTHER if the response has an
 * identifier of the requested type with another value.
 */
extern const eckid_contract_t eckid_contract_eduv;

#endif
