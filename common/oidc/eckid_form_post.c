/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page whose form brings an answer to a client (OAuth 2.0 Form Post Response Mode). */
#include "oidc/eckid_form_post.h"
#include "html/eckid_post_page.h"
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
        "\n</form>\n</main>\n" ECKID_POST_PAGE_SCRIPT "</body>\n</html>\n", NULL);
}

static const char *error_form(const char *action, const eckid_front_answer_t *answer, int status,
                              const char *reference, apr_pool_t *pool)
{
    return apr_pstrcat(
        pool, "<form method=\"post\" action=\"", eckid_codec_html(action, pool), "\">\n",
        eckid_post_page_field("error", eckid_refusal_error_code(status), pool),
        eckid_post_page_field("error_description",
                              eckid_refusal_error_text(status, reference, pool), pool),
        eckid_post_page_field("state", answer->state, pool),
        eckid_post_page_field("iss", answer->iss, pool), NULL);
}

/* The URL of a form, without what may be about a person: nothing is released with an error. */
static const char *error_action(const char *action, const eckid_oidc_login_t *login)
{
    eckid_oidc_login_t without = *login;
    eckid_redirect_t redirect = eckid_redirect_split(action, login->pool);
    eckid_redirect_asked_t asked = eckid_redirect_asked(login->setup, login->pool);

    without.decision.supplier = NULL;
    return eckid_redirect_release(&redirect, &asked, &without)
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

/* The forms that bring an answer */

/* A form, by the URL that it is sent to. */
typedef struct target_t {
    bool leaves;     /* whether it leads to a client */
    bool is_answer;  /* and brings it an answer */
    bool shows_more; /* whether the URL has what is not released */
    eckid_beside_t beside;
} target_t;

/* A field that gets another value; both are NULL where there is none. */
typedef struct swap_t {
    const eckid_form_field_t *field;
    const char *value;
} swap_t;

#define SWAPS 2 /* the field that was found first, and an access token beside it */

/* A page, and the changes to its forms. */
typedef struct edition_t {
    eckid_oidc_login_t *login;
    const eckid_form_t *all;
    eckid_bytes_t page;
    eckid_redirect_asked_t asked;
    bool leaves;               /* whether a button may send any form to a client */
    bool shows_more;           /* and by a URL that has what is not released */
    apr_hash_t *targets;       /* target_t * by the pointer that is the action of the form */
    const swap_t *swaps;       /* SWAPS; or NULL */
    apr_array_header_t *edits; /* eckid_form_edit_t */
    int removed;
} edition_t;

/* Which form a button sends is not looked at: providers have none that leads to a client. */
static void judge_buttons(edition_t *edition)
{
    for (int i = 0; i < edition->all->formactions->nelts; i++) {
        eckid_redirect_t redirect = eckid_redirect_split(
            APR_ARRAY_IDX(edition->all->formactions, i, const char *), edition->login->pool);

        if (eckid_redirect_leaves(&redirect, &edition->asked)) {
            edition->leaves = true;
            edition->shows_more =
                edition->shows_more ||
                eckid_redirect_release(&redirect, &edition->asked, edition->login) > 0;
        }
    }
}

static edition_t make_edition(eckid_oidc_login_t *login, const eckid_form_t *all,
                              eckid_bytes_t page)
{
    edition_t edition = {.login = login,
                         .all = all,
                         .page = page,
                         .asked = eckid_redirect_asked(login->setup, login->pool),
                         .targets = apr_hash_make(login->pool),
                         .edits = apr_array_make(login->pool, 4, sizeof(eckid_form_edit_t))};

    eckid_redirect_set_base(&edition.asked, all->base);
    judge_buttons(&edition);
    return edition;
}

static target_t *find_target(const edition_t *edition, const eckid_form_field_t *field)
{
    return apr_hash_get(edition->targets, &field->action, sizeof(field->action));
}

/* Judged once, however many fields the form has. In a form by POST no parameter is the client's own
 * but those of the redirect URI. */
static target_t *get_target(edition_t *edition, const eckid_form_field_t *field)
{
    target_t *target = find_target(edition, field);

    if (!target) {
        eckid_redirect_t redirect =
            eckid_redirect_split(field->action ? field->action : "", edition->login->pool);

        target = apr_pcalloc(edition->login->pool, sizeof(*target));
        target->leaves = edition->leaves || eckid_redirect_leaves(&redirect, &edition->asked);
        target->beside = eckid_redirect_query(&redirect, &edition->asked, edition->login);
        target->beside.is_uri_unknown = target->beside.is_uri_unknown && !field->is_posted;
        target->shows_more = edition->shows_more ||
                             (field->action && eckid_redirect_release(&redirect, &edition->asked,
                                                                      edition->login) > 0);
        apr_hash_set(edition->targets, &field->action, sizeof(field->action), target);
    }
    return target;
}

/* Whether a field sends something by itself, or when it is pressed; a select always may. */
static bool is_filled(const eckid_form_field_t *field, eckid_bytes_t page)
{
    const apr_size_t from = (apr_size_t)field->area_from;
    const eckid_bytes_t text =
        from ? eckid_codec_trim(eckid_bytes(page.data + from, page.len - from)) : field->value;

    return from ? text.len && *text.data != '<'
                : (!field->is_input && !field->is_button) || eckid_codec_trim(text).len;
}

/* The first field of an answer without a token: a code, or an error. Notes the forms of all. */
static const eckid_form_field_t *find_answers(edition_t *edition)
{
    const eckid_form_field_t *first = NULL;

    for (int i = 0; i < edition->all->fields->nelts; i++) {
        const eckid_form_field_t *field =
            &APR_ARRAY_IDX(edition->all->fields, i, eckid_form_field_t);

        if ((strcmp(field->name, "code") == 0 || strcmp(field->name, "error") == 0) &&
            is_filled(field, edition->page) && get_target(edition, field)->leaves) {
            get_target(edition, field)->is_answer = true;
            first = first ? first : field;
        }
    }
    return first;
}

/* The page with what is released */

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

static eckid_err_t *edit_field(edition_t *edition, target_t *target,
                               const eckid_form_field_t *field)
{
    const swap_t *swap = find_swap(edition, field);
    const char *value = field->value.data ? field->value.data : "";

    if (target->shows_more) { /* the URL that a form is sent to stays as it is */
        return eckid_err_make(edition->login->pool, ECKID_RESPONSE_MODE,
                              "the URL of the form has what is not released");
    }
    if (!swap) {
        return eckid_beside_stays(&target->beside, field->name, value) ? NULL
                                                                       : take_out(edition, field);
    }
    APR_ARRAY_PUSH(edition->edits, eckid_form_edit_t) =
        eckid_form_set(field, eckid_bytes_str(swap->value), edition->login->pool);
    return NULL;
}

/* Edits every form that brings an answer, in the order of the page. */
static eckid_err_t *edit_forms(edition_t *edition)
{
    ECKID_ERR(
        eckid_authorization_response_beside(edition->all->links, &edition->asked, edition->login));
    for (int i = 0; i < edition->all->fields->nelts; i++) {
        const eckid_form_field_t *field =
            &APR_ARRAY_IDX(edition->all->fields, i, eckid_form_field_t);
        target_t *target = find_target(edition, field);

        ECKID_ERR(target && target->is_answer ? edit_field(edition, target, field) : NULL);
    }
    return NULL;
}

/* The page in which the forms that bring an answer have what the supplier may have. */
static eckid_err_t *make_page(eckid_decision_t *decision, edition_t *edition)
{
    ECKID_ERR(edit_forms(edition));
    decision->log.removed += edition->removed;
    if (edition->edits->nelts) {
        decision->verdict = ECKID_CHANGE;
        decision->body = eckid_form_edit(edition->page, edition->edits, edition->login->pool);
    }
    return NULL;
}

/* The same field in the list of all fields. */
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

/* The decision, or the refusal that err makes of it, told to the client. */
static eckid_decision_t conclude(eckid_decision_t decision, const eckid_err_t *err,
                                 const eckid_form_field_t *field, const posted_t *posted,
                                 const eckid_oidc_login_t *login)
{
    if (err) {
        decision = eckid_oidc_login_end(login, err);
    }
    if (decision.verdict == ECKID_REFUSE && field && field->action) {
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
            const eckid_bytes_t type = eckid_codec_trim(other->value);

            return type.len ? apr_pstrmemdup(pool, type.data, type.len) : NULL;
        }
    }
    return NULL;
}

