/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every message of a supplier begins with, and whether it can be meant for us and for now. */
#ifndef ECKID_MESSAGE_HEAD_H
#define ECKID_MESSAGE_HEAD_H

#include "xml/eckid_xml.h"

#include <apr_time.h>

#define ECKID_REQUEST_AGE apr_time_from_sec(600) /* how old a message may be when it comes */
#define ECKID_REQUEST_ID_MAX 256                 /* bytes */

/* Core sections 3.2.1 and 3.2.2. */
typedef struct eckid_message_head_t {
    const char *id, *version, *issuer;
    apr_time_t issued;
    const char *destination; /* or NULL */
} eckid_message_head_t;

/* Reads it from a root element. ECKID_REQUEST. */
eckid_err_t *eckid_message_head_read(eckid_message_head_t *head, const xmlNode *root,
                                     apr_pool_t *pool);

/*
 * Whether it is for that place of ours, and of now. A signed one must say where it was sent
 * (bindings sections 3.4.5.2 and 3.5.5.2). ECKID_REQUEST_DESTINATION, ECKID_REQUEST_TIME.
 */
eckid_err_t *eckid_message_head_check(const eckid_message_head_t *head, bool is_signed,
                                      const char *location, apr_time_t now,
                                      apr_interval_time_t skew, apr_pool_t *pool);

/* Whether it can be the ID of a message: not empty, bounded, and without white space, as it is
 * repeated to the supplier and kept. NULL is none. */
bool eckid_message_head_is_id(const char *id);

#endif
