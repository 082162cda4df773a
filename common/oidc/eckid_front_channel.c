/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokens of an authorization response, wherever they stand: whose, verified, as the client is
 * to get them. */
#include "oidc/eckid_front_channel.h"
#include "oidc/eckid_access_token.h"
#include "oidc/eckid_oidc_scan.h"

const char *const eckid_front_channel_granted[] = {"code",          "id_token",   "access_token",
                                                   "token_type",    "expires_in", "scope",
                                                   "session_state", "response",   NULL};

/* Whose it is */

bool eckid_front_channel_is_for_other(const eckid_oidc_setup_t *setup, const char *client_id,
                                      apr_pool_t *pool)
{
    return client_id && !eckid_oidc_login_is_near(setup, client_id, pool);
}

/* The client a token is for: its azp, its one audience, or that of several which asked. NULL when
 * it cannot be told. */
static const char *party_of(const eckid_oidc_t *token, const char *asked)
{
    const apr_array_header_t *clients = eckid_oidc_clients(token);
    const char *party = NULL;

    for (int i = 0; i < clients->nelts; i++) {
        const char *client = APR_ARRAY_IDX(clients, i, const char *);
        bool is_last = i + 1 == clients->nelts;

        if ((is_last && (i == 0 || eckid_oidc_has_party(token))) ||
            (asked && !eckid_oidc_has_party(token) && strcmp(client, asked) == 0)) {
            party = client;
        }
    }
    return party;
}

static const eckid_supplier_t *supplier_of(const eckid_oidc_login_t *login, const char *client_id)
{
    const eckid_client_t *client;

    return client_id ? eckid_policy_find_client(&client, login->setup->rules->policy, client_id)
                     : NULL;
}

/* By the request nearly a supplier's, and so by some reading one, by another not. */
static bool is_twofold(const eckid_oidc_login_t *login, const char *client_id)
{
    return !supplier_of(login, client_id) &&
           eckid_oidc_login_is_near(login->setup, client_id, login->pool);
}

eckid_err_t *eckid_front_channel_find_client(eckid_oidc_login_t *login,
                                             const eckid_front_answer_t *answer,
                                             const eckid_oidc_t *token)
{
    const char *party = party_of(token, answer->client_id);
    const eckid_supplier_t *named = eckid_oidc_login_find_supplier(login, token);
    bool is_near = eckid_oidc_login_is_near(login->setup, answer->client_id, login->pool);

    if (!named && !is_near) {
        if (party) {
            eckid_oidc_login_set_client(login, party);
        }
        eckid_decision_note_stranger(&login->decision, party, answer->url, login->pool);
        return NULL;
    }
    if (!party || (answer->client_id && strcmp(answer->client_id, party) != 0) ||
        is_twofold(login, answer->client_id)) {
        login->decision.supplier = named;
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request, aud and azp do not name one client");
    }
    eckid_oidc_login_set_client(login, party);
    if (login->decision.supplier != named) {
        login->decision.supplier = named;
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "its azp is no client of that");
    }
    return NULL;
}

/* The client itself could have made an HS256 token, so one from the browser proves nothing. */
static eckid_err_t *check_secret(const eckid_oidc_login_t *login)
{
    return login->client && login->client->secret
               ? eckid_err_make(login->pool, ECKID_TOKEN_ALGORITHM,
                                "by the client's own secret it counts from the token endpoint only")
               : NULL;
}

/* Rewriting */

/* Without ECK iD: what is known of the student serves userinfo, and can refuse the login. */
static eckid_err_t *decide(eckid_oidc_login_t *login, const eckid_front_answer_t *answer)
{
    bool found;

    login->decision.log.withheld = !login->client->front_channel;
    if (login->decision.log.withheld && login->setup->claims_from == ECKID_CLAIMS_USERINFO) {
        return NULL; /* userinfo is read when the client asks for it */
    }
    ECKID_ERR(eckid_oidc_login_student(&found, login, false, answer->access_token));
    if (found && !login->decision.log.withheld) {
        eckid_oidc_login_look_up(login);
    }
    return NULL;
}

static eckid_err_t *give(eckid_front_given_t *given, eckid_oidc_login_t *login,
                         const eckid_front_answer_t *answer)
{
    eckid_oidc_beside_t beside = {answer->access_token, answer->code, answer->state};
    eckid_bytes_t sealed;

    eckid_oidc_login_fill(login);
    login->owner.bound = eckid_oidc_binds(login->claims);
    ECKID_ERR(
        eckid_oidc_login_give_token(&beside.access_token, login, answer->access_token, false));
    login->id_token = answer->id_token;
    ECKID_ERR(eckid_oidc_login_seal(&sealed, login, &beside));
    *given = (eckid_front_given_t){sealed.data, beside.access_token};
    return NULL;
}

