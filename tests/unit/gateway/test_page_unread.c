/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/gateway.h"
#include "support/maker.h"

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
    const gateway_scene_t *scene = gateway_scene();
    eckid_decision_t decision = gateway_rewrite(scene, unread_page(_i, GATEWAY_CANTEEN));

    gateway_refuses(gateway_rewrite(scene, unread_page(_i, MAKER_CONSUMER)), 502, unread[_i].code);
    gateway_refuses(gateway_rewrite(scene, unread_page(_i, "https&#58;//BOOKS.example:443/other")),
                    502, unread[_i].code);
    ck_assert_int_eq(decision.verdict, ECKID_PASS);
    ck_assert(!decision.supplier && decision.body.len == 0);
}
END_TEST

START_TEST(what_passes_unread_is_logged_with_the_reason)
{
    eckid_decision_t decision = gateway_rewrite(gateway_scene(), "<form action='" GATEWAY_CANTEEN
                                                                 "'>" FIELD("*") "</form>");

    ck_assert(decision.log.wanted && decision.cause->code == ECKID_XML);
}
END_TEST

START_TEST(a_refusal_says_whether_a_name_was_found)
{
    const char *entity = "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>";
    eckid_decision_t named = gateway_rewrite(gateway_scene(), maker_page(MAKER_CONSUMER, entity));
    eckid_decision_t untold = gateway_rewrite(gateway_scene(), maker_page("/relative", entity));

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
    const gateway_scene_t *scene = gateway_scene();
    const char *start = unread_bodies[_i];

    ck_assert_int_eq(gateway_rewrite(scene, apr_pstrcat(pool, start, MAKER_CONSUMER, NULL)).verdict,
                     ECKID_REFUSE);
    ck_assert_int_eq(
        gateway_rewrite(scene, apr_pstrcat(pool, start, GATEWAY_CANTEEN, NULL)).verdict,
        ECKID_PASS);
}
END_TEST

UNIT_SUITE(page_unread)
{
    Suite *suite = suite_create("page_unread");
    TCase *tcase = unit_case(suite, "page_unread");

    tcase_add_loop_test(tcase, what_cannot_be_read_is_refused_for_a_supplier_only, 0,
                        COUNT(unread));
    tcase_add_test(tcase, what_passes_unread_is_logged_with_the_reason);
    tcase_add_test(tcase, a_refusal_says_whether_a_name_was_found);
    tcase_add_loop_test(tcase, a_page_that_cannot_be_read_is_refused_for_a_supplier_only, 0,
                        COUNT(unread_bodies));
    return suite;
}
