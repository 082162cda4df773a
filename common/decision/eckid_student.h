/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who of those that log in is a student, and by which key the LAS knows the student. */
#ifndef ECKID_STUDENT_H
#define ECKID_STUDENT_H

#include "decision/eckid_policy.h"
#include "model/eckid_attributes.h"

/*
 * The student key of a verified login. White space around values does not count, neither for
 * conditions nor for keys, and a value that is there twice is one. ECKID_NOT_STUDENT when a
 * condition does not hold; and when there is no key to ask with: ECKID_NO_KEY, ECKID_TWO_KEYS,
 * ECKID_KEY_MISMATCH; or ECKID_NO_SCHOOL with one of them beneath.
 */
eckid_err_t *eckid_student_find_key(eckid_student_key_t *key, const eckid_student_t *student,
                                    eckid_attributes_t login, apr_pool_t *pool);

#endif
