/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A LogoutRequest or a LogoutResponse of a supplier: what it says. */
#ifndef ECKID_LOGOUT_MESSAGE_H
#define ECKID_LOGOUT_MESSAGE_H

#include "bridge/eckid_message_head.h"
#include "bridge/eckid_name_id.h"

#define ECKID_LOGOUT_INDEXES_MAX 32

/* Core section 3.7.1. */
typedef struct eckid_logout_request_t {
    eckid_message_head_t head;
    apr_time_t until;            /* NotOnOrAfter; 0 if it is absent */
    eckid_name_id_t name_id;     /* without a value where it is a BaseID or an EncryptedID */
    apr_array_header_t *indexes; /* const char *: SessionIndexes; empty for all sessions */
} eckid_logout_request_t;

/* Core section 3.7.2. */
typedef struct eckid_logout_response_t {
    eckid_message_head_t head;
    const char *request; /* InResponseTo */
    bool succeeded;      /* the status is Success, and there is none beneath */
} eckid_logout_response_t;

/* Read them. ECKID_REQUEST for what is another message, or has values that the types do not
 * allow. */
eckid_err_t *eckid_logout_request_read(eckid_logout_request_t **request, const xmlNode *root,
                                       apr_pool_t *pool);
eckid_err_t *eckid_logout_response_read(eckid_logout_response_t **response, const xmlNode *root,
                                        apr_pool_t *pool);

#endif
