/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of one login, step by step: who it is, what goes out, what a refusal reads. */
#include "operator/eckid_explain_story.h"

#include <apr_strings.h>

#include "base/eckid_words.h"
#include "decision/eckid_refusal_error.h"
#include "decision/eckid_refusal_page.h"
#include "decision/eckid_release.h"

typedef eckid_explain_story_t story_t;

void eckid_explain_tell(const story_t *story, const char *name, const char *text,
                        const char *directive, const char *word)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;
    eckid_explain_line_t line;
    json_t *step =
        json_pack("{s:s,s:s}", "name", name, "text", eckid_json_holds(text) ? text : "(no UTF-8)");

    if (directive && supplier &&
        story->lines->find(story->lines->self, &line, supplier, directive, word, story->pool)) {
        json_object_set_new(step, "line", json_string(line.place));
        if (story->request->values || story->request->salt) {
            json_object_set_new(step, "directive", json_string(line.text));
        }
    }
    json_array_append_new(story->steps, step);
}

/* Something that values of a person are in: with their lengths; and as they are, or their digests,
 * if that is asked for, or else NULL. */
typedef struct summary_t {
    const char *lengths, *values;
} summary_t;

#define DIGEST 8 /* bytes: enough to tell a few values apart */

static const char *digest_of(eckid_bytes_t value, const eckid_secret_t *salt, apr_pool_t *pool)
{
    unsigned char digest[ECKID_SECRET_DIGEST];

    eckid_secret_digest(digest, salt, &value, 1, pool);
    return eckid_codec_hex(eckid_bytes(digest, DIGEST), pool).data;
}

static summary_t summary_of_value(const story_t *story, const char *value, apr_size_t len)
{
    const eckid_explain_request_t *request = story->request;
    apr_pool_t *pool = story->pool;

    return (summary_t){apr_psprintf(pool, "%" APR_SIZE_T_FMT " bytes", len),
                       request->values ? apr_psprintf(pool, "\"%.*s\"", (int)len, value)
                       : request->salt ? digest_of(eckid_bytes(value, len), request->salt, pool)
                                       : NULL};
}

static void tell_values(const story_t *story, const char *name, const char *before,
                        const summary_t *summary, const char *directive, const char *word)
{
    apr_pool_t *pool = story->pool;

    eckid_explain_tell(story, name, apr_pstrcat(pool, before, summary->lengths, NULL), directive,
                       word);
    if (summary->values) {
        json_t *step = json_array_get(story->steps, json_array_size(story->steps) - 1);

        json_object_set_new(step, "value",
                            json_string(apr_pstrcat(pool, before, summary->values, NULL)));
    }
}

/* Who it is */

static bool find_key_in_attributes(eckid_person_key_t *key, story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;
    bool found = false;

    if (story->is_saml) {
        return eckid_decision_find_key(key, decision, story->rules, story->attributes, story->pool);
    }
    bool is_userinfo =
        !story->request->login && story->login.setup->claims_from == ECKID_CLAIMS_USERINFO;
    eckid_err_t *err = eckid_oidc_login_student(&found, &story->login, is_userinfo, NULL);

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

    eckid_explain_tell(story, "kind of person", eckid_kind_name(key->kind),
                       key->kind ? "EckidPersonIf" : "EckidStudentIf", NULL);
    const summary_t value = summary_of_value(story, key->value, strlen(key->value));

    tell_values(story, "key", apr_pstrcat(story->pool, key->type, ", ", NULL), &value, directive,
                NULL);
    if (key->school) {
        eckid_explain_tell(story, "school", key->school, "EckidSchoolMap", NULL);
    }
}

