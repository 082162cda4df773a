/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page whose form brings an answer to a client (OAuth 2.0 Form Post Response Mode). */
#include "oidc/eckid_form_post.h"
#include "decision/eckid_refusal_error.h"
#include "decision/eckid_refusal_page.h"
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_jarm.h"
#include "oidc/eckid_redirect.h"

#include <apr_strings.h>

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

/* The URL of a form, without what may be about a person: nothing is released with an error. */
static const char *error_action(const char *action, const eckid_oidc_login_t *login)
{
    eckid_oidc_login_t without = *login;
    eckid_redirect_t redirect = eckid_redirect_split(action, login->pool);

    without.decision.supplier = NULL;
    return eckid_redirect_release(&redirect, &without)
               ? eckid_redirect_print(&redirect, login->pool)
               : action;
}

static void tell_by_page(eckid_decision_t *decision, const eckid_form_field_t *field,
                         const eckid_front_answer_t *answer, const eckid_oidc_login_t *login)
{
    const char *action = error_action(field->action, login);
    const char *form = error_form(action, answer, decision->status,
                                  eckid_moment_reference(login->moment, login->pool), login->pool);

    decision->body = eckid_bytes_str(page_around(
        form, eckid_refusal_page_is_english(login->setup->accept_language), login->pool));
    decision->verdict = ECKID_CHANGE;
    decision->log.told_supplier = decision->own_page = true;
}

/* The page with what may go */

/* A field that gets another value; both are NULL where there is none. */
typedef struct swap_t {
    const eckid_form_field_t *field;
    const char *value;
} swap_t;

#define SWAPS 2 /* the field that was found first, and an access token beside it */

/* The changes to one form. */
typedef struct edition_t {
    eckid_oidc_login_t *login;
    const swap_t *swaps; /* SWAPS; or NULL */
    eckid_beside_t beside;
    apr_array_header_t *edits; /* eckid_form_edit_t */
    int removed;
} edition_t;

/* Takes a field out with its tag; a button keeps that, but has no name, and so sends nothing. */
static eckid_err_t *take_out(edition_t *edition, const eckid_form_field_t *field)
{
    eckid_form_edit_t edit = {field->tag_from, field->tag_to, eckid_bytes("", 0)};

    if (field->is_button) {
        edit = (eckid_form_edit_t){field->name_from, field->name_to, eckid_bytes_str("\"\"")};
    }
    else if (!field->is_input) {
        return eckid_err_make(edition->login->pool, ECKID_FIELDS,
                              "a field that is not released is no input");
    }
    edition->removed++;
    APR_ARRAY_PUSH(edition->edits, eckid_form_edit_t) = edit;
    return NULL;
}

/* The swap of a field, which was found by another reading of the page; or NULL. */
static const swap_t *find_swap(const edition_t *edition, const eckid_form_field_t *field)
{
    for (int i = 0; edition->swaps && i < SWAPS; i++) {
        const swap_t *swap = &edition->swaps[i];

        if (swap->field && swap->value && swap->field->from == field->from) {
            return swap;
        }
    }
    return NULL;
}

static eckid_err_t *edit_field(edition_t *edition, const eckid_form_field_t *field)
{
    const swap_t *swap = find_swap(edition, field);
    const char *value = field->value.data ? field->value.data : "";

    if (!swap) {
        return eckid_beside_stays(&edition->beside, field->name, value) ? NULL
                                                                        : take_out(edition, field);
    }
    APR_ARRAY_PUSH(edition->edits, eckid_form_edit_t) =
        eckid_form_set(field, eckid_bytes_str(swap->value), edition->login->pool);
    return NULL;
}

/* The URL that a form is sent to stays as it is. */
static eckid_err_t *check_action(const char *action, const eckid_oidc_login_t *login)
{
    eckid_redirect_t redirect = eckid_redirect_split(action, login->pool);

    return eckid_redirect_release(&redirect, login) == 0
               ? NULL
               : eckid_err_make(login->pool, ECKID_RESPONSE_MODE,
                                "the URL of the form has what is not released");
}

/* What may stand in a form: in one by POST nothing is the client's own but what the redirect URI
 * has. */
static eckid_beside_t beside_in(const eckid_form_field_t *field, const eckid_oidc_login_t *login)
{
    const eckid_redirect_t redirect =
        eckid_redirect_split(field->action ? field->action : "", login->pool);
    eckid_beside_t beside = eckid_redirect_query(&redirect, login);

    beside.is_open = beside.is_open && !field->is_posted;
    return beside;
}

