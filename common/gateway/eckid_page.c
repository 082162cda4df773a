/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page, an XML body or a URL of the identity provider: checked for logins, and rewritten. */
#include "gateway/eckid_page.h"
#include "saml/eckid_saml_bindings.h"
#include "html/eckid_form.h"
#include "oidc/eckid_authorization_response.h"
#include "base/eckid_inflate.h"
#include "oidc/eckid_oidc_scan.h"
#include "saml/eckid_saml_publish.h"
#include "html/eckid_page_stream.h"

/* One page while it is handled. */
typedef struct page_t {
    const eckid_gateway_t *gateway;
    const eckid_moment_t *moment;
    eckid_bytes_t text;
    const eckid_form_t *form;
    const eckid_form_field_t *saml;     /* the field with a SAML response; or NULL */
    const eckid_form_field_t *id_token; /* the one with an ID token; or NULL */
    apr_pool_t *pool;
} page_t;

static eckid_err_t *check_links(const page_t *page)
{
    for (int i = 0; i < page->form->links->nelts; i++) {
        const char *url = APR_ARRAY_IDX(page->form->links, i, const char *);

        ECKID_ERR(eckid_saml_bindings_check_url(page->gateway->rules.policy, url, page->pool));
        if (page->gateway->oidc.provider) {
            ECKID_ERR(eckid_authorization_response_link(&page->gateway->oidc, url, page->pool));
        }
    }
    return NULL;
}

/* Notes the one field with the response. */
static eckid_err_t *note_response(page_t *page, const eckid_form_field_t *field)
{
    if (page->saml) {
        return eckid_err_make(page->pool, ECKID_FIELDS, "two fields SAMLResponse");
    }
    if (!field->is_input) {
        return eckid_err_make(page->pool, ECKID_FIELDS, "a SAMLResponse that is not an input");
    }
    page->saml = field;
    return NULL;
}

static eckid_err_t *note_id_token(page_t *page, const eckid_form_field_t *field)
{
    if (page->gateway->oidc.provider) {
        if (page->id_token || !field->is_input) {
            return eckid_err_make(page->pool, ECKID_FIELDS, "an id_token that is not one input");
        }
        page->id_token = field;
    }
    return NULL;
}

static eckid_err_t *check_field(page_t *page, const eckid_form_field_t *field)
{
    const eckid_policy_t *policy = page->gateway->rules.policy;

    switch (field->kind) {
    case ECKID_FORM_RESPONSE:
        return note_response(page, field);
    case ECKID_FORM_ARTIFACT:
        return eckid_saml_bindings_check_artifact(policy, field->action, page->pool);
    case ECKID_FORM_WRESULT:
        return eckid_saml_bindings_check_wresult(policy, field->action, field->value, page->pool);
    case ECKID_FORM_ID_TOKEN:
        return note_id_token(page, field);
    default:
        return NULL; /* SimpleSign matters only together with a supplier's response */
    }
}

static eckid_err_t *check_fields(page_t *page)
{
    const apr_array_header_t *fields = page->form->fields;

    for (int i = 0; i < fields->nelts; i++) {
        ECKID_ERR(check_field(page, &APR_ARRAY_IDX(fields, i, eckid_form_field_t)));
    }
    return NULL;
}

/* A search for logins of one kind, and the kinds of fields that are read as such elsewhere. */
typedef struct search_t {
    eckid_err_t *(*find)(const eckid_gateway_t *gateway, eckid_bytes_t bytes, apr_pool_t *pool);
    eckid_form_kind_t read[2];
} search_t;

/* Searches all of the page but the fields that were read: a login may stand where no field is, and
 * the one that is rewritten in its field may stand elsewhere unchanged. */
static eckid_err_t *search_rest(const page_t *page, const search_t *search)
{
    const apr_array_header_t *fields = page->form->fields;
    apr_size_t from = 0;

    for (int i = 0; i < fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(fields, i, eckid_form_field_t);
        bool is_read = field->kind == search->read[0] || field->kind == search->read[1];

        if (is_read && field->to > (apr_off_t)from) {
            ECKID_ERR(search->find(
                page->gateway, eckid_bytes(page->text.data + from, (apr_size_t)field->from - from),
                page->pool));
            from = (apr_size_t)field->to;
        }
    }
    return search->find(page->gateway, eckid_bytes(page->text.data + from, page->text.len - from),
                        page->pool);
}

static eckid_err_t *find_assertion(const eckid_gateway_t *gateway, eckid_bytes_t bytes,
                                   apr_pool_t *pool)
{
    return eckid_saml_bindings_check_bytes(gateway->rules.policy, bytes, pool);
}

static eckid_err_t *find_id_token(const eckid_gateway_t *gateway, eckid_bytes_t bytes,
                                  apr_pool_t *pool)
{
    return gateway->oidc.provider ? eckid_oidc_scan_find(&gateway->oidc, bytes, pool) : NULL;
}

