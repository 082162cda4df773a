/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Authorization responses in URLs: what they bring to a client by way of the browser. */
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_access_token_scan.h"
#include "oidc/eckid_jarm.h"
#include "oidc/eckid_oidc_scan.h"
#include "oidc/eckid_redirect.h"
#include "decision/eckid_refusal_error.h"

/* A URL */

static eckid_front_answer_t read_answer(const eckid_params_t *params, const char *client_id,
                                        apr_pool_t *pool)
{
    eckid_front_answer_t answer = {.client_id = client_id};

    eckid_redirect_count(&answer.id_token, params, "id_token", pool);
    eckid_redirect_count(&answer.access_token, params, "access_token", pool);
    eckid_redirect_count(&answer.token_type, params, "token_type", pool);
    eckid_redirect_count(&answer.code, params, "code", pool);
    eckid_redirect_count(&answer.state, params, "state", pool);
    eckid_redirect_count(&answer.iss, params, "iss", pool);
    return answer;
}

/* Leaves of an answer what an error may bring: state and iss. */
static void drop(eckid_params_t *params)
{
    for (const char *const *name = eckid_front_channel_granted; params && *name; name++) {
        eckid_params_remove(params, *name);
    }
}

static void tell_by_url(eckid_decision_t *decision, const eckid_redirect_t *place,
                        eckid_params_t *params, const eckid_moment_t *moment, apr_pool_t *pool)
{
    const char *reference = eckid_moment_reference(moment, pool);

    drop(place->query.params);
    drop(place->fragment.params);
    eckid_params_set(params, "error", eckid_refusal_error_code(decision->status), pool);
    eckid_params_set(params, "error_description",
                     eckid_refusal_error_text(decision->status, reference, pool), pool);
    decision->verdict = ECKID_CHANGE;
    decision->log.told_supplier = true;
}

/* How often a parameter stands in the query and the fragment together. */
static int total_of(const eckid_redirect_t *place, const char *name, apr_pool_t *pool)
{
    const char *value;

    return eckid_redirect_count(&value, place->query.params, name, pool) +
           eckid_redirect_count(&value, place->fragment.params, name, pool);
}

/* Where the answer stands. */
static eckid_params_t *params_of(const eckid_redirect_t *place, apr_pool_t *pool)
{
    static const char *const names[] = {"id_token", "access_token", NULL};
    const char *value;

    for (const char *const *name = names; *name; name++) {
        if (eckid_redirect_count(&value, place->fragment.params, *name, pool)) {
            return place->fragment.params;
        }
        if (eckid_redirect_count(&value, place->query.params, *name, pool)) {
            return place->query.params;
        }
    }
    return place->query.params;
}

/* A token that is there twice, or in two places, is read in one way here and in another there. An
 * access token alone may be anything, unless a supplier asked. */
static eckid_err_t *check_once(const eckid_oidc_setup_t *setup, const eckid_redirect_t *place,
                               const eckid_front_answer_t *answer, apr_pool_t *pool)
{
    int ids = total_of(place, "id_token", pool), tokens = total_of(place, "access_token", pool);
    bool concerns = answer->id_token || eckid_oidc_login_is_near(setup, answer->client_id, pool);

    if (eckid_front_channel_is_for_other(setup, answer->client_id, pool)) {
        return NULL;
    }
    if (ids > 1 || (ids && !answer->id_token)) {
        return eckid_err_make(pool, ECKID_TOKEN, "an id_token that is not there once");
    }
    return concerns && tokens && (tokens > 1 || !answer->access_token)
               ? eckid_err_make(pool, ECKID_TOKEN, "an access_token that is not there once")
               : NULL;
}

/* The answer as a JWT, and where it stands; text is NULL where there is none that concerns us. */
typedef struct jarm_t {
    const char *text;
    eckid_params_t *params;
} jarm_t;

