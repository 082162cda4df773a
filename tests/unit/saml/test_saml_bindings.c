/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <zlib.h>

#include "saml/eckid_saml_bindings.h"
#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"
#include "support/suppliers.h"

#define CANTEEN "https://canteen.example/acs"

/* As the HTTP-Redirect binding has it: DEFLATE, base64, URL encoding. */
static const char *redirect(const char *consumer, const char *xml)
{
    z_stream stream = {0};
    unsigned char *out = apr_palloc(pool, strlen(xml) + 1000);

    deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (Bytef *)xml;
    stream.avail_in = (uInt)strlen(xml);
    stream.next_out = out;
    stream.avail_out = (uInt)strlen(xml) + 1000;
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    eckid_bytes_t base64 = eckid_codec_base64(eckid_bytes(out, stream.total_out), pool);

    return apr_pstrcat(pool, consumer, "?SAMLResponse=", apr_pescape_urlencoded(pool, base64.data),
                       "&RelayState=x", NULL);
}

static maker_t for_canteen(void)
{
    maker_t maker = maker_usual();

    maker.destination = maker.recipient = CANTEEN;
    maker.audience = "https://canteen.example/saml";
    return maker;
}

static eckid_saml_context_t *found_in(eckid_bytes_t bytes)
{
    eckid_saml_context_t *context = apr_pcalloc(pool, sizeof(*context));

    context->policy = two_suppliers();
    context->bytes = bytes;
    return context;
}

static eckid_err_t *url(const char *text)
{
    return eckid_saml_bindings_check_url(found_in(str(text)), text, pool);
}

static eckid_err_t *location(const char *text)
{
    return eckid_saml_bindings_check_location(found_in(str(text)), text, pool);
}

static eckid_err_t *xml_body(eckid_bytes_t bytes)
{
    return eckid_saml_bindings_check_xml(found_in(bytes), bytes, pool);
}

static eckid_err_t *page_bytes(eckid_bytes_t bytes)
{
    return eckid_saml_bindings_check_bytes(found_in(bytes), bytes, pool);
}

START_TEST(a_login_by_redirect_is_refused_for_a_supplier_only)
{
    maker_t maker = maker_usual(), other = for_canteen();

    refused(url(redirect(MAKER_CONSUMER, maker_xml(&maker))), ECKID_BINDING);
    refused(url(redirect(CANTEEN, maker_xml(&maker))), ECKID_BINDING);
    refused(url(redirect(MAKER_CONSUMER, maker_xml(&other))), ECKID_BINDING);
    ok(url(redirect(CANTEEN, maker_xml(&other))));
}
END_TEST

START_TEST(logout_and_error_by_redirect_pass)
{
    ok(url(redirect("https://books.example/acs", "<p:LogoutResponse xmlns:p='" ECKID_NS_SAMLP
                                                 "' Destination='https://books.example/acs'/>")));
    ok(url(redirect("https://books.example/acs",
                    "<p:Response xmlns:p='" ECKID_NS_SAMLP "'><p:Status><p:StatusCode Value='urn:"
                    "oasis:names:tc:SAML:2.0:status:Responder'/></p:Status></p:Response>")));
}
END_TEST

static const char *const passing[] = {
    "https://books.example/acs",
    "https://books.example/acs?RelayState=x",
    "/login?AuthState=x",
    "https://canteen.example/acs?SAMLart=x",
    "https://canteen.example/acs?wresult=x",
    "",
};

START_TEST(urls_without_a_login_pass)
{
    ok(url(passing[_i]));
}
END_TEST

static const struct {
    const char *url;
    eckid_code_t code;
} refused_urls[] = {
    {"https://books.example/acs?SAMLart=x", ECKID_BINDING},
    {"https://books.example/acs?x=y&SAMLart=", ECKID_BINDING},
    {"https://books.example/acs#SAMLart=x", ECKID_BINDING},
    {"https://books.example/acs?wresult=x", ECKID_BINDING},
    {"https://books.example./acs?SAMLart=x", ECKID_BINDING},
    {"//books.example/acs?SAMLart=x", ECKID_BINDING},
    {"https:\\\\books.example\\acs?SAMLart=x", ECKID_BINDING},
    {"https://books.exa\tmple/acs?SAMLart=x", ECKID_BINDING},
    {"https://books.example/acs;a?SAMLart=x", ECKID_BINDING},
    {"http://books.example:81/?SAMLart=x", ECKID_BINDING},
};

START_TEST(what_does_not_show_its_recipient_is_judged_by_the_host)
{
    refused(url(refused_urls[_i].url), refused_urls[_i].code);
}
END_TEST

