/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile bytes for every parser: the first byte of an input says which. */
#include <stdint.h>
#include <stdlib.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "saml/eckid_saml_bindings.h"
#include "operator/eckid_admin.h"
#include "contract/eckid_contract_eduv.h"
#include "html/eckid_form.h"
#include "contract/eckid_contract_file.h"
#include "http/eckid_httpsig.h"
#include "http/eckid_httpsig_verify.h"
#include "base/eckid_inflate.h"
#include "saml/eckid_saml_metadata.h"
#include "saml/eckid_saml_publish.h"
#include "saml/eckid_saml_verify.h"
#include "las/eckid_school_map.h"
#include "html/eckid_saml_scan.h"
#include "base/eckid_url.h"
#include "html/eckid_page_stream.h"
#include "xml/eckid_c14n.h"
#include "bulk.h"
#include "bridge.h"
#include "encrypted.h"
#include "oidc.h"
#include "scim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool condition)
{
    if (!condition) {
        abort();
    }
}

static eckid_policy_t *make_policy(apr_pool_t *pool)
{
    eckid_policy_t *policy = eckid_policy_make(pool);
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    supplier->name = "urn:books";
    APR_ARRAY_PUSH(supplier->entity_ids, const char *) = "urn:books";
    APR_ARRAY_PUSH(supplier->consumers, const char *) = "https://books.example/acs";
    insist(!eckid_policy_add(policy, supplier, pool));
    return policy;
}

static eckid_saml_context_t *found_in(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_saml_context_t *context = apr_pcalloc(pool, sizeof(*context));

    context->policy = make_policy(pool);
    context->bytes = input;
    return context;
}

/* The result of a scan does not depend on how the input is split into pieces. */
static void saml_scan(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_saml_scan_t whole = {.last = '\0'}, pieces = {.last = '\0'};
    eckid_saml_scan_kind_t kind = ECKID_SAML_SCAN_NONE;
    apr_size_t upto;

    for (apr_size_t i = 0; i < input.len && !kind; i++) {
        kind = eckid_saml_scan_feed(&pieces, NULL, eckid_bytes(input.data + i, 1));
    }
    insist(kind == eckid_saml_scan_feed(&whole, &upto, input));
    insist(eckid_saml_scan_finds(input) == (kind != ECKID_SAML_SCAN_NONE));
    if (kind) {
        insist(upto && upto <= input.len);
        eckid_bytes_t stretch = eckid_saml_scan_stretch(input, upto);

        insist(stretch.data >= input.data && stretch.len <= input.len);
    }
    eckid_saml_bindings_check_bytes(found_in(input, pool), input, pool);
}

/* Whether a field can mean something by itself. */
static bool concerns(const eckid_form_field_t *field)
{
    return field->kind != ECKID_FORM_SIMPLESIGN && field->kind != ECKID_FORM_CODE &&
           field->kind != ECKID_FORM_STATE && field->kind != ECKID_FORM_ISS;
}

/* Whether there is anything in a page for which it must be read. */
static bool must_be_read(const eckid_form_t *form)
{
    bool must = form->links->nelts;

    for (int i = 0; i < form->fields->nelts; i++) {
        must = must || concerns(&APR_ARRAY_IDX(form->fields, i, eckid_form_field_t));
    }
    return must;
}

/* Whether a URL has a code or an error with a value. */
static bool has_answer(const char *url, apr_pool_t *pool)
{
    eckid_bytes_t code = eckid_bytes("", 0), error = code;

    eckid_url_parameter(&code, url, "code", pool);
    eckid_url_parameter(&error, url, "error", pool);
    return code.len || error.len;
}

/* Whatever is taken out of a page is a tag or a name, and what is left can be read as before. A
 * quick look sees an answer where there is one. */
