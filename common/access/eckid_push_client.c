/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may push: known by an access token, by a certificate, or by both. */
#include "access/eckid_push_client.h"

/* Whether what is wanted is shown; nothing wanted is shown by all. */
static bool is_shown(const char *wanted, const char *shown)
{
    return !wanted || (shown && strcmp(wanted, shown) == 0);
}

static bool is_client(const eckid_push_client_t *client, const eckid_bearer_grant_t *grant,
                      const eckid_certificate_t *certificate)
{
    return is_shown(client->client_id, grant ? grant->client_id : NULL) &&
           is_shown(client->subject, certificate ? certificate->subject : NULL) &&
           is_shown(client->oin, certificate ? certificate->oin : NULL);
}

static const eckid_push_client_t *find(const apr_array_header_t *clients,
                                       const eckid_bearer_grant_t *grant,
                                       const eckid_certificate_t *certificate)
{
    for (int i = 0; i < clients->nelts; i++) {
        const eckid_push_client_t *client = &APR_ARRAY_IDX(clients, i, eckid_push_client_t);

        if (is_client(client, grant, certificate)) {
            return client;
        }
    }
    return NULL;
}

/* RFC 8705 section 3: a token that is bound to a certificate is worth nothing without it. */
static eckid_err_t *check_binding(const eckid_bearer_grant_t *grant,
                                  const eckid_certificate_t *certificate, apr_pool_t *pool)
{
    return is_shown(grant->thumbprint, certificate ? certificate->thumbprint : NULL)
               ? NULL
               : eckid_err_make(pool, ECKID_PUSH_TOKEN, "it is bound to another certificate");
}

/* Organizations stand in certificates and client_ids, and no people, so the log may show them. */
static eckid_err_t *unknown(const eckid_bearer_grant_t *grant,
                            const eckid_certificate_t *certificate, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_PUSH_CLIENT, "client_id=%s subject=%s oin=%s",
                          grant ? grant->client_id : "none",
                          certificate ? certificate->subject : "none",
                          certificate && certificate->oin ? certificate->oin : "none");
}

static eckid_err_t *check_token(eckid_bearer_grant_t *grant, const eckid_bearer_t *bearer,
                                const eckid_push_caller_t *caller, apr_time_t now, apr_pool_t *pool)
{
    ECKID_ERR(eckid_bearer_check(grant, bearer, caller->authorization, caller->given, now, pool));
    return check_binding(grant, caller->certificate, pool);
}

eckid_err_t *eckid_push_client_find(const eckid_push_client_t **client,
                                    const apr_array_header_t *clients, const eckid_bearer_t *bearer,
                                    const eckid_push_caller_t *caller, apr_time_t now,
                                    apr_pool_t *pool)
{
    eckid_bearer_grant_t grant;
    bool has_token = bearer && caller->authorization;

    if (has_token) {
        ECKID_ERR(check_token(&grant, bearer, caller, now, pool));
    }
    *client = find(clients, has_token ? &grant : NULL, caller->certificate);
    if (*client) {
        return NULL;
    }
    return has_token || !bearer ? unknown(has_token ? &grant : NULL, caller->certificate, pool)
                                : eckid_err_make(pool, ECKID_PUSH_TOKEN, "there is none");
}

eckid_err_t *eckid_push_client_school(const char **found, const eckid_push_client_t *client,
                                      const char *school, apr_pool_t *pool)
{
    const apr_array_header_t *schools = client->schools;

    *found = NULL;
    if (!schools) {
        return school ? eckid_err_make(pool, ECKID_PUSH_SCHOOL,
                                       "there is only one, and the URL "
                                       "has a part for another")
                      : NULL;
    }
    for (int i = 0; i < schools->nelts; i++) {
        const char *each = APR_ARRAY_IDX(schools, i, const char *);

        if (school ? strcmp(each, school) == 0 : schools->nelts == 1) {
            *found = each;
            return NULL;
        }
    }
    return eckid_err_make(pool, ECKID_PUSH_SCHOOL, "%s",
                          school ? "it is that of others"
                                 : "the client has several, and the URL names none");
}