static jarm_t find_jarm(const eckid_oidc_setup_t *setup, const eckid_redirect_t *place,
                        const char *client_id, apr_pool_t *pool)
{
    eckid_params_t *const parts[] = {place->query.params, place->fragment.params};
    const char *text;

    for (int i = 0; i < 2; i++) {
        eckid_redirect_count(&text, parts[i], "response", pool);
        if (text && eckid_jarm_concerns(setup, client_id, text, pool)) {
            return (jarm_t){text, parts[i]};
        }
    }
    return (jarm_t){NULL, NULL};
}

/* All is in the JWT (JARM section 2.3): what stands beside it could be taken for it. */
static eckid_err_t *check_alone(const eckid_redirect_t *place, apr_pool_t *pool)
{
    return total_of(place, "response", pool) > 1 || total_of(place, "id_token", pool) ||
                   total_of(place, "access_token", pool)
               ? eckid_err_make(pool, ECKID_TOKEN, "a response that is a JWT is not there alone")
               : NULL;
}

static void put_given(eckid_decision_t *decision, eckid_params_t *params,
                      const eckid_front_given_t *given, apr_pool_t *pool)
{
    if (given->id_token) {
        eckid_params_set(params, "id_token", given->id_token, pool);
    }
    if (given->access_token) {
        eckid_params_set(params, "access_token", given->access_token, pool);
    }
    if (given->id_token || given->access_token) {
        decision->verdict = ECKID_CHANGE;
    }
}

/* Whether a URL has the parameters of an answer without a token. */
static bool has_answer(const eckid_redirect_t *place, apr_pool_t *pool)
{
    return total_of(place, "code", pool) || total_of(place, "error", pool);
}

/* Whether an access token seems to stand in the text. */
static bool has_access_token(const char *text)
{
    static const char name[] = "access_token=";

    while ((text = strcasestr(text, name)) && strchr("&#", text[strlen(name)])) {
        text += strlen(name);
    }
    return text != NULL;
}

/* The supplier with that client, if an access token seems to stand in the text: under that name, or
 * under another one where no other parameter makes the URL an answer, of which only what is
 * released stays. */
static const eckid_supplier_t *find_named(const eckid_oidc_setup_t *setup, const char *client_id,
                                          const char *text, bool is_read, apr_pool_t *pool)
{
    const eckid_client_t *client;
    const eckid_supplier_t *supplier =
        client_id ? eckid_policy_find_client(&client, setup->rules->policy, client_id) : NULL;

    return supplier && (has_access_token(text) ||
                        (!is_read && eckid_access_token_scan(eckid_bytes_str(text), pool)))
               ? supplier
               : NULL;
}

/* Removes from the rest the parameters that are judged by themselves. Of several ID tokens any may
 * be read by a client that is no supplier, so they stay. */
static void remove_read(eckid_redirect_t *rest, const eckid_redirect_t *place,
                        const eckid_front_answer_t *answer,
                        const eckid_params_t *const read_from[2], const eckid_oidc_login_t *login)
{
    eckid_params_t *const parts[] = {rest->query.params, rest->fragment.params};
    const eckid_params_t *const here[] = {place->query.params, place->fragment.params};
    bool is_read = total_of(place, "id_token", login->pool) == 1 ||
                   !eckid_front_channel_is_for_other(login->setup, answer->client_id, login->pool);

    for (int i = 0; i < 2; i++) {
        if (parts[i] && is_read) {
            eckid_params_remove(parts[i], "id_token");
        }
        if (parts[i] && here[i] == read_from[0]) {
            eckid_params_remove(parts[i], "access_token");
        }
        if (parts[i] && here[i] == read_from[1]) {
            eckid_params_remove(parts[i], "response");
        }
    }
}

/* What is left of a URL after its parameters were read may hold an ID token too, or, where a
 * supplier asked, an access token. */
static const eckid_supplier_t *find_stray(const eckid_oidc_setup_t *setup, const char *client_id,
                                          const eckid_redirect_t *rest, bool is_read,
                                          apr_pool_t *pool)
{
    const char *left = eckid_redirect_print(rest, pool);
    const eckid_supplier_t *found = eckid_oidc_scan_url(setup, left, pool);

    return found ? found : find_named(setup, client_id, left, is_read, pool);
}

