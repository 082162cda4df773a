/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edu-V's lists of everybody of a school: the answers of GET /students/school and
 * /employees/school. */
#ifndef ECKID_EDUV_LIST_H
#define ECKID_EDUV_LIST_H

#include "provision/eckid_bulk.h"

#define ECKID_EDUV_LIST_PERSON_MAX 65536 /* bytes of one person's object */

/*
 * Reads a JSON array of Student or Employee objects, all of that kind, one object at a time. Each
 * entry of userIds is a field that is called by its userIdType, such as NEPPI, and email is one;
 * userMasterIdentifier is the ECK iD. All else is dropped. Such a list does not say which school it
 * is about.
 *
 * ECKID_BULK, with the line where the object begins: not an array of objects, cut off, something
 * behind its end, a duplicate member, an object that is too long or has none of the members by
 * which people are told, userIds of another shape, an identifier that is too long. What the sink
 * refuses.
 */
eckid_err_t *eckid_eduv_list_read(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                                  const char *kind, const eckid_bulk_sink_t *sink,
                                  apr_pool_t *pool);

#endif
