/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login at our own identity provider: the user comes back, and the supplier gets its answer. */
#include "base/eckid_time.h"
#include "bridge/eckid_bridge_flow.h"
#include "bridge/eckid_bridge_response.h"
#include "bridge/eckid_bridge_session.h"
#include "decision/eckid_release.h"

#include <apr_strings.h>

/* One login while it is handled. */
typedef struct login_t {
    eckid_bridge_flow_t flow;
    const eckid_environment_t *environment;
    const eckid_bridge_back_t *back;
    eckid_user_claims_t *claims;
    eckid_statement_t statement;
    eckid_eck_id_t value; /* with outcome FOUND */
    bool is_over;         /* the answer is there, or the browser is sent on */
} login_t;

static eckid_err_t *tell(login_t *login, const char *second, eckid_code_t code, const char *what)
{
    const eckid_saml_status_t status = {"Responder", second, NULL};

    login->is_over = true;
    return eckid_bridge_flow_tell(&login->flow, &status,
                                  eckid_err_make(login->flow.pool, code, "%s", what));
}

/* Who, and since when */

/* Seconds since 1970 (auth_time, OpenID Connect Core section 2), or a time of SAML. */
static bool read_instant(apr_time_t *instant, const char *text)
{
    bool is_number = *text && strlen(text) < 12 && strspn(text, "0123456789") == strlen(text);

    if (is_number) {
        *instant = apr_time_from_sec(apr_atoi64(text));
    }
    return is_number || eckid_time_parse(instant, text);
}

/* Without a variable the module has just vouched for the user, and that is all that is known:
 * enough for a login, and never for ForceAuthn. */
static eckid_err_t *find_instant(login_t *login)
{
    const eckid_bridge_t *bridge = login->flow.bridge;
    apr_time_t now = login->flow.moment->now;
    const char *text =
        bridge->instant ? eckid_environment_get(login->environment, bridge->instant) : NULL;

    login->statement.instant = now;
    if (!bridge->instant) {
        return NULL;
    }
    if (!text || !read_instant(&login->statement.instant, text)) {
        return eckid_err_make(login->flow.pool, ECKID_CLAIM, "%s is no time", bridge->instant);
    }
    return login->statement.instant <= now + bridge->rules->skew
               ? NULL
               : eckid_err_make(login->flow.pool, ECKID_CLAIM, "%s is in the future",
                                bridge->instant);
}

/* ForceAuthn, first visit: the session is ended by the module's own URL, and the user comes back by
 * one where the module asks anew. What the time of authentication is until then is kept. */
static eckid_err_t *send_to_log_in_anew(login_t *login)
{
    eckid_bridge_flow_t *flow = &login->flow;

    flow->pending->again = true;
    flow->pending->seen = login->statement.instant;
    ECKID_ERR(eckid_bridge_flow_send_on(flow, ECKID_BRIDGE_AGAIN));
    const char *url = apr_pstrcat(flow->pool, flow->bridge->url,
                                  flow->answer.location + strlen(flow->bridge->path), NULL);

    flow->answer.location =
        apr_pstrcat(flow->pool, flow->bridge->renew,
                    eckid_codec_percent(eckid_bytes_str(url), flow->pool), NULL);
    login->is_over = true;
    return NULL;
}

/* ForceAuthn, second visit. A session that was there before the request does not count, however
 * new it is: it is not newer than the one that was seen. If none was seen, two clocks are compared.
 */
static eckid_err_t *check_anew(login_t *login)
{
    const eckid_bridge_flow_t *flow = &login->flow;
    apr_time_t instant = login->statement.instant;

    return instant > flow->pending->seen &&
                   instant + flow->bridge->rules->skew >= flow->pending->begun
               ? NULL
               : tell(login, "AuthnFailed", ECKID_REQUEST_UNFIT,
                      "ForceAuthn, but the user was not asked to log in again");
}

static eckid_err_t *log_in_anew(login_t *login)
{
    const eckid_bridge_t *bridge = login->flow.bridge;

    if (!bridge->instant || !bridge->renew) { /* they have been removed meanwhile */
        return eckid_err_make(login->flow.pool, ECKID_REQUEST_ENDED,
                              "EckidIdpAuthnInstant or EckidIdpRenew has changed");
    }
    return login->flow.pending->again ? check_anew(login) : send_to_log_in_anew(login);
}

static eckid_err_t *miss_user(login_t *login)
{
    const eckid_pending_t *pending = login->flow.pending;

    return pending->passive ? tell(login, "NoPassive", ECKID_NO_PASSIVE, "")
           : pending->force && !pending->again
               ? log_in_anew(login)
               : eckid_err_make(login->flow.pool, ECKID_NO_USER, "%s", "");
}

