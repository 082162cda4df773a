/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Edu-V contracts (Students API 0.9.1, Employees API 1.1.0): the request for one person, and
 * its response. */
#ifndef ECKID_CONTRACT_EDUV_H
#define ECKID_CONTRACT_EDUV_H

#include "contract/eckid_contract.h"

/*
 * "POST {base}/students" and "POST {base}/employees". A 200 with an object about a person is FOUND,
 * or HAS_NONE if it lacks userMasterIdentifier, which so far is so for all employees. A 404 in JSON
 * is IS_UNKNOWN. ECKID_LAS_OTHER if the response has an identifier of the requested type with
 * another value.
 */
extern const eckid_contract_t eckid_contract_eduv;
extern const eckid_contract_t eckid_contract_eduv_employees;

#endif
