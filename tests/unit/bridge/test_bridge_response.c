/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_bridge_response.h"
#include "saml/eckid_saml_attributes.h"
#include "saml/eckid_saml_decrypt.h"
#include "support/bridge.h"
#include "xml/eckid_xml_namespaces.h"

static const eckid_saml_head_t head = {.name = "Response",
                                       .id = "_response",
                                       .now = MAKER_NOW,
                                       .destination = MAKER_CONSUMER,
                                       .request = "_request",
                                       .issuer = MAKER_ISSUER};

static eckid_statement_t statement_of(const bridge_scene_t *scene)
{
    eckid_statement_t statement = {.audience = MAKER_SUPPLIER,
                                   .name_id = {ECKID_NAME_ID_UNSPECIFIED, "<me>", NULL, NULL},
                                   .context = "class",
                                   .instant = MAKER_NOW,
                                   .session = "_session",
                                   .skew = apr_time_from_sec(60)};
    eckid_user_claims_t *claims;

    ok(eckid_claims_read(&claims, scene->bridge.claims, &scene->environment, pool));
    statement.claims = claims;
    return statement;
}

static const struct {
    test_kind_t kind;
    eckid_sign_what_t what;
    int outer, inner; /* signatures */
    bool encrypted;
} rows[] = {
    {RSA_2048, ECKID_SIGN_BOTH, 1, 1, false},     {RSA_2048, ECKID_SIGN_ASSERTION, 0, 1, false},
    {RSA_2048, ECKID_SIGN_RESPONSE, 1, 0, false}, {P_256, ECKID_SIGN_BOTH, 1, 1, false},
    {RSA_2048, ECKID_SIGN_BOTH, 1, 1, true},      {RSA_2048, ECKID_SIGN_ASSERTION, 0, 1, true},
};

static eckid_described_t reader(void)
{
    eckid_encryption_t *encryption = apr_pcalloc(pool, sizeof(*encryption));

    *encryption = (eckid_encryption_t){
        test_pair(RSA_2048, 2), ECKID_AES256_GCM, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false};
    return (eckid_described_t){.id = MAKER_SUPPLIER, .encryption = encryption};
}

/* What our own gateway makes of it, in front of another identity provider: it is the strictest
 * reader at hand. */
static eckid_err_t *verify(eckid_verified_t **verified, eckid_bytes_t xml, test_kind_t kind)
{
    eckid_saml_rules_t rules = maker_rules(kind, 1);
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    const eckid_decryption_t decryption = {keys, NULL};
    eckid_saml_message_t *message;

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = test_pair(RSA_2048, 2);
    ok(eckid_saml_message_open(&message, xml, pool));
    if (message->kind == ECKID_SAML_ENCRYPTED) {
        ok(eckid_saml_decrypt(message, &rules.trust, &decryption, pool));
    }
    return eckid_saml_verify(verified, message, &rules, pool);
}

START_TEST(a_strict_reader_believes_it)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_statement_t statement = statement_of(scene);
    const eckid_described_t to = reader();
    const eckid_protection_t protection = {test_pair(rows[_i].kind, 1), rows[_i].what,
                                           rows[_i].encrypted ? &to : NULL};
    eckid_verified_t *verified;
    eckid_bytes_t xml;

    ok(eckid_bridge_response_make(&xml, &head, &statement, &protection, maker_moment(), pool));
    ck_assert_int_eq(strstr(xml.data, "pukkelen") == NULL, rows[_i].encrypted);
    ok(verify(&verified, xml, rows[_i].kind));
    ck_assert_int_eq(eckid_xmldsig_outer(verified) != NULL, rows[_i].outer);
    eckid_attributes_t attributes = eckid_saml_attributes(verified, pool);

    ck_assert_int_eq(eckid_attributes_names(attributes, pool)->nelts, 2);
    ck_assert_str_eq(eckid_attributes_subject(attributes, pool), "<me>");
}
END_TEST

START_TEST(without_attributes_and_name_id_it_is_still_a_login)
{
    const bridge_scene_t *scene = bridge_scene("");
    eckid_statement_t statement = statement_of(scene);
    const eckid_user_claims_t none = {apr_array_make(pool, 1, sizeof(eckid_claimed_t)), NULL};
    const eckid_protection_t protection = {test_pair(RSA_2048, 1), ECKID_SIGN_BOTH, NULL};
    eckid_verified_t *verified;
    eckid_bytes_t xml;

    statement.claims = &none;
    statement.name_id = (eckid_name_id_t){.format = NULL};
    ok(eckid_bridge_response_make(&xml, &head, &statement, &protection, maker_moment(), pool));
    ok(verify(&verified, xml, RSA_2048));
    ck_assert_ptr_null(strstr(xml.data, "AttributeStatement"));
    ck_assert_ptr_null(strstr(xml.data, "NameID"));
}
END_TEST

START_TEST(a_refusal_is_signed_and_says_both_codes)
{
    const eckid_saml_status_t status = {"Responder", "NoPassive", "nobody & <none>"};
    eckid_verified_t *verified;
    eckid_bytes_t xml;
    xmlDocPtr doc;

    ok(eckid_bridge_response_refuse(&xml, &head, &status, test_pair(RSA_2048, 1), pool));
    ok(eckid_xml_parse(&doc, xml, pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 1);

    ok(eckid_xmldsig_verify(&verified, root, eckid_xml_child(root, ECKID_NS_SAMLP, "Status"),
                            &rules.trust, pool));
    ck_assert_ptr_nonnull(strstr(xml.data, "status:Responder\""));
    ck_assert_ptr_nonnull(strstr(xml.data, "status:NoPassive\""));
    ck_assert_ptr_nonnull(strstr(xml.data, "nobody &amp; &lt;none&gt;"));
}
END_TEST

UNIT_SUITE(bridge_response)
{
    Suite *suite = suite_create("bridge_response");
    TCase *tcase = unit_case(suite, "response");

    tcase_add_loop_test(tcase, a_strict_reader_believes_it, 0, COUNT(rows));
    tcase_add_test(tcase, without_attributes_and_name_id_it_is_still_a_login);
    tcase_add_test(tcase, a_refusal_is_signed_and_says_both_codes);
    return suite;
}
