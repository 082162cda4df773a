/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JWT Secured Authorization Response Mode (JARM): a response as one JWT, opened, filled and signed
 * again. */
#include "oidc/eckid_jarm.h"
#include "decision/eckid_refusal_error.h"
#include "jose/eckid_jwt_peek.h"
#include "oidc/eckid_beside.h"
#include "oidc/eckid_oidc_scan.h"

/* Whether it is one */

/* A host name has three parts too, but none that is a JSON object. */
static bool is_jwt(const char *text, apr_pool_t *pool)
{
    return eckid_jws_is(eckid_bytes_str(text)) &&
           eckid_jwt_peek(eckid_bytes(text, strcspn(text, ".")), pool);
}

bool eckid_jarm_concerns(const eckid_oidc_setup_t *setup, const char *client_id, const char *text,
                         apr_pool_t *pool)
{
    static const char *const members[] = {"aud", "azp", NULL};

    if (!is_jwt(text, pool)) {
        return false;
    }
    const json_t *claims = eckid_jwt_peek_claims(eckid_bytes_str(text), pool);

    if (claims && !eckid_oidc_login_is_near(setup, client_id, pool)) {
        return eckid_oidc_scan_claims(setup, claims, members, pool) ||
               eckid_oidc_scan_value(setup, claims, pool);
    }
    return !eckid_front_channel_is_for_other(setup, client_id, pool);
}

/* Reading */

static eckid_err_t *open_response(eckid_claims_t **response, eckid_oidc_login_t *login,
                                  const eckid_front_answer_t *around, const char *text)
{
    eckid_oidc_t *token;

    if (around->client_id) {
        eckid_oidc_login_set_client(login, around->client_id); /* for the log */
    }
    ECKID_ERR(eckid_oidc_open(&token, eckid_bytes_str(text), login->pool));
    ECKID_ERR(eckid_front_channel_find_client(login, around, token));
    return login->client
               ? eckid_oidc_login_verify_response(response, login, token)
               : eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "it holds another client's token");
}

/* One without a value is as good as absent (RFC 6749 section 3.1). */
static eckid_err_t *read_string(const char **text, const eckid_json_edit_t *members,
                                const char *name, apr_pool_t *pool)
{
    const json_t *value = eckid_json_edit_value(members, name);

    const char *string = json_string_value(value);

    *text = string && *string ? string : NULL;
    return !value || string ? NULL
                            : eckid_err_make(pool, ECKID_TOKEN, "its %s is not a string", name);
}

/* What stands in the JWT as the parameters of another response would. */
static eckid_err_t *read_members(eckid_front_answer_t *answer, const eckid_json_edit_t *members,
                                 const eckid_oidc_login_t *login)
{
    static const char *const tokens[] = {"id_token", "access_token", NULL};
    const struct {
        const char **text, *name;
    } strings[] = {{&answer->id_token, "id_token"},
                   {&answer->access_token, "access_token"},
                   {&answer->token_type, "token_type"},
                   {&answer->code, "code"},
                   {&answer->state, "state"}};

    for (unsigned i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        ECKID_ERR(read_string(strings[i].text, members, strings[i].name, login->pool));
    }
    return eckid_oidc_scan_members(login->setup, members, tokens, login->pool)
               ? eckid_err_make(login->pool, ECKID_RESPONSE_MODE,
                                "in a member that is not the one for it")
               : NULL;
}

/* Writing */

static void set_string(eckid_oidc_login_t *login, eckid_claims_t *response, const char *name,
                       const char *value)
{
    if (value) {
        eckid_oidc_set(response, name, value, login->pool);
    }
}

/* The response is now an error for the client (RFC 6749 section 4.1.2.1): state and iss stay. */
static void tell(eckid_oidc_login_t *login, eckid_claims_t *response, eckid_decision_t *decision)
{
    const char *reference = eckid_moment_reference(login->moment, login->pool);

    for (const char *const *name = eckid_front_channel_granted; *name; name++) {
        eckid_attributes_remove(eckid_oidc_attributes(response), *name, login->pool);
    }
    set_string(login, response, "error", eckid_refusal_error_code(decision->status));
    set_string(login, response, "error_description",
               eckid_refusal_error_text(decision->status, reference, login->pool));
    decision->log.told_supplier = true;
}

/* Leaves in the JWT what the supplier may have beside the tokens; returns how much was removed. */
static int release(eckid_oidc_login_t *login, eckid_claims_t *response)
{
    const eckid_attributes_t members = eckid_oidc_attributes(response);
    const apr_array_header_t *names = eckid_attributes_names(members, login->pool);
    eckid_beside_t beside = eckid_beside_make(login, NULL, false);
    int removed = 0;

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!eckid_beside_stays(&beside, name, "")) {
            eckid_attributes_remove(members, name, login->pool);
            removed++;
        }
    }
    return removed;
}

/* A code, or an error of the provider: what is signed again shows nothing, and is no login yet. */
static eckid_decision_t renew(eckid_oidc_login_t *login)
{
    eckid_decision_t decision = eckid_oidc_login_end(login, NULL);

    decision.log.wanted = false;
    return decision;
}

/* The same decision as about an answer that is no JWT; its body is made of what comes of it. */
static eckid_err_t *fill(eckid_decision_t *decision, eckid_oidc_login_t *login,
                         eckid_claims_t *response, const eckid_front_answer_t *answer)
{
    eckid_oidc_login_t within = *login; /* its tokens may turn out to be another client's */
    eckid_front_given_t given = {NULL, NULL};

    *decision = answer->id_token || answer->access_token
                    ? eckid_front_channel_settle(&given, &within, answer)
                    : renew(login);
    decision->log.removed = release(login, response);
    decision->log.wanted = decision->log.wanted || decision->log.removed;
    if (decision->verdict == ECKID_REFUSE) {
        tell(login, response, decision);
    }
    set_string(login, response, "id_token", given.id_token);
    set_string(login, response, "access_token", given.access_token);
    decision->verdict = ECKID_CHANGE;
    return eckid_oidc_login_seal_response(&decision->body, login, response);
}

static eckid_err_t *rewrite(eckid_decision_t *decision, eckid_oidc_login_t *login,
                            const eckid_front_answer_t *around, const char *text)
{
    eckid_front_answer_t answer = {.url = around->url};
    eckid_claims_t *response;

    ECKID_ERR(open_response(&response, login, around, text));
    answer.client_id = login->client_id;
    ECKID_ERR(read_members(&answer, eckid_oidc_members(response), login));
    return fill(decision, login, response, &answer);
}

eckid_decision_t eckid_jarm_rewrite(eckid_oidc_login_t *login, const eckid_front_answer_t *around,
                                    const char *text)
{
    eckid_decision_t decision;
    eckid_err_t *err = rewrite(&decision, login, around, text);

    return err ? eckid_oidc_login_end(login, err) : decision;
}
