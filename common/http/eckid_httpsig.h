/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: a request is signed, as a profile that the operator can set has it; pure. */
#ifndef ECKID_HTTPSIG_H
#define ECKID_HTTPSIG_H

#include "http/eckid_http.h"
#include "http/eckid_httpsig_base.h"
#include "crypto/eckid_key.h"
#include "crypto/eckid_moment.h"

/* What a LAS wants to see signed, and told: data only, shared by threads. */
typedef struct eckid_httpsig_profile_t {
    const apr_array_header_t *components; /* eckid_httpsig_component_t, in their order */
    const char *algorithm; /* by its name in section 6.2.2; NULL: the usual one of the key's kind */
    const char *tag;       /* NULL: none is sent */
    int lifetime;          /* seconds from created to expires; 0: no expires is sent */
    bool created, nonce, alg, keyid; /* which other parameters are sent */
} eckid_httpsig_profile_t;

/*
 * The usual one: @method @target-uri content-type content-digest authorization, with created,
 * expires after 60 seconds, nonce, alg and keyid.
 */
extern const eckid_httpsig_profile_t eckid_httpsig_usual;

/*
 * A profile from the operator's words; NULL for either stands for the usual one's. Components are
 * names with their parameters, parted by spaces: @method x-school @query-param;name="id"
 * prefer;key="wait". Parameters are created, expires=SECONDS (1 to 3600), nonce, alg or
 * alg=ALGORITHM, keyid and tag=TEXT. They are sent in the order in which the usual profile has
 * them. ECKID_CONFIG, for configtest: a word that is unknown or comes twice, or no component.
 */
eckid_err_t *eckid_httpsig_profile_parse(eckid_httpsig_profile_t **profile, const char *components,
                                         const char *parameters, apr_pool_t *pool);

/* Whether the key can sign as the profile wants: ECKID_KEY if it cannot. */
eckid_err_t *eckid_httpsig_profile_check(const eckid_httpsig_profile_t *profile,
                                         const eckid_key_t *key, apr_pool_t *pool);

/*
 * Signs the request: sets Content-Digest, if that is covered, Signature-Input and Signature. What
 * is not there is not covered: authorization when the request has none, content-type and
 * content-digest when it has no body. Any other field that is absent is ECKID_CONFIG. Keyid is text
 * without quotes, and not NULL.
 */
eckid_err_t *eckid_httpsig_sign(eckid_http_request_t *request,
                                const eckid_httpsig_profile_t *profile, const eckid_key_t *key,
                                const char *keyid, const eckid_moment_t *moment, apr_pool_t *pool);

#endif
