/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would become of a login, step by step, by the code that decides about logins. */
#include "operator/eckid_explain.h"

#include <apr_strings.h>

#include "decision/eckid_refusal_error.h"
#include "decision/eckid_refusal_page.h"
#include "decision/eckid_release.h"
#include "oidc/eckid_oidc_login.h"

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

    *request = (eckid_explain_request_t){
        .supplier = json_string_value(json_object_get(object, "supplier")),
        .attributes = json_object_get(object, "attributes"),
        .subject = subject && *subject ? subject : "-",
        .key = json_string_value(json_object_get(object, "key")),
        .school = json_string_value(json_object_get(object, "school")),
        .kind = json_string_value(json_object_get(object, "kind")),
        .values = json_is_true(json_object_get(object, "values")),
    };
    if (!request->supplier || !request->attributes == !request->key ||
        (request->attributes && !are_attributes(request->attributes))) {
        return eckid_err_make(pool, ECKID_ADMIN_REQUEST,
                              "a supplier, and either attributes or a key are expected");
    }
    return NULL;
}

/* One login that is explained. */
typedef struct story_t {
    const eckid_explain_request_t *request;
    const eckid_rules_t *rules;
    const eckid_explain_lines_t *lines;
    const eckid_moment_t *moment;
    eckid_oidc_login_t login; /* also for SAML: what both have in common is in it */
    bool is_saml;
    json_t *steps;
    apr_pool_t *pool;
} story_t;

static void tell(const story_t *story, const char *name, const char *text, const char *directive,
                 const char *word)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;
    const char *line =
        directive ? story->lines->find(story->lines->self, supplier, directive, word, story->pool)
                  : NULL;
    json_t *step =
        json_pack("{s:s,s:s}", "name", name, "text", eckid_json_holds(text) ? text : "(no UTF-8)");

    if (line) {
        json_object_set_new(step, "line", json_string(line));
    }
    json_array_append_new(story->steps, step);
}

/* A value, or only its length. */
static const char *shown(const story_t *story, const char *value, apr_size_t len)
{
    return story->request->values ? apr_psprintf(story->pool, "\"%.*s\"", (int)len, value)
                                  : apr_psprintf(story->pool, "%" APR_SIZE_T_FMT " bytes", len);
}

/* Who it is */

static bool find_key_in_attributes(eckid_person_key_t *key, story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;
    bool found = false;

    if (story->is_saml) {
        return eckid_decision_find_key(key, decision, story->rules,
                                       eckid_oidc_attributes(story->login.claims), story->pool);
    }
    eckid_err_t *err = eckid_oidc_login_student(
        &found, &story->login, story->login.setup->claims_from == ECKID_CLAIMS_USERINFO, NULL);

    *key = story->login.owner.key;
    decision->cause = err ? err : decision->cause;
    return found;
}

/* The key that was given, of the type that its kind has. */
static bool take_key(eckid_person_key_t *key, story_t *story)
{
    const eckid_explain_request_t *request = story->request;
    const eckid_kind_t *kind = story->rules->kinds;

    while (kind && !eckid_kind_same(kind->name, request->kind)) {
        kind = kind->next;
    }
    if (!kind) {
        story->login.decision.known.outcome = ECKID_IS_NOT_STUDENT;
        story->login.decision.cause =
            eckid_err_make(story->pool, ECKID_ADMIN_REQUEST, "no EckidPersonKey has that kind");
        return false;
    }
    *key = (eckid_person_key_t){kind->type, request->key, request->school, kind->name};
    return true;
}

static void tell_key(const story_t *story, const eckid_person_key_t *key)
{
    const char *directive = key->kind ? "EckidPersonKey" : "EckidStudentKey";

    tell(story, "kind of person", eckid_kind_name(key->kind),
         key->kind ? "EckidPersonIf" : "EckidStudentIf", NULL);
    tell(story, "key",
         apr_pstrcat(story->pool, key->type, ", ", shown(story, key->value, strlen(key->value)),
                     NULL),
         directive, NULL);
    if (key->school) {
        tell(story, "school", key->school, "EckidSchoolMap", NULL);
    }
}

