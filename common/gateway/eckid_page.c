/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of the identity provider: its fields checked for logins, and rewritten. */
#include "gateway/eckid_page_internal.h"

#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_form_post.h"
#include "oidc/eckid_front_channel.h"
#include "oidc/eckid_jarm.h"
#include "saml/eckid_saml_bindings.h"
#include "saml/eckid_saml_publish.h"

#include <apr_strings.h>

static eckid_err_t *check_links(eckid_page_t *page)
{
    for (int i = 0; i < page->form->links->nelts; i++) {
        const char *url = APR_ARRAY_IDX(page->form->links, i, const char *);

        ECKID_ERR(eckid_saml_bindings_check_url(&page->context, url, page->pool));
    }
    return page->gateway->oidc.provider
               ? eckid_authorization_response_links(&page->gateway->oidc, page->gateway->asked,
                                                    page->form->links, page->pool)
               : NULL;
}

/* Notes the field with the response. An empty one is a form to be filled in. One that is no input
 * is a form too unless it goes to a supplier; its text is searched with the rest of the page. */
static eckid_err_t *note_response(eckid_page_t *page, const eckid_form_field_t *field)
{
    if (!field->is_input) {
        return eckid_saml_bindings_check_control(&page->context, field->action, page->pool);
    }
    if (eckid_codec_trim(field->value).len == 0) {
        return NULL;
    }
    if (page->saml) {
        return eckid_saml_unread(
            eckid_err_make(page->pool, ECKID_FIELDS, "two fields SAMLResponse"), &page->context,
            NULL, page->pool);
    }
    page->saml = field;
    return NULL;
}

/* Notes the one field with a token of that kind. An empty one is a form to be filled in. Where
 * there are more, or another control, nobody can tell which of them counts. */
static eckid_err_t *note_token(const eckid_form_field_t **noted, eckid_page_t *page,
                               const eckid_form_field_t *field)
{
    const bool is_empty = field->is_input && eckid_codec_trim(field->value).len == 0;

    if (page->gateway->oidc.provider && !is_empty) {
        page->is_ambiguous = page->is_ambiguous || *noted || !field->is_input;
        *noted = *noted ? *noted : field;
    }
    return NULL;
}

/* The same for a response that is a JWT; what only has that name is no matter of ours. */
static eckid_err_t *note_jwt(eckid_page_t *page, const eckid_form_field_t *field)
{
    const eckid_gateway_t *gateway = page->gateway;

    return gateway->oidc.provider && field->is_input && field->value.data &&
                   eckid_jarm_concerns(&gateway->oidc, gateway->asked, field->value.data,
                                       page->pool)
               ? note_token(&page->jwt, page, field)
               : NULL;
}

static eckid_err_t *check_field(eckid_page_t *page, const eckid_form_field_t *field)
{
    switch (field->kind) {
    case ECKID_FORM_RESPONSE:
        return note_response(page, field);
    case ECKID_FORM_ARTIFACT:
        return eckid_saml_bindings_check_artifact(&page->context, field->action, page->pool);
    case ECKID_FORM_WRESULT:
        return eckid_saml_bindings_check_wresult(&page->context, field->action, field->value,
                                                 page->pool);
    case ECKID_FORM_ID_TOKEN:
        return note_token(&page->id_token, page, field);
    case ECKID_FORM_ACCESS_TOKEN:
        return note_token(&page->access_token, page, field);
    case ECKID_FORM_JWT:
        return note_jwt(page, field);
    default:
        return NULL; /* SimpleSign matters only together with a supplier's response */
    }
}

static eckid_err_t *check_fields(eckid_page_t *page)
{
    const apr_array_header_t *fields = page->form->fields;

    for (int i = 0; i < fields->nelts; i++) {
        ECKID_ERR(check_field(page, &APR_ARRAY_IDX(fields, i, eckid_form_field_t)));
    }
    return NULL;
}

/* A search for logins of one kind, and the fields that are read as such elsewhere. */
typedef struct search_t {
    eckid_err_t *(*find)(eckid_page_t *page, eckid_bytes_t bytes);
    bool (*is_read)(const eckid_page_t *page, const eckid_form_field_t *field);
} search_t;

/* Searches all of the page but the fields that were read: a login may stand where no field is, and
 * the one that is rewritten in its field may stand elsewhere unchanged. */