static void all_fields(eckid_bytes_t input, apr_pool_t *pool)
{
    apr_array_header_t *edits = apr_array_make(pool, 4, sizeof(eckid_form_edit_t));
    const eckid_form_t *form, *left;
    apr_off_t end = 0;

    if (eckid_form_read_all(&form, input, pool)) {
        return;
    }
    for (int i = 0; i < form->fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(form->fields, i, eckid_form_field_t);

        insist(eckid_form_may_answer(input) ||
               (strcmp(field->name, "code") != 0 && strcmp(field->name, "error") != 0));
        insist(field->tag_from >= end && field->tag_to <= (apr_off_t)input.len);
        insist(input.data[field->tag_from] == '<' && input.data[field->tag_to - 1] == '>');
        insist(field->tag_from < field->name_from && field->name_to < field->tag_to);
        APR_ARRAY_PUSH(edits, eckid_form_edit_t) =
            (eckid_form_edit_t){field->name_from, field->name_to, eckid_bytes_str("\"\"")};
        end = field->tag_to;
    }
    for (int i = 0; i < form->links->nelts; i++) {
        insist(eckid_form_may_answer(input) ||
               !has_answer(APR_ARRAY_IDX(form->links, i, const char *), pool));
    }
    insist(!eckid_form_read_all(&left, eckid_form_edit(input, edits, pool), pool));
    insist(left->fields->nelts == 0);
}

/* A page read in pieces gives the same result as in one piece, unless a quick look showed that it
 * need not be read; and a swap changes only the value. */
static void page(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_form_reader_t *reader = eckid_form_reader(input.len, pool);
    const eckid_form_t *whole, *pieces;
    eckid_err_t *err = NULL;

    saml_scan(input, pool);
    for (apr_size_t i = 0; i < input.len && !err; i++) {
        err = eckid_form_feed(reader, eckid_bytes(input.data + i, 1));
    }
    err = err ? err : eckid_form_end(&pieces, reader);
    eckid_err_t *whole_err = eckid_form_read(&whole, input, pool);

    all_fields(input, pool);

    insist(!whole_err || err);
    if (err) {
        insist(whole_err || whole->fields->nelts == 0);
        return;
    }
    insist(whole->fields->nelts == pieces->fields->nelts ||
           (!whole->fields->nelts && !must_be_read(pieces)));
    for (int i = 0; i < whole->fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(whole->fields, i, eckid_form_field_t);
        const eckid_form_t *again;

        if (field->to > field->from && concerns(field)) {
            eckid_bytes_t page = eckid_form_swap(input, field, eckid_bytes_str("bmV3"), pool);

            insist(!eckid_form_read(&again, page, pool));
            insist(eckid_bytes_equal(APR_ARRAY_IDX(again->fields, i, eckid_form_field_t).value,
                                     eckid_bytes_str("bmV3")));
        }
    }
}

/* Only a signed response is ever verified. */
static void response(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_saml_rules_t rules = {
        .issuer = "https://idp.school.example/saml",
        .trust = {apr_array_make(pool, 1, sizeof(const eckid_key_t *)), true},
        .now = apr_time_from_sec(1788165000),
    };
    eckid_saml_message_t *saml;
    eckid_verified_t *verified;

    if (!eckid_saml_message_open(&saml, input, pool)) {
        insist(eckid_saml_verify(&verified, saml, &rules, pool) != NULL);
    }
}

static void eduv_response(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_person_key_t key = {"NEPPI", "1@1.school.example", NULL, NULL};
    eckid_http_response_t answer = {200, apr_table_make(pool, 1), input};
    eckid_finding_t finding = {0};

    apr_table_setn(answer.headers, "Content-Type", "application/json");
    if (!eckid_contract_eduv.read_response(&eckid_contract_eduv, &finding, &answer, &key, false,
                                           pool) &&
        finding.outcome == ECKID_FOUND) {
        eckid_eck_id_t value;

        insist(eckid_eck_id_parse(&value, eckid_bytes_str(finding.value.text), false));
    }
}

