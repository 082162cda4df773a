/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <limits.h>

#include <apr_strings.h>

#include "html/eckid_saml_scan.h"
#include "support/maker.h"

static eckid_saml_scan_kind_t seen(eckid_bytes_t text, apr_size_t piece)
{
    eckid_saml_scan_t trace = {.last = '\0'};
    eckid_saml_scan_kind_t kind = ECKID_SAML_SCAN_NONE;

    while (text.len && !kind) {
        apr_size_t len = text.len < piece ? text.len : piece;

        kind = eckid_saml_scan_feed(&trace, NULL, eckid_bytes(text.data, len));
        text = eckid_bytes(text.data + len, text.len - len);
    }
    return kind;
}

static const struct {
    const char *text;
    eckid_saml_scan_kind_t kind;
} rows[] = {
    {"<Assertion>", ECKID_SAML_SCAN_XML},
    {"<saml:Assertion ID='x'>", ECKID_SAML_SCAN_XML},
    {"<saml2:EncryptedAssertion\n>", ECKID_SAML_SCAN_XML},
    {"x<<s:Assertion/>", ECKID_SAML_SCAN_XML},
    {"&lt;saml:Assertion ", ECKID_SAML_SCAN_XML},
    {"&#60;Assertion&gt;", ECKID_SAML_SCAN_XML},
    {"&#x3C;a:Assertion\t", ECKID_SAML_SCAN_XML},
    {"</saml:Assertion>", ECKID_SAML_SCAN_NONE},
    {"<md:AssertionConsumerService ", ECKID_SAML_SCAN_NONE},
    {"<saml:AssertionIDRef>", ECKID_SAML_SCAN_NONE},
    {"<samlp:LogoutResponse ", ECKID_SAML_SCAN_NONE},
    {"var SAMLResponse = 'Assertion failed: Assertion ';", ECKID_SAML_SCAN_NONE},
    {"throw new Error(Assertion );Assertion ", ECKID_SAML_SCAN_NONE},
    {"<p>Error:Assertion </p>", ECKID_SAML_SCAN_NONE},
    {"urn:oasis:names:tc:SAML:2.0:assertion", ECKID_SAML_SCAN_NONE},
    {"<x:y:EncryptedAssertionOfAVeryLongName ", ECKID_SAML_SCAN_NONE},
    {"QXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNzZ XJ0\r\naW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNz&#10;ZXJ0&#xd;&#xA;aW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNz\\nZXJ0\\r\\naW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNzQXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNz&NewLine;ZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNz&#10ZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"B&QXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"F&#QXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"Q&#1QXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"Q&#x1QXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"Q&QXNz&#10;ZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNz\\QXNzZXJ0aW9uI", ECKID_SAML_SCAN_BASE64},
    {"QXNz&amp;ZXJ0-aW9uI", ECKID_SAML_SCAN_NONE},
    {"QXNzZXJ0aW9uQ", ECKID_SAML_SCAN_NONE},
    {"QXNzZXJ0-aW9uI", ECKID_SAML_SCAN_NONE},
    {"", ECKID_SAML_SCAN_NONE},
};

START_TEST(traces_whatever_the_pieces)
{
    eckid_bytes_t text = str(rows[_i].text);

    for (apr_size_t piece = 1; piece <= text.len + 1; piece++) {
        ck_assert_int_eq(seen(text, piece), rows[_i].kind);
    }
    ck_assert(eckid_saml_scan_finds(text) == (rows[_i].kind != ECKID_SAML_SCAN_NONE));
}
END_TEST

static const char *const requests[] = {
    "<p:AuthnRequest AssertionConsumerServiceURL='x' />",
    "<md:AssertionConsumerService />",
    "<p:LogoutResponse/>",
};

/* White space before the response moves its letters to each position that base64 knows. */
START_TEST(a_response_in_base64_whatever_stands_before_it)
{
    maker_t maker = maker_usual();
    const char *xml =
        apr_pstrcat(pool, apr_pstrndup(pool, "   ", (apr_size_t)_i % 3), maker_xml(&maker), NULL);

    ck_assert_int_eq(seen(eckid_codec_base64(str(xml), pool), 7), ECKID_SAML_SCAN_BASE64);
    ck_assert(eckid_saml_scan_finds(eckid_codec_base64(str(xml), pool)));
    ck_assert_int_eq(seen(eckid_codec_base64(str(requests[_i]), pool), 7), ECKID_SAML_SCAN_NONE);
}
END_TEST

START_TEST(every_byte_value_may_come)
{
    char bytes[512];

    for (int i = 0; i < 512; i++) {
        bytes[i] = (char)(_i + i * 7);
    }
    ck_assert_int_eq(seen(eckid_bytes(bytes, sizeof(bytes)), 3), ECKID_SAML_SCAN_NONE);
}
END_TEST

START_TEST(the_stretch_around)
{
    eckid_bytes_t text = str("value=\"PHNh\nbWw+==\" x");
    const char *wanted = "PHNh\nbWw+==";

    for (apr_size_t offset = 8; offset < 15; offset++) {
        eckid_bytes_t stretch = eckid_saml_scan_stretch(text, offset);

        ck_assert(eckid_bytes_equal(stretch, str(wanted)));
    }
    ck_assert_int_eq((int)eckid_saml_scan_stretch(str(""), 0).len, 0);
}
END_TEST

UNIT_SUITE(saml_scan)
{
    Suite *suite = suite_create("saml_scan");
    TCase *tcase = unit_case(suite, "trace");

    tcase_add_loop_test(tcase, traces_whatever_the_pieces, 0, COUNT(rows));
    tcase_add_loop_test(tcase, a_response_in_base64_whatever_stands_before_it, 0, COUNT(requests));
    tcase_add_loop_test(tcase, every_byte_value_may_come, 0, 1 + UCHAR_MAX);
    tcase_add_test(tcase, the_stretch_around);
    return suite;
}
