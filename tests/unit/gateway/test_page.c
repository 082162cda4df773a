/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <zlib.h>

#include "xml/eckid_c14n.h"
#include "decision/eckid_refusal_page.h"
#include "gateway/eckid_page.h"
#include "xml/eckid_xml_namespaces.h"
#include "support/fakes.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "support/suppliers.h"

/* A gateway with a LAS that knows the student of maker_usual. */
typedef struct scene_t {
    eckid_gateway_t gateway;
    eckid_metadata_t *metadata;
    eckid_policy_t *policy;
    eckid_kind_t student;
    eckid_las_t las;
    fake_las_t fake;
    eckid_cache_t cache;
} scene_t;

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

static apr_array_header_t *signers(test_kind_t kind, int number, bool shared)
{
    apr_array_header_t *array = apr_array_make(pool, 1, sizeof(eckid_signer_t));

    APR_ARRAY_PUSH(array, eckid_signer_t) = (eckid_signer_t){test_pair(kind, number), shared};
    return array;
}

static scene_t *build(void)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);

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
                  .signers = signers(RSA_2048, 1, false),
                  .skew = apr_time_from_sec(60)},
        .saml = {.rules = &scene->gateway.rules,
                 .metadata = scene->metadata,
                 .response_max = 256 * 1024},
        .page_max = 1024 * 1024,
    };
    return scene;
}

static eckid_decision_t rewrite(const scene_t *scene, const char *page)
{
    return eckid_page_rewrite(&scene->gateway, str(page), false, maker_moment(), pool);
}

static eckid_decision_t rewrite_maker(const scene_t *scene, const maker_t *maker)
{
    return rewrite(scene, maker_page(maker->destination, maker_xml(maker)));
}

static void expect_refusal(eckid_decision_t decision, int status, eckid_code_t code)
{
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, status);
    ck_assert_msg(decision.cause && decision.cause->code == code, "%s",
                  decision.cause ? eckid_err_text(decision.cause, pool) : "no cause");
}

/* The response in a page that was made by maker_page. */
static eckid_bytes_t xml_in(eckid_bytes_t page)
{
    const char *mark = "name=\"SAMLResponse\" value=\"";
    const char *from = strstr(page.data, mark) + strlen(mark);
    eckid_bytes_t xml;

    ck_assert(eckid_codec_base64_decode(&xml, eckid_bytes(from, strcspn(from, "\"")), pool));
    return xml;
}

static eckid_saml_message_t *response_in(eckid_bytes_t page)
{
    eckid_saml_message_t *saml;

    ok(eckid_saml_message_open(&saml, xml_in(page), pool));
    return saml;
}

static eckid_verified_t *verified_with(eckid_bytes_t page, test_kind_t kind, int key)
{
    const eckid_saml_rules_t rules = maker_rules(kind, key);
    eckid_verified_t *verified;

    ok(eckid_saml_verify(&verified, response_in(page), &rules, pool));
    return verified;
}

static const char *attributes_in(eckid_bytes_t page)
{
    eckid_verified_t *verified = verified_with(page, RSA_2048, 1);
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

START_TEST(a_student_s_login_gets_the_eckid)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();

    maker.sign_response = maker_signings[_i].response;
    maker.sign_assertion = maker_signings[_i].assertion;
    eckid_decision_t decision = rewrite_maker(scene, &maker);

    ck_assert_msg(decision.verdict == ECKID_CHANGE, "%s",
                  decision.cause ? eckid_err_text(decision.cause, pool) : "");
    ck_assert_str_eq(attributes_in(decision.body), "uid eckId");
    ck_assert_str_eq(decision.supplier->name, MAKER_SUPPLIER);
    ck_assert_int_eq(decision.known.outcome, ECKID_FOUND);
    ck_assert(decision.known.looked_up && decision.known.source == ECKID_FROM_LAS);
    ck_assert_str_eq(apr_array_pstrcat(pool, decision.log.attributes, ' '), "uid eckId");
    ck_assert(rewrite_maker(scene, &maker).known.source == ECKID_FROM_CACHE);
    ck_assert_int_eq(scene->fake.calls, 1);
}
END_TEST

START_TEST(only_the_field_s_value_changes)
{
    maker_t maker = maker_usual();
    const char *page = maker_page(MAKER_CONSUMER, maker_xml(&maker)), *mark = "value=\"";
    eckid_decision_t decision = rewrite(build(), page);
    apr_size_t head = (apr_size_t)(strstr(page, mark) + strlen(mark) - page);
    const char *tail = strstr(page, "\" />"), *new_tail = strstr(decision.body.data, "\" />");

    ck_assert_mem_eq(decision.body.data, page, head);
    ck_assert_str_eq(new_tail, tail);
}
END_TEST

