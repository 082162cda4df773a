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
    eckid_kind_t student;
    fake_las_t fake;
    eckid_las_t las;
    eckid_metadata_t *metadata;
    eckid_rules_t rules;
    apr_array_header_t *decryption_keys; /* the third; what is sent to suppliers has the first */
} scene_t;

static scene_t *make(void)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    apr_array_header_t *signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));
    eckid_match_t *match;

    ok(eckid_match_make(&match, "(.*)", "$1", pool));
    APR_ARRAY_PUSH(signers, eckid_signer_t) =
        eckid_signer_make(test_pair(RSA_2048, 1), false, pool);
    scene->policy = two_suppliers();
    scene->student = (eckid_kind_t){
        .conditions = apr_array_make(pool, 1, sizeof(void *)), .match = match, .type = "NEPPI"};
    scene->fake = (fake_las_t){.status = 500, .type = "text/plain", .body = ""};
    scene->las = fake_channel(&scene->fake);
    scene->metadata = metadata_source(metadata_file(metadata_idp(MAKER_ISSUER, rules.trust.keys)));
    scene->rules = (eckid_rules_t){.policy = scene->policy,
                                   .kinds = &scene->student,
                                   .lookup = fake_setup(&scene->las, NULL),
                                   .signers = signers,
                                   .skew = apr_time_from_sec(60)};
    scene->decryption_keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    APR_ARRAY_PUSH(scene->decryption_keys, const eckid_key_t *) = test_pair(RSA_2048, 2);
    return scene;
}

static eckid_saml_setup_t setup_of(const scene_t *scene)
{
    return (eckid_saml_setup_t){
        .rules = &scene->rules,
        .metadata = scene->metadata,
        .decryption_keys = scene->decryption_keys,
        .response_max = 256 * 1024,
    };
}

static eckid_decision_t rewrite(const scene_t *scene, const char *base64, const char *action,
                                bool simple_sign)
{
    const eckid_saml_setup_t setup = setup_of(scene);
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

/* Encrypted logins */

static const sealing_t by_cbc = {
    "EncryptedAssertion", "2001/04/xmlenc#aes128-cbc", 128, 2, false, NULL};

static const eckid_encryption_t *to_supplier(void)
{
    eckid_encryption_t *encryption = apr_pcalloc(pool, sizeof(*encryption));

    *encryption = (eckid_encryption_t){.key = test_pair(RSA_2048, 0), .cipher = ECKID_AES256_GCM};
    return encryption;
}

static void describe(eckid_supplier_t *supplier, const eckid_encryption_t *encryption)
{
    APR_ARRAY_PUSH(supplier->described, eckid_described_t) =
        (eckid_described_t){.id = supplier->name, .encryption = encryption};
}

/* What a login becomes: how it came, and what the supplier's block says. */
static const struct {
    bool came_encrypted;
    eckid_encrypt_t encrypt;
    bool has_key;
    bool goes_encrypted;
    eckid_code_t cause;
} ways[] = {
    {false, ECKID_ENCRYPT_AS_IT_CAME, true, false, ECKID_LAS_REFUSED},
    {false, ECKID_ENCRYPT_AS_IT_CAME, false, false, ECKID_LAS_REFUSED},
    {false, ECKID_ENCRYPT_ON, true, true, ECKID_LAS_REFUSED},
    {false, ECKID_ENCRYPT_ON, false, false, ECKID_NO_RECIPIENT},
    {false, ECKID_ENCRYPT_OFF, true, false, ECKID_LAS_REFUSED},
    {true, ECKID_ENCRYPT_AS_IT_CAME, true, true, ECKID_LAS_REFUSED},
    {true, ECKID_ENCRYPT_AS_IT_CAME, false, false, ECKID_NO_RECIPIENT},
    {true, ECKID_ENCRYPT_ON, true, true, ECKID_LAS_REFUSED},
    {true, ECKID_ENCRYPT_OFF, true, false, ECKID_LAS_REFUSED},
};

static const char *login(bool encrypted)
{
    maker_t maker = maker_usual();

    maker.sealing = encrypted ? &by_cbc : NULL;
    maker.sign_response = true;
    return base64_of(maker_xml(&maker));
}

START_TEST(a_login_goes_out_encrypted_or_not)
{
    scene_t *scene = make();
    eckid_supplier_t *supplier = first_supplier(scene->policy);
    eckid_bytes_t xml;

    supplier->on[ECKID_LAS_FAILED] = ECKID_OMIT;
    supplier->encrypt = ways[_i].encrypt;
    describe(supplier, ways[_i].has_key ? to_supplier() : NULL);
    eckid_decision_t decision =
        rewrite(scene, login(ways[_i].came_encrypted), MAKER_CONSUMER, false);

    ck_assert_int_eq(decision.cause->code, ways[_i].cause);
    ck_assert_int_eq(decision.log.encrypted, ways[_i].goes_encrypted);
    ck_assert_int_eq(decision.verdict,
                     ways[_i].cause == ECKID_NO_RECIPIENT ? ECKID_REFUSE : ECKID_CHANGE);
    if (decision.verdict == ECKID_CHANGE) {
        ck_assert(eckid_codec_base64_decode(&xml, decision.body, pool));
        ck_assert_int_eq(strstr(xml.data, "<saml:EncryptedAssertion") != NULL,
                         ways[_i].goes_encrypted);
        ck_assert_int_eq(strstr(xml.data, "AttributeStatement") == NULL, ways[_i].goes_encrypted);
    }
}
END_TEST

/* What an encrypted login names is known only once it was decrypted. */
static const struct {
    const char *audience, *recipient, *destination, *action;
    eckid_code_t cause;
    const char *words;
} receivers[] = {
    {MAKER_SUPPLIER, MAKER_CONSUMER, MAKER_CONSUMER, MAKER_CONSUMER, ECKID_LAS_REFUSED,
     "status 500 (the LAS has trouble"},
    {MAKER_SUPPLIER, MAKER_CONSUMER, "https://books.example/other", NULL, ECKID_MIXED,
     "its Destination, https://books.example/other, is not one of " MAKER_SUPPLIER
     " (if it is the supplier's, add it as EckidConsumer"},
    {MAKER_SUPPLIER, "https://exercises.example/acs", MAKER_CONSUMER, MAKER_CONSUMER, ECKID_MIXED,
     "its Recipient names https://exercises.example/saml (is an entity ID or a URL"},
    {"https://exercises.example/saml", MAKER_CONSUMER, MAKER_CONSUMER, MAKER_CONSUMER, ECKID_MIXED,
     "its Audience names https://exercises.example/saml"},
    {"https://books.example/canteen", "https://books.example/canteen",
     "https://books.example/canteen", "https://books.example/canteen", ECKID_MIXED,
     "but once decrypted it names nobody (does the identity provider have an entity ID"},
    {MAKER_SUPPLIER, MAKER_CONSUMER, "https://exercises.example/acs", MAKER_CONSUMER, ECKID_MIXED,
     "its Destination names https://exercises.example/saml"},
};

START_TEST(an_encrypted_login_can_be_refused_by_status)
{
    scene_t *scene = make();
    eckid_supplier_t *supplier = first_supplier(scene->policy);
    eckid_bytes_t xml;

    describe(supplier, to_supplier());
    supplier->refuse_by_status = true;
    eckid_decision_t decision = rewrite(scene, login(true), MAKER_CONSUMER, false);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.log.told_supplier);
    ck_assert(eckid_codec_base64_decode(&xml, decision.body, pool));
    ck_assert_ptr_null(strstr(xml.data, "Assertion"));
    ck_assert_ptr_nonnull(strstr(xml.data, "InResponseTo=\"_request\""));
}
END_TEST