static bool has_user(const login_t *login)
{
    return eckid_environment_get(login->environment, "REMOTE_USER") != NULL;
}

static eckid_err_t *find_user(login_t *login)
{
    const eckid_pending_t *pending = login->flow.pending;
    const char *place = eckid_bridge_flow_place(pending);

    if (strcmp(place, login->back->place) != 0) {
        return eckid_err_make(login->flow.pool, ECKID_REQUEST_ENDED, "it belongs to %s", place);
    }
    if (!has_user(login)) {
        return miss_user(login);
    }
    ECKID_ERR(find_instant(login));
    return pending->force ? log_in_anew(login) : NULL;
}

static eckid_err_t *find_context(login_t *login)
{
    const eckid_pending_t *pending = login->flow.pending;

    login->statement.context = eckid_authn_context_choose(
        login->flow.bridge->contexts, pending->comparison, pending->classes, login->environment);
    return login->statement.context
               ? NULL
               : tell(login, "NoAuthnContext", ECKID_REQUEST_UNFIT,
                      "an authentication context that does not hold for this login");
}

/* Which user, which student */

static eckid_err_t *name_user(login_t *login)
{
    const eckid_bridge_t *bridge = login->flow.bridge;
    const eckid_pending_t *pending = login->flow.pending;
    const eckid_name_id_rule_t *rule = eckid_name_id_choose(
        login->flow.answer.decision.supplier, pending->name_format, bridge->pairwise != NULL);
    const eckid_name_id_source_t source = {
        .issuer = bridge->entity_id,
        .supplier = pending->supplier,
        .secret = bridge->pairwise,
        .user = bridge->user,
        .remote_user = login->environment->user,
        .moment = login->flow.moment,
    };

    if (!rule) { /* the block has changed meanwhile */
        return eckid_err_make(login->flow.pool, ECKID_REQUEST_ENDED, "EckidNameId has changed");
    }
    ECKID_ERR(eckid_name_id_make(&login->statement.name_id, rule, &source,
                                 eckid_claims_attributes(login->claims), login->flow.pool));
    login->claims->subject = login->statement.name_id.value;
    return NULL;
}

static void look_up(login_t *login)
{
    eckid_bridge_flow_t *flow = &login->flow;
    eckid_decision_t *decision = &flow->answer.decision;
    eckid_person_key_t key;

    decision->verified = true;
    if (eckid_decision_find_key(&key, decision, flow->bridge->rules,
                                eckid_claims_attributes(login->claims), flow->pool)) {
        eckid_decision_look_up(&login->value, decision, flow->bridge->rules, &key, flow->moment,
                               flow->pool);
    }
    else if (eckid_person_is_untold(decision->cause)) {
        decision->cause = eckid_err_advise(
            eckid_err_copy(decision->cause, flow->pool),
            "the authentication module sets no variable for it, see its EckidIdpAttribute: is the "
            "claim released to this server, and is the name right?");
    }
}

/* The answer */

/* If the login is to be encrypted and cannot be, it must not go out as it is. */
static eckid_err_t *protect(eckid_protection_t *protection, const eckid_bridge_flow_t *flow)
{
    const eckid_supplier_t *supplier = flow->answer.decision.supplier;

    *protection =
        (eckid_protection_t){.key = eckid_bridge_flow_key(flow), .what = supplier->sign_what};
    if (flow->described->role->wants_signed && protection->what == ECKID_SIGN_RESPONSE) {
        protection->what = ECKID_SIGN_BOTH;
    }
    if (supplier->encrypt != ECKID_ENCRYPT_ON) {
        return NULL;
    }
    protection->reader = flow->described;
    return flow->described->encryption
               ? NULL
               : eckid_err_make(flow->pool, ECKID_NO_RECIPIENT, "%s", supplier->name);
}

static void release(login_t *login)
{
    eckid_decision_t *decision = &login->flow.answer.decision;
    eckid_attributes_t attributes = eckid_claims_attributes(login->claims);
    apr_pool_t *pool = login->flow.pool;

    decision->log.absent = eckid_release_absent(attributes, decision->supplier, pool);
    eckid_release(&decision->log.name_id_shows, attributes, decision->supplier, pool);
    if (decision->known.outcome == ECKID_FOUND) {
        eckid_claims_set(login->claims, &decision->supplier->attribute, login->value.text, pool);
    }
    decision->log.attributes = eckid_attributes_names(attributes, pool);
}

/* The browser remembers it for a single logout. A user who comes again has the same session, in
 * case the supplier keeps its first SessionIndex. */
