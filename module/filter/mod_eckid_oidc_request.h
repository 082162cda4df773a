/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to an OpenID provider: its endpoint, its client and its form. */
#ifndef MOD_ECKID_OIDC_REQUEST_H
#define MOD_ECKID_OIDC_REQUEST_H

#include <util_filter.h>

#include "oidc/eckid_provider.h"
#include "oidc/eckid_response_kind.h"
#include "conf/mod_eckid_config.h"

/* Why a sealed token that a request bears is not accepted. */
typedef struct mod_eckid_oidc_refusal_t {
    const eckid_err_t *cause; /* NULL: there is nothing to refuse */
    eckid_refusal_reader_t reader;
    const eckid_supplier_t *supplier; /* whose token it is; NULL where that is not known */
} mod_eckid_oidc_refusal_t;

/* Lives as long as the request. */
typedef struct mod_eckid_oidc_request_t {
    eckid_endpoint_t endpoint;
    const eckid_provider_view_t *view; /* what is known of the provider; or NULL */
    apr_bucket_brigade *body;          /* the request's body of any type, as far as it has come */
    apr_size_t body_len;
    bool is_too_long;           /* whether the body is longer than 128 KiB, and so is not read */
    bool is_read;               /* whether the form is what the body says by now */
    eckid_oauth_request_t form; /* of which only form and body are set */
    apr_bucket_brigade *ahead;  /* what was read of it before the handler asked for it; or NULL */
    ap_filter_t *filter;        /* that the body comes through */
    const eckid_token_owner_t *owner; /* of the sealed token that it bore; or NULL */
    eckid_hint_t hint;                /* the id_token_hint that it brought */
    mod_eckid_oidc_refusal_t refusal; /* of the sealed token that it bore */
} mod_eckid_oidc_request_t;

/* Registers the input filter that copies request bodies on their way to the provider. */
void mod_eckid_oidc_request_register(void);

/* Whether the request tells proxies to leave out a field by which the client is judged. */
bool mod_eckid_oidc_request_hides_fields(const request_rec *r);

/* Finds out which endpoint the request is for, and has the body copied on its way to the provider.
 * Before is the request that was redirected to this one within the server, or NULL: what was read
 * of its body belongs to this one. */
mod_eckid_oidc_request_t *mod_eckid_oidc_request_make(request_rec *r, const mod_eckid_dir_t *dir,
                                                      const mod_eckid_oidc_request_t *before);

/* The same for a response that httpd sends before the endpoint is known. */
mod_eckid_oidc_request_t *mod_eckid_oidc_request_early(request_rec *r);

/* Whether the body is a form that can be changed, as it is no form in another notation. */
bool mod_eckid_oidc_request_is_form(const request_rec *r);

/* Reads a form ahead, up to the bound; the handler gets it all the same. OK, or the HTTP status of
 * what went wrong. */
int mod_eckid_oidc_request_read(mod_eckid_oidc_request_t *request, request_rec *r);

/* After that: gives the handler another form, with the fields that fit it. */
void mod_eckid_oidc_request_change_form(mod_eckid_oidc_request_t *request, request_rec *r,
                                        eckid_bytes_t form);

/* The part of the request that authenticates the client. To be called once the response has come,
 * because only then the body is whole. */
eckid_oauth_request_t mod_eckid_oidc_request_oauth(mod_eckid_oidc_request_t *request,
                                                   const request_rec *r);

/* What the request seems to carry, also where it is not well-formed. */
eckid_request_signs_t mod_eckid_oidc_request_signs(mod_eckid_oidc_request_t *request,
                                                   const request_rec *r);

#endif