static eckid_err_t *check_rest(const page_t *page)
{
    static const search_t assertions = {find_assertion, {ECKID_FORM_RESPONSE, ECKID_FORM_WRESULT}};
    static const search_t id_tokens = {find_id_token,
                                       {ECKID_FORM_ID_TOKEN, ECKID_FORM_ACCESS_TOKEN}};

    ECKID_ERR(search_rest(page, &assertions));
    return search_rest(page, &id_tokens);
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

static eckid_decision_t rewrite_saml(const page_t *page)
{
    const eckid_saml_post_t post = {
        .value = page->saml->value,
        .route = {.action = page->saml->action, .all_urls = page->form->actions},
        .simple_sign = has_field(page->form, ECKID_FORM_SIMPLESIGN),
    };
    eckid_decision_t decision =
        eckid_saml_login_rewrite(&page->gateway->saml, &post, page->moment, page->pool);

    if (decision.verdict == ECKID_CHANGE) {
        decision.body = eckid_form_swap(page->text, page->saml, decision.body, page->pool);
    }
    return decision;
}

static eckid_err_t *rewrite(eckid_decision_t *decision, page_t *page)
{
    ECKID_ERR(eckid_form_read(&page->form, page->text, page->pool));
    ECKID_ERR(check_links(page));
    ECKID_ERR(check_fields(page));
    ECKID_ERR(check_rest(page));
    if (page->saml && page->id_token) {
        return eckid_err_make(page->pool, ECKID_FIELDS, "a SAMLResponse and an id_token");
    }
    if (page->saml) {
        *decision = rewrite_saml(page);
    }
    else if (page->id_token) {
        *decision = eckid_authorization_response_page(
            &page->gateway->oidc, page->form, page->id_token, page->text, page->moment, page->pool);
    }
    return NULL;
}

static eckid_err_t *unpack(eckid_bytes_t *body, const eckid_gateway_t *gateway, bool gzip,
                           apr_pool_t *pool)
{
    return gzip ? eckid_inflate_all(body, ECKID_GZIP, *body, gateway->page_max, pool) : NULL;
}

/* A page that fits only while it is compressed: it passes if it holds no login. */
static eckid_err_t *search_page(const eckid_gateway_t *gateway, eckid_bytes_t packed,
                                apr_pool_t *pool)
{
    eckid_page_stream_t *stream = eckid_page_stream_page(true, gateway->page_max, pool);

    ECKID_ERR(eckid_page_stream_feed(stream, packed));
    return eckid_page_stream_end(stream);
}

eckid_decision_t eckid_page_rewrite(const eckid_gateway_t *gateway, eckid_bytes_t page, bool gzip,
                                    const eckid_moment_t *moment, apr_pool_t *pool)
{
    page_t whole = {.gateway = gateway, .moment = moment, .text = page, .pool = pool};
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    eckid_err_t *err = unpack(&whole.text, gateway, gzip, pool);

    if (err && err->code == ECKID_LIMIT) {
        return eckid_decision_pass_unless(search_page(gateway, page, pool));
    }
    err = err ? err : rewrite(&decision, &whole);
    return err ? eckid_decision_refuse(err) : decision;
}

static eckid_err_t *check_start(const eckid_gateway_t *gateway, eckid_bytes_t start, bool gzip,
                                apr_pool_t *pool)
{
    if (gzip) {
        ECKID_ERR(eckid_inflate_start(&start, ECKID_GZIP, start, gateway->page_max, pool));
    }
    return eckid_saml_bindings_is_message(start)
               ? eckid_err_make(pool, ECKID_TOO_LONG, "a SOAP or SAML message")
               : NULL;
}

/* The same for an XML body. */
static eckid_err_t *search_xml(const eckid_gateway_t *gateway, eckid_bytes_t packed,
                               apr_pool_t *pool)
{
    eckid_page_stream_t *stream = eckid_page_stream_xml(true, pool);

    ECKID_ERR(check_start(gateway, packed, true, pool));
    ECKID_ERR(eckid_page_stream_feed(stream, packed));
    return eckid_page_stream_end(stream);
}

eckid_decision_t eckid_page_check_xml(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                      apr_pool_t *pool)
{
    eckid_bytes_t packed = body;
    eckid_err_t *err = unpack(&body, gateway, gzip, pool);

    if (err && err->code == ECKID_LIMIT) {
        return eckid_decision_pass_unless(search_xml(gateway, packed, pool));
    }
    err = err ? err : eckid_saml_bindings_check_xml(gateway->rules.policy, body, pool);
    err = err ? err : find_id_token(gateway, body, pool);
    return eckid_decision_pass_unless(err);
}

eckid_decision_t eckid_page_check_xml_start(const eckid_gateway_t *gateway, eckid_bytes_t start,
                                            bool gzip, apr_pool_t *pool)
{
    return eckid_decision_pass_unless(check_start(gateway, start, gzip, pool));
}

eckid_decision_t eckid_page_check_url(const eckid_gateway_t *gateway, const char *url,
                                      apr_pool_t *pool)
{
    return eckid_decision_pass_unless(
        eckid_saml_bindings_check_location(gateway->rules.policy, url, pool));
}

eckid_decision_t eckid_page_publish(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                    apr_pool_t *pool)
{
    if (!gateway->saml.idp) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    eckid_err_t *err = unpack(&body, gateway, gzip, pool);

    return err ? eckid_decision_refuse(err) : eckid_saml_publish(&gateway->saml, body, pool);
}
