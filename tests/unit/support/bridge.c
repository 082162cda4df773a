/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/bridge.h"

#include <apr_strings.h>
#include <zlib.h>

#include "crypto/eckid_key_sign.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "unit.h"
#include "saml/eckid_saml_answer.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

static const char *consumer(int index, const char *binding, const char *location)
{
    return apr_psprintf(pool,
                        "<m:AssertionConsumerService index='%d' Binding='" ECKID_BINDING_POST
                        "%s' Location='%s'/>",
                        index, binding, location);
}

static const char *metadata_of(const char *entity, const char *wishes, const char *logouts)
{
    const char *keys = metadata_descriptor("", metadata_certificate(RSA_2048, 0));
    const char *role = apr_pstrcat(
        pool, "<m:SPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'", wishes, ">",
        keys, logouts, consumer(0, "", MAKER_CONSUMER), consumer(1, "", MAKER_CONSUMER "/two"),
        consumer(2, "-Artifact", "https://a/x"), "</m:SPSSODescriptor>", NULL);

    return metadata_entity(entity, role);
}

static void describe(eckid_supplier_t *supplier, const char *wishes, const char *logouts)
{
    const char *entity = APR_ARRAY_IDX(supplier->entity_ids, 0, const char *);
    eckid_saml_metadata_sp_t *sp;

    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata_of(entity, wishes, logouts)), entity,
                              pool));
    apr_array_clear(supplier->described);
    APR_ARRAY_PUSH(supplier->described, eckid_described_t) =
        (eckid_described_t){entity, sp->encryption, sp->why_not, sp->text, sp->role};
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
    APR_ARRAY_PUSH(signers, eckid_signer_t) =
        eckid_signer_make(test_pair(RSA_2048, 1), false, pool);
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
    describe(scene->supplier, wishes, "");
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

static const char *message(const char *name, const char *place, const char *attributes,
                           const char *children)
{
    return apr_pstrcat(pool, "<p:", name,
                       " xmlns:p='" ECKID_NS_SAMLP "' xmlns:a='" ECKID_NS_SAML
                       "' ID='_request' Version='2.0' IssueInstant='2026-08-31T08:30:00Z'"
                       " Destination='",
                       place, "'", attributes, "><a:Issuer>" MAKER_SUPPLIER "</a:Issuer>", children,
                       "</p:", name, ">", NULL);
}

const char *bridge_request(const char *attributes, const char *children)
{
    return message("AuthnRequest", BRIDGE_SSO, attributes, children);
}

const char *bridge_logout_request(const char *attributes, const char *children)
{
    return message("LogoutRequest", BRIDGE_SLO, attributes, children);
}

