/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/gateway.h"
#include "xml/eckid_xml_namespaces.h"

/* A control with a value of its own, whose form says nothing of where it goes. */
static const char *const buttons[] = {
    "<form><button name=SAMLResponse value='%s'></button></form>",
    "<form action=/x><button name=SAMLResponse formaction='" GATEWAY_CANTEEN
    "' value='%s'></button></form>",
    "<form><select><option value='%s'></select><textarea name=SAMLResponse></textarea></form>",
};

START_TEST(a_login_in_another_control_is_refused)
{
    maker_t maker = maker_usual();
    const char *value = eckid_codec_base64(str(maker_xml(&maker)), pool).data;

    gateway_refuses(gateway_rewrite(gateway_scene(), replaced(buttons[_i], "%s", value)), 502,
                    ECKID_BINDING);
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

    gateway_refuses(gateway_rewrite(gateway_scene(), page), 502, ECKID_FIELDS);
}
END_TEST

START_TEST(a_login_with_simple_sign_is_refused)
{
    const char *page = replaced(good_page(), "</form>", "<input name=SigAlg></form>");

    gateway_refuses(gateway_rewrite(gateway_scene(), page), 502, ECKID_BINDING);
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

    ck_assert_int_ne(
        gateway_rewrite(gateway_scene(), apr_pstrcat(pool, decoy, hidden, NULL)).verdict,
        ECKID_PASS);
    ck_assert_int_ne(
        gateway_rewrite(gateway_scene(), apr_pstrcat(pool, decoy, closed, NULL)).verdict,
        ECKID_PASS);
    ck_assert_int_ne(
        gateway_rewrite(gateway_scene(), apr_pstrcat(pool, harmless, decoy, closed, NULL)).verdict,
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
        gateway_refuses(gateway_rewrite(gateway_scene(), apr_pstrcat(pool, copies[i], page, NULL)),
                        502, ECKID_BINDING);
        gateway_refuses(gateway_rewrite(gateway_scene(), apr_pstrcat(pool, page, copies[i], NULL)),
                        502, ECKID_BINDING);
    }
    gateway_refuses(gateway_rewrite(gateway_scene(),
                                    replaced(page, "name=\"SAMLResponse\"",
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

    gateway_refuses(gateway_rewrite(gateway_scene(), body), 502, ECKID_BINDING);
}
END_TEST

UNIT_SUITE(page_hidden)
{
    Suite *suite = suite_create("page_hidden");
    TCase *tcase = unit_case(suite, "page_hidden");

    tcase_add_loop_test(tcase, a_login_in_another_control_is_refused, 0, COUNT(buttons));
    tcase_add_test(tcase, two_logins_on_a_page_are_refused);
    tcase_add_test(tcase, a_login_with_simple_sign_is_refused);
    tcase_add_loop_test(tcase, a_login_never_passes_however_it_is_hidden, 0, COUNT(decoys));
    tcase_add_test(tcase, the_original_does_not_survive_elsewhere_in_the_page);
    tcase_add_test(tcase, soap_by_the_name_of_html_is_refused);
    return suite;
}