/* A usable contract makes requests only below its base, and reads each response as one of three
 * findings or an error. */
static void contract_request(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_person_key_t key = {"NEPPI", "..\"/1@1.school.example", NULL, NULL};
    const eckid_school_t school = {"V_ID", "11ZZ03"};
    eckid_http_response_t answer = {200, apr_table_make(pool, 1), input};
    eckid_finding_t finding = {0};
    const eckid_contract_t *contract;
    eckid_http_request_t *request;

    if (eckid_contract_file_make(&contract, input, "fuzz", pool)) {
        return;
    }
    if (!contract->make_request(contract, &request, "https://las.example", &school, &key, 0,
                                pool)) {
        insist(strncmp(request->url, "https://las.example", 19) == 0);
        insist(!request->url[19] || strchr("/?", request->url[19]));
        insist(!strpbrk(request->url, "\"# \r\n"));
    }
    apr_table_setn(answer.headers, "Content-Type", "application/json");
    if (!contract->read_response(contract, &finding, &answer, &key, false, pool)) {
        insist(finding.outcome == ECKID_HAS_NONE || finding.outcome == ECKID_IS_UNKNOWN);
    }
}

/* A response, read by a contract that uses everything. */
static void contract_response(eckid_bytes_t input, apr_pool_t *pool)
{
    static const char file[] =
        "{\"request\":{\"method\":\"GET\",\"url\":\"{base}/{student}\"},\"found\":{"
        "\"eckId\":{\"list\":\"/0/l\",\"type\":\"/t\",\"is\":\"e\",\"value\":\"/v\"},"
        "\"echo\":[{\"pointer\":\"/0/n\"}]},\"noEckId\":[{\"status\":200,\"pointer\":\"/0/n\"}],"
        "\"unknown\":[{\"status\":200,\"pointer\":\"\",\"equals\":[]}]}";
    const eckid_person_key_t key = {"number", "1", NULL, NULL};
    eckid_http_response_t answer = {200, apr_table_make(pool, 1), input};
    eckid_finding_t finding = {0};
    const eckid_contract_t *contract;
    eckid_eck_id_t value;

    insist(!eckid_contract_file_make(&contract, eckid_bytes_str(file), "fuzz", pool));
    apr_table_setn(answer.headers, "Content-Type", "application/json");
    if (!contract->read_response(contract, &finding, &answer, &key, false, pool) &&
        finding.outcome == ECKID_FOUND) {
        insist(eckid_eck_id_parse(&value, eckid_bytes_str(finding.value.text), false));
    }
}

/* Each entry of a map can be found. */
static void school_map(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_school_map_t *map;

    if (!eckid_school_map_make(&map, input, "fuzz", pool)) {
        const apr_array_header_t *all = eckid_school_map_all(map);

        insist(all->nelts > 0);
        for (int i = 0; i < all->nelts; i++) {
            const eckid_school_map_entry_t *mapped =
                APR_ARRAY_IDX(all, i, const eckid_school_map_entry_t *);

            insist(eckid_school_map_find(map, mapped->key) == mapped);
        }
    }
}

/* What is fetched by URL: an identity provider has a key, and everything in use may expire. */
static void fetched_metadata(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_saml_metadata_sp_t *sp;
    eckid_idp_t *idp;
    xmlDocPtr doc;

    if (eckid_xml_parse(&doc, input, pool)) {
        return;
    }
    eckid_xml_plain(doc, pool);
    if (!eckid_saml_metadata_idp_in(&idp, doc, "fuzz", NULL, pool)) {
        insist(idp->keys->nelts > 0 && idp->expiries->nelts > 0);
        insist(idp->life.cache >= 0 && idp->life.until >= 0);
    }
    if (!eckid_saml_metadata_sp_in(&sp, doc, "fuzz", NULL, pool)) {
        insist(sp->expiries->nelts > 0);
    }
}

