/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would become of a login, step by step, by the code that decides about logins. */
#include "operator/eckid_explain.h"

#include <apr_strings.h>

#include "base/eckid_time.h"
#include "operator/eckid_captured.h"
#include "operator/eckid_explain_story.h"

typedef eckid_explain_story_t story_t;

/* The request */

bool eckid_explain_is_asked(eckid_bytes_t body, apr_pool_t *pool)
{
    json_t *object;
    const char *verb = eckid_json_peek(&object, body, pool)
                           ? json_string_value(json_object_get(object, "do"))
                           : NULL;

    return verb && strcmp(verb, "explain") == 0;
}

/* Strings, or lists of them. */
static bool are_attributes(const json_t *attributes)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)attributes, name, value)
    {
        bool good = json_is_string(value) || json_is_array(value);

        for (size_t i = 0; i < json_array_size(value); i++) {
            good = good && json_is_string(json_array_get(value, i));
        }
        if (!good) {
            return false;
        }
    }
    return json_is_object(attributes);
}

eckid_err_t *eckid_explain_read(eckid_explain_request_t *request, eckid_bytes_t body,
                                apr_pool_t *pool)
{
    json_t *object;

    ECKID_ERR(eckid_json_parse(&object, body, ECKID_ADMIN_REQUEST, pool));
    const char *subject = json_string_value(json_object_get(object, "subject"));
    const char *salt = json_string_value(json_object_get(object, "salt"));

    *request = (eckid_explain_request_t){
        .login = json_string_value(json_object_get(object, "login")),
        .supplier = json_string_value(json_object_get(object, "supplier")),
        .attributes = json_object_get(object, "attributes"),
        .subject = subject && *subject ? subject : "-",
        .key = json_string_value(json_object_get(object, "key")),
        .school = json_string_value(json_object_get(object, "school")),
        .kind = json_string_value(json_object_get(object, "kind")),
        .values = json_is_true(json_object_get(object, "values")),
        .salt = salt ? eckid_secret_make(eckid_bytes_str(salt), pool) : NULL,
        .lookups = eckid_explain_lookups_make(pool),
    };
    bool made_up = !request->attributes != !request->key;

    if (request->login ? request->supplier || request->attributes || request->key : !made_up) {
        return eckid_err_make(pool, ECKID_ADMIN_REQUEST, "%s",
                              "either a login is expected, or attributes or a key");
    }
    if (salt && !request->salt) {
        return eckid_err_make(pool, ECKID_ADMIN_REQUEST, "%s", "the salt is too short");
    }
    if (request->attributes && !are_attributes(request->attributes)) {
        return eckid_err_make(pool, ECKID_ADMIN_REQUEST, "%s",
                              "attributes are strings, or lists of them");
    }
    return NULL;
}

/* A login that is made up */

/* The login of the request, as if it had been verified; no claims with a key alone. */
static eckid_err_t *make_claims(eckid_claims_t **claims, const eckid_explain_request_t *request,
                                apr_pool_t *pool)
{
    *claims = NULL;
    if (!request->attributes) {
        return NULL;
    }
    json_t *object = eckid_json_own(json_copy((json_t *)request->attributes), pool);

    json_object_set_new(object, "sub", json_string(request->subject));
    return eckid_oidc_userinfo(claims, eckid_json_print(object, pool), request->subject, pool);
}

static eckid_err_t *add_story(json_t *logins, story_t *story, const eckid_client_t *client)
{
    story->is_saml = client == NULL;
    story->steps = eckid_json_own(json_array(), story->pool);
    if (client) {
        eckid_oidc_login_set_client(&story->login, client->id);
    }
    ECKID_ERR(make_claims(&story->login.claims, story->request, story->pool));
    if (story->login.claims) {
        story->attributes = eckid_oidc_attributes(story->login.claims);
    }
    eckid_explain_tell_supplier(story);
    json_array_append_new(logins, eckid_explain_conclude(story, eckid_explain_tell_login(story)));
    return NULL;
}

static const eckid_supplier_t *find_supplier(const eckid_policy_t *policy, const char *name)
{
    const eckid_client_t *client;
    const eckid_supplier_t *supplier = eckid_policy_find_entity(policy, name);

    return supplier ? supplier : eckid_policy_find_client(&client, policy, name);
}

/* Over SAML and by each of its clients, as far as there is an identity provider for that. */
static eckid_err_t *add_supplier(json_t *logins, const story_t *plain,
                                 const eckid_gateway_t *gateway, const eckid_supplier_t *supplier)
{
    const eckid_oidc_setup_t *oidc = &gateway->oidc;

    if (supplier->consumers->nelts) {
        story_t story = *plain;

        story.login = (eckid_oidc_login_t){
            .moment = plain->moment, .pool = plain->pool, .decision.supplier = supplier};
        ECKID_ERR(add_story(logins, &story, NULL));
    }
    for (int i = 0; oidc->provider && i < supplier->clients->nelts; i++) {
        story_t story = *plain;

        story.login =
            eckid_oidc_login_make(oidc, ECKID_CHANNEL_TOKEN_RESPONSE, plain->moment, plain->pool);
        ECKID_ERR(add_story(logins, &story, &APR_ARRAY_IDX(supplier->clients, i, eckid_client_t)));
    }
    return NULL;
}

static eckid_err_t *no_supplier(apr_pool_t *pool)
{
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_ADMIN_REQUEST, "no <EckidSupplier> has that name"),
        "compare it with the entity IDs and clients of the blocks, letter for letter; without "
        "--supplier each supplier is told");
}