/* The canonical form of a response without what a rewrite is about: signatures, attributes. */
static const char *rest_of(const eckid_saml_message_t *saml)
{
    static const eckid_c14n_t inclusive = {.method = ECKID_C14N_1_0};
    xmlNodePtr root = xmlDocGetRootElement(saml->doc), node = root;
    eckid_bytes_t text;

    while (node) {
        xmlNodePtr this = node;
        bool goes = eckid_xml_is(this, ECKID_NS_DSIG, "Signature") ||
                    eckid_xml_is(this, ECKID_NS_SAML, "AttributeStatement");

        node = goes ? eckid_xml_skip(root, this) : eckid_xml_walk(root, this);
        if (goes) {
            eckid_xml_remove(this);
        }
    }
    ok(eckid_c14n(&text, root, NULL, &inclusive, pool));
    return text.data;
}

/* Much that the schemas allow, and much of other namespaces: none of it is ours to touch. */
static maker_t rich(void)
{
    maker_t maker = maker_usual();

    maker.name_id = " p.pukkelen<!-- x --><![CDATA[&]]>@school.example&#13;\n";
    maker.response_start =
        "\n <samlp:Extensions><x:e xmlns:x='urn:x' x:a=' 1 ' b='&#9;'> t <x:e/></x:e>"
        "<e xmlns='urn:y'><f xmlns=''/></e></samlp:Extensions>";
    maker.subject_extra =
        "<saml:SubjectConfirmation Method='" MAKER_BEARER "'><saml:NameID NameQualifier='q'"
        " SPNameQualifier='s' Format='urn:f'>n</saml:NameID><saml:SubjectConfirmationData"
        " NotBefore='2026-08-31T08:00:00.123Z' NotOnOrAfter='2026-08-31T09:00:00Z'"
        " Recipient='" MAKER_CONSUMER "' InResponseTo='_request' xmlns:x='urn:x' x:more='1'>"
        "<x:held/></saml:SubjectConfirmationData></saml:SubjectConfirmation>";
    maker.conditions_extra =
        "<saml:OneTimeUse/><saml:ProxyRestriction Count='0'/><saml:Condition xmlns:x='urn:x'"
        " xsi:type='x:Odd' x:a='1'><x:b/></saml:Condition><saml:AudienceRestriction>"
        "<saml:Audience> " MAKER_SUPPLIER " </saml:Audience></saml:AudienceRestriction>";
    maker.assertion_extra =
        "<saml:AuthnStatement AuthnInstant='2026-08-31T08:00:00Z' SessionIndex='_s'"
        " SessionNotOnOrAfter='2026-08-31T18:00:00Z'><saml:SubjectLocality DNSName='d'/>"
        "<saml:AuthnContext><saml:AuthnContextDecl xml:lang='nl'><x xmlns='urn:x'>1</x>"
        "</saml:AuthnContextDecl></saml:AuthnContext></saml:AuthnStatement>"
        "<saml:AuthzDecisionStatement Resource='r' Decision='Permit'><saml:Action"
        " Namespace='urn:a'>GET</saml:Action></saml:AuthzDecisionStatement>"
        "<saml:Advice><saml:AssertionIDRef>_other</saml:AssertionIDRef><x:a xmlns:x='urn:x'>"
        "<x:Attribute Name='uid'>1</x:Attribute></x:a></saml:Advice>";
    maker.response_extra = "\n<x:end xmlns:x='urn:x'/>\n";
    return maker;
}

START_TEST(a_rewrite_touches_nothing_but_attributes_and_signatures)
{
    scene_t *scene = build();
    maker_t maker = rich();

    maker.sign_response = maker_signings[_i].response;
    maker.sign_assertion = maker_signings[_i].assertion;
    const char *page = maker_page(MAKER_CONSUMER, maker_xml(&maker));
    eckid_decision_t decision = rewrite(scene, page);

    ck_assert_msg(decision.verdict == ECKID_CHANGE, "%s",
                  decision.cause ? eckid_err_text(decision.cause, pool) : "");
    ck_assert_str_eq(attributes_in(decision.body), "uid eckId");
    ck_assert_str_eq(rest_of(response_in(decision.body)), rest_of(response_in(str(page))));
}
END_TEST

START_TEST(the_eckid_has_the_three_names_that_its_supplier_wants)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->attribute =
        (eckid_attribute_t){"urn:eckId", "urn:its-format", "its friend"};
    ck_assert_ptr_nonnull(
        strstr(xml_in(rewrite_maker(scene, &maker).body).data,
               "<saml:Attribute Name=\"urn:eckId\" NameFormat=\"urn:its-format\""
               " FriendlyName=\"its friend\"><saml:AttributeValue xmlns:xs=\"" ECKID_NS_XS
               "\" xmlns:xsi=\"" ECKID_NS_XSI "\" xsi:type=\"xs:string\">" AN_ECKID "<"));
}
END_TEST