/* Whether the access token itself says that it is a supplier's, or could do so to another reader.
 */
static eckid_err_t *check_others(const eckid_oidc_login_t *login,
                                 const eckid_front_answer_t *answer)
{
    const char *text = answer->access_token ? answer->access_token : "";
    eckid_access_token_t read;

    ECKID_ERR(eckid_access_token_read(&read, text, login->pool));
    return eckid_access_token_find_supplier(&read, login->setup->rules->policy)
               ? eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "the access token is another's")
               : NULL;
}

/* An ID token that cannot be read is its own matter where the client that asked is no supplier, and
 * otherwise refused. */
static eckid_err_t *check_unread(eckid_oidc_login_t *login, const eckid_front_answer_t *answer,
                                 eckid_err_t *unread)
{
    login->decision.supplier = supplier_of(login, answer->client_id);
    if (!eckid_front_channel_is_for_other(login->setup, answer->client_id, login->pool)) {
        return unread;
    }
    login->decision.supplier =
        eckid_oidc_scan_bytes(login->setup, eckid_bytes_str(answer->id_token), login->pool);
    return login->decision.supplier
               ? eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "another client asked")
               : check_others(login, answer);
}

static eckid_err_t *rewrite(eckid_front_given_t *given, eckid_oidc_login_t *login,
                            const eckid_front_answer_t *answer)
{
    const eckid_oidc_beside_t beside = {answer->access_token, answer->code, answer->state};
    eckid_oidc_t *token;

    eckid_err_t *unread = eckid_oidc_open(&token, eckid_bytes_str(answer->id_token), login->pool);

    if (unread) {
        return check_unread(login, answer, unread);
    }
    ECKID_ERR(eckid_front_channel_find_client(login, answer, token));
    ECKID_ERR(check_secret(login));
    if (!login->client) {
        return check_others(login, answer);
    }
    ECKID_ERR(eckid_oidc_login_verify(login, token, &beside));
    ECKID_ERR(decide(login, answer));
    return eckid_decision_goes_on(&login->decision) ? give(given, login, answer) : NULL;
}

/* Names the client of an access token that has no ID token beside it; none when it is certainly no
 * supplier. */
static eckid_err_t *find_client_of(eckid_oidc_login_t *login, const eckid_front_answer_t *answer,
                                   const eckid_access_token_t *read)
{
    const char *client = read->client ? read->client : answer->client_id;
    const eckid_supplier_t *named =
        eckid_access_token_find_supplier(read, login->setup->rules->policy);
    bool agree =
        !answer->client_id || !read->client || strcmp(read->client, answer->client_id) == 0;

    if (client && agree && supplier_of(login, client)) {
        eckid_oidc_login_set_client(login, client);
        return NULL;
    }
    if (named || eckid_oidc_login_is_near(login->setup, answer->client_id, login->pool) ||
        (!client && answer->token_type)) {
        login->decision.supplier = named;
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request and the access token do not name one client");
    }
    return NULL;
}

/* An access token without ID token (RFC 6749 section 4.2.2). It belongs to the client for certain
 * if it is a JWT that says so. */
static eckid_err_t *rewrite_bare(eckid_front_given_t *given, eckid_oidc_login_t *login,
                                 const eckid_front_answer_t *answer)
{
    eckid_access_token_t read;
    eckid_err_t *err = eckid_access_token_read(&read, answer->access_token, login->pool);

    ECKID_ERR(find_client_of(login, answer, &read));
    if (!login->client) {
        return answer->client_id ? NULL : err;
    }
    ECKID_ERR(err);
    login->owner.bound =
        read.client && !eckid_oidc_login_verify_access_token(login, answer->access_token);
    login->owner.subject = login->owner.bound && read.subject ? read.subject : "";
    login->decision.log.withheld = !login->owner.bound;
    return eckid_oidc_login_give_token(&given->access_token, login, answer->access_token, false);
}

eckid_decision_t eckid_front_channel_settle(eckid_front_given_t *given, eckid_oidc_login_t *login,
                                            const eckid_front_answer_t *answer)
{
    eckid_err_t *err = NULL;

    *given = (eckid_front_given_t){NULL, NULL};
    if (answer->id_token) {
        err = rewrite(given, login, answer);
    }
    else if (answer->access_token) {
        err = rewrite_bare(given, login, answer);
    }
    return eckid_oidc_login_end(login, err);
}