static eckid_err_t *add_made_up(json_t *logins, const story_t *plain,
                                const eckid_gateway_t *gateway)
{
    const eckid_policy_t *policy = plain->rules->policy;

    if (plain->request->supplier) {
        const eckid_supplier_t *supplier = find_supplier(policy, plain->request->supplier);

        return supplier ? add_supplier(logins, plain, gateway, supplier) : no_supplier(plain->pool);
    }
    for (int i = 0; i < policy->suppliers->nelts; i++) {
        ECKID_ERR(add_supplier(logins, plain, gateway,
                               APR_ARRAY_IDX(policy->suppliers, i, const eckid_supplier_t *)));
    }
    return NULL;
}

/* A login that was captured */

static void tell_when(const story_t *story, apr_time_t made)
{
    apr_time_t ago = apr_time_sec(story->moment->now - made);

    eckid_explain_tell(
        story, "captured",
        made ? apr_psprintf(story->pool,
                            "made at %s, %" APR_TIME_T_FMT
                            " seconds ago; whether it was too old is judged by that time",
                            eckid_time_format(made, story->pool), ago)
             : "it does not say when it was made, so its times are judged by now",
        NULL, NULL);
}

/* What came of it is a refusal, for which err is the reason. */
static const char *tell_unverified(story_t *story, const eckid_err_t *err)
{
    eckid_decision_t *decision = &story->login.decision;
    const eckid_supplier_t *supplier = decision->supplier;
    eckid_channel_t channel = decision->log.channel;

    *decision = eckid_decision_refuse(err);
    decision->supplier = supplier;
    decision->log.channel = channel;
    decision->status = err->code == ECKID_METADATA || err->code == ECKID_PROVIDER ? 503 : 502;
    eckid_explain_tell(story, "verified", eckid_err_text(err, story->pool), NULL, NULL);
    if (err->code == ECKID_UNKNOWN_KEY || err->code == ECKID_TOKEN_KEY) {
        eckid_explain_tell(
            story, "note",
            "what was captured behind mod_eckid has its own signature, which is never accepted: "
            "capture it while EckidEngine is observe, or at the identity provider",
            NULL, NULL);
    }
    eckid_explain_tell_refusal(story);
    return eckid_result_name(ECKID_RESULT_REFUSED);
}

static const char *tell_stranger(const story_t *story)
{
    const eckid_err_t *cause = story->login.decision.cause;

    eckid_explain_tell(story, "supplier",
                       cause ? eckid_err_text(cause, story->pool) : "it logs nobody in", NULL,
                       NULL);
    return eckid_result_name(ECKID_RESULT_PASSED);
}

/* Why it ends before a decision. */
static const char *tell_userinfo(const story_t *story)
{
    eckid_explain_tell(
        story, "person",
        "userinfo has the claims (student=userinfo), and is not asked for by a captured token: "
        "give its answer on standard input, with --supplier",
        "EckidProvider", NULL);
    return "not judged";
}

static void tell_limits(const story_t *story)
{
    eckid_explain_tell(
        story, "not judged",
        story->is_saml ? "whether the supplier takes it, which may want to have asked for it, and "
                         "to see it once"
                       : "which client asked, and the access and refresh tokens beside it, which "
                         "are sealed for a supplier",
        NULL, NULL);
}

static json_t *tell_captured(story_t *story, const eckid_captured_t *captured, eckid_err_t *err)
{
    bool in_userinfo =
        !captured->is_saml && story->login.setup->claims_from == ECKID_CLAIMS_USERINFO;

    tell_when(story, captured->made);
    eckid_explain_tell_supplier(story);
    if (err) {
        return eckid_explain_conclude(story, tell_unverified(story, err));
    }
    if (!story->login.decision.supplier) {
        return eckid_explain_conclude(story, tell_stranger(story));
    }
    eckid_explain_tell(story, "verified",
                       captured->encrypted ? "yes; it goes out encrypted" : "yes", NULL, NULL);
    const char *result = in_userinfo ? tell_userinfo(story) : eckid_explain_tell_login(story);

    tell_limits(story);
    return eckid_explain_conclude(story, result);
}

static eckid_err_t *add_captured(json_t *logins, const story_t *plain,
                                 const eckid_gateway_t *gateway)
{
    story_t story = *plain;
    eckid_captured_t captured;
    eckid_err_t *err =
        eckid_captured_open(&captured, gateway, plain->request->login, plain->moment, plain->pool);

    if (err && err->code == ECKID_ADMIN_REQUEST) {
        return err;
    }
    story.login = captured.login;
    story.attributes = captured.attributes;
    story.is_saml = captured.is_saml;
    story.steps = eckid_json_own(json_array(), story.pool);
    json_array_append_new(logins, tell_captured(&story, &captured, err));
    return NULL;
}

eckid_err_t *eckid_explain(json_t *logins, const eckid_explain_request_t *request,
                           const eckid_gateway_t *gateway, const eckid_explain_lines_t *lines,
                           const eckid_moment_t *moment, apr_pool_t *pool)
{
    const story_t plain = {.request = request,
                           .rules = &gateway->rules,
                           .lines = lines,
                           .moment = moment,
                           .pool = pool};

    return request->login ? add_captured(logins, &plain, gateway)
                          : add_made_up(logins, &plain, gateway);
}
