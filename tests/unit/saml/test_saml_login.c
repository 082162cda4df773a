/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "saml/eckid_saml_login.h"
#include "support/fakes.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "support/suppliers.h"

/* Everybody is a student, whose key is the NameID; the LAS is of no use. The rest of a login is
 * tested as a page, in test_page.c. */
typedef struct scene_t {
    eckid_policy_t *policy;
    eckid_student_t student;
    fake_las_t fake;
    eckid_las_t las;
    eckid_metadata_t *metadata;
    eckid_rules_t rules;
} scene_t;

static scene_t *make(void)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    apr_array_header_t *signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));
    eckid_match_t *match;

    ok(eckid_match_make(&match, "(.*)", "$1", pool));
    APR_ARRAY_PUSH(signers, eckid_signer_t) = (eckid_signer_t){test_pair(RSA_2048, 1), false};
    scene->policy = two_suppliers();
    scene->student = (eckid_student_t){
        .conditions = apr_array_make(pool, 1, sizeof(void *)), .match = match, .type = "NEPPI"};
    scene->fake = (fake_las_t){.status = 500, .type = "text/plain", .body = ""};
    scene->las = fake_channel(&scene->fake);
    scene->metadata = metadata_source(metadata_file(metadata_idp(MAKER_ISSUER, rules.trust.keys)));
    scene->rules = (eckid_rules_t){.policy = scene->policy,
                                   .student = &scene->student,
                                   .lookup = fake_setup(&scene->las, NULL),
                                   .signers = signers,
                                   .skew = apr_time_from_sec(60)};
    return scene;
}

static eckid_decision_t rewrite(const scene_t *scene, const char *base64, const char *action,
                                bool simple_sign)
{
    const eckid_saml_setup_t setup = {
        .rules = &scene->rules, .metadata = scene->metadata, .response_max = 256 * 1024};
    eckid_saml_context_t context = {.policy = scene->policy, .bytes = str(base64)};
    const eckid_saml_post_t post = {str(base64), {.action = action}, &context, simple_sign};

    return eckid_saml_login_rewrite(&setup, &post, maker_moment(), pool);
}

static const char *base64_of(const char *xml)
{
    return eckid_codec_base64(str(xml), pool).data;
}

static const char *usual(void)
{
    const maker_t maker = maker_usual();

    return base64_of(maker_xml(&maker));
}

START_TEST(without_eck_id_it_goes_out_signed_by_us)
{
    scene_t *scene = make();
    eckid_bytes_t xml;
    eckid_saml_message_t *saml;
    eckid_verified_t *verified;
    const eckid_saml_rules_t ours = maker_rules(RSA_2048, 1);

    first_supplier(scene->policy)->on[ECKID_LAS_FAILED] = ECKID_OMIT;
    eckid_decision_t decision = rewrite(scene, usual(), MAKER_CONSUMER, false);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_int_eq(decision.known.outcome, ECKID_LAS_FAILED);
    ck_assert(eckid_codec_base64_decode(&xml, decision.body, pool));
    ok(eckid_saml_message_open(&saml, xml, pool));
    ok(eckid_saml_verify(&verified, saml, &ours, pool));
}
END_TEST

START_TEST(a_refusal_goes_to_the_supplier_where_its_block_says_so)
{
    scene_t *scene = make();

    ck_assert_int_eq(rewrite(scene, usual(), MAKER_CONSUMER, false).status, 503);
    first_supplier(scene->policy)->refuse_by_status = true;
    eckid_decision_t decision = rewrite(scene, usual(), MAKER_CONSUMER, false);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.log.told_supplier);
    ck_assert_int_eq(rewrite(scene, usual(), NULL, false).verdict, ECKID_REFUSE);
}
END_TEST

START_TEST(a_new_key_of_the_identity_provider_costs_no_login)
{
    scene_t *scene = make();
    const char *path = eckid_metadata_place(scene->metadata);
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->on[ECKID_LAS_FAILED] = ECKID_OMIT;
    ck_assert_int_eq(rewrite(scene, usual(), MAKER_CONSUMER, false).verdict, ECKID_CHANGE);
    maker.key = 2;
    metadata_replace(path, metadata_idp(MAKER_ISSUER, maker_rules(RSA_2048, 2).trust.keys));
    eckid_decision_t decision = rewrite(scene, base64_of(maker_xml(&maker)), MAKER_CONSUMER, false);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    maker.key = 3; /* of nobody; and the file was checked already */
    decision = rewrite(scene, base64_of(maker_xml(&maker)), MAKER_CONSUMER, false);
    ck_assert_int_eq(decision.cause->code, ECKID_UNKNOWN_KEY);
}
END_TEST

START_TEST(what_is_no_supplier_s_passes)
{
    const scene_t *scene = make();
    maker_t maker = maker_usual();

    maker.destination = maker.recipient = maker.audience = "https://other.example/";
    eckid_decision_t decision = rewrite(scene, base64_of(maker_xml(&maker)), NULL, true);

    ck_assert_int_eq(decision.verdict, ECKID_PASS);
    ck_assert_ptr_null(decision.supplier);
    ck_assert(decision.log.wanted);
}
END_TEST

START_TEST(what_cannot_be_read_is_refused)
{
    const scene_t *scene = make();
    const eckid_decision_t binding = rewrite(scene, usual(), MAKER_CONSUMER, true);

    ck_assert_int_eq(rewrite(scene, "%", MAKER_CONSUMER, false).cause->code, ECKID_XML);
    ck_assert_int_eq(rewrite(scene, "eA==", MAKER_CONSUMER, false).cause->code, ECKID_XML);
    ck_assert_int_eq(binding.cause->code, ECKID_BINDING);
    ck_assert_str_eq(binding.supplier->name, MAKER_SUPPLIER);
}
END_TEST

UNIT_SUITE(saml_login)
{
    Suite *suite = suite_create("saml_login");
    TCase *tcase = unit_case(suite, "login");

    tcase_add_test(tcase, without_eck_id_it_goes_out_signed_by_us);
    tcase_add_test(tcase, a_refusal_goes_to_the_supplier_where_its_block_says_so);
    tcase_add_test(tcase, a_new_key_of_the_identity_provider_costs_no_login);
    tcase_add_test(tcase, what_is_no_supplier_s_passes);
    tcase_add_test(tcase, what_cannot_be_read_is_refused);
    return suite;
}