static const struct {
    const char *parameters;
    eckid_code_t code;
} unread_urls[] = {
    {"?SAMLResponse=x", ECKID_BINDING},
    {"?SAMLResponse=eHh4eA%3D%3D", ECKID_CODING},
    {"?SAMLResponse=a&SAMLResponse=b", ECKID_FIELDS},
};

START_TEST(a_url_that_cannot_be_read_is_refused_for_a_supplier_only)
{
    const char *parameters = unread_urls[_i].parameters;

    refused(url(apr_pstrcat(pool, MAKER_CONSUMER, parameters, NULL)), unread_urls[_i].code);
    ok(url(apr_pstrcat(pool, CANTEEN, parameters, NULL)));
}
END_TEST

static const char *const lists[] = {
    "https://x.example/, https://books.example/acs?SAMLart=x",
    "/login,//books.example/acs?SAMLart=x",
    "https://x.example/, 0;url=https://books.example/acs?SAMLart=x",
    "https://books.example/acs?SAMLart=x, https://x.example/",
};

START_TEST(each_of_several_targets_is_judged)
{
    refused(location(lists[_i]), ECKID_BINDING);
    ok(location("https://x/?a=b, https://x/?SAMLart=x"));
}
END_TEST

START_TEST(of_many_targets_none_may_name_a_supplier)
{
    const char *list = "/x";

    for (int i = 0; i < 32; i++) {
        list = apr_pstrcat(pool, list, ",/x", NULL);
    }
    ok(location(list));
    list = apr_pstrcat(pool, list, ",/x,", NULL);
    ok(location(apr_pstrcat(pool, list, "/x", NULL)));
    refused(location(apr_pstrcat(pool, list, "//books.example/acs", NULL)), ECKID_FIELDS);
}
END_TEST

START_TEST(an_artifact_is_judged_by_where_it_goes)
{
    refused(eckid_saml_bindings_check_artifact(found_in(str("")), MAKER_CONSUMER, pool),
            ECKID_BINDING);
    refused(eckid_saml_bindings_check_artifact(found_in(str("")), MAKER_CONSUMER "?x=y", pool),
            ECKID_BINDING);
    ok(eckid_saml_bindings_check_artifact(found_in(str("")), CANTEEN, pool));
    ok(eckid_saml_bindings_check_artifact(found_in(str("")), NULL, pool));
}
END_TEST

#define WSFED(token)                                                                               \
    "<t:RequestSecurityTokenResponse xmlns:t='http://schemas.xmlsoap.org/ws/2005/02/trust'>"       \
    "<t:RequestedSecurityToken>" token                                                             \
    "</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>"
#define OLD_ASSERTION(audience)                                                                    \
    "<s:Assertion xmlns:s='" ECKID_NS_SAML1 "'><s:Conditions><s:AudienceRestrictionCondition>"     \
    "<s:Audience>" audience "</s:Audience></s:AudienceRestrictionCondition></s:Conditions>"        \
    "</s:Assertion>"

static eckid_err_t *field(const char *action, const char *xml)
{
    return eckid_saml_bindings_check_wresult(found_in(str(xml)), action, str(xml), pool);
}

