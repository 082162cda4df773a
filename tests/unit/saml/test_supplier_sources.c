/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_saml_login.h"
#include "saml/eckid_supplier_sources.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "xml/eckid_xml_namespaces.h"

#define PATIENCE apr_time_from_sec(3600)
#define NEW_ACS "https://books.example/new"

/* books.example publishes its metadata. */
typedef struct scene_t {
    eckid_policy_t *configured;
    eckid_supplier_sources_t sources;
    int status, calls;
    apr_time_t deadline; /* of the last request */
    const char *consumers[2];
} scene_t;

static eckid_err_t *answer(void *self, eckid_http_response_t **out,
                           const eckid_http_request_t *request, apr_pool_t *own)
{
    scene_t *scene = self;
    eckid_http_response_t *response = apr_pcalloc(own, sizeof(*response));
    const char *services = "";

    for (int i = 0; i < COUNT(scene->consumers) && scene->consumers[i]; i++) {
        services = apr_pstrcat(own, services, "<m:AssertionConsumerService Location='",
                               scene->consumers[i], "'/>", NULL);
    }
    scene->calls++;
    scene->deadline = request->deadline;
    response->status = scene->status;
    response->headers = apr_table_make(own, 1);
    response->body = str(metadata_entity(MAKER_SUPPLIER, metadata_sp_role(services)));
    *out = response;
    return NULL;
}

static scene_t *make_patient(apr_interval_time_t patience)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_transport_t transport = {answer, scene};
    const eckid_metadata_entity_t entity = {ECKID_ROLE_SP, MAKER_SUPPLIER};
    const eckid_metadata_listener_t nobody = {NULL, NULL};
    eckid_metadata_url_t url;
    eckid_metadata_t *metadata;

    scene->status = 200;
    scene->consumers[0] = NEW_ACS;
    scene->configured = two_suppliers();
    scene->sources = (eckid_supplier_sources_t){
        scene->configured, apr_array_make(pool, 1, sizeof(eckid_supplier_source_t))};
    ok(eckid_metadata_url_make(&url, "https://books.example/metadata", NULL, NULL, &transport,
                               pool));
    ok(eckid_metadata_from_url(&metadata, &url, patience, &entity, &nobody, pool));
    APR_ARRAY_PUSH(scene->sources.all, eckid_supplier_source_t) = (eckid_supplier_source_t){
        first_supplier(scene->configured)->name, MAKER_SUPPLIER, metadata};
    return scene;
}

static scene_t *make(void)
{
    return make_patient(PATIENCE);
}

static const char *owner_of(const scene_t *scene, const char *url)
{
    const eckid_policy_t *policy = eckid_supplier_sources_policy(&scene->sources, pool);
    const eckid_supplier_t *supplier = eckid_policy_find_consumer(policy, url, pool);

    return supplier ? supplier->name : NULL;
}

static eckid_err_t *fetch(const scene_t *scene, const char *supplier, bool renew, apr_time_t now)
{
    eckid_metadata_wait_t wait = {.now = now};

    return eckid_supplier_sources_fetch(&scene->sources, supplier, renew, &wait, pool);
}

START_TEST(what_is_fetched_is_added_to_what_is_configured)
{
    scene_t *scene = make();

    ck_assert_ptr_null(owner_of(scene, NEW_ACS));
    ok(fetch(scene, MAKER_SUPPLIER, false, MAKER_NOW));
    ck_assert_str_eq(owner_of(scene, NEW_ACS), MAKER_SUPPLIER);
    ck_assert_str_eq(owner_of(scene, MAKER_CONSUMER), MAKER_SUPPLIER);
    const eckid_policy_t *policy = eckid_supplier_sources_policy(&scene->sources, pool);
    const eckid_supplier_t *supplier = eckid_policy_find_entity(policy, MAKER_SUPPLIER);

    ck_assert_ptr_eq(eckid_policy_find_consumer(policy, NEW_ACS, pool), supplier);
    ck_assert_ptr_nonnull(eckid_policy_find_described(supplier, MAKER_SUPPLIER));
    ck_assert_int_eq(policy->suppliers->nelts, scene->configured->suppliers->nelts);
}
END_TEST

START_TEST(what_is_another_s_or_no_url_is_left_out)
{
    scene_t *scene = make();

    scene->consumers[0] = "https://exercises.example/acs";
    scene->consumers[1] = "no url";
    ck_assert_str_ne(owner_of(scene, scene->consumers[0]), MAKER_SUPPLIER);
    ok(fetch(scene, NULL, false, MAKER_NOW));
    ck_assert_str_ne(owner_of(scene, scene->consumers[0]), MAKER_SUPPLIER);
    ck_assert_str_eq(owner_of(scene, MAKER_CONSUMER), MAKER_SUPPLIER);
}
END_TEST