static eckid_err_t *search_rest(eckid_page_t *page, const search_t *search)
{
    const apr_array_header_t *fields = page->form->fields;
    apr_size_t from = 0;

    for (int i = 0; i < fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(fields, i, eckid_form_field_t);

        if (search->is_read(page, field) && field->to > (apr_off_t)from) {
            ECKID_ERR(search->find(
                page, eckid_bytes(page->text.data + from, (apr_size_t)field->from - from)));
            from = (apr_size_t)field->to;
        }
    }
    return search->find(page, eckid_bytes(page->text.data + from, page->text.len - from));
}

static eckid_err_t *find_assertion(eckid_page_t *page, eckid_bytes_t bytes)
{
    return eckid_saml_bindings_check_bytes(&page->context, bytes, page->pool);
}

static bool is_saml(const eckid_page_t *page, const eckid_form_field_t *field)
{
    (void)page;
    return field->is_input &&
           (field->kind == ECKID_FORM_RESPONSE || field->kind == ECKID_FORM_WRESULT);
}

static bool is_token(const eckid_page_t *page, const eckid_form_field_t *field)
{
    return field == page->jwt || (field->is_input && (field->kind == ECKID_FORM_ID_TOKEN ||
                                                      field->kind == ECKID_FORM_ACCESS_TOKEN));
}

static eckid_err_t *check_rest(eckid_page_t *page)
{
    static const search_t assertions = {find_assertion, is_saml};
    static const search_t id_tokens = {eckid_page_find_id_token, is_token};
    static const search_t access_tokens = {eckid_page_find_access_token, is_token};

    ECKID_ERR(search_rest(page, &assertions));
    ECKID_ERR(search_rest(page, &id_tokens));
    return search_rest(page, &access_tokens);
}

static bool has_field(const eckid_form_t *form, eckid_form_kind_t kind)
{
    for (int i = 0; i < form->fields->nelts; i++) {
        if (APR_ARRAY_IDX(form->fields, i, eckid_form_field_t).kind == kind) {
            return true;
        }
    }
    return false;
}

/* An empty action is none: a script sets it. */
static const char *action_of(const eckid_form_field_t *field)
{
    return field->action && *field->action ? field->action : NULL;
}

static eckid_saml_post_t make_post(eckid_page_t *page)
{
    return (eckid_saml_post_t){
        .value = page->saml->value,
        .route = {.action = action_of(page->saml), .all_urls = page->form->actions},
        .context = &page->context,
        .simple_sign = has_field(page->form, ECKID_FORM_SIMPLESIGN),
    };
}

static eckid_decision_t rewrite_saml(eckid_page_t *page)
{
    const eckid_saml_post_t post = make_post(page);
    eckid_decision_t decision =
        eckid_saml_login_rewrite(&page->gateway->saml, &post, page->moment, page->pool);

    if (decision.verdict == ECKID_CHANGE) {
        decision.body = eckid_form_swap(page->text, page->saml, decision.body, page->pool);
    }
    return decision;
}

/* A page logs in by one protocol. If it has fields of both, the SAML response is not rewritten, and
 * the page is refused if it names a supplier. */
static eckid_err_t *check_protocols(eckid_page_t *page)
{
    if (page->jwt && (page->saml || page->id_token || page->access_token)) {
        return eckid_err_make(page->pool, ECKID_FIELDS, "a response that is a JWT is not alone");
    }
    if (page->saml && page->id_token) {
        page->saml = NULL;
        return eckid_saml_unread(
            eckid_err_make(page->pool, ECKID_FIELDS, "a SAMLResponse and an id_token"),
            &page->context, NULL, page->pool);
    }
    return NULL;
}

static bool is_blank_area(const eckid_page_t *page, const eckid_form_field_t *field)
{
    static const char end[] = "</textarea>";
    const apr_size_t from = (apr_size_t)field->area_from;

    return from && page->text.len - from >= strlen(end) &&
           strncasecmp(page->text.data + from, end, strlen(end)) == 0;
}

/* Whether a page asks for tokens and holds none, as those do by which developers try a provider. */
static bool is_to_be_filled_in(const eckid_page_t *page)
{
    const apr_array_header_t *fields = page->form->fields;
    bool is_blank = !page->saml && !page->jwt;

    for (int i = 0; is_blank && i < fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(fields, i, eckid_form_field_t);
        const bool is_token =
            field->kind == ECKID_FORM_ID_TOKEN || field->kind == ECKID_FORM_ACCESS_TOKEN;

        is_blank = !is_token || is_blank_area(page, field) ||
                   (field->is_input && eckid_codec_trim(field->value).len == 0);
    }
    return is_blank;
}

/* Tokens of which nobody can tell which counts are no supplier's to have. One who certainly is none
 * gets them as they are, unless a supplier's token is anywhere on the page. */
