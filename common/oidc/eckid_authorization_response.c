/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of the front channel: what authorization answers bring by way of the browser. */
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_jarm.h"
#include "oidc/eckid_oidc_scan.h"
#include "decision/eckid_refusal_page.h"
#include "base/eckid_params.h"
#include "decision/eckid_refusal_error.h"

#include <apr_strings.h>

/* A URL */

/* Parameters that may stand behind the route of a single page application: "#/auth/id_token=",
 * "#/cb?id_token=", "#!/cb;id_token=". */
typedef struct part_t {
    const char *route;      /* with its last sign; "" where there is none */
    eckid_params_t *params; /* NULL where the part is not there */
} part_t;

typedef struct place_t {
    const char *base; /* up to "?" */
    part_t query, fragment;
} place_t;

static part_t split_part(eckid_bytes_t text, apr_pool_t *pool)
{
    apr_size_t len = 0;

    while (len < text.len && !strchr("&=", text.data[len])) {
        len++;
    }
    while (len && !strchr("/?#;!", text.data[len - 1])) {
        len--;
    }
    return (part_t){apr_pstrmemdup(pool, text.data, len),
                    eckid_params_parse(eckid_bytes(text.data + len, text.len - len), pool)};
}

static place_t split(const char *url, apr_pool_t *pool)
{
    const char *query = url + strcspn(url, "?#"), *fragment = strchr(url, '#');
    place_t place = {.base = apr_pstrmemdup(pool, url, (apr_size_t)(query - url))};

    if (*query == '?') {
        place.query = split_part(eckid_bytes(query + 1, strcspn(query + 1, "#")), pool);
    }
    if (fragment) {
        place.fragment = split_part(eckid_bytes_str(fragment + 1), pool);
    }
    return place;
}

static const char *print_part(const char *sign, const part_t *part, apr_pool_t *pool)
{
    return part->params
               ? apr_pstrcat(pool, sign, part->route, eckid_params_print(part->params, pool), NULL)
               : "";
}

static const char *print(const place_t *place, apr_pool_t *pool)
{
    return apr_pstrcat(pool, place->base, print_part("?", &place->query, pool),
                       print_part("#", &place->fragment, pool), NULL);
}

/* One without a value is as good as absent (RFC 6749 section 3.1). */
static int count_of(const char **value, const eckid_params_t *params, const char *name,
                    apr_pool_t *pool)
{
    *value = NULL;
    int count = params ? eckid_params_get(value, params, name, pool) : 0;

    if (count == 1 && *value && !**value) {
        *value = NULL;
        count = 0;
    }
    return count;
}

static eckid_front_answer_t read_answer(const eckid_params_t *params, const char *client_id,
                                        apr_pool_t *pool)
{
    eckid_front_answer_t answer = {.client_id = client_id};

    count_of(&answer.id_token, params, "id_token", pool);
    count_of(&answer.access_token, params, "access_token", pool);
    count_of(&answer.token_type, params, "token_type", pool);
    count_of(&answer.code, params, "code", pool);
    count_of(&answer.state, params, "state", pool);
    count_of(&answer.iss, params, "iss", pool);
    return answer;
}

/* Leaves of an answer what an error may bring: state and iss. */
static void drop(eckid_params_t *params)
{
    for (const char *const *name = eckid_front_channel_granted; params && *name; name++) {
        eckid_params_remove(params, *name);
    }
}

static void change(eckid_decision_t *decision, const place_t *place, apr_pool_t *pool)
{
    decision->verdict = ECKID_CHANGE;
    decision->body = eckid_bytes_str(print(place, pool));
}

static void tell_by_url(eckid_decision_t *decision, const place_t *place, eckid_params_t *params,
                        const eckid_moment_t *moment, apr_pool_t *pool)
{
    const char *reference = eckid_moment_reference(moment, pool);

    drop(place->query.params);
    drop(place->fragment.params);
    eckid_params_set(params, "error", eckid_refusal_error_code(decision->status), pool);
    eckid_params_set(params, "error_description",
                     eckid_refusal_error_text(decision->status, reference, pool), pool);
    change(decision, place, pool);
    decision->log.told_supplier = true;
}

