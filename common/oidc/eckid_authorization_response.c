/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of the front channel: what authorization answers bring by way of the browser. */
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_access_token.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_oidc_scan.h"
#include "decision/eckid_refusal_page.h"
#include "base/eckid_params.h"
#include "jose/eckid_jwt_peek.h"
#include "decision/eckid_refusal_error.h"

#include <apr_strings.h>

/* An authorization answer, wherever it stands. */
typedef struct answer_t {
    const char *id_token, *access_token, *token_type, *code, *state, *iss;
    const char *client_id; /* of the request, or NULL */
    const char *url;       /* where it goes; or NULL */
} answer_t;

/* Whose it is */

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

static bool is_supplier(const eckid_oidc_setup_t *setup, const char *client_id)
{
    const eckid_client_t *client;

    return client_id && eckid_policy_find_client(&client, setup->rules->policy, client_id);
}

/* Names the client. Supplier and clients must agree as soon as any of them is a supplier's. */
static eckid_err_t *find_client(eckid_oidc_login_t *login, const answer_t *answer,
                                const eckid_oidc_t *token)
{
    const char *party = party_of(token, answer->client_id);
    const eckid_supplier_t *named = eckid_oidc_login_find_supplier(login, token);
    bool asked = is_supplier(login->setup, answer->client_id);

    if (!named && !asked) {
        if (party) {
            eckid_oidc_login_set_client(login, party);
        }
        eckid_decision_note_stranger(&login->decision, party, answer->url, login->pool);
        return NULL;
    }
    if (!party || (answer->client_id && strcmp(answer->client_id, party) != 0)) {
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
static eckid_err_t *decide(eckid_oidc_login_t *login, const answer_t *answer)
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

/* What the client is to get; NULL for what stays as it is. */
typedef struct given_t {
    const char *id_token, *access_token;
} given_t;

static eckid_err_t *give(given_t *given, eckid_oidc_login_t *login, const answer_t *answer)
{
    eckid_oidc_beside_t beside = {answer->access_token, answer->code, answer->state};
    eckid_bytes_t sealed;

    eckid_oidc_login_fill(login);
    login->owner.bound = eckid_oidc_binds(login->claims);
    ECKID_ERR(
        eckid_oidc_login_give_token(&beside.access_token, login, answer->access_token, false));
    login->id_token = answer->id_token;
    ECKID_ERR(eckid_oidc_login_seal(&sealed, login, &beside));
    *given = (given_t){sealed.data, beside.access_token};
    return NULL;
}

/* Whether the access token itself says that it is a supplier's, or could do so to another reader.
 */
static eckid_err_t *check_others(const eckid_oidc_login_t *login, const answer_t *answer)
{
    const char *text = answer->access_token ? answer->access_token : "";
    eckid_access_token_t read;

    ECKID_ERR(eckid_access_token_read(&read, text, login->pool));
    return eckid_access_token_find_supplier(&read, login->setup->rules->policy)
               ? eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "the access token is another's")
               : NULL;
}

static eckid_err_t *rewrite(given_t *given, eckid_oidc_login_t *login, const answer_t *answer)
{
    const eckid_oidc_beside_t beside = {answer->access_token, answer->code, answer->state};
    eckid_oidc_t *token;

    ECKID_ERR(eckid_oidc_open(&token, eckid_bytes_str(answer->id_token), login->pool));
    ECKID_ERR(find_client(login, answer, token));
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
static eckid_err_t *find_client_of(eckid_oidc_login_t *login, const answer_t *answer,
                                   const eckid_access_token_t *read)
{
    const char *client = read->client ? read->client : answer->client_id;
    const eckid_supplier_t *named =
        eckid_access_token_find_supplier(read, login->setup->rules->policy);
    bool agree =
        !answer->client_id || !read->client || strcmp(read->client, answer->client_id) == 0;

    if (client && agree && is_supplier(login->setup, client)) {
        eckid_oidc_login_set_client(login, client);
        return NULL;
    }
    if (named || is_supplier(login->setup, answer->client_id) || (!client && answer->token_type)) {
        login->decision.supplier = named;
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request and the access token do not name one client");
    }
    return NULL;
}

/* An access token without ID token (RFC 6749 section 4.2.2). It belongs to the client for certain
 * if it is a JWT that says so. */
static eckid_err_t *rewrite_bare(given_t *given, eckid_oidc_login_t *login, const answer_t *answer)
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

/* The decision so far; an error is a refusal. */
static eckid_decision_t settle(given_t *given, eckid_oidc_login_t *login, const answer_t *answer)
{
    *given = (given_t){NULL, NULL};
    return eckid_oidc_login_end(login, answer->id_token ? rewrite(given, login, answer)
                                                        : rewrite_bare(given, login, answer));
}

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

static int count_of(const char **value, const eckid_params_t *params, const char *name,
                    apr_pool_t *pool)
{
    *value = NULL;
    return params ? eckid_params_get(value, params, name, pool) : 0;
}

static answer_t read_answer(const eckid_params_t *params, const char *client_id, apr_pool_t *pool)
{
    answer_t answer = {.client_id = client_id};

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
    static const char *const dropped[] = {"code",          "id_token",   "access_token",
                                          "token_type",    "expires_in", "scope",
                                          "session_state", "response",   NULL};

    for (const char *const *name = dropped; params && *name; name++) {
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

/* Whether a parameter response is an answer as a JWT (JARM) for a supplier, or one that cannot be
 * read and so could be. Other things have that name too. */
static bool is_jarm(const eckid_oidc_setup_t *setup, const char *text, const char *client_id,
                    apr_pool_t *pool)
{
    static const char *const members[] = {"aud", NULL};

    if (!eckid_jws_is(eckid_bytes_str(text))) {
        return false;
    }
    const json_t *claims = eckid_jwt_peek_claims(eckid_bytes_str(text), pool);

    return is_supplier(setup, client_id) || !claims ||
           eckid_oidc_scan_claims(setup, claims, members, pool);
}

static eckid_err_t *check_response(const eckid_oidc_setup_t *setup, const place_t *place,
                                   const char *client_id, apr_pool_t *pool)
{
    const char *in_query, *in_fragment;

    count_of(&in_query, place->query.params, "response", pool);
    count_of(&in_fragment, place->fragment.params, "response", pool);
    return (in_query && is_jarm(setup, in_query, client_id, pool)) ||
                   (in_fragment && is_jarm(setup, in_fragment, client_id, pool))
               ? eckid_err_make(pool, ECKID_RESPONSE_MODE, "as a JWT in a parameter response")
               : NULL;
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
    static const char *const names[] = {"id_token", "response", "access_token", NULL};
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
                               const answer_t *answer, apr_pool_t *pool)
{
    int ids = total_of(place, "id_token", pool), tokens = total_of(place, "access_token", pool);
    bool concerns = answer->id_token || is_supplier(setup, answer->client_id);

    if (ids > 1 || (ids && !answer->id_token)) {
        return eckid_err_make(pool, ECKID_TOKEN, "an id_token that is not there once");
    }
    return concerns && tokens && (tokens > 1 || !answer->access_token)
               ? eckid_err_make(pool, ECKID_TOKEN, "an access_token that is not there once")
               : NULL;
}

static void put_given(eckid_decision_t *decision, const place_t *place, eckid_params_t *params,
                      const given_t *given, apr_pool_t *pool)
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

/* The supplier with that client, if an access token seems to stand in the text. */
static const eckid_supplier_t *find_named(const eckid_oidc_setup_t *setup, const char *client_id,
                                          const char *text)
{
    const eckid_client_t *client;

    return client_id && strcasestr(text, "access_token=")
               ? eckid_policy_find_client(&client, setup->rules->policy, client_id)
               : NULL;
}

/* What is left of a URL after its parameters were read may hold an ID token too, or, where a
 * supplier asked, an access token. */
static const eckid_supplier_t *find_stray(const eckid_oidc_setup_t *setup, const char *client_id,
                                          const char *url, bool in_fragment, apr_pool_t *pool)
{
    place_t rest = split(url, pool);
    eckid_params_t *const parts[] = {rest.query.params, rest.fragment.params};

    for (int i = 0; i < 2; i++) {
        if (parts[i]) {
            eckid_params_remove(parts[i], "id_token"); /* there are not two */
        }
        if (parts[i] && in_fragment == (i == 1)) {
            eckid_params_remove(parts[i], "access_token");
        }
    }
    const char *left = print(&rest, pool);
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

eckid_decision_t eckid_authorization_response_location(const eckid_oidc_setup_t *setup,
                                                       const char *client_id, const char *url,
                                                       const eckid_moment_t *moment,
                                                       apr_pool_t *pool)
{
    eckid_oidc_login_t login =
        eckid_oidc_login_make(setup, ECKID_CHANNEL_FRONT_CHANNEL, moment, pool);
    place_t place = split(url, pool);
    eckid_params_t *params = params_of(&place, pool);
    answer_t answer = read_answer(params, client_id, pool);

    answer.url = url;
    eckid_err_t *err = check_response(setup, &place, client_id, pool);
    const eckid_supplier_t *stray = NULL;
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    given_t given;

    err = err ? err : check_once(setup, &place, &answer, pool);
    if (!err) {
        stray = find_stray(setup, client_id, url, params && params == place.fragment.params, pool);
    }
    if (stray) { /* nothing of the URL can be used to tell */
        return refuse_stray(stray, pool);
    }
    if (err) {
        decision = eckid_decision_refuse(err);
    }
    else if (answer.id_token || answer.access_token) {
        decision = settle(&given, &login, &answer);
        put_given(&decision, &place, params, &given, pool);
    }
    if (decision.verdict == ECKID_REFUSE) {
        tell_by_url(&decision, &place, params, moment, pool);
    }
    return decision;
}

eckid_err_t *eckid_authorization_response_link(const eckid_oidc_setup_t *setup, const char *url,
                                               apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    place_t place = split(url, pool);
    const char *in_query, *in_fragment;
    int count = count_of(&in_query, place.query.params, "id_token", pool) +
                count_of(&in_fragment, place.fragment.params, "id_token", pool);
    const char *text = in_query ? in_query : in_fragment;
    eckid_oidc_t *token;

    if (!count) {
        return eckid_oidc_scan_url(setup, url, pool)
                   ? eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a link or a refresh")
                   : NULL;
    }
    bool readable = count == 1 && text && !eckid_oidc_open(&token, eckid_bytes_str(text), pool);

    return readable && !eckid_oidc_login_find_supplier(&login, token) &&
                   !eckid_oidc_scan_url(setup, url, pool)
               ? NULL
               : eckid_err_make(pool, ECKID_RESPONSE_MODE, "in a link or a refresh");
}

/* A page with a form (OAuth 2.0 Form Post Response Mode) */

/* The fields of one form that make an answer. */
typedef struct posted_t {
    answer_t answer;
    const eckid_form_field_t *access_token; /* or NULL */
} posted_t;

static posted_t read_form(const eckid_form_t *form, const eckid_form_field_t *field,
                          const char *client_id)
{
    posted_t posted = {.answer = {.client_id = client_id, .url = field->action}};

    for (int i = 0; i < form->fields->nelts; i++) {
        const eckid_form_field_t *other = &APR_ARRAY_IDX(form->fields, i, eckid_form_field_t);
        answer_t *answer = &posted.answer;
        const char **member = other->kind == ECKID_FORM_ID_TOKEN       ? &answer->id_token
                              : other->kind == ECKID_FORM_ACCESS_TOKEN ? &answer->access_token
                              : other->kind == ECKID_FORM_CODE         ? &answer->code
                              : other->kind == ECKID_FORM_STATE        ? &answer->state
                              : other->kind == ECKID_FORM_ISS          ? &answer->iss
                                                                       : NULL;

        if (member && other->action == field->action) {
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

static const char *error_form(const char *action, const answer_t *answer, int status,
                              const char *reference, apr_pool_t *pool)
{
    return apr_pstrcat(
        pool, "<form method=\"post\" action=\"", eckid_codec_html(action, pool), "\">\n",
        hidden("error", eckid_refusal_error_code(status), pool),
        hidden("error_description", eckid_refusal_error_text(status, reference, pool), pool),
        hidden("state", answer->state, pool), hidden("iss", answer->iss, pool), NULL);
}

static void tell_by_page(eckid_decision_t *decision, const eckid_form_field_t *field,
                         const answer_t *answer, const eckid_oidc_login_t *login)
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
                          const eckid_form_field_t *access_token, const given_t *given,
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

eckid_decision_t eckid_authorization_response_page(const eckid_oidc_setup_t *setup,
                                                   const char *client_id, const eckid_form_t *form,
                                                   const eckid_form_field_t *field,
                                                   eckid_bytes_t page, const eckid_moment_t *moment,
                                                   apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_FORM_POST, moment, pool);
    const posted_t posted = read_form(form, field, client_id);
    given_t given;
    eckid_decision_t decision = settle(&given, &login, &posted.answer);

    if (given.id_token || given.access_token) {
        decision.verdict = ECKID_CHANGE;
        decision.body =
            swap(page, posted.answer.id_token ? field : NULL, posted.access_token, &given, pool);
    }
    if (decision.verdict == ECKID_REFUSE && field->action) {
        tell_by_page(&decision, field, &posted.answer, &login);
    }
    return decision;
}