static eckid_err_t *check_ambiguous(eckid_page_t *page)
{
    const eckid_gateway_t *gateway = page->gateway;
    const apr_array_header_t *fields = page->form->fields;

    if (!page->is_ambiguous) {
        return NULL;
    }
    if (!is_to_be_filled_in(page) &&
        (page->saml || page->jwt ||
         !eckid_front_channel_is_for_other(&gateway->oidc, gateway->asked, page->pool))) {
        return eckid_err_advise(
            eckid_err_make(page->pool, ECKID_FIELDS, "a token that is not one input"),
            "only a page with one form and one input for each token can be rewritten");
    }
    for (int i = 0; i < fields->nelts; i++) {
        const eckid_bytes_t value = APR_ARRAY_IDX(fields, i, eckid_form_field_t).value;

        ECKID_ERR(value.len ? eckid_page_find_id_token(page, value) : NULL);
    }
    page->id_token = page->access_token = NULL;
    return eckid_page_find_id_token(page, page->text);
}

static eckid_err_t *check_all(eckid_page_t *page)
{
    ECKID_ERR(check_links(page));
    ECKID_ERR(check_fields(page));
    ECKID_ERR(check_rest(page));
    ECKID_ERR(check_protocols(page));
    return check_ambiguous(page);
}

static eckid_err_t *rewrite(eckid_decision_t *decision, eckid_page_t *page)
{
    eckid_err_t *unread = eckid_form_read(&page->form, page->text, page->pool);

    if (unread) {
        return eckid_page_find_unread(page, unread);
    }
    ECKID_ERR(check_all(page));
    const eckid_form_field_t *token = page->jwt        ? page->jwt
                                      : page->id_token ? page->id_token
                                                       : page->access_token;

    if (page->saml) {
        *decision = rewrite_saml(page);
    }
    else if (token) {
        *decision = eckid_form_post_rewrite(&page->gateway->oidc, page->gateway->asked, page->form,
                                            token, page->text, page->moment, page->pool);
    }
    else if (page->gateway->oidc.provider) {
        *decision = eckid_form_post_without_token(&page->gateway->oidc, page->gateway->asked,
                                                  page->text, page->moment, page->pool);
    }
    return NULL;
}

eckid_decision_t eckid_page_rewrite(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                    const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_bytes_t text = body;
    eckid_err_t *err = eckid_page_unpack(&text, gateway, gzip, pool);

    if (err && err->code == ECKID_LIMIT) {
        return eckid_decision_pass_unless(eckid_page_search_packed(gateway, body, true, pool));
    }
    if (err) {
        return eckid_page_check_unread(gateway, body, gzip, err, pool);
    }
    eckid_page_t page =
        eckid_page_make(gateway, eckid_hint_restore(&gateway->hint, text, pool), moment, pool);
    eckid_decision_t decision = {.verdict = ECKID_PASS};

    err = rewrite(&decision, &page);
    decision = eckid_page_conclude(&page, decision, err);
    if (decision.verdict == ECKID_PASS && page.text.data != text.data) {
        decision.verdict = ECKID_CHANGE;
        decision.body = page.text;
    }
    return decision;
}

/* The value of a token's field; NULL without one. */
static const char *token_in(const eckid_form_field_t *field, apr_pool_t *pool)
{
    return field ? apr_pstrmemdup(pool, field->value.data, field->value.len) : NULL;
}

eckid_err_t *eckid_page_open(eckid_page_login_t *login, const eckid_gateway_t *gateway,
                             eckid_bytes_t text, const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_page_t *page = apr_palloc(pool, sizeof(*page)); /* its context is the login's too */

    *page = eckid_page_make(gateway, text, moment, pool);
    *login = (eckid_page_login_t){.id_token = NULL};
    ECKID_ERR(eckid_form_read(&page->form, text, pool));
    ECKID_ERR(check_all(page));
    login->has_saml = page->saml != NULL;
    if (login->has_saml) {
        login->saml = make_post(page);
    }
    login->has_jwt = page->jwt != NULL;
    login->id_token = token_in(page->id_token, pool);
    login->access_token = token_in(page->access_token, pool);
    return NULL;
}

eckid_decision_t eckid_page_publish(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                    apr_time_t now, apr_pool_t *pool)
{
    if (!gateway->saml.metadata) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    eckid_err_t *err = eckid_page_unpack(&body, gateway, gzip, pool);

    return err ? eckid_decision_refuse(err) : eckid_saml_publish(&gateway->saml, body, now, pool);
}