START_TEST(what_the_name_id_shows_is_in_the_decision)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();

    ck_assert_ptr_null(rewrite_maker(scene, &maker).log.name_id_shows);
    maker.name_id = "95312";
    ck_assert_str_eq(rewrite_maker(scene, &maker).log.name_id_shows, "employeeNumber");
}
END_TEST

#define CANTEEN_CONSUMER "https://canteen.example/acs"

/* A page as it is, or a form with that action and XML; without XML, the login of the test. */
typedef struct page_row_t {
    const char *page, *action, *xml;
    eckid_code_t code;
} page_row_t;

static const char *page_of(const page_row_t *row, const maker_t *maker)
{
    return row->page ? row->page : maker_page(row->action, row->xml ? row->xml : maker_xml(maker));
}

static const page_row_t passing_pages[] = {
    {.page = "<p>hello</p>"},
    {.action = CANTEEN_CONSUMER},
    {.action = MAKER_CONSUMER, .xml = "<p:LogoutResponse xmlns:p='" ECKID_NS_SAMLP "'/>"},
    {.action = MAKER_CONSUMER,
     .xml = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'><p:Status><p:StatusCode Value='urn:"
            "oasis:names:tc:SAML:2.0:status:Requester'/></p:Status></p:Response>"},
    {.page = "<form action='" CANTEEN_CONSUMER "'><input name=SAMLart value=x></form>"},
    {.page = "<form action='" MAKER_CONSUMER "'><input name=SAMLResponse value=' \n'></form>"},
    {.page = "<form action=x><textarea name=SAMLResponse>x</textarea></form><p>" MAKER_CONSUMER},
};

START_TEST(pages_without_a_supplier_s_login_pass)
{
    maker_t canteen = maker_usual();

    canteen.destination = canteen.recipient = CANTEEN_CONSUMER;
    canteen.audience = "https://canteen.example/saml";
    canteen.sign_assertion = false; /* even an unsigned one: it is not ours to judge */
    ck_assert_int_eq(rewrite(build(), page_of(&passing_pages[_i], &canteen)).verdict, ECKID_PASS);
}
END_TEST

static const page_row_t refused_pages[] = {
    {.action = CANTEEN_CONSUMER, .code = ECKID_MIXED},
    {.page = "<form action='" MAKER_CONSUMER "'><input name=SAMLart value=x></form>",
     .code = ECKID_BINDING},
    {.page = "<a href='" MAKER_CONSUMER "?SAMLart=x'>", .code = ECKID_BINDING},
};

/* A control with a value of its own, whose form says nothing of where it goes. */
static const char *const buttons[] = {
    "<form><button name=SAMLResponse value='%s'></button></form>",
    "<form action=/x><button name=SAMLResponse formaction='" CANTEEN_CONSUMER
    "' value='%s'></button></form>",
    "<form><select><option value='%s'></select><textarea name=SAMLResponse></textarea></form>",
};

START_TEST(a_login_in_another_control_is_refused)
{
    maker_t maker = maker_usual();
    const char *value = eckid_codec_base64(str(maker_xml(&maker)), pool).data;

    expect_refusal(rewrite(build(), replaced(buttons[_i], "%s", value)), 502, ECKID_BINDING);
}
END_TEST

START_TEST(logins_that_only_a_supplier_could_take_are_refused)
{
    maker_t maker = maker_usual();

    expect_refusal(rewrite(build(), page_of(&refused_pages[_i], &maker)), 502,
                   refused_pages[_i].code);
}
END_TEST

#define FIELD(value) "<input name=SAMLResponse value='" value "'>"
#define XML_FIELD(text)                                                                            \
    {                                                                                              \
        .xml = text, .code = ECKID_XML                                                             \
    }