START_TEST(only_the_supplier_that_is_asked_for_is_fetched)
{
    scene_t *scene = make();

    ck_assert(eckid_supplier_sources_has(&scene->sources, MAKER_SUPPLIER));
    ck_assert(!eckid_supplier_sources_has(&scene->sources, "https://exercises.example/saml"));
    ok(fetch(scene, "https://exercises.example/saml", true, MAKER_NOW));
    ck_assert_int_eq(scene->calls, 0);
}
END_TEST

START_TEST(names_that_do_not_fit_have_it_fetched_once_in_a_window)
{
    scene_t *scene = make();

    ok(fetch(scene, MAKER_SUPPLIER, false, MAKER_NOW));
    scene->consumers[1] = "https://books.example/newer";
    ok(fetch(scene, MAKER_SUPPLIER, false, MAKER_NOW + 1));
    ck_assert_int_eq(scene->calls, 1);
    ok(fetch(scene, MAKER_SUPPLIER, true, MAKER_NOW + 2));
    ok(fetch(scene, MAKER_SUPPLIER, true, MAKER_NOW + 3));
    ck_assert_int_eq(scene->calls, 2);
    ck_assert_str_eq(owner_of(scene, scene->consumers[1]), MAKER_SUPPLIER);
}
END_TEST

START_TEST(one_that_cannot_be_had_is_an_error)
{
    scene_t *scene = make();

    scene->status = 500;
    refused(fetch(scene, MAKER_SUPPLIER, false, MAKER_NOW), ECKID_METADATA);
    ck_assert_str_eq(owner_of(scene, MAKER_CONSUMER), MAKER_SUPPLIER);
}
END_TEST

/* An encrypted login shows nothing but a host, and only the metadata tell whose it is. */
static eckid_decision_t log_in_encrypted(scene_t *scene, eckid_metadata_t *idp)
{
    const char *xml =
        "<p:Response xmlns:p='" ECKID_NS_SAMLP
        "' Destination='https://reader.example/acs'><a:EncryptedAssertion xmlns:a='" ECKID_NS_SAML
        "'/></p:Response>";
    const eckid_rules_t rules = {.policy = scene->configured,
                                 .signers = apr_array_make(pool, 1, sizeof(eckid_signer_t))};
    const eckid_saml_setup_t setup = {
        .rules = &rules, .metadata = idp, .sources = &scene->sources, .response_max = 1000};
    eckid_saml_context_t context = {.policy = scene->configured, .bytes = str("")};
    const eckid_saml_post_t post = {.value = eckid_codec_base64(str(xml), pool),
                                    .route = {.action = "https://reader.example/acs"},
                                    .context = &context};

    scene->consumers[0] = "https://reader.example/acs";
    return eckid_saml_login_rewrite(&setup, &post, maker_moment(), pool);
}

static const char *idp_text(void)
{
    return metadata_idp(MAKER_ISSUER, maker_rules(RSA_2048, 0).trust.keys);
}

START_TEST(metadata_is_fetched_for_an_encrypted_login_to_an_unknown_host)
{
    scene_t *scene = make();
    eckid_decision_t decision = log_in_encrypted(scene, metadata_source(metadata_file(idp_text())));

    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_str_eq(decision.supplier->name, first_supplier(scene->configured)->name);
    ck_assert_int_eq(scene->calls, 1);
}
END_TEST

static eckid_err_t *answer_idp(void *self, eckid_http_response_t **out,
                               const eckid_http_request_t *request, apr_pool_t *own)
{
    eckid_http_response_t *response = apr_pcalloc(own, sizeof(*response));

    (void)request;
    ++*(int *)self;
    response->status = 200;
    response->headers = apr_table_make(own, 1);
    response->body = str(idp_text());
    *out = response;
    return NULL;
}

/* With timeouts of nothing, any fetch takes all the time that there was. */
START_TEST(a_supplier_takes_no_time_from_the_identity_provider)
{
    const eckid_metadata_entity_t entity = {ECKID_ROLE_IDP, MAKER_ISSUER};
    const eckid_metadata_listener_t nobody = {NULL, NULL};
    int calls = 0;
    const eckid_transport_t transport = {answer_idp, &calls};
    scene_t *scene = make_patient(0);
    eckid_metadata_url_t url;
    eckid_metadata_t *idp;

    ok(eckid_metadata_url_make(&url, "https://idp.example/metadata", NULL, NULL, &transport, pool));
    ok(eckid_metadata_from_url(&idp, &url, 0, &entity, &nobody, pool));
    eckid_decision_t decision = log_in_encrypted(scene, idp);

    ck_assert_int_eq(scene->calls, 1);
    ck_assert_int_eq(calls, 1);
    ck_assert_int_ne(decision.cause->code, ECKID_METADATA);
}
END_TEST