/* The page with those values, and with what is released beside them and in other forms. */
static eckid_err_t *fill_page(eckid_decision_t *decision, eckid_oidc_login_t *login,
                              const eckid_form_field_t *field, const swap_t *swaps,
                              eckid_bytes_t page)
{
    const eckid_form_t *all;

    ECKID_ERR(eckid_form_read_all(&all, page, login->pool));
    edition_t edition = make_edition(login, all, page);

    edition.swaps = swaps;
    find_answers(&edition);
    get_target(&edition, find_again(all, field))->is_answer = true;
    return make_page(decision, &edition);
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
    eckid_err_t *err =
        decision.verdict == ECKID_CHANGE ? fill_page(&decision, &login, field, swaps, page) : NULL;

    return conclude(decision, err, field, &posted, &login);
}

/* An answer without */

/* Whether a page of ours, which has no base and no other button, leads to a client too. */
static bool can_be_told(const eckid_form_field_t *field, const eckid_oidc_login_t *login)
{
    eckid_redirect_asked_t asked = eckid_redirect_asked(login->setup, login->pool);
    const eckid_redirect_t redirect =
        eckid_redirect_split(field->action ? field->action : "", login->pool);

    return eckid_redirect_leaves(&redirect, &asked);
}

static eckid_decision_t rewrite_all(eckid_oidc_login_t *login, const eckid_form_t *all,
                                    eckid_bytes_t page)
{
    eckid_decision_t decision = eckid_oidc_login_end(login, NULL);
    edition_t edition = make_edition(login, all, page);
    const eckid_form_field_t *field = find_answers(&edition);
    eckid_err_t *err = make_page(&decision, &edition);

    if (!field) {
        return err ? eckid_oidc_login_end(login, err) : (eckid_decision_t){.verdict = ECKID_PASS};
    }
    const posted_t posted = read_form(all, field, login->client_id);

    decision.log.wanted = decision.verdict == ECKID_CHANGE; /* it is no login yet */
    return conclude(decision, err, can_be_told(field, login) ? field : NULL, &posted, login);
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
    if (!login.client || !eckid_form_may_answer(page)) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    eckid_err_t *err = eckid_form_read_all(&all, page, pool);

    if (err) { /* in a page that ends too early a browser finds no form either */
        return err->code == ECKID_FIELDS ? eckid_oidc_login_end(&login, err)
                                         : (eckid_decision_t){.verdict = ECKID_PASS};
    }
    return rewrite_all(&login, all, page);
}

/* A document that is not rewritten */

/* ID tokens are found by the bytes. */
static bool has_access_token(edition_t *edition)
{
    bool has = false;

    for (int i = 0; !has && i < edition->all->fields->nelts; i++) {
        const eckid_form_field_t *field =
            &APR_ARRAY_IDX(edition->all->fields, i, eckid_form_field_t);

        has = field->kind == ECKID_FORM_ACCESS_TOKEN && is_filled(field, edition->page) &&
              get_target(edition, field)->leaves;
    }
    return has;
}

static eckid_err_t *check_all(eckid_oidc_login_t *login, const eckid_form_t *all,
                              eckid_bytes_t document)
{
    edition_t edition = make_edition(login, all, document);

    find_answers(&edition);
    ECKID_ERR(edit_forms(&edition));
    return !edition.edits->nelts && !has_access_token(&edition)
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
    eckid_err_t *err = login.client ? eckid_form_read_all(&all, document, pool) : NULL;

    return err && err->code == ECKID_FIELDS ? err
           : login.client && !err           ? check_all(&login, all, document)
                                            : NULL;
}