static void look_up(story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;
    eckid_person_key_t key = {NULL, NULL, NULL, NULL};
    bool found = story->request->key ? take_key(&key, story) : find_key_in_attributes(&key, story);

    if (!found) {
        tell(story, "person", eckid_err_text(decision->cause, story->pool), "EckidStudentIf", NULL);
        return;
    }
    tell_key(story, &key);
    eckid_decision_look_up(&story->login.value, decision, story->rules, &key, story->moment,
                           story->pool);
    tell(story, "ECK iD",
         decision->known.outcome == ECKID_FOUND
             ? apr_pstrcat(story->pool, "there is one; cache: ",
                           decision->known.looked_up ? eckid_source_name(decision->known.source)
                                                     : "not asked",
                           NULL)
             : eckid_err_text(decision->cause, story->pool),
         "EckidLas", NULL);
}

/* What goes out */

static const char *summary(const story_t *story, const apr_array_header_t *values)
{
    apr_array_header_t *parts =
        apr_array_make(story->pool, 2 * values->nelts + 1, sizeof(const char *));

    APR_ARRAY_PUSH(parts, const char *) =
        apr_psprintf(story->pool, "%d value%s", values->nelts, values->nelts == 1 ? "" : "s");
    for (int i = 0; i < values->nelts; i++) {
        eckid_bytes_t value = APR_ARRAY_IDX(values, i, eckid_bytes_t);

        APR_ARRAY_PUSH(parts, const char *) = i ? ", " : ": ";
        APR_ARRAY_PUSH(parts, const char *) = shown(story, value.data, value.len);
    }
    return apr_array_pstrcat(story->pool, parts, 0);
}

static bool is_in(const apr_array_header_t *names, const char *name)
{
    for (int i = 0; i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return true;
        }
    }
    return false;
}

static const char *new_name(const eckid_supplier_t *supplier, const char *name)
{
    for (int i = 0; i < supplier->renames->nelts; i++) {
        const eckid_rename_t *rename = &APR_ARRAY_IDX(supplier->renames, i, eckid_rename_t);

        if (strcmp(rename->from, name) == 0) {
            return rename->to.name;
        }
    }
    return NULL;
}

/* Before and after the release; what was is a summary of each value by name. */
static void tell_release(const story_t *story, const apr_array_header_t *before,
                         const apr_array_header_t *summaries, const apr_array_header_t *after)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;

    for (int i = 0; i < before->nelts; i++) {
        const char *name = APR_ARRAY_IDX(before, i, const char *);
        const char *to = new_name(supplier, name);
        const char *what = APR_ARRAY_IDX(summaries, i, const char *);

        if (to && is_in(after, to)) {
            tell(story, "released", apr_pstrcat(story->pool, name, " as ", to, ": ", what, NULL),
                 "EckidRename", name);
        }
        else if (is_in(after, name)) {
            tell(story, "released", apr_pstrcat(story->pool, name, ": ", what, NULL),
                 "EckidRelease", supplier->release_all ? NULL : name);
        }
        else {
            tell(story, "removed", name, "EckidRelease", NULL);
        }
    }
}

/* By the code of each protocol: nothing is sealed here. */
static const char *fill(story_t *story, eckid_attributes_t login)
{
    eckid_decision_t *decision = &story->login.decision;
    const eckid_client_t *client = story->login.client;

    if (!story->is_saml) {
        eckid_oidc_login_fill(&story->login);
        return client->claim ? client->claim : decision->supplier->attribute.name;
    }
    eckid_release(&decision->log.name_id_shows, login, decision->supplier, story->pool);
    return decision->supplier->attribute.name;
}

static void release(story_t *story)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;
    eckid_attributes_t login = eckid_oidc_attributes(story->login.claims);
    const apr_array_header_t *before = eckid_attributes_names(login, story->pool);
    apr_array_header_t *summaries = apr_array_make(story->pool, 8, sizeof(const char *));
    const apr_array_header_t *absent = eckid_release_absent(login, supplier, story->pool);

    for (int i = 0; i < before->nelts; i++) {
        APR_ARRAY_PUSH(summaries, const char *) =
            summary(story, eckid_attributes_values(login, APR_ARRAY_IDX(before, i, const char *),
                                                   story->pool));
    }
    const char *eckid = fill(story, login);

    tell_release(story, before, summaries, eckid_attributes_names(login, story->pool));
    if (story->login.decision.known.outcome == ECKID_FOUND) {
        tell(story, "set", eckid, story->is_saml ? "EckidName" : "EckidClient",
             story->is_saml ? NULL : story->login.client_id);
    }
    if (absent->nelts) {
        tell(story, "absent", apr_array_pstrcat(story->pool, absent, ','), "EckidRelease", NULL);
    }
    if (story->login.decision.log.name_id_shows) {
        tell(story, "shown by the NameID or sub", story->login.decision.log.name_id_shows, NULL,
             NULL);
    }
}

