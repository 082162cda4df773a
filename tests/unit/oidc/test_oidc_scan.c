/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "gateway/eckid_page.h"
#include "oidc/eckid_oidc_scan.h"
#include "support/maker.h"
#include "support/web.h"

static eckid_err_t *find(const web_house_t *house, const char *before, const char *token)
{
    return eckid_oidc_scan_find(&house->gateway.oidc,
                                str(apr_pstrcat(pool, before, token, "\" after it", NULL)), pool);
}

START_TEST(a_supplier_s_token_is_found_wherever_it_stands)
{
    static const char *const before[] = {"", "<!-- ", "var t = \"", "%22", "x.y.", "eyJ", "eyJ."};
    const web_house_t *house = web_house();
    const char *token = web_id_token("books", "");

    for (int i = 0; i < COUNT(before); i++) {
        refused(find(house, before[i], token), ECKID_RESPONSE_MODE);
    }
    refused(eckid_oidc_scan_find(&house->gateway.oidc, str(token), pool), ECKID_RESPONSE_MODE);
}
END_TEST

START_TEST(all_else_passes)
{
    const web_house_t *house = web_house();
    const char *token = web_id_token("books", "");

    ok(find(house, "", web_id_token("canteen", "")));
    ok(find(house, "", "eyJ.eyJ.eyJ eyJ document.forms.submit"));
    ok(find(house, "", apr_pstrmemdup(pool, token, strlen(token) / 2)));
    ok(eckid_oidc_scan_find(&house->gateway.oidc, str(""), pool));
}
END_TEST

START_TEST(what_we_signed_may_be_shown_again)
{
    const web_house_t *house = web_house();
    const char *kid;

    ok(eckid_jwk_thumbprint(&kid, test_pair(RSA_2048, 1), pool));
    ok(find(house, "<input name=id_token_hint value=\"",
            token_of("{\"aud\":\"books\"}", RSA_2048, 1, ECKID_RS256,
                     apr_pstrcat(pool, ",\"kid\":\"", kid, "\"", NULL))));
}
END_TEST

START_TEST(more_than_is_looked_at_is_refused)
{
    apr_array_header_t *tokens = apr_array_make(pool, 1001, sizeof(const char *));

    for (int i = 0; i < 1000; i++) {
        APR_ARRAY_PUSH(tokens, const char *) = "eyJ.a.b";
    }
    ok(eckid_oidc_scan_find(&web_house()->gateway.oidc, str(apr_array_pstrcat(pool, tokens, ' ')),
                            pool));
    APR_ARRAY_PUSH(tokens, const char *) = "eyJ.a.b";
    refused(eckid_oidc_scan_find(&web_house()->gateway.oidc,
                                 str(apr_array_pstrcat(pool, tokens, ' ')), pool),
            ECKID_RESPONSE_MODE);
}
END_TEST

START_TEST(pages_and_xml_are_searched)
{
    const web_house_t *house = web_house();
    const char *page = apr_pstrcat(pool, "<html><script>t='", web_id_token("books", ""),
                                   "'</script></html>", NULL);

    eckid_decision_t decision =
        eckid_page_rewrite(&house->gateway, str(page), false, maker_moment(), pool);

    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.cause->code, ECKID_RESPONSE_MODE);
    decision = eckid_page_check_xml(&house->gateway, str(page), false, pool);
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.cause->code, ECKID_RESPONSE_MODE);
}
END_TEST

UNIT_SUITE(oidc_scan)
{
    Suite *suite = suite_create("oidc_scan");
    TCase *tcase = unit_case(suite, "stray");

    tcase_add_test(tcase, a_supplier_s_token_is_found_wherever_it_stands);
    tcase_add_test(tcase, all_else_passes);
    tcase_add_test(tcase, what_we_signed_may_be_shown_again);
    tcase_add_test(tcase, more_than_is_looked_at_is_refused);
    tcase_add_test(tcase, pages_and_xml_are_searched);
    return suite;
}