static void look_up(story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;
    eckid_person_key_t key = {NULL, NULL, NULL, NULL};
    bool found = story->request->key ? take_key(&key, story) : find_key_in_attributes(&key, story);

    if (!found) {
        eckid_explain_tell(story, "person", eckid_err_text(decision->cause, story->pool),
                           "EckidStudentIf", NULL);
        return;
    }
    tell_key(story, &key);
    if (decision->log.withheld) {
        eckid_explain_tell(story, "ECK iD", "not in this token, which the browser sees",
                           "EckidClient", story->login.client_id);
        return;
    }
    eckid_explain_look_up(&story->login.value, decision, story->request->lookups, story->rules,
                          &key, story->moment);
    eckid_explain_tell(story, "ECK iD",
                       decision->known.outcome == ECKID_FOUND
                           ? "there is one"
                           : eckid_err_text(decision->cause, story->pool),
                       "EckidLas", NULL);
    if (decision->known.looked_up) {
        eckid_explain_tell(story, "cache", eckid_source_name(decision->known.source), NULL, NULL);
    }
}

/* What goes out */

static summary_t summary_of_values(const story_t *story, const apr_array_header_t *values)
{
    apr_pool_t *pool = story->pool;
    const char *count = values->nelts == 1 ? "1 value: "
                        : values->nelts    ? apr_psprintf(pool, "%d values: ", values->nelts)
                                           : "no value";
    apr_array_header_t *lengths = apr_array_make(pool, 2 * values->nelts + 1, sizeof(char *));
    apr_array_header_t *shown = apr_array_make(pool, 1, sizeof(char *));

    for (int i = 0; i < values->nelts; i++) {
        eckid_bytes_t value = APR_ARRAY_IDX(values, i, eckid_bytes_t);
        const summary_t one = summary_of_value(story, value.data, value.len);

        APR_ARRAY_PUSH(lengths, const char *) = i ? ", " : count;
        APR_ARRAY_PUSH(lengths, const char *) = one.lengths;
        if (one.values) {
            APR_ARRAY_PUSH(shown, const char *) = i ? ", " : count;
            APR_ARRAY_PUSH(shown, const char *) = one.values;
        }
    }
    return values->nelts ? (summary_t){apr_array_pstrcat(pool, lengths, 0),
                                       shown->nelts ? apr_array_pstrcat(pool, shown, 0) : NULL}
                         : (summary_t){count, NULL};
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
                         const apr_array_header_t *summaries, apr_hash_t *after)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;

    for (int i = 0; i < before->nelts; i++) {
        const char *name = APR_ARRAY_IDX(before, i, const char *);
        const char *to = new_name(supplier, name);
        const summary_t *what = &APR_ARRAY_IDX(summaries, i, summary_t);

        if (to && eckid_word_set_has(after, to)) {
            tell_values(story, "released", apr_pstrcat(story->pool, name, " as ", to, ": ", NULL),
                        what, "EckidRename", name);
        }
        else if (eckid_word_set_has(after, name)) {
            tell_values(story, "released", apr_pstrcat(story->pool, name, ": ", NULL), what,
                        "EckidRelease", supplier->release_all ? NULL : name);
        }
        else {
            eckid_explain_tell(story, "removed", name, "EckidRelease", NULL);
        }
    }
}

/* By the code of each protocol: nothing is sealed here. */
static const char *fill(story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;
    const eckid_client_t *client = story->login.client;

    if (!story->is_saml) {
        eckid_oidc_login_fill(&story->login);
        return client->claim ? client->claim : decision->supplier->attribute.name;
    }
    eckid_release(&decision->log.name_id_shows, story->attributes, decision->supplier, story->pool);
    return decision->supplier->attribute.name;
}

