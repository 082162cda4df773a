/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: signs a request by a profile that the operator configures; no I/O. */
#ifndef ECKID_HTTPSIG_H
#define ECKID_HTTPSIG_H

#include "http/eckid_http.h"
#include "http/eckid_httpsig_base.h"
#include "crypto/eckid_key.h"
#include "crypto/eckid_moment.h"

/* What a signature covers, and its parameters. Read-only, shared by threads. */
typedef struct eckid_httpsig_profile_t {
    const apr_array_header_t *components; /* eckid_httpsig_component_t, in this order */
    const char *algorithm; /* a name from section 6.2.2; NULL: the default of the key's kind */
    const char *tag;       /* NULL: no tag */
    int lifetime;          /* seconds from created to expires; 0: no expires */
    bool created, nonce, alg, keyid; /* which other parameters there are */
} eckid_httpsig_profile_t;

/*
 * The default profile: @method @target-uri content-type content-digest authorization, with created,
 * expires after 60 seconds, nonce, alg and keyid.
 */
extern const eckid_httpsig_profile_t eckid_httpsig_usual;

/*
 * Makes a profile from the operator's words; NULL for either means as in the default profile.
 * Components are names with their parameters, separated by spaces: @method x-school
 * @query-param;name="id" prefer;key="wait". Parameters are created, expires=SECONDS (1 to 3600),
 * nonce, alg or alg=ALGORITHM, keyid and tag=TEXT; they are sent in this order. ECKID_CONFIG, for
 * configtest, if a word is unknown or repeated, or if there is no component.
 */
eckid_err_t *eckid_httpsig_profile_parse(eckid_httpsig_profile_t **profile, const char *components,
                                         const char *parameters, apr_pool_t *pool);

/* Whether the key can sign by the profile; otherwise ECKID_KEY. */
eckid_err_t *eckid_httpsig_profile_check(const eckid_httpsig_profile_t *profile,
                                         const eckid_key_t *key, apr_pool_t *pool);

/*
 * Signs the request: sets Signature-Input and Signature, and Content-Digest if it is covered.
 * Authorization is covered only if the request has it, content-type and content-digest only if it
 * has a body. Any other missing field is ECKID_CONFIG. Keyid must not be NULL or contain quotes.
 */
eckid_err_t *eckid_httpsig_sign(eckid_http_request_t *request,
                                const eckid_httpsig_profile_t *profile, const eckid_key_t *key,
                                const char *keyid, const eckid_moment_t *moment, apr_pool_t *pool);

#endif
