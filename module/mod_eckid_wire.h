/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection on which nothing takes longer than until a deadline. */
#ifndef MOD_ECKID_WIRE_H
#define MOD_ECKID_WIRE_H

#include <apr_time.h>
#include <sys/socket.h>

#include "eckid_codec.h"

/* A new connection, to be closed by close(), or -1. */
int mod_eckid_wire_open(const struct sockaddr_storage *address, socklen_t len, apr_time_t deadline);

/* All of it, or false. */
bool mod_eckid_wire_send(int fd, eckid_bytes_t data, apr_time_t deadline);

/* What comes next, at most room bytes; 0 if it ended, broke, or nothing came. */
apr_size_t mod_eckid_wire_receive(int fd, char *to, apr_size_t room, apr_time_t deadline);

#endif