static eckid_err_t *note_session(login_t *login)
{
    eckid_bridge_flow_t *flow = &login->flow;
    const eckid_bridge_seal_t seal = eckid_bridge_flow_seal(flow->bridge);
    eckid_bridge_session_t session = {.supplier = flow->pending->supplier,
                                      .name_id = login->statement.name_id,
                                      .since = flow->moment->now};

    session.index = eckid_saml_answer_id(flow->moment->session_index, flow->pool);
    login->statement.session = session.index;
    if (!flow->bridge->logout) {
        return NULL;
    }
    const apr_array_header_t *sessions =
        eckid_bridge_sessions_read(eckid_bridge_cookies_read(login->back->cookies, flow->pool),
                                   &seal, session.since, flow->pool);
    const eckid_bridge_session_t *before = eckid_bridge_sessions_find(sessions, session.supplier);

    if (before && eckid_name_id_same(&before->name_id, &session.name_id)) {
        login->statement.session = session.index = before->index;
    }
    flow->answer.cookies = apr_array_make(flow->pool, 2, sizeof(eckid_bridge_cookie_t));
    return eckid_bridge_sessions_note(flow->answer.cookies, sessions, &session, &seal,
                                      flow->moment->session_nonce, flow->pool);
}

static eckid_err_t *issue(login_t *login)
{
    eckid_bridge_flow_t *flow = &login->flow;
    eckid_bridge_answer_t *answer = &flow->answer;
    const eckid_saml_head_t head = eckid_bridge_flow_head(flow);
    eckid_protection_t protection;

    ECKID_ERR(protect(&protection, flow));
    release(login);
    login->statement.audience = flow->pending->supplier;
    ECKID_ERR(note_session(login));
    login->statement.claims = login->claims;
    login->statement.skew = flow->bridge->rules->skew;
    ECKID_ERR(eckid_bridge_response_make(&answer->decision.body, &head, &login->statement,
                                         &protection, flow->moment, flow->pool));
    answer->decision.log.encrypted = protection.reader != NULL;
    answer->decision.log.ecdsa = eckid_key_kind(protection.key) != ECKID_KEY_RSA;
    answer->decision.verdict = ECKID_CHANGE;
    answer->consumer = flow->pending->consumer;
    answer->relay_state = flow->pending->relay_state;
    return NULL;
}

/* As in front of an identity provider: a page for the student, or a status for the supplier. */
static eckid_err_t *refuse(login_t *login)
{
    static const eckid_saml_status_t denied = {"Responder", "RequestDenied", NULL};
    eckid_decision_t *decision = &login->flow.answer.decision;

    return decision->supplier->refuse_by_status
               ? eckid_bridge_flow_tell(&login->flow, &denied, decision->cause)
               : NULL;
}

static eckid_err_t *open_pending(login_t *login)
{
    eckid_bridge_flow_t *flow = &login->flow;
    const eckid_bridge_seal_t seal = eckid_bridge_flow_seal(flow->bridge);

    ECKID_ERR(eckid_pending_open(&flow->pending, login->back->sealed, &seal, flow->moment->now,
                                 flow->pool));
    ECKID_ERR(eckid_bridge_flow_find(flow, flow->pending->supplier, false));
    return eckid_bridge_flow_is_answered(flow)
               ? eckid_err_make(flow->pool, ECKID_REQUEST_REPLAYED, "%s", "")
               : NULL;
}

/* The steps of a login; each of the first ones may end it. */
static eckid_err_t *answer(login_t *login)
{
    ECKID_ERR(open_pending(login));
    ECKID_ERR(find_user(login));
    ECKID_ERR(login->is_over ? NULL : find_context(login));
    if (login->is_over) {
        return NULL;
    }
    ECKID_ERR(eckid_claims_read(&login->claims, login->flow.bridge->claims, login->environment,
                                login->flow.pool));
    ECKID_ERR(name_user(login));
    look_up(login);
    return eckid_decision_goes_on(&login->flow.answer.decision) ? issue(login) : refuse(login);
}

eckid_bridge_answer_t eckid_bridge_answer(const eckid_bridge_t *bridge,
                                          const eckid_bridge_back_t *back,
                                          const eckid_environment_t *environment,
                                          const eckid_moment_t *moment, apr_pool_t *pool)
{
    login_t login = {
        .flow = eckid_bridge_flow(bridge, moment, pool), .environment = environment, .back = back};

    const eckid_bridge_answer_t made = eckid_bridge_flow_end(&login.flow, answer(&login));

    /* without a user anybody could fill the store of the cache, and push ECK iDs out of it */
    if (made.decision.verdict == ECKID_CHANGE && has_user(&login)) {
        eckid_bridge_flow_note_answered(&login.flow);
    }
    return made;
}
