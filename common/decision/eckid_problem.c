/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short answer that tells a program, as its protocol has it, that a login was refused. */
#include "decision/eckid_problem.h"

#include <apr_strings.h>

/* RFC 6749 section 5.2 allows printable ASCII without quote and backslash. */
const char *eckid_problem_text(int status, const char *reference, apr_pool_t *pool)
{
    const char *text = status == 401   ? "this access token is not known to the gateway"
                       : status == 403 ? "the ECK iD of this user is not available"
                       : status == 503 ? "the ECK iD is not available now, try again in a minute"
                                       : "the provider's answer could not be verified";

    return apr_pstrcat(pool, text, " (reference ", reference, ")", NULL);
}

const char *eckid_problem_redirect_error(int status)
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

eckid_problem_t eckid_problem_make(eckid_problem_reader_t place, int status, const char *reference,
                                   apr_pool_t *pool)
{
    const char *text = eckid_problem_text(status, reference, pool);
    const char *error = status == 401 ? "invalid_token" : "insufficient_scope";
    eckid_problem_t problem = {.status = status, .content_type = "application/json"};

    if (place == ECKID_AT_TOKEN && status == 403) {
        problem.status = 400;
        problem.body = oauth_error("invalid_grant", text, pool);
    }
    else if (place == ECKID_AT_USERINFO && (status == 401 || status == 403)) {
        problem.body = oauth_error(error, text, pool);
        problem.authenticate = challenge(error, text, pool);
    }
    else {
        problem.status = status == 503 ? 503 : 502;
        problem.retry = status == 503;
        problem.content_type = "application/problem+json";
        problem.body = details(problem.status, text, pool);
    }
    return problem;
}