/* What cannot be read, within a form that leads to a supplier or elsewhere. */
static const struct {
    const char *in_form, *xml;
    eckid_code_t code;
} unread[] = {
    {.in_form = "<textarea name=SAMLResponse>x</textarea>", .code = ECKID_FIELDS},
    {.in_form = "<select name=samlresponse></select>", .code = ECKID_FIELDS},
    {.in_form = FIELD("*"), .code = ECKID_XML},
    {.in_form = FIELD("eHh4"), .code = ECKID_XML},
    {.in_form = FIELD("eHh4") FIELD("eHh4"), .code = ECKID_FIELDS},
    {.in_form = "<input name=wresult value='<x/'>", .code = ECKID_XML},
    {.in_form = "<input name=SAMLResponse value=\"", .code = ECKID_TRUNCATED},
    {.in_form = "<!-- SAMLResponse", .code = ECKID_TRUNCATED},
    XML_FIELD("<!DOCTYPE x><x/>"),
    XML_FIELD("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
    XML_FIELD("<x"),
    XML_FIELD("<?xml version='1.0' encoding='x-nosuch'?><x/>"),
    XML_FIELD("<p:Response xmlns:p='urn:a' xmlns:p='urn:b'/>"),
};

static const char *unread_page(int row, const char *action)
{
    const char *in_form =
        unread[row].xml
            ? apr_pstrcat(pool, "<input name=SAMLResponse value='",
                          eckid_codec_base64(str(unread[row].xml), pool).data, "'>", NULL)
            : unread[row].in_form;

    return apr_pstrcat(pool, "<form method=post action='", action, "'>", in_form, NULL);
}

START_TEST(what_cannot_be_read_is_refused_for_a_supplier_only)
{
    const scene_t *scene = build();
    eckid_decision_t decision = rewrite(scene, unread_page(_i, CANTEEN_CONSUMER));

    expect_refusal(rewrite(scene, unread_page(_i, MAKER_CONSUMER)), 502, unread[_i].code);
    expect_refusal(rewrite(scene, unread_page(_i, "https&#58;//BOOKS.example:443/other")), 502,
                   unread[_i].code);
    ck_assert_int_eq(decision.verdict, ECKID_PASS);
    ck_assert(!decision.supplier && decision.body.len == 0);
}
END_TEST

START_TEST(what_passes_unread_is_logged_with_the_reason)
{
    eckid_decision_t decision =
        rewrite(build(), "<form action='" CANTEEN_CONSUMER "'>" FIELD("*") "</form>");

    ck_assert(decision.log.wanted && decision.cause->code == ECKID_XML);
}
END_TEST

START_TEST(a_refusal_says_whether_a_name_was_found)
{
    const char *entity = "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>";
    eckid_decision_t named = rewrite(build(), maker_page(MAKER_CONSUMER, entity));
    eckid_decision_t untold = rewrite(build(), maker_page("/relative", entity));

    ck_assert(strstr(named.cause->detail, "https://books.example/saml is named"));
    ck_assert(strstr(untold.cause->detail, "nothing tells who it is for"));
}
END_TEST

/* Bodies that are no form to read at all. */
static const char *const unread_bodies[] = {
    "\xFE\xFF<p>",
    "<p>SAMLResponse<a href='",
};

START_TEST(a_page_that_cannot_be_read_is_refused_for_a_supplier_only)
{
    const scene_t *scene = build();
    const char *start = unread_bodies[_i];

    ck_assert_int_eq(rewrite(scene, apr_pstrcat(pool, start, MAKER_CONSUMER, NULL)).verdict,
                     ECKID_REFUSE);
    ck_assert_int_eq(rewrite(scene, apr_pstrcat(pool, start, CANTEEN_CONSUMER, NULL)).verdict,
                     ECKID_PASS);
}
END_TEST

static const char *good_page(void)
{
    maker_t maker = maker_usual();

    return maker_page(MAKER_CONSUMER, maker_xml(&maker));
}

START_TEST(two_logins_on_a_page_are_refused)
{
    const char *page = apr_pstrcat(pool, good_page(), good_page(), NULL);

    expect_refusal(rewrite(build(), page), 502, ECKID_FIELDS);
}
END_TEST

START_TEST(a_login_with_simple_sign_is_refused)
{
    const char *page = replaced(good_page(), "</form>", "<input name=SigAlg></form>");

    expect_refusal(rewrite(build(), page), 502, ECKID_BINDING);
}
END_TEST

/* What stands before the form, so that a tokenizer may miss it and a reader of bytes does not. */
static const char *const decoys[] = {
    "<script>var r={\"relay\":\"<!--<script>\"};</script>",
    "<script>r='<!--<script>'</script></script><!-- --><xmp>",
    "<svg><p></p><textarea><!--</textarea>",
    "<div><svg><path></div><script>var a='<!--';</script>",
    "<svg><desc><style><!--</style></desc></svg>",
    "<select><style></select>",
    "<noscript><!-- </noscript>",
    "<script src=\"a.js\"/>",
    "<title/>",
    "<textarea>",
    "<plaintext>",
};

START_TEST(a_login_never_passes_however_it_is_hidden)
{
    maker_t maker = maker_usual(), other = maker_usual();
    const char *decoy = decoys[_i], *hidden = maker_page(MAKER_CONSUMER, maker_xml(&maker));
    const char *closed = apr_pstrcat(pool, hidden, "--></textarea></style></title><!-- -->", NULL);

    other.destination = other.recipient = "https://canteen.example/acs";
    other.audience = "https://canteen.example/saml";
    const char *harmless = maker_page(other.destination, maker_xml(&other));

    ck_assert_int_ne(rewrite(build(), apr_pstrcat(pool, decoy, hidden, NULL)).verdict, ECKID_PASS);
    ck_assert_int_ne(rewrite(build(), apr_pstrcat(pool, decoy, closed, NULL)).verdict, ECKID_PASS);
    ck_assert_int_ne(rewrite(build(), apr_pstrcat(pool, harmless, decoy, closed, NULL)).verdict,
                     ECKID_PASS);
}
END_TEST

START_TEST(the_original_does_not_survive_elsewhere_in_the_page)
{
    maker_t maker = maker_usual();
    const char *xml = maker_xml(&maker), *page = maker_page(MAKER_CONSUMER, xml);
    const char *base64 = eckid_codec_base64(str(xml), pool).data;
    const char *const copies[] = {
        apr_pstrcat(pool, "<iframe srcdoc='&lt;input name=SAMLResponse value=", base64,
                    "&gt;'></iframe>", NULL),
        apr_pstrcat(pool, "<p data-copy=\"", base64, "\">", NULL),
        apr_pstrcat(pool, "<pre>", eckid_codec_html(xml, pool), "</pre>", NULL),
        apr_pstrcat(pool, "<!-- ", xml, " -->", NULL),
    };

    for (int i = 0; i < COUNT(copies); i++) {
        expect_refusal(rewrite(build(), apr_pstrcat(pool, copies[i], page, NULL)), 502,
                       ECKID_BINDING);
        expect_refusal(rewrite(build(), apr_pstrcat(pool, page, copies[i], NULL)), 502,
                       ECKID_BINDING);
    }
    expect_refusal(rewrite(build(), replaced(page, "name=\"SAMLResponse\"",
                                             apr_pstrcat(pool, "name=\"SAMLResponse\" data-copy='",
                                                         base64, "'", NULL))),
                   502, ECKID_BINDING);
}
END_TEST

START_TEST(soap_by_the_name_of_html_is_refused)
{
    maker_t maker = maker_usual();
    const char *body = apr_pstrcat(pool, "<S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'><S:Body>",
                                   replaced(maker_xml(&maker), "<?xml version=\"1.0\"?>", ""),
                                   "</S:Body></S:Envelope>", NULL);

    expect_refusal(rewrite(build(), body), 502, ECKID_BINDING);
}
END_TEST

static void unsigned_one(maker_t *maker)
{
    maker->sign_assertion = false;
}

static void other_key(maker_t *maker)
{
    maker->key = 2;
}

static void our_key(maker_t *maker)
{
    maker->key = 1;
}

static void too_large(maker_t *maker)
{
    char *value = apr_pcalloc(pool, 300001);

    memset(value, 'x', 300000);
    maker->attributes = maker_attribute("uid", value, NULL);
}

static void encrypted(maker_t *maker)
{
    maker->response_extra = "<saml:EncryptedAssertion/>";
}

static void two_assertions(maker_t *maker)
{
    maker->response_extra = "<saml:Assertion/>";
}

static void outdated(maker_t *maker)
{
    maker->not_on_or_after = "2026-08-31T08:00:00Z";
}

static void other_audience(maker_t *maker)
{
    maker->audience = "https://other.example/saml";
}

static void second_restriction_is_another_s(maker_t *maker)
{
    maker->conditions_extra =
        "<saml:AudienceRestriction><saml:Audience>https://other.example/saml</saml:Audience>"
        "</saml:AudienceRestriction>";
}

static const struct {
    void (*change)(maker_t *maker);
    eckid_code_t code;
} not_good[] = {
    {unsigned_one, ECKID_UNSIGNED},    {other_key, ECKID_UNKNOWN_KEY},
    {too_large, ECKID_LIMIT},          {encrypted, ECKID_ENCRYPTED},
    {two_assertions, ECKID_STRUCTURE}, {outdated, ECKID_TIME},
    {other_audience, ECKID_MIXED},     {second_restriction_is_another_s, ECKID_MIXED},
};

START_TEST(responses_that_are_not_good_are_refused)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();

    not_good[_i].change(&maker);
    expect_refusal(rewrite_maker(scene, &maker), 502, not_good[_i].code);
    ck_assert_int_eq(scene->fake.calls, 0);
}
END_TEST