static void metadata(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_saml_publish_edit_t edit = {"https://idp.school.example/saml",
                                            apr_array_make(pool, 1, sizeof(eckid_key_t *)), NULL};
    eckid_bytes_t rewritten;
    const char *other;
    bool found;

    eckid_saml_publish_rewrite(&rewritten, &found, &other, &edit, input, pool);
    fetched_metadata(input, pool);
}

static void url(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *text = apr_pstrmemdup(pool, input.data, input.len);
    const char *normal = eckid_url_normal(text, pool);

    eckid_url_refresh(text);
    eckid_saml_bindings_check_location(found_in(input, pool), text, pool);
    insist(!normal || strstr(normal, eckid_url_host(text, pool)));
    insist(!normal || strncmp(normal, "http", 4) == 0);
    insist(!normal || strcmp(eckid_url_normal(normal, pool), normal) == 0);
}

static void body(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_saml_bindings_check_xml(found_in(input, pool), input, pool);
    eckid_saml_bindings_check_wresult(found_in(input, pool), NULL, input, pool);
}

static void inflated(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_bytes_t out;
    eckid_page_stream_t *watch = eckid_page_stream_page(true, 1000, pool);

    if (!eckid_inflate_all(&out, ECKID_GZIP, input, 10000, pool)) {
        insist(out.len <= 10000);
    }
    eckid_page_stream_feed(watch, input);
}

/* Serialized text parses again and serializes to the same text. */
static void sfv(eckid_bytes_t input, apr_pool_t *pool)
{
    apr_array_header_t *members, *again;

    if (!eckid_sfv_dictionary(&members, apr_pstrmemdup(pool, input.data, input.len), pool)) {
        return;
    }
    for (int i = 0; i < members->nelts; i++) {
        const eckid_sfv_member_t *member = &APR_ARRAY_IDX(members, i, eckid_sfv_member_t);
        const char *text = apr_pstrcat(pool, "x=", member->item.text, NULL);

        insist(eckid_sfv_dictionary(&again, text, pool));
        insist(strcmp(eckid_sfv_find(again, "x")->text, member->item.text) == 0);
    }
}

/* The next line of the input. */
static const char *line(eckid_bytes_t *input, apr_pool_t *pool)
{
    const char *end = input->len ? memchr(input->data, '\n', input->len) : NULL;
    apr_size_t len = end ? (apr_size_t)(end - input->data) : input->len;
    const char *text = apr_pstrmemdup(pool, input->data, len);

    *input = eckid_bytes(input->data + len + (end != NULL), input->len - len - (end != NULL));
    return text;
}

/* Canonicalizes elements of a document with the PrefixList on the first line; libxml2 must
 * agree. */
static void canonical(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_c14n_t how = {ECKID_C14N_EXCLUSIVE, input.len % 2, line(&input, pool)};
    eckid_bytes_t ours = {"", 0}, theirs = {"", 0};
    xmlDocPtr doc;

    if (eckid_xml_parse(&doc, input, pool)) {
        return;
    }
    xmlNodePtr node = doc->children;

    for (int i = 0; node && i < 50; i++, node = eckid_xml_walk((xmlNodePtr)doc, node)) {
        if (node->type == XML_ELEMENT_NODE) {
            const eckid_err_t *err = eckid_c14n(&ours, node, node->children, &how, pool);

            if (!err || err->code != ECKID_LIMIT) {
                insist(!err == !eckid_c14n_libxml(&theirs, node, node->children, &how, pool));
                insist(eckid_bytes_equal(ours, theirs));
            }
        }
    }
}

