/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines about requests: each decision about a login, and trouble on the way to it. */
#include "conf/mod_eckid_log.h"

#include <apr_strings.h>
#include <http_log.h>

#include "conf/mod_eckid_audit.h"
#include "conf/mod_eckid_count.h"
#include "conf/mod_eckid_watch.h"
#include "decision/eckid_refusal_page.h"

APLOG_USE_MODULE(eckid);

static const char *list_of(const apr_array_header_t *names, apr_pool_t *pool)
{
    return names && names->nelts ? apr_array_pstrcat(pool, names, ',') : "none";
}

/* The last part of the line, for programs. */
static const char *facts(const eckid_decision_t *decision, const eckid_moment_t *moment,
                         apr_pool_t *pool)
{
    const char *text =
        apr_psprintf(pool, "ms=%d ref=%s", (int)apr_time_as_msec(apr_time_now() - moment->now),
                     eckid_moment_reference(moment, pool));

    if (decision->verified) {
        text = apr_pstrcat(pool, "outcome=", eckid_outcome_name(decision->known.outcome), " cache=",
                           decision->known.looked_up ? eckid_source_name(decision->known.source)
                                                     : "not-asked",
                           " ", text, NULL);
    }
    if (decision->verified && decision->known.has_kind) {
        text = apr_pstrcat(pool, text, " kind=", eckid_kind_name(decision->known.kind), NULL);
    }
    if (decision->known.looked_up) {
        text = apr_psprintf(pool, "%s lookup-ms=%d", text,
                            (int)apr_time_as_msec(decision->known.lookup_time));
    }
    if (decision->known.clock_offset) {
        text = apr_psprintf(pool, "%s las-clock=%+ds", text,
                            (int)apr_time_sec(decision->known.clock_offset));
    }
    if (decision->log.attributes) {
        text =
            apr_pstrcat(pool, text, " attributes=", list_of(decision->log.attributes, pool), NULL);
    }
    if (decision->log.encrypted) {
        text = apr_pstrcat(pool, text, " encrypted=yes", NULL);
    }
    if (decision->log.ecdsa) {
        text = apr_pstrcat(pool, text, " signature=ecdsa", NULL);
    }
    if (decision->log.absent && decision->log.absent->nelts) {
        text = apr_pstrcat(pool, text, " absent=", list_of(decision->log.absent, pool), NULL);
    }
    if (decision->log.name_id_shows) {
        text = apr_pstrcat(pool, text,
                           decision->log.channel != ECKID_CHANNEL_SAML ? " sub-shows="
                                                                       : " nameid-shows=",
                           decision->log.name_id_shows, NULL);
    }
    if (decision->log.token_shows) {
        text = apr_pstrcat(pool, text, " access-token-shows=", decision->log.token_shows, NULL);
    }
    if (decision->log.removed) {
        text = apr_psprintf(pool, "%s removed=%d", text, decision->log.removed);
    }
    if (decision->log.channel != ECKID_CHANNEL_SAML) {
        text = apr_pstrcat(pool, text, " token=", eckid_channel_name(decision->log.channel), NULL);
    }
    return text;
}

static const char *verb_of(const eckid_decision_t *decision, apr_pool_t *pool)
{
    if (decision->log.told_supplier) {
        return "refused with an error status to the supplier";
    }
    switch (eckid_decision_result(decision)) {
    case ECKID_RESULT_REFUSED:
        return apr_psprintf(pool, "refused with %d",
                            decision->log.sent ? decision->log.sent : decision->status);
    case ECKID_RESULT_FILLED:
        return "gets the ECK iD";
    case ECKID_RESULT_WITHOUT:
        return decision->log.withheld ? "continues without ECK iD, as the browser would see it"
                                      : "continues without ECK iD";
    case ECKID_RESULT_REWRITTEN:
        return "rewritten";
    default:
        return "passes";
    }
}

static bool is_about(const eckid_decision_t *decision, eckid_code_t code)
{
    return decision->cause && decision->cause->code == code;
}

static bool is_metadata(const eckid_decision_t *decision)
{
    return is_about(decision, ECKID_UNLISTED) || is_about(decision, ECKID_OTHER_METADATA);
}

/* Whether it passes, and the operator may want to know that it does. */
static bool is_remarkable(const eckid_decision_t *decision)
{
    return is_about(decision, ECKID_NO_SUPPLIER) || is_metadata(decision);
}

static int level_of(const eckid_decision_t *decision)
{
    if (decision->verdict == ECKID_REFUSE || decision->log.told_supplier) {
        return decision->status == 503 ? APLOG_ERR : APLOG_WARNING;
    }
    if (decision->verdict == ECKID_PASS) {
        return is_remarkable(decision) ? APLOG_INFO : APLOG_DEBUG;
    }
    bool expected = !decision->verified || decision->known.outcome == ECKID_FOUND ||
                    decision->known.outcome == ECKID_IS_NOT_STUDENT;

    bool stale = decision->known.outcome == ECKID_FOUND && decision->cause;
    bool shows = decision->log.name_id_shows || decision->log.token_shows;

    bool untold = is_about(decision, ECKID_NO_STUDENT_SIGN);

    return expected && !shows && !stale && !untold ? APLOG_INFO : APLOG_WARNING;
}