START_TEST(two_suppliers_on_one_host_are_told_apart_by_the_plaintext)
{
    scene_t *scene = make();
    sealing_t sealing = by_cbc;
    maker_t maker = maker_usual();
    eckid_supplier_t *second = APR_ARRAY_IDX(scene->policy->suppliers, 1, eckid_supplier_t *);
    const char *const consumers[] = {MAKER_CONSUMER, "https://books.example/second"};
    const char *const names[] = {MAKER_SUPPLIER, second->name};

    APR_ARRAY_PUSH(second->consumers, const char *) = consumers[1];
    ok(eckid_policy_add(scene->policy, second, pool));
    describe(first_supplier(scene->policy), to_supplier());
    describe(second, to_supplier());
    maker.sealing = &sealing;
    for (int i = 0; i < COUNT(names); i++) {
        sealing.recipient = maker.audience = names[i];
        maker.recipient = maker.destination = consumers[i];
        eckid_decision_t decision =
            rewrite(scene, base64_of(maker_xml(&maker)), consumers[i], false);

        ck_assert_int_eq(decision.cause->code, ECKID_LAS_REFUSED);
        ck_assert_str_eq(decision.supplier->name, names[i]);
    }
}
END_TEST

START_TEST(the_supplier_is_the_one_that_the_plaintext_names)
{
    const scene_t *scene = make();
    maker_t maker = maker_usual();

    maker.sealing = &by_cbc;
    maker.audience = receivers[_i].audience;
    maker.recipient = receivers[_i].recipient;
    maker.destination = receivers[_i].destination;
    describe(first_supplier(scene->policy), to_supplier());
    eckid_decision_t decision =
        rewrite(scene, base64_of(maker_xml(&maker)), receivers[_i].action, false);

    ck_assert_int_eq(decision.cause->code, receivers[_i].cause);
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    const char *text = eckid_err_text(decision.cause, pool);

    ck_assert_msg(strstr(text, receivers[_i].words), "no %s in %s", receivers[_i].words, text);
}
END_TEST