START_TEST(our_own_key_is_not_trusted_even_if_metadata_lists_it)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();
    const eckid_saml_rules_t ours = maker_rules(RSA_2048, 1);

    our_key(&maker);
    scene->gateway.saml.metadata = metadata_source(metadata_file(
        metadata_idp(MAKER_ISSUER, apr_array_append(pool, maker_rules(RSA_2048, 0).trust.keys,
                                                    ours.trust.keys))));
    eckid_decision_t decision = rewrite_maker(scene, &maker);

    expect_refusal(decision, 502, ECKID_UNKNOWN_KEY);
    ck_assert_ptr_nonnull(strstr(eckid_err_text(decision.cause, pool), "our own certificate"));
    scene->gateway.rules.signers = signers(RSA_2048, 1, true);
    ck_assert_int_eq(rewrite_maker(scene, &maker).verdict, ECKID_CHANGE);
}
END_TEST

START_TEST(a_supplier_may_have_a_key_of_its_own)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->signers = signers(P_256, 1, false);
    eckid_decision_t decision = rewrite_maker(scene, &maker);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    verified_with(decision.body, P_256, 1);
}
END_TEST

/* What each outcome leads to, with its own setting and with the other one. */

static void teacher(scene_t *scene, maker_t *maker)
{
    (void)scene;
    maker->attributes = replaced(maker->attributes, ">student<", ">employee<");
}

