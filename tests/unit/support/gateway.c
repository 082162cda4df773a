/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gateway, with an identity provider, two suppliers and a LAS behind it. */
#include "support/gateway.h"

#include "support/maker.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "unit.h"

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

apr_array_header_t *gateway_signers(test_kind_t kind, int number, bool shared)
{
    apr_array_header_t *array = apr_array_make(pool, 1, sizeof(eckid_signer_t));

    APR_ARRAY_PUSH(array, eckid_signer_t) =
        eckid_signer_make(test_pair(kind, number), shared, pool);
    return array;
}

gateway_scene_t *gateway_scene_of(test_kind_t kind)
{
    gateway_scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_saml_rules_t rules = maker_rules(kind, 0);

    scene->metadata = metadata_source(metadata_file(metadata_idp(MAKER_ISSUER, rules.trust.keys)));
    scene->policy = two_suppliers();
    scene->student.conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t));
    APR_ARRAY_PUSH(scene->student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("student", NULL)};
    scene->student.source = "employeeNumber";
    scene->student.match = match("(\\d+)", "$1@1.school.example");
    scene->student.type = "NEPPI";
    scene->fake = (fake_las_t){.status = 200,
                               .type = "application/json",
                               .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    scene->las = fake_channel(&scene->fake);
    scene->cache = fake_cache(fake_store_make());
    scene->gateway = (eckid_gateway_t){
        .rules = {.policy = scene->policy,
                  .kinds = &scene->student,
                  .lookup = fake_setup(&scene->las, &scene->cache),
                  .signers = gateway_signers(kind, 1, false),
                  .skew = apr_time_from_sec(60)},
        .saml = {.rules = &scene->gateway.rules,
                 .metadata = scene->metadata,
                 .response_max = 256 * 1024},
        .page_max = 1024 * 1024,
    };
    return scene;
}

gateway_scene_t *gateway_scene(void)
{
    return gateway_scene_of(RSA_2048);
}

eckid_decision_t gateway_rewrite(const gateway_scene_t *scene, const char *page)
{
    return eckid_page_rewrite(&scene->gateway, str(page), false, maker_moment(), pool);
}

eckid_decision_t gateway_rewrite_maker(const gateway_scene_t *scene, const maker_t *maker)
{
    return gateway_rewrite(scene, maker_page(maker->destination, maker_xml(maker)));
}

void gateway_refuses(eckid_decision_t decision, int status, eckid_code_t code)
{
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, status);
    ck_assert_msg(decision.cause && decision.cause->code == code, "%s",
                  decision.cause ? eckid_err_text(decision.cause, pool) : "no cause");
}

eckid_bytes_t gateway_xml_in(eckid_bytes_t page)
{
    const char *mark = "name=\"SAMLResponse\" value=\"";
    const char *from = strstr(page.data, mark) + strlen(mark);
    eckid_bytes_t xml;

    ck_assert(eckid_codec_base64_decode(&xml, eckid_bytes(from, strcspn(from, "\"")), pool));
    return xml;
}

eckid_saml_message_t *gateway_response_in(eckid_bytes_t page)
{
    eckid_saml_message_t *saml;

    ok(eckid_saml_message_open(&saml, gateway_xml_in(page), pool));
    return saml;
}

eckid_verified_t *gateway_verified(eckid_bytes_t page, test_kind_t kind, int key)
{
    const eckid_saml_rules_t rules = maker_rules(kind, key);
    eckid_verified_t *verified;

    ok(eckid_saml_verify(&verified, gateway_response_in(page), &rules, pool));
    return verified;
}

const char *gateway_attributes_in(eckid_bytes_t page)
{
    eckid_verified_t *verified = gateway_verified(page, RSA_2048, 1);
    apr_array_header_t *values =
        eckid_attributes_values(eckid_saml_attributes(verified, pool), "eckId", pool);
    const char *names = apr_array_pstrcat(
        pool, eckid_attributes_names(eckid_saml_attributes(verified, pool), pool), ' ');

    if (values->nelts) {
        ck_assert_int_eq(values->nelts, 1);
        ck_assert_str_eq(APR_ARRAY_IDX(values, 0, eckid_bytes_t).data, AN_ECKID);
    }
    return names;
}
