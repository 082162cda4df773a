/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_bridge_metadata.h"
#include "bridge/eckid_name_id.h"
#include "support/bridge.h"
#include "support/metadata.h"

static eckid_bytes_t metadata_of(const bridge_scene_t *scene, const eckid_key_t *signer)
{
    eckid_bytes_t text;

    ok(eckid_bridge_metadata(&text, &scene->bridge, signer, MAKER_NOW, pool));
    return text;
}

START_TEST(a_reader_finds_our_keys_and_how_long_they_are_good)
{
    const bridge_scene_t *scene = bridge_scene("");
    eckid_idp_t *idp;

    ok(eckid_saml_metadata_idp(&idp, metadata_file(metadata_of(scene, NULL).data), BRIDGE_ISSUER,
                               pool));
    ck_assert_int_eq(idp->keys->nelts, 1);
    ck_assert(
        eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(RSA_2048, 1)));
    ck_assert_int_eq(idp->life.until, MAKER_NOW + ECKID_BRIDGE_METADATA_AGE);
}
END_TEST

START_TEST(it_lists_what_suppliers_have)
{
    bridge_scene_t *scene = bridge_scene("");
    apr_array_header_t *own = apr_array_make(pool, 1, sizeof(eckid_signer_t));

    APR_ARRAY_PUSH(own, eckid_signer_t) = eckid_signer_make(test_pair(P_256, 2), false, pool);
    scene->supplier->signers = own;
    scene->bridge.contact = "a&b@school.example";
    APR_ARRAY_PUSH(scene->supplier->name_ids, eckid_name_id_rule_t) =
        (eckid_name_id_rule_t){ECKID_NAME_ID_EMAIL, "mail", NULL};
    const char *text = metadata_of(scene, NULL).data;

    ck_assert_ptr_nonnull(strstr(text, metadata_certificate(P_256, 2)));
    ck_assert_ptr_nonnull(strstr(text, metadata_certificate(RSA_2048, 1)));
    ck_assert_ptr_nonnull(strstr(text, ECKID_NAME_ID_EMAIL));
    ck_assert_ptr_nonnull(strstr(text, ECKID_NAME_ID_TRANSIENT)); /* of the other supplier */
    ck_assert_ptr_null(strstr(text, ECKID_NAME_ID_PERSISTENT));
    ck_assert_ptr_nonnull(strstr(text, "mailto:a&amp;b@school.example"));
    ck_assert_ptr_nonnull(strstr(text, BRIDGE_SSO));
}
END_TEST

START_TEST(it_can_be_signed)
{
    const bridge_scene_t *scene = bridge_scene("");
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    const eckid_trust_t trust = {keys, false};
    xmlDocPtr doc;

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = test_pair(P_256, 0);
    ok(eckid_xml_parse(&doc, metadata_of(scene, test_pair(P_256, 0)), pool));
    ok(eckid_xmldsig_verify_root(xmlDocGetRootElement(doc), &trust, pool));
}
END_TEST

UNIT_SUITE(bridge_metadata)
{
    Suite *suite = suite_create("bridge_metadata");
    TCase *tcase = unit_case(suite, "metadata");

    tcase_add_test(tcase, a_reader_finds_our_keys_and_how_long_they_are_good);
    tcase_add_test(tcase, it_lists_what_suppliers_have);
    tcase_add_test(tcase, it_can_be_signed);
    return suite;
}
