/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request to our own identity provider while it is handled, and how it is answered. */
#ifndef MOD_ECKID_IDP_SERVING_H
#define MOD_ECKID_IDP_SERVING_H

#include "bridge/eckid_bridge_page.h"
#include "conf/mod_eckid_bridge.h"
#include "crypto/eckid_moment.h"

/* A message of the largest size, with base64 and every character of that percent-encoded. */
#define MOD_ECKID_IDP_BODY_MAX (ECKID_MESSAGE_MAX * 4 + 4 * ECKID_RELAY_STATE_MAX)

typedef struct mod_eckid_serving_t {
    request_rec *r;
    const mod_eckid_dir_t *dir;
    const eckid_bridge_t *bridge;
    const char *place; /* what stands behind the path of the location */
    eckid_moment_t moment;
} mod_eckid_serving_t;

/* Sends a page with that Content-Security-Policy. */
int mod_eckid_serving_page(const mod_eckid_serving_t *serving, const char *policy,
                           eckid_bytes_t page);

/* Sends a page by which the browser posts a message to a supplier. */
int mod_eckid_serving_post(const mod_eckid_serving_t *serving, const eckid_bridge_post_t *post);

/* Sends the browser on to a URL. */
int mod_eckid_serving_go(const mod_eckid_serving_t *serving, const char *location);

/* Adds cookies (eckid_bridge_cookie_t) to the response; NULL: none. */
void mod_eckid_serving_cookies(const mod_eckid_serving_t *serving,
                               const apr_array_header_t *cookies);

#endif
