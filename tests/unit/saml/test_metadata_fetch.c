/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_metadata_fetch.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

#define URL "https://idp.example/metadata?x"

/* A server with one answer. */
typedef struct server_t {
    int status;
    const char *body, *etag;
    eckid_http_request_t last;
} server_t;

static eckid_err_t *answer(void *self, eckid_http_response_t **out,
                           const eckid_http_request_t *request, apr_pool_t *own)
{
    server_t *server = self;
    eckid_http_response_t *response = apr_pcalloc(own, sizeof(*response));

    server->last = *request;
    response->status = server->status;
    response->headers = apr_table_make(own, 1);
    if (server->etag) {
        apr_table_setn(response->headers, "ETag", server->etag);
    }
    response->body = str(server->body);
    *out = response;
    return NULL;
}

/* The root's first entity ID; NULL when nothing has changed. */
static eckid_err_t *fetch(const char **id, server_t *server, const char *known,
                          const eckid_key_t *signer)
{
    const eckid_transport_t transport = {answer, server};
    eckid_metadata_version_t version = {known, NULL};
    eckid_metadata_url_t url;
    eckid_idp_t *idp;
    xmlDocPtr doc;

    ok(eckid_metadata_url_make(&url, URL, NULL, signer, &transport, pool));
    ECKID_ERR(eckid_metadata_fetch(&doc, &version, &url, 0, pool));
    *id = NULL;
    if (doc) {
        ok(eckid_saml_metadata_idp_in(&idp, doc, URL, NULL, pool));
        *id = idp->entity_id;
    }
    ck_assert_pstr_eq(version.etag, doc ? server->etag : known);
    return NULL;
}

static const char *content(void)
{
    return metadata_entity(
        "urn:i", metadata_idp_role(metadata_descriptor("", metadata_certificate(P_256, 0))));
}

START_TEST(an_answer_is_a_document_and_its_version)
{
    server_t server = {.status = 200, .body = content(), .etag = "\"2\""};
    const char *id;

    ok(fetch(&id, &server, "\"1\"", NULL));
    ck_assert_str_eq(id, "urn:i");
    ck_assert_str_eq(server.last.url, URL);
    ck_assert_str_eq(apr_table_get(server.last.headers, "If-None-Match"), "\"1\"");
}
END_TEST

START_TEST(not_modified_is_no_document)
{
    server_t server = {.status = 304, .body = ""};
    const char *id;

    ok(fetch(&id, &server, "\"1\"", NULL));
    ck_assert_ptr_null(id);
    refused(fetch(&id, &server, NULL, NULL), ECKID_METADATA);
}
END_TEST

static const char *signed_by(const char *text, const eckid_key_t *key)
{
    eckid_bytes_t printed;
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(text), pool));
    xmlSetProp(xmlDocGetRootElement(doc), BAD_CAST "ID", BAD_CAST "_m");
    ok(eckid_xmldsig_sign_own(xmlDocGetRootElement(doc), key, pool));
    ok(eckid_xml_print(&printed, doc, pool));
    return printed.data;
}

START_TEST(a_signature_by_the_key_is_wanted)
{
    const eckid_key_t *key = test_pair(RSA_2048, 0);
    server_t server = {.status = 200};
    const char *id;

    server.body = signed_by(content(), key);
    ok(fetch(&id, &server, NULL, key));
    server.body = signed_by(metadata_entities(content()), key);
    ok(fetch(&id, &server, NULL, key));
    ck_assert_str_eq(id, "urn:i");
}
END_TEST

static const char *by_another(void)
{
    return signed_by(content(), test_pair(RSA_2048, 1));
}

static const char *changed(void)
{
    return replaced(signed_by(content(), test_pair(RSA_2048, 0)), "urn:i", "urn:j");
}

static const char *wrapped(void)
{
    return metadata_entities(signed_by(content(), test_pair(RSA_2048, 0)));
}

static const char *(*const forgeries[])(void) = {content, by_another, changed, wrapped};

START_TEST(what_the_key_did_not_sign_is_refused)
{
    server_t server = {.status = 200, .body = forgeries[_i]()};
    const char *id;
    eckid_err_t *err = fetch(&id, &server, NULL, test_pair(RSA_2048, 0));

    refused(err, ECKID_METADATA);
    ck_assert_ptr_nonnull(strstr(err->detail, URL ": its signature is not accepted"));
}
END_TEST

/* What anybody can put into a signature, as it is not a part of what it signs. */
START_TEST(what_stands_within_the_signature_is_not_read)
{
    const eckid_key_t *key = test_pair(RSA_2048, 0);
    const char *more =
        apr_pstrcat(pool, "<ds:KeyInfo>", replaced(content(), "urn:i", "urn:evil"), NULL);
    server_t server = {.status = 200};
    const char *id;

    server.body = replaced(signed_by(metadata_entities(content()), key), "<ds:KeyInfo>", more);
    ok(fetch(&id, &server, NULL, key));
    ck_assert_str_eq(id, "urn:i");
}
END_TEST

START_TEST(comments_that_came_after_signing_change_nothing)
{
    const eckid_key_t *key = test_pair(RSA_2048, 0);
    const char *certificate = metadata_certificate(P_256, 0), *id;
    const char *cut =
        apr_pstrcat(pool, apr_pstrndup(pool, certificate, 40), "<!-- -->", certificate + 40, NULL);
    server_t server = {.status = 200,
                       .body = replaced(signed_by(content(), key), certificate, cut)};

    ok(fetch(&id, &server, NULL, key));
}
END_TEST

static const char *const bad_urls[] = {"https://", "ftp://idp.example/", "https://u@idp.example/",
                                       "https://idp.example/#a", "https://idp.example/a b"};

START_TEST(a_url_must_be_one)
{
    const eckid_transport_t transport = {NULL, NULL};
    eckid_metadata_url_t url;

    refused(eckid_metadata_url_make(&url, bad_urls[_i], NULL, NULL, &transport, pool),
            ECKID_CONFIG);
}
END_TEST

UNIT_SUITE(metadata_fetch)
{
    Suite *suite = suite_create("metadata_fetch");
    TCase *tcase = unit_case(suite, "metadata_fetch");

    tcase_add_test(tcase, an_answer_is_a_document_and_its_version);
    tcase_add_test(tcase, not_modified_is_no_document);
    tcase_add_test(tcase, a_signature_by_the_key_is_wanted);
    tcase_add_loop_test(tcase, what_the_key_did_not_sign_is_refused, 0, COUNT(forgeries));
    tcase_add_test(tcase, what_stands_within_the_signature_is_not_read);
    tcase_add_test(tcase, comments_that_came_after_signing_change_nothing);
    tcase_add_loop_test(tcase, a_url_must_be_one, 0, COUNT(bad_urls));
    return suite;
}
