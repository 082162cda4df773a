/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider is asked: at which endpoint, by whom, and with which form. */
#ifndef MOD_ECKID_OIDC_REQUEST_H
#define MOD_ECKID_OIDC_REQUEST_H

#include <util_filter.h>

#include "oidc/eckid_response_kind.h"
#include "conf/mod_eckid_config.h"

/* As long as the request. */
typedef struct mod_eckid_oidc_request_t {
    eckid_endpoint_t endpoint;
    const eckid_err_t *why;     /* with UNKNOWN */
    eckid_endpoint_t resembles; /* see eckid_response_kind_signs */
    bool is_form;
    bool is_too_long;         /* the body, for being looked at: a bound of 128 KiB */
    apr_bucket_brigade *body; /* of the request, whatever it is, as far as it has been read */
} mod_eckid_oidc_request_t;

/* Makes the filter known to httpd that copies bodies on their way. */
void mod_eckid_oidc_request_register(void);

/* Whether the request tells a proxy to leave out the credentials of the client. */
bool mod_eckid_oidc_request_is_torn(const request_rec *r);

/* Finds out which endpoint is asked, and has the body copied on its way to the provider. */
mod_eckid_oidc_request_t *mod_eckid_oidc_request_make(request_rec *r, const mod_eckid_dir_t *dir);

/* The same for an answer that httpd gives before the endpoint is known. */
mod_eckid_oidc_request_t *mod_eckid_oidc_request_nothing(request_rec *r);

/* The request as far as it authenticates. To be called once the answer has come, because only then
 * the body is whole. */
eckid_oauth_request_t mod_eckid_oidc_request_call(const mod_eckid_oidc_request_t *asked,
                                                  const request_rec *r);

/* What the request seems to carry, also where it is not well-formed. */
eckid_request_signs_t mod_eckid_oidc_request_signs(const mod_eckid_oidc_request_t *asked,
                                                   const request_rec *r);

#endif