static eckid_err_t *edit_form(edition_t *edition, const eckid_form_t *all,
                              const eckid_form_field_t *one)
{
    edition->beside = beside_in(one, edition->login);
    ECKID_ERR(one->action ? check_action(one->action, edition->login) : NULL);
    for (int i = 0; i < all->fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(all->fields, i, eckid_form_field_t);

        ECKID_ERR(field->action == one->action ? edit_field(edition, field) : NULL);
    }
    return NULL;
}

/* The same field by the reading that finds all, which was by the same reader. */
static const eckid_form_field_t *find_again(const eckid_form_t *all,
                                            const eckid_form_field_t *field)
{
    const eckid_form_field_t *found = field;

    for (int i = 0; found == field && i < all->fields->nelts; i++) {
        const eckid_form_field_t *other = &APR_ARRAY_IDX(all->fields, i, eckid_form_field_t);

        found = other->value.data && other->from == field->from ? other : field;
    }
    return found;
}

/* The page in which the form with that field has what the supplier may have. */
static eckid_err_t *make_page(eckid_decision_t *decision, eckid_oidc_login_t *login,
                              const eckid_form_t *all, const eckid_form_field_t *one,
                              const swap_t *swaps, eckid_bytes_t page)
{
    edition_t edition = {.login = login,
                         .swaps = swaps,
                         .edits = apr_array_make(login->pool, 4, sizeof(eckid_form_edit_t))};

    ECKID_ERR(edit_form(&edition, all, one));
    decision->log.removed += edition.removed;
    if (edition.edits->nelts) {
        decision->verdict = ECKID_CHANGE;
        decision->body = eckid_form_edit(page, edition.edits, login->pool);
    }
    return NULL;
}

/* The decision, or the refusal that err makes of it, told to the client. */
static eckid_decision_t conclude(eckid_decision_t decision, const eckid_err_t *err,
                                 const eckid_form_field_t *field, const posted_t *posted,
                                 const eckid_oidc_login_t *login)
{
    if (err) {
        decision = eckid_oidc_login_end(login, err);
    }
    if (decision.verdict == ECKID_REFUSE && field->action) {
        tell_by_page(&decision, field, &posted->answer, login);
    }
    return decision;
}

/* An answer with tokens */

static eckid_decision_t decide(swap_t *swaps, eckid_oidc_login_t *login, const posted_t *posted,
                               const eckid_form_field_t *field)
{
    eckid_front_given_t given = {NULL, NULL};
    eckid_decision_t decision;

    if (field->kind == ECKID_FORM_JWT) {
        decision = eckid_jarm_rewrite(login, &posted->answer, field->value.data);
        swaps[0] = (swap_t){field, decision.body.data};
        return decision;
    }
    decision = eckid_front_channel_settle(&given, login, &posted->answer);
    if (given.id_token || given.access_token) {
        decision.verdict = ECKID_CHANGE;
    }
    swaps[0] = (swap_t){field, given.id_token};
    swaps[1] = (swap_t){posted->access_token, given.access_token};
    return decision;
}

/* The type beside an access token makes it an answer (RFC 6749 section 4.2.2). */
static const char *find_token_type(const eckid_form_field_t *field, eckid_bytes_t page,
                                   apr_pool_t *pool)
{
    const eckid_form_t *all;

    if (eckid_form_read_all(&all, page, pool)) {
        return NULL;
    }
    const char *action = find_again(all, field)->action;

    for (int i = 0; i < all->fields->nelts; i++) {
        const eckid_form_field_t *other = &APR_ARRAY_IDX(all->fields, i, eckid_form_field_t);

        if (other->action == action && strcmp(other->name, "token_type") == 0) {
            return other->value.data;
        }
    }
    return NULL;
}

eckid_decision_t eckid_form_post_rewrite(const eckid_oidc_setup_t *setup, const char *client_id,
                                         const eckid_form_t *form, const eckid_form_field_t *field,
                                         eckid_bytes_t page, const eckid_moment_t *moment,
                                         apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_FORM_POST, moment, pool);
    posted_t posted = read_form(form, field, client_id);
    swap_t swaps[SWAPS] = {{NULL, NULL}};

    if (!client_id && field->kind == ECKID_FORM_ACCESS_TOKEN) {
        posted.answer.token_type = find_token_type(field, page, pool);
    }
    eckid_decision_t decision = decide(swaps, &login, &posted, field);
    const eckid_form_t *all;
    eckid_err_t *err = NULL;

    if (decision.verdict == ECKID_CHANGE) {
        err = eckid_form_read_all(&all, page, pool);
        err = err ? err : make_page(&decision, &login, all, find_again(all, field), swaps, page);
    }
    return conclude(decision, err, field, &posted, &login);
}

