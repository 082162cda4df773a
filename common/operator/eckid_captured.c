/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login that was captured: opened and verified by the code for logins, to be told about. */
#include "operator/eckid_captured.h"

#include <apr_strings.h>

#include "base/eckid_json_edit.h"
#include "base/eckid_params.h"
#include "gateway/eckid_page.h"
#include "jose/eckid_jwt_peek.h"
#include "oidc/eckid_front_channel.h"

/* What is captured while it is opened. */
typedef struct work_t {
    eckid_captured_t *captured;
    const eckid_gateway_t *gateway;
    const eckid_moment_t *moment;
    eckid_page_login_t found;
    eckid_channel_t channel; /* of an ID token */
    apr_pool_t *pool;
} work_t;

/* The notations */

static eckid_err_t *read_answer(work_t *work, eckid_bytes_t text)
{
    eckid_json_edit_t *answer;

    ECKID_ERR(eckid_json_edit_parse(&answer, text, ECKID_ADMIN_REQUEST, work->pool));
    work->channel = ECKID_CHANNEL_TOKEN_RESPONSE;
    work->found.id_token = eckid_json_edit_string(answer, "id_token");
    work->found.access_token = eckid_json_edit_string(answer, "access_token");
    return NULL;
}

/* A form as it is sent, or a URL with a query or fragment. */
static eckid_err_t *read_params(work_t *work, eckid_bytes_t text)
{
    apr_size_t head = strcspn(text.data, "#?");
    apr_size_t skip = head < text.len ? head + 1 : 0;
    eckid_params_t *params =
        eckid_params_parse(eckid_bytes(text.data + skip, text.len - skip), work->pool);
    eckid_saml_context_t *context = apr_pcalloc(work->pool, sizeof(*context));
    const char *response, *jwt;

    context->policy = work->gateway->rules.policy;
    context->bytes = text;
    eckid_params_get(&response, params, "SAMLResponse", work->pool);
    eckid_params_get(&work->found.id_token, params, "id_token", work->pool);
    eckid_params_get(&work->found.access_token, params, "access_token", work->pool);
    eckid_params_get(&jwt, params, "response", work->pool);
    work->found.has_jwt = jwt != NULL;
    work->found.has_saml = response != NULL;
    if (response) {
        work->found.saml =
            (eckid_saml_post_t){.value = eckid_bytes_str(response), .context = context};
    }
    return NULL;
}

static eckid_err_t *read_text(work_t *work, const char *text)
{
    eckid_bytes_t trimmed = eckid_codec_trim(eckid_bytes_str(text));

    work->channel = ECKID_CHANNEL_FORM_POST;
    trimmed.data = apr_pstrmemdup(work->pool, trimmed.data, trimmed.len);
    switch (*trimmed.data) {
    case '<':
        return eckid_page_open(&work->found, work->gateway, trimmed, work->moment, work->pool);
    case '{':
        return read_answer(work, trimmed);
    default:
        return read_params(work, trimmed);
    }
}

/* SAML */

static eckid_err_t *open_saml(work_t *work)
{
    eckid_captured_t *captured = work->captured;
    eckid_saml_opened_t opened;

    if (!work->gateway->saml.metadata) {
        return eckid_err_advise(
            eckid_err_make(work->pool, ECKID_ADMIN_REQUEST, "%s",
                           "a SAML response, but no identity provider that signs any is in front"),
            "where users log in by an authentication module (EckidIdp), give their attributes on "
            "standard input in place of --login; elsewhere, write EckidIdpMetadata");
    }
    eckid_err_t *err = eckid_saml_login_open(&opened, &work->gateway->saml, &work->found.saml,
                                             work->moment, work->pool);

    captured->login.moment = work->moment;
    captured->login.pool = work->pool;
    captured->login.decision = opened.decision;
    captured->attributes = opened.attributes;
    captured->encrypted = opened.encrypted;
    captured->made = opened.made;
    return err;
}

/* OpenID Connect */

static apr_time_t made_at(const char *token, apr_pool_t *pool)
{
    const json_t *claims = eckid_jwt_peek_claims(eckid_bytes_str(token), pool);

    return apr_time_from_sec((apr_time_t)json_number_value(json_object_get(claims, "iat")));
}

static eckid_err_t *open_token(work_t *work)
{
    eckid_captured_t *captured = work->captured;
    eckid_oidc_login_t *login = &captured->login;
    const char *text = work->found.id_token;
    const eckid_front_answer_t answer = {.id_token = text};
    const eckid_oidc_beside_t beside = {.access_token = work->found.access_token};
    eckid_oidc_t *token;

    captured->is_saml = false;
    *login = eckid_oidc_login_make(&work->gateway->oidc, work->channel, work->moment, work->pool);
    ECKID_ERR(eckid_oidc_open(&token, eckid_bytes_str(text), work->pool));
    captured->made = made_at(text, work->pool);
    ECKID_ERR(eckid_front_channel_find_client(login, &answer, token));
    if (!login->client) {
        return NULL;
    }
    login->at = captured->made && captured->made < login->at ? captured->made : login->at;
    ECKID_ERR(eckid_oidc_login_verify(login, token, &beside));
    captured->attributes = eckid_oidc_attributes(login->claims);
    login->decision.log.withheld =
        work->channel == ECKID_CHANNEL_FORM_POST && !login->client->front_channel;
    return NULL;
}

eckid_err_t *eckid_captured_open(eckid_captured_t *captured, const eckid_gateway_t *gateway,
                                 const char *text, const eckid_moment_t *moment, apr_pool_t *pool)
{
    work_t work = {captured, gateway, moment, .pool = pool};

    *captured = (eckid_captured_t){.is_saml = true};
    ECKID_ERR(read_text(&work, text));
    if (work.found.has_saml) {
        return open_saml(&work);
    }
    if (work.found.id_token && gateway->oidc.provider) {
        return open_token(&work);
    }
    return eckid_err_make(pool, ECKID_ADMIN_REQUEST, "%s",
                          work.found.id_token ? "an ID token, but there is no EckidProvider here"
                          : work.found.has_jwt
                              ? "a response that is a JWT (JARM) is not explained; "
                                "capture the answer of the token endpoint"
                              : "neither a SAMLResponse nor an id_token is in "
                                "what was captured");
}
