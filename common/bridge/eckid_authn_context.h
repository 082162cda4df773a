/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the user logged in, as far as the authentication module tells, against what is asked for. */
#ifndef ECKID_AUTHN_CONTEXT_H
#define ECKID_AUTHN_CONTEXT_H

#include "base/eckid_match.h"
#include "bridge/eckid_claims.h"

#define ECKID_AUTHN_CONTEXT_UNSPECIFIED "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"

/* A class that holds for a login. */
typedef struct eckid_context_rule_t {
    const char *class;          /* a URI (authentication contexts section 3.4) */
    const char *variable;       /* whose value must match as a whole; NULL: it holds always */
    const eckid_match_t *match; /* or NULL */
} eckid_context_rule_t;

/* Core section 3.3.2.2.1. */
typedef enum eckid_comparison_t {
    ECKID_CONTEXT_EXACT,
    ECKID_CONTEXT_MINIMUM,
    ECKID_CONTEXT_MAXIMUM,
    ECKID_CONTEXT_BETTER
} eckid_comparison_t;

/*
 * The class to be stated: of the rules (eckid_context_rule_t), which go from weak to strong, the
 * strongest one that holds and that is asked for; for MAXIMUM the strongest that holds and does not
 * exceed the classes. Classes (const char *) may be empty: nothing is asked for. Without rules it
 * is "unspecified". NULL if what is asked for does not hold; classes that no rule has never do.
 */
const char *eckid_authn_context_choose(const apr_array_header_t *rules,
                                       eckid_comparison_t comparison,
                                       const apr_array_header_t *classes,
                                       const eckid_environment_t *environment);

#endif