/* What a refusal would read: a student, or a program. */
static void tell_refusal(const story_t *story)
{
    int status = story->login.decision.status;

    tell(story, "refused", apr_psprintf(story->pool, "with %d", status), "EckidOn",
         eckid_outcome_name(story->login.decision.known.outcome));
    if (story->is_saml) {
        const eckid_knowledge_t *known = &story->login.decision.known;

        tell(story, "the page says",
             eckid_refusal_page_says(status, known->outcome, known->kind, false, story->pool), NULL,
             NULL);
        tell(story, "in English",
             eckid_refusal_page_says(status, known->outcome, known->kind, true, story->pool), NULL,
             NULL);
    }
    else {
        const eckid_refusal_error_t error =
            eckid_refusal_error_make(ECKID_AT_TOKEN, status, "REFERENCE", story->pool);

        tell(story, "the supplier reads",
             apr_psprintf(story->pool, "%d %s", error.status, error.body.data), NULL, NULL);
    }
}

static const char *over(const story_t *story)
{
    return story->is_saml
               ? "SAML"
               : apr_pstrcat(story->pool, "OpenID Connect, client ", story->login.client_id, NULL);
}

static json_t *tell_all(story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;

    tell(story, "supplier", decision->supplier->name, "<EckidSupplier", NULL);
    look_up(story);
    bool goes_on = eckid_decision_goes_on(decision);

    decision->verified = true;
    if (goes_on) {
        decision->verdict = ECKID_CHANGE;
        if (decision->known.outcome != ECKID_FOUND) {
            tell(story, "goes on", "without ECK iD", "EckidOn",
                 eckid_outcome_name(decision->known.outcome));
        }
        if (story->login.claims) {
            release(story);
        }
    }
    else {
        tell_refusal(story);
    }
    return json_pack("{s:s,s:s,s:O}", "over", over(story), "result",
                     eckid_result_name(eckid_decision_result(decision)), "steps", story->steps);
}

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
    json_array_append_new(logins, tell_all(story));
    return NULL;
}

static const eckid_supplier_t *find_supplier(const eckid_policy_t *policy, const char *name)
{
    const eckid_client_t *client;
    const eckid_supplier_t *supplier = eckid_policy_find_entity(policy, name);

    return supplier ? supplier : eckid_policy_find_client(&client, policy, name);
}

eckid_err_t *eckid_explain(eckid_bytes_t *text, const eckid_explain_request_t *request,
                           const eckid_rules_t *rules, const eckid_oidc_setup_t *oidc,
                           const eckid_explain_lines_t *lines, const eckid_moment_t *moment,
                           apr_pool_t *pool)
{
    const eckid_supplier_t *supplier = find_supplier(rules->policy, request->supplier);
    json_t *logins = json_array(),
           *object = eckid_json_own(json_pack("{s:o}", "logins", logins), pool);
    const story_t plain = {
        .request = request, .rules = rules, .lines = lines, .moment = moment, .pool = pool};

    if (!supplier) {
        return eckid_err_make(pool, ECKID_ADMIN_REQUEST, "no <EckidSupplier> has that name");
    }
    if (supplier->consumers->nelts) {
        story_t story = plain;

        story.login =
            (eckid_oidc_login_t){.moment = moment, .pool = pool, .decision.supplier = supplier};
        ECKID_ERR(add_story(logins, &story, NULL));
    }
    for (int i = 0; oidc->provider && i < supplier->clients->nelts; i++) {
        story_t story = plain;

        story.login = eckid_oidc_login_make(oidc, ECKID_CHANNEL_TOKEN_RESPONSE, moment, pool);
        ECKID_ERR(add_story(logins, &story, &APR_ARRAY_IDX(supplier->clients, i, eckid_client_t)));
    }
    *text = eckid_json_print(object, pool);
    return NULL;
}
