/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A URL by which an authorization answer travels: its parameters, and which of them may go. */
#ifndef ECKID_REDIRECT_H
#define ECKID_REDIRECT_H

#include "oidc/eckid_beside.h"

/* Parameters that may stand behind the route of a single page application: "#/auth/id_token=",
 * "#/cb?id_token=", "#!/cb;id_token=". */
typedef struct eckid_redirect_part_t {
    const char *route;      /* with its last sign; "" where there is none */
    eckid_params_t *params; /* NULL where the part is not there */
} eckid_redirect_part_t;

typedef struct eckid_redirect_t {
    const char *url;
    const char *base; /* up to "?" */
    eckid_redirect_part_t query, fragment;
    bool has_jwt; /* whether the parameter response is all of the answer (JARM) */
} eckid_redirect_t;

eckid_redirect_t eckid_redirect_split(const char *url, apr_pool_t *pool);

const char *eckid_redirect_print(const eckid_redirect_t *redirect, apr_pool_t *pool);

/* How often a parameter stands in a part, which may be NULL; one without a value is as good as
 * absent (RFC 6749 section 3.1). Value is that of the first one, or NULL. */
int eckid_redirect_count(const char **value, const eckid_params_t *params, const char *name,
                         apr_pool_t *pool);

/* Whether the URL leads from the provider to a client: to the redirect URI of the request, or to
 * another host than the issuer's. Pages of the provider, which may have any parameters, do not. */
bool eckid_redirect_leaves(const eckid_redirect_t *redirect, const eckid_oidc_setup_t *setup,
                           apr_pool_t *pool);

/* What may stand in the query of that URL for the login's supplier. It may have parameters of the
 * client's own: which those are, the redirect URI tells if the request had it and it is this one.
 */
eckid_beside_t eckid_redirect_query(const eckid_redirect_t *redirect,
                                    const eckid_oidc_login_t *login);

/* Removes the parameters that may not go to the login's supplier, from the fragment as from a query
 * whose own are known; returns how many those were. */
int eckid_redirect_release(eckid_redirect_t *redirect, const eckid_oidc_login_t *login);

#endif