static void no_key(scene_t *scene, maker_t *maker)
{
    (void)scene;
    maker->attributes = maker_attribute("eduPersonAffiliation", "student", NULL);
}

static void unknown(scene_t *scene, maker_t *maker)
{
    (void)maker;
    scene->fake.status = 404;
}

static void no_eckid(scene_t *scene, maker_t *maker)
{
    (void)maker;
    scene->fake.body = "{\"givenName\":\"Pietje\"}";
}

static void las_failed(scene_t *scene, maker_t *maker)
{
    (void)maker;
    scene->fake.status = 500;
}

typedef struct bad_day_t {
    void (*happens)(scene_t *scene, maker_t *maker);
    eckid_outcome_t outcome;
    int status;
    eckid_code_t code;
} bad_day_t;

static const bad_day_t bad_days[] = {
    {teacher, ECKID_IS_NOT_STUDENT, 403, ECKID_NOT_STUDENT},
    {no_key, ECKID_IS_UNKNOWN, 403, ECKID_NO_KEY},
    {unknown, ECKID_IS_UNKNOWN, 403, ECKID_UNKNOWN},
    {no_eckid, ECKID_HAS_NONE, 403, ECKID_NO_ECKID},
    {las_failed, ECKID_LAS_FAILED, 503, ECKID_LAS_REFUSED},
};

static eckid_decision_t on_bad_day(scene_t *scene, const bad_day_t *day, eckid_action_t action)
{
    maker_t maker = maker_usual();

    maker.attributes =
        apr_pstrcat(pool, maker.attributes, maker_attribute("eckId", "forged", NULL), NULL);
    first_supplier(scene->policy)->on[day->outcome] = action;
    day->happens(scene, &maker);
    return rewrite_maker(scene, &maker);
}

START_TEST(an_outcome_can_be_denied)
{
    scene_t *scene = build();
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_DENY);

    expect_refusal(decision, bad_days[_i].status, bad_days[_i].code);
    ck_assert_int_eq(decision.known.outcome, bad_days[_i].outcome);
    ck_assert(!decision.log.told_supplier);
}
END_TEST

START_TEST(an_outcome_can_be_let_through_without_eckid)
{
    scene_t *scene = build();
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_OMIT);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_int_eq(decision.known.outcome, bad_days[_i].outcome);
    ck_assert_int_eq(decision.cause->code, bad_days[_i].code);
    /* what the identity provider sent under the name is gone, and so is what is not released */
    ck_assert_str_eq(attributes_in(decision.body), bad_days[_i].happens == no_key ? "" : "uid");
}
END_TEST

START_TEST(a_denial_can_be_told_to_the_supplier)
{
    scene_t *scene = build();

    first_supplier(scene->policy)->refuse_by_status = true;
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_DENY);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.log.told_supplier);
    ck_assert_int_eq(decision.status, bad_days[_i].status);
    ck_assert_ptr_nonnull(
        strstr(xml_in(decision.body).data,
               apr_pstrcat(pool, " (reference ", eckid_moment_reference(maker_moment(), pool), ")<",
                           NULL)));
    eckid_saml_message_t *saml = response_in(decision.body);

    ck_assert_int_eq(saml->kind, ECKID_SAML_ERROR);
    ck_assert_str_eq(APR_ARRAY_IDX(saml->targets, 0, eckid_saml_target_t).url, MAKER_CONSUMER);
}
END_TEST

/* A form whose action a script sets. */
static const char *const without_action[] = {"", " action=\"\""};

