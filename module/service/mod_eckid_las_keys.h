/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publishes the public keys with which a LAS verifies our calls. */
#ifndef MOD_ECKID_LAS_KEYS_H
#define MOD_ECKID_LAS_KEYS_H

#include <httpd.h>

/* The handler for "SetHandler eckid-las-keys": a JWK Set (RFC 7517). */
int mod_eckid_las_keys_handler(request_rec *r);

#endif