/* How often a parameter stands in the query and the fragment together. */
static int total_of(const place_t *place, const char *name, apr_pool_t *pool)
{
    const char *value;

    return count_of(&value, place->query.params, name, pool) +
           count_of(&value, place->fragment.params, name, pool);
}

/* Where the answer stands. */
static eckid_params_t *params_of(const place_t *place, apr_pool_t *pool)
{
    static const char *const names[] = {"id_token", "access_token", NULL};
    const char *value;

    for (const char *const *name = names; *name; name++) {
        if (count_of(&value, place->fragment.params, *name, pool)) {
            return place->fragment.params;
        }
        if (count_of(&value, place->query.params, *name, pool)) {
            return place->query.params;
        }
    }
    return place->query.params;
}

/* A token that is there twice, or in two places, is read in one way here and in another there. An
 * access token alone may be anything, unless a supplier asked. */
static eckid_err_t *check_once(const eckid_oidc_setup_t *setup, const place_t *place,
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

static jarm_t find_jarm(const eckid_oidc_setup_t *setup, const place_t *place,
                        const char *client_id, apr_pool_t *pool)
{
    eckid_params_t *const parts[] = {place->query.params, place->fragment.params};
    const char *text;

    for (int i = 0; i < 2; i++) {
        count_of(&text, parts[i], "response", pool);
        if (text && eckid_jarm_concerns(setup, client_id, text, pool)) {
            return (jarm_t){text, parts[i]};
        }
    }
    return (jarm_t){NULL, NULL};
}

/* All is in the JWT (JARM section 2.3): what stands beside it could be taken for it. */
static eckid_err_t *check_alone(const place_t *place, apr_pool_t *pool)
{
    return total_of(place, "response", pool) > 1 || total_of(place, "id_token", pool) ||
                   total_of(place, "access_token", pool)
               ? eckid_err_make(pool, ECKID_TOKEN, "a response that is a JWT is not there alone")
               : NULL;
}

static void put_given(eckid_decision_t *decision, const place_t *place, eckid_params_t *params,
                      const eckid_front_given_t *given, apr_pool_t *pool)
{
    if (given->id_token) {
        eckid_params_set(params, "id_token", given->id_token, pool);
    }
    if (given->access_token) {
        eckid_params_set(params, "access_token", given->access_token, pool);
    }
    if (given->id_token || given->access_token) {
        change(decision, place, pool);
    }
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

/* The supplier with that client, if an access token seems to stand in the text. */
static const eckid_supplier_t *find_named(const eckid_oidc_setup_t *setup, const char *client_id,
                                          const char *text)
{
    const eckid_client_t *client;

    return client_id && has_access_token(text)
               ? eckid_policy_find_client(&client, setup->rules->policy, client_id)
               : NULL;
}

/* What is read as the parameter that it is. Where two have one name, another client reads either.
 */
static void remove_read(place_t *rest, const place_t *place, const eckid_front_answer_t *answer,
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
                                          place_t *rest, apr_pool_t *pool)
{
    const char *left = print(rest, pool);
    const eckid_supplier_t *found = eckid_oidc_scan_url(setup, left, pool);

    return found ? found : find_named(setup, client_id, left);
}

static eckid_decision_t refuse_stray(const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    eckid_decision_t decision = eckid_decision_refuse(
        eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a URL, where no parameter can be read"));

    decision.supplier = supplier;
    return decision;
}

static eckid_decision_t rewrite_jarm(eckid_oidc_login_t *login, const place_t *place,
                                     const jarm_t *jarm, const eckid_front_answer_t *around)
{
    eckid_err_t *err = check_alone(place, login->pool);
    eckid_decision_t decision =
        err ? eckid_decision_refuse(err) : eckid_jarm_rewrite(login, around, jarm->text);

    if (decision.verdict == ECKID_CHANGE) {
        eckid_params_set(jarm->params, "response", decision.body.data, login->pool);
        change(&decision, place, login->pool);
    }
    return decision;
}

static eckid_decision_t rewrite_params(eckid_oidc_login_t *login, const place_t *place,
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
        put_given(&decision, place, params, &given, login->pool);
    }
    return decision;
}

eckid_decision_t eckid_authorization_response_location(const eckid_oidc_setup_t *setup,
                                                       const char *client_id, const char *url,
                                                       const eckid_moment_t *moment,
                                                       apr_pool_t *pool)
{
    eckid_oidc_login_t login =
        eckid_oidc_login_make(setup, ECKID_CHANNEL_FRONT_CHANNEL, moment, pool);
    place_t place = split(url, pool), rest = split(url, pool);
    eckid_params_t *params = params_of(&place, pool);
    eckid_front_answer_t answer = read_answer(params, client_id, pool);
    const jarm_t jarm = find_jarm(setup, &place, client_id, pool);

    const eckid_params_t *const read_from[] = {params, jarm.params};

    answer.url = url;
    remove_read(&rest, &place, &answer, read_from, &login);
    const eckid_supplier_t *stray = find_stray(setup, client_id, &rest, pool);

    if (stray) { /* nothing of the URL can be used to tell */
        return refuse_stray(stray, pool);
    }
    eckid_decision_t decision = jarm.text ? rewrite_jarm(&login, &place, &jarm, &answer)
                                          : rewrite_params(&login, &place, params, &answer);

    if (decision.verdict == ECKID_REFUSE) {
        tell_by_url(&decision, &place, jarm.text ? jarm.params : params, moment, pool);
    }
    return decision;
}

/* Whether an ID token in the parameters certainly concerns no supplier. */
static bool is_strangers(const eckid_oidc_setup_t *setup, const place_t *place, apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    const char *in_query, *in_fragment;
    int count = count_of(&in_query, place->query.params, "id_token", pool) +
                count_of(&in_fragment, place->fragment.params, "id_token", pool);
    const char *text = in_query ? in_query : in_fragment;
    eckid_oidc_t *token;

    return !count || (count == 1 && text && !eckid_oidc_open(&token, eckid_bytes_str(text), pool) &&
                      !eckid_oidc_login_find_supplier(&login, token));
}

eckid_err_t *eckid_authorization_response_link(const eckid_oidc_setup_t *setup,
                                               const char *client_id, const char *url,
                                               apr_pool_t *pool)
{
    const place_t place = split(url, pool);
    const jarm_t jarm = find_jarm(setup, &place, client_id, pool);
    bool may_pass = eckid_front_channel_is_for_other(setup, client_id, pool) ||
                    ((!jarm.text || eckid_oidc_scan_is_ours(setup, jarm.text, pool)) &&
                     is_strangers(setup, &place, pool));

    return may_pass && !eckid_oidc_scan_url(setup, url, pool)
               ? NULL
               : eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a link or a refresh");
}

/* A page with a form (OAuth 2.0 Form Post Response Mode) */

/* The fields of one form that make an answer. Those without a value do not count: RFC 6749 section
 * 3.1. */
typedef struct posted_t {
    eckid_front_answer_t answer;
    const eckid_form_field_t *access_token; /* or NULL */
} posted_t;

static posted_t read_form(const eckid_form_t *form, const eckid_form_field_t *field,
                          const char *client_id)
{
    posted_t posted = {.answer = {.client_id = client_id, .url = field->action}};

    for (int i = 0; i < form->fields->nelts; i++) {
        const eckid_form_field_t *other = &APR_ARRAY_IDX(form->fields, i, eckid_form_field_t);
        eckid_front_answer_t *answer = &posted.answer;
        const char **member = other->kind == ECKID_FORM_ID_TOKEN       ? &answer->id_token
                              : other->kind == ECKID_FORM_ACCESS_TOKEN ? &answer->access_token
                              : other->kind == ECKID_FORM_CODE         ? &answer->code
                              : other->kind == ECKID_FORM_STATE        ? &answer->state
                              : other->kind == ECKID_FORM_ISS          ? &answer->iss
                                                                       : NULL;

        if (member && other->action == field->action && eckid_codec_trim(other->value).len) {
            *member = other->value.data;
            posted.access_token = member == &answer->access_token ? other : posted.access_token;
        }
    }
    return posted;
}

static const char *hidden(const char *name, const char *value, apr_pool_t *pool)
{
    return value ? apr_pstrcat(pool, "<input type=\"hidden\" name=\"", name, "\" value=\"",
                               eckid_codec_html(value, pool), "\">\n", NULL)
                 : "";
}

/* A student sees it only where scripts are switched off. */
static const char *page_around(const char *form, bool is_english, apr_pool_t *pool)
{
    const char *title = is_english ? "Logging in did not work" : "Inloggen is niet gelukt";

    return apr_pstrcat(
        pool, "<!DOCTYPE html>\n<html lang=\"", is_english ? "en" : "nl",
        "\">\n<head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
        title, "</title></head>\n<body>\n<main>\n<h1>", title, "</h1>\n", form,
        is_english ? "<button>Continue</button>" : "<button>Verder</button>",
        "\n</form>\n</main>\n<script>document.forms[0].submit()</script>\n</body>\n</html>\n",
        NULL);
}

static const char *error_form(const char *action, const eckid_front_answer_t *answer, int status,
                              const char *reference, apr_pool_t *pool)
{
    return apr_pstrcat(
        pool, "<form method=\"post\" action=\"", eckid_codec_html(action, pool), "\">\n",
        hidden("error", eckid_refusal_error_code(status), pool),
        hidden("error_description", eckid_refusal_error_text(status, reference, pool), pool),
        hidden("state", answer->state, pool), hidden("iss", answer->iss, pool), NULL);
}

static void tell_by_page(eckid_decision_t *decision, const eckid_form_field_t *field,
                         const eckid_front_answer_t *answer, const eckid_oidc_login_t *login)
{
    const char *form = error_form(field->action, answer, decision->status,
                                  eckid_moment_reference(login->moment, login->pool), login->pool);

    decision->body = eckid_bytes_str(page_around(
        form, eckid_refusal_page_is_english(login->setup->accept_language), login->pool));
    decision->verdict = ECKID_CHANGE;
    decision->log.told_supplier = decision->own_page = true;
}

/* The page with what is given; the field that stands later is swapped first, so that the place of
 * the other stays what it was. */
static eckid_bytes_t swap(eckid_bytes_t page, const eckid_form_field_t *id_token,
                          const eckid_form_field_t *access_token, const eckid_front_given_t *given,
                          apr_pool_t *pool)
{
    if (id_token && access_token && given->access_token && access_token->from > id_token->from) {
        page = eckid_form_swap(page, access_token, eckid_bytes_str(given->access_token), pool);
        access_token = NULL;
    }
    if (id_token && given->id_token) {
        page = eckid_form_swap(page, id_token, eckid_bytes_str(given->id_token), pool);
    }
    return access_token && given->access_token
               ? eckid_form_swap(page, access_token, eckid_bytes_str(given->access_token), pool)
               : page;
}

static eckid_decision_t rewrite_field(eckid_oidc_login_t *login, const posted_t *posted,
                                      const eckid_form_field_t *field, eckid_bytes_t page)
{
    eckid_decision_t decision = eckid_jarm_rewrite(login, &posted->answer, field->value.data);

    if (decision.verdict == ECKID_CHANGE) {
        decision.body = eckid_form_swap(page, field, decision.body, login->pool);
    }
    return decision;
}

static eckid_decision_t rewrite_fields(eckid_oidc_login_t *login, const posted_t *posted,
                                       const eckid_form_field_t *field, eckid_bytes_t page)
{
    eckid_front_given_t given;
    eckid_decision_t decision = eckid_front_channel_settle(&given, login, &posted->answer);

    if (given.id_token || given.access_token) {
        decision.verdict = ECKID_CHANGE;
        decision.body = swap(page, posted->answer.id_token ? field : NULL, posted->access_token,
                             &given, login->pool);
    }
    return decision;
}

eckid_decision_t eckid_authorization_response_page(const eckid_oidc_setup_t *setup,
                                                   const char *client_id, const eckid_form_t *form,
                                                   const eckid_form_field_t *field,
                                                   eckid_bytes_t page, const eckid_moment_t *moment,
                                                   apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_FORM_POST, moment, pool);
    const posted_t posted = read_form(form, field, client_id);
    eckid_decision_t decision = field->kind == ECKID_FORM_JWT
                                    ? rewrite_field(&login, &posted, field, page)
                                    : rewrite_fields(&login, &posted, field, page);

    if (decision.verdict == ECKID_REFUSE && field->action) {
        tell_by_page(&decision, field, &posted.answer, &login);
    }
    return decision;
}