START_TEST(a_form_without_an_action_goes_where_its_message_says)
{
    maker_t maker = maker_usual(), canteen = maker_usual();
    const char *form = maker_page("", maker_xml(&maker));
    eckid_decision_t decision =
        rewrite(build(), replaced(form, " action=\"\"", without_action[_i]));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    canteen.destination = canteen.recipient = CANTEEN_CONSUMER;
    canteen.audience = "https://canteen.example/saml";
    form = maker_page("", maker_xml(&canteen));
    decision = rewrite(build(), replaced(form, " action=\"\"", without_action[_i]));
    ck_assert_int_eq(decision.verdict, ECKID_PASS);
}
END_TEST

START_TEST(a_denial_that_has_nowhere_to_go_is_not_told)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();
    const char *page = maker_page("", maker_xml(&maker));

    first_supplier(scene->policy)->refuse_by_status = true;
    scene->fake.status = 404;
    first_supplier(scene->policy)->on[ECKID_IS_UNKNOWN] = ECKID_DENY;
    eckid_decision_t decision = rewrite(scene, replaced(page, " action=\"\"", without_action[_i]));

    expect_refusal(decision, 403, ECKID_UNKNOWN);
    ck_assert(!decision.log.told_supplier);
}
END_TEST

START_TEST(a_bad_response_is_never_told_by_status)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->refuse_by_status = true;
    unsigned_one(&maker);
    expect_refusal(rewrite_maker(scene, &maker), 502, ECKID_UNSIGNED);
}
END_TEST

static eckid_bytes_t gzip(const char *text)
{
    z_stream stream = {0};
    apr_size_t room = strlen(text) + 1000;
    unsigned char *out = apr_palloc(pool, room);

    deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (Bytef *)text;
    stream.avail_in = (uInt)strlen(text);
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return eckid_bytes(out, stream.total_out);
}

START_TEST(a_gzipped_page_is_read_and_sent_plain)
{
    scene_t *scene = build();
    maker_t maker = maker_usual();
    eckid_bytes_t packed = gzip(maker_page(MAKER_CONSUMER, maker_xml(&maker)));
    eckid_decision_t decision =
        eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_str_eq(attributes_in(decision.body), "uid eckId");
    packed.len--;
    expect_refusal(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                   ECKID_CODING);
}
END_TEST

START_TEST(a_long_gzipped_page_passes_if_it_holds_no_login)
{
    scene_t *scene = build();
    char *text = apr_pcalloc(pool, 300000);
    maker_t maker = maker_usual();

    memset(text, 'x', 299999);
    scene->gateway.page_max = 100000;
    ck_assert_int_eq(
        eckid_page_rewrite(&scene->gateway, gzip(text), true, maker_moment(), pool).verdict,
        ECKID_PASS);
    text = apr_pstrcat(pool, text, maker_page(MAKER_CONSUMER, maker_xml(&maker)), NULL);
    expect_refusal(eckid_page_rewrite(&scene->gateway, gzip(text), true, maker_moment(), pool), 502,
                   ECKID_TOO_LONG);
}
END_TEST

START_TEST(a_long_gzipped_page_must_be_whole)
{
    scene_t *scene = build();
    char *text = apr_pcalloc(pool, 300000);
    eckid_bytes_t packed;

    memset(text, 'x', 299999);
    scene->gateway.page_max = 100000;
    packed = gzip(apr_pstrcat(pool, text, "<input name=SAMLResponse value=\"PHNhbW", NULL));
    expect_refusal(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                   ECKID_TRUNCATED);
    packed = gzip(text);
    packed.len -= 8;
    expect_refusal(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                   ECKID_CODING);
    packed = gzip(apr_pstrcat(pool, "\xFE\xFF", text, NULL));
    expect_refusal(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                   ECKID_CODING);
}
END_TEST

START_TEST(a_long_gzipped_body_of_xml_is_looked_at_whole)
{
    scene_t *scene = build();
    char *text = apr_pcalloc(pool, 300000);
    maker_t maker = maker_usual();

    memset(text, 'x', 299999);
    scene->gateway.page_max = 100000;
    const char *rss = apr_pstrcat(pool, "<rss>", text, "</rss>", NULL);
    const char *login = apr_pstrcat(pool, "<rss>", text, maker_xml(&maker), NULL);

    ck_assert_int_eq(eckid_page_check_xml(&scene->gateway, gzip(rss), true, pool).verdict,
                     ECKID_PASS);
    expect_refusal(eckid_page_check_xml(&scene->gateway, gzip(login), true, pool), 502,
                   ECKID_TOO_LONG);
}
END_TEST

