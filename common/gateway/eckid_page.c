/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor: open, decide, look up, set and remove, seal. */
#include "gateway/eckid_page.h"
#include "saml/eckid_saml_bindings.h"
#include "html/eckid_form.h"
#include "oidc/eckid_authorization_response.h"
#include "base/eckid_inflate.h"
#include "decision/eckid_refusal_page.h"
#include "decision/eckid_release.h"
#include "oidc/eckid_oidc_scan.h"
#include "html/eckid_page_stream.h"

#include <apr_strings.h>

/* One login on its way through. */
typedef struct login_t {
    const eckid_gateway_t *gateway;
    const eckid_moment_t *moment;
    eckid_bytes_t page;
    const eckid_form_t *form;
    const eckid_form_field_t *field;    /* the one that holds the response */
    const eckid_form_field_t *id_token; /* or an ID token */
    eckid_saml_t *saml;
    eckid_verified_t *verified;
    eckid_decision_t decision;
    eckid_eck_id_t value; /* with outcome FOUND */
    apr_pool_t *pool;
} login_t;

/* Open: from the page to a response that is a supplier's and can be believed */

static eckid_err_t *check_links(const login_t *login)
{
    for (int i = 0; i < login->form->links->nelts; i++) {
        const char *url = APR_ARRAY_IDX(login->form->links, i, const char *);

        ECKID_ERR(eckid_saml_bindings_check_url(login->gateway->policy, url, login->pool));
        if (login->gateway->provider) {
            ECKID_ERR(eckid_authorization_response_link(login->gateway, url, login->pool));
        }
    }
    return NULL;
}

/* Takes note of the one field with the response. */
static eckid_err_t *take_response(login_t *login, const eckid_form_field_t *field)
{
    if (login->field) {
        return eckid_err_make(login->pool, ECKID_FIELDS, "two fields SAMLResponse");
    }
    if (!field->is_input) {
        return eckid_err_make(login->pool, ECKID_FIELDS, "a SAMLResponse that is not an input");
    }
    login->field = field;
    return NULL;
}

static eckid_err_t *take_id_token(login_t *login, const eckid_form_field_t *field)
{
    if (login->gateway->provider) {
        if (login->id_token || !field->is_input) {
            return eckid_err_make(login->pool, ECKID_FIELDS, "an id_token that is not one input");
        }
        login->id_token = field;
    }
    return NULL;
}

static eckid_err_t *look_at_field(login_t *login, const eckid_form_field_t *field)
{
    const eckid_policy_t *policy = login->gateway->policy;

    switch (field->kind) {
    case ECKID_FORM_RESPONSE:
        return take_response(login, field);
    case ECKID_FORM_ARTIFACT:
        return eckid_saml_bindings_check_artifact(policy, field->action, login->pool);
    case ECKID_FORM_WRESULT:
        return eckid_saml_bindings_check_wresult(policy, field->action, field->value, login->pool);
    case ECKID_FORM_ID_TOKEN:
        return take_id_token(login, field);
    default:
        return NULL; /* SimpleSign only matters together with a supplier's response */
    }
}

static eckid_err_t *look_at_fields(login_t *login)
{
    const apr_array_header_t *fields = login->form->fields;

    for (int i = 0; i < fields->nelts; i++) {
        ECKID_ERR(look_at_field(login, &APR_ARRAY_IDX(fields, i, eckid_form_field_t)));
    }
    return NULL;
}

/* What is searched for, and the kinds of fields that were read as that already. */
typedef struct search_t {
    eckid_err_t *(*find)(const eckid_gateway_t *gateway, eckid_bytes_t bytes, apr_pool_t *pool);
    eckid_form_kind_t read[2];
} search_t;

/* All of the page but what was read as a login: another may stand where no field is, and what was
 * rewritten in the field may stand elsewhere as it was. */
static eckid_err_t *look_at_rest(const login_t *login, const search_t *search)
{
    const apr_array_header_t *fields = login->form->fields;
    apr_size_t from = 0;

    for (int i = 0; i < fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(fields, i, eckid_form_field_t);
        bool is_read = field->kind == search->read[0] || field->kind == search->read[1];

        if (is_read && field->to > (apr_off_t)from) {
            ECKID_ERR(search->find(
                login->gateway,
                eckid_bytes(login->page.data + from, (apr_size_t)field->from - from), login->pool));
            from = (apr_size_t)field->to;
        }
    }
    return search->find(login->gateway,
                        eckid_bytes(login->page.data + from, login->page.len - from), login->pool);
}