/* The Recipient of an EncryptedKey is an entity ID, which may be unknown here. */
static const struct {
    const char *recipient;
    eckid_verdict_t elsewhere; /* where all other names are those of no supplier */
} key_recipients[] = {
    {NULL, ECKID_PASS},
    {"https://canteen.example/saml", ECKID_PASS},
    {MAKER_SUPPLIER, ECKID_REFUSE},
};

START_TEST(the_recipient_of_a_key_names_a_supplier)
{
    scene_t *scene = make();
    sealing_t sealing = by_cbc;
    maker_t maker = maker_usual();

    sealing.recipient = key_recipients[_i].recipient;
    maker.sealing = &sealing;
    first_supplier(scene->policy)->on[ECKID_LAS_FAILED] = ECKID_OMIT;
    describe(first_supplier(scene->policy), to_supplier());
    ck_assert_int_eq(rewrite(scene, base64_of(maker_xml(&maker)), MAKER_CONSUMER, false).verdict,
                     ECKID_CHANGE);
    maker.destination = maker.recipient = maker.audience = "https://canteen.example/saml";
    ck_assert_int_eq(rewrite(scene, base64_of(maker_xml(&maker)), NULL, false).verdict,
                     key_recipients[_i].elsewhere);
}
END_TEST

START_TEST(without_keys_of_ours_an_encrypted_login_is_refused_or_passes)
{
    scene_t *scene = make();

    scene->decryption_keys = NULL;
    ck_assert_int_eq(rewrite(scene, login(true), MAKER_CONSUMER, false).cause->code,
                     ECKID_ENCRYPTED);
    maker_t maker = maker_usual();

    maker.sealing = &by_cbc;
    maker.destination = maker.recipient = maker.audience = "https://other.example/";
    ck_assert_int_eq(
        rewrite(scene, base64_of(maker_xml(&maker)), "https://other.example/", false).verdict,
        ECKID_PASS);
}
END_TEST

static eckid_err_t *open_later(eckid_saml_opened_t *opened, const scene_t *scene,
                               const maker_t *maker, int seconds)
{
    const eckid_saml_setup_t setup = setup_of(scene);
    const char *base64 = base64_of(maker_xml(maker));
    eckid_saml_context_t context = {.policy = scene->policy, .bytes = str(base64)};
    const eckid_saml_post_t post = {str(base64), {.action = NULL}, &context, false};
    eckid_moment_t moment = *maker_moment();

    moment.now += apr_time_from_sec(seconds);
    return eckid_saml_login_open(opened, &setup, &post, &moment, pool);
}

START_TEST(a_captured_login_is_judged_by_the_time_when_it_was_made)
{
    static const int later[] = {0, 3600, 400 * 24 * 3600};
    const maker_t usual_one = maker_usual();
    maker_t ended = maker_usual(), forged = maker_usual();
    const scene_t *scene = make();
    eckid_saml_opened_t opened;

    ended.not_on_or_after = "2026-08-31T08:00:00Z";
    forged.key = 3;
    for (int i = 0; i < COUNT(later); i++) {
        ok(open_later(&opened, scene, &usual_one, later[i]));
        ck_assert_str_eq(opened.decision.supplier->name, MAKER_SUPPLIER);
        ck_assert(opened.made == MAKER_NOW);
        ck_assert_ptr_nonnull(opened.attributes.kind);
        refused(open_later(&opened, scene, &ended, later[i]), ECKID_TIME);
        refused(open_later(&opened, scene, &forged, later[i]), ECKID_UNKNOWN_KEY);
    }
}
END_TEST

UNIT_SUITE(saml_login)
{
    Suite *suite = suite_create("saml_login");
    TCase *tcase = unit_case(suite, "login");

    tcase_add_test(tcase, a_captured_login_is_judged_by_the_time_when_it_was_made);
    tcase_add_test(tcase, without_eck_id_it_goes_out_signed_by_us);
    tcase_add_test(tcase, a_refusal_goes_to_the_supplier_where_its_block_says_so);
    tcase_add_test(tcase, a_new_key_of_the_identity_provider_costs_no_login);
    tcase_add_test(tcase, what_is_no_supplier_s_passes);
    tcase_add_test(tcase, what_cannot_be_read_is_refused);
    tcase_add_loop_test(tcase, a_login_goes_out_encrypted_or_not, 0, COUNT(ways));
    tcase_add_test(tcase, an_encrypted_login_can_be_refused_by_status);
    tcase_add_test(tcase, two_suppliers_on_one_host_are_told_apart_by_the_plaintext);
    tcase_add_loop_test(tcase, the_supplier_is_the_one_that_the_plaintext_names, 0,
                        COUNT(receivers));
    tcase_add_loop_test(tcase, the_recipient_of_a_key_names_a_supplier, 0, COUNT(key_recipients));
    tcase_add_test(tcase, without_keys_of_ours_an_encrypted_login_is_refused_or_passes);
    return suite;
}