/* Adds a second entity, of another scene, whose metadata is at a URL. */
static scene_t *with_other(scene_t *scene, const char *supplier)
{
    scene_t *other = make();

    APR_ARRAY_PUSH(scene->sources.all, eckid_supplier_source_t) = (eckid_supplier_source_t){
        supplier, "https://other.example/saml",
        APR_ARRAY_IDX(other->sources.all, 0, eckid_supplier_source_t).metadata};
    return other;
}

/* The other entity of the supplier is at a URL too. */
START_TEST(all_that_one_wait_is_for_has_one_deadline)
{
    scene_t *scene = make();
    const scene_t *other = with_other(scene, MAKER_SUPPLIER);
    eckid_metadata_wait_t wait = {.now = MAKER_NOW, .begun = apr_time_now()};

    ok(eckid_supplier_sources_fetch(&scene->sources, MAKER_SUPPLIER, false, &wait, pool));
    ok(eckid_supplier_sources_fetch(&scene->sources, MAKER_SUPPLIER, true, &wait, pool));
    ck_assert_int_eq(scene->calls + other->calls, 4);
    ck_assert_int_eq(scene->deadline, wait.begun + PATIENCE);
    ck_assert_int_eq(other->deadline, wait.begun + PATIENCE);
}
END_TEST

START_TEST(one_that_fails_keeps_no_other_from_being_fetched)
{
    scene_t *scene = make();
    const scene_t *other = with_other(scene, "other");

    scene->status = 500;
    refused(fetch(scene, NULL, false, MAKER_NOW), ECKID_METADATA);
    ck_assert_int_eq(scene->calls, 1);
    ck_assert_int_eq(other->calls, 1);
}
END_TEST

START_TEST(where_one_entity_is_asked_for_no_other_is_fetched)
{
    scene_t *scene = make();
    const scene_t *other = with_other(scene, "other");
    eckid_metadata_wait_t wait = {.now = MAKER_NOW};

    ok(eckid_supplier_sources_fetch_entity(&scene->sources, "another", &wait, pool));
    ck_assert_int_eq(other->calls, 0);
    ok(eckid_supplier_sources_fetch_entity(&scene->sources, "https://other.example/saml", &wait,
                                           pool));
    ck_assert_int_eq(scene->calls, 0);
    ck_assert_int_eq(other->calls, 1);
}
END_TEST

START_TEST(without_time_nothing_is_fetched_and_what_is_known_serves)
{
    scene_t *scene = make();
    eckid_metadata_wait_t wait = {.now = MAKER_NOW, .begun = apr_time_now() - PATIENCE / 2};

    ck_assert(eckid_supplier_sources_is_late(&scene->sources, MAKER_SUPPLIER, &wait));
    ck_assert(!eckid_supplier_sources_is_late(&scene->sources, "another", &wait));
    tells(eckid_supplier_sources_fetch(&scene->sources, MAKER_SUPPLIER, false, &wait, pool),
          ECKID_METADATA, "other metadata took the time");
    ck_assert_int_eq(scene->calls, 0);
    ok(fetch(scene, MAKER_SUPPLIER, false, MAKER_NOW)); /* another request */
    ok(eckid_supplier_sources_fetch(&scene->sources, MAKER_SUPPLIER, true, &wait, pool));
    ck_assert_int_eq(scene->calls, 1);
    ck_assert_str_eq(owner_of(scene, NEW_ACS), MAKER_SUPPLIER);
}
END_TEST

UNIT_SUITE(supplier_sources)
{
    Suite *suite = suite_create("supplier_sources");
    TCase *tcase = unit_case(suite, "supplier_sources");

    tcase_add_test(tcase, all_that_one_wait_is_for_has_one_deadline);
    tcase_add_test(tcase, a_supplier_takes_no_time_from_the_identity_provider);
    tcase_add_test(tcase, one_that_fails_keeps_no_other_from_being_fetched);
    tcase_add_test(tcase, where_one_entity_is_asked_for_no_other_is_fetched);
    tcase_add_test(tcase, without_time_nothing_is_fetched_and_what_is_known_serves);
    tcase_add_test(tcase, metadata_is_fetched_for_an_encrypted_login_to_an_unknown_host);
    tcase_add_test(tcase, what_is_fetched_is_added_to_what_is_configured);
    tcase_add_test(tcase, what_is_another_s_or_no_url_is_left_out);
    tcase_add_test(tcase, only_the_supplier_that_is_asked_for_is_fetched);
    tcase_add_test(tcase, names_that_do_not_fit_have_it_fetched_once_in_a_window);
    tcase_add_test(tcase, one_that_cannot_be_had_is_an_error);
    return suite;
}