START_TEST(nothing_in_a_decision_s_words_is_anybody_s)
{
    scene_t *scene = build();
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_DENY);
    const char *text = eckid_err_text(decision.cause, pool);

    ck_assert_ptr_null(strstr(text, "95312"));
    ck_assert_ptr_null(strstr(text, "pukkelen"));
}
END_TEST

START_TEST(how_a_page_logs_in_is_found_once_it_was_checked)
{
    const maker_t maker = maker_usual();
    const char *page = maker_page(MAKER_CONSUMER, maker_xml(&maker));
    const scene_t *scene = build();
    eckid_page_login_t login;

    ok(eckid_page_open(&login, &scene->gateway, str(page), maker_moment(), pool));
    ck_assert(login.has_saml);
    ck_assert_str_eq(login.saml.route.action, MAKER_CONSUMER);
    ok(eckid_page_open(&login, &scene->gateway, str("<p>Hello"), maker_moment(), pool));
    ck_assert(!login.has_saml && !login.id_token);
    refused(eckid_page_open(&login, &scene->gateway, str(apr_pstrcat(pool, page, page, NULL)),
                            maker_moment(), pool),
            ECKID_FIELDS);
}
END_TEST

UNIT_SUITE(page)
{
    Suite *suite = suite_create("page");
    TCase *tcase = unit_case(suite, "rewrite");

    tcase_add_test(tcase, how_a_page_logs_in_is_found_once_it_was_checked);
    tcase_add_loop_test(tcase, a_student_s_login_gets_the_eckid, 0, COUNT(maker_signings));
    tcase_add_loop_test(tcase, a_rewrite_touches_nothing_but_attributes_and_signatures, 0,
                        COUNT(maker_signings));
    tcase_add_test(tcase, the_eckid_has_the_three_names_that_its_supplier_wants);
    tcase_add_test(tcase, what_the_name_id_shows_is_in_the_decision);
    tcase_add_test(tcase, only_the_field_s_value_changes);
    tcase_add_loop_test(tcase, pages_without_a_supplier_s_login_pass, 0, COUNT(passing_pages));
    tcase_add_loop_test(tcase, a_login_in_another_control_is_refused, 0, COUNT(buttons));
    tcase_add_loop_test(tcase, logins_that_only_a_supplier_could_take_are_refused, 0,
                        COUNT(refused_pages));
    tcase_add_loop_test(tcase, what_cannot_be_read_is_refused_for_a_supplier_only, 0,
                        COUNT(unread));
    tcase_add_loop_test(tcase, a_page_that_cannot_be_read_is_refused_for_a_supplier_only, 0,
                        COUNT(unread_bodies));
    tcase_add_test(tcase, what_passes_unread_is_logged_with_the_reason);
    tcase_add_test(tcase, a_refusal_says_whether_a_name_was_found);
    tcase_add_test(tcase, two_logins_on_a_page_are_refused);
    tcase_add_test(tcase, a_login_with_simple_sign_is_refused);
    tcase_add_loop_test(tcase, responses_that_are_not_good_are_refused, 0, COUNT(not_good));
    tcase_add_loop_test(tcase, a_login_never_passes_however_it_is_hidden, 0, COUNT(decoys));
    tcase_add_test(tcase, the_original_does_not_survive_elsewhere_in_the_page);
    tcase_add_test(tcase, soap_by_the_name_of_html_is_refused);
    tcase_add_test(tcase, our_own_key_is_not_trusted_even_if_metadata_lists_it);
    tcase_add_test(tcase, a_supplier_may_have_a_key_of_its_own);
    tcase_add_loop_test(tcase, an_outcome_can_be_denied, 0, COUNT(bad_days));
    tcase_add_loop_test(tcase, an_outcome_can_be_let_through_without_eckid, 0, COUNT(bad_days));
    tcase_add_loop_test(tcase, a_denial_can_be_told_to_the_supplier, 0, COUNT(bad_days));
    tcase_add_loop_test(tcase, a_form_without_an_action_goes_where_its_message_says, 0,
                        COUNT(without_action));
    tcase_add_loop_test(tcase, a_denial_that_has_nowhere_to_go_is_not_told, 0,
                        COUNT(without_action));
    tcase_add_test(tcase, a_bad_response_is_never_told_by_status);
    tcase_add_test(tcase, a_gzipped_page_is_read_and_sent_plain);
    tcase_add_test(tcase, a_long_gzipped_page_passes_if_it_holds_no_login);
    tcase_add_test(tcase, a_long_gzipped_page_must_be_whole);
    tcase_add_test(tcase, a_long_gzipped_body_of_xml_is_looked_at_whole);
    tcase_add_loop_test(tcase, nothing_in_a_decision_s_words_is_anybody_s, 0, COUNT(bad_days));
    return suite;
}