static eckid_err_t *find_assertion(const eckid_gateway_t *gateway, eckid_bytes_t bytes,
                                   apr_pool_t *pool)
{
    return eckid_saml_bindings_check_bytes(gateway->policy, bytes, pool);
}

static eckid_err_t *check_rest(const login_t *login)
{
    static const search_t assertions = {find_assertion, {ECKID_FORM_RESPONSE, ECKID_FORM_WRESULT}};
    static const search_t tokens = {eckid_oidc_scan_find,
                                    {ECKID_FORM_ID_TOKEN, ECKID_FORM_ACCESS_TOKEN}};

    ECKID_ERR(look_at_rest(login, &assertions));
    return login->gateway->provider ? look_at_rest(login, &tokens) : NULL;
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

/* Whose is it? The supplier stays NULL when it is nobody's, or no login at all. */
static eckid_err_t *find_supplier(login_t *login)
{
    const eckid_saml_route_t route = {login->field->action, login->form->actions};
    eckid_bytes_t xml;

    if (!eckid_codec_base64_decode(&xml, login->field->value, login->pool)) {
        return eckid_err_make(login->pool, ECKID_XML, "the field is not base64");
    }
    ECKID_ERR(eckid_saml_open(&login->saml, xml, login->pool));
    if (login->saml->kind == ECKID_SAML_OTHER || login->saml->kind == ECKID_SAML_ERROR) {
        return NULL;
    }
    ECKID_ERR(eckid_saml_recipient_find(&login->decision.supplier, login->gateway->policy, &route,
                                        login->saml, login->pool));
    if (login->decision.supplier && xml.len > login->gateway->response_max) {
        return eckid_err_make(login->pool, ECKID_LIMIT, "%" APR_SIZE_T_FMT " bytes", xml.len);
    }
    return NULL;
}

/* The keys of the identity provider; never one of ours, though its metadata should list it. */
static apr_array_header_t *trusted_keys(const eckid_gateway_t *gateway, apr_pool_t *pool)
{
    const apr_array_header_t *all = gateway->idp->keys;
    apr_array_header_t *keys = apr_array_make(pool, all->nelts, sizeof(const eckid_key_t *));
    apr_array_header_t *signers = eckid_policy_signers(gateway->policy, gateway->signers, pool);

    for (int i = 0; i < all->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(all, i, const eckid_key_t *);

        if (!eckid_signers_include(key, signers)) {
            APR_ARRAY_PUSH(keys, const eckid_key_t *) = key;
        }
    }
    return keys;
}

static eckid_err_t *verify(login_t *login)
{
    const eckid_gateway_t *gateway = login->gateway;
    const eckid_saml_rules_t rules = {
        .issuer = gateway->idp->entity_id,
        .trust = {trusted_keys(gateway, login->pool), gateway->sha1},
        .now = login->moment->now,
        .skew = gateway->skew,
    };

    if (login->saml->kind == ECKID_SAML_ENCRYPTED) {
        return eckid_err_make(login->pool, ECKID_ENCRYPTED, "%s", "");
    }
    if (login->saml->kind == ECKID_SAML_OLD) {
        return eckid_err_make(login->pool, ECKID_BINDING, "it is not SAML 2.0");
    }
    if (has_field(login->form, ECKID_FORM_SIMPLESIGN)) {
        return eckid_err_make(login->pool, ECKID_BINDING, "by HTTP-POST-SimpleSign");
    }
    ECKID_ERR(eckid_saml_verify(&login->verified, login->saml, &rules, login->pool));
    login->decision.verified = true;
    return NULL;
}

/* Decide and look up */

static void look_up(login_t *login)
{
    eckid_student_key_t key;

    if (eckid_decision_find_key(&key, &login->decision, login->gateway,
                                eckid_saml_attributes(login->verified), login->pool)) {
        eckid_decision_look_up(&login->value, &login->decision, login->gateway, &key, login->moment,
                               login->pool);
    }
}

/* Set and remove, seal */

static const eckid_key_t *signing_key(const login_t *login)
{
    const apr_array_header_t *signers = login->decision.supplier->signers;

    return APR_ARRAY_IDX(signers ? signers : login->gateway->signers, 0, eckid_signer_t).key;
}

static void put_back(login_t *login, eckid_bytes_t xml)
{
    login->decision.verdict = ECKID_CHANGE;
    login->decision.body = eckid_form_swap(login->page, login->field,
                                           eckid_codec_base64(xml, login->pool), login->pool);
}

static eckid_err_t *seal(login_t *login)
{
    eckid_bytes_t xml;

    eckid_release(&login->decision.name_id_shows, eckid_saml_attributes(login->verified),
                  login->decision.supplier, login->pool);
    if (login->decision.outcome == ECKID_FOUND) {
        ECKID_ERR(eckid_saml_set(login->verified, &login->decision.supplier->attribute,
                                 login->value.text, login->pool));
    }
    login->decision.attributes = eckid_saml_names(login->verified, login->pool);
    ECKID_ERR(eckid_saml_seal(&xml, login->verified, signing_key(login), login->pool));
    put_back(login, xml);
    return NULL;
}

/* Tells the supplier, by a signed error status, what the student would read otherwise. */
static eckid_err_t *refuse_by_status(login_t *login)
{
    eckid_bytes_t id = eckid_bytes(login->moment->message_id, sizeof(login->moment->message_id));
    const char *message =
        apr_pstrcat(login->pool, eckid_err_fact(login->decision.cause->code), " (reference ",
                    eckid_moment_reference(login->moment, login->pool), ")", NULL);
    eckid_bytes_t xml;

    ECKID_ERR(eckid_saml_refuse(
        &xml, login->verified, login->field->action,
        apr_pstrcat(login->pool, "_", eckid_codec_hex(id, login->pool).data, NULL),
        login->moment->now, message, signing_key(login), login->pool));
    put_back(login, xml);
    login->decision.told_supplier = true;
    return NULL;
}

static eckid_err_t *refuse(login_t *login)
{
    return login->decision.supplier->refuse_by_status && login->field->action
               ? refuse_by_status(login)
               : NULL;
}

/* The whole of it */

static eckid_err_t *walk(login_t *login)
{
    ECKID_ERR(eckid_form_read(&login->form, login->page, login->pool));
    ECKID_ERR(check_links(login));
    ECKID_ERR(look_at_fields(login));
    ECKID_ERR(check_rest(login));
    if (login->field && login->id_token) {
        return eckid_err_make(login->pool, ECKID_FIELDS, "a SAMLResponse and an id_token");
    }
    if (login->id_token) {
        login->decision = eckid_authorization_response_page(
            login->gateway, login->form, login->id_token, login->page, login->moment, login->pool);
        return NULL;
    }
    if (!login->field) {
        return NULL;
    }
    login->decision.worth_a_line = true;
    ECKID_ERR(find_supplier(login));
    if (!login->decision.supplier) {
        return NULL;
    }
    ECKID_ERR(verify(login));
    look_up(login);
    return eckid_decision_goes_on(&login->decision) ? seal(login) : refuse(login);
}

static eckid_err_t *unpack(eckid_bytes_t *body, const eckid_gateway_t *gateway, bool gzip,
                           apr_pool_t *pool)
{
    return gzip ? eckid_inflate_all(body, ECKID_GZIP, *body, gateway->page_max, pool) : NULL;
}

/* A page that is short as it came, but not when inflated: passes if it holds no login. */
static eckid_err_t *watch(const eckid_gateway_t *gateway, eckid_bytes_t packed, apr_pool_t *pool)
{
    eckid_page_stream_t *eye = eckid_page_stream_page(true, gateway->page_max, pool);

    ECKID_ERR(eckid_page_stream_feed(eye, packed));
    return eckid_page_stream_end(eye);
}

eckid_decision_t eckid_page_rewrite(const eckid_gateway_t *gateway, eckid_bytes_t page, bool gzip,
                                    const eckid_moment_t *moment, apr_pool_t *pool)
{
    login_t login = {.gateway = gateway, .moment = moment, .page = page, .pool = pool};
    eckid_err_t *err = unpack(&login.page, gateway, gzip, pool);

    if (err && err->code == ECKID_LIMIT) {
        err = watch(gateway, page, pool);
    }
    else if (!err) {
        err = walk(&login);
    }
    if (err) {
        const eckid_supplier_t *supplier = login.decision.supplier;

        login.decision = eckid_decision_refuse(err);
        login.decision.supplier = supplier;
    }
    return login.decision;
}

static eckid_decision_t pass_or_refuse(const eckid_err_t *err)
{
    return err ? eckid_decision_refuse(err) : (eckid_decision_t){.verdict = ECKID_PASS};
}

static eckid_err_t *look_at_start(const eckid_gateway_t *gateway, eckid_bytes_t start, bool gzip,
                                  apr_pool_t *pool)
{
    if (gzip) {
        ECKID_ERR(eckid_inflate_start(&start, ECKID_GZIP, start, gateway->page_max, pool));
    }
    return eckid_saml_bindings_is_message(start)
               ? eckid_err_make(pool, ECKID_TOO_LONG, "a SOAP or SAML message")
               : NULL;
}

/* The same as watch for XML. */
static eckid_err_t *watch_xml(const eckid_gateway_t *gateway, eckid_bytes_t packed,
                              apr_pool_t *pool)
{
    eckid_page_stream_t *eye = eckid_page_stream_xml(true, pool);

    ECKID_ERR(look_at_start(gateway, packed, true, pool));
    ECKID_ERR(eckid_page_stream_feed(eye, packed));
    return eckid_page_stream_end(eye);
}

eckid_decision_t eckid_page_check_xml(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                      apr_pool_t *pool)
{
    eckid_bytes_t packed = body;
    eckid_err_t *err = unpack(&body, gateway, gzip, pool);

    if (err && err->code == ECKID_LIMIT) {
        return pass_or_refuse(watch_xml(gateway, packed, pool));
    }
    err = err ? err : eckid_saml_bindings_check_xml(gateway->policy, body, pool);
    err = err || !gateway->provider ? err : eckid_oidc_scan_find(gateway, body, pool);
    return pass_or_refuse(err);
}

eckid_decision_t eckid_page_check_xml_start(const eckid_gateway_t *gateway, eckid_bytes_t start,
                                            bool gzip, apr_pool_t *pool)
{
    return pass_or_refuse(look_at_start(gateway, start, gzip, pool));
}

eckid_decision_t eckid_page_check_url(const eckid_gateway_t *gateway, const char *url,
                                      apr_pool_t *pool)
{
    return pass_or_refuse(eckid_saml_bindings_check_location(gateway->policy, url, pool));
}

/* The keys whose certificates suppliers are to know. */
static apr_array_header_t *published_keys(const eckid_gateway_t *gateway, apr_pool_t *pool)
{
    apr_array_header_t *signers = eckid_policy_signers(gateway->policy, gateway->signers, pool);
    apr_array_header_t *keys = apr_array_make(pool, signers->nelts, sizeof(const eckid_key_t *));

    for (int i = 0; i < signers->nelts; i++) {
        APR_ARRAY_PUSH(keys, const eckid_key_t *) = APR_ARRAY_IDX(signers, i, eckid_signer_t).key;
    }
    return keys;
}

eckid_decision_t eckid_saml_publish_metadata(const eckid_gateway_t *gateway, eckid_bytes_t body,
                                             bool gzip, apr_pool_t *pool)
{
    if (!gateway->idp) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    const eckid_saml_metadata_edit_t edit = {gateway->idp->entity_id, published_keys(gateway, pool),
                                             gateway->metadata_key};
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    bool found = false;
    eckid_err_t *err = unpack(&body, gateway, gzip, pool);

    err = err ? err : eckid_saml_metadata_rewrite(&decision.body, &found, &edit, body, pool);
    if (err) {
        return eckid_decision_refuse(err);
    }
    decision.verdict = found ? ECKID_CHANGE : ECKID_PASS;
    decision.worth_a_line = true;
    return decision;
}
