/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision about a login: the verdict, what is known about the person, and what is logged. */
#include "decision/eckid_decision.h"

#include <apr_strings.h>

#include "decision/eckid_pseudonym.h"
#include "base/eckid_url.h"

const char *eckid_channel_name(eckid_channel_t channel)
{
    static const char *const names[ECKID_CHANNELS] = {
        [ECKID_CHANNEL_SAML] = "saml",
        [ECKID_CHANNEL_TOKEN_RESPONSE] = "id_token",
        [ECKID_CHANNEL_FRONT_CHANNEL] = "front-channel",
        [ECKID_CHANNEL_FORM_POST] = "form-post",
        [ECKID_CHANNEL_USERINFO] = "userinfo",
        [ECKID_CHANNEL_INTROSPECTION] = "introspection",
    };

    return names[channel];
}

const char *eckid_result_name(eckid_result_t result)
{
    static const char *const names[ECKID_RESULTS] = {
        [ECKID_RESULT_FILLED] = "eck-id",       [ECKID_RESULT_WITHOUT] = "without",
        [ECKID_RESULT_REFUSED] = "refused",     [ECKID_RESULT_PASSED] = "passed",
        [ECKID_RESULT_REWRITTEN] = "rewritten",
    };

    return names[result];
}

eckid_result_t eckid_decision_result(const eckid_decision_t *decision)
{
    if (decision->verdict == ECKID_REFUSE || decision->log.told_supplier) {
        return ECKID_RESULT_REFUSED;
    }
    if (decision->verdict == ECKID_PASS) {
        return ECKID_RESULT_PASSED;
    }
    return !decision->verified ? ECKID_RESULT_REWRITTEN
           : decision->known.outcome == ECKID_FOUND && !decision->log.withheld
               ? ECKID_RESULT_FILLED
               : ECKID_RESULT_WITHOUT;
}

eckid_decision_t eckid_decision_refuse(const eckid_err_t *cause)
{
    return (eckid_decision_t){
        .verdict = ECKID_REFUSE, .status = 502, .log.wanted = true, .cause = cause};
}

eckid_decision_t eckid_decision_pass_unless(const eckid_err_t *err)
{
    return err ? eckid_decision_refuse(err) : (eckid_decision_t){.verdict = ECKID_PASS};
}

void eckid_decision_note_stranger(eckid_decision_t *decision, const char *name, const char *url,
                                  apr_pool_t *pool)
{
    const char *host = url ? eckid_url_host(url, pool) : NULL;

    decision->cause = eckid_err_make(pool, ECKID_NO_SUPPLIER, "%s at %s",
                                     name ? eckid_url_shown(name, pool) : "an unknown name",
                                     host ? eckid_url_shown(host, pool) : "an unknown host");
    decision->log.wanted = true;
}

/* Somebody with a student's attribute who is no student: perhaps the condition is wrong. */
static void note_key_attribute(eckid_decision_t *decision, eckid_err_t *not_student,
                               const eckid_rules_t *rules, eckid_attributes_t login,
                               apr_pool_t *pool)
{
    const char *name = eckid_person_key_attribute(rules->kinds, login, pool);

    if (name && not_student->code == ECKID_NOT_STUDENT) {
        not_student->detail =
            apr_psprintf(pool, "%s, though there is %s", not_student->detail, name);
        decision->log.key_attribute = name;
    }
}

static void note_kind(eckid_decision_t *decision, const eckid_person_key_t *key)
{
    decision->known.has_kind = true;
    decision->known.kind = key->kind;
}

bool eckid_decision_find_key(eckid_person_key_t *key, eckid_decision_t *decision,
                             const eckid_rules_t *rules, eckid_attributes_t login, apr_pool_t *pool)
{
    eckid_err_t *no_key = eckid_person_find_key(key, rules->kinds, login, pool);
    bool of_none =
        no_key && (no_key->code == ECKID_NOT_STUDENT || no_key->code == ECKID_NO_STUDENT_SIGN);

    if (of_none) {
        note_key_attribute(decision, no_key, rules, login, pool);
    }
    else {
        note_kind(decision, key);
    }
    if (no_key) {
        decision->known.outcome = of_none ? ECKID_IS_NOT_STUDENT : ECKID_IS_UNKNOWN;
        decision->cause = no_key;
    }
    return !no_key;
}

static eckid_err_t *not_pushed(apr_pool_t *pool)
{
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_UNKNOWN, "nobody with this key was pushed or imported"),
        "eckid-directory status shows who was; is the key made as the LAS writes it, with the same "
        "type, and is it the same school?");
}

static eckid_err_t *cause_of(const eckid_lookup_t *lookup, const char *kind, apr_pool_t *pool)
{
    switch (lookup->finding.outcome) {
    case ECKID_IS_UNKNOWN:
        return eckid_err_about(lookup->source == ECKID_FROM_DIRECTORY
                                   ? not_pushed(pool)
                                   : eckid_err_make(pool, ECKID_UNKNOWN, "%s", ""),
                               kind);
    case ECKID_HAS_NONE:
        return eckid_err_about(eckid_err_make(pool, ECKID_NO_ECKID, "%s", ""), kind);
    default:
        return lookup->cause ? eckid_err_about(lookup->cause, kind) : NULL;
    }
}

void eckid_decision_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                            const eckid_rules_t *rules, const eckid_person_key_t *key,
                            const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_lookup_setup_t setup;

    note_kind(decision, key);
    decision->known.pseudonym =
        rules->pseudonyms ? eckid_pseudonym(rules->pseudonyms, key, pool) : NULL;
    decision->known.outcome = ECKID_IS_UNKNOWN;
    decision->cause = eckid_lookup_setup_for(&setup, &rules->lookup, key, pool);
    if (decision->cause) {
        return;
    }
    apr_time_t begin = apr_time_now();
    eckid_lookup_t lookup = eckid_lookup(&setup, key, decision->supplier->stale_max, moment, pool);

    decision->known.looked_up = true;
    decision->known.lookup_time = apr_time_now() - begin;
    decision->known.source = lookup.source;
    decision->known.clock_offset = lookup.clock_offset;
    decision->known.outcome = lookup.finding.outcome;
    decision->cause = cause_of(&lookup, key->kind, pool);
    *value = lookup.finding.value;
}

/* Whether the same login may well succeed in a minute. */
static bool is_temporary(eckid_outcome_t outcome)
{
    return outcome == ECKID_LAS_FAILED || outcome == ECKID_PROVIDER_FAILED ||
           outcome == ECKID_DIRECTORY_FAILED;
}

bool eckid_decision_goes_on(eckid_decision_t *decision)
{
    const char *kind = decision->known.has_kind ? decision->known.kind : NULL;

    if (decision->known.outcome == ECKID_FOUND ||
        eckid_policy_action(decision->supplier, kind, decision->known.outcome) == ECKID_OMIT) {
        return true;
    }
    decision->verdict = ECKID_REFUSE;
    decision->status = is_temporary(decision->known.outcome) ? 503 : 403;
    return false;
}