/* An answer without */

/* Whether a field has a value, and its form leads to a client. */
static bool is_sent(const eckid_form_field_t *field, const eckid_oidc_setup_t *setup,
                    apr_pool_t *pool)
{
    if (!field->is_input || !eckid_codec_trim(field->value).len || !field->action) {
        return false;
    }
    const eckid_redirect_t redirect = eckid_redirect_split(field->action, pool);

    return eckid_redirect_leaves(&redirect, setup, pool);
}

/* The field of an answer: a code, or an error. */
static const eckid_form_field_t *find_answer(const eckid_form_t *all,
                                             const eckid_oidc_setup_t *setup, apr_pool_t *pool)
{
    for (int i = 0; i < all->fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(all->fields, i, eckid_form_field_t);

        if ((strcmp(field->name, "code") == 0 || strcmp(field->name, "error") == 0) &&
            is_sent(field, setup, pool)) {
            return field;
        }
    }
    return NULL;
}

static eckid_err_t *check_links(const eckid_form_t *all, const eckid_oidc_login_t *login)
{
    for (int i = 0; i < all->links->nelts; i++) {
        ECKID_ERR(eckid_authorization_response_link(login->setup, login->client_id,
                                                    APR_ARRAY_IDX(all->links, i, const char *),
                                                    login->pool));
    }
    return NULL;
}

static eckid_decision_t rewrite_all(eckid_oidc_login_t *login, const eckid_form_t *all,
                                    eckid_bytes_t page)
{
    eckid_decision_t decision = eckid_oidc_login_end(login, NULL);
    const eckid_form_field_t *field = find_answer(all, login->setup, login->pool);
    eckid_err_t *err = check_links(all, login);

    if (err || !field) {
        return err ? eckid_oidc_login_end(login, err) : (eckid_decision_t){.verdict = ECKID_PASS};
    }
    const posted_t posted = read_form(all, field, login->client_id);

    err = make_page(&decision, login, all, field, NULL, page);
    decision.log.wanted = decision.verdict == ECKID_CHANGE; /* it is no login yet */
    return conclude(decision, err, field, &posted, login);
}

eckid_decision_t eckid_form_post_without_token(const eckid_oidc_setup_t *setup,
                                               const char *client_id, eckid_bytes_t page,
                                               const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_FORM_POST, moment, pool);
    const eckid_form_t *all;

    if (client_id) {
        eckid_oidc_login_set_client(&login, client_id);
    }
    return login.client && eckid_form_may_answer(page) && !eckid_form_read_all(&all, page, pool)
               ? rewrite_all(&login, all, page)
               : (eckid_decision_t){.verdict = ECKID_PASS};
}

/* A document that is not rewritten */

/* ID tokens are found by the bytes. */
static bool has_access_token(const eckid_form_t *all, const eckid_oidc_login_t *login)
{
    bool has = false;

    for (int i = 0; !has && i < all->fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(all->fields, i, eckid_form_field_t);

        has = field->kind == ECKID_FORM_ACCESS_TOKEN && is_sent(field, login->setup, login->pool);
    }
    return has;
}

static eckid_err_t *check_all(eckid_oidc_login_t *login, const eckid_form_t *all,
                              eckid_bytes_t document)
{
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    const eckid_form_field_t *field = find_answer(all, login->setup, login->pool);

    ECKID_ERR(check_links(all, login));
    ECKID_ERR(field ? make_page(&decision, login, all, field, NULL, document) : NULL);
    return decision.verdict == ECKID_PASS && !has_access_token(all, login)
               ? NULL
               : eckid_err_make(login->pool, ECKID_RESPONSE_MODE, "in a form of XML");
}

eckid_err_t *eckid_form_post_check(const eckid_oidc_setup_t *setup, const char *client_id,
                                   eckid_bytes_t document, apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    const eckid_form_t *all;

    if (client_id) {
        eckid_oidc_login_set_client(&login, client_id);
    }
    return login.client && !eckid_form_read_all(&all, document, pool)
               ? check_all(&login, all, document)
               : NULL;
}