/* The private key of this LAS does not exist, so no response can have its signature. */
static void signed_response(eckid_bytes_t input, apr_pool_t *pool)
{
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"
                              "-----END PUBLIC KEY-----\n";
    eckid_http_request_t request = {"POST",
                                    "https://las.example/students?a=b",
                                    apr_table_make(pool, 4),
                                    eckid_bytes("{}", 2),
                                    0,
                                    NULL};
    eckid_http_response_t reply = {200, apr_table_make(pool, 4), {"", 0}};
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(eckid_httpsig_key_t));
    eckid_httpsig_key_t *key = apr_array_push(keys);
    eckid_key_t *public;

    insist(!eckid_key_public(&public, eckid_bytes_str(pem), "las.pub", pool));
    *key = (eckid_httpsig_key_t){"las", public, NULL};
    apr_table_setn(request.headers, "Signature", "sig1=:AQID:");
    apr_table_setn(reply.headers, "Content-Type", "application/json");
    apr_table_setn(reply.headers, "Signature-Input", line(&input, pool));
    apr_table_setn(reply.headers, "Signature", line(&input, pool));
    apr_table_setn(reply.headers, "Content-Digest", line(&input, pool));
    reply.body = input;
    insist(eckid_httpsig_verify_response(&reply, &request, keys, apr_time_from_sec(1788165000),
                                         apr_time_from_sec(60), pool) != NULL);
}

/* A parsed request that is written parses to the same request. */
static void admin_request(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_admin_request_t request, again;

    if (eckid_admin_read(&request, input, pool)) {
        return;
    }
    insist(*request.student);
    insist(!eckid_admin_read(&again, eckid_admin_write(&request, pool), pool));
    insist(again.verb == request.verb && strcmp(again.student, request.student) == 0);
    insist(!again.school == !request.school);
    insist(!again.school || strcmp(again.school, request.school) == 0);
    insist(eckid_kind_same(again.kind, request.kind));
}

static void httpsig_profile(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *components = line(&input, pool);
    eckid_httpsig_profile_t *read;

    if (!eckid_httpsig_profile_parse(&read, components, line(&input, pool), pool)) {
        insist(read->components->nelts > 0 && read->lifetime >= 0 && read->lifetime <= 3600);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        char letter;
        void (*target)(eckid_bytes_t input, apr_pool_t *pool);
    } targets[] = {{'p', page},
                   {'r', response},
                   {'l', eduv_response},
                   {'m', metadata},
                   {'u', url},
                   {'b', body},
                   {'z', inflated},
                   {'g', contract_request},
                   {'q', contract_response},
                   {'s', school_map},
                   {'f', sfv},
                   {'a', signed_response},
                   {'o', httpsig_profile},
                   {'e', admin_request},
                   {'t', fuzz_token},
                   {'j', fuzz_json_edit},
                   {'k', fuzz_jwks},
                   {'d', fuzz_discovery},
                   {'h', fuzz_authorization_response},
                   {'B', fuzz_beside},
                   {'J', fuzz_jarm},
                   {'c', fuzz_client_auth},
                   {'y', fuzz_oidc_scan},
                   {'n', fuzz_client_credentials},
                   {'x', fuzz_sealed},
                   {'X', fuzz_unseal},
                   {'v', canonical},
                   {'L', fuzz_login_request},
                   {'A', fuzz_authn_request},
                   {'O', fuzz_logout},
                   {'C', fuzz_claims},
                   {'w', fuzz_ciphertext},
                   {'i', fuzz_plaintext},
                   {'U', fuzz_uwlr},
                   {'1', fuzz_scim_body},
                   {'2', fuzz_scim_filter},
                   {'3', fuzz_scim_path},
                   {'4', fuzz_scim_query},
                   {'5', fuzz_bearer},
                   {'K', fuzz_csv},
                   {'E', fuzz_eduv_list}};
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    for (size_t i = 0; size && i < sizeof(targets) / sizeof(*targets); i++) {
        if (targets[i].letter == (char)data[0]) {
            targets[i].target(eckid_bytes(data + 1, size - 1), pool);
        }
    }
    apr_pool_destroy(pool);
    return 0;
}