static void release(story_t *story)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;
    eckid_attributes_t login = story->attributes;
    const apr_array_header_t *before = eckid_attributes_names(login, story->pool);
    apr_array_header_t *summaries = apr_array_make(story->pool, 8, sizeof(summary_t));
    const apr_array_header_t *absent = eckid_release_absent(login, supplier, story->pool);

    for (int i = 0; i < before->nelts; i++) {
        APR_ARRAY_PUSH(summaries, summary_t) = summary_of_values(
            story,
            eckid_attributes_values(login, APR_ARRAY_IDX(before, i, const char *), story->pool));
    }
    const char *eckid = fill(story);

    tell_release(story, before, summaries,
                 eckid_word_set_make(eckid_attributes_names(login, story->pool), story->pool));
    if (eckid_decision_result(&story->login.decision) == ECKID_RESULT_FILLED) {
        eckid_explain_tell(story, "set", eckid, story->is_saml ? "EckidName" : "EckidClient",
                           story->is_saml ? NULL : story->login.client_id);
    }
    if (absent->nelts) {
        eckid_explain_tell(story, "absent", apr_array_pstrcat(story->pool, absent, ','),
                           "EckidRelease", NULL);
    }
    if (story->login.decision.log.name_id_shows) {
        eckid_explain_tell(story, "shown by the NameID or sub",
                           story->login.decision.log.name_id_shows, NULL, NULL);
    }
}

/* What a refusal would read: a student, or a program. */
void eckid_explain_tell_refusal(const story_t *story)
{
    int status = story->login.decision.status;

    eckid_explain_tell(story, "refused", apr_psprintf(story->pool, "with %d", status),
                       story->login.decision.verified ? "EckidOn" : NULL,
                       eckid_outcome_name(story->login.decision.known.outcome));
    if (story->is_saml) {
        const eckid_knowledge_t *known = &story->login.decision.known;

        eckid_explain_tell(
            story, "the page says",
            eckid_refusal_page_says(status, known->outcome, known->kind, false, story->pool), NULL,
            NULL);
        eckid_explain_tell(
            story, "in English",
            eckid_refusal_page_says(status, known->outcome, known->kind, true, story->pool), NULL,
            NULL);
    }
    else if (story->login.decision.log.channel == ECKID_CHANNEL_FORM_POST) {
        eckid_explain_tell(story, "the supplier reads",
                           apr_psprintf(story->pool, "error=%s, by way of the browser",
                                        eckid_refusal_error_code(status)),
                           NULL, NULL);
    }
    else {
        const eckid_refusal_error_t error =
            eckid_refusal_error_make(ECKID_AT_TOKEN, status, "REFERENCE", story->pool);

        eckid_explain_tell(story, "the supplier reads",
                           apr_psprintf(story->pool, "%d %s", error.status, error.body.data), NULL,
                           NULL);
    }
}

static const char *over(const story_t *story)
{
    const char *client = story->login.client_id;

    return story->is_saml ? "SAML"
           : client       ? apr_pstrcat(story->pool, "OpenID Connect, client ", client, NULL)
                          : "OpenID Connect";
}

json_t *eckid_explain_conclude(const story_t *story, const char *result)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;

    return json_pack("{s:s*,s:b,s:s,s:s,s:O}", "supplier", supplier ? supplier->name : NULL,
                     "captured", (int)(story->request->login != NULL), "over", over(story),
                     "result", result, "steps", story->steps);
}

const char *eckid_explain_tell_login(story_t *story)
{
    eckid_decision_t *decision = &story->login.decision;

    look_up(story);
    bool goes_on = eckid_decision_goes_on(decision);

    decision->verified = true;
    if (goes_on) {
        decision->verdict = ECKID_CHANGE;
        if (decision->known.outcome != ECKID_FOUND) {
            eckid_explain_tell(story, "goes on", "without ECK iD", "EckidOn",
                               eckid_outcome_name(decision->known.outcome));
        }
        if (story->attributes.kind) {
            release(story);
        }
    }
    else {
        eckid_explain_tell_refusal(story);
    }
    return eckid_result_name(eckid_decision_result(decision));
}

void eckid_explain_tell_supplier(const story_t *story)
{
    const eckid_supplier_t *supplier = story->login.decision.supplier;

    if (supplier) {
        eckid_explain_tell(story, "supplier", supplier->name, "<EckidSupplier", NULL);
    }
}