static eckid_decision_t refuse_stray(const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    eckid_decision_t decision = eckid_decision_refuse(
        eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a URL, where no parameter can be read"));

    decision.supplier = supplier;
    return decision;
}

static eckid_decision_t rewrite_jarm(eckid_oidc_login_t *login, const eckid_redirect_t *place,
                                     const jarm_t *jarm, const eckid_front_answer_t *around)
{
    eckid_err_t *err = check_alone(place, login->pool);
    eckid_decision_t decision =
        err ? eckid_decision_refuse(err) : eckid_jarm_rewrite(login, around, jarm->text);

    if (decision.verdict == ECKID_CHANGE) {
        eckid_params_set(jarm->params, "response", decision.body.data, login->pool);
    }
    return decision;
}

static eckid_decision_t rewrite_params(eckid_oidc_login_t *login, const eckid_redirect_t *place,
                                       eckid_params_t *params, const eckid_front_answer_t *answer)
{
    eckid_err_t *err = check_once(login->setup, place, answer, login->pool);
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    eckid_front_given_t given;

    if (err) {
        return eckid_decision_refuse(err);
    }
    if (answer->id_token || answer->access_token) {
        decision = eckid_front_channel_settle(&given, login, answer);
        put_given(&decision, params, &given, login->pool);
    }
    return decision;
}

/* Beside the tokens */

/* Whether a URL brings one to the supplier that asked. */
static bool is_answer(const eckid_redirect_t *place, eckid_redirect_asked_t *asked,
                      const char *client_id)
{
    const eckid_client_t *client;

    return client_id && eckid_policy_find_client(&client, asked->setup->rules->policy, client_id) &&
           has_answer(place, asked->pool) && eckid_redirect_leaves(place, asked);
}

/* Leaves in an answer to a supplier what it may have, and prints it. One without a token is no
 * login yet. */
static void release(eckid_decision_t *decision, eckid_oidc_login_t *login, eckid_redirect_t *place,
                    const char *client_id)
{
    const bool has_token = decision->verdict != ECKID_PASS;
    eckid_redirect_asked_t asked = eckid_redirect_asked(login->setup, login->pool);

    if (!has_token && !is_answer(place, &asked, client_id)) {
        return;
    }
    if (!has_token) {
        eckid_oidc_login_set_client(login, client_id);
        *decision = eckid_oidc_login_end(login, NULL);
    }
    if (decision->log.told_supplier) { /* which may not be the one that is named */
        login->decision.supplier = NULL;
    }
    decision->log.removed += eckid_redirect_release(place, &asked, login);
    decision->log.wanted = (has_token && decision->log.wanted) || decision->log.removed;
    if (has_token || decision->log.removed) {
        decision->verdict = ECKID_CHANGE;
        decision->body = eckid_bytes_str(eckid_redirect_print(place, login->pool));
    }
}

eckid_decision_t eckid_authorization_response_location(const eckid_oidc_setup_t *setup,
                                                       const char *client_id, const char *url,
                                                       const eckid_moment_t *moment,
                                                       apr_pool_t *pool)
{
    eckid_oidc_login_t login =
        eckid_oidc_login_make(setup, ECKID_CHANNEL_FRONT_CHANNEL, moment, pool);
    eckid_redirect_t place = eckid_redirect_split(url, pool),
                     rest = eckid_redirect_split(url, pool);
    eckid_params_t *params = params_of(&place, pool);
    eckid_front_answer_t answer = read_answer(params, client_id, pool);
    const jarm_t jarm = find_jarm(setup, &place, client_id, pool);
    const eckid_params_t *const read_from[] = {params, jarm.params};

    answer.url = url;
    place.has_jwt = jarm.text != NULL;
    remove_read(&rest, &place, &answer, read_from, &login);
    const bool is_read =
        answer.id_token || answer.access_token || jarm.text || has_answer(&place, pool);
    const eckid_supplier_t *stray = find_stray(setup, client_id, &rest, is_read, pool);

    if (stray) { /* nothing of the URL can be used to tell */
        return refuse_stray(stray, pool);
    }
    eckid_decision_t decision = jarm.text ? rewrite_jarm(&login, &place, &jarm, &answer)
                                          : rewrite_params(&login, &place, params, &answer);

    if (decision.verdict == ECKID_REFUSE) {
        tell_by_url(&decision, &place, jarm.text ? jarm.params : params, moment, pool);
    }
    release(&decision, &login, &place, client_id);
    return decision;
}

/* Whether an ID token in the parameters certainly concerns no supplier. */
static bool is_strangers(const eckid_oidc_setup_t *setup, const eckid_redirect_t *place,
                         apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    const char *in_query, *in_fragment;
    int count = eckid_redirect_count(&in_query, place->query.params, "id_token", pool) +
                eckid_redirect_count(&in_fragment, place->fragment.params, "id_token", pool);
    const char *text = in_query ? in_query : in_fragment;
    eckid_oidc_t *token;

    return !count || (count == 1 && text && !eckid_oidc_open(&token, eckid_bytes_str(text), pool) &&
                      !eckid_oidc_login_find_supplier(&login, token));
}

static eckid_err_t *refuse_link(apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a link or a refresh");
}

/* Whether it brings the login's supplier something that it may not have. A page can have links to
 * anywhere: where the redirect URI is known, the others bring no answer. */
static bool shows_more(eckid_redirect_t *place, eckid_redirect_asked_t *asked,
                       const eckid_oidc_login_t *login)
{
    return login->client && has_answer(place, asked->pool) &&
           (asked->base && !asked->base_leaves ? eckid_redirect_is_asked(place, asked)
                                               : eckid_redirect_leaves(place, asked)) &&
           eckid_redirect_release(place, asked, login) > 0;
}

static eckid_err_t *check_link(const char *url, eckid_redirect_asked_t *asked,
                               const eckid_oidc_login_t *login)
{
    const eckid_oidc_setup_t *setup = login->setup;
    eckid_redirect_t place = eckid_redirect_split(url, login->pool);
    const jarm_t jarm = find_jarm(setup, &place, login->client_id, login->pool);
    bool may_pass = eckid_front_channel_is_for_other(setup, login->client_id, login->pool) ||
                    ((!jarm.text || eckid_oidc_scan_is_ours(setup, jarm.text, login->pool)) &&
                     is_strangers(setup, &place, login->pool) && !shows_more(&place, asked, login));

    return may_pass && !eckid_oidc_scan_url(setup, url, login->pool) &&
                   !find_named(setup, login->client_id, url, false, login->pool)
               ? NULL
               : refuse_link(login->pool);
}

eckid_err_t *eckid_authorization_response_links(const eckid_oidc_setup_t *setup,
                                                const char *client_id,
                                                const apr_array_header_t *links, apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    eckid_redirect_asked_t asked = eckid_redirect_asked(setup, pool);

    if (client_id) {
        eckid_oidc_login_set_client(&login, client_id);
    }
    for (int i = 0; i < links->nelts; i++) {
        ECKID_ERR(check_link(APR_ARRAY_IDX(links, i, const char *), &asked, &login));
    }
    return NULL;
}

eckid_err_t *eckid_authorization_response_link(const eckid_oidc_setup_t *setup,
                                               const char *client_id, const char *url,
                                               apr_pool_t *pool)
{
    apr_array_header_t *links = apr_array_make(pool, 1, sizeof(const char *));

    APR_ARRAY_PUSH(links, const char *) = url;
    return eckid_authorization_response_links(setup, client_id, links, pool);
}

eckid_err_t *eckid_authorization_response_beside(const apr_array_header_t *links,
                                                 eckid_redirect_asked_t *asked,
                                                 const eckid_oidc_login_t *login)
{
    for (int i = 0; i < links->nelts; i++) {
        eckid_redirect_t place =
            eckid_redirect_split(APR_ARRAY_IDX(links, i, const char *), login->pool);

        ECKID_ERR(shows_more(&place, asked, login) ? refuse_link(login->pool) : NULL);
    }
    return NULL;
}