const char *bridge_logout_response(const char *request, const char *children)
{
    return message("LogoutResponse", BRIDGE_SLO,
                   apr_pstrcat(pool, " InResponseTo='", request, "'", NULL), children);
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

static eckid_bytes_t query_of(const char *parameter, const char *xml, const char *relay_state,
                              int key)
{
    const char *text =
        apr_pstrcat(pool, pair_of(parameter, packed(xml)), state_of(relay_state), NULL);
    eckid_bytes_t signature;

    if (key >= 0) {
        const eckid_key_t *pair = test_pair(RSA_2048, key);

        text = apr_pstrcat(pool, text, "&", pair_of("SigAlg", eckid_xmldsig_algorithm(pair)), NULL);
        ok(eckid_key_sign(&signature, pair, ECKID_RS256, str(text), pool));
        text = apr_pstrcat(pool, text, "&",
                           pair_of("Signature", eckid_codec_base64(signature, pool).data), NULL);
    }
    return str(text);
}

eckid_bridge_carrier_t bridge_query(const char *xml, const char *relay_state, int key)
{
    return (eckid_bridge_carrier_t){false, query_of("SAMLRequest", xml, relay_state, key),
                                    BRIDGE_SSO};
}

eckid_bridge_carrier_t bridge_slo(const char *parameter, const char *xml, const char *relay_state,
                                  int key)
{
    return (eckid_bridge_carrier_t){false, query_of(parameter, xml, relay_state, key), BRIDGE_SLO};
}

bridge_scene_t *bridge_logout_scene(const char *first, const char *second)
{
    bridge_scene_t *scene = bridge_scene("");

    for (int i = 0; i < 2; i++) {
        eckid_supplier_t *supplier = APR_ARRAY_IDX(scene->policy->suppliers, i, eckid_supplier_t *);

        supplier->on[ECKID_LAS_FAILED] = ECKID_OMIT;
        describe(supplier, "", i ? second : first);
    }
    scene->bridge.logout = "/module?logout=";
    return scene;
}

static eckid_err_t *serve(void *self, eckid_http_response_t **out,
                          const eckid_http_request_t *request, apr_pool_t *own)
{
    bridge_source_t *source = self;

    (void)request;
    source->calls++;
    *out = apr_pcalloc(own, sizeof(**out));
    (*out)->status = source->status;
    (*out)->headers = apr_table_make(own, 1);
    (*out)->body = str(source->text);
    return NULL;
}

bridge_source_t *bridge_publish(bridge_scene_t *scene, const char *logouts)
{
    bridge_source_t *source = apr_pcalloc(pool, sizeof(*source));
    eckid_supplier_sources_t *sources = apr_pcalloc(pool, sizeof(*sources));
    eckid_supplier_t *supplier = APR_ARRAY_IDX(scene->policy->suppliers, 1, eckid_supplier_t *);
    const eckid_transport_t transport = {serve, source};
    const eckid_metadata_entity_t entity = {ECKID_ROLE_SP, BRIDGE_OTHER};
    const eckid_metadata_listener_t nobody = {NULL, NULL};
    eckid_metadata_url_t url;
    eckid_metadata_t *metadata;

    *source = (bridge_source_t){200, 0, metadata_of(BRIDGE_OTHER, "", logouts)};
    ok(eckid_metadata_url_make(&url, BRIDGE_OTHER, NULL, NULL, &transport, pool));
    ok(eckid_metadata_from_url(&metadata, &url, BRIDGE_PATIENCE, &entity, &nobody, pool));
    sources->configured = scene->policy;
    sources->all = apr_array_make(pool, 1, sizeof(eckid_supplier_source_t));
    APR_ARRAY_PUSH(sources->all, eckid_supplier_source_t) =
        (eckid_supplier_source_t){supplier->name, BRIDGE_OTHER, metadata};
    apr_array_clear(supplier->described);
    scene->bridge.sources = sources;
    return source;
}

void bridge_keep(bridge_scene_t *scene, const apr_array_header_t *changes)
{
    apr_array_header_t *kept = eckid_bridge_cookies_read(scene->cookies, pool);

    scene->cookies = "other=1";
    for (int i = 0; i < changes->nelts; i++) {
        const eckid_bridge_cookie_t *change = &APR_ARRAY_IDX(changes, i, eckid_bridge_cookie_t);

        for (int j = 0; j < kept->nelts; j++) {
            eckid_bridge_cookie_t *each = &APR_ARRAY_IDX(kept, j, eckid_bridge_cookie_t);

            each->value = strcmp(each->name, change->name) == 0 ? NULL : each->value;
        }
        APR_ARRAY_PUSH(kept, eckid_bridge_cookie_t) = *change;
    }
    for (int i = 0; i < kept->nelts; i++) {
        const eckid_bridge_cookie_t *each = &APR_ARRAY_IDX(kept, i, eckid_bridge_cookie_t);

        scene->cookies = each->value ? apr_pstrcat(pool, scene->cookies, "; ", each->name, "=",
                                                   each->value, NULL)
                                     : scene->cookies;
    }
}

void bridge_log_in(bridge_scene_t *scene, const char *supplier)
{
    const char *query =
        apr_pstrcat(pool, "supplier=", eckid_codec_percent(str(supplier), pool), NULL);
    const eckid_bridge_answer_t asked =
        eckid_bridge_begin(&scene->bridge, str(query), maker_moment(), pool);
    const eckid_bridge_answer_t answer = bridge_come_back(scene, asked.location);

    ck_assert_int_eq(answer.decision.verdict, ECKID_CHANGE);
    bridge_keep(scene, answer.cookies);
}

const apr_array_header_t *bridge_sessions(const bridge_scene_t *scene)
{
    const eckid_bridge_seal_t seal = {scene->bridge.secret, NULL, scene->bridge.entity_id};

    return eckid_bridge_sessions_read(eckid_bridge_cookies_read(scene->cookies, pool), &seal,
                                      MAKER_NOW, pool);
}

const char *bridge_own_logout(const bridge_scene_t *scene, const char *attributes)
{
    const eckid_bridge_session_t *session =
        eckid_bridge_sessions_find(bridge_sessions(scene), MAKER_SUPPLIER);

    return bridge_logout_request(
        attributes, apr_pstrcat(pool, "<a:NameID Format='", session->name_id.format, "'>",
                                session->name_id.value, "</a:NameID><p:SessionIndex>",
                                session->index, "</p:SessionIndex>", NULL));
}

eckid_logout_answer_t bridge_bring(bridge_scene_t *scene, eckid_bridge_carrier_t carrier)
{
    const eckid_logout_answer_t answer =
        eckid_bridge_logout_message(&scene->bridge, &carrier, scene->cookies, maker_moment(), pool);

    bridge_keep(scene, answer.cookies);
    return answer;
}

eckid_logout_answer_t bridge_visit(bridge_scene_t *scene, const char *token)
{
    const eckid_logout_answer_t answer =
        eckid_bridge_logout_page(&scene->bridge, scene->cookies, token, maker_moment(), pool);

    bridge_keep(scene, answer.cookies);
    return answer;
}

eckid_logout_answer_t bridge_over(bridge_scene_t *scene, bool has_user)
{
    ck_assert_str_eq(bridge_visit(scene, NULL).sent.location, "/saml/idp/passive?logout");
    const eckid_logout_answer_t answer =
        eckid_bridge_logout_over(&scene->bridge, scene->cookies, has_user, maker_moment(), pool);

    bridge_keep(scene, answer.cookies);
    return answer;
}

const char *bridge_taken(const eckid_logout_answer_t *answer, const char *parameter)
{
    const char *url = answer->sent.location;

    ck_assert_int_eq(answer->show, ECKID_LOGOUT_SHOW_SENT);
    if (!url) {
        ck_assert_str_eq(answer->sent.post.name, parameter);
        return answer->sent.post.xml.data;
    }
    const char *query = strstr(url, parameter);
    eckid_bridge_message_t *message;
    eckid_bytes_t xml;

    ck_assert_msg(query, "%s", url);
    const eckid_bridge_carrier_t carrier = {false, str(query), url};

    ok(eckid_bridge_message_read(&message, &carrier, parameter, pool));
    ok(eckid_xml_print(&xml, message->root->doc, pool));
    return xml.data;
}

eckid_bridge_carrier_t bridge_confirm(const eckid_logout_answer_t *asked, const char *status,
                                      int key)
{
    const char *id = strstr(bridge_taken(asked, "SAMLRequest"), " ID=\"") + 5;
    const char *code = apr_pstrcat(pool, "<p:Status><p:StatusCode Value='" ECKID_SAML_STATUS,
                                   status, "'/></p:Status>", NULL);
    const char *xml = bridge_logout_response(apr_pstrmemdup(pool, id, strcspn(id, "\"")), code);

    return bridge_slo("SAMLResponse", replaced(xml, MAKER_SUPPLIER, BRIDGE_OTHER), NULL, key);
}

const char *bridge_sealed(const char *location)
{
    ck_assert_ptr_nonnull(location);
    return strstr(location, "?r=") + 3;
}

eckid_bridge_answer_t bridge_come_back(const bridge_scene_t *scene, const char *location)
{
    const char *place = location + strlen(scene->bridge.path);

    const eckid_bridge_back_t back = {
        bridge_sealed(location),
        apr_pstrmemdup(pool, place, (apr_size_t)(strchr(place, '?') - place)), scene->cookies};

    return eckid_bridge_answer(&scene->bridge, &back, &scene->environment, maker_moment(), pool);
}
