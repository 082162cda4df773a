/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/bridge.h"

#include <apr_strings.h>
#include <zlib.h>

#include "crypto/eckid_key_sign.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "unit.h"
#include "xml/eckid_xml_namespaces.h"

static const char *consumer(int index, const char *binding, const char *location)
{
    return apr_psprintf(pool,
                        "<m:AssertionConsumerService index='%d' Binding='" ECKID_BINDING_POST
                        "%s' Location='%s'/>",
                        index, binding, location);
}

static const eckid_saml_metadata_sp_t *metadata_of(const char *wishes)
{
    const char *keys = metadata_descriptor("", metadata_certificate(RSA_2048, 0));
    const char *role = apr_pstrcat(
        pool, "<m:SPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'", wishes, ">",
        keys, consumer(0, "", MAKER_CONSUMER), consumer(1, "", MAKER_CONSUMER "/two"),
        consumer(2, "-Artifact", "https://a/x"), "</m:SPSSODescriptor>", NULL);
    eckid_saml_metadata_sp_t *sp;

    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata_entity(MAKER_SUPPLIER, role)),
                              MAKER_SUPPLIER, pool));
    return sp;
}

static void describe(eckid_supplier_t *supplier, const char *wishes)
{
    const eckid_saml_metadata_sp_t *sp = metadata_of(wishes);

    APR_ARRAY_PUSH(supplier->described, eckid_described_t) =
        (eckid_described_t){MAKER_SUPPLIER, sp->encryption, sp->why_not, sp->text, sp->role};
}

static void set_claims(bridge_scene_t *scene)
{
    static const char *const names[] = {"uid", "employeeNumber"};
    apr_array_header_t *claims = apr_array_make(pool, 2, sizeof(eckid_claim_t));

    for (int i = 0; i < COUNT(names); i++) {
        APR_ARRAY_PUSH(claims, eckid_claim_t) = (eckid_claim_t){
            .attribute = {names[i], eckid_claims_format(names[i]), NULL}, .variable = names[i]};
    }
    scene->bridge.claims = claims;
    scene->bridge.contexts = apr_array_make(pool, 1, sizeof(eckid_context_rule_t));
    scene->variables = apr_table_make(pool, 2);
    apr_table_set(scene->variables, "uid", "pukkelen");
    apr_table_set(scene->variables, "employeeNumber", "95312");
    scene->environment = (eckid_environment_t){scene->variables, "somebody"};
}

static void set_rules(bridge_scene_t *scene)
{
    apr_array_header_t *signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));
    eckid_match_t *match;

    ok(eckid_match_make(&match, "([0-9]+)", "$1", pool));
    APR_ARRAY_PUSH(signers, eckid_signer_t) = (eckid_signer_t){test_pair(RSA_2048, 1), false};
    scene->student = (eckid_kind_t){.conditions = apr_array_make(pool, 1, sizeof(void *)),
                                       .source = "employeeNumber",
                                       .match = match,
                                       .type = "NEPPI"};
    scene->fake = (fake_las_t){.status = 500, .type = "text/plain", .body = ""};
    scene->las = fake_channel(&scene->fake);
    scene->rules = (eckid_rules_t){.policy = scene->policy,
                                   .kinds = &scene->student,
                                   .lookup = fake_setup(&scene->las, NULL),
                                   .signers = signers,
                                   .skew = apr_time_from_sec(60)};
}

bridge_scene_t *bridge_scene(const char *wishes)
{
    bridge_scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    eckid_secret_t *secret = eckid_secret_make(str("a secret of more than thirty-two bytes"), pool);

    scene->policy = two_suppliers();
    scene->supplier = first_supplier(scene->policy);
    scene->supplier->on[ECKID_LAS_FAILED] = ECKID_OMIT;
    describe(scene->supplier, wishes);
    set_rules(scene);
    scene->store = fake_store_make();
    scene->answered = (eckid_records_t){secret, NULL, fake_store(scene->store)};
    scene->bridge = (eckid_bridge_t){.rules = &scene->rules,
                                     .entity_id = BRIDGE_ISSUER,
                                     .url = BRIDGE_ISSUER,
                                     .path = "/saml/idp",
                                     .secret = secret,
                                     .answered = &scene->answered};
    set_claims(scene);
    return scene;
}

const char *bridge_request(const char *attributes, const char *children)
{
    return apr_pstrcat(pool,
                       "<p:AuthnRequest xmlns:p='" ECKID_NS_SAMLP "' xmlns:a='" ECKID_NS_SAML
                       "' ID='_request' Version='2.0' IssueInstant='2026-08-31T08:30:00Z'"
                       " Destination='" BRIDGE_SSO "'",
                       attributes, "><a:Issuer>" MAKER_SUPPLIER "</a:Issuer>", children,
                       "</p:AuthnRequest>", NULL);
}

static const char *pair_of(const char *name, const char *value)
{
    return apr_pstrcat(pool, name, "=", eckid_codec_percent(str(value), pool), NULL);
}

static const char *state_of(const char *relay_state)
{
    return relay_state ? apr_pstrcat(pool, "&", pair_of("RelayState", relay_state), NULL) : "";
}

eckid_bridge_carrier_t bridge_post(const char *xml, const char *relay_state)
{
    const char *text =
        apr_pstrcat(pool, pair_of("SAMLRequest", eckid_codec_base64(str(xml), pool).data),
                    state_of(relay_state), NULL);

    return (eckid_bridge_carrier_t){true, str(text), BRIDGE_SSO};
}

static const char *packed(const char *xml)
{
    static unsigned char out[200000];
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)xml,
                       .avail_in = (uInt)strlen(xml),
                       .next_out = out,
                       .avail_out = sizeof(out)};

    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return eckid_codec_base64(eckid_bytes(out, stream.total_out), pool).data;
}

eckid_bridge_carrier_t bridge_query(const char *xml, const char *relay_state, int key)
{
    const char *text =
        apr_pstrcat(pool, pair_of("SAMLRequest", packed(xml)), state_of(relay_state), NULL);
    eckid_bytes_t signature;

    if (key >= 0) {
        const eckid_key_t *pair = test_pair(RSA_2048, key);

        text = apr_pstrcat(pool, text, "&", pair_of("SigAlg", eckid_xmldsig_algorithm(pair)), NULL);
        ok(eckid_key_sign(&signature, pair, ECKID_RS256, str(text), pool));
        text = apr_pstrcat(pool, text, "&",
                           pair_of("Signature", eckid_codec_base64(signature, pool).data), NULL);
    }
    return (eckid_bridge_carrier_t){false, str(text), BRIDGE_SSO};
}

const char *bridge_sealed(const char *location)
{
    ck_assert_ptr_nonnull(location);
    return strstr(location, "?r=") + 3;
}

eckid_bridge_answer_t bridge_come_back(const bridge_scene_t *scene, const char *location)
{
    const char *place = location + strlen(scene->bridge.path);

    return eckid_bridge_answer(
        &scene->bridge, bridge_sealed(location),
        apr_pstrmemdup(pool, place, (apr_size_t)(strchr(place, '?') - place)), &scene->environment,
        maker_moment(), pool);
}
