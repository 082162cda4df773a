/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log lines of a logout at our own identity provider, and its place in the numbers. */
#include "conf/mod_eckid_log_logout.h"

#include <apr_strings.h>
#include <http_log.h>

#include "conf/mod_eckid_config.h"
#include "conf/mod_eckid_count.h"

APLOG_USE_MODULE(eckid);

static const char *verb_of(const eckid_logout_answer_t *answer, apr_pool_t *pool)
{
    return answer->show == ECKID_LOGOUT_SHOW_REFUSED
               ? apr_psprintf(pool, "refused with %d", answer->status)
           : answer->told ? "refused with an error status to the supplier"
           : answer->cause && answer->cause->code == ECKID_LOGOUT_PARTIAL ? "is partial"
                                                                          : "is done";
}

/* A session that was over is nothing to worry about. */
static int level_of(const eckid_logout_answer_t *answer)
{
    return !answer->cause || answer->cause->code == ECKID_LOGOUT_UNKNOWN ? APLOG_INFO
           : answer->status == HTTP_SERVICE_UNAVAILABLE                  ? APLOG_ERR
                                                                         : APLOG_WARNING;
}

static eckid_logouts_t step_of(const eckid_logout_answer_t *answer)
{
    return answer->show == ECKID_LOGOUT_SHOW_REFUSED || answer->told      ? ECKID_LOGOUTS_REFUSED
           : answer->cause && answer->cause->code == ECKID_LOGOUT_PARTIAL ? ECKID_LOGOUTS_PARTIAL
                                                                          : ECKID_LOGOUTS_WHOLE;
}

/* "(observed only) logout at https://books.example/saml" */
static const char *subject(const eckid_logout_answer_t *answer, bool observed, apr_pool_t *pool)
{
    return apr_pstrcat(pool, observed ? "(observed only) " : "", "logout ",
                       answer->supplier ? "at " : "by the user",
                       answer->supplier ? answer->supplier : "", NULL);
}

/* Users may stay away on the way, so that it has no other line. */
static void log_begin(const request_rec *r, const eckid_logout_answer_t *answer,
                      const eckid_moment_t *moment, bool observed)
{
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, r->server, "ECK0000: %s has begun [others=%d ref=%s]",
                 subject(answer, observed, r->pool), answer->others,
                 eckid_moment_reference(moment, r->pool));
    mod_eckid_count_logout(r->server, answer->supplier, ECKID_LOGOUTS_BEGUN, observed);
}

static void log_end(const request_rec *r, const eckid_logout_answer_t *answer,
                    const eckid_moment_t *moment, bool observed)
{
    const eckid_err_t *cause = answer->cause;

    ap_log_error(APLOG_MARK, level_of(answer), 0, r->server,
                 "ECK%04d: %s %s%s%s [ended=%d%s%s ms=%d ref=%s]", cause ? (int)cause->code : 0,
                 subject(answer, observed, r->pool), verb_of(answer, r->pool), cause ? ": " : "",
                 cause ? eckid_err_text(cause, r->pool) : "", answer->ended,
                 answer->begun ? " begun=" : "", answer->begun ? answer->begun : "",
                 (int)apr_time_as_msec(apr_time_now() - moment->now),
                 eckid_moment_reference(moment, r->pool));
    mod_eckid_count_logout(r->server, answer->supplier, step_of(answer), observed);
}

void mod_eckid_log_logout(const request_rec *r, const eckid_logout_answer_t *answer,
                          const eckid_moment_t *moment, bool observed)
{
    if (answer->has_begun) {
        log_begin(r, answer, moment, observed);
    }
    if (answer->is_over) {
        log_end(r, answer, moment, observed);
    }
}
