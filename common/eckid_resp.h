/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The protocol of redis (RESP2): a command as it is sent, and an answer as it comes; pure. */
#ifndef ECKID_RESP_H
#define ECKID_RESP_H

#include "eckid_codec.h"

/* No answer that is of use to us is longer; bytes. */
#define ECKID_RESP_MAX 1024

/* A command of so many words, each of any bytes. */
eckid_bytes_t eckid_resp_command(const eckid_bytes_t *words, int count, apr_pool_t *pool);

typedef enum eckid_resp_state_t {
    ECKID_RESP_PARTIAL, /* more of it must come */
    ECKID_RESP_WHOLE,
    ECKID_RESP_WRONG /* an error of redis, or no answer to one of our commands */
} eckid_resp_state_t;

/* Reads what has come of the answer to one command: a simple string, a number, or a bulk string,
 * whose value is pointed to; its data is NULL where there is none. Value is set if it is whole. */
eckid_resp_state_t eckid_resp_read(eckid_bytes_t *value, eckid_bytes_t answer);

#endif