static mod_eckid_remark_t kind_of(const eckid_decision_t *decision)
{
    return is_metadata(decision)     ? MOD_ECKID_REMARK_METADATA
           : is_remarkable(decision) ? MOD_ECKID_REMARK_STRANGER
                                     : MOD_ECKID_REMARK_SUPPLIER;
}

/* What an operator wants to know once a day, though nothing is wrong with it by itself; or NULL. */
static const char *remark_of(const eckid_decision_t *decision, apr_pool_t *pool)
{
    const apr_array_header_t *absent = decision->log.absent;

    if (is_remarkable(decision)) {
        return decision->cause->detail;
    }
    if (decision->log.key_attribute && decision->cause) {
        return apr_pstrcat(pool, decision->supplier->name, " ", decision->cause->detail, NULL);
    }
    return absent && absent->nelts
               ? apr_pstrcat(pool, decision->supplier->name, " lacks ", list_of(absent, pool), NULL)
               : NULL;
}

/* While we observe: a service that would get everything, and who logs in at our own identity
 * provider, which sends a page with the code of this line. */
static bool is_shown(const eckid_decision_t *decision, const request_rec *r)
{
    return is_about(decision, ECKID_NO_SUPPLIER) || mod_eckid_dir(r)->idp;
}

/* Raises the level of a line with a remark that is new today: notices are written at every
 * LogLevel.
 */
static int with_remark(int level, const eckid_decision_t *decision, bool observed, apr_time_t now,
                       const request_rec *r)
{
    const char *remark = level == APLOG_INFO ? remark_of(decision, r->pool) : NULL;
    bool is_news = remark && mod_eckid_watch_is_news(r->server, kind_of(decision), remark, now);

    return is_news || (level == APLOG_INFO && observed && is_shown(decision, r)) ? APLOG_NOTICE
                                                                                 : level;
}

/* Whether it is about what was asked of our own identity provider. */
static bool is_request(const eckid_decision_t *decision)
{
    return decision->cause && decision->cause->code >= ECKID_REQUEST &&
           decision->cause->code <= ECKID_NO_PASSIVE;
}

static const char *subject_of(const eckid_decision_t *decision, apr_pool_t *pool)
{
    if (decision->supplier) {
        return apr_pstrcat(pool, "login at ", decision->supplier->name, NULL);
    }
    return is_metadata(decision)             ? "metadata"
           : is_request(decision)            ? "login request"
           : decision->verdict == ECKID_PASS ? "login that is not for a supplier"
                                             : "response";
}

void mod_eckid_log_decision(const request_rec *r, const eckid_decision_t *decision,
                            const eckid_moment_t *moment, bool observed)
{
    if (!decision->log.wanted) {
        return;
    }
    mod_eckid_count_decision(r->server, decision, observed);
    mod_eckid_audit_decision(r, decision, moment, observed);
    if (decision->supplier || is_about(decision, ECKID_NO_SUPPLIER)) {
        mod_eckid_watch_login(r->server);
    }
    int level = with_remark(level_of(decision), decision, observed, moment->now, r);

    if (!APLOG_MODULE_IS_LEVEL(r->server, APLOG_MODULE_INDEX, level)) {
        return;
    }
    ap_log_error(APLOG_MARK, level, 0, r->server, "ECK%04d: %s%s %s%s%s [%s]",
                 decision->cause ? (int)decision->cause->code : 0,
                 observed ? "(observed only) " : "", subject_of(decision, r->pool),
                 verb_of(decision, r->pool), decision->cause ? ": " : "",
                 decision->cause ? eckid_err_text(decision->cause, r->pool) : "",
                 facts(decision, moment, r->pool));
}

void mod_eckid_log_trouble(const request_rec *r, const eckid_err_t *err, const char *what)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, r->server, "ECK%04d: %s: %s", (int)err->code, what,
                 eckid_err_text(err, r->pool));
}

void mod_eckid_log_provider(const request_rec *r, const char *issuer, bool known,
                            const eckid_err_t *err)
{
    if (err) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, r->server,
                     "ECK%04d: %s could not be fetched, %s: %s", (int)err->code, issuer,
                     known ? "the last known data stays in use" : "and nothing is known of it yet",
                     eckid_err_text(err, r->pool));
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, r->server,
                     "ECK0000: fetched discovery and keys of %s", issuer);
    }
}

void mod_eckid_log_metadata(server_rec *server, const char *place, bool known,
                            const eckid_err_t *err, apr_pool_t *pool)
{
    if (err) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, "ECK%04d: %s: %s", (int)err->code,
                     known ? "new metadata is not used, the last good one stays in use"
                           : "there is no metadata yet, and what came is not used",
                     eckid_err_text(err, pool));
    }
    else {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server,
                     known ? "ECK0000: %s has changed and was read again"
                           : "ECK0000: %s was read for the first time",
                     place);
    }
}
