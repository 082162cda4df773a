/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program gets for a refused login: an error response of OAuth 2.0, or problem details. */
#include "decision/eckid_refusal_error.h"

#include <apr_strings.h>

/* RFC 6749 section 5.2 allows printable ASCII without quote and backslash in error_description. */
const char *eckid_refusal_error_text(int status, const char *reference, apr_pool_t *pool)
{
    const char *text = status == 401   ? "the gateway does not accept this token"
                       : status == 403 ? "the ECK iD of this user is not available"
                       : status == 503 ? "the ECK iD is not available now, try again in a minute"
                                       : "the provider's response could not be verified";

    return apr_pstrcat(pool, text, " (reference ", reference, ")", NULL);
}

const char *eckid_refusal_error_code(int status)
{
    return status == 403   ? "access_denied"
           : status == 503 ? "temporarily_unavailable"
                           : "server_error";
}

/* RFC 6749 section 5.2. */
static eckid_bytes_t oauth_error(const char *error, const char *text, apr_pool_t *pool)
{
    return eckid_bytes_str(apr_pstrcat(pool, "{\"error\":\"", error, "\",\"error_description\":\"",
                                       text, "\"}", NULL));
}

/* RFC 9457 section 3. */
static eckid_bytes_t details(int status, const char *text, apr_pool_t *pool)
{
    const char *title = status == 503 ? "Service Unavailable" : "Bad Gateway";

    return eckid_bytes_str(apr_psprintf(
        pool, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}", title,
        status, text));
}

static const char *challenge(const char *error, const char *text, apr_pool_t *pool)
{
    return apr_pstrcat(pool, "Bearer error=\"", error, "\", error_description=\"", text, "\"",
                       NULL);
}

eckid_refusal_error_t eckid_refusal_error_make(eckid_refusal_reader_t reader, int status,
                                               const char *reference, apr_pool_t *pool)
{
    const char *text = eckid_refusal_error_text(status, reference, pool);
    const char *error = status == 401 ? "invalid_token" : "insufficient_scope";
    eckid_refusal_error_t refusal = {.status = status, .content_type = "application/json"};

    if (reader == ECKID_AT_TOKEN && (status == 401 || status == 403)) {
        refusal.status = 400;
        refusal.body = oauth_error("invalid_grant", text, pool);
    }
    else if (reader == ECKID_AT_REQUEST && status == 401) {
        refusal.status = 400;
        refusal.body = oauth_error("invalid_request", text, pool);
    }
    else if (reader == ECKID_AT_INTROSPECTION && status == 401) {
        refusal.status = 200;
        refusal.body = eckid_bytes_str("{\"active\":false}");
    }
    else if (reader == ECKID_AT_USERINFO && (status == 401 || status == 403)) {
        refusal.body = oauth_error(error, text, pool);
        refusal.authenticate = challenge(error, text, pool);
    }
    else {
        refusal.status = status == 503 ? 503 : 502;
        refusal.retry = status == 503;
        refusal.content_type = "application/problem+json";
        refusal.body = details(refusal.status, text, pool);
    }
    return refusal;
}
