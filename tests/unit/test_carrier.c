/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <zlib.h>

#include "eckid_carrier.h"
#include "eckid_saml_names.h"
#include "maker.h"
#include "suppliers.h"

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

static eckid_err_t *url(const char *text)
{
    return eckid_carrier_url(two_suppliers(), text, pool);
}

START_TEST(a_login_by_redirect_is_refused_for_a_supplier_only)
{
    maker_t maker = maker_usual(), other = for_canteen();

    refused(url(redirect(MAKER_CONSUMER, maker_xml(&maker))), ECKID_CARRIER);
    refused(url(redirect(CANTEEN, maker_xml(&maker))), ECKID_CARRIER);
    refused(url(redirect(MAKER_CONSUMER, maker_xml(&other))), ECKID_CARRIER);
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
    {"https://books.example/acs?SAMLart=x", ECKID_CARRIER},
    {"https://books.example/acs?x=y&SAMLart=", ECKID_CARRIER},
    {"https://books.example/acs#SAMLart=x", ECKID_CARRIER},
    {"https://books.example/acs?wresult=x", ECKID_CARRIER},
    {"https://canteen.example/acs?SAMLResponse=x", ECKID_CARRIER},
    {"https://canteen.example/acs?SAMLResponse=eHh4eA%3D%3D", ECKID_CODING},
    {"https://canteen.example/acs?SAMLResponse=a&SAMLResponse=b", ECKID_FIELDS},
};

START_TEST(what_cannot_be_read_is_refused)
{
    refused(url(refused_urls[_i].url), refused_urls[_i].code);
}
END_TEST

START_TEST(an_artifact_is_judged_by_where_it_goes)
{
    refused(eckid_carrier_artifact(two_suppliers(), MAKER_CONSUMER, pool), ECKID_CARRIER);
    refused(eckid_carrier_artifact(two_suppliers(), MAKER_CONSUMER "?x=y", pool), ECKID_CARRIER);
    ok(eckid_carrier_artifact(two_suppliers(), CANTEEN, pool));
    ok(eckid_carrier_artifact(two_suppliers(), NULL, pool));
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
    return eckid_carrier_wresult(two_suppliers(), action, str(xml), pool);
}

START_TEST(ws_federation_is_refused_for_a_supplier_only)
{
    refused(field(CANTEEN, WSFED(OLD_ASSERTION("https://books.example/saml"))), ECKID_CARRIER);
    refused(field(MAKER_CONSUMER, WSFED(OLD_ASSERTION("urn:x"))), ECKID_CARRIER);
    refused(field(MAKER_CONSUMER, WSFED("<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "'/>")),
            ECKID_CARRIER);
    refused(field(CANTEEN, "no xml"), ECKID_XML);
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
    return eckid_carrier_body(two_suppliers(), str(xml), pool);
}

START_TEST(soap_is_refused_for_a_supplier_only)
{
    maker_t maker = maker_usual(), other = for_canteen();

    refused(body(replaced(soap("", &maker), "<?xml version=\"1.0\"?>\n", "")), ECKID_CARRIER);
    ok(body(replaced(soap("", &other), "<?xml version=\"1.0\"?>\n", "")));
    refused(body("<S:Envelope xmlns:S='" ECKID_NS_SOAP12 "'><S:Header><e:Response xmlns:e='u' "
                 "AssertionConsumerServiceURL='https://books.example/acs'/></S:Header><S:Body>"
                 "<p:Response xmlns:p='" ECKID_NS_SAMLP
                 "'><s:EncryptedAssertion xmlns:s='" ECKID_NS_SAML
                 "'/></p:Response></S:Body></S:Envelope>"),
            ECKID_CARRIER);
}
END_TEST

START_TEST(a_message_that_cannot_be_read_is_refused_other_xml_is_not)
{
    refused(body("<S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'><S:Body>"), ECKID_XML);
    refused(body("<!DOCTYPE x><S:Envelope xmlns:S='" ECKID_NS_SOAP11 "'/>"), ECKID_XML);
    ok(body("<rss><unclosed>"));
    ok(body("<!DOCTYPE rss SYSTEM 'http://x/'><rss/>"));
    ok(body("not xml"));
    ok(body("<md:EntityDescriptor xmlns:md='" ECKID_NS_METADATA "'><broken>"));
}
END_TEST

Suite *suite_carrier(void)
{
    Suite *suite = suite_create("carrier");
    TCase *tcase = unit_case(suite, "carrier");

    tcase_add_test(tcase, a_login_by_redirect_is_refused_for_a_supplier_only);
    tcase_add_test(tcase, logout_and_error_by_redirect_pass);
    tcase_add_loop_test(tcase, urls_without_a_login_pass, 0, COUNT(passing));
    tcase_add_loop_test(tcase, what_cannot_be_read_is_refused, 0, COUNT(refused_urls));
    tcase_add_test(tcase, an_artifact_is_judged_by_where_it_goes);
    tcase_add_test(tcase, ws_federation_is_refused_for_a_supplier_only);
    tcase_add_test(tcase, soap_is_refused_for_a_supplier_only);
    tcase_add_test(tcase, a_message_that_cannot_be_read_is_refused_other_xml_is_not);
    return suite;
}
