/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A URL by which an authorization answer travels: its parameters, and which of them stay. */
#ifndef ECKID_REDIRECT_H
#define ECKID_REDIRECT_H

#include "oidc/eckid_beside.h"

/* Parameters; without a "=" a fragment has none. They may stand behind the route of a single page
 * application: "#/auth/id_token=", "#/cb?id_token=", "#!/cb;id_token=". */
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

/* The redirect URI that the request named, read once for all URLs that are compared with it. */
typedef struct eckid_redirect_asked_t {
    const eckid_oidc_setup_t *setup;
    const char *base;   /* NULL where the request named none */
    const char *normal; /* of base; or NULL */
    bool is_normal;     /* whether normal was made: usually there is no need */
    bool base_leaves;   /* whether a page says that its relative URLs lead to a client */
    apr_hash_t *query_pairs, *fragment_pairs; /* its parameters; or NULL */
    apr_pool_t *pool;
} eckid_redirect_asked_t;

eckid_redirect_asked_t eckid_redirect_asked(const eckid_oidc_setup_t *setup, apr_pool_t *pool);

/* The page with these URLs has a base, which is NULL for its own URL. */
void eckid_redirect_set_base(eckid_redirect_asked_t *asked, const char *base);

/* Whether a URL is that redirect URI, whatever parameters it has. */
bool eckid_redirect_is_asked(const eckid_redirect_t *redirect, eckid_redirect_asked_t *asked);

/* Whether the URL leads from the provider to a client: to the redirect URI of the request, or to
 * another host than the issuer's. Pages of the provider, which may have any parameters, do not. */
bool eckid_redirect_leaves(const eckid_redirect_t *redirect, eckid_redirect_asked_t *asked);

/* What stays in the query of that URL for the login's supplier. Where it is not the redirect URI of
 * the request, its own parameters are unknown. */
eckid_beside_t eckid_redirect_query(const eckid_redirect_t *redirect, eckid_redirect_asked_t *asked,
                                    const eckid_oidc_login_t *login);

/* Removes from query and fragment the parameters that do not stay for the login's supplier, and
 * returns how many those were. In a fragment only those of the redirect URI of the request are its
 * own. */
int eckid_redirect_release(eckid_redirect_t *redirect, eckid_redirect_asked_t *asked,
                           const eckid_oidc_login_t *login);

#endif