START_TEST(ws_federation_is_refused_for_a_supplier_only)
{
    refused(field(CANTEEN, WSFED(OLD_ASSERTION("https://books.example/saml"))), ECKID_BINDING);
    refused(field(MAKER_CONSUMER, WSFED(OLD_ASSERTION("urn:x"))), ECKID_BINDING);
    refused(field(MAKER_CONSUMER, WSFED("<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "'/>")),
            ECKID_BINDING);
    refused(field(MAKER_CONSUMER, "no xml"), ECKID_XML);
    ok(field(CANTEEN, "no xml"));
    ok(field(CANTEEN, WSFED(OLD_ASSERTION("urn:x"))));
    ok(field(CANTEEN, WSFED("<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "'/>")));
    ok(field(MAKER_CONSUMER, WSFED("")));
}
END_TEST

static const char *soap(const char *header, const maker_t *maker)
{
    return apr_pstrcat(pool, "<S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'><S:Header>", header,
                       "</S:Header><S:Body>", maker_xml(maker), "</S:Body></S:Envelope>", NULL);
}

static eckid_err_t *body(const char *xml)
{
    return xml_body(str(xml));
}

START_TEST(soap_is_refused_for_a_supplier_only)
{
    maker_t maker = maker_usual(), other = for_canteen();

    refused(body(replaced(soap("", &maker), "<?xml version=\"1.0\"?>\n", "")), ECKID_BINDING);
    ok(body(replaced(soap("", &other), "<?xml version=\"1.0\"?>\n", "")));
    refused(body("<S:Envelope xmlns:S='" ECKID_NS_SOAP12 "'><S:Header><e:Response xmlns:e='u' "
                 "AssertionConsumerServiceURL='https://books.example/acs'/></S:Header><S:Body>"
                 "<p:Response xmlns:p='" ECKID_NS_SAMLP
                 "'><s:EncryptedAssertion xmlns:s='" ECKID_NS_SAML
                 "'/></p:Response></S:Body></S:Envelope>"),
            ECKID_BINDING);
}
END_TEST

START_TEST(a_message_that_cannot_be_read_is_refused_for_a_supplier_only)
{
    refused(body("<S:Envelope xmlns:S='" ECKID_NS_SOAP11 "' to='" MAKER_CONSUMER "'><S:Body>"),
            ECKID_XML);
    refused(body("<!DOCTYPE x><S:Envelope xmlns:S='" ECKID_NS_SOAP11 "' to='" MAKER_CONSUMER "'/>"),
            ECKID_XML);
    ok(body("<S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'><S:Body>"));
    ok(body("<!DOCTYPE x><S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'/>"));
    ok(body("<rss><unclosed>"));
    ok(body("<!DOCTYPE rss SYSTEM 'http://x/'><rss/>"));
    ok(body("not xml"));
    ok(body("<md:EntityDescriptor xmlns:md='" ECKID_NS_METADATA "'><broken>"));
}
END_TEST

/* A login without XML declaration, so that it can stand within other XML. */
static const char *bare(const maker_t *maker)
{
    return replaced(maker_xml(maker), "<?xml version=\"1.0\"?>\n", "");
}

static const struct {
    const char *before, *after;
} wrappings[] = {
    {"<r>", "</r>"},
    {"\n<?xml version='1.0'?><S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'>", "</S:Envelope>"},
    {"<?xml version='1.0' encoding='nosuch'?><r>", "</r>"},
    {"x<r>", "</r>"},
    {"<r a='1' a='2'>", "</r>"},
    {"<r>&nbsp;", "</r>"},
    {"<r><?xml version='1.0'?>", "</r>"},
    {"<!DOCTYPE html><html><script src='a.js'/>", "</html>"},
    {"<?xml-stylesheet href='a'?><r>", "</r>"},
    {"<r>", ""},
    {"\xEF\xBB\xBF<r>", "</r>"},
};

START_TEST(a_login_is_found_in_whatever_xml)
{
    maker_t maker = maker_usual(), other = for_canteen();
    const char *before = wrappings[_i].before, *after = wrappings[_i].after;

    refused(body(apr_pstrcat(pool, before, bare(&maker), after, NULL)), ECKID_BINDING);
    ok(body(apr_pstrcat(pool, before, bare(&other), after, NULL)));
}
END_TEST

START_TEST(the_text_of_a_login_in_xml_is_refused)
{
    maker_t maker = maker_usual();

    refused(body(apr_pstrcat(pool, "<r><![CDATA[", bare(&maker), "]]></r>", NULL)), ECKID_BINDING);
    refused(body(apr_pstrcat(pool, "<r>", eckid_codec_html(bare(&maker), pool), "</r>", NULL)),
            ECKID_BINDING);
}
END_TEST

static eckid_bytes_t wide(const char *text)
{
    char *out = apr_pcalloc(pool, 2 * strlen(text) + 2);

    for (apr_size_t i = 0; text[i]; i++) {
        out[2 * i + 1] = text[i];
    }
    return eckid_bytes(out, 2 * strlen(text));
}

START_TEST(a_login_is_found_in_utf_16)
{
    maker_t maker = maker_usual();

    refused(xml_body(wide(maker_xml(&maker))), ECKID_BINDING);
    ok(xml_body(wide("<rss/>")));
}
END_TEST

static eckid_err_t *stray(const char *before, const maker_t *maker, const char *after)
{
    const char *base64 = eckid_codec_base64(str(maker_xml(maker)), pool).data;

    return page_bytes(str(apr_pstrcat(pool, before, base64, after, NULL)));
}

static const struct {
    const char *before, *after;
} places[] = {
    {"<script>var login = \"", "\";</script>"},
    {"<h:input name='SAMLResponse' value=\"", "\" />"},
    {"<iframe srcdoc='&lt;input name=SAMLResponse value=", "&gt;'>"},
    {"<!-- \n", "\n -->"},
    {"", ""},
};

START_TEST(a_login_in_base64_is_judged_wherever_it_stands)
{
    maker_t maker = maker_usual(), other = for_canteen();

    refused(stray(places[_i].before, &maker, places[_i].after), ECKID_BINDING);
    ok(stray(places[_i].before, &other, places[_i].after));
    refused(stray(apr_pstrcat(pool, places[_i].before, "word ", NULL), &maker, places[_i].after),
            ECKID_BINDING);
    refused(page_bytes(
                str(replaced(eckid_codec_base64(str(maker_xml(&maker)), pool).data, "ZX", "Z*X"))),
            ECKID_BINDING);
}
END_TEST

START_TEST(each_of_several_strays_is_judged)
{
    maker_t maker = maker_usual(), other = for_canteen();
    const char *harmless = eckid_codec_base64(str(maker_xml(&other)), pool).data;

    refused(stray(apr_pstrcat(pool, "'", harmless, "' '", NULL), &maker, "'"), ECKID_BINDING);
    refused(stray(apr_pstrcat(pool, bare(&other), "'", NULL), &maker, "'"), ECKID_BINDING);
    ok(stray(apr_pstrcat(pool, "'", harmless, "' '", NULL), &other, "'"));
    for (int i = 0; i < 4; i++) {
        harmless = apr_pstrcat(pool, harmless, "' '", harmless, NULL);
    }
    ok(page_bytes(str(harmless)));
    ok(stray(apr_pstrcat(pool, "'", harmless, "' '", NULL), &other, "'"));
    refused(stray(apr_pstrcat(pool, "'", harmless, "' '", NULL), &maker, "'"), ECKID_BINDING);
}
END_TEST

/* What an identity provider's pages hold, and is no login. */
static const char *const harmless[] = {
    "<script>form.SAMLResponse.value = response; // the Assertion goes here</script>",
    "<p>Your SAMLResponse could not be sent: Assertion expired</p>",
    "<md:AssertionConsumerService Location='https://books.example/acs'/>",
    "<script>if (!ok) { throw Error('Assertion failed'); }</script>",
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoH",
    "<h1>How books.example reads it</h1><pre>&lt;saml:Assertion ID=\"_x\"&gt; ... </pre>",
    "<h1>How canteen.example reads it</h1><pre>&lt;a:Assertion&gt; ... &lt;/a:Assertion&gt;</pre>",
};

START_TEST(ordinary_pages_hold_no_stray_login)
{
    const char *request = "<p:AuthnRequest xmlns:p='" ECKID_NS_SAMLP
                          "' AssertionConsumerServiceURL='https://books.example/acs'/>";

    ok(page_bytes(str(harmless[_i])));
    ok(page_bytes(eckid_codec_base64(str(request), pool)));
    ok(page_bytes(str("")));
}
END_TEST

UNIT_SUITE(saml_bindings)
{
    Suite *suite = suite_create("saml_bindings");
    TCase *tcase = unit_case(suite, "bindings");

    tcase_add_test(tcase, a_login_by_redirect_is_refused_for_a_supplier_only);
    tcase_add_test(tcase, logout_and_error_by_redirect_pass);
    tcase_add_loop_test(tcase, urls_without_a_login_pass, 0, COUNT(passing));
    tcase_add_loop_test(tcase, what_does_not_show_its_recipient_is_judged_by_the_host, 0,
                        COUNT(refused_urls));
    tcase_add_loop_test(tcase, a_url_that_cannot_be_read_is_refused_for_a_supplier_only, 0,
                        COUNT(unread_urls));
    tcase_add_loop_test(tcase, each_of_several_targets_is_judged, 0, COUNT(lists));
    tcase_add_test(tcase, of_many_targets_none_may_name_a_supplier);
    tcase_add_test(tcase, an_artifact_is_judged_by_where_it_goes);
    tcase_add_test(tcase, ws_federation_is_refused_for_a_supplier_only);
    tcase_add_test(tcase, soap_is_refused_for_a_supplier_only);
    tcase_add_test(tcase, a_message_that_cannot_be_read_is_refused_for_a_supplier_only);
    tcase_add_loop_test(tcase, a_login_is_found_in_whatever_xml, 0, COUNT(wrappings));
    tcase_add_test(tcase, a_login_is_found_in_utf_16);
    tcase_add_test(tcase, the_text_of_a_login_in_xml_is_refused);
    tcase_add_loop_test(tcase, a_login_in_base64_is_judged_wherever_it_stands, 0, COUNT(places));
    tcase_add_test(tcase, each_of_several_strays_is_judged);
    tcase_add_loop_test(tcase, ordinary_pages_hold_no_stray_login, 0, COUNT(harmless));
    return suite;
}
