/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log line of a logout at our own identity provider. */
#include "conf/mod_eckid_log_logout.h"

#include <apr_strings.h>
#include <http_log.h>

#include "conf/mod_eckid_config.h"

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

void mod_eckid_log_logout(const request_rec *r, const eckid_logout_answer_t *answer,
                          const eckid_moment_t *moment, bool observed)
{
    if (!answer->is_over) {
        return;
    }
    const eckid_err_t *cause = answer->cause;

    ap_log_error(APLOG_MARK, level_of(answer), 0, r->server,
                 "ECK%04d: %slogout %s%s %s%s%s [ended=%d ms=%d ref=%s]",
                 cause ? (int)cause->code : 0, observed ? "(observed only) " : "",
                 answer->supplier ? "at " : "by the user", answer->supplier ? answer->supplier : "",
                 verb_of(answer, r->pool), cause ? ": " : "",
                 cause ? eckid_err_text(cause, r->pool) : "", answer->ended,
                 (int)apr_time_as_msec(apr_time_now() - moment->now),
                 eckid_moment_reference(moment, r->pool));
}
