/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What logins over OpenID Connect need: one provider, and the rules. */
#ifndef ECKID_OIDC_SETUP_H
#define ECKID_OIDC_SETUP_H

#include "decision/eckid_decision.h"
#include "oidc/eckid_provider.h"
#include "oidc/eckid_hint.h"
#include "oidc/eckid_sealed_token.h"

/* Where the claims stand by which a student is known (see eckid_person.h). */
typedef enum eckid_claims_from_t {
    ECKID_CLAIMS_ID_TOKEN,
    ECKID_CLAIMS_USERINFO /* which is fetched with the new access token */
} eckid_claims_from_t;

/* All that OpenID Connect needs for one provider: read-only, shared by threads. */
typedef struct eckid_oidc_setup_t {
    const eckid_rules_t *rules;
    eckid_provider_t *provider;
    const eckid_provider_view_t *view; /* the provider as it is now; NULL when that is not known */
    eckid_token_seal_t seal;           /* for the tokens of suppliers */
    const eckid_records_t *hints;      /* where the provider's ID tokens are kept; or NULL */
    eckid_claims_from_t claims_from;
    const char *introspection;    /* Authorization for asking whose a token is; or NULL */
    const char *accept_language;  /* of the request, for pages of ours; or NULL */
    const char *redirect_uri;     /* of the authorization request that is answered; or NULL */
    const eckid_policy_t *judged; /* whose clients' tokens were judged before, by other settings:
                                     they are not searched for; or NULL */
} eckid_oidc_setup_t;

#endif
